"""Conditions of an award: shown by the organisation, judged for their norms alone, told to everybody at once."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from peerreview.commission import services
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.models import Condition, ConditionFile, Dossier, Interest
from peerreview.commission.queries.conditions import Standing, checkers_of, standings
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import open_duties
from peerreview.core.errors import NotAllowed, NotNow, StaleVersion
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory
from tests.commission.pages import bare
from tests.factories.accounts import make_actor
from tests.factories.commission import make_voted

CONDITIONS = Outcome.GRANTED_WITH_CONDITIONS


@pytest.fixture
def case(app):
    """An award with one condition whose letter was sent: the condition, who voted, the coordinator."""
    _motion, dossier, people = make_voted(outcome=CONDITIONS)
    trajectory = db.session.get_one(Trajectory, dossier.trajectory_id)
    coordinator = make_actor("coordinator", db.session.get_one(Organisation, trajectory.organisation_id))
    decision = services.record_decision(dossier, motivation="Bijna.", by=people[0])
    assert open_duties(kind="commission.condition") == []  # nobody knows of it before the letter
    services.send_letters(decision, by=people[0])
    return db.session.scalars(select(Condition)).one(), people, coordinator


def test_a_condition_is_shown_asked_for_more_and_met(case, as_, get, outbox, hear):
    condition, (chair, member, _other), coordinator = case
    path, client = f"/conditions/{condition.id}", as_(coordinator)
    assert [duty.hands[0].role for duty in open_duties(kind="commission.condition")] == ["coordinator"]
    decision = f"/decisions/{condition.decision_id}"
    assert path in get(coordinator, decision)
    version = str(condition.version)
    wrong = {"text": "Zie bijlage.", "version": version, "files": (BytesIO(b"MZ"), "slecht.exe")}
    refused = client.send(path, wrong)
    assert (refused.status_code, "Zie bijlage." in refused.get_data(as_text=True)) == (422, True)
    kept = {
        "text": "Zie het verslag.",
        "version": version,
        "act": "keep",
        "files": (BytesIO(b"Verslag"), "verslag.txt"),
    }
    assert client.send(path, kept).status_code == 303
    stale = client.send(path, {"text": "Anders.", "version": version})
    assert (stale.status_code, "Zie het verslag." in stale.get_data(as_text=True)) == (409, True)
    assert as_(chair).send(path + "/verdict", {"verdict": "fail", "reason": "Nee"}).status_code == 409
    file = db.session.scalars(select(ConditionFile)).one()
    assert client.get(f"{path}/files/{file.id}").data == b"Verslag"
    send = {"text": "Zie het verslag.", "version": str(db.session.get_one(Condition, condition.id).version)}
    assert client.send(path, send).status_code == 303
    assert client.send(f"{path}/files/{file.id}/deletion").status_code == 409
    assert outbox()[-1].kind == "condition.shown"
    assert ("Lindenhof" in outbox()[-1].body, outbox()[-1].recipient) == (False, chair.email)
    assert [duty.hands[0].person_id for duty in open_duties(kind="commission.check_condition")] == [chair.person_id]

    assert as_(make_actor("coordinator")).get(path).status_code == 404
    assert (path in get(chair, "/decisions"), path in get(chair, "/"), path in get(member, "/")) == (True, True, False)
    assert as_(member).send(path + "/verdict", {"verdict": "meet"}).status_code == 403
    assert as_(chair).send(path + "/verdict", {"verdict": "ask_again", "reason": " "}).status_code == 422
    assert as_(chair).send(path + "/verdict", {"verdict": "ask_again", "reason": "Wie sprak mee?"}).status_code == 303
    assert "Wie sprak mee?" in get(coordinator, path)
    version = str(db.session.get_one(Condition, condition.id).version)
    assert client.send(path, {"text": "Tien inwoners.", "version": version}).status_code == 303
    met, settled = hear("condition.met"), hear("conditions.settled")
    assert as_(chair).send(path + "/verdict", {"verdict": "meet", "reason": "Mooi."}).status_code == 303
    assert as_(chair).send(path + "/verdict", {"verdict": "meet"}).status_code == 409
    assert (met, settled) == ([condition.id], [condition.decision_id])
    assert standings([condition.decision_id]) == {condition.decision_id: Standing(1, 1, 0)}
    html = get(coordinator, path)
    assert [text in html for text in ("Zie het verslag.", "Tien inwoners.", "Mooi.")] == [True] * 3


def test_what_was_never_shown_fails_only_after_its_day(case, hear):
    condition, people, coordinator = case
    with pytest.raises(NotNow):
        services.fail_condition(condition, verdict="Niets gezien.", by=people[0])
    with unit_of_work():
        condition.due_on = clock.today() - timedelta(days=1)
    with pytest.raises(NotAllowed):
        services.fail_condition(condition, verdict="Niets gezien.", by=people[1])
    failed = hear("condition.not_met")
    services.fail_condition(condition, verdict="Niets gezien.", by=people[0])
    assert (failed, standings([condition.decision_id])[condition.decision_id].settled) == ([condition.id], True)
    with pytest.raises((NotNow, StaleVersion)):
        services.show_condition(condition, text="Toch.", version=condition.version, by=coordinator)


def test_a_recused_chair_finds_no_condition_and_another_judges_it(case, as_):
    condition, (chair, *_members), coordinator = case
    services.show_condition(condition, text="Zie hier.", version=condition.version, by=coordinator)
    dossier = db.session.scalars(select(Dossier)).one()
    with unit_of_work():
        row = Interest(dossier_id=dossier.id, person_id=chair.person_id, kind="declared", noted_at=clock.now())
        db.session.add(row)
    client = as_(chair)
    hidden, unknown = (client.get(f"/conditions/{condition.id + more}") for more in (0, 1))
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert len(bare(hidden.get_data(as_text=True))) == len(bare(unknown.get_data(as_text=True)))
    assert f"/conditions/{condition.id}" not in client.get("/decisions").get_data(as_text=True)
    able = {seat.person_id for seat in checkers_of([dossier.id])[dossier.id]}
    assert (chair.person_id in able, len(able)) == (False, 1)
    hands = {hand.person_id for duty in open_duties(kind="commission.check_condition") for hand in duty.hands}
    assert hands == able
