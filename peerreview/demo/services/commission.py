"""The commission of the demo: meetings that were held, decisions that were made, certificates that came of them."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.certificates.lifecycle import CertificateState
from peerreview.certificates.models import Certificate, StatusChange
from peerreview.certificates.standing import number_of
from peerreview.commission import agenda
from peerreview.commission.completeness import REPORT
from peerreview.commission.lifecycle import (
    Addressee,
    Choice,
    Coming,
    ConditionState,
    DossierState,
    MeetingState,
    MotionState,
    Outcome,
    SeatKind,
)
from peerreview.commission.models import (
    Attendance,
    CommissionSeat,
    CompletenessQuestion,
    Condition,
    Decision,
    Dossier,
    Meeting,
    MeetingReply,
    MinutesItem,
    Motion,
    Vote,
)
from peerreview.commission.services.minutes import draft_minutes
from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db
from peerreview.demo.scenario import Stage
from peerreview.demo.services.people import People
from peerreview.frameworks.models import Norm
from peerreview.improvement.models import Action
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

MOTIVATION = "Sterk in het contact met inwoners. De plannen voor de verbeterpunten zijn concreet en haalbaar."
PER_MEETING = 8
TO_TELL = "In het rapport staat niet met wie jullie over de samenwerking in de wijk spraken. Welke functies waren dat?"
WITH_CONDITION = 3  # the place on the agenda of the case that gets a condition
TO_SHOW = "Laat zien hoe inwoners merken wat er met hun inbreng gebeurt."
SHOWN = "Elke drie maanden vertellen wij in het buurthuis wat er met de inbreng is gedaan. Er kwamen 24 inwoners."


class Commission:
    """Takes dossiers as groups bring them; those of finished rounds are decided, certificates get rising numbers."""

    def __init__(self, people: People) -> None:
        self.chair: Person = people.add(None, Role.COMMISSION_CHAIR, "Hanneke Vermeer", "voorzitter@onderling.example")
        self.members = [self.chair] + [
            people.add(None, Role.COMMISSION_MEMBER, name, f"{address}@onderling.example")
            for name, address in (
                ("Karim Bouzid", "commissie"), ("Ilse Kramer", "ilse.kramer"), ("Gerrit Dijkstra", "gerrit.dijkstra"),
                ("Zeynep Kaya", "zeynep.kaya"), ("Ruud Janssen", "ruud.janssen"),
            )
        ]  # fmt: skip
        *_others, vice, stand_in = self.members
        self.members.remove(stand_in)
        for person, kind in ((vice, SeatKind.VICE_CHAIR), (stand_in, SeatKind.SUBSTITUTE)):
            db.session.add(CommissionSeat(person_id=person.id, kind=kind, given_at=clock.now()))
        self.decided: list[Trajectory] = []
        self.numbers: dict[int, int] = {}
        self.next_meeting: Meeting | None = None
        self.asked = self.shown = False

    def take(self, host: Trajectory, stage: Stage) -> None:
        """The dossier of this trajectory, where its stage puts it."""
        if stage == Stage.CERTIFIED:
            self.decided.append(host)
            return
        agenda = stage == Stage.ON_AGENDA
        dossier = self._dossier(host, DossierState.ON_AGENDA if agenda else DossierState.COMPLETE)
        if agenda:
            dossier.meeting_id = self._coming().id
            dossier.position = host.id

    def ask(self, host: Trajectory) -> None:
        """The secretariat asks the team that visited this organisation something about its report; once."""
        if not self.asked:
            moment, due_on = clock.now() - timedelta(days=1), clock.add_working_days(clock.today(), 7)
            question = CompletenessQuestion(
                trajectory_id=host.id, item=REPORT, addressee=Addressee.TEAM, text=TO_TELL, due_on=due_on, asked_at=moment,
                state_since=moment,
            )  # fmt: skip
            db.session.add(question)
        self.asked = True

    def close_round(self, closed: bool) -> None:
        """Hold the meetings at which the finished trajectories of this round were decided."""
        waiting, self.decided = self.decided, []
        for n in range(0, len(waiting), PER_MEETING):
            self._hold_meeting(waiting[n : n + PER_MEETING], n // PER_MEETING)

    def _dossier(self, host: Trajectory, state: DossierState) -> Dossier:
        dossier = Dossier(
            trajectory_id=host.id, state=state, state_since=clock.now(), forwarded_at=clock.now() - timedelta(days=9)
        )
        db.session.add(dossier)
        db.session.flush()
        return dossier

    def _coming(self) -> Meeting:
        if self.next_meeting is None:
            day = clock.add_working_days(clock.today(), 8)
            self.next_meeting = _meeting(day, MeetingState.PLANNED)
            self.next_meeting.invited_at = clock.now()
            for member, coming in zip(
                self.members[:4], (Coming.HERE, Coming.ONLINE, Coming.HERE, Coming.ABSENT), strict=True
            ):
                reply = MeetingReply(meeting_id=self.next_meeting.id, person_id=member.id, coming=coming)
                reply.answered_at = clock.now()
                db.session.add(reply)
        return self.next_meeting

    def _hold_meeting(self, hosts: list[Trajectory], number: int) -> None:
        day = clock.add_working_days(_visits_until(hosts[0]) + timedelta(days=70 + 14 * number), 0)
        meeting = _meeting(min(day, clock.add_working_days(clock.today(), -3)), MeetingState.CLOSED)
        for member in self.members:
            there = Attendance(meeting_id=meeting.id, person_id=member.id, noted_at=meeting.starts_at)
            there.left_at = agenda.ends_at(meeting.starts_at, len(hosts))
            db.session.add(there)
        for position, host in enumerate(hosts):
            self._decide(host, meeting, position)
        self._minutes(meeting, len(hosts))

    def _minutes(self, meeting: Meeting, cases: int) -> None:
        """Drafted as after a meeting that was closed by hand; approved by the chair."""
        minutes = [MinutesItem(meeting_id=meeting.id, position=0, began_at=meeting.starts_at)]
        minutes[0].ended_at = ends = agenda.ends_at(meeting.starts_at, cases)
        db.session.add_all(minutes)
        db.session.flush()
        draft_minutes(meeting, by=SYSTEM)
        meeting.approved_at, meeting.approved_by_id = ends + timedelta(days=1), self.chair.id

    def _decide(self, host: Trajectory, meeting: Meeting, position: int) -> None:
        dossier = self._dossier(host, DossierState.DECIDED)
        dossier.meeting_id, dossier.position = meeting.id, position
        norm = self._norm_to_show(host) if position == WITH_CONDITION else None
        outcome = Outcome.GRANTED_WITH_CONDITIONS if norm else Outcome.GRANTED
        self._carry(dossier, meeting, outcome)
        decided_on = clock.local(meeting.starts_at).date()
        decision = Decision(
            dossier_id=dossier.id, meeting_id=meeting.id, outcome=outcome, motivation=MOTIVATION,
            tally={"for": len(self.members)}, decided_on=decided_on, signed_by_id=self.chair.id,
            letter_sent_at=meeting.starts_at + timedelta(days=3),
        )  # fmt: skip
        db.session.add(decision)
        db.session.flush()
        if norm:
            self._condition(decision, norm, decided_on)
        self._certify(host, decision, decided_on)

    def _norm_to_show(self, host: Trajectory) -> str | None:
        """The code of the first norm that this organisation has a plan for."""
        planned = select(Norm.code).join(Action, Action.norm_id == Norm.id).where(Action.trajectory_id == host.id)
        return db.session.scalars(planned.order_by(Action.id).limit(1)).first()

    def _condition(self, decision: Decision, norm: str, on: date) -> None:
        """What was still to be shown; by now it was, and of all but one the commission said that they are met."""
        due_on = on + timedelta(days=180)
        state = ConditionState.MET if self.shown or due_on < clock.today() else ConditionState.SHOWN
        self.shown = self.shown or state == ConditionState.SHOWN
        condition = Condition(
            decision_id=decision.id, position=1, norm=norm, what=TO_SHOW, due_on=due_on, shown=SHOWN,
            shown_at=clock.now() - timedelta(days=4), state=state, state_since=clock.now() - timedelta(days=4),
        )  # fmt: skip
        if state == ConditionState.MET:
            condition.verdict, condition.checked_at, condition.checked_by_id = (
                "Mooi gedaan.",
                clock.now(),
                self.chair.id,
            )
        db.session.add(condition)
        db.session.flush()

    def _carry(self, dossier: Dossier, meeting: Meeting, outcome: Outcome) -> None:
        """The motion to award, which everybody voted for."""
        moment, number = meeting.starts_at, len(self.members)
        motion = Motion(
            dossier_id=dossier.id, meeting_id=meeting.id, number=1, outcome=outcome, motivation=MOTIVATION,
            put_at=moment, put_by_id=self.chair.id, closed_at=moment, state=MotionState.CARRIED, state_since=moment,
            result={"tally": {"for": number}, "counting": number, "quorum": meeting.quorum, "why": ""},
        )  # fmt: skip
        db.session.add(motion)
        db.session.flush()
        for member in self.members:
            vote = Vote(motion_id=motion.id, person_id=member.id, choice=Choice.FOR, cast_at=moment)
            db.session.add(vote)

    def _certify(self, host: Trajectory, decision: Decision, on: date) -> None:
        serial = self.numbers[on.year] = self.numbers.get(on.year, 0) + 1
        ends_on = on.replace(year=on.year + 3, day=min(on.day, 28))
        fate = {7: CertificateState.SUSPENDED, 19: CertificateState.WITHDRAWN, 31: CertificateState.SURRENDERED}
        state = CertificateState.EXPIRED if ends_on <= clock.today() else fate.get(serial, CertificateState.ACTIVE)
        certificate = Certificate(
            number=number_of(on.year, serial), organisation_id=host.organisation_id, trajectory_id=host.id,
            decision_id=decision.id, starts_on=on, ends_on=ends_on, state=state, state_since=clock.now(),
        )  # fmt: skip
        db.session.add(certificate)
        db.session.flush()
        self._status(certificate, CertificateState.ACTIVE, on, "")
        if state == CertificateState.EXPIRED:
            self._status(certificate, state, ends_on, "")
        elif state != CertificateState.ACTIVE:
            self._status(certificate, state, clock.today() - timedelta(days=20), "Op verzoek van de organisatie.")

    def _status(self, certificate: Certificate, status: CertificateState, on: date, reason: str) -> None:
        change = StatusChange(
            certificate_id=certificate.id, status=status, effective_on=on, reason=reason, made_at=clock.now()
        )
        db.session.add(change)
        db.session.flush()


def _visits_until(host: Trajectory) -> date:
    return db.session.get_one(Round, host.round_id).visits_until


def _meeting(day: date, state: MeetingState) -> Meeting:
    meeting = Meeting(
        starts_at=datetime.combine(day, time(13, 30), clock.AMSTERDAM), place="Utrecht", quorum=3, state=state,
        state_since=clock.now(),
    )  # fmt: skip
    db.session.add(meeting)
    db.session.flush()
    return meeting
