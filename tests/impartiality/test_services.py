"""Conflicts are found, declared, registered, decided about and waived; and what others may ask about them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from peerreview.accounts.models import Person
from peerreview.core import clock, events
from peerreview.core.access import SYSTEM
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.impartiality import queries, services
from peerreview.impartiality.lifecycle import ConflictKind, ConflictState, Direction, Severity, Source, WaiverState
from peerreview.impartiality.models import Conflict, Waiver
from peerreview.organisations.lifecycle import OrganisationState
from tests.factories.accounts import affiliation_of, make_actor, make_person
from tests.factories.impartiality import make_conflict, make_waiver
from tests.factories.organisations import make_organisation

K, S = ConflictKind, ConflictState
DAY = date(2027, 3, 1)


@pytest.fixture
def office(app, at):
    with at("2027-03-01 10:00"):
        yield make_actor("secretariat", name="Tineke Hoekstra")


@pytest.fixture(name="queries_in")
def counted_queries(request):
    """The fixture `queries`, under another name than the module's."""
    return request.getfixturevalue("queries")


def conflicts() -> list[Conflict]:
    return list(
        db.session.scalars(
            select(Conflict).order_by(Conflict.noted_at, Conflict.kind, Conflict.organisation_id, Conflict.id)
        )
    )


def acts(action: str = "") -> list[str]:
    chosen = select(AuditEntry.action).where(AuditEntry.action.startswith(action))
    return list(db.session.scalars(chosen.order_by(AuditEntry.id)))


# --- The system looks -------------------------------------------------------------------------------------------------


def test_a_group_is_found_once_and_ends_when_its_name_changes(office):
    one, other = make_organisation("Brugveld", legal_group="De Brug"), make_organisation(legal_group="de brug")
    assert (services.detect([one.id, other.id]), services.detect(), services.detect([one.id])) == (1, 0, 0)
    [found] = conflicts()
    assert (found.kind, found.severity, found.source, found.state) == (
        K.SAME_GROUP, Severity.HARD, Source.DETECTED, S.STANDING,
    )  # fmt: skip
    with unit_of_work():
        other.legal_group = "Anders"
    services.detect([other.id])
    assert (found.state, found.reason) == (S.ENDED, "Wat het systeem zag, is niet meer zo.")
    with unit_of_work():
        other.legal_group = "De Brug"
    assert (services.detect(), found.state) == (0, S.STANDING)
    assert acts("conflict") == ["conflict.detect", "conflict.end", "conflict.reinstate"]


def test_who_looks_at_some_organisations_leaves_the_others_as_they_are(office):
    one, _other = (make_organisation(legal_group="De Brug") for _ in range(2))
    elsewhere = [make_organisation(legal_group="De Kade") for _ in range(2)]
    assert (services.detect([]), services.detect([one.id]), services.detect([elsewhere[0].id])) == (0, 1, 1)
    with unit_of_work():
        elsewhere[0].legal_group = None
    services.detect([one.id])
    assert [found.state for found in conflicts()] == [S.STANDING, S.STANDING]


def test_a_person_with_two_roles_ties_both_organisations_and_cannot_review_them(office):
    one, other, person = make_organisation(), make_organisation(), make_person()
    affiliation_of(person, "executive", one)
    affiliation_of(person, "reviewer", other)
    services.detect()
    assert [(c.kind, c.organisation_id, c.other_organisation_id, c.person_id) for c in conflicts()] == [
        (K.EMPLOYMENT, one.id, other.id, None),
        (K.SHARED_DIRECTOR, one.id, None, person.id),
    ]
    standing = queries.of_persons([person.id], [one.id, other.id], DAY)
    assert {pair: [s.towards for s in found] for pair, found in standing.items()} == {(person.id, one.id): [one.id]}


