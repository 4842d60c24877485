"""Looking papers up by their identifiers: queued with the pitch, asked for in the background, kept for ever."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from sqlalchemy import ColumnExpressionArgument, func, select

from readinggroup.db import begin_writing, commit, db, insert_into
from readinggroup.domain.papers import Identifier, identifier_in, needle, paper_key
from readinggroup.models import Group, Paper, PaperState, Pitch, PitchLink
from readinggroup.pitches.sources import SOURCES, Found, NotUnderstood, Source
from readinggroup.web.fetching import Answer, Fetcher, NotFetched

AGAIN = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=12), timedelta(days=2))
"""How long to wait after each time that a source didn't answer; after the last one the look-up has failed."""
PUT_OFF_FOR = timedelta(days=1)
NOBODY_KNOWS = frozenset({400, 404, 410, 422})
AT_ONCE = 20


class Asks(Protocol):
    """Somebody who fetches what stands at an address."""

    def get(self, url: str) -> Answer:
        """What stands there.  Raises NotFetched."""


def want_papers(addresses: Iterable[str], *, now: datetime) -> None:
    """Queue the papers at ``addresses`` that have an identifier and were never asked for."""
    found = {each.key for address in addresses if (each := identifier_in(address)) is not None}
    if not found:
        return
    rows = [
        {
            "key": key,
            "state": PaperState.QUEUED,
            "title": "",
            "authors": [],
            "venue": "",
            "source": "",
            "attempts": 0,
        }
        | {"due_at": now, "last_error": ""}
        for key in sorted(found)
    ]
    db.session.execute(insert_into(Paper).values(rows).on_conflict_do_nothing())


def papers_at(addresses: Iterable[str]) -> dict[str, Paper]:
    """What is known of the papers at ``addresses``, by address; those without an answer aren't in it."""
    keys = {address: found.key for address in addresses if (found := identifier_in(address)) is not None}
    if not keys:
        return {}
    rows = db.session.scalars(
        select(Paper).where(Paper.key.in_(keys.values()), Paper.state == PaperState.FOUND)
    )
    known = {paper.key: paper for paper in rows}
    return {address: known[key] for address, key in keys.items() if key in known}


def default_fetcher() -> Fetcher:
    """One that asks the sources and nobody else."""
    return Fetcher({urlsplit(source.base).netloc for source in SOURCES})


def look_up_due(
    fetch: Asks, sources: Sequence[Source] = SOURCES, *, now: datetime, limit: int = AT_ONCE
) -> int:
    """Ask for the papers that are due and that a group wants looked up, oldest first; gives how many were found.

    Each is first marked with its next try, then asked for with no transaction open, then written down: killed in
    between, it is asked for again later.
    """
    found = 0
    for _ in range(limit):
        paper = _claim(now)
        if paper is None:
            break
        identifier = identifier_in(paper.key)
        answer = _ask(fetch, sources, identifier) if identifier else "not an identifier"
        begin_writing()
        found += _write(paper, answer, now=now)
        commit()
    return found


def _claim(now: datetime) -> Paper | None:
    """The paper that is due longest; those that no group lets anybody be asked for are put off for a day."""
    begin_writing()
    due = db.session.scalars(
        select(Paper)
        .where(Paper.state == PaperState.QUEUED, Paper.due_at <= now)
        .order_by(Paper.due_at, Paper.key)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for paper in due:
        if _links_to(paper, Group.looks_papers_up):
            paper.due_at = now + AGAIN[min(paper.attempts, len(AGAIN) - 1)]
            paper.attempts += 1
            break
        paper.due_at = now + PUT_OFF_FOR
    else:
        paper = None
    commit()
    return paper


def _ask(fetch: Asks, sources: Sequence[Source], identifier: Identifier) -> tuple[Source, Found] | str | None:
    """Who knew it and what; None where all of them answered and nobody knew; else in words what went wrong."""
    problem = None
    for source in sources:
        address = source.address(identifier)
        if address is None:
            continue
        try:
            answer = fetch.get(address)
            if answer.status == 200 and (found := source.read(answer.body)) is not None:
                return source, found
            if answer.status not in NOBODY_KNOWS | {200}:
                problem = f"{source.name} answered {answer.status}."
        except (NotFetched, NotUnderstood) as refusal:
            problem = f"{source.name}: {refusal}"
    return problem


def _write(paper: Paper, answer: tuple[Source, Found] | str | None, *, now: datetime) -> bool:
    """Write down what was answered; gives whether the paper was found."""
    if isinstance(answer, str):
        paper.last_error = answer[:500]
        if paper.attempts > len(AGAIN):
            paper.state, paper.answered_at = PaperState.FAILED, now
        return False
    paper.answered_at, paper.last_error = now, ""
    if answer is None:
        paper.state = PaperState.UNKNOWN
        return False
    source, found = answer
    paper.state, paper.source = PaperState.FOUND, source.name
    paper.title, paper.authors, paper.year, paper.venue = (
        found.title,
        list(found.authors),
        found.year,
        found.venue,
    )
    _give_title(paper)
    return True


def _give_title(paper: Paper) -> None:
    """Give the links to the paper its title, where nobody has written one."""
    for link in _links_to(paper, PitchLink.title == ""):
        link.title = paper.title


def _links_to(paper: Paper, *which: ColumnExpressionArgument[bool]) -> list[PitchLink]:
    """The links of pitches that lead to the paper; with ``which``, some of them."""
    is_near = func.lower(PitchLink.url).contains(needle(paper.key), autoescape=True)
    found = db.session.scalars(
        select(PitchLink)
        .join(Pitch, Pitch.id == PitchLink.pitch_id)
        .join(Group, Group.id == Pitch.group_id)
        .where(is_near, *which)
    )
    return [link for link in found if paper_key(link.url) == paper.key]
