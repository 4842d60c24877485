"""The first run: a few steps from an empty installation to a group with its first sessions and its first co-lead."""

from collections.abc import Sequence

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import hash_password, login_user

from readinggroup import clock
from readinggroup.access.doors import access
from readinggroup.access.rules import anyone
from readinggroup.accounts.passwords import normal_password
from readinggroup.accounts.queries import any_user
from readinggroup.config import Settings
from readinggroup.db import commit
from readinggroup.front.blueprint import bp
from readinggroup.front.founding import AlreadyFounded, first_sessions, found, places_apart
from readinggroup.front.site_forms import BeginningForm, MeetingsForm, PersonForm
from readinggroup.groups.actions import SlugTaken
from readinggroup.web.forms import Form
from readinggroup.web.when import When, moment

Steps = tuple[BeginningForm, MeetingsForm, PersonForm]


@bp.route("/welcome", methods=["GET", "POST"])
@access(anyone)
def welcome() -> ResponseReturnValue:
    """Open while nobody has an account; where others can reach the site it asks for the code of its terminal."""
    if any_user():
        if request.method == "POST":
            abort(404)
        return redirect(url_for("security.login", next=url_for(".new_group")))
    steps = _steps()
    sent = _sent_step()
    if request.method == "GET" or sent == 0:
        return _page(steps, 1)
    wrong = next((number for number, form in enumerate(steps[:sent], start=1) if not form.validate()), None)
    if "back" in request.form:
        return _page(_steps(), max(1, sent - 1))
    if wrong is not None:
        return _page(steps, wrong), 422
    if sent < len(steps) or "show" in request.form:
        return _page(steps, sent if "show" in request.form else sent + 1)
    return _found(steps)


def _found(steps: Steps) -> ResponseReturnValue:
    names, meetings, person = steps
    hashed = hash_password(normal_password(person.password.data))
    try:
        group, user = found(
            names.community.data or "",
            meetings.start(slug=names.slug.data or "", name=names.name.data or ""),
            name=person.person.data or "",
            email=person.email.data or "",
            password_hash=hashed,
            now=clock.now(),
        )
    except SlugTaken:
        names.slug.errors = ["There is a group at this address already."]
        return _page(steps, 1), 422
    except AlreadyFounded:
        return redirect(url_for(".community"), 303)
    commit()
    login_user(user)
    flash(f"{group.name} is here. Say what it is for, then invite its members.", "success")
    return redirect(url_for("groups.settings", group_slug=group.slug), 303)


def _steps() -> Steps:
    settings: Settings = current_app.config["SETTINGS"]
    secret = None if settings.development else settings.secret_key
    sent = request.form
    return (
        BeginningForm(secret),
        MeetingsForm() if "zone" in sent else MeetingsForm(formdata=None),
        PersonForm() if "person" in sent else PersonForm(formdata=None),
    )


def _sent_step() -> int:
    step = request.form.get("step", "")
    return int(step) if step in {"1", "2", "3"} else 0


def _page(steps: Steps, step: int) -> str:
    meetings = steps[1]
    shows = step == 2 and "show" in request.form and not meetings.errors
    return render_template(
        "front/welcome.html",
        step=step,
        form=steps[step - 1],
        names=steps[0],
        kept=_kept(steps, step),
        sessions=_first_sessions(steps) if shows or step == 3 else [],
    )


def _kept(steps: Steps, step: int) -> Sequence[tuple[str, str]]:
    """What was typed in the other steps, to be sent along; never a password."""
    others: list[Form] = [form for number, form in enumerate(steps, start=1) if number != step]
    names = [field.name for form in others for field in form if field.type != "PasswordField"]
    return [
        (name, request.form[name])
        for name in dict.fromkeys(names)
        if name != "csrf_token" and name in request.form
    ]


def _first_sessions(steps: Steps) -> list[list[When]]:
    """The first sessions, each as clocks in three places show it."""
    names, meetings, _ = steps
    start = meetings.start(slug=names.slug.data or "", name=names.name.data or "")
    moments = first_sessions(start)
    return [[moment(at, zone) for zone in places_apart(start.zone, moments[0])] for at in moments]
