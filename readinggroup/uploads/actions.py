"""Keeping files, and letting those go that nothing shows any more."""

from datetime import datetime, timedelta

from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.db import db
from readinggroup.models import Group, Material, Meeting, Talk, Upload
from readinggroup.text.pictures import FILES
from readinggroup.uploads.checking import Checked
from readinggroup.uploads.queries import A_DAY, DRAWN, PLAYED, bytes_of_group, bytes_since, unused_uploads
from readinggroup.uploads.shelf import Laid, Shelf

LEFT_ALONE_FOR = timedelta(days=2)
"""How long a file that nothing shows may wait for being used, or for somebody who takes its removal back."""


class TooMuch(Exception):
    """There is no room for the file; the message tells people whose, and what to do."""


def keep_upload(
    of: Talk | Meeting,
    file: Checked | Laid,
    *,
    alt: str = "",
    decorative: bool = False,
    shelf: Shelf,
    now: datetime,
    by: Actor,
) -> Upload:
    """Put a checked file on the shelf and into the database; ``address_of`` tells where it is found.

    It lies there before its row does, so that no row ever lacks its file; what lies there without a row is swept.
    What takes long to write, such as a recording, is laid there before a transaction begins to write.
    Raises TooMuch.
    """
    _lock(of)
    _refuse_too_much(of, file, shelf=shelf, now=now, by=by)
    laid, size = file if isinstance(file, Laid) else shelf.lay(file), file.size
    upload = Upload(
        group_id=of.group_id,
        talk_id=of.id if isinstance(of, Talk) else None,
        meeting_id=of.id if isinstance(of, Meeting) else None,
        by_id=by.user_id,
        name=laid.name,
        kind=laid.kind,
        bytes=laid.length,
        sha256=laid.sha256,
        width=size.width if size else None,
        height=size.height if size else None,
        alt=alt,
        decorative=decorative,
        made_at=now,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def address_of(upload: Upload) -> str:
    """Where the file is found on this site."""
    return FILES + upload.name


def become_material(upload: Upload, material: Material) -> None:
    """Let the file be shown for as long as that material is there."""
    upload.material_id = material.id
    db.session.flush()


def forget_unused(now: datetime) -> list[str]:
    """Let rows of files go that nothing has shown for long; gives their names, for the shelf once that is committed."""
    unused = unused_uploads(now - LEFT_ALONE_FOR)
    for upload in unused:
        db.session.delete(upload)
    db.session.flush()
    return [upload.name for upload in unused]


def _lock(of: Talk | Meeting) -> None:
    """Let files that come at the same moment be counted one after the other."""
    for model, id_ in ((type(of), of.id), (Group, of.group_id)):
        db.session.execute(select(model.id).where(model.id == id_).with_for_update())


def _refuse_too_much(
    of: Talk | Meeting, file: Checked | Laid, *, shelf: Shelf, now: datetime, by: Actor
) -> None:
    if file.kind in PLAYED:
        if bytes_of_group(of.group_id, PLAYED) + file.length > shelf.most_recordings_of_group:
            raise TooMuch(
                f"The group keeps {megabytes(shelf.most_recordings_of_group)} of recordings, and has no room for this "
                "one. Put it elsewhere and give its address, or take an older one out."
            )
        return
    if bytes_since(by.user_id, of, since=now - A_DAY) + file.length > shelf.most_a_day:
        raise TooMuch(
            f"One person can add {megabytes(shelf.most_a_day)} in a day, and this would be more. Try again tomorrow."
        )
    if bytes_of_group(of.group_id, DRAWN) + file.length > shelf.most_of_group:
        raise TooMuch(
            f"The group keeps {megabytes(shelf.most_of_group)} of files, and has no room for this one. "
            "Put it elsewhere and give its address, or ask a co-lead to take something out."
        )


def megabytes(size: int) -> str:
    """A size in words."""
    return f"{size / 1024 / 1024:,.0f} MB"
