"""Dossiers: which exist for this actor, and all that the commission reads in one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.commission.advice import Advice, advise
from peerreview.commission.lifecycle import DossierState, Outcome
from peerreview.commission.models import Dossier, Interest, Meeting
from peerreview.commission.queries.behind import Around, Correction, Earlier, around, earlier_decisions
from peerreview.commission.queries.recusal import visible_to
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.frameworks.outline import NormView, Outline, PartView
from peerreview.frameworks.queries import outline_of
from peerreview.improvement.queries import PlanView, plan_view
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import Rating, ReviewState, Verdict
from peerreview.reviews.models import Review
from peerreview.reviews.queries import FindingRow, findings_of
from peerreview.rounds.models import Round
from peerreview.selfevaluations.models import Answer, Evidence, SelfEvaluation
from peerreview.selfevaluations.queries import handed_over
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import TeamMember, Visit

LARGEST = 2**31 - 1


def with_names(chosen: Select[Any]) -> Select[Any]:
    """Load also whose dossier it is, and its meeting."""
    trajectory = joinedload(Dossier.trajectory)
    return chosen.options(
        trajectory.joinedload(Trajectory.organisation),
        trajectory.joinedload(Trajectory.round),
        joinedload(Dossier.meeting),
    )


def dossier_for(actor: Actor, dossier_id: int) -> Dossier | None:
    """The dossier with its names and meeting; None for who has an interest, and outside the commission."""
    if dossier_id > LARGEST:
        return None
    chosen = select(Dossier).where(Dossier.id == dossier_id, visible_to(actor))
    return db.session.scalars(with_names(chosen)).one_or_none()


def dossier_rows(actor: Actor, *states: DossierState) -> Sequence[Any]:
    """The dossiers that this actor reads (in these states; none given: all), the nearest meeting first. One query."""
    rows = _rows(actor).order_by(Meeting.starts_at.is_(None), Meeting.starts_at, *_IN_MEETING)
    return db.session.execute(rows.where(Dossier.state.in_(states)) if states else rows).all()


def decided_page(actor: Actor, number: int) -> Page:
    """One page of the decided dossiers that this actor reads, the last meeting first. Two queries."""
    rows = _rows(actor).where(Dossier.state == DossierState.DECIDED)
    return paged(rows.order_by(Meeting.starts_at.is_(None), Meeting.starts_at.desc(), *_IN_MEETING), number)


_IN_MEETING = (Dossier.position, Organisation.sort_name, Dossier.id)


def _rows(actor: Actor) -> Any:
    rows: Any = (
        select(
            Dossier.id, Dossier.state, Dossier.state_since, Dossier.deferred_once, Dossier.forwarded_at,
            Organisation.name, Organisation.place, Round.name.label("round"),
            Meeting.id.label("meeting_id"), Meeting.starts_at,
        )
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .join(Round, Round.id == Trajectory.round_id)
        .outerjoin(Meeting, Meeting.id == Dossier.meeting_id)
        .where(visible_to(actor))
    )  # fmt: skip
    return rows


def interests_declared_by(actor: Actor) -> Sequence[Any]:
    """This person's own declarations on undecided dossiers: when, and in their own words. Never on which dossier."""
    own = (
        select(Interest.id, Interest.noted_at, Interest.note)
        .join(Dossier, Dossier.id == Interest.dossier_id)
        .where(
            Interest.person_id == actor.person_id, Interest.kind == "declared", Dossier.state != DossierState.DECIDED
        )
        .order_by(Interest.id)
    )
    return db.session.execute(own).all()


def declared_interest_for(actor: Actor, interest_id: int) -> Interest | None:
    """A declaration of this person that may still be withdrawn."""
    own = {row.id for row in interests_declared_by(actor)}
    return db.session.get(Interest, interest_id) if interest_id in own else None


def interests_in(dossier_id: int) -> Sequence[Interest]:
    """Who is kept out and why, for the secretariat and the members who take part."""
    noted = select(Interest).where(Interest.dossier_id == dossier_id).options(joinedload(Interest.person))
    return db.session.scalars(noted.order_by(Interest.id)).all()


