"""The worlds that are made twice: reviews in which something is kept, and around them somebody of every role.

`pair.review` is the first review of the pair that it is about, `pair.other` the one of the other side.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from peerreview.commission import services as commission
from peerreview.commission.lifecycle import Addressee, MeetingKind, MeetingState, QuestionState
from peerreview.commission.models import CompletenessQuestion, ConditionFile, Decision, Meeting, MinutesItem
from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db, unit_of_work
from peerreview.core.storage import storage
from peerreview.credentials.models import Qualification
from peerreview.frameworks.models import FrameworkVersion
from peerreview.improvement.queries import review_of_host
from peerreview.reviews import services
from peerreview.reviews.lifecycle import FactAnswer, Rating, ReviewState
from peerreview.reviews.models import FactCheckAnswer
from peerreview.reviews.queries import named
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.models import CalendarFeed, Invitee
from peerreview.visits.queries.invitations import hash_of
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate
from tests.factories.commission import make_motion
from tests.factories.fairplay import make_sample
from tests.factories.letters import make_letter
from tests.factories.organisations import make_organisation
from tests.factories.programmes import make_item, make_site
from tests.factories.questionnaires import make_questionnaire
from tests.factories.register import make_condition, make_follower
from tests.factories.reviews import finding_of, make_pair, norms_in, release_pair
from tests.factories.selfevaluations import answers_of, make_self_evaluation

T = TrajectoryState
MINUTES = ("show", "edit", "save", "approve", "download")
FEED, INVITATION, SHEET, FOLLOWS = "y" * 30, "z" * 30, "x" * 30, "v" * 30  # what links of ours end on


def host_of(review: Any) -> Trajectory:
    return db.session.get_one(Trajectory, review.visit.host_id)


class World:
    """What every world has. `readers` by a name; `ids` by the name of an address's part, or (endpoint, name)."""

    def __init__(self) -> None:
        self.pair = self._pair()
        motion, self.dossier, (chair, member, _other) = make_motion()
        self.meeting = db.session.get_one(Meeting, motion.meeting_id)
        self.certificate = make_certificate()
        with unit_of_work():
            self.letter = make_letter(message_id="<letter@voorbeeld.example>")
            self.item, self.site = make_item(self.pair.review.visit), make_site(self.pair.review.visit)
        self.readers: dict[str, Any] = {
            "visitor": None, "secretariat": self.pair.secretariat, "chair": chair, "member": member,
            "stranger": make_actor("coordinator", make_organisation()), "oversight": make_actor("oversight"),
            "administrator": make_actor("administrator"), "mate": self.pair.mate, "lead": self.pair.lead,
            "second": make_actor("reviewer", self.pair.review.visit.reviewing.organisation),
            "partner": self.pair.other_host, "coordinator": self.pair.host, "executive": self.pair.executive,
            "contributor": self.pair.contributor,
            "own reviewer": make_actor("reviewer", self.pair.review.visit.host.organisation),
        }  # fmt: skip
        self._links()
        self.papers = self._of_the_commission() | self._of_reviewers()

    def _pair(self) -> Any:
        raise NotImplementedError

    def _links(self) -> None:
        """The calendar of the partner's coordinator and an invitation, behind links that are the same in both worlds."""
        lead, visit = self.pair.lead, self.pair.review.visit
        with unit_of_work():
            feed = {"person_id": self.pair.other_host.person_id, "token": FEED, "made_at": clock.now()}
            asked = {"visit_id": visit.id, "person_id": lead.person_id, "email": lead.email}
            db.session.add_all([CalendarFeed(**feed), Invitee(**asked, token_hash=hash_of(INVITATION))])

    def _of_the_commission(self) -> dict[Any, list[Any]]:
        """A written procedure, the minutes of the certificate's meeting, what the secretariat asks the team, a condition."""
        moment, decided = clock.now(), db.session.get_one(Decision, self.certificate.decision_id)
        host = self.pair.review.visit.host_id
        with unit_of_work():
            times = {"state_since": moment, "starts_at": moment, "closes_at": moment + timedelta(days=9)}
            written = Meeting(kind=MeetingKind.WRITTEN, state=MeetingState.OPEN, **times)
            item = MinutesItem(meeting_id=decided.meeting_id, text="Er was niemand te laat.")
            asked = {"item": "report", "addressee": Addressee.TEAM, "text": "Met wie?", "due_on": clock.today()}
            self.question = CompletenessQuestion(trajectory_id=host, asked_at=moment, state_since=moment, **asked)
            condition = make_condition(self.certificate)
            shown = {"file_name": "a.txt", "media_type": "text/plain", "size": 1, "checksum": "x", "added_at": moment}
            file = ConditionFile(condition_id=condition.id, key=storage().put(b"a"), **shown)
            db.session.add_all([written, item, self.question, file])
            db.session.flush()
        over = {(f"commission.{verb}_minutes", "meeting_id"): [decided.meeting_id] for verb in MINUTES}
        files = {(f"commission.{verb}_condition_file", "file_id"): [file.id] for verb in ("download", "remove")}
        return {
            "meeting_id": [self.meeting.id, written.id], **over, ("commission.save_minutes", "item_id"): [item.id],
            "question_id": [self.question.id], "condition_id": [condition.id], **files,
        }  # fmt: skip

    def _of_reviewers(self) -> dict[Any, list[Any]]:
        """The lead is a qualified reviewer, and somebody follows the register."""
        lead, today = self.pair.lead.person_id, clock.today()
        with unit_of_work():
            held = Qualification(person_id=lead, starts_on=today, ends_on=today + timedelta(days=900), ground="Goed.")
            db.session.add(held)
            make_follower().token = FOLLOWS
        views = ("show_following", "confirm_following", "show_stopping", "stop_following")
        links = {(f"register.{view}", "token"): [FOLLOWS] for view in views}
        certificate = {("register.api_show_certificate", "number"): [self.certificate.number]}
        return {"qualification_id": [held.id], "rest": ["nothing"], **links, **certificate}

    @property
    def accounts(self) -> list[int]:
        """The trajectories with an account."""
        return [self.pair.review.visit.host_id]

    def frameworks(self) -> list[int]:
        return list(db.session.scalars(select(FrameworkVersion.id)))

    def ids(self) -> dict[Any, list[Any]]:
        """Everything by which something can be asked."""
        review, other, norm = self.pair.review, self.pair.other, norms_in(self.pair.review)[0]
        dossiers = db.session.scalars(select(type(self.dossier).id)).all()
        return {
            "review_id": [review.id, other.id], "visit_id": [review.visit_id, other.visit_id],
            "exchange_id": [review.visit.exchange_id], "trajectory_id": self.accounts,
            "round_id": [review.visit.host.round_id], "organisation_id": [review.visit.host.organisation_id],
            "person_id": [self.pair.lead.person_id], "norm_id": [norm.id], "code": [norm.code], "number": [0, 1],
            "slug": [review.visit.host.organisation.slug], "observation_id": [1, 4], "file_id": [1],
            "evidence_id": [1], "import_id": [1], "take_home_id": [1], "question": ["well"], "plan_id": [1],
            "dossier_id": list(dossiers), "letter_id": [self.letter.id],
            "certificate_id": [self.certificate.id], "decision_id": [self.certificate.decision_id], "action_id": [1],
            "interest_id": [1], "sample_id": [1], "item_id": [self.item.id], "site_id": [self.site.id], "remark_id": [1],
            ("deadlines.postpone", "kind"): ["reviews.draft", "reviews.fact_check", "reviews.correct"],
            "subject_id": [review.id, other.id], "token": [SHEET], "holiday_id": [1], "day": ["2027-01-11"],
            ("visits.read_feed", "token"): [FEED], ("visits.show_invitation", "token"): [INVITATION],
            ("certificates.show_certificate", "number"): [self.certificate.number],
            ("certificates.download_certificate", "number"): [self.certificate.number], **self.papers,
        }  # fmt: skip


