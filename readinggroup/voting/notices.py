"""What voting owes people: words for the mails that tell of a round."""

from datetime import datetime

from readinggroup.models import Group, Round
from readinggroup.outbox.queue import owe
from readinggroup.voting.queries import people_to_tell
from readinggroup.web.when import moment


def tell_members(kind: str, group: Group, round_: Round, *, now: datetime, because: str = "") -> None:
    """Owe everybody who may vote the message ``kind`` about the round: "round.opened", "round.extended" (for each
    closing time once, with its reason) or "round.released"."""
    closes = moment(round_.closes_at, group.zone)
    words = {
        "group": group.name,
        "title": round_.title,
        "number": round_.number,
        "seats": round_.seats,
        "because": because,
        "closes": f"{closes.date_words}, {closes.time_words} {closes.place}, {closes.offset}",
        "path": f"/{group.slug}/rounds/{round_.id}/{'results' if kind == 'round.released' else 'ballot'}",
    }
    about = f"round:{round_.id}"
    if kind == "round.extended":
        about += f":{round_.closes_at:%Y-%m-%dT%H:%MZ}"
    for user in people_to_tell(group):
        owe(kind, user.email, about=about, group_id=group.id, now=now, words=words | {"name": user.name})
