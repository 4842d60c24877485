"""What has to be right before the first request is answered."""

from flask import Flask

from readinggroup import clock
from readinggroup.db import commit, db, writing
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
