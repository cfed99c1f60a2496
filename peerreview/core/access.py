"""Who may use which page. Every route declares it; an application with an undeclared route does not start.

`@public` anyone, `@signed_in` anyone with an account, `@requires(policy.may_x, queries.thing_for)` loads what the URL
names. The loader answers None for what this person may not know of: 404, the same as for what does not exist. A thing
that may be seen but not acted on is 403. The view receives the thing in place of the loader's arguments.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, g

SECRETARIAT = "secretariat"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in the role in which they act now: what policies ask about and the audit trail records."""

    person_id: int | None
    name: str
    role: str
    organisation_id: int | None = None
    organisation_name: str = ""
    affiliation_id: int | None = None
    language: str = "nl"
    email: str = ""
    role_name: str = ""  # the role in words of the language now spoken

    @property
    def id(self) -> int | None:
        """The person's id: tells apart what two people on one device have not sent yet."""
        return self.person_id

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[:1].isalpha()]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()

    def is_of(self, organisation_id: int | None) -> bool:
        """Whether this role is held in that organisation."""
        return organisation_id is not None and self.organisation_id == organisation_id


SYSTEM = Actor(None, "system", "system")

View = Callable[..., Any]
Loader = Callable[..., Any]
_load_actor: Callable[[], Actor | None] = lambda: None  # noqa: E731 - replaced by the feature that knows people


def actor_loader(load: Callable[[], Actor | None]) -> Callable[[], Actor | None]:
    """Register how to find the person of this request; used once, by accounts."""
    global _load_actor
    _load_actor = load
    return load


def current_actor() -> Actor | None:
    """The person of this request in their present role, or None for a visitor; asked once per request."""
    if "actor" not in g:
        g.actor = _load_actor()
    return g.actor  # type: ignore[no-any-return]


def the_actor() -> Actor:
    """The signed-in person; 401 for a visitor (the page then asks to sign in and keeps what was typed)."""
    return current_actor() or abort(401)


def reads_first(view: View) -> View:
    """A page that saves by itself, many times a minute: it takes the one lock of SQLite for its act alone.

    For acts that lock what they change, read it anew and compare its version, as they must on PostgreSQL anyway. Stands
    right above the view, below who may use it.
    """
    view.reads_first = True  # type: ignore[attr-defined]
    return view


def _declared(view: View, rule: str) -> View:
    view.access = rule  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anyone may use this page."""
    return _declared(view, "public")


def signed_in(view: View) -> View:
    """Anyone with an account; the view asks `the_actor()` who it is."""

    @wraps(view)
    def guarded(**ids: Any) -> Any:
        the_actor()
        return view(**ids)

    return _declared(guarded, "signed_in")


def requires(may: Callable[..., bool], load: Loader | None = None) -> Callable[[View], View]:
    """Only who `may` use it: `may(actor)`, or `may(actor, thing)` with `thing = load(actor, **ids of the URL)`."""
    named = tuple(inspect.signature(load).parameters)[1:] if load else ()

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(**ids: Any) -> Any:
            actor = the_actor()
            if load is None:
                return view(**ids) if may(actor) else abort(403)
            thing = load(actor, **{name: ids.pop(name) for name in named if name in ids})
            if thing is None:
                abort(404)
            return view(thing, **ids) if may(actor, thing) else abort(403)

        return _declared(guarded, f"requires {may.__name__}" + (f" of {load.__name__}" if load else ""))

    return declare


def declare(app: Flask, rules: dict[str, str]) -> None:
    """Say who may use the pages that a library brings; `rules` maps endpoint to 'public' or 'signed_in'."""
    app.extensions.setdefault("access", {}).update(rules)


def rules_of(app: Flask) -> dict[str, str]:
    """Each endpoint with its declared rule; '' where there is none."""
    brought: dict[str, str] = app.extensions.get("access", {})
    return {name: getattr(view, "access", brought.get(name, "")) for name, view in app.view_functions.items()}


def refuse_undeclared(app: Flask) -> None:
    """Stop the start when a route says nothing about who may use it."""
    undeclared = sorted(name for name, rule in rules_of(app).items() if not rule)
    if undeclared:
        raise RuntimeError("these routes do not say who may use them: " + ", ".join(undeclared))


def in_development() -> bool:
    """Whether this is a developer's machine; pages for developers do not exist elsewhere."""
    return bool(current_app.config["SETTINGS"].development)
