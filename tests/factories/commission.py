"""Members of the commission, dossiers with everything behind them, meetings with people in them, and decisions."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update

from peerreview.commission import services
from peerreview.commission.lifecycle import Choice, DeferralCause, MeetingState, Outcome
from peerreview.commission.models import Attendance, Decision, Dossier, Meeting, Motion
from peerreview.core import clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.frameworks.models import FrameworkVersion, Norm
from peerreview.improvement.queries import review_of_host
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import Rating, ReviewState
from peerreview.reviews.models import Review
from peerreview.rounds.models import Round
from peerreview.selfevaluations.models import SelfEvaluation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import TeamMember
from tests.factories.accounts import make_actor
from tests.factories.frameworks import norms_of
from tests.factories.improvement import make_action, make_signed_plan
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.reviews import fill_findings, make_review
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory
from tests.factories.visits import make_visits


def make_member(name: str = "", *, chair: bool = False) -> Actor:
    """Somebody who acts as a member (or the chair) of the commission."""
    return make_actor("commission_chair" if chair else "commission_member", name=name)


def make_reviewed(
    names: Sequence[str] = ("Lindenhof", "Brugveld"),
    *,
    rating: Rating = Rating.COMPLIES,
    round_: Round | None = None,
    organisations: Sequence[Organisation] = (),
    **fields: object,
) -> list[Trajectory]:
    """The trajectories of an exchange whose reports are all final, by default `reported`."""
    with unit_of_work():  # one, because what was committed has to be read anew
        round_ = round_ or make_round()
        around = organisations or [make_organisation(name) for name in names]
        state = fields.pop("state", TrajectoryState.REPORTED)
        trajectories = [make_trajectory(round_, organisation, state=state, **fields) for organisation in around]
        for trajectory in trajectories:
            db.session.add(SelfEvaluation(trajectory_id=trajectory.id, submitted_at=clock.now()))
        for visit in make_visits(make_exchange(trajectories)):
            review = make_review(visit)
            fill_findings(review, rating)
            review.state, review.delivered_at = ReviewState.FINAL, clock.now()
            own = update(TeamMember).where(TeamMember.visit_id == visit.id)
            db.session.execute(own.values(independent_at=clock.now()))
    return trajectories


def review_of(trajectory: Trajectory) -> Review:
    """The review of which this trajectory is the host."""
    review = review_of_host(trajectory.id)
    assert review
    return review


def framework_norms(trajectory: Trajectory) -> list[Norm]:
    return norms_of(db.session.get_one(FrameworkVersion, trajectory.framework_version_id))


def make_planned(rating: Rating = Rating.COMPLIES, **fields: object) -> Trajectory:
    """A trajectory that waits for the secretariat's check, with nothing missing."""
    trajectory = make_reviewed(rating=rating, **fields)[0]
    if rating in (Rating.PARTLY, Rating.NOT):
        for norm in framework_norms(trajectory):
            make_action(trajectory, norm)
    make_signed_plan(trajectory)
    with unit_of_work():
        trajectory.state = TrajectoryState.PLANNED
    return trajectory


def make_dossier(trajectory: Trajectory | None = None, *, meeting: Meeting | None = None, **fields: object) -> Dossier:
    """Forwarded by the services, and on the agenda of the meeting if there is one (planned or open)."""
    trajectory = trajectory or make_planned(**fields)
    with unit_of_work():
        trajectory.state = TrajectoryState.COMPLETE
    dossier = services.forward(trajectory, by=SYSTEM)
    if meeting:
        state = meeting.state
        with unit_of_work():
            meeting.state = MeetingState.PLANNED
        services.put_on_agenda(dossier, meeting, by=SYSTEM)
        with unit_of_work():
            meeting.state = state
    return dossier


def make_meeting(*present: Actor, **fields: object) -> Meeting:
    """Next week and planned; open when people are present."""
    values: dict[str, object] = {
        "starts_at": clock.now() + timedelta(days=7), "place": "Utrecht", "quorum": 3, "state_since": clock.now(),
        "state": MeetingState.OPEN if present else MeetingState.PLANNED,
        "attendances": [Attendance(person_id=actor.person_id, noted_at=clock.now()) for actor in present],
    }  # fmt: skip
    meeting = Meeting(**(values | fields))
    with unit_of_work():
        db.session.add(meeting)
        db.session.flush()
    return meeting


def make_session(**fields: object) -> tuple[Meeting, Dossier, list[Actor]]:
    """An open meeting with the chair and two members present, and one dossier on its agenda."""
    people = [make_member("Hetty Vermeulen", chair=True), make_member("Karim Bouzid"), make_member("Fatma Demir")]
    meeting = make_meeting(*people)
    return meeting, make_dossier(meeting=meeting, **fields), people


def motion_text(outcome: Outcome = Outcome.GRANTED, **fields: object) -> services.MotionText:
    """A motion for this outcome with all that belongs to it; with conditions: one, about the first norm."""
    later = clock.today() + timedelta(days=120)
    parts: dict[Outcome, dict[str, object]] = {
        Outcome.GRANTED: {},
        Outcome.GRANTED_WITH_CONDITIONS: {
            "conditions": [services.ConditionText("V1", "Laat zien hoe inwoners dit horen.", later)]
        },
        Outcome.DEFERRED: {"deferral_cause": DeferralCause.INFORMATION, "asks": "Hoe zit het met V1?"},
        Outcome.REFUSED: {"asks": "Laat inwoners meepraten.", "return_on": later},
    }
    values = {"outcome": outcome, "motivation": f"Vanwege {outcome.value}."} | parts[outcome]
    return services.MotionText(**(values | fields))


def make_motion(outcome: Outcome = Outcome.GRANTED, **fields: object) -> tuple[Motion, Dossier, list[Actor]]:
    """A motion that is open, put by the chair of `make_session`."""
    _meeting, dossier, people = make_session(**fields)
    return services.put_motion(dossier, motion_text(outcome), by=people[0]), dossier, people


def vote_on(motion: Motion, people: Sequence[Actor], *choices: Choice) -> None:
    """Each votes in this order, with its reason; the first closes."""
    for actor, choice in zip(people, choices, strict=True):
        services.cast_vote(motion, choice=choice, motivation=f"Vanwege {choice.value}.", by=actor)
    services.close_motion(motion, by=people[0])


def make_voted(
    *choices: Choice, outcome: Outcome = Outcome.GRANTED, **fields: object
) -> tuple[Motion, Dossier, list[Actor]]:
    """The same with a closed motion; by default everybody is for it."""
    motion, dossier, people = make_motion(outcome, **fields)
    vote_on(motion, people, *(choices or [Choice.FOR] * 3))
    return motion, dossier, people


def make_decision(
    *choices: Choice, outcome: Outcome = Outcome.GRANTED, motivation: str = "Het rapport overtuigt.", **fields: object
) -> Decision:
    """Signed by the chair; by default granted."""
    _motion, dossier, people = make_voted(*choices, outcome=outcome, **fields)
    return services.record_decision(dossier, motivation=motivation, by=people[0])
