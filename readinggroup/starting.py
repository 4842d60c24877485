"""What has to be right before the first request is answered."""

from flask import Flask

from readinggroup import clock
from readinggroup.accounts.queries import any_user
from readinggroup.config import Settings
from readinggroup.db import commit, db, writing
from readinggroup.front.founding import welcome_code
from readinggroup.migrating import refuse_unready
from readinggroup.scheduling.zone_actions import follow_zone_rules


def make_ready(app: Flask) -> None:
    """Return when the site may serve; raise NotReady, which says what to do, when it may not.

    Sessions to come that newer time zone rules give another moment are set right here, and their co-leads told.
    """
    refuse_unready(app.config["SETTINGS"])
    with app.app_context():
        with writing():
            follow_zone_rules(clock.now())
            commit()
        db.engine.dispose()  # A server that forks takes no open connection along.


def how_to_begin(app: Flask) -> str:
    """What whoever started the site should know while nobody has an account; empty once somebody has."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        known = any_user()
        db.session.rollback()
        db.engine.dispose()
    if known:
        return ""
    code = "" if settings.development else f" The code is {welcome_code(settings.secret_key)}."
    return f"Nobody has an account yet: set the site up at {settings.site_url}/welcome.{code}"
