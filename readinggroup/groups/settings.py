"""Changing a group's settings."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.groups.joining import lock_group
from readinggroup.models import Group


def change_settings(group: Group, changes: Mapping[str, Any], *, now: datetime, by: Actor) -> None:
    """Give the group's columns the values of ``changes``; what stays the same is no change."""
    lock_group(group)
    db.session.refresh(group)
    before = {name: _plain(getattr(group, name)) for name in changes}
    changed = [name for name, value in changes.items() if _plain(value) != before[name]]
    if not changed:
        return
    for name in changed:
        setattr(group, name, changes[name])
    db.session.flush()
    db.session.refresh(group)
    record(
        by,
        "group.settings",
        group,
        at=now,
        group_id=group.id,
        before={name: before[name] for name in changed},
        after={name: _plain(changes[name]) for name in changed},
    )


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value
