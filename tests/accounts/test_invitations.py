"""Inviting people, taking and ending roles, and the pages of people."""

import pytest
from sqlalchemy import select

from peerreview.accounts import queries, services
from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Invitation
from peerreview.core import events
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused
from peerreview.organisations.models import Organisation
from tests.accounts.road import PASSWORD, last_letter, link_in, make_member, send, sign_in, text_of
from tests.factories.accounts import affiliation_of, make_actor, make_person
from tests.factories.organisations import make_organisation

ADDRESS = "noor@voorbeeld.example"


def invite(actor, email=ADDRESS, role=Role.REVIEWER, organisation_id=0, **fields):
    place = actor.organisation_id if organisation_id == 0 else organisation_id
    return services.invite(email, name="Noor de Wit", role=role, organisation_id=place, by=actor, **fields)


@pytest.fixture
def coordinator(app):
    return make_actor("coordinator", make_organisation("Brugveld"), name="Ada Bakker")


def join(client, link, **fields):
    data = {"name": "Noor de Wit", "language": "nl", "password": PASSWORD, "password_confirm": PASSWORD}
    return send(client, link, **data | fields)


# --- The road --------------------------------------------------------------------------------------------------------


def test_a_new_person_takes_a_role_with_one_link(coordinator, as_):
    invitation = invite(coordinator)
    letter = last_letter()
    assert (letter.recipient, letter.subject) == (ADDRESS, "Ada Bakker nodigt je uit")
    client = as_(None)
    assert "Brugveld nodigt je uit in de rol Toetser." in text_of(client.get(link_in(letter)))
    answer = join(client, link_in(letter))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    person = queries.person_by_email(ADDRESS)
    assert [h.role for h in queries.affiliations_of(person.id)] == [Role.REVIEWER]
    assert person.confirmed_at is not None
    assert invitation.accepted_at is not None
    assert "Toetser · Brugveld" in client.get("/account").get_data(as_text=True)
    assert sign_in(as_(None), person).status_code == 302


def test_who_has_an_account_signs_in_and_takes_the_role(coordinator, as_):
    person = make_member(email=ADDRESS)
    affiliation_of(person, "coordinator", make_organisation("De Haven"))
    invite(coordinator)
    client, link = as_(None), link_in(last_letter())
    assert f"/login?next={link}" in client.get(link).get_data(as_text=True)
    assert sign_in(client, person, next_page=link).headers["Location"] == link
    assert send(client, link).headers["Location"] == "/"
    assert "Toetser · Brugveld" in client.get("/account").get_data(as_text=True)
    assert {h.role for h in queries.affiliations_of(person.id)} == {Role.COORDINATOR, Role.REVIEWER}


def test_who_has_an_account_cannot_get_a_new_password_by_an_invitation(coordinator, as_):
    person = make_member(email=ADDRESS)
    invite(coordinator)
    assert join(as_(None), link_in(last_letter()), password="een heel andere zin").status_code in (409, 422)
    assert join(as_(None), link_in(last_letter())).status_code == 409
    assert sign_in(as_(None), person).status_code == 302
    assert queries.affiliations_of(person.id) == []


def test_the_letter_of_an_invitation_proves_an_address_that_was_never_confirmed(coordinator, as_):
    started = services.start_account(ADDRESS, name="Noor", language="nl")
    first = link_in(last_letter())
    invite(coordinator)
    join(as_(None), link_in(last_letter()))
    assert started.confirmed_at is not None
    assert as_(None).get(first).headers["Location"] == "/reset"  # the link of the first letter is over


def test_a_link_works_once(coordinator, as_):
    invite(coordinator)
    link = link_in(last_letter())
    join(as_(None), link)
    again = as_(None).get(link)
    assert (again.status_code, "al gebruikt" in text_of(again)) == (410, True)
    assert join(as_(None), link).status_code == 409


