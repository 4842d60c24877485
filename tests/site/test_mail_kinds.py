"""The list of kinds of mail: whole, and nothing in it twice."""

from pathlib import Path

import pytest
from flask import Flask

from readinggroup.config import ROOT
from readinggroup.outbox import kinds
from readinggroup.outbox.queue import owe
from tests.build import NOW

TEMPLATES = ROOT / "templates" / "email"


def test_every_kind_has_its_words_and_every_mail_its_kind() -> None:
    """A new mail needs both: a template in templates/email/ and a line in outbox/kinds.py."""
    names = [kind.name for kind in kinds.ALL]

    assert sorted(names) == sorted(Path(file).stem for file in TEMPLATES.glob("*.txt"))
    assert len(set(names)) == len(names)


def test_owing_an_unknown_kind_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(kinds.UnknownKind, match=r"no\.such is not in"):
        owe("no.such", "mo@example.org", about="thing:1", group_id=None, now=NOW)