def test_a_role_that_ended_counts_for_five_years(office, at):
    one, other, person = make_organisation(), make_organisation(), make_person()
    affiliation_of(person, "coordinator", other)
    with unit_of_work():
        affiliation_of(person, "contributor", one).ended_at = clock.now()
    services.detect()
    [found] = conflicts()
    assert (found.ends_on, found.state) == (DAY, S.STANDING)
    assert list(queries.between([one.id, other.id], date(2032, 2, 29))) == [(one.id, other.id)]
    assert queries.between([one.id, other.id], date(2032, 3, 1)) == {}
    with at("2032-03-01 08:00"):
        events.announce("day.began", clock.today(), by=SYSTEM)
    assert found.state == S.ENDED


def test_a_role_that_ends_changes_the_dates_of_what_was_found(office):
    one, other, person = make_organisation(), make_organisation(), make_person()
    affiliation_of(person, "coordinator", other)
    held = affiliation_of(person, "contributor", one)
    services.detect()
    with unit_of_work():
        held.ended_at = clock.now()
    services.detect()
    services.detect()
    assert [c.ends_on for c in conflicts()] == [DAY]
    assert acts("conflict") == ["conflict.detect", "conflict.renew"]


def test_what_was_pinned_as_no_conflict_is_not_raised_again(office):
    one, _other = (make_organisation(legal_group="De Brug") for _ in range(2))
    services.detect()
    [found] = conflicts()
    services.dismiss(found, reason="De groep is sinds januari opgeheven.", by=office)
    services.detect()
    events.announce("day.began", clock.today(), by=SYSTEM)
    assert [c.state for c in conflicts()] == [S.DISMISSED]
    with unit_of_work():
        one.legal_group = None
    services.detect()
    assert found.state == S.DISMISSED
    assert queries.between([found.organisation_id, found.other_organisation_id], DAY) == {}


def test_a_pin_about_one_person_says_nothing_about_another(office):
    one, other = make_organisation(), make_organisation()
    for person in (make_person(), make_person()):
        affiliation_of(person, "coordinator", one)
        affiliation_of(person, "coordinator", other)
    services.detect()
    services.dismiss(conflicts()[0], reason="Zij was er stagiair.", by=office)
    services.detect()
    assert sorted(c.state for c in conflicts()) == [S.DISMISSED, S.STANDING]
    assert len(queries.between([one.id, other.id], DAY)[one.id, other.id]) == 1


def test_the_system_has_no_say_over_what_people_declared_or_later_features_noted(office):
    declared = make_conflict(kind=K.SAME_GROUP, source=Source.DECLARED)
    pair = (make_organisation().id, make_organisation().id)
    assert services.note_detected(K.REVIEWED_LAST_CYCLE, [pair], starts_on=date(2026, 5, 1)) == 1
    services.detect()
    assert [c.state for c in conflicts()] == [S.STANDING, S.STANDING]
    assert declared.fingerprint is None


def test_a_later_feature_notes_pairs_in_bulk_and_once(office):
    made = [make_organisation().id for _ in range(5)]
    pairs = [(a, b) for a in made for b in made if a != b]
    note = lambda on: services.note_detected(K.REVIEWED_LAST_CYCLE, pairs, starts_on=on)  # noqa: E731 - a line
    assert (note(date(2026, 5, 1)), note(date(2026, 5, 1)), note(date(2024, 6, 1))) == (10, 0, 10)
    assert {c.ends_on for c in conflicts()} == {date(2029, 5, 1), date(2027, 6, 1)}
    services.dismiss(conflicts()[0], reason="Afgesproken.", by=office)
    assert (note(date(2026, 5, 1)), conflicts()[0].state) == (0, S.DISMISSED)
    assert services.note_detected(K.REVIEWED_LAST_CYCLE, []) == 0
    with pytest.raises(ValueError, match="own facts"):
        services.note_detected(K.SAME_GROUP, pairs)


# --- Declaring --------------------------------------------------------------------------------------------------------


