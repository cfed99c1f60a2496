"""One of everything, seen by everybody: what the access matrix asks about.

Lindenhof is the host, Brugveld its partner that reviews it; `stranger` is a coordinator of an organisation that has
nothing to do with either. The commission member `recused` has an interest in the dossier.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Invitation
from peerreview.accounts.queries import affiliations_of
from peerreview.appeals.lifecycle import AppealState, EntryKind, PanelAnswer
from peerreview.appeals.models import Appeal, PanelMember, RecordEntry
from peerreview.commission.lifecycle import Addressee, DossierState, InterestKind, MeetingState, Outcome
from peerreview.commission.models import (
    CompletenessQuestion,
    Condition,
    ConditionFile,
    Dossier,
    Interest,
    Meeting,
    MinutesItem,
    Motion,
)
from peerreview.core import clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.storage import checksum, storage
from peerreview.credentials.services import current_key, give_first, qualify
from peerreview.frameworks.models import FrameworkVersion
from peerreview.impartiality.lifecycle import ConflictKind, Source
from peerreview.impartiality.models import Conflict
from peerreview.marketplace.models import Wish
from peerreview.marketplace.services import propose
from peerreview.matching.services import begin_search, rehearse
from peerreview.organisations.models import MemberImport
from peerreview.register.services import publish_page, save_page
from peerreview.register.words import Words
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Observation, ObservationFile
from peerreview.selfevaluations.models import Answer, Evidence, Remark, SelfEvaluation, TextImport
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Exclusion
from peerreview.visits.lifecycle import Region
from peerreview.visits.models import Invitee, SchoolHoliday, TeamObjection, VisitPlan
from tests.factories.accounts import make_actor
from tests.factories.appeals import make_complaint
from tests.factories.certificates import make_certificate, make_decision_on
from tests.factories.fairplay import make_sample, make_take_home
from tests.factories.impartiality import make_conflict, make_waiver
from tests.factories.improvement import make_action
from tests.factories.letters import make_letter
from tests.factories.marketplace import make_offer
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.programmes import make_item, make_site
from tests.factories.questionnaires import make_questionnaire, make_responses
from tests.factories.register import make_follower
from tests.factories.reviews import fill_findings, make_observation, make_review
from tests.factories.rounds import make_round
from tests.factories.selfevaluations import make_self_evaluation
from tests.factories.trajectories import make_trajectory
from tests.factories.visits import make_visits

ROLES = (
    "visitor", "coordinator", "executive", "contributor", "team", "partner", "stranger", "secretariat",
    "member", "recused", "chair", "oversight", "administrator",
)  # fmt: skip


class World:
    """`actors` by the names of ROLES; `ids` by the name of an address's part, or by (endpoint, name) where they differ."""

    def __init__(self) -> None:
        with unit_of_work():  # in one act, for what is committed is no longer at hand
            self._make()

    def _make(self) -> None:
        self.host, self.reviewing = make_organisation("Lindenhof"), make_organisation("Brugveld")
        self.round = make_round()
        states = {"state": TrajectoryState.FORWARDED}
        self.trajectories = [make_trajectory(self.round, one, **states) for one in (self.host, self.reviewing)]
        self.exchange = make_exchange(self.trajectories)
        self.visits = make_visits(self.exchange)
        self.review = make_review(self._visit_to(self.trajectories[0]), state=ReviewState.FINAL)
        fill_findings(self.review)
        self.norm = self.review.findings[0].norm
        self.actors = self._people()
        self.certificate = make_certificate(self.host)
        self.dossier, self.meeting = self._commission()
        self.papers = self._papers() | self._market()
        self.ids = self._ids()

    def _visit_to(self, host: Any) -> Any:
        return next(visit for visit in self.visits if visit.host is host)

    def _people(self) -> dict[str, Any]:
        lead = self.review.visit.team[0].person
        return {
            "visitor": None,
            "coordinator": make_actor("coordinator", self.host),
            "executive": make_actor("executive", self.host),
            "contributor": make_actor("contributor", self.host),
            "team": self._reviewer(lead),
            "partner": make_actor("coordinator", self.reviewing),
            "stranger": make_actor("coordinator", make_organisation("Verweg")),
            "secretariat": make_actor("secretariat"),
            "member": make_actor("commission_member"),
            "recused": make_actor("commission_member"),
            "chair": make_actor("commission_chair"),
            "oversight": make_actor("oversight"),
            "administrator": make_actor("administrator"),
        }

    def _reviewer(self, person: Any) -> Any:
        [held] = affiliations_of(person.id)
        return Actor(person.id, person.name, "reviewer", self.reviewing.id, self.reviewing.name, held.id)

    def _commission(self) -> tuple[Dossier, Meeting]:
        with unit_of_work():
            meeting = Meeting(
                starts_at=clock.now() + timedelta(days=3),
                place="Utrecht",
                state=MeetingState.PLANNED,
                state_since=clock.now(),
            )
            db.session.add(meeting)
            db.session.flush()
            dossier = Dossier(
                trajectory_id=self.trajectories[0].id, meeting_id=meeting.id, position=1, state=DossierState.ON_AGENDA,
                state_since=clock.now(), forwarded_at=clock.now(),
            )  # fmt: skip
            db.session.add(dossier)
            db.session.flush()
            interest = Interest(
                dossier_id=dossier.id, person_id=self.actors["recused"].person_id, kind=InterestKind.DECLARED,
                noted_at=clock.now(),
            )  # fmt: skip
            motion = Motion(
                dossier_id=dossier.id, meeting_id=meeting.id, number=1, outcome=Outcome.GRANTED, put_at=clock.now(),
                state_since=clock.now(),
            )  # fmt: skip
            db.session.add_all([interest, motion])
            self.interest = interest
        return dossier, meeting

    def _meetings(self) -> dict[Any, int]:
        """A meeting that is under way, and one that is over with its minutes."""
        moment = clock.now()
        open_, over = (
            Meeting(starts_at=moment - timedelta(days=days), state=state, state_since=moment)
            for days, state in ((0, MeetingState.OPEN), (30, MeetingState.CLOSED))
        )
        db.session.add_all([open_, over])
        db.session.flush()
        item = MinutesItem(meeting_id=over.id, text="Er was niemand te laat.")
        db.session.add(item)
        db.session.flush()
        minutes = ("show", "edit", "save", "approve", "download")
        found: dict[Any, int] = {(f"commission.{verb}_minutes", "meeting_id"): over.id for verb in minutes}
        return found | {
            ("commission.save_minutes", "item_id"): item.id,
            ("commission.show_live", "meeting_id"): open_.id,
        }

    def _papers(self) -> dict[str, Any]:
        """One of each paper that a page is about."""
        host = self.trajectories[0]
        made = {
            "invitation_id": Invitation(
                email="nieuw@voorbeeld.example", role=Role.REVIEWER, organisation_id=self.host.id, token_hash="x" * 64,
                invited_at=clock.now(), expires_at=clock.now() + timedelta(days=14),
            ),
            "import_id": MemberImport(
                file_name="leden.csv", rows=[], uploaded_at=clock.now(),
                counts={"new": 0, "changed": 0, "unchanged": 0, "wrong": 0},
            ),
            "plan_id": VisitPlan(
                exchange_id=self.exchange.id, slots=[], agreed_by=[], state_since=clock.now()
            ),
            "holiday_id": SchoolHoliday(
                region=Region.NORTH, name={"nl": "Meivakantie", "en": "May holiday"}, first_on=clock.today(),
                last_on=clock.today(),
            ),
        }  # fmt: skip
        db.session.add_all(made.values())
        db.session.flush()
        made["evidence_id"] = self._evidence(make_self_evaluation(host, filled=True))
        made["run_id"] = rehearse(self.round, by=self.actors["secretariat"])
        made["search_id"] = begin_search(make_trajectory(self.round), partner_by=clock.today(), by=SYSTEM)
        made["action_id"] = make_action(host, self.norm)
        made["interest_id"] = self.interest
        conflict = self._conflict()
        made["conflict_id"], made["waiver_id"] = conflict, make_waiver(conflict)
        made["affiliation_id"] = affiliations_of(self.actors["contributor"].person_id)[0]
        return {name: row.id for name, row in made.items()} | {"decision_id": self.certificate.decision_id}

    def _conflict(self) -> Conflict:
        """Lindenhof declared what ties it to an organisation that knows nothing of it."""
        return make_conflict(
            self.host, make_organisation("Verzwegen"), kind=ConflictKind.SUBCONTRACTING, source=Source.DECLARED,
            declared_for_id=self.host.id,
        )  # fmt: skip

    def _market(self) -> dict[str, Any]:
        """Both are on the market of another round: the host offers, its partner asks it, wishes it and blocks it."""
        round_ = make_round(signup_opens_on=clock.today() - timedelta(days=9))
        host, reviewing = (make_trajectory(round_, one, reviewers=[]) for one in (self.host, self.reviewing))
        offer = make_offer(host)
        proposal = propose(reviewing, [host], message="", by=self.actors["partner"])
        noted = (
            Wish(trajectory_id=reviewing.id, organisation_id=self.host.id, rank=1),
            Exclusion(trajectory_id=reviewing.id, organisation_id=self.host.id),
        )
        db.session.add_all(noted)
        db.session.flush()
        return {"offer_id": offer.id, "proposal_id": proposal.id}

    def _objection(self, person_id: int) -> None:
        """The host does not want the lead reviewer to come."""
        moment, by = clock.now(), self.actors["coordinator"].person_id
        objection = TeamObjection(
            visit_id=self.review.visit.id, person_id=person_id, reason="Nee", raised_by_id=by, raised_at=moment,
            state_since=moment,
        )  # fmt: skip
        db.session.add(objection)
        db.session.flush()

    def _evidence(self, evaluation: SelfEvaluation) -> Evidence:
        evidence = Evidence(
            self_evaluation_id=evaluation.id, title="Verslag", file_name="Verslag.pdf", media_type="application/pdf",
            size=5, checksum="x", key=storage().put(b"%PDF-"), added_at=clock.now(), norms=[self.norm],
        )  # fmt: skip
        db.session.add(evidence)
        db.session.flush()
        return evidence

    def _photo(self, note: Observation) -> ObservationFile:
        photo = ObservationFile(
            observation_id=note.id, client_key="photo", file_name="rooster.png", media_type="image/png", size=5,
            checksum="x", key=storage().put(b"photo"), added_at=clock.now(),
        )  # fmt: skip
        db.session.add(photo)
        db.session.flush()
        return photo

    def _invitation(self) -> None:
        """The lead reviewer has the invitation to the visit."""
        lead = self.review.visit.team[0].person
        db.session.add(Invitee(visit_id=self.review.visit.id, person_id=lead.id, email=lead.email))
        db.session.flush()

    def _talked_over(self) -> dict[Any, Any]:
        """The coordinator said something about the host's answer, and an old text waits."""
        whole = select(SelfEvaluation.id).where(SelfEvaluation.trajectory_id == self.trajectories[0].id)
        evaluation_id = db.session.scalars(whole).one()
        about = select(Answer).where(Answer.self_evaluation_id == evaluation_id, Answer.norm_id == self.norm.id)
        said = {"person_id": self.actors["coordinator"].person_id, "text": "Nee", "written_at": clock.now()}
        remark = Remark(answer_id=db.session.scalars(about).one().id, **said)
        old = TextImport(
            self_evaluation_id=evaluation_id, file_name="oud.docx", pieces=[], strange=[], done=[],
            uploaded_at=clock.now(),
        )  # fmt: skip
        db.session.add_all([remark, old])
        db.session.flush()
        acts = ("show", "apply", "undo", "discard")
        old_text = {(f"selfevaluations.{act}_import", "import_id"): old.id for act in acts}
        return {"remark_id": remark.id, "question": "well"} | old_text

    def _asked(self) -> str:
        """Five clients of the host answered, and their questionnaire is closed."""
        made = make_questionnaire(self.trajectories[0], closed=True)
        make_responses(made, 5)
        return made.audience.value

    def _proofs(self, lead: Any) -> dict[Any, Any]:
        """The credential of the host's certificate, its key, and the lead reviewer's qualification."""
        given = give_first(self.certificate, by=SYSTEM)
        qualification = qualify(lead, ground="Goed werk.", by=self.actors["secretariat"])
        return {
            "uid": given.uid, "kid": current_key()[0].kid, "purpose": "revocation",
            "qualification_id": qualification.id, ("credentials.show_achievement", "name"): "reviewer",
            ("credentials.show_logo", "number"): self.certificate.number, ("credentials.show_logo", "kind"): "svg",
            ("credentials.show_plain_logo", "kind"): "svg", ("credentials.download_badge", "kind"): "jwt",
        }  # fmt: skip

    def _in_the_register(self) -> dict[Any, Any]:
        """The host's own page is published, and somebody follows the register."""
        save_page(self.host.id, Words("Met vrijwilligers."), version=0, by=self.actors["coordinator"])
        publish_page(self.host.id, by=self.actors["coordinator"])
        token = make_follower().token
        views = ("show_following", "confirm_following", "show_stopping", "stop_following")
        links = {(f"register.{view}", "token"): token for view in views}
        return links | {("register.api_show_certificate", "number"): self.certificate.number, "rest": "nothing"}

    def _appealed(self) -> dict[Any, Any]:
        """The host may appeal against one refusal, and appealed against another; the stranger chairs its panel."""
        free, gone = (
            make_decision_on(make_trajectory(make_round(), self.host, reviewers=[]), Outcome.REFUSED) for _n in range(2)
        )
        free.letter_sent_at = gone.letter_sent_at = moment = clock.now()
        key = gone.file_key = storage().put(b"%PDF-")
        gone.file_checksum = checksum(b"%PDF-")
        appeal = Appeal(
            decision_id=gone.id, organisation_id=self.host.id, grounds="Nee.", lodged_at=moment, decide_by=clock.today(),
            admissible_by=clock.today(), state=AppealState.ADMITTED, state_since=moment, file_key=key,
            file_checksum=checksum(b"%PDF-"),
        )  # fmt: skip
        db.session.add(appeal)
        complaint = make_complaint()
        db.session.flush()
        seat = PanelMember(
            appeal_id=appeal.id, person_id=self.actors["stranger"].person_id, chair=True, asked_at=moment,
            answer=PanelAnswer.ACCEPTED,
        )  # fmt: skip
        file = {"file_name": "a.txt", "media_type": "text/plain", "size": 1, "added_at": moment}
        piece = RecordEntry(appeal_id=appeal.id, kind=EntryKind.STATEMENT, key=storage().put(b"a"), **file)
        note = RecordEntry(complaint_id=complaint.id, kind=EntryKind.NOTE, key=storage().put(b"b"), **file)
        db.session.add_all([seat, piece, note])
        db.session.flush()
        links = ("follow_complaint", "add_to_complaint", "withdraw_complaint")
        return {
            "appeal_id": appeal.id, "complaint_id": complaint.id, ("appeals.download_piece", "entry_id"): piece.id,
            ("appeals.download_note", "entry_id"): note.id, ("appeals.edit_appeal", "decision_id"): free.id,
            ("appeals.save_appeal", "decision_id"): free.id,
            **{(f"appeals.{view}", "token"): complaint.token for view in links},
        }  # fmt: skip

    def _asked_back(self) -> dict[Any, Any]:
        """The secretariat asks the team something about the host's dossier; the host's certificate has a condition."""
        moment = clock.now()
        question = CompletenessQuestion(
            trajectory_id=self.trajectories[0].id, item="report", addressee=Addressee.TEAM, text="Met wie?",
            due_on=clock.today(), asked_at=moment, state_since=moment,
        )  # fmt: skip
        condition = Condition(
            decision_id=self.certificate.decision_id, position=1, norm=self.norm.code, what="Laat het zien.",
            due_on=clock.today(), state_since=moment,
        )  # fmt: skip
        db.session.add_all([question, condition])
        db.session.flush()
        file = ConditionFile(
            condition_id=condition.id, file_name="a.txt", media_type="text/plain", size=1, checksum="x",
            key=storage().put(b"a"), added_at=moment,
        )  # fmt: skip
        db.session.add(file)
        db.session.flush()
        files = {(f"commission.{verb}_condition_file", "file_id"): file.id for verb in ("download", "remove")}
        return files | {"question_id": question.id, "condition_id": condition.id}

    def _ids(self) -> dict[Any, Any]:
        lead = self.review.visit.team[0].person
        self._invitation()
        note = make_observation(self.review, self.norm, lead)
        self._objection(lead.id)
        return {
            "person_id": lead.id,
            "organisation_id": self.host.id, "round_id": self.round.id, "trajectory_id": self.trajectories[0].id,
            "exchange_id": self.exchange.id, "visit_id": self.review.visit.id, "review_id": self.review.id,
            "observation_id": note.id, "norm_id": self.norm.id, "code": self.norm.code, "number": 1,
            "certificate_id": self.certificate.id, "dossier_id": self.dossier.id, "meeting_id": self.meeting.id,
            "version_id": self.round.framework_version_id, "slug": self.host.slug, "verb": "suspend", "audience": self._asked(),
            "letter_id": make_letter().id, "choice": "light", "kind": "csv", "token": "x" * 30, "day": clock.today().isoformat(),
            "address": db.session.get_one(FrameworkVersion, self.round.framework_version_id).label, **self.papers,
            **self._asked_back(), **self._talked_over(),
            ("deadlines.postpone", "kind"): "matching.search", "subject_id": self.papers["search_id"],
            ("core.choose_language", "code"): "en", ("frameworks.show_chapter", "code"): "V",
            ("frameworks.show_competency", "code"): "C1", ("impartiality.decide", "act"): "dismiss",
            ("impartiality.list_part", "part"): "blocks", ("impartiality.export_part", "part"): "blocks",
            ("marketplace.export_market", "part"): "wishes", "way": "up",
            "sample_id": make_sample(self.review).id, "take_home_id": make_take_home(self.review).id,
            ("fairplay.show_part", "part"): "pairs", ("fairplay.export_figures", "part"): "norms",
            "item_id": make_item(self.review.visit).id, "file_id": self._photo(note).id,
            "site_id": make_site(self.review.visit).id,
            ("programmes.move_item", "way"): "earlier",
            **self._in_the_register(),
            ("certificates.show_certificate", "number"): self.certificate.number,
            ("certificates.download_certificate", "number"): self.certificate.number,
            **self._proofs(lead), **self._meetings(), **self._appealed(),
        }  # fmt: skip
