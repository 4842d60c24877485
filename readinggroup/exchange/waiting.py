"""Writing large histories while nobody waits for a page: all of one in one transaction, and how far it is in a file.

The file stands beside the database because nobody sees into a transaction that isn't committed.
"""

from datetime import datetime
from pathlib import Path

from readinggroup.access.actor import THE_SITE
from readinggroup.db import commit, db, writing
from readinggroup.exchange.intakes import sessions_in, stop_waiting, waiting_intakes, write
from readinggroup.exchange.spool import spooled
from readinggroup.models import Group, Intake, IntakeState

WAKE = "wake"
PATIENCE = 15
SILENCE = 90
"""Seconds after which a page says that nobody has heard the call, or that who wrote is heard no more."""
FAILED = (
    "It couldn’t be written, and nothing of it was. Whoever looks after the site finds the reason in its log."
)


def progress_file(folder: Path, intake_id: int) -> Path:
    """Where it stands how many rows of an intake are written."""
    return folder / f"intake-{intake_id}.progress"


def written_so_far(folder: Path, intake_id: int) -> int | None:
    """How many rows are written by now; None where it hasn't begun."""
    try:
        return int(progress_file(folder, intake_id).read_text(encoding="ascii") or 0)
    except (OSError, ValueError):
        return None


def write_waiting(folder: Path, now: datetime) -> int:
    """Write every intake that waits; says how many.  One that fails can be looked at again, and the error goes on."""
    done = 0
    for intake_id in waiting_intakes():
        file = progress_file(folder, intake_id)
        try:
            done += _write(file, intake_id, now)
        except Exception:
            _give_up(intake_id)
            raise
        finally:
            file.unlink(missing_ok=True)
    return done


def _write(file: Path, intake_id: int, now: datetime) -> int:
    """Read it while others may write, then write it in one go; nobody changes an intake that waits."""
    file.write_text("0", encoding="ascii")
    intake = db.session.get(Intake, intake_id)
    if intake is None or intake.state is not IntakeState.WAITING:
        return 0
    with spooled(sessions_in(intake)) as sessions, writing():
        intake = db.session.get(Intake, intake_id, with_for_update=True)
        if intake is None or intake.state is not IntakeState.WAITING:
            return 0  # Somebody else was faster.
        write(
            db.session.get_one(Group, intake.group_id),
            intake,
            now=now,
            by=THE_SITE,
            sessions=sessions,
            tell=lambda count: file.write_text(str(count), encoding="ascii"),
        )
        commit()
    return 1


def _give_up(intake_id: int) -> None:
    with writing():
        intake = db.session.get(Intake, intake_id)
        if intake is not None and intake.state is IntakeState.WAITING:
            stop_waiting(intake, FAILED)
            commit()


# --- Waking the worker ---------------------------------------------------------------------------------


def wake(folder: Path) -> None:
    """Let the worker look at once, where it shares this folder; elsewhere it looks every few seconds."""
    (folder / WAKE).touch()


def was_woken(folder: Path) -> bool:
    """Whether somebody has called since one looked last."""
    try:
        (folder / WAKE).unlink()
    except OSError:
        return False
    return True


def is_overdue(folder: Path, intake_id: int, now: datetime) -> bool:
    """Whether no worker seems to run: nobody has heard the call, or whoever wrote this intake has fallen silent."""
    for file, patience in ((folder / WAKE, PATIENCE), (progress_file(folder, intake_id), SILENCE)):
        try:
            if now.timestamp() - file.stat().st_mtime > patience:
                return True
        except OSError:
            continue
    return False
