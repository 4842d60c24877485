"""The arrows of the house: which room may use which (docs/tour.md)."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "readinggroup"
FOUNDATION = ("clock", "text", "config", "domain", "db", "nested", "models", "triggers", "migrating")
SHARED = (
    "access",
    *(f"outbox.{part}" for part in ("html", "kinds", "links", "looks", "queue", "receivers")),
    "web",
    "uploads",
)
CAPABILITIES = (
    "accounts",
    "groups",
    "discussion",
    "pitches",
    "voting",
    "scheduling",
    "series",
    "holding",
    "archive",
    "editing",
    "tending",
    "figures",
    "mine",
    "front",
)
LAYERS = ("queries", "actions", "forms", "routes")
OUTER = (
    "feeds",
    "api",
    "exchange",
    "outbox.claiming",
    "outbox.delivery",
    "outbox.messages",
    "outbox.smtp",
    "mail",
    "backups",
    "moving",
    "serving",
    "starting",
    "rooms",
    "cli",
)
PURE = {"readinggroup.domain", "tzdata"}
FLASK = {"flask", "flask_login", "flask_security", "flask_wtf", "werkzeug", "wtforms"}


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name below it, such as "voting.actions"."""
    names = {}
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        names[".".join(part for part in parts if part != "__init__")] = file
    return names


def imports(file: Path) -> set[str]:
    """The dotted names that ``file`` imports at run time, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def rank(name: str) -> int:
    """How far to the right a module stands; it may use only what stands to its left, or beside it in its room."""
    order = [*FOUNDATION, *SHARED, *CAPABILITIES, *OUTER, ""]
    return max(
        (i for i, room in enumerate(order) if name == room or name.startswith(f"{room}.")), default=len(order)
    )


MODULES = modules()


@pytest.mark.parametrize("name", sorted(MODULES))
def test_room_uses_only_what_stands_to_its_left(name: str) -> None:
    wrong = set()
    for target in imports(MODULES[name]):
        used = target.removeprefix("readinggroup.")
        if used == target or used not in MODULES or _same_room(name, used):
            continue
        if rank(used) > rank(name) or (
            _room(used) in CAPABILITIES and _layer(used) in {"forms", "routes"} and _is_inner(name)
        ):
            wrong.add(used)

    assert wrong == set(), f"{name} may not use {wrong}"


@pytest.mark.parametrize("name", sorted(n for n in MODULES if n.startswith("domain")))
def test_domain_is_pure(name: str) -> None:
    import sys

    outside = {
        target
        for target in imports(MODULES[name])
        if target.partition(".")[0] not in sys.stdlib_module_names
        and not any(target == pure or target.startswith(f"{pure}.") for pure in PURE)
    }

    assert outside == set()


@pytest.mark.parametrize("name", sorted(n for n in MODULES if n.rpartition(".")[2] in {"queries", "actions"}))
def test_queries_and_actions_know_no_flask(name: str) -> None:
    assert {target for target in imports(MODULES[name]) if target.partition(".")[0] in FLASK} == set()


@pytest.mark.parametrize("name", sorted(n for n in MODULES if n.rpartition(".")[2] == "routes"))
def test_routes_know_no_sqlalchemy(name: str) -> None:
    assert {target for target in imports(MODULES[name]) if target.startswith("sqlalchemy")} == set()


@pytest.mark.parametrize("name", sorted(n for n in MODULES if n.rpartition(".")[2] == "actions"))
def test_actions_never_commit_or_ask_the_clock(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    assert {
        call for call in called if call in {"commit", "db.session.commit", "clock.now", "datetime.now"}
    } == set()


def _room(name: str) -> str:
    return name.partition(".")[0]


def _layer(name: str) -> str:
    return name.partition(".")[2]


def _same_room(one: str, other: str) -> bool:
    if _room(one) != _room(other):
        return False
    if _room(one) not in CAPABILITIES or _layer(one) not in LAYERS or _layer(other) not in LAYERS:
        return True
    return LAYERS.index(_layer(other)) <= LAYERS.index(_layer(one))


def _is_inner(name: str) -> bool:
    return _room(name) in CAPABILITIES
