"""The blueprint, and the answers that every form here shares."""

from typing import Any, TypeVar

from flask import Blueprint, abort, request

from peerreview.core import clock, privacy
from peerreview.core.errors import StaleVersion
from peerreview.core.pages import page

Thing = TypeVar("Thing")
bp = Blueprint("reviews", __name__)
TEXTS = ("text", "note", "story", "strength", "improvement", "diverging_opinion", "not_assessed_reason", "summary")


def anew(found: Thing | None) -> Thing:
    """What was read again after a refusal; it may be gone meanwhile."""
    return found if found is not None else abort(404)


def is_draft() -> bool:
    """Whether the page saves by itself while somebody writes."""
    return request.form.get("autosave") == "1"


def warnings(form: Any) -> list[privacy.Notice]:
    """What in the texts of this form may point at a person."""
    return privacy.notices(*(field.data for field in form if field.name in TEXTS))


def saved(form: Any, version: int | None) -> Any:
    """The answer to a draft that was kept."""
    return page("reviews/_saved.html", version=version, now=clock.now(), notices=warnings(form))


def wrong(form: Any) -> Any:
    """The answer to a draft that cannot be kept as it is."""
    return page("reviews/_wrong.html", status=422, form=form)


def differences(form: Any, error: StaleVersion) -> list[dict[str, Any]]:
    """Each field in which both writers differ: its label, what I sent and what stands there (value and words)."""
    found = []
    for name, mine in error.mine.items():
        theirs = error.theirs.get(name)
        if name in form and mine != theirs:
            field = form[name]
            found.append({"name": name, "label": str(field.label.text).rstrip("?")} | _both(field, mine, theirs))
    return found


def _both(field: Any, mine: Any, theirs: Any) -> dict[str, str]:
    words = {str(value): str(label) for value, label, *_ in field.iter_choices()} if hasattr(field, "choices") else {}
    sent, stands = (str(value.value if hasattr(value, "value") else value or "") for value in (mine, theirs))
    return {"mine": words.get(sent, sent), "theirs": words.get(stands, stands), "value": stands}


def clash(form: Any, error: StaleVersion, *, who: str) -> Any:
    """The answer to a draft that came second: both texts, nothing lost."""
    found = differences(form, error)
    return page("reviews/_clash.html", status=409, clash=found, who=who, version=error.theirs["version"], live=True)