def test_an_organisation_declares_and_only_the_secretariat_gets_a_letter(office, outbox):
    ours, theirs = make_organisation("Lindenhof"), make_organisation("Brugveld")
    make_actor("coordinator", theirs)
    by = make_actor("coordinator", ours)
    made = services.declare(theirs.id, kind=K.SUBCONTRACTING, note=" Een training. ", by=by)
    assert (made.severity, made.direction, made.source, made.declared_for_id, made.declared_by_id, made.note) == (
        Severity.SOFT, Direction.BOTH, Source.DECLARED, ours.id, by.person_id, "Een training.",
    )  # fmt: skip
    [letter] = outbox()
    assert (letter.recipient, letter.subject) == (
        db.session.get_one(Person, office.person_id).email,
        "Lindenhof meldt een belang bij Brugveld",
    )
    assert f"/impartiality/{made.id}" in letter.body


def test_said_twice_it_is_one_and_said_anew_it_has_the_new_words(office, outbox):
    theirs = make_organisation()
    by = make_actor("executive", make_organisation())
    first = services.declare(theirs.id, kind=K.SUBCONTRACTING, note="Een training.", by=by)
    again = services.declare(theirs.id, kind=K.SUBCONTRACTING, note="Een training.", by=by)
    assert (again.id, len(conflicts()), len(outbox())) == (first.id, 1, 1)
    services.declare(theirs.id, kind=K.SUBCONTRACTING, note="Twee trainingen.", ends_on=date(2027, 9, 1), by=by)
    [one] = conflicts()
    assert (one.note, one.ends_on, acts("conflict")) == (
        "Twee trainingen.", date(2027, 9, 1), ["conflict.declare", "conflict.amend"],
    )  # fmt: skip
    services.declare(theirs.id, kind=K.MERGER_TALKS, by=by)
    other_way = make_actor("coordinator", theirs)
    services.declare(by.organisation_id, kind=K.MERGER_TALKS, by=other_way)
    assert len(conflicts()) == 3


def test_the_direction_says_who_should_not_review_whom(office):
    ours, theirs = make_organisation(), make_organisation()
    by = make_actor("coordinator", ours)
    services.declare(theirs.id, kind=K.EMPLOYMENT, towards=theirs.id, by=by)
    services.declare(theirs.id, kind=K.OPEN_DISPUTE, towards=ours.id, by=by)
    services.declare(theirs.id, kind=K.MERGER_TALKS, by=by)
    [standing] = queries.between([ours.id, theirs.id], DAY).values()
    assert {one.kind: one.towards for one in standing} == {
        K.EMPLOYMENT: theirs.id, K.OPEN_DISPUTE: ours.id, K.MERGER_TALKS: None,
    }  # fmt: skip


def test_a_reviewer_declares_for_themselves(office):
    theirs = make_organisation()
    for role in ("reviewer", "commission_member", "commission_chair"):
        by = make_actor(role, make_organisation() if role == "reviewer" else None)
        made = services.declare(theirs.id, kind=K.PERSONAL_RELATION, by=by)
        assert (made.person_id, made.declared_for_id, made.direction) == (by.person_id, None, Direction.TOWARDS)
        assert list(queries.of_persons([by.person_id], [theirs.id], DAY)) == [(by.person_id, theirs.id)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"organisation_id": "own"},
        {"organisation_id": 10_000},
        {"organisation_id": "ended"},
        {"starts_on": date(2027, 2, 2), "ends_on": date(2027, 2, 1)},
        {"kind": K.EMPLOYMENT, "ends_on": date(2021, 1, 1)},
    ],
)
def test_what_cannot_be_declared(office, wrong):
    ours, theirs = make_organisation(), make_organisation()
    ended = make_organisation(state=OrganisationState.ENDED)
    ids = {"own": ours.id, "ended": ended.id}
    values = {"organisation_id": theirs.id, "kind": K.OPEN_DISPUTE} | wrong
    about = values.pop("organisation_id")
    with pytest.raises(Invalid):
        services.declare(ids.get(about, about), by=make_actor("coordinator", ours), **values)
    assert conflicts() == []


def test_a_person_does_not_belong_to_a_group_and_a_contributor_does_not_declare(office):
    theirs = make_organisation()
    with pytest.raises(Invalid):
        services.declare(theirs.id, kind=K.SAME_GROUP, by=make_actor("commission_member"))
    with pytest.raises(NotAllowed):
        services.declare(theirs.id, kind=K.OPEN_DISPUTE, by=make_actor("contributor", make_organisation()))


