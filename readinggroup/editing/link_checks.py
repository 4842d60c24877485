"""Looking whether the addresses in the archive still answer: a few at a time, no host twice, by `flask tick`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from sqlalchemy import CompoundSelect, delete, func, select, union, update

from readinggroup.db import begin_writing, commit, db, insert_into
from readinggroup.models import LinkLook, Material, Reading
from readinggroup.models.link_look import LONGEST_LOOKED_AT
from readinggroup.web.fetching import NotAllowed, NotFetched

AT_ONCE = 10
CHOSEN_FROM = 200
ENOUGH_TO_TELL = 3
"""Of so many addresses on several hosts one at least answers, unless it is this site that is cut off."""
FAILURES, FAILING_FOR = 3, timedelta(days=3)
"""An address is called dead once it failed so often in a row, over so long."""
WORKS_FOR, TRIED_AGAIN, TRIED_RARELY, CUT_OFF_FOR = (
    timedelta(days=14),
    timedelta(days=1),
    timedelta(days=14),
    timedelta(hours=1),
)
GONE = frozenset({404, 410})
THINGS = (Reading, Material)


class Looks(Protocol):
    """Who goes and looks."""

    def look(self, url: str) -> int:
        """The status with which the address answers.  Raises NotFetched."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of looking: ``problem`` is empty where the address works, ``asked`` false where it mayn't be asked."""

    problem: str = ""
    answered: bool = True
    asked: bool = True


def look_at_links(looks: Looks, now: datetime) -> int:
    """Look at some addresses that are due; gives at how many.  No transaction is open while others are waited for.

    Each is put off before it is asked, so that two processes don't ask the same ones, and a crash asks none twice.
    """
    begin_writing()
    _follow_the_archive(now)
    chosen = _claim(now)
    commit()
    seen = {url: _seen(looks, url) for url in chosen}
    asked = [each for each in seen.values() if each.asked]
    is_cut_off = len(asked) >= ENOUGH_TO_TELL and not any(each.answered for each in asked)
    begin_writing()
    if is_cut_off:
        _put_off(seen, until=now + CUT_OFF_FOR)
    else:
        note_seen(seen, now)
    commit()
    return len(seen)


def note_seen(seen: Mapping[str, Seen], now: datetime) -> None:
    """Write down what was seen, and let readers see it where that is new."""
    for url, each in seen.items():
        look = db.session.get(LinkLook, url, with_for_update=True)
        if look is None or not each.asked:
            continue
        if each.problem:
            _note_failure(look, each.problem, now)
        else:
            note_that_it_works(look, now)
    db.session.flush()


def note_that_it_works(look: LinkLook, now: datetime) -> None:
    """The address works: whatever called it dead no longer does."""
    if look.failing_since is not None:
        for thing in THINGS:
            marked = update(thing).where(thing.url == look.url, thing.dead_since.is_not(None))
            db.session.execute(marked.values(dead_since=None, last_worked=None))
    look.worked_at, look.failing_since, look.failures, look.problem = now, None, 0, ""
    look.due_at = now + WORKS_FOR


def _note_failure(look: LinkLook, problem: str, now: datetime) -> None:
    look.failing_since = look.failing_since or now
    look.failures += 1
    look.problem = problem[:300]
    failing_for = now - look.failing_since
    look.due_at = now + (TRIED_AGAIN if failing_for < 2 * TRIED_RARELY else TRIED_RARELY)
    if look.failures < FAILURES or failing_for < FAILING_FOR:
        return
    since, worked = look.failing_since.date(), look.worked_at.date() if look.worked_at else None
    for thing in THINGS:
        unmarked = update(thing).where(thing.url == look.url, thing.dead_since.is_(None))
        db.session.execute(unmarked.values(dead_since=since, last_worked=worked))


def _follow_the_archive(now: datetime) -> None:
    """Take in addresses that are new, and let those go that nothing points to any more."""
    pointed_to = _addresses().subquery()
    unknown = select(pointed_to.c.url).where(
        ~select(LinkLook.url).where(LinkLook.url == pointed_to.c.url).exists()
    )
    blank = {"due_at": now, "failures": 0, "problem": ""}
    rows = [{"url": url, **blank} for url in db.session.scalars(unknown.limit(CHOSEN_FROM))]
    if rows:
        db.session.execute(insert_into(LinkLook).values(rows).on_conflict_do_nothing())
    db.session.execute(
        delete(LinkLook)
        .where(LinkLook.due_at <= now, LinkLook.url.not_in(_addresses()))
        .execution_options(synchronize_session=False)
    )
    db.session.flush()


def _addresses() -> CompoundSelect[str]:
    """The addresses of other sites that readings and materials point to, each once."""
    return union(
        *(
            select(thing.url.label("url")).where(
                thing.url.like("http%"), func.length(thing.url) <= LONGEST_LOOKED_AT
            )
            for thing in THINGS
        )
    )


def _claim(now: datetime) -> list[str]:
    """Up to AT_ONCE addresses that are due, longest first, each on another host; put off for now."""
    due = db.session.scalars(
        select(LinkLook)
        .where(LinkLook.due_at <= now)
        .order_by(LinkLook.due_at, LinkLook.url)
        .limit(CHOSEN_FROM)
        .with_for_update(skip_locked=True)
    ).all()
    by_host: dict[str, LinkLook] = {}
    for look in due:
        by_host.setdefault(_host_of(look.url), look)
    chosen = list(by_host.values())[:AT_ONCE]
    for look in chosen:
        look.due_at = now + WORKS_FOR
    return [look.url for look in chosen]


def _host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _put_off(urls: Iterable[str], *, until: datetime) -> None:
    db.session.execute(update(LinkLook).where(LinkLook.url.in_(list(urls))).values(due_at=until))


def _seen(looks: Looks, url: str) -> Seen:
    try:
        status = looks.look(url)
    except NotAllowed:
        return Seen(asked=False)
    except NotFetched as problem:
        return Seen(str(problem), answered=False)
    # What asks us to sign in, to wait or not to be a program is there for people.
    return Seen(f"It answered {status}." if status in GONE or status >= 500 else "")
