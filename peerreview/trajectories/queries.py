"""Which trajectories there are, for whom they are visible, and what is behind them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.audit import AuditEntry
from peerreview.core.compound import Question
from peerreview.core.db import db
from peerreview.core.deadlines import OFFICE, Due, Hand, deadlines
from peerreview.core.paging import Page, paged
from peerreview.organisations.lifecycle import OrganisationState
from peerreview.organisations.models import Organisation, WorkField
from peerreview.rounds.models import Round
from peerreview.trajectories import policy
from peerreview.trajectories.lifecycle import ENDED, TRAJECTORY, TrajectoryState
from peerreview.trajectories.models import Exclusion, OfferedReviewer, Trajectory
from peerreview.trajectories.road import RoadFacts, states_in_step
from peerreview.trajectories.signup import Offered, SignUp

S = TrajectoryState
# From here on somebody has reviewed others, so that they are experienced in a later round.
HAVE_REVIEWED = (
    S.VISITED,
    S.REPORTED,
    S.PLANNED,
    S.COMPLETE,
    S.FORWARDED,
    S.DECIDED,
    S.CERTIFIED,
    S.REFUSED,
)


def _with_names() -> Select[Trajectory]:
    return select(Trajectory).options(
        joinedload(Trajectory.organisation),
        joinedload(Trajectory.round),
        joinedload(Trajectory.framework_version),
    )


def trajectory_for(actor: Actor, trajectory_id: int) -> Trajectory | None:
    """With organisation, round and framework version: for its own people, and for who watches over all."""
    trajectory = db.session.scalars(_with_names().where(Trajectory.id == trajectory_id)).one_or_none()
    return trajectory if trajectory and policy.may_see(actor, trajectory) else None


def sign_up_for(actor: Actor, trajectory_id: int) -> Trajectory | None:
    """The same with all that was offered and whom it must not meet; None for who may not read that."""
    trajectory = with_sign_up(trajectory_id)
    return trajectory if trajectory and policy.may_read_sign_up(actor, trajectory) else None


def with_sign_up(trajectory_id: int) -> Trajectory | None:
    """A trajectory with its names and all that was offered at sign-up; four queries."""
    return db.session.scalars(
        _with_names()
        .where(Trajectory.id == trajectory_id)
        .options(
            selectinload(Trajectory.work_fields),
            selectinload(Trajectory.reviewers).joinedload(OfferedReviewer.person),
            selectinload(Trajectory.exclusions).joinedload(Exclusion.organisation),
        )
    ).one_or_none()


def trajectory_of(organisation_id: int, round_id: int) -> Trajectory | None:
    """What this organisation has in this round, with its names."""
    mine = _with_names().where(Trajectory.organisation_id == organisation_id, Trajectory.round_id == round_id)
    return db.session.scalars(mine).one_or_none()


def current_trajectory_of(organisation_id: int | None) -> Trajectory | None:
    """The one that this organisation is in now: not ended before ended, then the latest round. With its names."""
    mine = (
        _with_names()
        .join(Round, Round.id == Trajectory.round_id)
        .where(Trajectory.organisation_id == organisation_id)
        .order_by(
            Trajectory.state.in_(ENDED),
            Round.signup_opens_on.desc(),
            Trajectory.id.desc(),
        )
        .limit(1)
    )
    return db.session.scalars(mine).one_or_none()


def trajectories_of(organisation_id: int) -> list[Trajectory]:
    """All of this organisation, the latest round first, with their names."""
    mine = (
        _with_names()
        .join(Round, Round.id == Trajectory.round_id)
        .where(Trajectory.organisation_id == organisation_id)
        .order_by(Round.signup_opens_on.desc(), Trajectory.id.desc())
    )
    return list(db.session.scalars(mine))


def trajectories_in(round_id: int, states: Iterable[TrajectoryState] = ()) -> list[Trajectory]:
    """The trajectories of a round (in these states; none given: all) with organisation, in order of its name."""
    chosen = (
        select(Trajectory)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .options(joinedload(Trajectory.organisation))
        .where(Trajectory.round_id == round_id)
        .order_by(Organisation.sort_name, Trajectory.id)
    )
    wanted = tuple(states)
    return list(db.session.scalars(chosen.where(Trajectory.state.in_(wanted)) if wanted else chosen))


def trajectories_by_state(round_id: int | None = None) -> dict[TrajectoryState, int]:
    """How many trajectories are in each state (of one round, or of all); states without one are absent."""
    counted = select(Trajectory.state, func.count()).group_by(Trajectory.state)
    if round_id is not None:
        counted = counted.where(Trajectory.round_id == round_id)
    return dict(db.session.execute(counted).all())


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the secretariat's list is narrowed to; `step` is one of the nine of the road."""

    round_id: int | None = None
    state: TrajectoryState | None = None
    step: int | None = None
    late: bool = False
    text: str = ""

    def conditions(self, today: date) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.round_id:
            found.append(Trajectory.round_id == self.round_id)
        if self.state:
            found.append(Trajectory.state == self.state)
        if self.step:
            found.append(Trajectory.state.in_(states_in_step(self.step)))
        if self.late:
            found += [Trajectory.due_on < today, Trajectory.state.not_in(ENDED)]
        if self.text:
            found.append(Organisation.name.icontains(self.text, autoescape=True))
        return found