def test_who_declared_says_when_it_ends_and_nobody_else(office):
    ours, theirs = make_organisation(), make_organisation()
    by = make_actor("coordinator", ours)
    made = services.declare(theirs.id, kind=K.SUBCONTRACTING, starts_on=date(2026, 1, 1), by=by)
    for other in (make_actor("coordinator", theirs), make_actor("coordinator", make_organisation())):
        with pytest.raises(NotAllowed):
            services.say_end(made, ends_on=date(2027, 6, 1), by=other)
    with pytest.raises(Invalid):
        services.say_end(made, ends_on=date(2025, 12, 31), by=by)
    services.say_end(made, ends_on=date(2027, 6, 1), by=make_actor("executive", ours))
    services.say_end(made, ends_on=date(2027, 6, 1), by=by)
    assert (made.ends_on, acts("conflict")) == (date(2027, 6, 1), ["conflict.declare", "conflict.say_end"])


def test_a_question_becomes_a_letter_and_the_answer_too(office, outbox):
    one, _other = (make_organisation(name, legal_group="De Brug") for name in ("Lindenhof", "Brugveld"))
    services.detect()
    [found], by = conflicts(), make_actor("coordinator", one, name="Samira El Idrissi")
    with pytest.raises(Invalid):
        services.ask_again(found, note="  ", by=by)
    for _twice in range(2):
        services.ask_again(found, note="Wij zijn uit de groep.", by=by)
    [asked] = outbox()
    assert asked.subject == "Lindenhof vraagt om nog eens te kijken naar het belang bij Brugveld"
    assert "Samira El Idrissi schreef:\nWij zijn uit de groep." in asked.body
    services.dismiss(found, reason="Klopt, sinds januari.", by=office)
    answer = outbox()[-1]
    assert (answer.recipient_name, answer.subject, "Klopt" in answer.body) == (
        "Samira El Idrissi", "We hebben nog eens gekeken naar het belang bij Brugveld", False,
    )  # fmt: skip


def test_nobody_asks_about_what_they_cannot_know(office):
    ours, theirs = make_organisation(), make_organisation()
    secret = make_conflict(ours, theirs)
    with pytest.raises(NotNow):
        services.ask_again(secret, note="Wat staat hier?", by=make_actor("coordinator", ours))


# --- The secretariat --------------------------------------------------------------------------------------------------


def test_the_secretariat_registers_between_organisations_and_of_a_person(office, outbox):
    one, other, person = make_organisation(), make_organisation(), make_person()
    made = services.register(one.id, other_id=other.id, kind=K.OPEN_DISPUTE, severity=Severity.SOFT, by=office)
    assert (made.severity, made.source, made.declared_for_id) == (Severity.SOFT, Source.REGISTERED, None)
    tied = services.register(one.id, person_id=person.id, kind=K.PERSONAL_RELATION, by=office)
    assert (tied.direction, tied.severity, outbox()) == (Direction.TOWARDS, Severity.SOFT, [])


def test_what_cannot_be_registered(office):
    one, other = make_organisation(), make_organisation()
    for wrong in ({}, {"other_id": one.id}, {"other_id": other.id, "person_id": office.person_id}, {"other_id": 9999}):
        with pytest.raises(Invalid):
            services.register(one.id, kind=K.OPEN_DISPUTE, by=office, **wrong)
    with pytest.raises(Invalid):
        services.register(one.id, person_id=office.person_id, kind=K.SAME_GROUP, by=office)
    with pytest.raises(NotAllowed):
        services.register(one.id, other_id=other.id, kind=K.OPEN_DISPUTE, by=make_actor("oversight"))


