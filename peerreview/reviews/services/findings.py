"""Writing findings together: two writers never overwrite each other, the second is shown both texts."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from peerreview.core import audit, clock, history
from peerreview.core import presence as presence  # its table belongs to writing together
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import NotNow, StaleVersion
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Finding, Observation, Review, finding_observation
from peerreview.reviews.services.locking import locked

FIELDS = ("rating", "not_assessed_reason", "story", "strength", "improvement", "diverging_opinion")


def _check(review: Review) -> None:
    if review.state != ReviewState.CONSENSUS:
        raise NotNow(_("Findings are written after the ratings were revealed, until the report is drafted."))


def values_of(finding: Finding) -> dict[str, Any]:
    """What stands there, with its version: the 'theirs' of a clash."""
    return {name: getattr(finding, name) for name in FIELDS} | {"version": finding.version}


def texts_of(finding: Finding) -> dict[str, str]:
    """What its history keeps."""
    return {name: str(getattr(finding, name) or "") for name in FIELDS}


def record_finding(
    review: Review,
    finding: Finding,
    *,
    version: int,
    by: Actor,
    observations: Collection[int] | None = None,
    **values: Any,
) -> None:
    """Keep what the team writes about one norm: any of FIELDS, and the ids of the `observations` that it leans on.

    It may be incomplete: what lacks is asked when the report is drafted. Raises StaleVersion, with both texts, when
    somebody wrote after `version` and the texts differ; then nothing changes.
    """
    _check(review)
    with unit_of_work():
        locked(finding)
        changed = [name for name in FIELDS if name in values and getattr(finding, name) != values[name]]
        moved = _moved(review, finding, observations)
        if not changed and moved is None:
            return
        if finding.version != version:
            raise StaleVersion(
                _("A colleague saved this finding just before you."), theirs=values_of(finding), mine=values
            )
        for name in changed:
            setattr(finding, name, values[name])
        if moved is not None:
            _lean_on(finding, moved)
        finding.updated_by_id, finding.updated_at = by.person_id, clock.now()
        db.session.flush()
        history.keep(finding, texts_of(finding), by=by)
        audit.record("finding.record", finding, by=by, after={"fields": changed, "version": finding.version})


def _moved(review: Review, finding: Finding, observations: Collection[int] | None) -> set[int] | None:
    """The observations of this review's norm that are chosen now, when that differs from what is kept; else None."""
    if observations is None:
        return None
    own = set(
        db.session.scalars(
            select(Observation.id).where(
                Observation.review_id == review.id,
                (Observation.norm_id == finding.norm_id) | Observation.norm_id.is_(None),
            )
        )
    )
    table = finding_observation
    kept = set(db.session.scalars(select(table.c.observation_id).where(table.c.finding_id == finding.id)))
    chosen = own & set(observations)
    return chosen if chosen != kept else None


def _lean_on(finding: Finding, chosen: Collection[int]) -> None:
    db.session.execute(delete(finding_observation).where(finding_observation.c.finding_id == finding.id))
    if chosen:
        rows = [{"finding_id": finding.id, "observation_id": observation_id} for observation_id in sorted(chosen)]
        db.session.execute(insert(finding_observation), rows)
    db.session.expire(finding, ["observations"])


def record_findings(review: Review, entries: Mapping[int, Mapping[str, Any]], *, by: Actor) -> None:
    """Write many findings at once, by norm id, each with any of FIELDS; one line in the trail and no lock to lose."""
    _check(review)
    with unit_of_work():
        for finding in db.session.scalars(select(Finding).where(Finding.review_id == review.id)):
            for name, value in entries.get(finding.norm_id, {}).items():
                if name not in FIELDS:
                    raise ValueError(f"a finding has no {name}")
                setattr(finding, name, value)
            finding.updated_by_id, finding.updated_at = by.person_id, clock.now()
        audit.record("finding.record_many", review, by=by, after={"count": len(entries)})
