"""Documents beside norms: added, laid with more norms, taken away."""

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import delete, func, insert, select

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.core.storage import checksum, storage
from peerreview.core.uploads import checked
from peerreview.selfevaluations import policy, queries
from peerreview.selfevaluations.models import Answer, Evidence, EvidenceOpening, SelfEvaluation, evidence_norm
from peerreview.selfevaluations.services.opened import evaluation_with, refuse_unless_open
from peerreview.trajectories.models import Trajectory

MOST_FILES = 200


def add_evidence(
    evaluation: SelfEvaluation, *, file_name: str, content: bytes, norm_ids: Collection[int], by: Actor, title: str = ""
) -> Evidence:
    """Keep a document beside these norms. The same file brought again is not kept twice: it only gets more norms.

    Raises Invalid for a file that is empty, too large, or not what its name says.
    """
    refuse_unless_open(evaluation)
    return _added(evaluation, file_name, content, norm_ids, by, title)


def add_source(
    evaluation: SelfEvaluation, *, file_name: str, content: bytes, norm_ids: Collection[int], by: Actor
) -> Evidence:
    """Keep a document that shows an error of fact in the report, long after the self-evaluation was sent.

    As `add_evidence`, but one that was there already gets no more norms: its readers would see what it is about to show.
    Whether it may be brought now is for the fact check to say.
    """
    return _added(evaluation, file_name, content, norm_ids, by, sent=True)


def _added(
    evaluation: SelfEvaluation,
    file_name: str,
    content: bytes,
    norm_ids: Collection[int],
    by: Actor,
    title: str = "",
    *,
    sent: bool = False,
) -> Evidence:
    name, media_type = checked(file_name, content)
    digest = checksum(content)
    with unit_of_work():
        mine = Evidence.self_evaluation_id == evaluation.id
        evidence = db.session.scalars(select(Evidence).where(mine, Evidence.checksum == digest)).first()
        there = evidence is not None
        if evidence is None:
            if db.session.scalars(select(func.count()).select_from(Evidence).where(mine)).one() >= MOST_FILES:
                raise Invalid(_("You have 200 documents already. Remove one first."))
            evidence = _keep(evaluation, name, media_type, content, digest, title.strip()[:200] or name, by)
        if not (sent and there):
            _connect(evaluation, evidence.id, norm_ids)
    return evidence


def _keep(
    evaluation: SelfEvaluation, name: str, media_type: str, content: bytes, digest: str, title: str, by: Actor
) -> Evidence:
    evidence = Evidence(
        self_evaluation_id=evaluation.id, title=title, file_name=name, media_type=media_type, size=len(content),
        checksum=digest, key=storage().put(content), added_by_id=by.person_id, added_at=clock.now(),
    )  # fmt: skip
    db.session.add(evidence)
    db.session.flush()
    audit.record("evidence.add", evidence, by=by, after={"file": name, "size": len(content)})
    return evidence


def _connect(evaluation: SelfEvaluation, evidence_id: int, norm_ids: Collection[int]) -> None:
    there = set(db.session.scalars(select(evidence_norm.c.norm_id).where(evidence_norm.c.evidence_id == evidence_id)))
    ours = set(db.session.scalars(select(Answer.norm_id).where(Answer.self_evaluation_id == evaluation.id)))
    for norm_id in sorted(set(norm_ids) & ours - there):
        db.session.execute(insert(evidence_norm).values(evidence_id=evidence_id, norm_id=norm_id))


def connect_evidence(evaluation: SelfEvaluation, *, evidence_ids: Collection[int], norm_id: int, by: Actor) -> None:
    """Lay documents that are already there beside one more norm; unknown and foreign ones are passed by."""
    refuse_unless_open(evaluation)
    seen = {document.id for document in queries.evidence_seen_by(by, evaluation)}
    with unit_of_work():
        for evidence_id in sorted(set(evidence_ids) & seen):
            _connect(evaluation, evidence_id, [norm_id])
            audit.record(
                "evidence.connect", db.session.get_one(Evidence, evidence_id), by=by, after={"norm_id": norm_id}
            )


def disconnect_evidence(evaluation: SelfEvaluation, *, evidence_id: int, norm_id: int, by: Actor) -> None:
    """Take a document away from one norm; it stays among the documents of the organisation."""
    refuse_unless_open(evaluation)
    if evidence_id not in {document.id for document in queries.evidence_seen_by(by, evaluation)}:
        return
    with unit_of_work():
        pair = (evidence_norm.c.evidence_id == evidence_id) & (evidence_norm.c.norm_id == norm_id)
        db.session.execute(delete(evidence_norm).where(pair))
        evidence = db.session.get_one(Evidence, evidence_id)
        audit.record("evidence.disconnect", evidence, by=by, before={"norm_id": norm_id})


def open_evidence(evidence: Evidence, *, by: Actor, whole: bool = True) -> None:
    """Let somebody who may know of this document open it; of who is not of the organisation it is kept.

    Somebody who opens it again within ten minutes opened it once. `whole` is False when only its size was asked.
    Raises NotNow for others before the exchange is confirmed and after the decision.
    """
    trajectory = db.session.get_one(Trajectory, evaluation_with(evidence.self_evaluation_id).trajectory_id)
    if policy.owns(by, trajectory):
        return
    if policy.documents_closed(trajectory):
        raise NotNow(
            _("The documents closed with the decision. Only the organisation itself still opens them; ask them for it.")
        )
    if not queries.exchange_confirmed(trajectory):
        raise NotNow(_("The documents open as soon as the exchange is confirmed."))
    if whole:
        _note_opening(evidence, by)


def _note_opening(evidence: Evidence, by: Actor) -> None:
    with unit_of_work():
        db.session.execute(select(Evidence.id).where(Evidence.id == evidence.id).with_for_update())
        if queries.opened_lately(evidence.id, by, clock.now()):
            return
        opening = EvidenceOpening(
            evidence_id=evidence.id, person_id=by.person_id, organisation_id=by.organisation_id, role=by.role,
            opened_at=clock.now(),
        )  # fmt: skip
        db.session.add(opening)


def delete_evidence(evidence: Evidence, *, by: Actor) -> None:
    """Remove a document and its bytes, from every norm; only while the organisation still writes."""
    refuse_unless_open(evaluation_with(evidence.self_evaluation_id))
    key = evidence.key
    with unit_of_work():
        audit.record(
            "evidence.delete", evidence, by=by, before={"file": evidence.file_name, "sha256": evidence.checksum}
        )
        db.session.execute(delete(evidence_norm).where(evidence_norm.c.evidence_id == evidence.id))
        db.session.execute(delete(Evidence).where(Evidence.id == evidence.id))
    storage().delete(key)
