"""The commission of the demo: meetings that were held, decisions that were made, certificates that came of them."""

from datetime import date, datetime, time, timedelta

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.certificates.lifecycle import CertificateState
from peerreview.certificates.models import Certificate, StatusChange
from peerreview.certificates.standing import number_of
from peerreview.commission import agenda
from peerreview.commission.lifecycle import (
    Choice,
    Coming,
    DossierState,
    MeetingState,
    MotionState,
    Outcome,
    SeatKind,
)
from peerreview.commission.models import (
    Attendance,
    CommissionSeat,
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
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

MOTIVATION = "Sterk in het contact met inwoners. De plannen voor de verbeterpunten zijn concreet en haalbaar."
PER_MEETING = 8


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
        self._carry(dossier, meeting)
        decided_on = clock.local(meeting.starts_at).date()
        decision = Decision(
            dossier_id=dossier.id, meeting_id=meeting.id, outcome=Outcome.GRANTED, motivation=MOTIVATION,
            tally={"for": len(self.members)}, decided_on=decided_on, signed_by_id=self.chair.id,
            letter_sent_at=meeting.starts_at + timedelta(days=3),
        )  # fmt: skip
        db.session.add(decision)
        db.session.flush()
        self._certify(host, decision, decided_on)

    def _carry(self, dossier: Dossier, meeting: Meeting) -> None:
        """The motion to grant, which everybody voted for."""
        moment, number = meeting.starts_at, len(self.members)
        motion = Motion(
            dossier_id=dossier.id, meeting_id=meeting.id, number=1, outcome=Outcome.GRANTED, motivation=MOTIVATION,
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
