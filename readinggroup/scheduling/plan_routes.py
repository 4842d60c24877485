"""The co-leads' board: drafting the programme, the proposal, and publishing."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.models import Group
from readinggroup.scheduling import actions, draft_actions, draft_queries, queries
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.boards import tasks_of, told_board, words_of
from readinggroup.scheduling.messages import messages_for
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.plan_forms import (
    AheadForm,
    MoveForm,
    ProposalForm,
    PublishForm,
    StepForm,
    proposal_form,
    rows_of,
    told_messages,
    with_messages,
)
from readinggroup.scheduling.proposing import ChangeSet, propose
from readinggroup.scheduling.refusals import NothingDrafted, PlaceTaken, ProgrammeChanged, TalkOver
from readinggroup.scheduling.situation import Situation, situation_of
from readinggroup.scheduling.swap_queries import agreed_swaps
from readinggroup.scheduling.telling import counted
from readinggroup.scheduling.zone_actions import zone_changes

SESSIONS_AT_ONCE = 4
REFUSED = (ProgrammeChanged, PlaceTaken, TalkOver, NothingDrafted)
NOTHING_TO_PUBLISH = "Nothing is drafted, so there is nothing to publish."


@bp.get("/<group_slug>/plan")
@access(is_co_lead)
def plan() -> ResponseReturnValue:
    return _board_page(moving=request.args.get("move", ""))


@bp.post("/<group_slug>/plan/sessions")
@access(is_co_lead)
def add_sessions() -> ResponseReturnValue:
    form = AheadForm()
    if form.validate():
        made = actions.make_meetings(g.group, count=form.count.data, now=clock.now(), by=actor())
        commit()
        flash(f"{counted(len(made), 'session')} added." if made else "Those sessions are there already.")
    return redirect(url_for(".plan"), 303)


# --- steps of the draft -----------------------------------------------------------------------------------


@bp.post("/<group_slug>/plan/move")
@access(is_co_lead)
def draft_move() -> ResponseReturnValue:
    form = MoveForm()
    if not form.validate():
        return redirect(url_for(".plan"), 303)
    thing, to = form.move

    def move(group: Group, based_on: str) -> str:
        words = _move_words(situation_of(group, clock.now()), thing, to)
        draft_actions.draft_move(
            group, thing, to=to, words=words, based_on=based_on, now=clock.now(), by=actor()
        )
        return f"You {words}. Nobody sees it until you publish."

    return _step(form, move, anchor=f"at-{to.number}-{to.position}" if to else "waiting")


@bp.post("/<group_slug>/plan/undo")
@access(is_co_lead)
def draft_undo() -> ResponseReturnValue:
    def undo(group: Group, based_on: str) -> str:
        words = draft_actions.undo_step(group, based_on=based_on, now=clock.now(), by=actor())
        return f"Taken back: {words}."

    return _step(StepForm(), undo)


@bp.post("/<group_slug>/plan/clear")
@access(is_co_lead)
def draft_clear() -> ResponseReturnValue:
    def clear(group: Group, based_on: str) -> str:
        draft_actions.clear_draft(group, based_on=based_on, now=clock.now(), by=actor())
        return "The draft is empty again. Undo brings it back."

    return _step(StepForm(), clear)


# --- the proposal -----------------------------------------------------------------------------------------


@bp.route("/<group_slug>/plan/proposal", methods=["GET", "POST"])
@access(is_co_lead)
def proposal() -> ResponseReturnValue:
    changes = propose(situation_of(g.group, clock.now()))
    form = proposal_form(changes)
    if not form.validate_on_submit():
        return _proposal_page(form, changes), 422 if form.errors else 200
    placings = form.placings()
    if placings:
        words = f"took {counted(len(placings), 'place')} of the proposal"
        try:
            draft_actions.draft_places(
                g.group, placings, words=words, based_on=form.based_on.data or "", now=clock.now(), by=actor()
            )
        except REFUSED:
            changes = propose(situation_of(g.group, clock.now()))
            return _proposal_page(proposal_form(changes, fresh=True), changes, has_changed=True), 409
        commit()
    flash(
        f"Drafted: {counted(len(placings), 'talk')}."
        if placings
        else "No talk was chosen; nothing is changed."
    )
    return redirect(url_for(".plan"), 303)


# --- publishing -------------------------------------------------------------------------------------------


@bp.route("/<group_slug>/plan/publish", methods=["GET", "POST"])
@access(is_co_lead)
def publish() -> ResponseReturnValue:
    situation = situation_of(g.group, clock.now())
    if not situation.draft:
        flash(NOTHING_TO_PUBLISH)
        return redirect(url_for(".plan"), 303)
    form = _publish_form(situation)
    if not form.validate_on_submit():
        return _publish_page(form, situation), 422 if form.errors else 200
    try:
        draft_actions.publish_draft(
            g.group, note=form.note.data or "", said=form.said(), based_on=form.based_on.data or "",
            now=clock.now(), by=actor(),
        )  # fmt: skip
    except REFUSED:
        return _conflict(form)
    commit()
    flash(f"Published: {counted(len(situation.draft), 'change')}. Those concerned are told.")
    return redirect(url_for(".plan"), 303)


def _step(
    form: StepForm, act: Callable[[Group, str], str], *, anchor: str | None = None
) -> ResponseReturnValue:
    """Take a step of the draft; where it was decided from an old page, show how things stand and what happened."""
    if not form.validate():
        return redirect(url_for(".plan"), 303)
    try:
        words = act(g.group, form.based_on.data or "")
    except REFUSED:
        return _conflict(form)
    commit()
    flash(words)
    return redirect(url_for(".plan", _anchor=anchor), 303)


def _conflict(form: StepForm) -> ResponseReturnValue:
    return _board_page(conflict=draft_queries.changes_since(g.group, form.seen_record), has_changed=True), 409


def _board_page(*, moving: str = "", conflict: list[str] | None = None, has_changed: bool = False) -> str:
    now = clock.now()
    situation = situation_of(g.group, now)
    thing = Thing.read(moving) if Thing.can_read(moving) else None
    moved = situation.known.get(thing) if thing else None
    board = told_board(situation, moving=moved.thing if moved else None)
    last = draft_queries.last_step(g.group)
    return render_template(
        "scheduling/plan.html",
        board=board,
        tasks=tasks_of(board, agreed_swaps(g.group)),
        moving=moved,
        last=last,
        last_by=draft_queries.author_of_step(last),
        seen=draft_queries.latest_record(g.group),
        conflict=conflict or [],
        has_changed=has_changed,
        zone_changes=zone_changes(g.group, situation.meetings),
        reach=queries.dates_made(g.group, now) + SESSIONS_AT_ONCE,
    )


def _move_words(situation: Situation, thing: Thing, to: Where | None) -> str:
    known = situation.known.get(thing)
    title = known.plain_title if known else str(thing)
    place = words_of(situation, to)
    if to is None:
        return f"took “{title}” off" if thing in situation.base.seats else f"put “{title}” back"
    return f"put “{title}” into {place[:1].lower()}{place[1:]}"


def _proposal_page(form: ProposalForm, changes: ChangeSet, *, has_changed: bool = False) -> str:
    return render_template(
        "scheduling/proposal.html",
        form=form,
        rows=rows_of(form, changes.rows),
        others=rows_of(form, changes.others),
        has_places=bool(changes.options),
        has_changed=has_changed,
    )


def _publish_form(situation: Situation) -> PublishForm:
    messages = messages_for(situation, situation.draft)
    return with_messages(
        PublishForm, messages, based_on=situation.version, seen=draft_queries.latest_record(g.group)
    )


def _publish_page(form: PublishForm, situation: Situation) -> str:
    board = told_board(situation)
    return render_template(
        "scheduling/publish.html",
        form=form,
        board=board,
        letters=told_messages(form, messages_for(situation, situation.draft)),
    )
