"""The answer to a page that says every few seconds that it is open: who else is there, and whether the text moved on.

A feature gives it an address of its own, with the access rule of the text: `@bp.post(".../together")` and one line,
`return together.answer(row, writer=..., by=the_actor())`. The page includes `components/_together.html`.
"""

from typing import Any

from flask import make_response, render_template, request

from peerreview.core import presence
from peerreview.core.access import Actor

LARGEST = 2**31 - 1


def answer(row: Any, *, by: Actor, writer: str = "") -> Any:
    """Note that this person has `row` open (or left it, with `gone=1`), and answer which colleagues have too.

    The page posts `version`, the one that it shows, and `writes=1` when somebody typed since the last time. `writer` is
    who saved last: named when the row has a later version than the page.
    """
    subject, row_id, stands = row.__tablename__, row.id, row.version
    if request.form.get("gone") == "1":
        presence.is_gone(subject, row_id, by=by)
        return "", 204
    sent = request.form.get("version", 0, int)
    shown = sent if 0 < sent <= LARGEST else None
    presence.is_here(subject, row_id, by=by, writes=request.form.get("writes") == "1", version=shown)
    others = presence.others_at(subject, [row_id], than=by)
    moved = shown is not None and shown < stands and writer != by.name
    response = make_response(render_template("components/_others.html", others=others, writer=writer if moved else ""))
    response.headers["Cache-Control"] = "no-store"
    return response