@dataclass(frozen=True)
class DossierView:
    """What the page of a dossier tells: ratings at a glance, what matters, and what one also wants to know."""

    outline: Outline
    review: Review | None
    findings: Mapping[int, FindingRow]
    plan: PlanView
    advice: Advice
    around: Around
    earlier: tuple[Earlier, ...]

    def rating(self, norm: NormView) -> Rating:
        """The rating of a norm; one that nobody gave is `not_assessed`."""
        found = self.findings.get(norm.id)
        return (found.rating if found else None) or Rating.NOT_ASSESSED

    @cached_property
    def chapters(self) -> tuple[PartView, ...]:
        return self.outline.chapters

    @cached_property
    def counts(self) -> Mapping[Rating, int]:
        return Counter(self.rating(norm) for norm in self.outline.norms)

    @cached_property
    def strengths(self) -> tuple[tuple[NormView, str], ...]:
        """What the team calls strong, in the order of the framework."""
        return self._told("strength")

    @cached_property
    def opinions(self) -> tuple[tuple[NormView, str], ...]:
        """The norms on which a reviewer's own opinion stands beside that of the team, with that opinion."""
        return self._told("diverging_opinion")

    def _told(self, what: str) -> tuple[tuple[NormView, str], ...]:
        found = (
            (norm, getattr(self.findings[norm.id], what)) for norm in self.outline.norms if norm.id in self.findings
        )
        return tuple((norm, text) for norm, text in found if text.strip())

    @cached_property
    def changed(self) -> tuple[Correction, ...]:
        """The findings that the fact check changed."""
        return tuple(one for one in self.around.corrections if one.changed)

    @property
    def corrections(self) -> int:
        """How many remarks of the host were taken over."""
        return sum(one.verdict == Verdict.ACCEPTED for one in self.around.corrections)

    @property
    def rated_anew(self) -> int:
        return sum(one.rating_before is not None for one in self.around.corrections)

    @property
    def others(self) -> Sequence[Any]:
        """The other reviews of the exchange: name, state, starts_at, ours."""
        return self.around.others

    @property
    def renews(self) -> Earlier | None:
        """The award that this dossier is to renew."""
        awards = (Outcome.GRANTED, Outcome.GRANTED_WITH_CONDITIONS)
        return next((one for one in self.earlier if one.outcome in awards), None)


def dossier_view(dossier: Dossier, actor: Actor) -> DossierView:
    """All that the page of a dossier shows to this actor; six queries beside the framework's."""
    trajectory = dossier.trajectory
    outline = outline_of(trajectory.framework_version_id)
    review = final_review_of(trajectory.id, with_team=False)
    findings = {row.norm_id: row for row in findings_of(review.id)} if review else {}
    rated = [(findings[n.id].rating if n.id in findings else None, n.essential) for n in outline.norms]
    by_code = {n.code: rating for n, (rating, _key) in zip(outline.norms, rated, strict=True) if rating}
    return DossierView(
        outline=outline,
        review=review,
        findings=findings,
        plan=plan_view(trajectory, findings.values()),
        advice=advise(rated, trajectory.round.rules),
        around=around(trajectory.id, review.id if review else None, outline, actor),
        earlier=earlier_decisions(actor, trajectory, outline, by_code),
    )


def final_review_of(trajectory_id: int, *, with_team: bool = True) -> Review | None:
    """The final review of this host with visit and names (and the team); None before there is one."""
    visit = joinedload(Review.visit)
    final = (
        select(Review)
        .join(Visit, Visit.id == Review.visit_id)
        .where(Visit.host_id == trajectory_id, Review.state == ReviewState.FINAL)
        .options(
            visit.joinedload(Visit.host).joinedload(Trajectory.organisation),
            visit.joinedload(Visit.reviewing).joinedload(Trajectory.organisation),
            visit.joinedload(Visit.exchange),
        )
        .order_by(Review.id.desc())
        .limit(1)
    )
    if with_team:
        final = final.options(visit.selectinload(Visit.team).joinedload(TeamMember.person))
    return db.session.scalars(final).one_or_none()


@dataclass(frozen=True, slots=True)
class SelfEvaluationView:
    """The host's own account for a reader of the dossier: each norm with its answer (or None), and the evidence."""

    rows: tuple[tuple[NormView, Answer | None], ...]
    evidence: tuple[Evidence, ...]

    def evidence_of(self, norm: NormView) -> tuple[Evidence, ...]:
        return tuple(item for item in self.evidence if norm.id in {n.id for n in item.norms})


def self_evaluation_view(trajectory: Trajectory) -> SelfEvaluationView:
    """The submitted self-evaluation; three queries beside the framework's."""
    norms = outline_of(trajectory.framework_version_id).norms
    own = select(SelfEvaluation.id).where(
        SelfEvaluation.trajectory_id == trajectory.id, SelfEvaluation.submitted_at.is_not(None)
    )
    answers = db.session.scalars(select(Answer).where(Answer.self_evaluation_id.in_(own)))
    by_norm = {answer.norm_id: answer for answer in answers}
    evidence = db.session.scalars(
        select(Evidence)
        .join(SelfEvaluation, SelfEvaluation.id == Evidence.self_evaluation_id)
        .where(Evidence.self_evaluation_id.in_(own), handed_over())
        .options(selectinload(Evidence.norms))
        .order_by(Evidence.title, Evidence.id)
    )
    return SelfEvaluationView(tuple((norm, by_norm.get(norm.id)) for norm in norms), tuple(evidence))


def evidence_for(actor: Actor, dossier_id: int, evidence_id: int) -> Evidence | None:
    """A piece of evidence, read through its dossier."""
    dossier = dossier_for(actor, dossier_id)
    if dossier is None or evidence_id > LARGEST:
        return None
    own = (
        select(Evidence)
        .join(SelfEvaluation, SelfEvaluation.id == Evidence.self_evaluation_id)
        .where(Evidence.id == evidence_id, SelfEvaluation.trajectory_id == dossier.trajectory_id)
        .where(SelfEvaluation.submitted_at.is_not(None), handed_over())
    )
    return db.session.scalars(own).one_or_none()
