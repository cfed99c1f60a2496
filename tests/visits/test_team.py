"""Who goes along: the reviewing organisation chooses, nobody is asked too much, and the host may object."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import open_duties
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.impartiality.lifecycle import ConflictKind, Direction, Source
from peerreview.impartiality.models import Conflict
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.models import OfferedReviewer
from peerreview.visits import queries, services
from peerreview.visits.lifecycle import ObjectionState, Part, VisitState
from peerreview.visits.models import Companion, TeamMember, TeamObjection, Visit
from peerreview.visits.queries import team as roster
from peerreview.visits.queries.team_duties import OBJECTION, SIGN
from peerreview.visits.services.team import tell_unsigned
from peerreview.visits.team import Candidate, Load, Place, Why, may_object_on, needs_of, next_lead, refusal
from tests.factories.accounts import make_actor, make_person
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.trajectories import make_trajectory
from tests.factories.visits import agree_all, make_scene

FEBRUARY = "2027-02-01 10:00"


@pytest.fixture
def scene(app, at):
    """Lindenhof (the first) visits Brugveld; beside its two reviewers it has a third, and somebody who writes."""
    with at(FEBRUARY):
        made = make_scene()
        made.third = make_actor("reviewer", of(made.coordinators[0]), name="Noor van Lindenhof")
        made.writer = make_actor("contributor", of(made.coordinators[0]), name="Wim van Lindenhof")
        yield made


@pytest.fixture
def visit(scene):
    return scene.visits[0]


def of(actor):
    """Their organisation."""
    return db.session.get(Organisation, actor.organisation_id)


def round_of(scene):
    return db.session.get(Round, scene.exchange.round_id)


def ours(scene):
    return scene.coordinators[0]


def host(scene):
    return scene.coordinators[1]


def team(visit):
    rows = select(TeamMember).where(TeamMember.visit_id == visit.id).order_by(TeamMember.id)
    return [(db.session.get(Person, one.person_id).name.split()[0], one.lead) for one in db.session.scalars(rows)]


def beside(visit):
    rows = select(Companion).where(Companion.visit_id == visit.id).order_by(Companion.id)
    return [(one.person_id, one.part) for one in db.session.scalars(rows)]


def acts(visit):
    """What the audit trail says of this visit."""
    rows = select(AuditEntry).where(AuditEntry.subject_type == "visit", AuditEntry.subject_id == visit.id)
    return [entry.action for entry in db.session.scalars(rows.order_by(AuditEntry.id))]


def tie(person_id, organisation, **fields):
    """Something personal between them, which only the person and the secretariat know."""
    moment = clock.now()
    values = {
        "kind": ConflictKind.PERSONAL_RELATION, "severity": "hard", "direction": Direction.TOWARDS,
        "organisation_id": organisation.id, "person_id": person_id, "source": Source.DECLARED, "noted_at": moment,
        "state_since": moment,
    }  # fmt: skip
    conflict = Conflict(**(values | fields))
    with unit_of_work():
        db.session.add(conflict)
    return conflict


def make_other_visit(scene, **fields):
    """A visit of another exchange in the same round, with a day unless it says otherwise."""
    with unit_of_work():
        host, reviewing = (make_trajectory(round_of(scene)) for _n in range(2))
        exchange = make_exchange([host, reviewing])
        values = {
            "exchange_id": exchange.id, "host_id": host.id, "reviewing_id": reviewing.id, "state": VisitState.AGREED,
            "state_since": clock.now(), "uid": f"other-{host.id}@voorbeeld.example",
        }  # fmt: skip
        visit = Visit(**(values | fields))
        db.session.add(visit)
    return visit


def send(client, path, page, **fields):
    token = BeautifulSoup(client.get(page).get_data(as_text=True), "html.parser").find("input", {"name": "csrf_token"})
    return client.post(path, data={"csrf_token": token["value"] if token else "", **fields})


def text(html):
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


# --- Rules ------------------------------------------------------------------------------------------------------------

ABLE = {"reviewer": True, "of_organisation": True}


@pytest.mark.parametrize(
    ("fields", "part", "why"),
    [
        ({}, None, None),
        ({"of_organisation": False}, Part.OBSERVER, Why.NOT_OURS),
        ({"reviewer": False}, None, Why.NOT_OURS),
        ({"reviewer": False}, Part.SUBSTITUTE, Why.NOT_OURS),
        ({"reviewer": False}, Part.TRAINEE, None),
        ({"in_team": True}, Part.TRAINEE, Why.HERE),
        ({"part": Part.TRAINEE}, Part.TRAINEE, Why.HERE),
        ({"part": Part.TRAINEE}, None, None),
        ({"decided": True}, Part.OBSERVER, Why.DECIDED),
        ({"busy": True}, Part.TRAINEE, Why.BUSY),
        ({"busy": True, "busy_elsewhere": True}, Part.SUBSTITUTE, None),
        ({"load": Load(2, 2)}, None, Why.FULL),
        ({"load": Load(2, 2)}, Part.OBSERVER, None),
        ({"barred": True}, Part.SUBSTITUTE, Why.CANNOT),
        ({"busy_elsewhere": True}, None, Why.CANNOT),
        ({"load": Load(1, 2), "whole_load": Load(2, 2)}, None, Why.CANNOT),
    ],
)
def test_what_keeps_somebody_out(fields, part, why):
    assert refusal(Candidate(**(ABLE | fields)), part) == why


def test_what_a_team_needs_and_who_leads_next():
    new, old = Place(1, "Joost", lead=True), Place(2, "Merel", experienced=True)
    assert needs_of([new], least=2, experience_offered=True).people == 1
    assert needs_of([new], least=2, experience_offered=True).experience is True
    assert needs_of([new], least=2, experience_offered=False).experience is False
    assert needs_of([new, old], least=2, experience_offered=True).unsigned == ("Joost", "Merel")
    assert [next_lead([new, old]), next_lead([new]), next_lead([])] == [2, 1, None]


def test_a_host_objects_up_to_the_day_before():
    day = clock.today()
    assert may_object_on(day - timedelta(days=1), VisitState.AGREED, day) is True
    assert may_object_on(day, VisitState.AGREED, day) is False
    assert may_object_on(day, VisitState.POLLING, None) is True
    assert may_object_on(day - timedelta(days=1), VisitState.HELD, day) is False


# --- Who goes ---------------------------------------------------------------------------------------------------------


def test_a_reviewer_joins_is_asked_for_dates_and_is_offered_from_then_on(scene, visit, outbox):
    before = len(outbox())
    services.put_in_team(visit, person_id=scene.third.person_id, by=ours(scene))
    assert team(visit) == [("Joost", True), ("Merel", False), ("Noor", False)]
    assert [(one.kind, one.recipient_name) for one in outbox()[before:]] == [("visit.poll", "Noor van Lindenhof")]
    assert list(roster.offered_by(visit.reviewing_id))[-1] == scene.third.person_id
    assert acts(visit)[-1] == "visit.put_in_team"


def test_after_the_day_is_fixed_invitations_follow_the_team(scene, outbox):
    agree_all(scene)
    visit, before = scene.visits[0], len(outbox())
    services.take_along(visit, person_id=scene.third.person_id, part=Part.SUBSTITUTE, by=ours(scene))
    assert [one.kind for one in outbox()[before:]] == ["visit.part"]
    services.step_in(visit, substitute_id=scene.third.person_id, person_id=scene.leads[0].person_id, by=ours(scene))
    assert team(visit) == [("Merel", False), ("Noor", True)]
    assert beside(visit) == []
    told = sorted((one.kind, one.recipient_name.split()[0]) for one in outbox()[before + 1 :])
    assert told == [
        ("visit.invitation", "Noor"), ("visit.team_changed", "Merel"), ("visit.team_changed", "Samira"),
        ("visit.uninvited", "Joost"),
    ]  # fmt: skip


def test_a_team_keeps_two_reviewers_and_one_lead(scene, visit):
    joost, merel = scene.leads[0].person_id, scene.others[0].person_id
    with pytest.raises(Invalid, match="2"):
        services.take_out(visit, person_id=joost, by=ours(scene))
    services.put_in_team(visit, person_id=scene.third.person_id, by=ours(scene))
    services.choose_lead(visit, person_id=merel, by=ours(scene))
    assert team(visit) == [("Joost", False), ("Merel", True), ("Noor", False)]
    services.take_out(visit, person_id=merel, by=ours(scene))
    assert team(visit) == [("Joost", True), ("Noor", False)]  # Joost did it before
    services.take_out(visit, person_id=joost, by=scene.secretariat)  # who may go below it
    assert team(visit) == [("Noor", True)]


def test_somebody_has_one_part_on_a_visit(scene, visit, outbox):
    services.take_along(visit, person_id=scene.writer.person_id, part=Part.TRAINEE, by=ours(scene))
    services.take_along(visit, person_id=scene.writer.person_id, part=Part.OBSERVER, by=ours(scene))
    assert beside(visit) == [(scene.writer.person_id, Part.OBSERVER)]
    for part in (Part.OBSERVER, Part.SUBSTITUTE, None):
        with pytest.raises(Invalid):
            if part:
                services.take_along(visit, person_id=scene.writer.person_id, part=part, by=ours(scene))
            else:
                services.put_in_team(visit, person_id=scene.writer.person_id, by=ours(scene))
    services.take_along(visit, person_id=scene.third.person_id, part=Part.TRAINEE, by=ours(scene))
    services.put_in_team(visit, person_id=scene.third.person_id, by=ours(scene))
    services.take_out(visit, person_id=scene.writer.person_id, by=ours(scene))
    assert beside(visit) == []
    assert outbox()[-1].kind == "visit.left"


def test_never_the_host_and_nobody_of_elsewhere(scene, visit):
    with pytest.raises(NotAllowed):
        services.put_in_team(visit, person_id=scene.third.person_id, by=host(scene))
    with pytest.raises(Invalid):
        services.put_in_team(visit, person_id=scene.leads[1].person_id, by=ours(scene))
    with pytest.raises(Invalid):
        services.put_in_team(visit, person_id=10**6, by=scene.secretariat)


def test_a_team_does_not_change_after_the_visit(scene):
    agree_all(scene)
    visit = scene.visits[0]
    with unit_of_work():
        visit.state = VisitState.HELD
    with pytest.raises(NotNow):
        services.put_in_team(visit, person_id=scene.third.person_id, by=ours(scene))


# --- Impartial, free and not asked too much -------------------------------------------------------------------------


def test_a_conflict_keeps_somebody_out_in_the_same_words_as_another_visit(scene, outbox):
    agree_all(scene)
    third, before = scene.third.person_id, len(outbox())
    conflict = tie(third, of(host(scene)))
    for _again in range(2):
        with pytest.raises(Invalid) as kept_out:
            services.put_in_team(scene.visits[0], person_id=third, by=ours(scene))
    told = outbox()[before:]
    assert [(one.kind, one.recipient_name) for one in told] == [("visit.left_out", "Secretariaat Bakker")]  # once
    assert f"/impartiality/{conflict.id}" in told[0].body
    with pytest.raises(Invalid, match="belangenverstrengeling"):
        services.put_in_team(scene.visits[0], person_id=third, by=scene.secretariat)
    other = make_actor("reviewer", of(ours(scene)), name="Noor van Lindenhof")
    now = scene.visits[0]
    make_other_visit(scene, starts_at=now.starts_at, ends_at=now.ends_at, team=[TeamMember(person_id=other.person_id)])
    with pytest.raises(Invalid) as taken:
        services.put_in_team(scene.visits[0], person_id=other.person_id, by=ours(scene))
    assert (taken.value.message, taken.value.status) == (kept_out.value.message, kept_out.value.status)
    services.take_along(scene.visits[0], person_id=other.person_id, part=Part.SUBSTITUTE, by=ours(scene))


def test_nobody_gets_more_reviews_than_they_want(scene, visit):
    services.put_in_team(visit, person_id=scene.third.person_id, by=ours(scene))

    def limit(most, by):
        services.set_most_reviews(roster.offered_for(by, visit.id, scene.third.person_id), most=most, by=by)

    limit(1, ours(scene))
    assert roster.loads_in(round_of(scene).id, [scene.third.person_id])[scene.third.person_id] == Load(1, 1)
    second = make_other_visit(scene, reviewing_id=visit.reviewing_id, state=VisitState.POLLING)
    with pytest.raises(Invalid):
        services.put_in_team(second, person_id=scene.third.person_id, by=ours(scene))
    limit(2, scene.third)
    services.put_in_team(second, person_id=scene.third.person_id, by=ours(scene))
    for most in (1, 0, 21):  # fewer than they have, or no number of reviews
        with pytest.raises(Invalid):
            limit(most, scene.third)
    with pytest.raises(NotAllowed):
        limit(5, scene.leads[0])


def test_the_first_team_leaves_out_who_has_enough_reviews(app, at):
    with at(FEBRUARY):
        other, shared = make_scene(), make_person("Drukke van Beide")
        trajectories = [
            make_trajectory(round_of(other), reviewers=[shared, make_person(), make_person()]) for _n in range(2)
        ]
        with unit_of_work():
            for one in db.session.scalars(select(OfferedReviewer).where(OfferedReviewer.person_id == shared.id)):
                one.most_reviews = 1
        exchange = make_exchange(trajectories)
        services.plan_visits(exchange, by=other.secretariat)
        teams = [[one.person_id for one in visit.team] for visit in queries.visits_of(exchange.id)]
    assert [shared.id in people for people in teams] == [True, False]


# --- Independence ------------------------------------------------------------------------------------------------------


def test_each_of_the_team_signs_once_and_the_lead_hears_who_has_not(scene, at, outbox, get):
    agree_all(scene)
    visit = scene.visits[0]
    lead, other = scene.leads[0], scene.others[0]
    assert "Teken dat je onafhankelijk bent van Brugveld" in text(get(lead, "/"))
    assert "Nog te tekenen door: Joost van Lindenhof en Merel van Lindenhof" in text(get(lead, f"/visits/{visit.id}"))
    assert "Nog te tekenen" not in text(get(host(scene), f"/visits/{visit.id}"))
    assert [len(one.hands) for one in open_duties(kind=SIGN)] == [2, 2]
    services.sign_independence(visit, by=lead)
    services.sign_independence(scene.visits[0], by=lead)
    signed = select(AuditEntry).where(AuditEntry.action == "team_member.sign_independence")
    assert len(db.session.scalars(signed).all()) == 1
    with pytest.raises(NotAllowed):
        services.sign_independence(scene.visits[0], by=host(scene))
    due = next(one for one in open_duties(kind=SIGN) if one.subject_id == visit.id)
    assert [hand.person_id for hand in due.hands] == [other.person_id]
    with at(f"{due.due_on} 06:00"):
        before = len(outbox())
        assert [tell_unsigned(clock.today()), tell_unsigned(clock.today())][1] == 0
    letters = [one for one in outbox()[before:] if one.about_id == visit.id]
    assert [(one.kind, one.recipient) for one in letters] == [("visit.unsigned", lead.email)]
    assert "Merel van Lindenhof" in letters[0].body
    assert "Joost van Lindenhof," not in letters[0].body.split("\n\n", 1)[1]


# --- Objections ---------------------------------------------------------------------------------------------------------

SECRET = "Hij was ooit buurman van onze directeur."


def objected(scene, person=None):
    visit = scene.visits[0]
    person_id = (person or scene.leads[0]).person_id
    return services.object_to(visit, person_id=person_id, reason=SECRET, by=host(scene))


def test_an_objection_is_upheld_and_the_other_side_reads_no_reason(scene, outbox):
    agree_all(scene)
    before, visit = len(outbox()), scene.visits[0]
    objection = objected(scene)
    assert [(one.kind, one.recipient_name) for one in outbox()[before:]] == [("visit.objection", "Secretariaat Bakker")]
    assert [one.subject_id for one in open_duties(kind=OBJECTION)] == [objection.id]
    objection = roster.objection_for(scene.secretariat, visit.id, scene.leads[0].person_id)
    services.uphold_objection(objection, answer="Dat begrijpen we.", tell="Neem iemand anders.", by=scene.secretariat)
    assert team(visit) == [("Merel", True)]
    letters = outbox()[before + 1 :]
    kinds = sorted((one.kind, one.recipient_name) for one in letters)
    assert ("visit.choose_another", "Samira van Lindenhof") in kinds
    assert ("visit.objection_upheld", "Samira van Brugveld") in kinds
    assert ("visit.uninvited", "Joost van Lindenhof") in kinds
    assert not any(SECRET in one.body for one in outbox())
    told = next(one for one in letters if one.kind == "visit.choose_another")
    assert "Neem iemand anders." in told.body
    assert "Dat begrijpen we." not in told.body
    with pytest.raises(Invalid):
        services.put_in_team(scene.visits[0], person_id=scene.leads[0].person_id, by=ours(scene))
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_type == "team_objection")).all()
    assert not any(SECRET in str((one.reason, one.before, one.after)) for one in noted)


def test_an_objection_is_rejected_with_an_answer_and_not_raised_again(scene, visit, outbox):
    objected(scene)
    objection = roster.objection_for(scene.secretariat, visit.id, scene.leads[0].person_id)
    with pytest.raises(Invalid):
        services.reject_objection(objection, answer=" ", by=scene.secretariat)
    with pytest.raises(NotAllowed):
        services.reject_objection(objection, answer="Nee.", by=ours(scene))
    objection = roster.objection_for(scene.secretariat, visit.id, scene.leads[0].person_id)
    services.reject_objection(objection, answer="Daar is niets op tegen.", by=scene.secretariat)
    assert team(visit) == [("Joost", True), ("Merel", False)]
    assert (outbox()[-1].kind, outbox()[-1].recipient_name) == ("visit.objection_rejected", "Samira van Brugveld")
    with pytest.raises(NotNow):
        services.uphold_objection(objection, answer="Toch.", by=scene.secretariat)
    with pytest.raises(NotNow):
        objected(scene)


def test_a_host_takes_its_objection_back_and_it_ends_when_the_person_leaves(scene, visit, outbox):
    objection = objected(scene)
    with pytest.raises(NotNow):
        objected(scene)
    with pytest.raises(Invalid):
        services.object_to(scene.visits[0], person_id=scene.third.person_id, reason="Nee", by=host(scene))
    with pytest.raises(NotAllowed):
        services.object_to(scene.visits[0], person_id=scene.others[0].person_id, reason="Nee", by=ours(scene))
    services.withdraw_objection(db.session.get(TeamObjection, objection.id), by=host(scene))
    again = objected(scene).id
    services.put_in_team(scene.visits[0], person_id=scene.third.person_id, by=ours(scene))
    services.take_out(scene.visits[0], person_id=scene.leads[0].person_id, by=ours(scene))
    assert db.session.get(TeamObjection, again).state == ObjectionState.WITHDRAWN
    assert [one.kind for one in outbox()[-2:]] == ["visit.left", "visit.objection_over"]


# --- Pages --------------------------------------------------------------------------------------------------------------


def path(visit, *parts):
    return "/".join([f"/visits/{visit.id}/team", *map(str, parts)])


def test_the_coordinator_builds_the_team_in_the_browser(scene, visit, as_, get):
    me, page = as_(ours(scene)), path(visit)
    assert "1 van 2 toetsingen in deze ronde" in text(get(ours(scene), page))
    add = send(me, path(visit, "people"), page, person=scene.third.person_id, part="substitute")
    assert (add.status_code, add.headers["Location"]) == (303, page)
    wrong = send(me, path(visit, "people"), page, person=scene.writer.person_id, part="team")
    assert (wrong.status_code, "Kies een toetser" in text(wrong.data)) == (422, True)
    assert send(me, path(visit, "people"), page, part="team").status_code == 422
    joost = scene.leads[0].person_id
    assert (
        send(me, path(visit, "people", joost, "replace"), page, substitute_id=scene.third.person_id).status_code == 303
    )
    assert send(me, path(visit, "people", scene.others[0].person_id, "lead"), page).status_code == 303
    assert send(me, path(visit, "people", scene.others[0].person_id, "remove"), page).status_code == 422
    assert team(visit) == [("Merel", True), ("Noor", False)]
    assert send(me, path(visit, "people", scene.third.person_id, "limit"), page, most=1).status_code == 303
    assert send(me, path(visit, "people", scene.third.person_id, "limit"), page, most="x").status_code == 422
    assert "1 van 1 toetsing in deze ronde" in text(get(ours(scene), page))


def test_only_the_host_and_the_secretariat_notice_an_objection(scene, visit, as_, get):
    page, joost = path(visit), scene.leads[0].person_id
    before = {who: get(who, page) for who in (ours(scene), scene.leads[0])}
    client = as_(host(scene))
    assert send(client, path(visit, "people", joost, "objection"), page, reason="").status_code == 422
    assert send(client, path(visit, "people", joost, "objection"), page, reason=SECRET).status_code == 303
    for who in (host(scene), scene.secretariat):
        assert SECRET in text(get(who, page))
    for who, html in before.items():
        assert text(get(who, page)) == text(html)
    decide, withdraw = (
        path(visit, "people", joost, "objection/decide"),
        path(visit, "people", joost, "objection/withdraw"),
    )
    for who, where, status in [
        (ours(scene), withdraw, 404), (scene.leads[0], decide, 404), (host(scene), decide, 403),
        (scene.secretariat, withdraw, 403), (ours(scene), path(visit, "people", joost, "objection"), 403),
    ]:  # fmt: skip
        assert send(as_(who), where, page).status_code == status
    assert "Joost van Lindenhof" in text(get(scene.secretariat, "/visits/objections"))
    assert "Beslis over 1 bezwaar tegen iemand van een team" in text(get(scene.secretariat, "/"))
    desk = as_(scene.secretariat)
    unsure = send(desk, decide, page, answer="Dat begrijpen we.")
    assert (unsure.status_code, "Dat begrijpen we." in text(unsure.data)) == (422, True)
    assert send(desk, decide, page, verdict="uphold", answer="Dat begrijpen we.").status_code == 303
    assert send(desk, decide, page, verdict="reject", answer="Toch niet.").status_code == 409
    assert "Er is 1 toetser te weinig" in text(get(ours(scene), page))
    assert SECRET not in get(ours(scene), page)


def test_the_host_sees_who_comes_but_not_what_they_do_elsewhere(scene, visit, as_, get):
    services.take_along(visit, person_id=scene.writer.person_id, part=Part.TRAINEE, by=ours(scene))
    html = text(get(host(scene), path(visit)))
    assert "Wim van Lindenhof" in html
    assert "in deze ronde" not in html
    assert send(as_(host(scene)), path(visit, "people"), path(visit), person=1, part="team").status_code == 403
    limit = path(visit, "people", scene.leads[0].person_id, "limit")
    assert send(as_(host(scene)), limit, path(visit), most=5).status_code == 404
    stranger = make_actor("coordinator", make_organisation("Verweg"))
    assert as_(stranger).get(path(visit)).status_code == 404


def test_a_third_of_a_ring_does_not_see_the_team(app, at, as_):
    with at(FEBRUARY):
        ring = make_scene(3)
        [first, *_rest] = ring.visits
        seen = {n: as_(one).get(path(first)).status_code for n, one in enumerate(ring.coordinators)}
    assert seen == {0: 200, 1: 200, 2: 404}


def test_somebody_of_the_team_signs_on_the_page(scene, visit, as_, get):
    lead, page = scene.leads[0], path(visit)
    assert "Ik werk niet bij Brugveld" in text(get(lead, page))
    assert "Ik werk niet bij" not in text(get(ours(scene), page))
    assert send(as_(lead), path(visit, "sign"), page).status_code == 303
    assert "Ik werk niet bij" not in text(get(lead, page))
    assert send(as_(scene.third), path(visit, "sign"), "/account").status_code == 403


@pytest.mark.parametrize("more", [0, 2])
def test_the_pages_ask_the_same_however_many_people(scene, visit, as_, queries, more):
    organisation = of(ours(scene))
    for n in range(more):
        extra = make_actor("reviewer", organisation, name=f"Toetser {n}")
        services.put_in_team(visit, person_id=extra.person_id, by=ours(scene))
        services.object_to(visit, person_id=extra.person_id, reason="Nee", by=host(scene))
    objected(scene)
    for who, url, count in [
        (ours(scene), path(visit), 10), (host(scene), path(visit), 8), (scene.secretariat, path(visit), 11),
        (scene.secretariat, "/visits/objections", 4), (scene.secretariat, "/visits/reviewers", 5),
    ]:  # fmt: skip
        client = as_(who)
        with queries() as seen:
            assert client.get(url).status_code == 200
        seen.expect(count)


def test_the_secretariat_sees_who_has_how_many_reviews(scene, get, as_):
    html = text(get(scene.secretariat, f"/visits/reviewers?round={round_of(scene).id}"))
    assert "Joost van Lindenhof (ervaren) Lindenhof 1 2" in html
    assert as_(ours(scene)).get("/visits/reviewers").status_code == 403
    assert as_(ours(scene)).get("/visits/objections").status_code == 403
