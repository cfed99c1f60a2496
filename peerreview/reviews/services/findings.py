"""Writing findings together: two writers never overwrite each other, the second is shown both texts."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from peerreview.core import audit, clock, history
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.reviews.lifecycle import Rating, ReviewState
from peerreview.reviews.models import Finding, Observation, Review, finding_observation
from peerreview.reviews.services.locking import locked
from peerreview.reviews.services.sources import follow_sentences

FIELDS = ("rating", "not_assessed_reason", "story", "strength", "improvement", "diverging_opinion")


def _check(review: Review) -> None:
    if review.state != ReviewState.CONSENSUS:
        raise NotNow(_("Findings are written after the ratings were revealed, until the report is drafted."))


def _check_now(review: Review) -> None:
    """The same, of what stands in the database once a finding is locked: who drafts the report locks them all."""
    state = db.session.scalar(select(Review.state).where(Review.id == review.id))
    if state != ReviewState.CONSENSUS:
        raise NotNow(_("Findings are written after the ratings were revealed, until the report is drafted."))


def values_of(finding: Finding) -> dict[str, Any]:
    """What stands there, with its version: the 'theirs' of a clash."""
    return {name: getattr(finding, name) for name in FIELDS} | {"version": finding.version}


def texts_of(finding: Finding) -> dict[str, str]:
    """What its history keeps."""
    return {name: str(getattr(finding, name) or "") for name in FIELDS}


def typed(texts: Mapping[str, str]) -> dict[str, Any]:
    """The values of a finding from the texts that its history keeps."""
    rating = texts.get("rating")
    return {name: texts.get(name, "") for name in FIELDS} | {"rating": Rating(rating) if rating else None}


class Recorded(NamedTuple):
    """The version that stands now, and what a colleague wrote in fields that this writer left alone."""

    version: int
    taken: dict[str, Any]


def record_finding(
    review: Review,
    finding: Finding,
    *,
    version: int,
    by: Actor,
    observations: Collection[int] | None = None,
    leaned: Collection[int] | None = None,
    apart: bool = False,
    **values: Any,
) -> Recorded:
    """Keep what the team writes about one norm: any of FIELDS, and the ids of the `observations` that it leans on.

    It may be incomplete: what lacks is asked when the report is drafted. With `leaned`, the ids that were ticked on the
    writer's page, only what they ticked or unticked since is changed: nobody undoes what a colleague chose meanwhile.

    Somebody may have written after `version`. What only they changed stays as they left it, what only this writer
    changed is taken, and the former is answered, by field, so that the page can show it. Where both changed one field
    StaleVersion has both texts, and the one from which both were made when it is known; then nothing changes. With
    `apart` the history keeps what stood there, however little changed.

    The trail has a line for each version that the history keeps and for each other rating or choice of observations: not
    for every few words of a page that saves by itself.
    """
    _check(review)
    with unit_of_work():
        locked(finding)
        _check_now(review)
        before = texts_of(finding)
        moved = _moved(review, finding, observations, leaned)
        taken = _taken(finding, version, values)
        wanted = values | taken
        changed = [name for name in FIELDS if name in wanted and getattr(finding, name) != wanted[name]]
        if changed or moved is not None:
            for name in changed:
                setattr(finding, name, values[name])
            finding.updated_by_id, finding.updated_at = by.person_id, clock.now()
            follow_sentences(finding, before)
            if moved is not None:
                _lean_on(finding, moved)
            db.session.flush()
            begun = history.keep(finding, texts_of(finding), by=by, before=before, apart=apart)
            if begun or moved is not None or "rating" in changed:
                audit.record("finding.record", finding, by=by, after={"fields": changed, "version": finding.version})
        # Read here: after the act a colleague may have written, and their version is not this page's.
        recorded = Recorded(finding.version, taken)
    return recorded


def _taken(finding: Finding, version: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a colleague wrote since `version` in fields that this writer left alone; StaleVersion where both wrote."""
    if finding.version == version:
        return {}
    differ = {name for name in FIELDS if name in values and getattr(finding, name) != values[name]}
    if not differ:
        return {}
    base = _base(finding, version)
    if base is not None:
        mine = {name for name in differ if values[name] != base[name]}
        if not any(getattr(finding, name) != base[name] for name in mine):
            return {name: getattr(finding, name) for name in differ - mine}
    raise StaleVersion(
        _("A colleague saved this finding just before you."),
        theirs=values_of(finding) | {"base": base},
        mine=dict(values),
    )


def _base(finding: Finding, version: int) -> dict[str, Any] | None:
    """The finding as it stood in this version, if its history knows; the first version of each is empty."""
    kept = history.version_numbered(finding, version)
    if kept is None:
        return typed({}) if version == 1 else None
    return typed(kept.texts)


def put_finding_back(review: Review, finding: Finding, *, number: int, version: int, by: Actor) -> None:
    """Write what the finding read in its version `number` once more, as a new version.

    Raises Invalid when its history does not know that one, StaleVersion when a colleague wrote after `version`.
    """
    kept = history.version_numbered(finding, number)
    if kept is None:
        raise Invalid(_("This earlier text is no longer there."))
    if finding.version != version:
        raise StaleVersion(_("A colleague saved this finding just before you."), theirs=values_of(finding), mine={})
    record_finding(review, finding, version=version, by=by, apart=True, **typed(kept.texts))


def _moved(
    review: Review, finding: Finding, observations: Collection[int] | None, leaned: Collection[int] | None
) -> set[int] | None:
    """The observations of this review's norm that are chosen now, when that differs from what is kept; else None."""
    if observations is None:
        return None
    if leaned is not None and set(leaned) == set(observations):
        return None
    table = finding_observation
    kept = set(db.session.scalars(select(table.c.observation_id).where(table.c.finding_id == finding.id)))
    chosen = set(observations)
    if leaned is not None:
        chosen = (kept | (chosen - set(leaned))) - (set(leaned) - chosen)
    if chosen - kept:
        of_norm = (Observation.norm_id == finding.norm_id) | Observation.norm_id.is_(None)
        chosen &= kept | set(
            db.session.scalars(select(Observation.id).where(Observation.review_id == review.id, of_norm))
        )
    return chosen if chosen != kept else None


def _lean_on(finding: Finding, chosen: Collection[int]) -> None:
    db.session.execute(delete(finding_observation).where(finding_observation.c.finding_id == finding.id))
    if chosen:
        rows = [{"finding_id": finding.id, "observation_id": observation_id} for observation_id in sorted(chosen)]
        db.session.execute(insert(finding_observation), rows)
    db.session.expire(finding, ["observations"])


def record_findings(review: Review, entries: Mapping[int, Mapping[str, Any]], *, by: Actor) -> None:
    """Write many findings at once, by norm id, each with any of FIELDS; one line in the trail and no lock to lose.

    What each read before stays in its history.
    """
    _check(review)
    with unit_of_work():
        chosen = select(Finding).where(Finding.review_id == review.id, Finding.norm_id.in_(list(entries)))
        chosen = chosen.order_by(Finding.id).with_for_update().execution_options(populate_existing=True)
        every = db.session.scalars(chosen).all()
        _check_now(review)
        for finding in every:
            before = texts_of(finding)
            for name, value in entries[finding.norm_id].items():
                if name not in FIELDS:
                    raise ValueError(f"a finding has no {name}")
                setattr(finding, name, value)
            finding.updated_by_id, finding.updated_at = by.person_id, clock.now()
            db.session.flush()
            history.keep(finding, texts_of(finding), by=by, before=before)
        audit.record("finding.record_many", review, by=by, after={"count": len(entries)})
