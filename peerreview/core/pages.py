"""One template, two sizes: the whole page, or to htmx the block that changed. Only this module reads HX headers."""

from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request
from jinja2 import Template
from jinja2_fragments.flask import render_block
from markupsafe import Markup, escape


class ForgetfulTemplate(Template):
    """A template that lets go of what it drew.

    A macro in a page holds the page's context, which holds the macro: all that the page showed would stay in memory
    until rubbish is collected, and that then takes as long as two pages.
    """

    def render(self, *args: Any, **kwargs: Any) -> str:
        context = self.new_context(dict(*args, **kwargs))
        try:
            return self.environment.concat(self.root_render_func(context))
        except Exception:
            self.environment.handle_exception()
        finally:
            context.vars.clear()


def wants_fragment() -> bool:
    """Whether htmx asks for a part of a page (and not for a boosted or restored whole one)."""
    asks = request.headers.get("HX-Request") == "true"
    return asks and not (request.headers.get("HX-Boosted") or request.headers.get("HX-History-Restore-Request"))


def page(
    template: str, *, fragment: str | None = None, also: Sequence[str] = (), status: int = 200, **context: Any
) -> Response:
    """The whole page; to htmx the inner HTML of block `fragment`, and each block of `also` out of band.

    A block that travels has the name of the element (its id) that it fills.
    """
    if fragment and wants_fragment():
        parts = [render_block(template, fragment, **context)]
        for name in also:
            inner = Markup(render_block(template, name, **context))  # noqa: S704 - rendered by Jinja with escaping
            parts.append(Markup('<div id="{}" hx-swap-oob="innerHTML">{}</div>').format(escape(name), inner))
        response = make_response("\n".join(parts), status)
    else:
        response = make_response(render_template(template, **context), status)
    response.vary.add("HX-Request")
    return response


def done(url: str) -> Response:
    """After an act: 303 to where its result is seen, so that reloading repeats nothing; htmx goes there too."""
    if wants_fragment():
        response = make_response("", 200)
        response.headers["HX-Redirect"] = url
    else:
        response = make_response(redirect(url, code=303))
    response.vary.add("HX-Request")
    return response


def static_url(name: str) -> str:
    """The address of a file in static/, with a version that changes when its content does."""
    versions: dict[str, str] = current_app.extensions["static_versions"]
    return f"{current_app.static_url_path}/{name}?v={versions.get(name, '0')}"