def decisions(conflict):
    """Each act of the secretariat on a conflict."""
    until = clock.today() + timedelta(days=30)
    return {
        "dismiss": lambda by, reason: services.dismiss(conflict, reason=reason, by=by),
        "end": lambda by, reason: services.end(conflict, reason=reason, by=by),
        "reinstate": lambda by, reason: services.reinstate(conflict, reason=reason, by=by),
        "weigh": lambda by, reason: services.set_severity(conflict, severity=Severity.HARD, reason=reason, by=by),
        "waive": lambda by, reason: services.waive(conflict, reason=reason, ends_on=until, by=by),
    }


@pytest.mark.parametrize("act", ["dismiss", "end", "reinstate", "weigh", "waive"])
def test_nothing_is_decided_without_a_reason_by_another_role_or_by_a_party(office, act):
    one, other = make_organisation(), make_organisation()
    state = S.ENDED if act == "reinstate" else S.STANDING
    conflict = make_conflict(one, other, kind=K.SUBCONTRACTING, state=state)
    decide = decisions(conflict)[act]
    with pytest.raises(Invalid):
        decide(office, " ")
    for role in ("oversight", "administrator"):
        with pytest.raises(NotAllowed):
            decide(make_actor(role), "Daarom.")
    now, before = make_actor("secretariat"), make_actor("secretariat")
    affiliation_of(db.session.get_one(Person, now.person_id), "contributor", other)
    with unit_of_work():
        held = affiliation_of(db.session.get_one(Person, before.person_id), "contributor", one)
        held.ended_at = clock.now() - timedelta(days=1000)
    for party in (now, before):
        with pytest.raises(NotAllowed):
            decide(party, "Daarom.")
    assert (conflict.state, conflict.severity, acts()) == (state, Severity.SOFT, [])
    decide(office, "Daarom.")
    [entry] = db.session.scalars(select(AuditEntry)).all()
    assert (entry.reason, entry.person_id) == ("Daarom.", office.person_id)


def test_nobody_gives_leave_for_their_own_tie(office):
    conflict = make_conflict(person=office.person_id, kind=K.PERSONAL_RELATION)
    with pytest.raises(NotAllowed):
        services.waive(conflict, reason="Dat kan best.", ends_on=date(2027, 6, 1), by=office)


def test_what_was_done_once_is_not_done_again(office):
    conflict = make_conflict()
    services.dismiss(conflict, reason="Vergissing.", by=office)
    for again in (services.dismiss, services.end):
        with pytest.raises(NotNow):
            again(conflict, reason="Nog eens.", by=office)
    services.reinstate(conflict, reason="Toch niet.", by=office)
    with pytest.raises(NotNow):
        services.reinstate(conflict, reason="Nog eens.", by=office)
    assert conflict.state == S.STANDING


def test_what_the_system_found_is_pinned_and_not_ended_by_hand(office):
    found = make_conflict(kind=K.SAME_GROUP, source=Source.DETECTED, fingerprint="same_group:1-2")
    with pytest.raises(NotNow, match="zelf"):
        services.end(found, reason="Is over.", by=office)


# --- Leave ------------------------------------------------------------------------------------------------------------


def standing_of(conflict, day=DAY):
    found = queries.between([conflict.organisation_id, conflict.other_organisation_id], day)
    return [(one.severity, one.waived, one.waived_until, one.blocks) for pair in found.values() for one in pair]


def test_leave_holds_until_its_day_and_until_it_is_taken_back(office):
    conflict = make_conflict(kind=K.SUBCONTRACTING)
    until = date(2027, 6, 1)
    assert standing_of(conflict) == [(Severity.SOFT, False, None, True)]
    leave = services.waive(conflict, reason="Het gaat om één training.", ends_on=until, by=office)
    assert standing_of(conflict) == [(Severity.SOFT, True, until, False)]
    assert standing_of(conflict, until) == [(Severity.SOFT, True, until, False)]
    assert standing_of(conflict, date(2027, 6, 2)) == [(Severity.SOFT, False, None, True)]
    services.revoke(leave, reason="De opdracht is groter geworden.", by=office)
    assert (leave.state, standing_of(conflict)) == (WaiverState.REVOKED, [(Severity.SOFT, False, None, True)])
    with pytest.raises(NotNow):
        services.revoke(leave, reason="Nog eens.", by=office)


