"""What the routes of voting share: who asks, a round in words, and the round's own page."""

from datetime import datetime, timedelta
from fractions import Fraction

from flask import g, render_template

from readinggroup import clock
from readinggroup.access.actor import Actor
from readinggroup.access.doors import actor
from readinggroup.access.rules import may_see_totals
from readinggroup.domain.lifecycle import RoundRule, RoundState
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import Membership, Round
from readinggroup.pitches.queries import changed_since
from readinggroup.voting import queries, views
from readinggroup.voting.draft_views import draft_view
from readinggroup.voting.forms import CancelForm, ExtendForm, OpenAtForm
from readinggroup.voting.result_views import load_words

USUAL_HOUR = 18


def place() -> Membership:
    """The place in the group of whoever asks; the doors here let only members in who need it."""
    found = actor().membership
    assert found is not None  # noqa: S101
    return found


def view_of(
    round_: Round, asking: Actor, now: datetime, *, size: int, winners: tuple[str, ...] = ()
) -> views.RoundView:
    """The round as lists and heads of pages show it to whoever asks."""
    running = round_.state is RoundState.OPEN and asking.is_member
    return views.round_view(
        round_,
        g.group,
        size=size,
        turnout=queries.turnout_of(round_) if running else round_.turnout or 0,
        voters=queries.voters_of(g.group) if running else 0,
        taking=queries.takes_ballots(round_, now),
        has_voted=running and queries.ballot_of(round_, place()) is not None,
        winners=winners,
    )


def paper_of_voter(round_: Round) -> list[views.PaperLine]:
    """The paper in the viewer's own order, with what was changed on the record since the round opened."""
    paper = queries.paper_for(round_, place())
    return views.paper_lines(paper, changed_since([pitch.id for pitch in paper], round_.opened_at))


def show_page(
    round_: Round,
    form: CancelForm,
    *,
    refused: str = "",
    kept: str = "",
    extending: ExtendForm | None = None,
) -> str:
    """The round's own page.  ``refused`` says why what was sent was not done, and ``kept`` what a ballot said."""
    if round_.state is RoundState.DRAFT:
        return draft_page(round_, refused=refused)
    paper = paper_of_voter(round_)
    return render_template(
        "voting/show.html",
        round=view_of(round_, actor(), clock.now(), size=len(paper)),
        paper=paper,
        rule_words=views.rule_words(round_),
        audience_words=views.audience_words(round_),
        facts=facts_of(round_),
        form=form,
        extending=extending or ExtendForm(formdata=None, data={"closes_at": local(round_.closes_at)}),
        refused=refused,
        kept=kept,
    )


def draft_page(round_: Round, *, opening: OpenAtForm | None = None, refused: str = "") -> str:
    """A draft's own page, for co-leads."""
    paper, now = queries.paper_of(round_), clock.now()
    chosen = {pitch.id for pitch in paper}
    tomorrow = local(now + timedelta(days=1)).replace(hour=USUAL_HOUR, minute=0)
    opens_at = local(round_.opens_at) if round_.opens_by_itself else tomorrow
    return render_template(
        "voting/draft.html",
        draft=draft_view(round_, g.group, paper, running=queries.open_round_of(g.group), now=now),
        paper=views.paper_lines(paper),
        others=[pitch for pitch in queries.electable_pitches(g.group) if pitch.id not in chosen],
        opening=opening or OpenAtForm(formdata=None, data={"opens_at": opens_at}),
        refused=refused,
    )


def local(at: datetime) -> datetime:
    """The moment as clocks of the group show it, for a form."""
    return at.astimezone(zone_at(g.group.zone)).replace(second=0, microsecond=0, tzinfo=None)


def facts_of(round_: Round) -> list[tuple[str, str]]:
    """What was fixed at opening, and, once the round is released, what it takes to redo the lot."""
    facts = [("Round", round_.public_id), ("Commitment to the nonce (SHA-256)", round_.nonce_commit or "")]
    if may_see_totals(actor(), round_, g.group):
        facts += [("Nonce", round_.nonce or ""), ("Digest of the ballots (SHA-256)", round_.digest or "")]
        if round_.rule is RoundRule.FAIR:
            facts.append(("Load of one level", load_words(Fraction(round_.unit))))
    return facts
