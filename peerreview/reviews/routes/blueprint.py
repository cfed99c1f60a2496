"""The blueprint, and the answers that every form here shares."""

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField

from peerreview.core import clock, merging, privacy
from peerreview.core.access import the_actor
from peerreview.core.errors import NotNow, StaleVersion
from peerreview.core.pages import done, page
from peerreview.core.redline import redline
from peerreview.reviews import queries
from peerreview.reviews.models import Review

Thing = TypeVar("Thing")
bp = Blueprint("reviews", __name__)
TEXTS = ("text", "note", "story", "strength", "improvement", "diverging_opinion", "not_assessed_reason", "summary")


def anew(found: Thing | None) -> Thing:
    """What was read again after a refusal; it may be gone meanwhile."""
    return found if found is not None else abort(404)


def is_draft() -> bool:
    """Whether the page saves by itself while somebody writes."""
    return request.form.get("autosave") == "1"


def rate_first(review: Review) -> Any | None:
    """What to do before the team's draft shows, for a member whose ratings are not all in yet; None for the others."""
    blind = queries.to_rate_first(review, the_actor())
    if not blind:
        return None
    norms = [norm for norm in queries.outline_of_review(review).norms if norm.id in blind]
    return page("reviews/rate_first.html", review=review, norms=norms)


def rate_this_first(spot: queries.ReviewedNorm) -> Any | None:
    """Where somebody goes who has not rated this norm while their colleagues have; None for the others."""
    if not queries.to_rate_first(spot.review, the_actor(), spot.norm.id):
        return None
    if request.method != "GET":
        raise NotNow(_("First give your own rating of this norm. Then you see what your colleagues think."))
    return done(url_for("reviews.give_rating", review_id=spot.review.id, code=spot.norm.code))


def warnings(form: Any) -> list[privacy.Notice]:
    """What in the texts of this form may point at a person; of what others will read also what is hard to read."""
    return privacy.notices(*(field.data for field in form if field.name in TEXTS), plain="summary" in form)


def marks(form: Any) -> dict[str, list[privacy.Notice]]:
    """The same for a form of several texts, to stand under each."""
    return {field.name: privacy.notices(field.data, plain=True) for field in form if field.name in TEXTS}


def saved(
    form: Any,
    version: int | None,
    *,
    taken: Mapping[str, Any] | None = None,
    who: str = "",
    missing: tuple[str, ...] | None = None,
) -> Any:
    """The answer to a draft that was kept; `taken` is what `who` wrote meanwhile in fields that were left alone.

    `missing` is what a finding now lacks, for a page that says so.
    """
    return page(
        "reviews/_saved.html",
        version=version,
        now=clock.now(),
        notices=[] if "story" in form else warnings(form),
        marks=marks(form) if "story" in form else {},
        taken=[(form[name], plain(value)) for name, value in (taken or {}).items()],
        who=who,
        leaned=leaned_by(form),
        missing=missing,
    )


def leaned_by(form: Any) -> str | None:
    """The observations that are ticked on a page which only says what it ticks and unticks; None on another page."""
    return ",".join(map(str, form.observations.data or ())) if "leaned" in form else None


def wrong(form: Any) -> Any:
    """The answer to a draft that cannot be kept as it is."""
    return page("reviews/_wrong.html", status=422, form=form)


def chosen() -> MultiDict[str, str]:
    """What was sent, with what somebody chose without a script for a field that a colleague had changed too."""
    sent = MultiDict(request.form)
    for key, side in request.form.items():
        if key.startswith("keep-") and side in ("theirs", "merged"):
            name = key.removeprefix("keep-")
            sent.setlist(name, [request.form.get(f"{side}-{name}", "")])
    return sent


def differences(form: Any, error: StaleVersion, *, who: str = "") -> list[dict[str, Any]]:
    """Each field in which both writers differ: its label, what I sent and what stands there (value and words).

    Of a text also the words that only one of both has, and one text of both when it is known what both began with. What
    I left alone is no difference: there the form takes what stands now.
    """
    found, base = [], error.theirs.get("base")
    for name, mine in error.mine.items():
        theirs = error.theirs.get(name)
        if name in form and mine != theirs:
            if base is not None and mine == base.get(name):
                form[name].data = plain(theirs)
                continue
            label = str(form[name].label.text).rstrip("?")
            both = _both(form[name], mine, theirs)
            old = plain(base.get(name)) if base is not None else None
            found.append({"name": name, "label": label} | both | _together(form[name], both, old, who))
    return found


def plain(value: Any) -> str:
    """A value as a form field has it."""
    return str(value.value if hasattr(value, "value") else value or "")


def _both(field: Any, mine: Any, theirs: Any) -> dict[str, str]:
    words = {str(value): str(label) for value, label, *_ in field.iter_choices()} if hasattr(field, "choices") else {}
    sent, stands = plain(mine), plain(theirs)
    return {"mine": words.get(sent, sent), "theirs": words.get(stands, stands), "value": stands}


def _together(field: Any, both: dict[str, str], base: str | None, who: str) -> dict[str, Any]:
    """How two texts differ, and one text made of both."""
    if not isinstance(field, TextAreaField):
        return {"parts": None, "merged": None}
    merged = None
    if base is not None:
        them = (who.split() or [_("colleague")])[0]
        merged = merging.merge(base, both["mine"], both["value"], me=_("my text"), them=them)
    return {"parts": redline(both["value"], both["mine"]), "merged": merged}


def clash(form: Any, error: StaleVersion, *, who: str) -> Any:
    """The answer to a draft that came second: both texts, nothing lost."""
    found = differences(form, error, who=who)
    shown = {one["name"] for one in found}
    base = error.theirs.get("base") or {}
    left = [name for name in error.mine if name in base and name in form and name not in shown]
    taken = [(form[name], plain(error.theirs[name])) for name in left if error.mine[name] != error.theirs[name]]
    return page(
        "reviews/_clash.html",
        status=409,
        clash=found,
        who=who,
        version=error.theirs["version"],
        live=True,
        taken=taken,
    )
