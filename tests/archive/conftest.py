"""A small archive: what the tests of the archive and the front pages look at."""

from datetime import date

import pytest
from flask import Flask

from readinggroup.domain.lifecycle import MaterialKind, MeetingState, TalkState
from readinggroup.models import Meeting
from tests.archive import build
from tests.build import saved


@pytest.fixture
def archive(app: Flask, cast: dict[str, int]) -> Flask:
    """Six sessions of ml-theory and one of its neighbour.

    1 was held on a date that nobody wrote down, with a recap alone.  2 and 3 were held in 2022, 3 as planned;
    at 4, in 2023, a talk stood in for another one.  5 is announced for 18 February 2023 with one place free;
    6, two weeks later, is planned and its talk is not for the public.  The neighbour has a session 7.
    """
    with app.app_context():
        group = build.group_of()
        build.session(group, 1, recap="We asked what everybody hopes for.")
        second = build.session(group, 2, date(2022, 11, 19))
        meta = build.talk(
            second,
            "Meta Learning",
            "Sree Harsha Nelaturu",
            topics=["Optimisation"],
            abstract="Learning *to learn*, with $\\theta^\\star$.",
        )
        build.talk(second, "Neural Information Retrieval", "Max Marion", position=2, topics=["Retrieval"])
        build.reading(meta, "Model-Agnostic Meta-Learning", "https://arxiv.org/abs/1703.03400")
        build.material(meta, MaterialKind.SLIDES, "Slides of Harsha", "https://slides.example/meta")
        build.material(second, MaterialKind.RECORDING, "The whole hour", "https://video.example/2")
        build.material(second, MaterialKind.IMAGE, "A photograph", "https://images.example/2.png")
        third = build.session(group, 3, date(2022, 12, 3))
        build.talk(third, "Représentations d'Erdős", "Ashish Gaurav", topics=["Retrieval"])
        _fourth(build.session(group, 4, date(2023, 2, 4)))
        fifth = build.session(
            group, 5, date(2023, 2, 18), state=MeetingState.ANNOUNCED, join_url="https://meet.example/secret"
        )
        build.talk(fifth, "Noisy gradients", "Nia")
        hidden = build.session(group, 6, date(2023, 3, 4), state=MeetingState.PLANNED)
        unpublished = build.talk(hidden, "Unpublished secret", "Hidden Speaker", topics=["Hidden topic"])
        build.reading(unpublished, "Hidden paper", "https://arxiv.org/abs/0000.00001")
        build.material(unpublished, MaterialKind.SLIDES, "Hidden slides", "https://slides.example/hidden")
        other = build.session(build.group_of("biology"), 7, date(2022, 12, 10))
        build.talk(other, "Cells of the neighbour", "Rex", topics=["Cells"])
        saved()
    return app


def _fourth(meeting: Meeting) -> None:
    given = build.talk(meeting, "Contrastive learning", "Ahmad Mustafa")
    build.talk(
        meeting,
        "Quantum Probability",
        "Ashish Gaurav",
        state=TalkState.REPLACED,
        replaced_by_id=given.id,
    )
    build.talk(
        meeting,
        "Diffusion models",
        "Harry Saini",
        position=2,
        state=TalkState.WITHDRAWN,
        note="Not given on the day.",
    )
    build.material(given, MaterialKind.PAPER, "CLIP", "https://arxiv.org/abs/2103.00020")
