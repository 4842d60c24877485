"""The WSGI entry: ``app`` for any server, and ``python app.py`` to serve with Granian."""

import os
import sys

from readinggroup import create_app
from readinggroup.config import BadSetting, Settings
from readinggroup.migrating import NotReady
from readinggroup.serving import warm_up
from readinggroup.starting import how_to_begin, make_ready

try:
    settings = Settings.read()
    app = create_app(settings)
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":  # Commands must run without a database: one makes it.
        make_ready(app)
        if __name__ != "__main__":  # What the server loads answers requests; what started it doesn't.
            warm_up(app)
except (BadSetting, NotReady) as problem:
    sys.exit(f"Reading Group can't start.  {problem}")

if __name__ == "__main__":
    from readinggroup.serving import serve

    if words := how_to_begin(app):
        print(words, flush=True)
    serve(settings)
