"""Questions about conflicts of interest: which stand between whom on a day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select

from peerreview.core.db import db
from peerreview.impartiality.lifecycle import ConflictKind, ConflictState, Severity, WaiverState
from peerreview.impartiality.models import Conflict, Waiver


@dataclass(frozen=True, slots=True)
class Standing:
    """A conflict that counts on the day asked for; `waived_until` is the last day of a waiver that holds then."""

    conflict_id: int
    kind: ConflictKind
    severity: Severity
    waived_until: date | None

    @property
    def waived(self) -> bool:
        return self.waived_until is not None


def between(organisation_ids: Iterable[int], on: date) -> dict[tuple[int, int], tuple[Standing, ...]]:
    """What stands between each two of these organisations on that day, by ascending pair of ids; one query."""
    ids = sorted(set(organisation_ids))
    leave = and_(Waiver.conflict_id == Conflict.id, Waiver.state == WaiverState.GRANTED, Waiver.ends_on >= on)
    rows = db.session.execute(
        select(
            Conflict.organisation_id, Conflict.other_organisation_id, Conflict.id, Conflict.kind, Conflict.severity,
            func.max(Waiver.ends_on),
        )
        .outerjoin(Waiver, leave)
        .where(Conflict.state == ConflictState.STANDING)
        .where(Conflict.organisation_id.in_(ids), Conflict.other_organisation_id.in_(ids))
        .where(or_(Conflict.starts_on.is_(None), Conflict.starts_on <= on))
        .where(or_(Conflict.ends_on.is_(None), Conflict.ends_on >= on))
        .group_by(Conflict.organisation_id, Conflict.other_organisation_id, Conflict.id, Conflict.kind, Conflict.severity)
        .order_by(Conflict.id)
    )  # fmt: skip
    found: dict[tuple[int, int], tuple[Standing, ...]] = defaultdict(tuple)
    for here, there, *rest in rows:
        found[min(here, there), max(here, there)] += (Standing(*rest),)
    return dict(found)
