"""Certificates: how they are numbered and given out, their page and PDF, and changing their status."""

import pytest
from sqlalchemy import select

from peerreview.certificates import services
from peerreview.certificates.models import Certificate
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.models import Decision
from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.core.events import announce
from peerreview.trajectories.lifecycle import TrajectoryState
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate, make_decision_on
from tests.factories.organisations import make_organisation
from tests.factories.trajectories import make_trajectory


def test_numbers_rise_within_a_year_and_start_again(app):
    for year, expected in ((2026, "2026-0001"), (2026, "2026-0002"), (2027, "2027-0001")):
        trajectory = make_trajectory(state=TrajectoryState.DECIDED)
        decision = make_decision_on(trajectory, on=clock.today().replace(year=year, day=1))
        announce("decision.made", decision, by=SYSTEM)
        assert db.session.query(Certificate.number).order_by(Certificate.id.desc()).first()[0] == expected


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.DEFERRED])
def test_a_decision_that_does_not_grant_gives_no_certificate(app, get, outcome):
    trajectory = make_trajectory(state=TrajectoryState.DECIDED)
    announce("decision.made", make_decision_on(trajectory, outcome), by=SYSTEM)
    assert get(None, "/register").count("pr-task") == 0


def test_an_unknown_number_is_answered_kindly_with_404(app, as_):
    answer = as_(None).get("/c/2019-9999")
    assert answer.status_code == 404
    assert "2019-9999" in answer.get_data(as_text=True)


def test_the_pdf_comes_in_the_readers_language(app, as_):
    certificate = make_certificate()
    for language, title in (("nl", b"Certificaat"), ("en", b"Certificate")):
        client = as_(None)
        client.set_cookie("language", language)
        answer = client.get(f"/c/{certificate.number}/certificate.pdf")
        assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")
        assert title in answer.data or len(answer.data) > 20_000


@pytest.mark.parametrize("role", ["coordinator", "commission_chair", "oversight"])
def test_only_the_secretariat_knows_of_the_page_that_changes_a_status(app, as_, role):
    organisation = make_organisation()
    certificate = make_certificate(organisation)
    actor = make_actor(role, organisation if role == "coordinator" else None)
    assert as_(actor).get(f"/certificates/{certificate.id}").status_code == 404


def test_a_status_without_a_reason_is_refused_and_the_form_says_so(app, as_):
    certificate = make_certificate()
    client = as_(make_actor("secretariat"))
    assert client.send(f"/certificates/{certificate.id}/suspend", {"reason": " "}).status_code == 422
    with pytest.raises(Invalid):
        services.change_status(certificate, "suspend", reason="", by=make_actor("secretariat"))


def test_a_double_click_suspends_once(app, as_):
    certificate = make_certificate()
    client = as_(make_actor("secretariat"))
    answers = [client.send(f"/certificates/{certificate.id}/suspend", {"reason": "Onderzoek."}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 409]


def test_a_withdrawn_certificate_never_comes_back(app):
    certificate, office = make_certificate(), make_actor("secretariat")
    services.change_status(certificate, "withdraw", reason="Op verzoek.", by=office)
    with pytest.raises(NotNow):
        services.change_status(certificate, "reinstate", reason="Toch niet.", by=office)


def test_an_organisation_sees_its_own_certificate_or_when_it_will_come(app, get):
    organisation = make_organisation("Brugveld")
    coordinator = make_actor("coordinator", organisation)
    assert "zodra" in get(coordinator, "/certificate") or "als de commissie" in get(coordinator, "/certificate")
    certificate = make_certificate(organisation)
    assert certificate.number in get(coordinator, "/certificate")


def test_a_decision_in_place_of_an_earlier_one_leaves_the_certificate_as_it_is(app):
    trajectory = make_trajectory(state=TrajectoryState.DECIDED)
    first = make_decision_on(trajectory, Outcome.GRANTED_WITH_CONDITIONS)
    announce("decision.made", first, by=SYSTEM)
    with unit_of_work():
        values = {"outcome": Outcome.GRANTED, "motivation": "Na beroep.", "decided_on": clock.today()}
        second = Decision(dossier_id=first.dossier_id, meeting_id=first.meeting_id, replaces_id=first.id, **values)
        db.session.add(second)
        db.session.flush()
    announce("decision.made", second, by=SYSTEM)
    [certificate] = db.session.scalars(select(Certificate))
    assert (certificate.decision_id, certificate.state.value) == (second.id, "active")