def _rows(chosen: Chosen) -> Any:
    return (
        select(
            Trajectory.id, Trajectory.state, Trajectory.held_from, Trajectory.due_on, Trajectory.state_since,
            Trajectory.route, Trajectory.scope_kind, Trajectory.fte, Trajectory.max_travel_minutes,
            Organisation.name.label("organisation"), Organisation.place, Organisation.kvk, Round.name.label("round"),
        )
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .join(Round, Round.id == Trajectory.round_id)
        .where(*chosen.conditions(clock.today()))
        .order_by(Trajectory.due_on.is_(None), Trajectory.due_on, Organisation.sort_name, Trajectory.id)
    )  # fmt: skip


def trajectory_page(chosen: Chosen, number: int) -> Page:
    """One page of the secretariat's list: what is due first on top. Two queries."""
    return paged(_rows(chosen), number)


def trajectory_rows(chosen: Chosen) -> Sequence[Any]:
    """All rows of the secretariat's list, for an export."""
    return db.session.execute(_rows(chosen)).all()


def rounds_with_trajectories() -> list[tuple[int, str]]:
    """(id, name) of each round, the latest first, to choose from in a list."""
    rows = db.session.execute(select(Round.id, Round.name).order_by(Round.signup_opens_on.desc(), Round.id.desc()))
    return [(row.id, row.name) for row in rows]


def signed(trajectory: Trajectory) -> SignUp:
    """The sign-up as values; the trajectory must come from `sign_up_for` or `with_sign_up`."""
    return SignUp(
        route=trajectory.route,
        scope_kind=trajectory.scope_kind,
        scope_text=trajectory.scope_text,
        fte=trajectory.fte,
        work_field_ids=frozenset(field.id for field in trajectory.work_fields),
        reviewers=tuple(Offered(r.person_id, r.experienced, r.lead) for r in trajectory.reviewers),
        max_travel_minutes=trajectory.max_travel_minutes,
        months=tuple(trajectory.months),
        wishes=trajectory.wishes,
        learning=tuple(trajectory.learning),
        strengths=tuple(trajectory.strengths),
        exclusions=tuple((e.organisation_id, e.reason) for e in trajectory.exclusions),
    )


def round_of(trajectory: Trajectory) -> Round:
    """Its round, also when the trajectory came without it."""
    return db.session.get_one(Round, trajectory.round_id)


def organisation_of(trajectory: Trajectory) -> Organisation:
    """Its organisation, also when the trajectory came without it."""
    return db.session.get_one(Organisation, trajectory.organisation_id)


def experienced_people(person_ids: Iterable[int], *, before_round_id: int) -> set[int]:
    """Who of these people was offered in an earlier round that went as far as the visit."""
    were = (
        select(OfferedReviewer.person_id)
        .join(Trajectory, Trajectory.id == OfferedReviewer.trajectory_id)
        .where(
            OfferedReviewer.person_id.in_(list(person_ids)),
            Trajectory.round_id != before_round_id,
        )
        .where(Trajectory.state.in_(HAVE_REVIEWED))
    )
    return set(db.session.scalars(were))


def work_fields() -> list[WorkField]:
    """The association's list of work fields, in its order."""
    return list(db.session.scalars(select(WorkField).order_by(WorkField.position, WorkField.id)))


def other_members(organisation_id: int) -> list[tuple[int, str, str]]:
    """(id, name, place) of every other member, by name, to choose from."""
    others = (
        select(Organisation.id, Organisation.name, Organisation.place)
        .where(
            Organisation.state == OrganisationState.MEMBER,
            Organisation.id != organisation_id,
        )
        .order_by(Organisation.sort_name, Organisation.id)
    )
    return [(row.id, row.name, row.place) for row in db.session.execute(others)]


