"""Every endpoint x every role against one written matrix: tests/access_matrix.txt.

A page that is read is really asked for. An act is not done: its view is taken out and only who may do it is asked, so
that one act cannot change what the next role may see. `python -m tests.test_access_matrix` prints the matrix as it is
now; whoever changes it reads every line that changed.

`yes` may; `in` is asked to sign in; `403` may see it but not do this; `404` cannot know of it; `-` does not exist here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CellType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview.core import access
from tests.access_world import ROLES, World

WRITTEN = Path(__file__).parent / "access_matrix.txt"
LEFT_OUT = {"static"}


def written() -> dict[str, dict[str, str]]:
    lines = [line.split() for line in WRITTEN.read_text().splitlines() if line.strip() and not line.startswith("#")]
    heads, rows = lines[0][1:], lines[1:]
    return {row[0]: dict(zip(heads, row[1:], strict=True)) for row in rows}


def views_of(app: Flask) -> Iterator[tuple[str, str, list[str]]]:
    """(endpoint and method, endpoint, names of its ids) of everything that can be asked."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if rule.endpoint in LEFT_OUT or rule.endpoint.startswith("security."):
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield f"{method}:{rule.endpoint}", rule.endpoint, sorted(rule.arguments)


def _cell(view: Callable[..., Any]) -> CellType | None:
    """Where the access rule keeps the view that it guards."""
    while view is not None:
        names, cells = view.__code__.co_freevars, view.__closure__ or ()
        if view.__code__.co_name == "guarded" and view.__code__.co_filename == access.__file__:
            return dict(zip(names, cells, strict=True))["view"]
        view = getattr(view, "__wrapped__", None)
    return None


@contextmanager
def not_done(app: Flask, endpoint: str) -> Iterator[bool]:
    """Inside, the view only says that it was reached; False where the endpoint is public and nothing guards it."""
    cell = _cell(app.view_functions[endpoint])
    if cell is None:
        yield False
        return
    kept, cell.cell_contents = cell.cell_contents, lambda *things, **ids: ("reached", 299)
    try:
        yield True
    finally:
        cell.cell_contents = kept


def ask(app: Flask, client: FlaskClient, name: str, endpoint: str, values: dict[str, Any]) -> str:
    with app.test_request_context():
        path = app.url_for(endpoint, **values)
    if name.startswith("GET:"):
        return said(client.get(path))
    with not_done(app, endpoint) as guarded:
        return said(client.send(path)) if guarded else "yes"


def said(answer: Any) -> str:
    if answer.status_code in (301, 302, 303) and "/login" in answer.headers["Location"]:
        return "in"
    if answer.status_code in (401, 403, 404):
        return {401: "in"}.get(answer.status_code, str(answer.status_code))
    no_worker = answer.status_code == 503 and answer.mimetype == "text/plain"  # GET /health/worker tells that
    assert answer.status_code < 500 or no_worker, answer.get_data(as_text=True)[:2000]
    return "yes"


def seen(app: Flask, as_: Callable[..., FlaskClient]) -> dict[str, dict[str, str]]:
    world = World()
    clients = {role: as_(world.actors[role]) for role in ROLES}
    found = {}
    for name, endpoint, ids in views_of(app):
        values = {key: world.ids[endpoint, key] if (endpoint, key) in world.ids else world.ids[key] for key in ids}
        found[name] = {role: ask(app, clients[role], name, endpoint, values) for role in ROLES}
    return found


@pytest.fixture
def matrix(app: Flask, as_: Callable[..., FlaskClient]) -> dict[str, dict[str, str]]:
    return seen(app, as_)


@pytest.mark.timeout(300)  # it asks every endpoint as every role
def test_every_endpoint_answers_every_role_as_written(matrix):
    expected = written()
    assert sorted(matrix) == sorted(expected), "an endpoint is missing in tests/access_matrix.txt, or one too many is"
    wrong = [
        f"{name} for {role}: {answer}, written {expected[name][role]}"
        for name, row in matrix.items()
        for role, answer in row.items()
        if answer != expected[name][role]
    ]
    assert wrong == [], "\n".join(wrong)


def test_an_undeclared_route_stops_the_start(app):
    app.view_functions["forgotten"] = lambda: ""
    try:
        with pytest.raises(RuntimeError, match="forgotten"):
            access.refuse_undeclared(app)
    finally:
        del app.view_functions["forgotten"]


def as_text(matrix: dict[str, dict[str, str]]) -> str:
    width = max(map(len, matrix)) + 2
    lines = ["endpoint".ljust(width) + " ".join(role.ljust(len(role) + 1) for role in ROLES).rstrip()]
    for name, row in matrix.items():
        lines.append(name.ljust(width) + " ".join(row[role].ljust(len(role) + 1) for role in ROLES).rstrip())
    return "\n".join(lines) + "\n"
