"""Every door against everybody: who gets in, in the own group and in a neighbour's, by one readable table.

A new route needs nothing here as long as its rule is in the table and what its address names is in ``things.py``.  A
new rule needs a line in the table.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import IntegerConverter, Rule

from readinggroup.access import doors
from readinggroup.access.actor import THE_SITE
from readinggroup.access.doors import rule_of
from readinggroup.api.actions import make_token
from readinggroup.db import db
from readinggroup.domain.lifecycle import Role
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import User
from tests import build
from tests.conftest import sign_in_as
from tests.site.things import Things, former_member, made

PEOPLE = ("visitor", "Sam", "Nia", "Mo", "Ada", "Root", "Rex", "Lou")
"""A visitor, an applicant, a member, a member who made the pitch and gives the talk, a co-lead, the site's
administrator, a co-lead of the neighbour group, and somebody who was removed."""

TABLE = """
rule                  visitor  Sam  Nia  Mo   Ada  Root Rex  Lou
anyone                in       in   in   in   in   in   in   in
signed_in             .        in   in   in   in   in   in   in
signed_in_afresh      .        in   in   in   in   in   in   in
is_member             .        .    in   in   in   .    .    .
is_co_lead            .        .    .    .    in   .    .    .
is_site_admin         .        .    .    .    .    in   .    .
may_change_settings   .        .    .    .    in   .    .    .
may_invite            .        .    .    .    in   .    .    .
may_export_members    .        .    .    .    in   .    .    .
may_take_group_along  .        .    .    .    in   .    .    .
may_read_records      .        .    .    .    in   .    .    .
may_import            .        .    .    .    in   .    .    .
may_see_schedule      in       in   in   in   in   in   in   in
may_see_archive       in       in   in   in   in   in   in   in
may_see_sessions      in       in   in   in   in   in   in   in
may_see_session       in       in   in   in   in   in   in   in
may_see_joint         in       in   in   in   in   in   in   in
may_see_pitches       .        .    in   in   in   .    .    .
may_see_pitch         .        .    in   in   in   .    .    .
may_tend_pitch        .        .    .    in   in   .    .    .
may_see_round         .        .    in   in   in   .    .    .
may_see_results       .        .    in   in   in   .    .    .
may_see_totals        .        .    in   in   in   .    .    .
may_see_members       .        .    in   in   in   .    .    .
may_tend_talk         .        .    .    in   in   .    .    .
may_see_file          in       in   in   in   in   in   in   in
may_give_feedback     .        .    in   .    in   .    .    .
speaks_at             .        .    .    in   .    .    .    .
holds_link            in       in   in   in   in   in   in   in
may_hide_speaker      .        .    .    in   in   .    .    .
may_answer_claim      .        .    .    in   in   .    .    .
may_see_swap          .        .    in   in   in   .    .    .
may_answer_swap       .        .    in   .    .    .    .    .
may_withdraw_swap     .        .    .    in   .    .    .    .
may_join              .        .    in   in   in   .    .    .
holds_chair_link      in       in   in   in   in   in   in   in
may_see_questions     .        .    in   in   in   .    .    .
may_ask               .        .    in   in   in   .    .    .
may_support_question  .        .    in   .    in   .    .    .
may_withdraw_question .        .    .    in   .    .    .    .
may_join_project      .        .    in   in   in   .    .    .
may_tell_of_project   .        .    .    in   in   .    .    .
may_take_update_back  .        .    .    in   in   .    .    .
may_give_chapter_back .        .    .    in   in   .    .    .
may_see_discussion    .        .    in   in   in   .    .    .
may_see_matter        .        .    in   in   in   .    .    .
may_comment           .        .    in   in   in   .    .    .
may_answer_comment    .        .    in   in   in   .    .    .
may_edit_comment      .        .    .    in   .    .    .    .
may_mark_interest     .        .    in   in   in   .    .    .
may_propose_change    .        .    .    in   in   .    .    .
may_decide_change     .        .    .    .    in   .    .    .
may_take_back_change  .        .    .    in   .    .    .    .
may_hide_comment      .        .    .    .    in   .    .    .
"""
"""Who gets in by which rule, as a new group shows itself, to a pitch on offer, a released round, a planned talk, a
comment of Mo's."""

