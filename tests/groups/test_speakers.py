"""Speakers found by their name, or made."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.groups.queries import group_by_slug
from readinggroup.groups.speakers import NoName, fold_name, speaker_named
from readinggroup.models import Group, Meeting, Place, Speaker, Talk, TalkSpeaker
from tests import build


@pytest.fixture
def group(app):
    with app.app_context():
        made = build.group()
        build.saved()
        yield made


def test_a_new_name_becomes_a_speaker_with_a_slug_of_its_own(group):
    speaker = speaker_named(group, "  Sree  Harsha Nelaturu ")
    db.session.flush()

    assert (speaker.name, speaker.slug, speaker.user_id) == (
        "Sree Harsha Nelaturu",
        "sree-harsha-nelaturu",
        None,
    )
    assert speaker.id is not None


@pytest.mark.parametrize("name", ["Max Marion", "max marion", " MAX  MARION", "Máx Marión"])
def test_a_name_is_found_again_however_it_is_typed(group, name):
    first = speaker_named(group, "Max Marion")

    assert speaker_named(group, name) is first


@pytest.mark.parametrize(
    ("one", "other"),
    [("Max Marion", "Max Marion Meyer"), ("李明", "王芳"), ("Dai", "Dai Li"), ("A" * 70, "A" * 71)],
)
def test_other_names_are_other_speakers(group, one, other):
    first, second = speaker_named(group, one), speaker_named(group, other)
    db.session.flush()

    assert first.id != second.id
    assert first.slug != second.slug
    assert (speaker_named(group, one), speaker_named(group, other)) == (first, second)


def test_names_are_known_in_their_own_group_only(group):
    other = build.group("biology", "Biology")

    assert speaker_named(group, "Max Marion") is not speaker_named(other, "Max Marion")
    assert sorted(db.session.scalars(db.select(Speaker.group_id))) == sorted([group.id, other.id])


def test_an_accounts_own_name_takes_the_speaker_that_was_there(group):
    archived = speaker_named(group, "Mo Marion")
    mo = build.user("Mo Marion")

    assert speaker_named(group, "mo marion", mo) is archived
    assert archived.user_id == mo.id


def test_an_accounts_name_alone_takes_no_speaker_who_has_given_talks(group):
    archived = speaker_named(group, "Mo Marion")
    db.session.flush()
    given_by(archived, group)
    mo = build.user("Mo Marion")

    assert speaker_named(group, "Mo Marion", mo) is archived
    assert archived.user_id is None


def given_by(speaker, group):
    """A talk in the archive under the speaker's name."""
    meeting = Meeting(group_id=group.id, number=1, minutes=60, zone=group.zone, state=MeetingState.HELD)
    meeting.places = [Place(position=1, talk_minutes=25, question_minutes=5)]
    db.session.add(meeting)
    db.session.flush()
    talk = Talk(
        group_id=group.id, meeting_id=meeting.id, position=1, title="Lottery tickets", state=TalkState.GIVEN
    )
    db.session.add(talk)
    db.session.flush()
    db.session.add(TalkSpeaker(talk_id=talk.id, speaker_id=speaker.id))
    db.session.flush()


def test_a_namesake_with_another_account_is_somebody_else(group):
    mo = build.user("Mo Marion")
    own = speaker_named(group, "Mo Marion", mo)
    namesake = build.user("Mo-Marion")

    other = speaker_named(group, "Mo Marion", namesake)
    db.session.flush()

    assert (own.user_id, other.user_id) == (mo.id, namesake.id)
    assert (own.slug, other.slug) == ("mo-marion", "mo-marion-2")
    assert speaker_named(group, "Mo Marion") is own


def test_an_account_keeps_its_speaker_when_its_name_changes(group):
    mo = build.user("Mo Marion")
    own = speaker_named(group, "Mo Marion", mo)

    assert speaker_named(group, "Moritz Marion", mo) is own


@pytest.mark.parametrize("name", ["", "  ", "...", "42", "\u200b"])
def test_what_has_no_letter_is_no_name(group, name):
    with pytest.raises(NoName):
        speaker_named(group, name)


def test_a_long_name_is_cut_to_what_fits(group):
    speaker = speaker_named(group, "Ab " * 200)
    db.session.flush()

    assert len(speaker.name) <= 120
    assert db.session.get_one(Group, group.id).id == speaker.group_id


def test_fold_name_keeps_scripts_apart_that_have_no_slug():
    assert fold_name("李 明") != fold_name("王 芳")
    assert fold_name("ÉLISE Müller") == fold_name("elise muller")


def test_a_name_that_is_new_to_two_requests_at_once_becomes_one_speaker(app, group):
    together = Barrier(2)

    def name_them(_number):
        with app.app_context(), writing():
            together.wait(10)
            speaker = speaker_named(group_by_slug("ml-theory"), "Max Marion")
            commit()
            return speaker.id

    with ThreadPoolExecutor(2) as pool:
        ids = list(pool.map(name_them, range(2)))

    db.session.rollback()
    assert ids[0] == ids[1]
    assert db.session.scalars(db.select(Speaker.name)).all() == ["Max Marion"]
