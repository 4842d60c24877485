"""Templates that cost less: values are escaped into plain text, and parts that show the same are rendered once.

What it is worth, and what one gives up for it, is in docs/decisions/0015-lean-pages.md.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

import markupsafe
from flask import Flask
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from readinggroup.web.links import link_base

MOST_PARTS = 2_000
_escape: Callable[[str], str] = markupsafe._escape_inner  # type: ignore[attr-defined]
_parts: dict[object, Markup] = {}


def init_templating(app: Flask) -> None:
    """Let templates be compiled into lean code, and give them the filter ``once``."""
    app.jinja_env.code_generator_class, app.jinja_env.template_class = LeanCode, LeanTemplate
    app.jinja_env.context_class, app.jinja_env.put = LeanContext, put  # type: ignore[attr-defined]
    app.jinja_env.filters["once"] = once


def put(value: object) -> str:
    """``value`` as text of a page: escaped, unless it is HTML already."""
    if type(value) is str:
        return _escape(value)
    if hasattr(value, "__html__"):
        html: str = value.__html__()
        return html
    return _escape(str(value))


class LeanCode(CodeGenerator):
    """Calls ``put`` for each value that a template shows.

    Jinja makes a Markup object of each, at several times the cost of escaping it, only to join them all.
    """

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("put = environment.put")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("put(")


class LeanTemplate(Template):
    """Knows that all our templates have the same globals, which Jinja compares for each import of each page."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return self._module or super()._get_default_module(ctx)


class LeanContext(Context):
    """Calls a plain function as it is; of anything else Jinja finds out first what it wants to be given."""

    def call(self, /, *given: Any, **named: Any) -> Any:
        if type(given[0]) is not FunctionType or hasattr(given[0], "jinja_pass_arg"):
            return super().call(*given, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        return given[0](*given[1:], **named)


def once(macro: Callable[..., Markup], *values: object, **named: object) -> Markup:
    """What ``macro`` gives for these values, rendered once for all pages that show the same.

    The macro is imported from another template and shows its values and links, nothing else; the values are such
    as never change.  With one that can't be hashed it is rendered each time.
    """
    key = (macro, link_base(), values, *named.items())
    try:
        found = _parts.get(key)
    except TypeError:
        return macro(*values, **named)
    if found is None:
        if len(_parts) >= MOST_PARTS:
            _parts.clear()
        found = _parts[key] = macro(*values, **named)
    return found
