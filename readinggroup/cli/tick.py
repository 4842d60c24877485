"""``flask tick``: everything that is due.  Running it twice, or in two processes, does nothing twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.cli.command import Command
from readinggroup.cli.outbox import STOPPING, drain
from readinggroup.db import commit, db, end_writing, writing
from readinggroup.discussion.notices import owe_digests
from readinggroup.editing.link_checks import look_at_links
from readinggroup.exchange.waiting import write_waiting
from readinggroup.groups.queries import groups
from readinggroup.pitches.looking_up import default_fetcher, look_up_due
from readinggroup.pitches.notices import owe_questions
from readinggroup.scheduling.actions import make_meetings
from readinggroup.scheduling.asking import remind_unconfirmed
from readinggroup.scheduling.reading_mails import owe_reading_mails
from readinggroup.scheduling.swap_actions import do_due_swaps
from readinggroup.scheduling.zone_actions import follow_zone_rules
from readinggroup.tending.mails import open_discussions, owe_after_mails, owe_chores
from readinggroup.uploads.shelf import Shelf
from readinggroup.uploads.sweeping import sweep
from readinggroup.voting.actions import open_due_rounds
from readinggroup.voting.ending_actions import close_due_rounds
from readinggroup.voting.notices import forget_mails, owe_nudges
from readinggroup.voting.scrubbing import scrub_ended_rounds
from readinggroup.web.fetching import Fetcher

AHEAD = 4
"""How many coming sessions a group always has."""


@dataclass(frozen=True)
class Step:
    """One thing to look after.  ``do`` has transactions of its own, and says what it did; nothing where there was
    nothing to do.  ``often``: somebody waits for it, so the worker looks every few seconds, and not every minute."""

    name: str
    do: Callable[[datetime], str]
    often: bool = False


HELP = """Do everything that is due: close and open rounds, remind, make coming sessions, write imports, send mail.

Run it every few minutes, or let `flask worker` run. Nothing is wrong while it is late, and nothing is done twice.

\b
Examples:
  flask tick
  */5 * * * * cd /srv/reading-group && .venv/bin/flask tick   # a line of crontab

\b
Exit codes:
  0    all of it is done; every step that did something says so on a line
  1    a step failed, which is told on standard error; the others were taken
  130  interrupted (Ctrl+C); the step that ran is undone, those before it are done
"""


@click.command("tick", cls=Command, help=HELP)
@with_appcontext
def tick_command() -> None:
    if not take_steps():
        raise SystemExit(1)


def take_steps(*, only_often: bool = False) -> bool:
    """Take every step, or those that are taken often, and say what was done.

    One that fails is told on standard error and stops none of the others; gives whether all went well.
    """
    well = True
    for step in STEPS:
        if only_often and not step.often:
            continue
        if STOPPING.is_set():
            break
        try:
            said = step.do(clock.now())
        except Exception as error:  # Whatever is wrong with one step, the others are due all the same.
            db.session.rollback()
            end_writing()
            click.echo(f"Could not {step.name}: {type(error).__name__}: {error}", err=True)
            current_app.logger.exception("tick: could not %s", step.name)
            well = False
        else:
            if said:
                click.echo(said)
    return well


def _close_rounds(now: datetime) -> str:
    with writing():
        closed = close_due_rounds(now)
        commit()
    return f"{closed} rounds closed." if closed else ""


def _open_rounds(now: datetime) -> str:
    with writing():
        opened = open_due_rounds(now)
        commit()
    return f"{opened} rounds opened." if opened else ""


def _remind_to_vote(now: datetime) -> str:
    with writing():
        forget_mails(now)
        owe_nudges(now)
        commit()
    return ""


def _tell_of_comments(now: datetime) -> str:
    with writing():
        told = sum(owe_digests(group, now) for group in groups())
        commit()
    return f"{told} digests of discussions owed." if told else ""


def _ask_authors(now: datetime) -> str:
    with writing():
        owe_questions(now)
        commit()
    return ""


def _look_up_papers(now: datetime) -> str:
    if not current_app.config["SETTINGS"].lookups:
        return ""
    found = look_up_due(default_fetcher(), now=now)
    return f"{found} papers found." if found else ""


def _sweep_files(now: datetime) -> str:
    swept = sweep(Shelf.of(current_app.config["SETTINGS"]), now)
    return f"{swept} files that nothing shows taken away." if swept else ""


def _bring_in(now: datetime) -> str:
    written = write_waiting(current_app.config["SETTINGS"].data_dir, now)
    return f"{written} histories imported." if written else ""


def _look_at_links(now: datetime) -> str:
    if not current_app.config["SETTINGS"].lookups:
        return ""
    looked = look_at_links(Fetcher(None), now)
    return f"{looked} links looked at." if looked else ""


def _scrub(now: datetime) -> str:
    scrub_ended_rounds(now)
    return ""


def _make_sessions(now: datetime) -> str:
    """One transaction for all groups: there are few of them, and nearly always nothing to make."""
    with writing():
        made = [make_meetings(group, count=AHEAD, now=now, by=THE_SITE) for group in groups()]
        commit()
    count = sum(map(len, made))
    return f"{count} sessions made." if count else ""


def _plan_reading_mails(now: datetime) -> str:
    with writing():
        for group in groups():
            owe_reading_mails(group, now)
        commit()
    return ""


def _tend(now: datetime) -> str:
    with writing():
        for group in groups():
            owe_chores(group, now)
            owe_after_mails(group, now)
            open_discussions(group, now)
        commit()
    return ""


def _follow_zone_rules(now: datetime) -> str:
    with writing():
        changed = follow_zone_rules(now)
        commit()
    return f"{changed} sessions follow new time zone rules." if changed else ""


def _swap_places(now: datetime) -> str:
    with writing():
        done = do_due_swaps(now)
        commit()
    return f"{done} swaps done." if done else ""


def _remind_unconfirmed(now: datetime) -> str:
    with writing():
        reminded = remind_unconfirmed(now)
        commit()
    return f"{reminded} talks unconfirmed, their speakers reminded." if reminded else ""


STEPS = (
    Step("close rounds", _close_rounds, often=True),
    Step("open rounds", _open_rounds),
    Step("remind who hasn't voted", _remind_to_vote),
    Step("take ended rounds off the disk", _scrub),
    Step("follow new time zone rules", _follow_zone_rules),
    Step("let speakers change places", _swap_places),
    Step("remind who hasn't confirmed a talk", _remind_unconfirmed),
    Step("make coming sessions", _make_sessions),
    Step("ask authors whose pitches wait for long", _ask_authors),
    Step("tell of comments", _tell_of_comments),
    Step("take away files that nothing shows", _sweep_files),
    Step("plan the reading clock's mails", _plan_reading_mails),
    Step("tell co-leads and speakers what comes next", _tend),
    Step("bring histories in", _bring_in, often=True),
    Step("send mail", drain, often=True),
    Step("look papers up", _look_up_papers),
    Step("look whether links answer", _look_at_links),
)
"""What is due, in this order: what is owed on the way is sent at the end, and other sites are asked last."""
