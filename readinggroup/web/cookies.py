"""The session cookie: whoever has none and needs none gets none, and no Vary for it."""

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class QuietSessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie.

    Extensions look into the session of every request.  For a visitor without a cookie that tells them nothing, and
    a page that doesn't depend on a cookie must not say ``Vary: Cookie``, or nobody can keep it.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.modified or self.get_cookie_name(app) in request.cookies:
            super().save_session(app, session, response)
