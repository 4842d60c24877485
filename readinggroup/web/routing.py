"""The routes of the site, as Werkzeug has them but quicker to make."""

from collections.abc import Callable
from functools import cache

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