def history_of(trajectory: Trajectory) -> list[AuditEntry]:
    """Each move of this trajectory with who made it and why, the latest first."""
    moves = [f"{TRAJECTORY.subject}.{verb}" for verb in TRAJECTORY.moves]
    entries = (
        select(AuditEntry)
        .where(
            AuditEntry.subject_type == Trajectory.__tablename__,
            AuditEntry.subject_id == trajectory.id,
        )
        .where(AuditEntry.action.in_([*moves, "trajectory.sign_up", "trajectory.move_deadline"]))
        .order_by(AuditEntry.id.desc())
    )
    return list(db.session.scalars(entries))


def last_writer_of(trajectory: Trajectory) -> str:
    """The name of who changed this trajectory last; '' when nobody is known."""
    last = (
        select(AuditEntry.person_name)
        .where(
            AuditEntry.subject_type == Trajectory.__tablename__,
            AuditEntry.subject_id == trajectory.id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return db.session.scalars(last).one_or_none() or ""


@dataclass(frozen=True, slots=True)
class Partner:
    """The right half of the road: a partner's name and how far it is."""

    name: str
    facts: RoadFacts


RoadTeller = Callable[[Trajectory], tuple[RoadFacts, Sequence[Partner]]]
_tellers: list[RoadTeller] = []


def tells_road(teller: RoadTeller) -> RoadTeller:
    """Register who knows exchange, visit and review of a trajectory and of its partners; the last one is asked.

    A later feature does this once, in its queries; until then the road knows the trajectory's own state only.
    """
    _tellers[:] = [teller]
    return teller


def road_facts_of(trajectory: Trajectory) -> tuple[RoadFacts, Sequence[Partner]]:
    """How far this organisation is, and each of its partners (none while there is no exchange)."""
    if _tellers:
        return _tellers[-1](trajectory)
    return RoadFacts(trajectory.state, trajectory.held_from), ()


SignUpWarner = Callable[[Actor, Trajectory], str]
_warners: list[SignUpWarner] = []


def warns_sign_up(warner: SignUpWarner) -> SignUpWarner:
    """Register who knows a reason to think twice about a sign-up, in a sentence or ''. It never blocks."""
    if warner not in _warners:
        _warners.append(warner)
    return warner


def sign_up_warnings(actor: Actor, trajectory: Trajectory) -> list[str]:
    """What this actor should know before this sign-up is sent, or accepted."""
    return [text for text in (warner(actor, trajectory) for warner in _warners) if text]


# --- What waits for whom ---------------------------------------------------------------------------------------------

SIGN_UP, CHANGE, ACCEPT, RESUME = (
    "trajectories.sign_up",
    "trajectories.change",
    "trajectories.accept",
    "trajectories.resume",
)
DUTIES = {S.DRAFT: SIGN_UP, S.RETURNED: CHANGE, S.SUBMITTED: ACCEPT, S.ON_HOLD: RESUME}


def _sign_ups() -> Question:
    return (
        select(
            Trajectory.id, Trajectory.state, Trajectory.due_on, Trajectory.state_since, Trajectory.round_id,
            Trajectory.organisation_id, Organisation.name,
        )
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Trajectory.state.in_(DUTIES), Trajectory.due_on.is_not(None))
    )  # fmt: skip


@deadlines(SIGN_UP, CHANGE, ACCEPT, RESUME, roles=(*policy.SIGNERS, "secretariat"), asks=(_sign_ups,))
def sign_ups_waited_for(sign_ups: Iterable[Any]) -> Iterator[Due]:
    """Each sign-up to finish, to change or to answer, and each pause that ends; by the trajectory's day."""
    for id, state, day, since, round_id, organisation_id, name in sign_ups:
        kind, link = DUTIES[state], f"/trajectories/{id}"
        if kind in (ACCEPT, RESUME):
            title = (
                _l("Read the sign-up of %(name)s", name=name)
                if kind == ACCEPT
                else _l("The pause of %(name)s ends", name=name)
            )
            yield Due(kind, id, title, day, OFFICE, link, round_id, trajectory_id=id, since=since)
        else:
            title = _l("Finish the sign-up") if kind == SIGN_UP else _l("Change the sign-up that came back")
            hands = tuple(Hand(role, organisation_id) for role in policy.SIGNERS)
            yield Due(kind, id, title, day, hands, link, round_id, organisation_id, name, id, since=since)