def test_a_link_holds_fourteen_days(coordinator, as_, at):
    with at("2027-02-01 10:00"):
        invite(coordinator)
        link = link_in(last_letter())
    with at("2027-02-15 09:59"):
        assert as_(None).get(link).status_code == 200
    with at("2027-02-15 10:00"):
        assert as_(None).get(link).status_code == 410
        assert join(as_(None), link).status_code == 409


def test_inviting_again_makes_a_new_link_and_the_old_one_is_dead(coordinator, as_):
    invite(coordinator)
    old = link_in(last_letter())
    invite(coordinator)
    new = link_in(last_letter())
    assert (as_(None).get(old).status_code, as_(None).get(new).status_code) == (410, 200)
    assert len(queries.invitations_of(queries.own_place(coordinator))) == 1


def test_an_invitation_can_be_taken_back(coordinator, as_):
    invitation = invite(coordinator)
    answer = send(as_(coordinator), f"/invitations/{invitation.id}/withdraw")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
    assert as_(None).get(link_in(last_letter())).status_code == 410


def test_an_unknown_link_is_not_found(as_):
    assert as_(None).get("/invitations/geraden").status_code == 404
    assert as_(None).get("/invitations/1").status_code == 404


def test_the_token_itself_is_kept_nowhere_but_in_the_letter(coordinator):
    invite(coordinator)
    token = link_in(last_letter()).rsplit("/", 1)[1]
    kept = db.session.scalars(select(Invitation)).one()
    assert token not in str(vars(kept))
    assert token not in str([vars(entry) for entry in db.session.scalars(select(AuditEntry))])


def test_someone_else_cannot_take_the_role(coordinator, as_):
    invite(coordinator)
    other = make_person()
    client = as_(other)
    assert "is voor iemand anders" in text_of(client.get(link_in(last_letter())))
    assert send(client, link_in(last_letter())).status_code == 403
    assert queries.affiliations_of(other.id) == []


def test_what_a_new_person_typed_comes_back_when_something_is_wrong(coordinator, as_):
    invite(coordinator)
    answer = join(as_(None), link_in(last_letter()), name="Noor W.", password="kort", password_confirm="kort")
    assert answer.status_code == 422
    assert "Kies minstens 12 tekens." in text_of(answer)
    assert 'value="Noor W."' in answer.get_data(as_text=True)
    assert queries.person_by_email(ADDRESS) is None


def test_an_invitation_speaks_the_language_that_was_chosen_or_the_readers_own(coordinator):
    invite(coordinator, language="en")
    assert last_letter().subject == "Ada Bakker invites you"
    make_person(email="bea@voorbeeld.example", language="nl")
    invite(coordinator, email="bea@voorbeeld.example", language="en")
    assert last_letter().subject == "Ada Bakker nodigt je uit"


def test_who_is_invited_for_a_role_of_the_association_belongs_to_no_organisation(app, as_):
    secretariat = make_actor("secretariat")
    invite(secretariat, role=Role.COMMISSION_CHAIR, organisation_id=None)
    join(as_(None), link_in(last_letter()))
    person = queries.person_by_email(ADDRESS)
    assert [(h.role, h.organisation_id) for h in queries.affiliations_of(person.id)] == [(Role.COMMISSION_CHAIR, None)]


# --- The rules, in the service ---------------------------------------------------------------------------------------


def test_a_coordinator_invites_only_for_the_own_organisation(coordinator, outbox):
    with pytest.raises(NotAllowed):
        invite(coordinator, organisation_id=make_organisation().id)
    with pytest.raises(NotAllowed):
        invite(coordinator, role=Role.SECRETARIAT, organisation_id=None)
    with pytest.raises(Invalid):
        invite(coordinator, role=Role.SECRETARIAT)
    assert outbox() == []


def test_who_has_the_role_is_not_invited_again(coordinator):
    person = make_person(email=ADDRESS)
    services.give_role(person, Role.REVIEWER, coordinator.organisation_id, by=coordinator)
    with pytest.raises(Refused):
        invite(coordinator)


