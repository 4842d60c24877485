"""The session cookie: whoever has none and needs none gets none, and no Vary for it."""

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from readinggroup.web.errors import is_for_programs


class QuietSessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie.

    Extensions look into the session of every request.  For a visitor without a cookie that tells them nothing, and
    a page that doesn't depend on a cookie must not say ``Vary: Cookie``, or nobody can keep it.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie says; without one nothing has to be made ready to check it."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if is_for_programs():
            return  # A cookie counts for nothing there.
        if session or session.modified or self.get_cookie_name(app) in request.cookies:
            super().save_session(app, session, response)
