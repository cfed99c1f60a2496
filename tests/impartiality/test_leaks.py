"""Whatever others declare and the secretariat decides, no page of an organisation or a reviewer changes by a letter."""

from datetime import date

import pytest
from sqlalchemy import select

from peerreview.core.db import db, unit_of_work
from peerreview.impartiality import services
from peerreview.impartiality.lifecycle import ConflictKind, Severity
from peerreview.impartiality.models import Conflict
from peerreview.organisations.models import Organisation
from tests.commission.pages import bare
from tests.factories.accounts import make_actor
from tests.factories.impartiality import make_conflict
from tests.factories.organisations import make_organisation
from tests.factories.visits import make_scene

pytestmark = pytest.mark.twin_worlds

K = ConflictKind
BEYOND = 10_000


@pytest.fixture
def scene(app, at):
    with at("2027-02-15 10:00"):
        yield make_scene(2)


def _two(scene):
    return [db.session.get(Organisation, actor.organisation_id) for actor in scene.coordinators]


def _paths(app):
    """Every page that can be asked without naming a thing, and those of this feature that name one."""
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint != "static" and not rule.endpoint.startswith(("security.", "core.")):
            if not rule.arguments:
                yield rule.rule
    yield from (f"/conflicts/new?q={text}" for text in ("brug", "zwolle", "a"))
    yield from (f"/conflicts/new?about={number}" for number in (1, 2, 3))
    numbers = [*db.session.scalars(select(Conflict.id)), *range(1, 12)]
    yield from (f"/conflicts/{number}/{act}" for number in numbers for act in ("end-date", "question"))
    yield from (f"/impartiality/{number}" for number in numbers)
    yield from ("/exchanges/1", "/exchanges/1/dates", "/visits/1", "/visits/2", "/trajectories/1")


def _all(app, as_, who):
    client = as_(who)
    answers = {path: client.get(path) for path in _paths(app)}
    return {
        path: (answer.status_code, answer.headers.get("Location"), bare(answer.get_data(as_text=True)))
        for path, answer in answers.items()
        if not path.endswith((".ics", "/log"))
    }


def test_no_page_of_ours_changes_whatever_others_and_the_secretariat_do(app, as_, scene):
    us, them = _two(scene)
    us_id, them_id = us.id, them.id
    group = make_organisation("Havenlicht", legal_group="De Brug")
    with unit_of_work():
        us.legal_group = "De Brug"
    services.detect()
    [found] = db.session.scalars(select(Conflict)).all()
    samira, reviewer, member = scene.coordinators[0], scene.leads[0], make_actor("commission_member")
    office = scene.secretariat
    mine = services.declare(them_id, kind=K.SUBCONTRACTING, note="Een training.", by=samira)
    own = services.declare(them_id, kind=K.PERSONAL_RELATION, by=reviewer)
    readers = {"organisation": samira, "executive": make_actor("executive", us), "person": reviewer, "member": member}
    before = {name: _all(app, as_, who) for name, who in readers.items()}
    assert {answer[0] for answer in before["organisation"].values()} >= {200, 403, 404}

    services.declare(us_id, kind=K.MERGER_TALKS, note="Geheim plan.", by=scene.coordinators[1])
    services.declare(us_id, kind=K.PERSONAL_RELATION, by=scene.leads[1])
    services.declare(group.id, kind=K.OPEN_DISPUTE, by=scene.coordinators[1])
    services.register(us_id, other_id=them_id, kind=K.OPEN_DISPUTE, by=office)
    services.register(them_id, person_id=reviewer.person_id, kind=K.EMPLOYMENT, by=office)
    services.register(us_id, person_id=member.person_id, kind=K.EMPLOYMENT, by=office)
    services.dismiss(found, reason="De groep is opgeheven.", by=office)
    leave = services.waive(mine, reason="Eén training.", ends_on=date(2027, 12, 1), by=office)
    services.revoke(leave, reason="Toch niet.", by=office)
    services.waive(own, reason="Een achternicht.", ends_on=date(2027, 12, 1), by=office)
    services.set_severity(mine, severity=Severity.HARD, reason="Een grote opdracht.", by=office)
    services.end(own, reason="Voorbij.", by=office)
    after = {name: _all(app, as_, who) for name, who in readers.items()}
    for name, pages in after.items():
        assert [path for path in before[name] if pages[path] != before[name][path]] == [], name
        assert {pages[path][0] for path in pages if path not in before[name]} <= {403, 404}, name  # of what is new


def test_what_one_may_not_know_answers_as_what_does_not_exist(app, as_, scene):
    us, them = _two(scene)
    hidden = [
        make_conflict(us, them),
        make_conflict(us, person=scene.leads[1].person_id),
        services.declare(us.id, kind=K.OPEN_DISPUTE, by=scene.coordinators[1]),
    ]
    numbers = [conflict.id for conflict in hidden]
    for who in (scene.coordinators[0], scene.leads[0], make_actor("contributor", us), make_actor("administrator")):
        client = as_(who)
        for act in ("end-date", "question"):
            missing = client.send(f"/conflicts/{BEYOND}/{act}", {"note": "x", "ends_on": "2027-03-01"})
            for number in numbers:
                answer = client.send(f"/conflicts/{number}/{act}", {"note": "x", "ends_on": "2027-03-01"})
                assert (answer.status_code, bare(answer.get_data(as_text=True)).replace(f"/conflicts/{number}/", "")) == (
                    404, bare(missing.get_data(as_text=True)).replace(f"/conflicts/{BEYOND}/", ""),
                )  # fmt: skip


def test_letters_go_to_the_secretariat_alone(app, scene, outbox):
    us, them = _two(scene)
    sent = len(outbox())
    services.declare(us.id, kind=K.OPEN_DISPUTE, by=scene.coordinators[1])
    services.declare(us.id, kind=K.OPEN_DISPUTE, by=scene.leads[1])
    made = services.register(us.id, other_id=them.id, kind=K.SUBCONTRACTING, by=scene.secretariat)
    services.waive(made, reason="Mag.", ends_on=date(2027, 12, 1), by=scene.secretariat)
    services.dismiss(made, reason="Geen belang.", by=scene.secretariat)
    assert {letter.recipient_name for letter in outbox()[sent:]} == {"Secretariaat Bakker"}
