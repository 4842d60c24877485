"""Writing large histories while nobody waits for a page: all of one in one transaction, and how far it is in a file.

The file stands beside the database because nobody sees into a transaction that isn't committed.
"""

from datetime import datetime
from pathlib import Path

from readinggroup.access.actor import THE_SITE
from readinggroup.db import commit, db, writing
from readinggroup.exchange.intakes import NotOpen, stop_waiting, waiting_intakes, write
from readinggroup.models import Group, Intake, IntakeState

FAILED = (
    "It couldn’t be written, and nothing of it was. Whoever looks after the site finds the reason in its log."
)


def progress_file(folder: Path, intake_id: int) -> Path:
    """Where it stands how many rows of an intake are written."""
    return folder / f"intake-{intake_id}.progress"


def written_so_far(folder: Path, intake_id: int) -> int:
    """How many rows are written by now; 0 where it hasn't begun."""
    try:
        return int(progress_file(folder, intake_id).read_text(encoding="ascii") or 0)
    except (OSError, ValueError):
        return 0


def write_waiting(folder: Path, now: datetime) -> int:
    """Write every intake that waits; says how many.  One that fails can be looked at again, and the error goes on."""
    done = 0
    for intake_id in waiting_intakes():
        try:
            with writing():
                done += _write(folder, intake_id, now)
        except Exception:
            _give_up(intake_id)
            raise
        finally:
            progress_file(folder, intake_id).unlink(missing_ok=True)
    return done


def _write(folder: Path, intake_id: int, now: datetime) -> int:
    intake = db.session.get(Intake, intake_id, with_for_update=True)
    if intake is None or intake.state is not IntakeState.WAITING:
        return 0  # Somebody else was faster.
    file = progress_file(folder, intake_id)
    group = db.session.get_one(Group, intake.group_id)
    try:
        write(
            group,
            intake,
            now=now,
            by=THE_SITE,
            tell=lambda count: file.write_text(str(count), encoding="ascii"),
        )
    except NotOpen:
        return 0
    commit()
    return 1


def _give_up(intake_id: int) -> None:
    with writing():
        intake = db.session.get(Intake, intake_id)
        if intake is not None and intake.state is IntakeState.WAITING:
            stop_waiting(intake, FAILED)
            commit()
