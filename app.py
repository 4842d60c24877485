"""The WSGI entry: ``app`` for any server, and ``python app.py`` to serve with Granian."""

import gc
import os
import sys

gc.disable()  # Nearly all that is made at the start stays; looking through it for garbage takes a fifth of the start.

from readinggroup import create_app  # noqa: E402
from readinggroup.config import BadSetting, Settings  # noqa: E402
from readinggroup.migrating import NotReady  # noqa: E402
from readinggroup.serving import serve, warm_up  # noqa: E402
from readinggroup.starting import how_to_begin, make_ready  # noqa: E402

try:
    settings = Settings.read()
    app = create_app(settings)
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":  # Commands must run without a database: one makes it.
        make_ready(app)
        warm_up(app)
except (BadSetting, NotReady) as problem:
    sys.exit(f"Reading Group can't start.  {problem}")
gc.enable()

if __name__ == "__main__":
    if words := how_to_begin(app):
        print(words, flush=True)
    sys.modules["app"] = sys.modules[
        "__main__"
    ]  # Where servers fork, their processes serve what was made here.
    serve(settings)
