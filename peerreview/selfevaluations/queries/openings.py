"""Who opened which document, for the organisation whose documents they are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from peerreview.accounts.models import Person
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.organisations.models import Organisation
from peerreview.selfevaluations.models import Evidence, EvidenceOpening, SelfEvaluation

AGAIN = timedelta(minutes=10)  # within which a double click, or a browser that asks again, is the same opening


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody opened a document, in this role and for this organisation ('' for the association's own people)."""

    evidence_id: int
    person: str
    organisation: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A document with who opened it, the last first."""

    id: int
    title: str
    openings: tuple[Opening, ...]

    @property
    def count(self) -> int:
        return len(self.openings)


def openings_of(evaluation: SelfEvaluation) -> list[Opened]:
    """Every document by title, also what nobody opened. Two queries."""
    mine = Evidence.self_evaluation_id == evaluation.id
    documents = select(Evidence.id, Evidence.title).where(mine).order_by(func.lower(Evidence.title), Evidence.id)
    rows = (
        select(
            EvidenceOpening.evidence_id,
            Person.name,
            Organisation.name,
            EvidenceOpening.role,
            EvidenceOpening.opened_at,
        )
        .join(Evidence, Evidence.id == EvidenceOpening.evidence_id)
        .join(Person, Person.id == EvidenceOpening.person_id)
        .outerjoin(Organisation, Organisation.id == EvidenceOpening.organisation_id)
        .where(mine)
        .order_by(EvidenceOpening.opened_at.desc(), EvidenceOpening.id.desc())
    )
    opened: dict[int, list[Opening]] = defaultdict(list)
    for evidence_id, person, organisation, role, moment in db.session.execute(rows):
        opened[evidence_id].append(Opening(evidence_id, person, organisation or "", role, moment))
    return [Opened(row.id, row.title, tuple(opened[row.id])) for row in db.session.execute(documents)]


def all_openings(documents: Iterable[Opened]) -> Sequence[tuple[Opened, Opening]]:
    """Each opening with its document, the last first."""
    pairs = [(document, opening) for document in documents for opening in document.openings]
    return sorted(pairs, key=lambda pair: pair[1].at, reverse=True)


def opened_lately(evidence_id: int, actor: Actor, moment: datetime) -> bool:
    """Whether this person opened it just before, in the same role and for the same organisation."""
    theirs = (
        select(EvidenceOpening.id)
        .where(EvidenceOpening.evidence_id == evidence_id, EvidenceOpening.person_id == actor.person_id)
        .where(EvidenceOpening.role == actor.role, EvidenceOpening.organisation_id == actor.organisation_id)
        .where(EvidenceOpening.opened_at > moment - AGAIN)
    )
    return db.session.scalars(theirs.limit(1)).first() is not None
