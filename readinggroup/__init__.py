"""Reading Group: the web site on which a reading group runs itself."""

import sys
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from readinggroup.config import ROOT, Settings

if "webauthn" not in sys.modules:
    # Flask-Security takes along WebAuthn where it finds it, 14 MB for views that aren't ours; a None here tells it that
    # there is none.  Our passkeys import it when somebody uses one.
    sys.modules["webauthn"] = None  # type: ignore[assignment]
    import flask_security  # noqa: F401

    del sys.modules["webauthn"]

__version__ = "0.1.0"
PACKAGE = Path(__file__).resolve().parent
BODY_LIMIT = 2 * 1024 * 1024


def create_app(settings: Settings | None = None, **overrides: object) -> Flask:
    """The site as a WSGI application; raises BadSetting where the environment is nonsense.

    It can be made without a database, so that commands can make one; whoever serves it calls
    ``migrating.refuse_unready`` first.  ``overrides`` goes before our own Flask configuration: tests use it to make
    signing in cheap.
    """
    from readinggroup.web.site import Site

    settings = settings or Settings.read()
    home = ROOT if (ROOT / "templates").is_dir() else PACKAGE
    app = Site("readinggroup", template_folder=str(home / "templates"), static_folder=str(home / "static"))
    _configure(app, settings)
    app.config.update(overrides)
    _furnish(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    from readinggroup.accounts import security
    from readinggroup.web.health import for_any_host
    from readinggroup.web.pagecache import init_pagecache
    from readinggroup.web.versions import Versions

    app.config.from_mapping(
        SETTINGS=settings,
        SQLALCHEMY_DATABASE_URI=settings.engine_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": not settings.on_sqlite},
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_PARTS=1000,
        **security.options(settings),
    )
    app.extensions["pagecache"] = init_pagecache(app, Versions(settings))
    app.wsgi_app = for_any_host(app.wsgi_app, settings.site_url)  # type: ignore[method-assign, assignment]
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _furnish(app: Flask, settings: Settings) -> None:
    """Put extensions and rooms in, in the order in which requests meet them."""
    from readinggroup import db
    from readinggroup.access import doors
    from readinggroup.access.rules import anyone
    from readinggroup.accounts.security import init_security
    from readinggroup.cli import init_commands
    from readinggroup.rooms import BLUEPRINTS
    from readinggroup.uploads.receiving import init_receiving
    from readinggroup.web import errors, headers, limits, pages, tenancy
    from readinggroup.web.cookies import QuietSessions

    db.db.init_app(app)
    with app.app_context():
        db.tune(db.db.engine, settings.database_file if settings.on_sqlite else None)
    app.session_interface = QuietSessions()
    app.teardown_appcontext(lambda _error: db.end_writing())
    doors.put_door(app, "static", anyone)
    headers.init_headers(app, https=settings.site_url.startswith("https://"))
    init_receiving(app)
    doors.begin_early(app)
    tenancy.init_tenancy(app)
    pages.init_pages(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    init_security(app)
    limits.init_limits(app, on=settings.rate_limits)
    doors.keep_closed(app)
    errors.init_errors(app)
    init_commands(app)
