"""A pitch of Mo's and a published talk of Nia's to talk about, at the hour of the pitch tests."""

import pytest
from flask import Flask

from readinggroup.domain.lifecycle import MeetingState
from tests.archive import build as archive
from tests.build import NOW, saved
from tests.pitches import build
from tests.pitches.conftest import _at_now, statements

__all__ = ["_at_now", "statements"]


@pytest.fixture
def on_pitch(app: Flask, cast: dict[str, int]) -> str:
    """The address of the discussion of a pitch of Mo's."""
    with app.app_context():
        return f"/ml-theory/pitches/{build.pitch(cast['Mo'], 'Quantum Probability')}/discussion"


@pytest.fixture
def on_talk(app: Flask, cast: dict[str, int]) -> str:
    """The address of the discussion of a talk that is to come."""
    with app.app_context():
        meeting = archive.session(
            build.the_group(), 1, NOW.date().replace(day=19), state=MeetingState.ANNOUNCED
        )
        talk = archive.talk(meeting, "Noisy gradients", "Nia")
        saved()
        return f"/ml-theory/talks/{talk.id}/discussion"
