"""Flask as this site needs it: routes that are quicker to make, and no question at each step that has one answer."""

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask
from werkzeug import routing


class Rule(routing.Rule):
    """A route that compiles what builds its address when it is first asked for it.

    Werkzeug compiles two functions for each route at the start, a tenth of all that a start takes; most are never
    called.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(super()._compile_builder)

        def build(rule: Rule, /, **values: object) -> tuple[str, str]:
            return compiled(append_unknown)(rule, **values)

        return build


class Site(Flask):
    """Flask for views that are all of one kind."""

    url_rule_class = Rule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """``func`` as it is: none of ours is a coroutine, which Flask would look for twenty times in each request."""
        return func
