"""Appeals: lodging, the panel, the outcome and what follows; the wrong ways; who may know of it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerreview.appeals import services
from peerreview.appeals.independence import Cause, Parts, why_not
from peerreview.appeals.lifecycle import AppealOutcome, AppealState, EntryKind
from peerreview.appeals.queries.appeals import appeal_page, case_for, chance_for
from peerreview.appeals.queries.parts import parts_of
from peerreview.certificates.queries import of_trajectory
from peerreview.commission.lifecycle import DossierState, InterestKind, Outcome
from peerreview.commission.models import (
    Attendance,
    CompletenessCheck,
    Condition,
    Decision,
    Dossier,
    DossierReading,
    Interest,
)
from peerreview.commission.services import ConditionText, show_condition
from peerreview.core import clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import open_duties
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.organisations.models import Organisation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import Part
from peerreview.visits.models import Companion, Visit
from tests.factories.accounts import affiliation_of, make_actor, make_person
from tests.factories.appeals import make_agreed, make_appeal, make_panel, make_told, seen
from tests.factories.organisations import make_organisation

O = AppealOutcome  # noqa: E741


def trajectory_of(decision: Decision) -> Trajectory:
    return db.session.get_one(Trajectory, db.session.get_one(Dossier, decision.dossier_id).trajectory_id)


def organisation_of(trajectory: Trajectory) -> Organisation:
    return db.session.get_one(Organisation, trajectory.organisation_id)


def test_an_executive_lodges_an_appeal_once_and_in_time(app, outbox):
    decision, executive = make_told()
    coordinator = make_actor("coordinator", organisation_of(trajectory_of(decision)))
    with pytest.raises(NotAllowed):
        services.lodge_appeal(decision, grounds="Nee.", by=coordinator)
    with pytest.raises(Invalid):
        services.lodge_appeal(decision, grounds=" ", by=executive)
    office = make_actor("secretariat")
    before = trajectory_of(decision).state
    appeal = services.lodge_appeal(decision, grounds="V1 is wel gezien.", by=executive)
    assert (appeal.state, appeal.admissible_by) == (AppealState.LODGED, clock.add_working_days(clock.today(), 10))
    assert trajectory_of(decision).state == before  # nothing changes meanwhile
    with pytest.raises(NotNow):  # a second click
        services.lodge_appeal(decision, grounds="V1 is wel gezien.", by=executive)
    assert [letter.recipient for letter in outbox() if letter.kind == "appeal.lodged"] == [office.email]
    [due] = open_duties(kind="appeals.admit")
    assert (due.due_on, due.is_for(office), due.is_for(executive)) == (appeal.admissible_by, True, False)


def test_no_appeal_against_a_full_award_too_late_or_by_somebody_else(app):
    granted, _executive = make_told(Outcome.GRANTED)
    own = make_actor("executive", organisation_of(trajectory_of(granted)))
    with pytest.raises(NotNow):
        services.lodge_appeal(granted, grounds="Nee.", by=own)
    assert chance_for(own, granted.id) is None
    late, executive = make_told()
    with unit_of_work():
        late.letter_sent_at = clock.now() - timedelta(days=31)
    with pytest.raises(NotNow, match="voorbij"):
        services.lodge_appeal(late, grounds="Nee.", by=executive)
    with pytest.raises(NotAllowed):
        services.lodge_appeal(late, grounds="Nee.", by=own)


def test_two_colleagues_who_write_lose_nothing(app):
    decision, executive = make_told()
    chance = chance_for(executive, decision.id)
    first = services.save_appeal(chance, grounds="Een", wish="", version=0, by=executive)
    with pytest.raises(StaleVersion) as stale:
        services.save_appeal(chance, grounds="Twee", wish="", version=first.version - 1, by=executive)
    assert stale.value.theirs == {"grounds": "Een", "wish": ""}
    services.save_appeal(chance, grounds="Twee", wish="", version=first.version, by=executive)
    services.lodge_appeal(decision, grounds="Twee", by=executive)
    with pytest.raises(NotNow):
        services.save_appeal(chance, grounds="Drie", wish="", version=0, by=executive)


def test_it_is_refused_with_a_reason_or_taken_back_and_lodged_anew(app, outbox):
    appeal, executive = make_appeal(admitted=False)
    office = make_actor("secretariat")
    with pytest.raises(Invalid):
        services.reject_appeal(appeal, reason=" ", by=office)
    services.withdraw_appeal(appeal, by=executive)
    with pytest.raises(NotNow):
        services.admit_appeal(appeal, by=office)
    again = services.lodge_appeal(db.session.get_one(Decision, appeal.decision_id), grounds="Toch.", by=executive)
    services.reject_appeal(again, reason="Niet tegen dit besluit.", by=office)
    assert again.state == AppealState.INADMISSIBLE
    assert "Niet tegen dit besluit." in next(one.body for one in outbox() if one.kind == "appeal.rejected")


PARTS = {
    "meeting": Cause.DECIDED, "read": Cause.DECIDED, "checked": Cause.PREPARED, "interest": Cause.INTEREST,
    "substitute": Cause.REVIEWED, "own": Cause.OWN_ORGANISATION, "partner": Cause.EXCHANGE, "office": Cause.OFFICE,
}  # fmt: skip


def give_part(part: str, person_id: int, decision: Decision, visit: Visit) -> None:
    """Write down that this person had this part."""
    dossier, moment = db.session.get_one(Dossier, decision.dossier_id), clock.now()
    mine = {"person_id": person_id}
    rows = {
        "meeting": lambda: Attendance(meeting_id=decision.meeting_id, noted_at=moment, left_at=moment, **mine),
        "read": lambda: DossierReading(dossier_id=dossier.id, opened_at=moment, **mine),
        "checked": lambda: CompletenessCheck(
            trajectory_id=dossier.trajectory_id, checked_at=moment, checked_by_id=person_id
        ),
        "interest": lambda: Interest(dossier_id=dossier.id, kind=InterestKind.DECLARED, noted_at=moment, **mine),
        "substitute": lambda: Companion(visit_id=visit.id, part=Part.SUBSTITUTE, **mine),
    }
    db.session.add(rows[part]())


def test_who_had_any_part_is_never_free_and_who_had_none_is(app):
    """Random people with random parts, against the parts that were dealt."""
    decision, _executive = make_told()
    trajectory = trajectory_of(decision)
    visit = db.session.query(Visit).filter_by(host_id=trajectory.id).one()
    partner = db.session.get_one(Trajectory, visit.reviewing_id)
    organisations = {"own": organisation_of(trajectory), "partner": organisation_of(partner)}

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sets(st.sampled_from(sorted(PARTS)), max_size=3), min_size=1, max_size=5))
    def dealt(hands: list[set[str]]) -> None:
        db.session.query(CompletenessCheck).delete()
        people = [make_person() for _hand in hands]
        expected, checked = {}, False
        for person, hand in zip(people, hands, strict=True):
            had = {part for part in hand if part != "checked" or not checked}
            checked = checked or "checked" in had
            with unit_of_work():
                for part in sorted(had - {"own", "partner", "office"}):
                    give_part(part, person.id, decision, visit)
            for part in sorted(had & {"own", "partner"}):
                affiliation_of(person, "reviewer", organisations[part])
            if "office" in had:
                affiliation_of(person, "secretariat")
            expected[person.id] = {PARTS[part] for part in had}
        parts = parts_of(db.session.get_one(Dossier, decision.dossier_id), [person.id for person in people])
        for person_id, causes in expected.items():
            cause = why_not(person_id, parts)
            assert (cause in causes) if causes else (cause is None)

    dealt()


def test_the_nearest_reason_is_told():
    parts = Parts(reviewed={1}, decided={1, 2}, office={3}, ties={1: Cause.REGISTERED, 4: Cause.OWN_ORGANISATION})
    assert [why_not(n, parts) for n in (1, 2, 3, 4, 5)] == [
        Cause.REVIEWED, Cause.DECIDED, Cause.OFFICE, Cause.OWN_ORGANISATION, None,
    ]  # fmt: skip


def test_three_sit_one_in_the_chair_and_a_substitute_comes_for_who_declines(app, outbox):
    appeal, _executive = make_appeal()
    decision = db.session.get_one(Decision, appeal.decision_id)
    with pytest.raises(Invalid):  # who signed the decision
        services.ask_for_panel(appeal, person_id=decision.signed_by_id, by=SYSTEM)
    people = make_panel(appeal)
    fourth = make_actor("commission_member", name="Dien Ek")
    with pytest.raises(NotNow):
        services.ask_for_panel(appeal, person_id=fourth.person_id, by=SYSTEM)
    services.decline_seat(seen(people[0], appeal), by=people[0])
    assert case_for(people[0], appeal.id) is None
    assert open_duties(kind="appeals.panel")[0].subject_id == appeal.id
    services.ask_for_panel(appeal, person_id=fourth.person_id, by=SYSTEM)
    asked = seen(fourth, appeal)
    assert (asked.view, [*asked.record]) == ("asked", [])
    [seat_due] = open_duties(kind="appeals.seat")
    assert (seat_due.is_for(fourth), seat_due.is_for(people[1])) == (True, False)
    services.accept_seat(asked, by=fourth)
    assert not seen(fourth, appeal).complete  # nobody is in the chair
    services.give_chair(appeal, person_id=fourth.person_id, by=SYSTEM)
    assert seen(fourth, appeal).complete
    affiliation_of(make_person(), "executive")
    assert [letter.recipient for letter in outbox() if letter.kind == "panel.ask"][-1] == fourth.email


def test_everybody_agrees_before_the_chair_signs_and_a_new_text_is_agreed_anew(app):
    appeal, _executive = make_appeal()
    people = make_agreed(appeal)
    version = appeal.version
    services.write_outcome(
        seen(people[1], appeal), services.Judgement(O.UPHELD, "Beter gezegd."), version=version, by=people[1]
    )
    with pytest.raises(StaleVersion) as stale:
        services.write_outcome(
            seen(people[2], appeal), services.Judgement(O.UPHELD, "Anders."), version=version, by=people[2]
        )
    assert (stale.value.theirs, stale.value.mine) == ("Beter gezegd.", "Anders.")
    with pytest.raises(StaleVersion):
        services.agree(seen(people[2], appeal), version=version, by=people[2])
    with pytest.raises(NotNow):
        services.decide_appeal(seen(people[0], appeal), by=people[0])
    for actor in people:
        services.agree(seen(actor, appeal), version=appeal.version, by=actor)
    with pytest.raises(NotAllowed):
        services.decide_appeal(seen(people[1], appeal), by=people[1])


def test_a_decision_that_stands_changes_nothing_and_its_letter_is_signed(app, outbox):
    appeal, executive = make_appeal()
    people = make_agreed(appeal)
    before = trajectory_of(seen(executive, appeal).decision).state
    assert services.decide_appeal(seen(people[0], appeal), by=people[0]) == 1
    assert appeal.state == AppealState.DECIDED
    assert trajectory_of(seen(executive, appeal).decision).state == before
    assert services.outcome_document(seen(executive, appeal), signer="")[:5] == b"%PDF-"
    assert [one.recipient for one in outbox() if one.kind == "appeal.outcome"] == [executive.email]
    with pytest.raises(NotNow):  # a second click
        services.decide_appeal(seen(people[0], appeal), by=people[0])


@pytest.fixture
def quick(monkeypatch):
    """The document costs half a second each; one test above makes it."""
    monkeypatch.setattr("peerreview.appeals.services.deciding.outcome_document", lambda case, signer: b"%PDF-")


def test_a_refusal_that_is_reversed_gives_the_certificate(app, quick):
    appeal, executive = make_appeal()
    people = make_agreed(appeal, O.REVERSED, instead=Outcome.GRANTED)
    services.decide_appeal(seen(people[0], appeal), by=people[0])
    old = db.session.get_one(Decision, appeal.decision_id)
    new = db.session.query(Decision).filter_by(replaces_id=old.id).one()
    assert (new.outcome, new.letter_due_on, new.file_key) == (Outcome.GRANTED, None, appeal.file_key)
    trajectory = trajectory_of(new)
    assert (trajectory.state, of_trajectory(trajectory.id).decision_id) == (TrajectoryState.CERTIFIED, new.id)
    assert chance_for(executive, new.id) is None  # the panel has the last word


def test_an_award_that_is_reversed_is_withdrawn_and_one_on_other_terms_is_kept(app, quick):
    terms = [ConditionText("V1", "Laat het zien.", clock.today() + timedelta(days=90))]
    appeal, _executive = make_appeal(Outcome.GRANTED_WITH_CONDITIONS)
    certificate = of_trajectory(trajectory_of(db.session.get_one(Decision, appeal.decision_id)).id)
    people = make_panel(appeal)
    case = seen(people[0], appeal)
    for wrong in (
        services.Judgement(O.REVERSED, "Zo.", Outcome.GRANTED_WITH_CONDITIONS, terms),
        services.Judgement(O.AMENDED, "Zo.", Outcome.GRANTED_WITH_CONDITIONS),
        services.Judgement(O.AMENDED, "Zo.", Outcome.REFUSED),
        services.Judgement(O.REVERSED, "Zo.", Outcome.DEFERRED),
        services.Judgement(O.UPHELD, " "),
    ):
        with pytest.raises(Invalid):
            services.write_outcome(case, wrong, version=appeal.version, by=people[0])
    amended = services.Judgement(O.AMENDED, "Zo.", Outcome.GRANTED_WITH_CONDITIONS, terms)
    services.write_outcome(case, amended, version=appeal.version, by=people[0])
    for actor in people:
        services.agree(seen(actor, appeal), version=appeal.version, by=actor)
    services.decide_appeal(seen(people[0], appeal), by=people[0])
    assert (certificate.state, certificate.decision_id != appeal.decision_id) == ("active", True)

    other, _executive = make_appeal(Outcome.GRANTED_WITH_CONDITIONS)
    held = of_trajectory(trajectory_of(db.session.get_one(Decision, other.decision_id)).id)
    people = make_agreed(other, O.REVERSED, instead=Outcome.REFUSED)
    services.decide_appeal(seen(people[0], other), by=people[0])
    assert (held.state, db.session.get_one(Trajectory, held.trajectory_id).state) == ("withdrawn", "refused")


def test_what_is_sent_back_can_go_on_an_agenda_again_and_nothing_else_changes(app, as_, quick):
    appeal, _executive = make_appeal()
    people = make_agreed(appeal, O.SENT_BACK)
    services.decide_appeal(seen(people[0], appeal), by=people[0])
    decision = db.session.get_one(Decision, appeal.decision_id)
    dossier = db.session.get_one(Dossier, decision.dossier_id)
    assert (dossier.state, dossier.meeting_id) == (DossierState.COMPLETE, None)
    assert trajectory_of(decision).state == TrajectoryState.REFUSED
    assert db.session.query(Interest).filter_by(dossier_id=dossier.id).count() == 3  # the panel keeps out of it
    assert dossier.reopen_reason == appeal.motivation != ""
    page = as_(make_actor("commission_member")).get(f"/dossiers/{dossier.id}").text  # the commission reads why
    assert f"Na een beroep beslist de commissie opnieuw.</strong> Het panel zegt: {appeal.motivation}" in page


def test_what_the_first_decision_asked_lapses_and_the_register_follows_with_the_next_request(app, as_, quick):
    appeal, _executive = make_appeal(Outcome.GRANTED_WITH_CONDITIONS)
    [condition] = db.session.query(Condition).filter_by(decision_id=appeal.decision_id)
    certificate = of_trajectory(trajectory_of(db.session.get_one(Decision, appeal.decision_id)).id)
    path = f"/api/v1/certificates/{certificate.number}"
    assert as_(None).get(path).json["conditions"] == 1
    assert [due.subject_id for due in open_duties(kind="commission.condition")] == [condition.id]
    people = make_agreed(appeal, O.REVERSED, instead=Outcome.GRANTED)
    services.decide_appeal(seen(people[0], appeal), by=people[0])
    assert as_(None).get(path).json["conditions"] == 0
    assert open_duties(kind="commission.condition") == []
    coordinator = make_actor("coordinator", db.session.get_one(Organisation, certificate.organisation_id))
    assert (
        "Er is een ander besluit voor in de plaats gekomen." in as_(coordinator).get(f"/conditions/{condition.id}").text
    )
    with pytest.raises(NotNow):
        show_condition(condition, text="Zo doen wij het.", version=condition.version, by=coordinator)


def test_who_had_a_part_finds_no_trace_and_the_record_stays_with_the_panel(app):
    appeal, executive = make_appeal()
    people = make_panel(appeal)
    decision = db.session.get_one(Decision, appeal.decision_id)
    services.add_to_record(seen(people[1], appeal), kind=EntryKind.NOTE, text="Onder ons.", by=people[1])
    services.add_to_record(seen(executive, appeal), kind=EntryKind.STATEMENT, text="Zie V1.", by=executive)
    chair = Actor(decision.signed_by_id, "Hetty Vermeulen", "commission_chair")
    services.add_to_record(seen(chair, appeal), kind=EntryKind.DEFENCE, text="Wij zagen het niet.", by=chair)
    with pytest.raises(NotAllowed):
        services.add_to_record(seen(chair, appeal), kind=EntryKind.NOTE, text="Stiekem.", by=chair)
    read = {
        name: [entry.text for entry, _who in seen(actor, appeal).record]
        for name, actor in {
            "panel": people[0], "ours": executive, "office": make_actor("secretariat"), "defence": chair,
        }.items()
    }  # fmt: skip
    assert read == {
        "panel": ["Onder ons.", "Zie V1.", "Wij zagen het niet."], "ours": ["Zie V1.", "Wij zagen het niet."],
        "office": ["Zie V1."], "defence": ["Wij zagen het niet."],
    }  # fmt: skip
    others = [make_actor(role) for role in ("commission_member", "oversight", "administrator")]
    for actor in [*others, make_actor("coordinator", make_organisation("Elders"))]:
        assert (case_for(actor, appeal.id), appeal_page(actor, 1).total) == (None, 0)
