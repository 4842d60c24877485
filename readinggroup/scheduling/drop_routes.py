"""When a speaker can't come: they say so, and a co-lead chooses how to go on."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead, may_tend_talk
from readinggroup.db import commit
from readinggroup.models import Talk
from readinggroup.scheduling import draft_queries, drop_actions, queries
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.drop_forms import DeclineForm
from readinggroup.scheduling.places import Thing
from readinggroup.scheduling.plan_forms import RepairForm, told_messages, with_messages
from readinggroup.scheduling.queries import talk_in
from readinggroup.scheduling.refusals import PlaceTaken, ProgrammeChanged, SessionOver, TalkOver
from readinggroup.scheduling.repairing import CANCEL, Plan, plans_for
from readinggroup.scheduling.situation import Situation, situation_of
from readinggroup.web.forms import id_in

REFUSED = (ProgrammeChanged, PlaceTaken, TalkOver, SessionOver)
OVER = "This talk isn't on the programme of a session that is to come, so there is nothing to repair."


@bp.route("/<group_slug>/talks/<int:talk_id>/drop-out", methods=["GET", "POST"])
@access(is_co_lead, talk=talk_in)
def drop_out(talk: Talk) -> ResponseReturnValue:
    situation = situation_of(g.group, clock.now(), with_draft=False)
    if Thing.talk(talk.id) not in situation.base.seats:
        flash(OVER, "error")
        return redirect(url_for(".plan"), 303)
    dropped = _dropped(situation, talk)
    plans = plans_for(situation, dropped, pick=_pick(situation))
    forms = _forms(situation, plans)
    sent = next((plan for plan in plans if plan.way == request.form.get("way")), None)
    if request.method != "POST" or sent is None:
        return _desk_page(situation, talk, dropped, plans, forms)
    form = forms[sent.way]
    if not form.validate() or not _has_its_reason(form, sent):
        return _desk_page(situation, talk, dropped, plans, forms), 422
    try:
        _go_on(situation, sent, form, dropped)
    except REFUSED:
        situation = situation_of(g.group, clock.now(), with_draft=False)
        if Thing.talk(talk.id) not in situation.base.seats:
            flash(OVER, "error")
            return redirect(url_for(".plan"), 303)
        plans = plans_for(situation, dropped := _dropped(situation, talk))
        fresh = _forms(situation, plans, fresh=True)
        return _desk_page(situation, talk, dropped, plans, fresh, has_changed=True), 409
    commit()
    flash(f"{sent.title}: done. Page, calendar and messages follow.")
    return redirect(url_for(".plan"), 303)


@bp.route("/<group_slug>/talks/<int:talk_id>/cant-come", methods=["GET", "POST"])
@access(may_tend_talk, talk=talk_in)
def decline(talk: Talk) -> ResponseReturnValue:
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            drop_actions.decline_talk(g.group, talk, **form.change(), now=clock.now(), by=actor())
        except TalkOver:
            flash("This talk is over, so there is nothing to say any more.", "error")
        else:
            commit()
            flash("The co-leads are told. If you can come after all, say so here.")
        return redirect(url_for(".tend_talk", talk_id=talk.id), 303)
    told = queries.talk_view_in(g.group, talk.id)
    return render_template("scheduling/decline.html", form=form, talk=told), 422 if form.errors else 200


@bp.post("/<group_slug>/talks/<int:talk_id>/can-come")
@access(may_tend_talk, talk=talk_in)
def take_up(talk: Talk) -> ResponseReturnValue:
    try:
        drop_actions.take_talk_up(g.group, talk, now=clock.now(), by=actor())
    except TalkOver:
        flash("Too late: the talk isn't on the programme any more.", "error")
    else:
        commit()
        flash("Good. The talk stands as it was.")
    return redirect(url_for(".tend_talk", talk_id=talk.id), 303)


def _go_on(situation: Situation, plan: Plan, form: RepairForm, dropped: list[Thing]) -> None:
    done = {"because": form.because.data or "", "based_on": form.based_on.data or ""}
    now, by = clock.now(), actor()
    if plan.way == CANCEL:
        meeting = queries.meeting_in(g.group, situation.base.seats[dropped[0]].number)
        if meeting is None:
            raise ProgrammeChanged(plan.way)
        gone = [thing.id for thing in dropped]
        drop_actions.cancel_for_gap(g.group, meeting, gone, **done, now=now, by=by)
        return
    longer = plan.longer.id if plan.longer else None
    drop_actions.close_gap(g.group, plan.changes, **done, said=form.said(), longer=longer, now=now, by=by)


def _has_its_reason(form: RepairForm, plan: Plan) -> bool:
    if plan.way == CANCEL and not form.because.data:
        form.because.errors = ["Say why, so that people needn't ask."]
        return False
    return True


def _dropped(situation: Situation, talk: Talk) -> list[Thing]:
    """The talk, and those of the same session that can't be given either: ticked, or their speakers said so."""
    own = Thing.talk(talk.id)
    ticked = {id_in(value) for value in request.values.getlist("also")}
    asked = "also" in request.values or "looked" in request.values
    here = [
        other
        for other, where in situation.base.seats.items()
        if other != own and where.number == situation.base.seats[own].number
    ]
    return [own] + [
        other
        for other in here
        if (other.id in ticked if asked else situation.talks[other.id].declined_at is not None)
    ]


def _pick(situation: Situation) -> Thing | None:
    """Whom a co-lead chose to step in, where it waits."""
    text = request.values.get("pick", "")
    pick = Thing.read(text) if Thing.can_read(text) else None
    return pick if pick in {candidate.thing for candidate in situation.waiting} else None


def _forms(situation: Situation, plans: list[Plan], *, fresh: bool = False) -> dict[str, RepairForm]:
    seen = draft_queries.latest_record(g.group)
    sent = "" if fresh else request.form.get("way", "")
    return {
        plan.way: with_messages(
            RepairForm, plan.messages, based_on=situation.version, seen=seen, is_sent=plan.way == sent,
            prefix=f"{plan.way}-",
        )
        for plan in plans
    }  # fmt: skip


def _desk_page(
    situation: Situation,
    talk: Talk,
    dropped: list[Thing],
    plans: list[Plan],
    forms: dict[str, RepairForm],
    *,
    has_changed: bool = False,
) -> str:
    own = situation.base.seats[Thing.talk(talk.id)]
    return render_template(
        "scheduling/drop_out.html",
        talk=situation.talks[talk.id],
        meeting=situation.meeting(own.number),
        dropped=dropped,
        others=[
            situation.known[thing]
            for thing, where in situation.base.seats.items()
            if where.number == own.number and thing.id != talk.id
        ],
        plans=[(plan, forms[plan.way], told_messages(forms[plan.way], plan.messages)) for plan in plans],
        waiting=situation.waiting,
        picked=request.values.get("pick", ""),
        has_changed=has_changed,
    )
