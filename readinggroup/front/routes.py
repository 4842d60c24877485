"""The community's front page and a group's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app, g, render_template, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.actor import Actor
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, may_see_archive, may_see_schedule
from readinggroup.archive.marks import card_of_group
from readinggroup.archive.telling import counted, strip_of, told_talks
from readinggroup.domain.lifecycle import JoinPolicy
from readinggroup.domain.rhythm import zone_at
from readinggroup.front import queries, site_routes, welcome_routes
from readinggroup.front.blueprint import bp
from readinggroup.groups.queries import breaks_of, groups, memberships_of
from readinggroup.groups.queries import community as the_community
from readinggroup.models import Group
from readinggroup.scheduling.queries import next_meeting
from readinggroup.series.queries import running_series
from readinggroup.tending.feedback_queries import LateTalk, talks_to_speak_of
from readinggroup.tending.queries import chores_in
from readinggroup.tending.telling import ToldChore, of_owner, told_chore
from readinggroup.voting.due import catch_up
from readinggroup.voting.queries import (
    ballot_of,
    open_round_of,
    paper_sizes,
    takes_ballots,
    turnout_of,
    voters_of,
)
from readinggroup.web.drawings import Ribbon, season_ribbon
from readinggroup.web.pagecache import kept
from readinggroup.web.when import When, moment

__all__ = ["bp", "site_routes", "welcome_routes"]
COMING = 8
CHORES = 3
JOIN_WORDS = {
    JoinPolicy.OPEN: "Anybody may join.",
    JoinPolicy.APPLY: "Whoever wants to take part may apply; a co-lead takes people in.",
    JoinPolicy.INVITE: "The co-leads invite new members. The archive is open to everybody.",
}


@dataclass(frozen=True, slots=True)
class OpenRound:
    """The open round as the front page tells it."""

    id: int
    title: str
    closes: When
    offer_words: str
    turnout_words: str = ""
    has_voted: bool = False


@dataclass(frozen=True, slots=True)
class OwnChores:
    """The most pressing chores of a co-lead, how many they have, and how many nobody has."""

    first: Sequence[ToldChore]
    count: int
    nobodys: int


@bp.get("/")
@access(anyone)
@kept
def community() -> ResponseReturnValue:
    found = groups()
    if len(found) == 1:
        _enter(found[0])
        return _front()
    return _community(found)


def _community(found: Sequence[Group]) -> str:
    described = the_community()
    asking = _asking_of(found)
    shown = [group for group in found if may_see_schedule(asking[group.id], group)]
    coming = queries.coming_sessions(shown, clock.now())
    first = {session.group_id: session for session in reversed(coming)}
    return render_template(
        "front/community.html",
        groups=found,
        asking=asking,
        next_of=first,
        coming=coming[:COMING] if len(found) > 1 else [],
        names={group.id: (group.name, group.slug) for group in found},
        join_words=JOIN_WORDS,
        intro=described.intro if described else "",
        is_new=described is None,
    )


def _asking_of(found: Sequence[Group]) -> dict[int, Actor]:
    """Whoever asks, as each of the groups knows them, by its id."""
    user = actor().user
    places = {place.group_id: place for place in memberships_of(user.id)} if user else {}
    return {group.id: Actor(user, places.get(group.id)) for group in found}


@bp.get("/<group_slug>/")
@access(anyone)
@kept
def group() -> ResponseReturnValue:
    return _front()


def _enter(only: Group) -> None:
    """Make the request one about the community's only group, as if its address had said so."""
    g.group, g.group_slug = only, only.slug
    g.pop("actor", None)
    g.pop("link_base", None)


def _front() -> str:
    now, ours = clock.now(), g.group
    sees_schedule, sees_archive = may_see_schedule(actor(), ours), may_see_archive(actor(), ours)
    meeting = next_meeting(ours, now) if sees_schedule else None
    year = now.astimezone(zone_at(ours.zone)).year
    return render_template(
        "front/group.html",
        canonical=current_app.config["SETTINGS"].site_url + url_for("front.group"),
        card=card_of_group(ours),
        meeting=meeting,
        strip=meeting and strip_of(meeting),
        talks=told_talks(ours, meeting, now=now) if meeting else [],
        sees_schedule=sees_schedule,
        sees_archive=sees_archive,
        recent=queries.held_lately(ours) if sees_archive else [],
        series=running_series(ours) if sees_archive else [],
        ribbon=_ribbon(ours, year) if sees_schedule and sees_archive else None,
        open_round=_open_round(ours, now),
        join_words=JOIN_WORDS[ours.join_policy],
        talks_to_speak_of=_talks_to_speak_of(ours, now),
        chores=_chores(ours, now) if actor().is_co_lead else None,
    )


def _talks_to_speak_of(ours: Group, now: datetime) -> Sequence[LateTalk]:
    """The talks given lately to whose speakers the member who looks can say a word."""
    user_id = actor().user_id
    return talks_to_speak_of(ours, user_id, now) if user_id is not None and actor().is_member else ()


def _chores(ours: Group, now: datetime) -> OwnChores:
    """What waits for the co-lead who looks; and how much waits for nobody, which is everybody's business."""
    found = chores_in(ours, now)
    mine = of_owner(found, actor().user_id)
    return OwnChores([told_chore(chore) for chore in mine[:CHORES]], len(mine), len(of_owner(found, None)))


def _open_round(ours: Group, now: datetime) -> OpenRound | None:
    """The round that takes ballots.  Its turnout is told to members alone: it changes while nothing public does."""
    asking = actor()
    if asking.is_member:
        catch_up(ours, now)
    found = open_round_of(ours)
    if found is None or not takes_ballots(found, now):
        return None
    pitches = paper_sizes([found]).get(found.id, 0)
    told = OpenRound(
        id=found.id,
        title=found.title,
        closes=moment(found.closes_at, ours.zone),
        offer_words=f"{counted(pitches, 'pitch', 'pitches')}, {counted(found.seats, 'place')}",
    )
    if asking.membership is None or not asking.is_member:
        return told
    turnout = f"{turnout_of(found)} of {counted(voters_of(ours), 'member')} have voted"
    return replace(told, turnout_words=turnout, has_voted=ballot_of(found, asking.membership) is not None)


def _ribbon(ours: Group, year: int) -> Ribbon | None:
    """The year as a drawing; None for one without sessions."""
    marks = queries.season_of(ours, year)
    pauses = breaks_of(ours)
    sessions = [
        (mark.on, mark.state.value, mark.title, url_for("archive.session", number=mark.number))
        for mark in marks
    ]
    breaks = [(pause.starts_on, pause.ends_on) for pause in pauses]
    return season_ribbon(year, sessions, breaks) if sessions else None
