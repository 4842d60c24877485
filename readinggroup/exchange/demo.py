"""The sample group on the first start in development, so that a first visitor finds the site alive."""

import os
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

from flask_security.utils import hash_password

from readinggroup import clock
from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.accounts.actions import create_user
from readinggroup.accounts.queries import any_user, user_by_email
from readinggroup.config import Settings
from readinggroup.db import commit, db, writing
from readinggroup.discussion.actions import say
from readinggroup.discussion.queries import Matter
from readinggroup.domain.lifecycle import MaterialKind, TalkState
from readinggroup.domain.rhythm import zone_at
from readinggroup.exchange.loading import load_archive
from readinggroup.exchange.sample import SAMPLE, DemoPitch, DemoTalk, Sample, read_sample
from readinggroup.groups.actions import create_group, enrol, name_community
from readinggroup.groups.queries import membership_of
from readinggroup.models import Group, Meeting, Membership, Pitch, Reading, User
from readinggroup.pitches.actions import pitch_talk
from readinggroup.pitches.offers import Link, Offer
from readinggroup.scheduling.actions import make_meetings
from readinggroup.scheduling.talk_actions import put_talk
from readinggroup.voting.actions import cast, open_round

COMMUNITY = "Theory Commons"
AHEAD = 4
SIGN_INS = (("a co-lead", "ada@example.org"), ("a member", "mo@example.org"))


def load_sample_once(settings: Settings, *, echo: Callable[[str], object]) -> None:
    """Load the sample where nobody has an account yet, and say how to sign in wherever it is loaded.

    All or nothing: killed in between, the next start finds an empty database and begins again.
    """
    password = _kept_password(settings)
    if not any_user():
        with writing():
            load(read_sample(SAMPLE.read_text(encoding="utf-8")), password=password, now=clock.now())
            commit()
        echo("The sample group was loaded.")
    if user_by_email(SIGN_INS[0][1]) is not None:
        for whom, email in SIGN_INS:
            echo(f"Sign in as {whom}: {email}, password {password}")


def load(sample: Sample, *, password: str, now: datetime) -> Group:
    """The sample's group with its archive, its people, an open round and coming sessions."""
    name_community(COMMUNITY)
    people = _people(sample, password, now)
    facts = sample.group
    group = create_group(
        facts.slug, facts.name, zone=facts.zone, anchor_on=facts.anchor_on, starts_at=facts.starts_at, now=now,
        by=THE_SITE, weeks_between=facts.weeks_between, minutes=facts.minutes, places=facts.places,
        talk_minutes=facts.talk_minutes, question_minutes=facts.question_minutes, lead_days=facts.lead_days,
    )  # fmt: skip
    group.mission = facts.mission
    for person in sample.people:
        if person.role is not None:
            enrol(group, people[person.email], person.role, now=now, by=THE_SITE)
    load_archive(group, sample.archive, source=SAMPLE.name, now=now, by=THE_SITE)
    meetings = make_meetings(group, count=AHEAD, now=now, by=THE_SITE)
    positions: Counter[int] = Counter()
    for talk in sample.talks:
        positions[talk.session] += 1
        _talk(group, meetings[talk.session - 1], positions[talk.session], talk, people, now=now)
    pitches = {pitch.key: _pitch(group, pitch, people, now=now) for pitch in sample.pitches}
    for comment in sample.comments:
        pitch = pitches[comment.on]
        by = _actor(group, people[comment.by])
        say(group, Matter(pitch.title, pitch=pitch), comment.words, now=now, by=by)
    _round(group, sample, pitches, people, now=now)
    return group


def _people(sample: Sample, password: str, now: datetime) -> dict[str, User]:
    hashed = hash_password(password)
    return {
        person.email: create_user(
            person.email,
            person.name,
            password_hash=hashed,
            now=now,
            by=THE_SITE,
            is_site_admin=person.role is None,
        )
        for person in sample.people
    }


def _talk(
    group: Group, meeting: Meeting, position: int, demo: DemoTalk, people: dict[str, User], *, now: datetime
) -> None:
    talk = put_talk(
        group, meeting, position, title=demo.title, speakers=[people[demo.by].name],
        abstract=demo.abstract, kind=demo.kind, now=now, by=THE_SITE,
    )  # fmt: skip
    if demo.state is TalkState.CONFIRMED:
        talk.state = TalkState.CONFIRMED
    db.session.add_all(
        Reading(talk_id=talk.id, position=number, title=reading.title, url=reading.url, posted_at=now)
        for number, reading in enumerate(demo.readings, start=1)
    )
    db.session.flush()


def _round(
    group: Group, sample: Sample, pitches: dict[str, Pitch], people: dict[str, User], *, now: datetime
) -> None:
    closes_on = (now + timedelta(days=sample.round.open_days)).astimezone(zone_at(group.zone)).date()
    round_ = open_round(
        group, [pitches[pitch.key].id for pitch in sample.pitches if pitch.in_round], title=sample.round.title,
        seats=sample.round.seats, closes_on=closes_on, closes_time=time(18), now=now,
        by=_actor(group, people[SIGN_INS[0][1]]),
    )  # fmt: skip
    for ballot in sample.round.ballots:
        voter = membership_of(group, people[ballot.by].id)
        if voter is not None:
            cast(round_, voter, [pitches[key].public_id for key in ballot.approves], now=now)


def _pitch(group: Group, demo: DemoPitch, people: dict[str, User], *, now: datetime) -> Pitch:
    author = people[demo.by]
    offer = Offer(
        title=demo.title,
        speakers=[author.name],
        abstract=demo.abstract,
        kind=demo.kind,
        topics=sorted(demo.topics),
        links=[Link(link.url, MaterialKind(link.kind), link.title) for link in demo.links],
    )
    return pitch_talk(group, offer, now=now, by=_actor(group, author))


def _actor(group: Group, user: User) -> Actor:
    place: Membership | None = membership_of(group, user.id)
    return Actor(user, place)


def _kept_password(settings: Settings) -> str:
    """SAMPLE_PASSWORD, else one that is made up once and kept beside the database."""
    if settings.sample_password:
        return settings.sample_password
    file: Path = settings.data_dir / "sample_password"
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(9))
    return file.read_text(encoding="utf-8").strip()
