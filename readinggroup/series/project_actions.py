"""What is done about research proposals.  Their pitches are only ever read here: what becomes of those the rooms of
pitches, voting and scheduling say."""

from datetime import datetime

from sqlalchemy import delete, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchKind, ProjectState, become
from readinggroup.models import Group, Pitch, Project, ProjectMember, ProjectUpdate, User
from readinggroup.outbox.queue import owe
from readinggroup.series.projects import CLOSED


class ProjectClosed(Exception):
    """The pitch was withdrawn or is of another kind by now, so nothing can be done about its project."""


def move_project(pitch: Pitch, state: ProjectState, *, call: str, now: datetime, by: Actor) -> None:
    """Say how far the project is, and whom it looks for.  Raises ProjectClosed, or NotAllowed for such a move."""
    project = _project_of(pitch, now=now)
    before = {"state": project.state.value, "call": project.call}
    if project.state is not state:
        project.state = become(project.state, state)
    project.call = call
    after = {"state": state.value, "call": call}
    if after != before:
        project.changed_at = now
        db.session.flush()
        record(by, "project.moved", pitch, at=now, before=before, after=after)


def join_project(group: Group, pitch: Pitch, *, now: datetime, by: Actor) -> None:
    """Take part; whoever pitched it is told.  Once is enough.  Raises ProjectClosed."""
    project = _project_of(pitch, now=now)
    user_id = by.user_id
    if user_id is None or user_id == pitch.author_id or _takes_part(project, user_id):
        return
    db.session.add(ProjectMember(pitch_id=pitch.id, user_id=user_id, joined_at=now))
    db.session.flush()
    record(by, "project.joined", pitch, at=now)
    author = db.session.get(User, pitch.author_id) if pitch.author_id else None
    if author is not None and author.active:
        words = {
            "name": author.name,
            "group": group.name,
            "title": pitch.title,
            "who": by.name,
            "path": f"/{group.slug}/projects/{pitch.id}",
        }
        about = f"project:{pitch.id}:{user_id}"
        owe("project.joined", author.email, about=about, group_id=group.id, now=now, words=words)


def leave_project(pitch: Pitch, *, now: datetime, by: Actor) -> None:
    """Take part no more; what one told stays."""
    mine = (ProjectMember.pitch_id == pitch.id, ProjectMember.user_id == by.user_id)
    gone = db.session.scalar(delete(ProjectMember).where(*mine).returning(ProjectMember.user_id))
    if gone is not None:
        record(by, "project.left", pitch, at=now)


def tell_of_project(pitch: Pitch, words: str, *, now: datetime, by: Actor) -> ProjectUpdate:
    """Tell how it goes.  Raises ProjectClosed."""
    _project_of(pitch, now=now)
    update = ProjectUpdate(pitch_id=pitch.id, by_id=by.user_id, words=words, made_at=now)
    db.session.add(update)
    db.session.flush()
    record(by, "project.told", pitch, at=now)
    return update


def take_update_back(pitch: Pitch, update: ProjectUpdate, *, now: datetime, by: Actor) -> None:
    """Let an update be gone."""
    record(by, "project.untold", pitch, at=now)
    db.session.delete(update)
    db.session.flush()


def _project_of(pitch: Pitch, *, now: datetime) -> Project:
    """The pitch's project, made where there is none yet; two who need it at once wait for each other here."""
    db.session.refresh(pitch, ["state", "kind", "author_id"], with_for_update={"key_share": True})
    if pitch.kind is not PitchKind.PROPOSAL or pitch.state in CLOSED:
        raise ProjectClosed(pitch.id)
    project = db.session.scalar(select(Project).where(Project.pitch_id == pitch.id).with_for_update())
    if project is None:
        project = Project(
            pitch_id=pitch.id, group_id=pitch.group_id, state=ProjectState.PROPOSED, call="", changed_at=now
        )
        db.session.add(project)
        db.session.flush()
    return project


def _takes_part(project: Project, user_id: int) -> bool:
    return db.session.get(ProjectMember, (project.pitch_id, user_id)) is not None
