"""What the first pages need to know, in a handful of queries: columns and counts, no objects."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import and_, case, func, null, or_, select

from peerreview.certificates.models import Certificate
from peerreview.commission.models import Decision, Dossier
from peerreview.commission.queries.recusal import visible_to
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.outbox import Letter
from peerreview.core.paging import Page, paged
from peerreview.dashboard.facts import (
    Assignment,
    ExchangeFacts,
    Leg,
    MemberFacts,
    OpenRound,
    Partner,
    Pile,
    TrajectoryFacts,
)
from peerreview.improvement.models import Action
from peerreview.letters.queries import unreachable
from peerreview.marketplace.queries import open_proposals_of
from peerreview.matching.lifecycle import ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember, PartnerSearch
from peerreview.matching.queries import still_searching
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import BELOW, ReviewState
from peerreview.reviews.models import BlindRating, FactCheckAnswer, Finding, Review
from peerreview.reviews.queries.ratings import heard_by
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.selfevaluations.models import Answer, SelfEvaluation
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.road import RoadFacts
from peerreview.visits.lifecycle import PlanState
from peerreview.visits.models import PollAnswer, TeamMember, TeamObjection, Visit, VisitPlan

# The two sides of a leg. Made once: an alias copies every column of its table.
host, reviewing = Trajectory.__table__.alias("host"), Trajectory.__table__.alias("reviewing")
SIGNERS = ("coordinator", "executive")
host_name, reviewing_name = Organisation.__table__.alias("h"), Organisation.__table__.alias("r")


def member_facts(actor: Actor) -> MemberFacts:
    """The newest trajectory of this organisation and all that hangs on it; at most 8 queries."""
    facts = MemberFacts(organisation_id=actor.organisation_id)
    facts.trajectory = _newest_trajectory(actor.organisation_id)
    facts.open_round = _open_round(actor.organisation_id)
    if facts.trajectory is None:
        return facts
    trajectory_id = facts.trajectory.id
    _add_exchange(facts, trajectory_id)
    if facts.exchange is None and actor.role in SIGNERS:
        facts.asked = open_proposals_of(trajectory_id, clock.today())
    if facts.exchange is not None:
        facts.legs = _legs(facts.exchange.id, trajectory_id)
        facts.partners = [_with_progress(partner, facts.exchange.id, facts) for partner in facts.partners]
        facts.polled = _has_polled(facts.exchange.id, actor.person_id)
        if facts.polled and any(leg.visit_state == "polling" for leg in facts.legs):
            facts.poll_open, facts.days_agreed_by = _poll_of(facts.exchange.id)
    facts.answers = _answer_counts(trajectory_id, actor.person_id)
    if facts.trajectory.state == "reported":
        facts.plan = _plan_counts(trajectory_id, [leg.review_id for leg in facts.legs if leg.hosting])
    return facts


def _newest_trajectory(organisation_id: int | None) -> TrajectoryFacts | None:
    statement = (
        select(
            Trajectory.id,
            Trajectory.state,
            Trajectory.due_on,
            Trajectory.held_from,
            Round.name,
            PartnerSearch.partner_by,
        )
        .join(Round, Round.id == Trajectory.round_id)
        .outerjoin(PartnerSearch, PartnerSearch.trajectory_id == Trajectory.id)
        .where(Trajectory.organisation_id == organisation_id)
        .order_by(Round.signup_opens_on.desc(), Trajectory.id.desc())
        .limit(1)
    )
    row = db.session.execute(statement).first()
    return TrajectoryFacts(*row) if row else None


def _open_round(organisation_id: int | None) -> OpenRound | None:
    """The round that is open now and that this organisation is not in yet."""
    mine = select(Trajectory.round_id).where(Trajectory.organisation_id == organisation_id)
    statement = (
        select(Round.id, Round.name, Round.signup_closes_on)
        .where(Round.state == RoundState.OPEN, Round.id.not_in(mine))
        .order_by(Round.signup_closes_on, Round.id)
        .limit(1)
    )
    row = db.session.execute(statement).first()
    return OpenRound(*row) if row else None


def _add_exchange(facts: MemberFacts, trajectory_id: int) -> None:
    ours = select(ExchangeMember.exchange_id).where(
        ExchangeMember.trajectory_id == trajectory_id, ExchangeMember.standing
    )
    rows = db.session.execute(
        select(
            Exchange.id,
            Exchange.state,
            Exchange.answer_by,
            ExchangeMember.trajectory_id,
            ExchangeMember.state.label("answer"),
            Organisation.name,
            Organisation.place,
            Trajectory.state.label("stage"),
        )
        .join(ExchangeMember, ExchangeMember.exchange_id == Exchange.id)
        .join(Trajectory, Trajectory.id == ExchangeMember.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Exchange.id.in_(ours))
        .order_by(ExchangeMember.position)
    ).all()
    for row in rows:
        if row.trajectory_id == trajectory_id:
            facts.exchange, facts.our_answer = ExchangeFacts(row.id, row.state, row.answer_by), row.answer
        else:
            facts.partners.append(Partner(row.trajectory_id, row.name, row.place, row.stage, row.answer))


def _legs(exchange_id: int, trajectory_id: int) -> list[Leg]:
    """Every leg of the exchange; `other` is the host where we review, the reviewing one where we host."""
    rows = db.session.execute(
        select(
            Visit.id,
            Review.id.label("review_id"),
            Visit.host_id,
            Visit.reviewing_id,
            Visit.state,
            Visit.starts_at,
            Visit.poll_by,
            Review.state.label("review_state"),
            Review.due_on,
            host_name.c.name.label("host_name"),
            reviewing_name.c.name.label("reviewing_name"),
        )
        .outerjoin(Review, Review.visit_id == Visit.id)
        .join(host, host.c.id == Visit.host_id)
        .join(reviewing, reviewing.c.id == Visit.reviewing_id)
        .join(host_name, host_name.c.id == host.c.organisation_id)
        .join(reviewing_name, reviewing_name.c.id == reviewing.c.organisation_id)
        .where(Visit.exchange_id == exchange_id)
        .order_by(Visit.starts_at.is_(None), Visit.starts_at, Visit.id)
    ).all()
    return [
        Leg(
            row.id, row.review_id, row.host_id == trajectory_id, row.host_id,
            row.reviewing_name if row.host_id == trajectory_id else row.host_name,
            row.state, row.starts_at, row.poll_by, row.review_state, row.due_on,
        )
        for row in rows
    ]  # fmt: skip


def _with_progress(partner: Partner, exchange_id: int, facts: MemberFacts) -> Partner:
    leg = next((leg for leg in facts.legs if leg.host_id == partner.trajectory_id), None)
    if leg is None:
        return partner
    return replace(partner, visit=leg.visit_state, review=leg.review_state)


def _has_polled(exchange_id: int, person_id: int | None) -> bool:
    found = select(PollAnswer.id).where(PollAnswer.exchange_id == exchange_id, PollAnswer.person_id == person_id)
    return db.session.execute(found).first() is not None


def _poll_of(exchange_id: int) -> tuple[bool, tuple[int, ...] | None]:
    """Whether a reviewer still has to answer, and which organisations agreed to the days that are proposed now."""
    answered = select(PollAnswer.person_id).where(PollAnswer.exchange_id == exchange_id)
    silent = (
        select(TeamMember.id)
        .join(Visit, Visit.id == TeamMember.visit_id)
        .where(Visit.exchange_id == exchange_id, TeamMember.person_id.not_in(answered))
    )
    proposed = select(VisitPlan.agreed_by).where(
        VisitPlan.exchange_id == exchange_id, VisitPlan.state == PlanState.PROPOSED
    )
    waits, agreed_by = db.session.execute(select(silent.exists(), proposed.scalar_subquery())).one()
    return bool(waits), tuple(agreed_by) if agreed_by is not None else None


def _answer_counts(trajectory_id: int, person_id: int | None) -> tuple[int, int, int]:
    done = and_(Answer.rating.is_not(None), Answer.story != "")
    row = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((done, 1), else_=0)), 0),
            func.coalesce(func.sum(case((and_(~done, Answer.assigned_to_id == person_id), 1), else_=0)), 0),
        )
        .select_from(Answer)
        .join(SelfEvaluation, SelfEvaluation.id == Answer.self_evaluation_id)
        .where(SelfEvaluation.trajectory_id == trajectory_id)
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


def _plan_counts(trajectory_id: int, review_ids: Sequence[int | None]) -> tuple[int, int]:
    below = select(Finding.norm_id).where(Finding.review_id.in_(review_ids), Finding.rating.in_(BELOW))
    acted = select(Action.norm_id).where(Action.trajectory_id == trajectory_id, Action.norm_id.in_(below)).distinct()
    row = db.session.execute(
        select(
            select(func.count()).select_from(below.subquery()).scalar_subquery(),
            select(func.count()).select_from(acted.subquery()).scalar_subquery(),
        )
    ).one()
    return int(row[0]), int(row[1])


def assignments_of(actor: Actor) -> list[Assignment]:
    """The reviews of this reviewer in this organisation that are not over, the most urgent first. One query."""
    me = actor.person_id
    of_review = Finding.review_id == Review.id
    judged = select(func.count()).where(of_review, Finding.rating.is_not(None), heard_by(me))
    norms = select(func.count()).where(of_review).correlate(Review).scalar_subquery()
    rated = select(func.count()).where(BlindRating.review_id == Review.id, BlindRating.person_id == me)
    open_verdicts = (
        select(func.count())
        .select_from(FactCheckAnswer)
        .join(Finding, Finding.id == FactCheckAnswer.finding_id)
        .where(of_review, FactCheckAnswer.state == "pending", FactCheckAnswer.answer != "agree")
    )
    polled = select(PollAnswer.id).where(PollAnswer.exchange_id == Visit.exchange_id, PollAnswer.person_id == me)
    rows = db.session.execute(
        select(
            *(Review.id, Visit.id, Visit.exchange_id, TeamMember.lead, Organisation.name, Organisation.place),
            *(Visit.state, Visit.starts_at, Visit.poll_by, Review.state, Review.due_on),
            polled.correlate(Visit).exists(),
            rated.correlate(Review).scalar_subquery(),
            judged.correlate(Review).scalar_subquery(),
            norms,
            open_verdicts.correlate(Review).scalar_subquery(),
            TeamMember.independent_at.is_not(None),
            Round.rules_data,
        )
        .join(Visit, Visit.id == Review.visit_id)
        .join(TeamMember, and_(TeamMember.visit_id == Visit.id, TeamMember.person_id == me))
        .join(host, host.c.id == Visit.host_id)
        .join(Round, Round.id == host.c.round_id)
        .join(Organisation, Organisation.id == host.c.organisation_id)
        .join(reviewing, reviewing.c.id == Visit.reviewing_id)
        .where(reviewing.c.organisation_id == actor.organisation_id)
        .where(Review.state.not_in((ReviewState.FINAL, ReviewState.STOPPED)))
        .order_by(Review.due_on.is_(None), Review.due_on, Review.id)
    ).all()
    return [Assignment(*tuple(row)) for row in rows]


def is_standing(exchange_state: str) -> bool:
    """Whether an exchange in this state still has something ahead of it."""
    return exchange_state in (ExchangeState.PROPOSED, ExchangeState.CONFIRMED, ExchangeState.ACTIVE)


def stage_counts(today: date) -> list[tuple[RoadFacts, int, int]]:
    """How many trajectories of rounds that are not closed are just as far, and how many of those are late."""
    over = or_(Trajectory.due_on < today, Review.due_on < today)
    columns = (Trajectory.state, Trajectory.held_from, Exchange.state, Visit.state, Review.state)
    rows = db.session.execute(
        select(*columns, func.count(), func.coalesce(func.sum(case((over, 1), else_=0)), 0))
        .join(Round, Round.id == Trajectory.round_id)
        .outerjoin(ExchangeMember, and_(ExchangeMember.trajectory_id == Trajectory.id, ExchangeMember.standing))
        .outerjoin(Exchange, Exchange.id == ExchangeMember.exchange_id)
        .outerjoin(Visit, and_(Visit.host_id == Trajectory.id, Visit.exchange_id == Exchange.id))
        .outerjoin(Review, Review.visit_id == Visit.id)
        .where(Round.state.in_((RoundState.OPEN, RoundState.MATCHING, RoundState.RUNNING)))
        .group_by(*columns)
    ).all()
    return [(RoadFacts(*facts), count, int(late)) for *facts, count, late in rows]


def office_piles(actor: Actor, today: date) -> dict[str, Pile]:
    """Everything that waits for the secretariat and that this actor may know of, counted in one query."""
    visible = select(Dossier.id).where(visible_to(actor))
    unsent = and_(Decision.letter_sent_at.is_(None), Decision.dossier_id.in_(visible))
    waits = Dossier.state.in_(("complete", "deferred"))
    of_state = [
        ("applications", Organisation, Organisation.state == "applied", None),
        ("sign_ups", Trajectory, Trajectory.state == "submitted", Trajectory.due_on),
        ("objections", ExchangeMember, and_(ExchangeMember.standing, ExchangeMember.state == "objected"), None),
        ("team_objections", TeamObjection, TeamObjection.state == "raised", None),
        ("searches", PartnerSearch, still_searching(), PartnerSearch.partner_by),
        ("to_check", Trajectory, Trajectory.state == "planned", Trajectory.due_on),
        ("to_forward", Trajectory, Trajectory.state == "complete", Trajectory.due_on),
        ("without_meeting", Dossier, and_(waits, Dossier.meeting_id.is_(None), visible_to(actor)), None),
        ("letters", Decision, unsent, Decision.letter_due_on),
        ("late_reports", Review, and_(Review.state.in_(("rating", "consensus")), Review.due_on < today), Review.due_on),
        ("late_polls", Visit, and_(Visit.state == "polling", Visit.poll_by < today), Visit.poll_by),
        ("addresses", Letter, unreachable(), None),
    ]
    columns = []
    for _name, model, condition, due in of_state:
        columns.append(select(func.count()).select_from(model).where(condition).scalar_subquery())
        columns.append(
            (select(func.min(due)).where(condition) if due is not None else select(null())).scalar_subquery()
        )
    row = db.session.execute(select(*columns)).one()
    return {name: Pile(int(row[2 * n] or 0), row[2 * n + 1]) for n, (name, *_rest) in enumerate(of_state)}


def whose_turn(today: date) -> list[tuple[str, int, int]]:
    """(whose turn, open, late) over every trajectory and review that runs."""
    states = {
        "coordinators": ("draft", "returned", "self_evaluating", "reported"),
        "secretariat": ("submitted", "accepted", "planned", "complete"),
        "commission": ("forwarded",),
    }
    columns = []
    for names in states.values():
        here = and_(Trajectory.state.in_(names), Round.state != RoundState.CLOSED)
        for condition in (here, and_(here, Trajectory.due_on < today)):
            found = select(func.count()).select_from(Trajectory).join(Round, Round.id == Trajectory.round_id)
            columns.append(found.where(condition).scalar_subquery())
    writing = Review.state.in_(("rating", "consensus", "drafted", "fact_checked"))
    for condition in (writing, and_(writing, Review.due_on < today)):
        columns.append(select(func.count()).select_from(Review).where(condition).scalar_subquery())
    row = list(db.session.execute(select(*columns)).one())
    turns = [(name, row[2 * n], row[2 * n + 1]) for n, name in enumerate(states)]
    return [turns[0], ("teams", row[-2], row[-1]), *turns[1:]]


def group_distances() -> list[tuple[int, float, float]]:
    """(exchange, latitude, longitude) of each member of a running exchange, to tell how far groups travel."""
    rows = db.session.execute(
        select(ExchangeMember.exchange_id, Organisation.latitude, Organisation.longitude)
        .join(Exchange, Exchange.id == ExchangeMember.exchange_id)
        .join(Trajectory, Trajectory.id == ExchangeMember.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Exchange.state.in_((ExchangeState.PROPOSED, ExchangeState.CONFIRMED, ExchangeState.ACTIVE)))
        .where(Organisation.latitude.is_not(None))
        .order_by(ExchangeMember.exchange_id)
    ).all()
    return [(exchange_id, latitude or 0.0, longitude or 0.0) for exchange_id, latitude, longitude in rows]


def certificate_places() -> tuple[int, list[tuple[float, float]]]:
    """How many organisations hold a valid certificate today, and where they are; for the first page's map."""
    today = clock.today()
    rows = db.session.execute(
        select(Organisation.latitude, Organisation.longitude)
        .join(Certificate, Certificate.organisation_id == Organisation.id)
        .where(Certificate.state == "active", Certificate.starts_on <= today, Certificate.ends_on > today)
        .order_by(Certificate.id)
    ).all()
    return len(rows), [(latitude, longitude) for latitude, longitude in rows if latitude and longitude]


def log_page(number: int, action: str = "") -> Page:
    """One page of the audit trail, the latest first, perhaps of one kind of act."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc())
    if action:
        statement = statement.where(AuditEntry.action.startswith(action, autoescape=True))
    return paged(statement, number, size=50, scalars=True)