class Deciding(World):
    """A review for which each rates alone, that of the other side which is drafted soon, and an account that is written."""

    def _pair(self) -> Any:
        pair = make_pair(norms=2, state=ReviewState.RATING)
        self.writing = make_pair(norms=2, state=ReviewState.PREPARING, visit_state=VisitState.AGREED)
        with unit_of_work():
            pair.other.state = ReviewState.CONSENSUS
            for leg in (self.writing.review, self.writing.other):
                host_of(leg).state = T.SELF_EVALUATING
        return pair

    def __init__(self) -> None:
        super().__init__()
        with unit_of_work():
            for leg in (self.pair.review, self.pair.other):
                make_self_evaluation(host_of(leg), filled=True).submitted_at = clock.now()
            self.pair.review.second_reader_id = self.readers["second"].person_id
            make_sample(named(review_of_host(self.dossier.trajectory_id)))
        written_by = host_of(self.writing.review)
        self.account, self.asked = make_self_evaluation(written_by), make_questionnaire(written_by, token=SHEET)
        self.closed = make_questionnaire(host_of(self.pair.review), closed=True, token="w" * 30)
        self.readers |= {"colleague": self.writing.contributor, "early team": self.writing.lead}

    @property
    def accounts(self) -> list[int]:
        return [self.pair.review.visit.host_id, self.account.trajectory_id]

    def ids(self) -> dict[Any, list[Any]]:
        ids = super().ids()
        return ids | {"norm_id": [*ids["norm_id"], answers_of(self.account)[0].norm_id]}


