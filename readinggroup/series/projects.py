"""Research proposals as pages show them: how far each is, who takes part, and what they tell."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchKind, PitchState, ProjectState
from readinggroup.models import Group, Pitch, Project, ProjectMember, ProjectUpdate, User

CLOSED = frozenset({PitchState.DRAFT, PitchState.WITHDRAWN})
"""States of a pitch in which nothing can be done about its project."""
ORDER = (
    ProjectState.LOOKING,
    ProjectState.PROPOSED,
    ProjectState.UNDER_WAY,
    ProjectState.FINISHED,
    ProjectState.SET_ASIDE,
)
"""In which order projects are listed: where people are wanted first."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class UpdateView:
    """What somebody told of a project."""

    id: int
    by: Person
    words: str
    made_at: datetime

    @property
    def by_id(self) -> int:
        """The account of who told it."""
        return self.by.user_id


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A research proposal with its pitch; ``people`` begin with its author, where that is still known."""

    pitch: Pitch
    state: ProjectState
    call: str
    people: tuple[Person, ...]
    updates: tuple[UpdateView, ...]

    @property
    def is_open(self) -> bool:
        """Whether people can join it and tell of it: its pitch stands."""
        return self.pitch.state not in CLOSED

    @property
    def user_ids(self) -> frozenset[int]:
        """The accounts of those who take part."""
        return frozenset(person.user_id for person in self.people)


def proposal_in(group: Group, proposal_id: int) -> Pitch | None:
    """The group's research proposal, once it was pitched."""
    return db.session.scalar(select(Pitch).where(*_proposals(group), Pitch.id == proposal_id))


def project_in(group: Group, proposal_id: int) -> ProjectView | None:
    """The same with all that belongs to it."""
    found = _views(group, Pitch.id == proposal_id)
    return found[0] if found else None


def projects_of(group: Group) -> Sequence[tuple[ProjectState, Sequence[ProjectView]]]:
    """The group's research proposals whose pitches stand, by state in ORDER, the newest first."""
    found = [view for view in _views(group) if view.is_open]
    parts = ((state, [view for view in found if view.state is state]) for state in ORDER)
    return [(state, views) for state, views in parts if views]


def update_in(group: Group, update_id: int) -> ProjectUpdate | None:
    """An update of one of the group's projects."""
    ours = select(ProjectUpdate).join(Project, Project.pitch_id == ProjectUpdate.pitch_id)
    return db.session.scalar(ours.where(Project.group_id == group.id, ProjectUpdate.id == update_id))


def _proposals(group: Group) -> tuple[ColumnElement[bool], ...]:
    return Pitch.group_id == group.id, Pitch.kind == PitchKind.PROPOSAL, Pitch.state != PitchState.DRAFT


def _views(group: Group, *where: ColumnElement[bool]) -> list[ProjectView]:
    rows = db.session.execute(
        select(Pitch, Project, User.name)
        .outerjoin(Project, Project.pitch_id == Pitch.id)
        .outerjoin(User, User.id == Pitch.author_id)
        .where(*_proposals(group), *where)
        .order_by(Pitch.id.desc())
    ).all()
    ids = [pitch.id for pitch, _, _ in rows]
    people: defaultdict[int, list[Person]] = defaultdict(list)
    for pitch, _, author in rows:
        if pitch.author_id is not None:
            people[pitch.id].append(Person(pitch.author_id, author))
    joined = select(ProjectMember.pitch_id, User.id, User.name).join(User, User.id == ProjectMember.user_id)
    for pitch_id, user_id, name in db.session.execute(
        joined.where(ProjectMember.pitch_id.in_(ids)).order_by(ProjectMember.joined_at, User.id)
    ):
        if user_id not in {person.user_id for person in people[pitch_id]}:
            people[pitch_id].append(Person(user_id, name))
    updates = _updates(ids)
    return [
        ProjectView(
            pitch,
            project.state if project else ProjectState.PROPOSED,
            project.call if project else "",
            tuple(people[pitch.id]),
            tuple(updates[pitch.id]),
        )
        for pitch, project, _ in rows
    ]


def _updates(ids: Sequence[int]) -> defaultdict[int, list[UpdateView]]:
    """By project, the latest first."""
    found: defaultdict[int, list[UpdateView]] = defaultdict(list)
    told = select(ProjectUpdate, User.name).join(User, User.id == ProjectUpdate.by_id)
    rows = db.session.execute(told.where(ProjectUpdate.pitch_id.in_(ids)).order_by(ProjectUpdate.id.desc()))
    for update, name in rows:
        by = Person(update.by_id, name)
        found[update.pitch_id].append(UpdateView(update.id, by, update.words, update.made_at))
    return found