def test_the_same_leave_twice_is_one_and_another_waits_for_the_first(office):
    conflict = make_conflict(kind=K.SUBCONTRACTING)
    give = lambda until: services.waive(conflict, reason="Eén training.", ends_on=until, by=office)  # noqa: E731
    assert give(date(2027, 6, 1)).id == give(date(2027, 6, 1)).id
    with pytest.raises(NotNow):
        give(date(2027, 7, 1))
    with pytest.raises(Invalid):
        give(date(2027, 2, 28))
    assert db.session.scalar(select(func.count(Waiver.id))) == 1


def test_there_is_no_leave_for_what_rules_out_or_does_not_count(office):
    for conflict in (make_conflict(), make_conflict(kind=K.SUBCONTRACTING, state=S.DISMISSED)):
        with pytest.raises(NotNow):
            services.waive(conflict, reason="Toch.", ends_on=date(2027, 6, 1), by=office)


def test_leave_does_nothing_once_it_rules_out(office):
    conflict = make_conflict(kind=K.SUBCONTRACTING)
    make_waiver(conflict)
    services.set_severity(conflict, severity=Severity.HARD, reason="Het is hun grootste klant.", by=office)
    services.set_severity(conflict, severity=Severity.HARD, reason="Nog eens.", by=office)
    assert (standing_of(conflict), acts("conflict")) == (
        [(Severity.HARD, False, None, True)], ["conflict.set_severity"],
    )  # fmt: skip


# --- What others ask --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3, 600])
def test_each_check_is_one_query_for_any_number_of_parties(office, queries_in, number):
    one, other = make_organisation(), make_organisation()
    a, b = ids = [one.id, other.id]
    ids = [*ids, *range(10_000, 10_000 + number)]
    make_conflict(one, other)
    make_conflict(one, person=office.person_id)
    make_conflict()
    with queries_in() as seen:
        assert list(queries.between(ids, DAY)) == [(a, b)]
        assert list(queries.of_persons([office.person_id, *ids], ids, DAY)) == [(office.person_id, a)]
        assert queries.known_between(a, ids, DAY) == {}
    seen.expect(3)


def test_pairs_are_in_ascending_order_and_hard_before_soft(office):
    one, other = make_organisation(), make_organisation()
    make_conflict(other, one, kind=K.SUBCONTRACTING)
    make_conflict(one, other, kind=K.OPEN_DISPUTE)
    make_conflict(one, other, state=S.ENDED)
    make_conflict(one, other, ends_on=date(2027, 2, 28))
    [(pair, standing)] = queries.between([other.id, one.id], DAY).items()
    assert (pair, [one.kind for one in standing]) == ((one.id, other.id), [K.OPEN_DISPUTE, K.SUBCONTRACTING])


def test_an_organisation_knows_what_it_declared_and_the_facts_of_both(office):
    me, other = make_organisation(), make_organisation()
    for kind, fields in [
        (K.SUBCONTRACTING, {"source": Source.DECLARED, "declared_for_id": me.id}),
        (K.MERGER_TALKS, {"source": Source.DECLARED, "declared_for_id": other.id}),
        (K.OPEN_DISPUTE, {"source": Source.REGISTERED}),
        (K.SAME_TENDER, {"source": Source.DETECTED, "fingerprint": "x"}),
        (K.SAME_GROUP, {"source": Source.DETECTED, "fingerprint": "y"}),
    ]:
        make_conflict(other, me, kind=kind, **fields)
    make_conflict(me, person=office.person_id, kind=K.EMPLOYMENT, source=Source.DETECTED, fingerprint="z")
    for viewer, seen, kinds in [
        (me, other, [K.SAME_GROUP, K.SUBCONTRACTING]),
        (other, me, [K.SAME_GROUP, K.MERGER_TALKS]),
        (make_organisation(), me, None),
    ]:
        known = queries.known_between(viewer.id, [me.id, other.id], DAY)
        assert {one: sorted(s.kind for s in found) for one, found in known.items()} == (
            {seen.id: sorted(kinds)} if kinds else {}
        )