class Late(World):
    """A review of which the ratings are to be revealed while the mate rated nothing yet."""

    def _pair(self) -> Any:
        return make_pair(norms=2, state=ReviewState.RATING)


class Answering(World):
    """Both reports are out. The host of the first writes its answers; on the other side these were sent."""

    def _pair(self) -> Any:
        pair = make_pair(norms=2)
        with unit_of_work():
            for leg in (pair.review, pair.other):
                make_self_evaluation(host_of(leg), filled=True).submitted_at = clock.now()
        release_pair(pair, Rating.PARTLY)
        return pair

    def __init__(self) -> None:
        super().__init__()
        services.note_opened(self.pair.review, by=self.pair.host)
        with unit_of_work():
            self.pair.review.second_reader_id = self.readers["second"].person_id


class Answered(Answering):
    """The report on the first is final and lies before the commission; on the other side the answers are weighed."""

    def __init__(self) -> None:
        super().__init__()
        pair = self.pair
        self.reader = make_actor("reviewer", pair.review.visit.host.organisation, name="Karin Blom")
        said = {"text": "Dat klopt niet.", "evidence": "Rooster", "answer": FactAnswer.ERROR}
        services.answer_finding(pair.other, finding_of(pair.other), by=pair.other_host, **said)
        services.close_fact_check(pair.other, by=pair.other_host)
        services.close_fact_check(pair.review, by=pair.host)
        services.finalise(pair.review, by=pair.lead)
        with unit_of_work():
            pair.other.second_reader_id = self.reader.person_id
            host_of(pair.review).state = T.COMPLETE
        with unit_of_work():
            self.question.state = QuestionState.ANSWERED
        own = commission.forward(host_of(pair.review), release_reason="De ander is laat.", by=SYSTEM)
        with unit_of_work():
            own.meeting_id, own.position, own.state = self.meeting.id, 2, self.dossier.state

    def answer(self) -> FactCheckAnswer:
        """What the other host says of the report on it."""
        return db.session.scalars(select(FactCheckAnswer).order_by(FactCheckAnswer.id)).one()
