"""What a person may type. The base of every form, and texts that outlive the session they were typed in.

When a form arrives without a session (it ended while somebody was writing), `keep` puts what was typed under the
browser's own cookie; after signing in, the page that shows that form finds it again with `kept_for`.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Response, current_app, request, session
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeSerializer
from limits import parse
from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict
from wtforms import SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from peerreview.core import access, clock
from peerreview.core.db import Json, Model, UtcDateTime, db, unit_of_work
from peerreview.extensions import limiter

KEPT = "kept_form"
WRITER = "writer"
KEEP_AT_MOST = parse("60 per hour")
KEEP_FOR = timedelta(days=2)
SECRET_FIELDS = {"csrf_token", "password", "password_confirm", "new_password", "new_password_confirm", "code"}


class Form(FlaskForm):
    """The base of every form: CSRF, clean text, and what was typed before the session ended (then `kept` is true).

    `action` is where the form is sent when that is not the address of the page that shows it.
    """

    def __init__(self, *args: Any, action: str | None = None, **kwargs: Any) -> None:
        self.kept = False
        if request.method == "GET" and KEPT in session and "formdata" not in kwargs and not args:
            kwargs["formdata"] = kept_for(action or request.path)
            self.kept = kwargs["formdata"] is not None
            if not self.kept:
                del kwargs["formdata"]
        super().__init__(*args, **kwargs)

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether the form was sent and is right; then a text kept for it is no longer needed."""
        valid = bool(super().validate_on_submit(extra_validators))
        if valid:
            let_go()
        return valid

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = unbound_field.kwargs.get("filters", [])
            kind = getattr(unbound_field.field_class, "__name__", "")
            is_text = issubclass(unbound_field.field_class, TextAreaField)
            if is_text or kind in ("StringField", "EmailField", "TelField", "URLField", "SearchField"):
                options["filters"] = [_clean, *filters]
            return unbound_field.bind(form=form, **options)


class MultiCheckboxField(SelectMultipleField):
    """Several choices as checkboxes under one legend; `ui.field` draws it."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _clean(value: Any) -> Any:
    """Text as we keep it: one kind of line end, no control characters, no white space around it."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or c.isprintable() or c == "\u00ad").strip()


class KeptForm(Model):
    """What was typed into a form whose session had ended; found again by the browser that typed it."""

    __tablename__ = "kept_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str] = mapped_column(String(500))
    person_id: Mapped[int | None]
    fields: Mapped[dict[str, list[str]]] = mapped_column(Json)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


def keep() -> None:
    """Keep the text of this request for after signing in; only from our own pages, never a password.

    It belongs to who was last signed in here (`remember_writer`): on a shared device nobody else gets it back.
    """
    fields = {name: request.form.getlist(name) for name in request.form if name not in SECRET_FIELDS}
    if not fields or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or not _not_too_often():
        return
    kept = KeptForm(
        token=secrets.token_urlsafe(32),
        path=request.path[:500],
        person_id=_writer(),
        fields=fields,
        kept_at=clock.now(),
    )
    with unit_of_work():
        db.session.execute(delete(KeptForm).where(KeptForm.kept_at < clock.now() - KEEP_FOR))
        db.session.add(kept)
    session[KEPT] = kept.token


def _not_too_often() -> bool:
    """Who has no session may fill our table only so far."""
    return not limiter.enabled or limiter.limiter.hit(KEEP_AT_MOST, "kept_form", request.remote_addr or "")


def remember_writer(response: Response) -> Response:
    """Tell the browser, for longer than a session lasts, whose texts it holds; forgotten at signing out."""
    actor = access.current_actor()
    if request.endpoint == "security.logout" and request.method == "POST":
        response.delete_cookie(WRITER)
    elif actor and _writer() != actor.person_id:
        response.set_cookie(
            WRITER, _signer().dumps(actor.person_id), max_age=int(KEEP_FOR.total_seconds()) * 15, httponly=True,
            samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"],
        )  # fmt: skip
    return response


def _writer() -> int | None:
    """Who was last signed in with this browser, as far as it can prove it."""
    if not (said := request.cookies.get(WRITER)):
        return None  # not left to the signer: its error holds on to all of the request until rubbish is collected
    try:
        return int(_signer().loads(said))
    except BadSignature:
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="writer")


def kept_for(path: str) -> MultiDict[str, str] | None:
    """What this browser typed into the form that posts to `path` before its session ended, or None."""
    token = session.get(KEPT)
    kept = db.session.scalars(select(KeptForm).where(KeptForm.token == token)).one_or_none() if token else None
    actor = access.current_actor()
    if kept is None or kept.path != path or kept.person_id not in (None, actor and actor.person_id):
        return None
    return MultiDict([(name, value) for name, values in kept.fields.items() for value in values])


def let_go() -> None:
    """Forget the kept text: the form was sent, or its writer does not want it back."""
    if token := session.pop(KEPT, None):
        with unit_of_work():
            db.session.execute(delete(KeptForm).where(KeptForm.token == token))
