"""Looking after speakers: for co-leads their account, address and spelling; for people that they are one."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead, may_answer_claim, may_hide_speaker, signed_in
from readinggroup.db import commit
from readinggroup.groups import speaker_actions as acts
from readinggroup.groups.blueprint import bp
from readinggroup.groups.queries import members_of
from readinggroup.groups.speaker_forms import account_form, address_form, merge_form
from readinggroup.groups.speakers import claim_in, merge_in, other_speakers, speaker_by_slug
from readinggroup.models import ClaimState, Speaker, SpeakerClaim, SpeakerMerge
from readinggroup.web.forms import Form

TAKEN = "That account is another speaker of this group already. Merge the two names instead."
ANSWERED = "Somebody else was quicker. This is how it stands now."
ANSWERS = {
    ClaimState.ACCEPTED: "They are linked now, and told so.",
    ClaimState.DECLINED: "Declined; they are told.",
    ClaimState.WITHDRAWN: "Taken back.",
}


@bp.get("/<group_slug>/speakers/<speaker_slug>/edit")
@access(is_co_lead, speaker=speaker_by_slug)
def edit_speaker(speaker: Speaker) -> ResponseReturnValue:
    return _page(speaker)


@bp.post("/<group_slug>/speakers/<speaker_slug>/account")
@access(is_co_lead, speaker=speaker_by_slug)
def link_speaker(speaker: Speaker) -> ResponseReturnValue:
    members = members_of(g.group)
    form = account_form(speaker, members)
    if not form.validate():
        return _page(speaker, account=form), 422
    if form.user_id == (speaker.user_id or 0):
        return _to(speaker)
    user = next((place.user for place in members if place.user_id == form.user_id), None)
    try:
        acts.link_account(g.group, speaker, user, now=clock.now(), by=actor())
    except acts.HasAccount:
        form.user.errors = [TAKEN]
        return _page(speaker, account=form), 422
    commit()
    flash("Saved.", "success")
    return _to(speaker)


@bp.post("/<group_slug>/speakers/<speaker_slug>/address")
@access(is_co_lead, speaker=speaker_by_slug)
def address_speaker(speaker: Speaker) -> ResponseReturnValue:
    form = address_form(speaker)
    if not form.validate():
        return _page(speaker, address=form), 422
    acts.set_address(speaker, form.email.data or "", now=clock.now(), by=actor())
    commit()
    flash("Saved.", "success")
    return _to(speaker)


@bp.post("/<group_slug>/speakers/<speaker_slug>/merge")
@access(is_co_lead, speaker=speaker_by_slug)
def merge_speaker(speaker: Speaker) -> ResponseReturnValue:
    others = other_speakers(g.group, speaker)
    form = merge_form(others)
    kept = next((other for other in others if str(other.id) == form.other.data), None)
    if not form.validate() or kept is None:
        form.other.errors = ["Choose a name."]
        return _page(speaker, merging=form), 422
    try:
        acts.merge(g.group, speaker, kept, now=clock.now(), by=actor())
    except acts.TwoAccounts:
        form.other.errors = ["Both have accounts, so they are two people."]
        return _page(speaker, merging=form), 422
    except acts.NoLonger:
        flash(ANSWERED, "error")
        return _to(speaker)
    commit()
    flash(f"{speaker.name} is {kept.name} now. You can undo it among the merged names.", "success")
    return redirect(url_for("scheduling.speaking_desk", _anchor="merged"), 303)


@bp.post("/<group_slug>/speaking/merges/<int:merge_id>/undo")
@access(is_co_lead, merge=merge_in)
def unmerge_speaker(merge: SpeakerMerge) -> ResponseReturnValue:
    try:
        acts.undo_merge(g.group, merge, now=clock.now(), by=actor())
    except acts.NoLonger:
        flash(ANSWERED, "error")
    else:
        commit()
        flash("They are two names again.", "success")
    return redirect(url_for("scheduling.speaking_desk", _anchor="merged"), 303)


@bp.post("/<group_slug>/speakers/<speaker_slug>/hide")
@access(may_hide_speaker, speaker=speaker_by_slug)
def hide_speaker(speaker: Speaker) -> ResponseReturnValue:
    acts.hide(speaker, now=clock.now(), by=actor())
    commit()
    flash("The page is hidden. The name stays in the programme; you can show the page again.", "success")
    return redirect(url_for("archive.speaker", slug=speaker.slug), 303)


@bp.post("/<group_slug>/speakers/<speaker_slug>/show")
@access(may_hide_speaker, speaker=speaker_by_slug)
def show_speaker(speaker: Speaker) -> ResponseReturnValue:
    acts.show(speaker, now=clock.now(), by=actor())
    commit()
    flash("Everybody sees the page again.", "success")
    return redirect(url_for("archive.speaker", slug=speaker.slug), 303)


@bp.post("/<group_slug>/speakers/<speaker_slug>/claim")
@access(signed_in, speaker=speaker_by_slug)
def claim_speaker(speaker: Speaker) -> ResponseReturnValue:
    user = actor().user
    if user is None:
        abort(403)
    try:
        acts.claim(g.group, speaker, user, now=clock.now(), by=actor())
    except acts.HasAccount:
        flash("This name is linked to an account already, or yours to another name here.", "error")
    except acts.SomethingWaits:
        flash("You have said already who you are here; a co-lead will answer.", "error")
    else:
        commit()
        flash("The co-leads are asked. You get a mail with their answer.", "success")
    return redirect(url_for("archive.speaker", slug=speaker.slug), 303)


@bp.post("/<group_slug>/speaking/claims/<int:claim_id>/accept")
@access(is_co_lead, claim=claim_in)
def accept_claim(claim: SpeakerClaim) -> ResponseReturnValue:
    return _answer(claim, ClaimState.ACCEPTED)


@bp.post("/<group_slug>/speaking/claims/<int:claim_id>/decline")
@access(is_co_lead, claim=claim_in)
def decline_claim(claim: SpeakerClaim) -> ResponseReturnValue:
    return _answer(claim, ClaimState.DECLINED)


@bp.post("/<group_slug>/speaking/claims/<int:claim_id>/withdraw")
@access(may_answer_claim, claim=claim_in)
def withdraw_claim(claim: SpeakerClaim) -> ResponseReturnValue:
    _answer(claim, ClaimState.WITHDRAWN)
    return redirect(url_for("archive.speaker", slug=claim.speaker.slug), 303)


def _answer(claim: SpeakerClaim, state: ClaimState) -> Response:
    try:
        acts.answer_claim(g.group, claim, state, now=clock.now(), by=actor())
    except acts.NoLonger:
        flash(ANSWERED, "error")
    except acts.HasAccount:
        flash("Either of the two is linked already, so nothing was changed.", "error")
    else:
        commit()
        flash(ANSWERS[state], "success")
    return redirect(url_for("scheduling.speaking_desk", _anchor="claims"), 303)


def _page(
    speaker: Speaker, *, account: Form | None = None, address: Form | None = None, merging: Form | None = None
) -> str:
    return render_template(
        "groups/speaker.html",
        speaker=speaker,
        account=account or account_form(speaker, members_of(g.group)),
        address=address or address_form(speaker),
        merging=merging or merge_form(other_speakers(g.group, speaker)),
    )


def _to(speaker: Speaker) -> Response:
    return redirect(url_for(".edit_speaker", speaker_slug=speaker.slug), 303)
