"""Looking after the site: the community, its groups, the accounts of its people."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_site_admin
from readinggroup.accounts.standing import OwnAccount, account_in, accounts_named, deactivate, reactivate
from readinggroup.db import commit
from readinggroup.front.blueprint import bp
from readinggroup.front.founding import appoint, begin_group, describe_community
from readinggroup.front.site_forms import AppointForm, CommunityForm, NewGroupForm
from readinggroup.groups.actions import SlugTaken
from readinggroup.groups.queries import community, group_in, groups, led_alone_by, people_counts
from readinggroup.models import Group, User
from readinggroup.web.forms import tidy

ON_A_PAGE = 100


@bp.route("/admin/", methods=["GET", "POST"])
@access(is_site_admin)
def admin() -> ResponseReturnValue:
    form = CommunityForm(obj=community())
    if form.validate_on_submit():
        describe_community(form.name.data or "", form.intro.data or "", now=clock.now(), by=actor())
        commit()
        flash("Saved.", "success")
        return redirect(url_for(".admin"), 303)
    words = render_template("front/admin.html", form=form, groups=groups(), counts=people_counts())
    return words, 422 if form.errors else 200


@bp.route("/admin/groups/new", methods=["GET", "POST"])
@access(is_site_admin)
def new_group() -> ResponseReturnValue:
    form = NewGroupForm()
    if form.validate_on_submit():
        try:
            group = begin_group(
                form.start(slug=form.slug.data or "", name=form.name.data or ""), now=clock.now(), by=actor()
            )
        except SlugTaken:
            form.slug.errors = ["There is a group at this address already."]
        else:
            _say(group, appoint(group, form.lead.data or "", now=clock.now(), by=actor()))
            commit()
            return redirect(url_for(".group", group_slug=group.slug), 303)
    return render_template("front/new_group.html", form=form), 422 if form.errors else 200


@bp.route("/admin/groups/<int:group_id>", methods=["GET", "POST"])
@access(is_site_admin, found=group_in)
def appoint_co_lead(found: Group) -> ResponseReturnValue:
    form = AppointForm()
    if form.validate_on_submit():
        _say(found, appoint(found, form.email.data or "", now=clock.now(), by=actor()))
        commit()
        return redirect(url_for(".admin"), 303)
    return render_template("front/appoint.html", form=form, found=found), 422 if form.errors else 200


@bp.get("/admin/people/")
@access(is_site_admin)
def people() -> ResponseReturnValue:
    named, after = tidy(request.args.get("q"))[:120], request.args.get("after", 0, type=int)
    found = accounts_named(named, after=max(0, min(after, 2**31 - 1)), limit=ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    return render_template(
        "front/people.html",
        people=shown,
        q=named,
        first_url=url_for(".people", q=named or None) if after else "",
        further_url=url_for(".people", q=named or None, after=shown[-1].id) if len(found) > ON_A_PAGE else "",
    )


@bp.post("/admin/people/<int:user_id>/deactivate")
@access(is_site_admin, user=account_in)
def deactivate_account(user: User) -> ResponseReturnValue:
    if alone := led_alone_by(user):
        named = " and ".join(group.name for group in alone)
        flash(f"{user.name} alone leads {named}: appoint another co-lead first.", "error")
        return redirect(url_for(".admin"), 303)
    try:
        deactivate(user, now=clock.now(), by=actor())
    except OwnAccount:
        flash("That is your own account; somebody else who looks after the site can deactivate it.", "error")
    else:
        commit()
        flash(f"{user.name} can't sign in any more. What they gave and voted stays.", "success")
    return redirect(url_for(".people", q=user.email), 303)


@bp.post("/admin/people/<int:user_id>/reactivate")
@access(is_site_admin, user=account_in)
def reactivate_account(user: User) -> ResponseReturnValue:
    reactivate(user, now=clock.now(), by=actor())
    commit()
    flash(f"{user.name} can sign in again.", "success")
    return redirect(url_for(".people", q=user.email), 303)


def _say(group: Group, at_once: bool) -> None:
    if at_once:
        flash(f"{group.name} has its co-lead.", "success")
    else:
        flash(f"An invitation to lead {group.name} is on its way.", "success")