MAY_ENTER = {
    name: dict(zip(PEOPLE, (cell == "in" for cell in cells), strict=True))
    for name, *cells in (line.split() for line in TABLE.strip().splitlines()[1:])
}
LET_IN, SIGN_IN, REFUSED, NOT_FOUND = "let in", "asked to sign in", "refused", "not found"
OUTCOMES = {204: LET_IN, 302: SIGN_IN, 401: SIGN_IN, 303: SIGN_IN, 403: REFUSED, 404: NOT_FOUND}
only_on_sqlite = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@pytest.fixture
def things(app: Flask, cast: dict[str, int]) -> Things:
    """What addresses name; besides, Sam has applied and Lou was removed."""
    with app.app_context():
        ours = group_by_slug("ml-theory")
        build.member(ours, db.session.get_one(User, cast["Sam"]), Role.APPLICANT)
        former_member()
        return made(cast)


@pytest.fixture
def clients(app: Flask, things: Things, monkeypatch: pytest.MonkeyPatch) -> dict[str, FlaskClient]:
    """Everybody's browser.  Behind every door stands a mark instead of the view, and forms need no token."""
    found = {who: FlaskClient(app, app.response_class) for who in PEOPLE}  # Error pages are read elsewhere.
    for who, client in found.items():
        if who != "visitor":
            sign_in_as(client, f"{who.lower()}@example.org")
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for(app, who)}"  # What /api/ goes by.
    monkeypatch.setattr(doors, "enter", lambda _view, _values: ("", 204))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    return found


@only_on_sqlite
def test_everybody_gets_in_where_the_table_says(
    app: Flask, clients: dict[str, FlaskClient], things: Things
) -> None:
    wrong = []
    for rule, method in doors_of(app):
        for who, client in clients.items():
            wanted = LET_IN if MAY_ENTER[named(app, rule)][who] else SIGN_IN if who == "visitor" else REFUSED
            found = outcome(client, method, address(rule, things, "ml-theory"))
            if found != wanted:
                wrong.append(f"{method} {rule.rule}: {who} is {found}, not {wanted}")

    assert wrong == [], "\n" + "\n".join(wrong)


@only_on_sqlite
def test_nothing_of_a_group_is_found_in_the_neighbours(
    app: Flask, clients: dict[str, FlaskClient], things: Things
) -> None:
    """Rex leads ``biology``: there he gets in as Ada does here, and what the address names isn't there."""
    wrong = []
    for rule, method in doors_of(app):
        if "group_slug" not in rule.arguments or not MAY_ENTER[named(app, rule)]["Ada"]:
            continue
        wanted = NOT_FOUND if app.view_functions[rule.endpoint].loads else LET_IN  # type: ignore[attr-defined]
        found = outcome(clients["Rex"], method, address(rule, things, "biology"))
        if found != wanted:
            wrong.append(f"{method} {rule.rule}: {found}, not {wanted}")

    assert wrong == [], "\n" + "\n".join(wrong)


def test_the_table_has_a_line_for_each_rule_and_no_other(app: Flask) -> None:
    used = {named(app, rule) for rule in app.url_map.iter_rules()}

    assert used == set(MAY_ENTER), "write a line for each rule into TABLE"


def token_for(app: Flask, who: str) -> str:
    """A token with which programs read as that person."""
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == f"{who.lower()}@example.org")).one()
        secret = make_token(user, "Matrix", now=build.NOW, by=THE_SITE)
        build.saved()
        return secret


def doors_of(app: Flask) -> list[tuple[Rule, str]]:
    """Every route with each of its methods."""
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def named(app: Flask, rule: Rule) -> str:
    found: Callable[..., bool] | None = rule_of(app, rule.endpoint)
    return found.__name__ if found else f"no rule at {rule.endpoint}"


def address(rule: Rule, things: Things, group: str) -> str:
    """An address that ``rule`` matches, naming what there is in ml-theory."""
    values = {
        name: things.get(f"{rule.endpoint} {name}", things.get(name, _any(rule, name)))
        for name in rule.arguments
    }
    built = rule.build(values | {"group_slug": group}, append_unknown=False)
    assert built is not None
    return built[1]


def outcome(client: FlaskClient, method: str, path: str) -> str:
    answer = client.open(path, method=method)
    if answer.status_code in {302, 303} and not answer.location.startswith("/login"):
        return f"sent to {answer.location}"
    return OUTCOMES.get(answer.status_code, str(answer.status_code))


def _any(rule: Rule, name: str) -> int | str:
    return 1 if isinstance(rule._converters[name], IntegerConverter) else "x"