def test_what_is_no_address_is_refused(coordinator):
    with pytest.raises(Invalid):
        invite(coordinator, email="noor(at)voorbeeld")


def test_giving_a_role_twice_gives_it_once(coordinator):
    person = make_person()
    first = services.give_role(person, Role.REVIEWER, coordinator.organisation_id, by=coordinator)
    assert services.give_role(person, Role.REVIEWER, coordinator.organisation_id, by=coordinator).id == first.id


def test_a_role_can_end_and_come_back(coordinator):
    person = make_person()
    held = services.give_role(person, Role.REVIEWER, coordinator.organisation_id, by=coordinator)
    services.end_role(held, by=coordinator)
    assert queries.affiliations_of(person.id) == []
    services.give_role(person, Role.REVIEWER, coordinator.organisation_id, by=coordinator)
    assert [h.role for h in queries.affiliations_of(person.id)] == [Role.REVIEWER]


def test_giving_and_ending_are_told_to_later_features_and_recorded(coordinator, monkeypatch):
    heard = []
    for fact in ("role.given", "role.ended"):
        monkeypatch.setitem(events._listeners, fact, [lambda held, *, by, fact=fact: heard.append((fact, held.role))])
    held = services.give_role(make_person(), Role.REVIEWER, coordinator.organisation_id, by=coordinator)
    services.end_role(held, by=coordinator)
    assert heard == [("role.given", "reviewer"), ("role.ended", "reviewer")]
    actions = [entry.action for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert actions == ["role.give", "role.end"]


def test_nobody_ends_their_own_last_role(coordinator):
    services.give_role(make_person(), Role.COORDINATOR, coordinator.organisation_id, by=coordinator)
    held = db.session.get(Affiliation, coordinator.affiliation_id)
    with pytest.raises(Refused):
        services.end_role(held, by=coordinator)
    assert held.ended_at is None


def test_an_organisation_keeps_its_last_coordinator_unless_the_secretariat_ends_it(coordinator):
    held = db.session.get(Affiliation, coordinator.affiliation_id)
    services.give_role(queries.person_of(coordinator), Role.REVIEWER, coordinator.organisation_id, by=coordinator)
    with pytest.raises(Refused):
        services.end_role(held, by=coordinator)
    services.end_role(held, by=make_actor("secretariat"))
    assert held.ended_at is not None


def test_an_accepted_invitation_cannot_be_taken_back(coordinator):
    invitation = invite(coordinator)
    services.join(invitation, name="Noor", password=PASSWORD, language="nl")
    with pytest.raises(NotNow):
        services.withdraw_invitation(invitation, by=coordinator)


# --- The pages -------------------------------------------------------------------------------------------------------


def test_a_coordinator_sees_the_people_of_the_own_organisation_only(coordinator, get):
    affiliation_of(make_person("Carla Vis"), "reviewer", db.session.get(Organisation, coordinator.organisation_id))
    affiliation_of(make_person("Vreemde Vogel"), "reviewer", make_organisation())
    page = get(coordinator, "/people")
    assert "Carla Vis" in page
    assert "Vreemde Vogel" not in page


@pytest.mark.parametrize("role", ["contributor", "reviewer"])
def test_others_of_the_organisation_do_not_look_after_its_people(app, as_, role):
    actor = make_actor(role, make_organisation())
    for path in ("/people", "/people/invite", f"/organisations/{actor.organisation_id}/people"):
        assert as_(actor).get(path).status_code == 403
    assert send(as_(actor), "/people/invite").status_code == 403


@pytest.mark.parametrize("role", ["commission_member", "commission_chair", "oversight"])
def test_other_roles_of_the_association_do_not_look_after_people(app, as_, role):
    actor = make_actor(role)
    assert as_(actor).get("/people").status_code == 403
    assert as_(actor).get(f"/organisations/{make_organisation().id}/people").status_code == 404


@pytest.mark.parametrize("path", ["/organisations/{}/people", "/organisations/{}/people/invite"])
def test_a_foreign_and_an_unknown_organisation_are_not_found(coordinator, as_, path):
    assert as_(coordinator).get(path.format(make_organisation().id)).status_code == 404
    assert as_(coordinator).get(path.format(99999)).status_code == 404
    assert as_(make_actor("secretariat")).get(path.format(99999)).status_code == 404


def test_a_foreign_invitation_and_a_foreign_role_are_not_found(coordinator, as_):
    other = make_actor("coordinator", make_organisation())
    invitation = invite(other)
    client = as_(coordinator)
    assert send(client, f"/invitations/{invitation.id}/withdraw").status_code == 404
    assert send(client, f"/affiliations/{other.affiliation_id}/end").status_code == 404
    assert send(client, "/affiliations/99999/end").status_code == 404
    assert (invitation.withdrawn_at, len(queries.affiliations_of(other.person_id))) == (None, 1)


def test_a_colleague_without_the_right_is_refused(coordinator, as_):
    reviewer = make_actor("reviewer")
    held = services.give_role(queries.person_of(reviewer), Role.REVIEWER, coordinator.organisation_id, by=coordinator)
    client = as_(queries.person_of(reviewer))
    send(client, "/account/role", affiliation_id=held.id)
    assert send(client, f"/affiliations/{coordinator.affiliation_id}/end").status_code == 403
    assert send(client, f"/invitations/{invite(coordinator).id}/withdraw").status_code == 403


def test_a_coordinator_invites_by_the_form(coordinator, as_, outbox):
    client = as_(coordinator)
    assert client.get("/people/invite").status_code == 200
    data = {"email": " Noor@Voorbeeld.example", "name": "Noor", "role": "reviewer", "language": "nl"}
    assert send(client, "/people/invite", **data).headers["Location"] == "/people"
    assert [letter.recipient for letter in outbox()] == [ADDRESS]
    assert ADDRESS in client.get("/people").get_data(as_text=True)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"email": "geen adres"}, "Dit is geen e-mailadres."), ({"name": ""}, "Vul een naam in."),
     ({"role": "secretariat"}, "")],
)  # fmt: skip
def test_a_wrong_invitation_comes_back_with_its_text(coordinator, as_, outbox, wrong, words):
    data = {"email": ADDRESS, "name": "Noor", "role": "reviewer", "language": "nl"} | wrong
    answer = send(as_(coordinator), "/people/invite", **data)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert outbox() == []


def test_the_secretariat_invites_for_any_organisation(app, as_, outbox):
    organisation, client = make_organisation("De Haven"), as_(make_actor("secretariat"))
    path = f"/organisations/{organisation.id}/people"
    assert "De Haven" in client.get(path).get_data(as_text=True)
    data = {"email": ADDRESS, "name": "Noor", "role": "coordinator", "language": "nl"}
    assert send(client, f"{path}/invite", **data).headers["Location"] == path
    assert len(outbox()) == 1


def test_ending_a_role_by_the_page(coordinator, as_):
    held = services.give_role(make_person(), Role.REVIEWER, coordinator.organisation_id, by=coordinator)
    assert send(as_(coordinator), f"/affiliations/{held.id}/end").headers["Location"] == "/people"
    assert held.ended_at is not None
    assert send(as_(coordinator), f"/affiliations/{held.id}/end").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_people_runs_the_same_queries_for_few_and_many(coordinator, as_, queries, count):
    for _n in range(count):
        services.give_role(make_person(), Role.REVIEWER, coordinator.organisation_id, by=coordinator)
        invite(coordinator, email=f"p{_n}@voorbeeld.example")
    client = as_(coordinator)
    with queries() as seen:
        client.get("/people")
    seen.expect(4)
