"""Invitations follow who is on a visit: over its whole life everybody's calendar has what is true now."""

from datetime import date

import pytest
from icalendar import Calendar
from sqlalchemy import select

from peerreview.accounts import services as accounts
from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.core.db import db, unit_of_work
from peerreview.visits import queries, services
from peerreview.visits.lifecycle import Coming, Part
from peerreview.visits.models import Companion, Invitee, TeamMember
from peerreview.visits.planning import Slot
from tests.factories.accounts import make_person
from tests.factories.visits import agree_all, make_scene

FEBRUARY = "2027-02-01 10:00"


@pytest.fixture
def scene(app, at):
    with at(FEBRUARY):
        scene = make_scene()
        agree_all(scene)
        yield scene


@pytest.fixture
def letters(outbox):
    """The letters since the last time this was asked, as (kind, address, METHOD, SEQUENCE)."""
    seen = [len(outbox())]

    def new(kinds="visit."):
        found = outbox()[seen[0] :]
        seen[0] += len(found)
        return [(one.kind, one.recipient, *told(one)) for one in found if one.kind.startswith(kinds)]

    return new


def told(letter):
    calendar = Calendar.from_ical(letter.attachments[0]["content"])
    return str(calendar["METHOD"]), int(calendar.walk("VEVENT")[0]["SEQUENCE"])


def team(visit):
    return db.session.scalars(select(TeamMember).where(TeamMember.visit_id == visit.id)).all()


def change_team(visit, *, out=(), into=(), along=()):
    with unit_of_work():
        for person_id in out:
            db.session.delete(next(one for one in team(visit) if one.person_id == person_id))
        for person in into:
            db.session.add(TeamMember(visit_id=visit.id, person_id=person.id))
        for person, part in along:
            db.session.add(Companion(visit_id=visit.id, person_id=person.id, part=part))


def invited(visit):
    return {one.person_id: one for one in queries.invitees_of(visit.id)}


def test_who_comes_is_invited_who_leaves_is_told_and_who_stays_gets_the_change(scene, letters):
    visit, out = scene.visits[0], scene.others[0]
    new, trainee, spare = make_person("Nieuw"), make_person("Leerling"), make_person("Reserve")
    change_team(visit, out=[out.person_id], into=[new],
                along=[(trainee, Part.TRAINEE), (spare, Part.SUBSTITUTE)])  # fmt: skip
    services.follow_team(visit, by=scene.secretariat)
    assert letters() == [
        ("visit.uninvited", out.email, "CANCEL", 1),
        ("visit.team_changed", scene.leads[0].email, "REQUEST", 1),
        ("visit.team_changed", scene.coordinators[1].email, "REQUEST", 1),
        ("visit.invitation", new.email, "REQUEST", 1),
        ("visit.invitation", trainee.email, "REQUEST", 1),
    ]
    services.follow_team(visit, by=scene.secretariat)
    assert letters() == []


def test_who_left_is_told_where_the_invitation_went_whatever_their_account_says_now(scene, letters):
    visit, out = scene.visits[0], scene.others[0]
    with unit_of_work():
        person = db.session.get(Person, out.person_id)
        person.email, person.active = "elders@voorbeeld.example", False
    services.follow_team(visit, by=scene.secretariat)
    assert letters()[0] == ("visit.uninvited", out.email, "CANCEL", 1)


def test_who_has_another_address_loses_it_there_and_then_gets_it_here(scene, letters):
    visit, who = scene.visits[0], scene.others[0]
    with unit_of_work():
        db.session.get(Person, who.person_id).email = "nieuw@voorbeeld.example"
    services.follow_team(visit, by=scene.secretariat)
    sent = letters()
    assert sent[0] == ("visit.uninvited", who.email, "CANCEL", 1)
    assert ("visit.team_changed", "nieuw@voorbeeld.example", "REQUEST", 2) in sent
    assert len(sent) == 4


def test_who_comes_back_is_invited_again_and_unanswered(scene, letters):
    visit, who = scene.visits[0], scene.others[0]
    person = db.session.get(Person, who.person_id)
    with unit_of_work():
        invited(visit)[who.person_id].answer = Coming.DECLINED
    change_team(visit, out=[who.person_id])
    services.follow_team(visit, by=scene.secretariat)
    change_team(visit, into=[person])
    services.follow_team(visit, by=scene.secretariat)
    assert letters()[-1] == ("visit.invitation", who.email, "REQUEST", 2)
    assert (invited(visit)[who.person_id].answer, invited(visit)[who.person_id].uninvited_at) == (Coming.WAITING, None)


def test_the_end_reaches_also_who_left_without_being_told_and_nobody_who_was(scene, letters):
    visit = scene.visits[0]
    told_already, not_told = scene.others[0], scene.leads[0]
    change_team(visit, out=[told_already.person_id])
    services.follow_team(visit, by=scene.secretariat)
    letters()
    change_team(visit, out=[not_told.person_id])
    services.poll_again(visit, reason="Brand.", by=scene.secretariat)
    assert letters("visit.cancelled") == [
        ("visit.cancelled", not_told.email, "CANCEL", 2),
        ("visit.cancelled", scene.coordinators[1].email, "CANCEL", 2),
    ]


def test_a_move_asks_everybody_anew_and_a_change_of_team_keeps_the_answers(scene):
    visit, who = scene.visits[0], scene.leads[0].person_id
    with unit_of_work():
        invited(visit)[who].answer = Coming.ACCEPTED
    first = invited(visit)[who].token_hash
    change_team(visit, into=[make_person("Nieuw")])
    services.follow_team(visit, by=scene.secretariat)
    assert (invited(visit)[who].answer, invited(visit)[who].token_hash == first) == (Coming.ACCEPTED, False)
    services.move_visit(visit, slot=Slot(date(2027, 5, 12)), location="Zwolle", reason="Brand.",
                        version=visit.version, by=scene.secretariat)  # fmt: skip
    assert [one.answer for one in invited(visit).values()] == [Coming.WAITING] * 4


def test_the_hosts_coordinators_come_and_go_with_their_role(scene, letters):
    visit, host = scene.visits[0], scene.coordinators[1].organisation_id
    with unit_of_work():
        new = make_person("Tweede coördinator")
        held = accounts.give_role(new, Role.COORDINATOR, host, by=scene.secretariat)
    assert ("visit.invitation", new.email, "REQUEST", 1) in letters()
    accounts.end_role(held, by=scene.secretariat)
    assert ("visit.uninvited", new.email, "CANCEL", 2) in letters()
    assert queries.visit_with_names(visit.id).sequence == 2


def test_only_the_hash_of_a_link_is_kept(scene, outbox):
    letter = next(one for one in outbox() if one.kind == "visit.invitation")
    token = letter.body.split("/visit-invitations/")[1].split()[0]
    assert queries.invitee_with(token).email == letter.recipient
    assert token not in db.session.scalars(select(Invitee.token_hash)).all()
