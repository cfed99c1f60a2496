"""The end of a certificate: announced in time, given back, suspended too long, and a new road that takes along."""

from datetime import timedelta

from sqlalchemy import select

from peerreview.certificates import services
from peerreview.certificates.standing import end_of_term, months_before
from peerreview.commission.lifecycle import ConditionState
from peerreview.commission.models import Condition
from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.daily import begin_day
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import open_duties
from peerreview.core.events import announce
from peerreview.frameworks.models import FrameworkVersion
from peerreview.improvement.models import Action
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate
from tests.factories.frameworks import norms_of
from tests.factories.improvement import make_action
from tests.factories.organisations import make_organisation
from tests.factories.rounds import make_round


def kinds():
    return [duty.kind for duty in open_duties(family="certificates")]


def test_the_end_is_announced_once_eight_months_before_and_is_a_duty_until_they_sign_up(app, as_, get, outbox):
    organisation, today = make_organisation("Brugveld"), clock.today()
    executive = make_actor("executive", organisation)
    make_certificate(organisation, ends_on=end_of_term(today, 8))
    make_certificate(make_organisation("Kantlijn"), ends_on=end_of_term(today, 8) + timedelta(days=1))
    for _twice in range(2):
        begin_day(today)
    assert [letter.kind for letter in outbox()] == ["certificate.renewal"]
    [duty] = open_duties(family="certificates")
    assert (duty.kind, duty.due_on, duty.link) == (
        "certificates.renew", months_before(end_of_term(today, 8), 6), "/certificate/renewal",
    )  # fmt: skip
    round_ = make_round()
    assert round_.name in get(executive, "/certificate/renewal")
    answer = as_(executive).send(f"/certificate/renewal/{round_.id}")
    new = db.session.scalars(select(Trajectory).order_by(Trajectory.id.desc()).limit(1)).one()
    assert (answer.status_code, new.organisation_id, kinds()) == (
        303,
        executive.organisation_id,
        ["certificates.renew"],
    )
    with unit_of_work():
        new.state = TrajectoryState.SUBMITTED
    assert kinds() == []


def test_an_accepted_renewal_takes_the_actions_of_the_last_plan_along_unfinished(app):
    organisation, round_ = make_organisation("Brugveld"), make_round()
    certificate = make_certificate(organisation)
    last = db.session.get_one(Trajectory, certificate.trajectory_id)
    with unit_of_work():
        last.framework_version_id, last.scope_text, last.max_travel_minutes = round_.framework_version_id, "Zutphen", 45
    make_action(last, norms_of(db.session.get_one(FrameworkVersion, round_.framework_version_id))[0])
    by = make_actor("coordinator", organisation)
    new = services.begin_renewal(certificate, round_, by=by)
    assert (new.scope_text, new.max_travel_minutes) == ("Zutphen", 45)
    assert services.begin_renewal(certificate, round_, by=by) is new
    announce("trajectory.accepted", new, by=SYSTEM)
    [carried] = db.session.scalars(select(Action).where(Action.trajectory_id == new.id))
    assert (carried.what, carried.due_on) == ("We pakken V1 aan.", None)


def test_the_executive_gives_the_certificate_back_and_everybody_sees_it(app, as_, get, outbox):
    organisation = make_organisation("Brugveld")
    executive, coordinator = make_actor("executive", organisation), make_actor("coordinator", organisation)
    make_actor("secretariat")
    certificate = make_certificate(organisation)
    assert as_(coordinator).send("/certificate/surrender", {"reason": "Fusie."}).status_code == 403
    answers = [
        as_(executive).send("/certificate/surrender", {"reason": why}).status_code for why in ("", "Fusie.", "Weer.")
    ]
    assert answers == [422, 303, 409]
    assert "Teruggegeven" in get(None, f"/c/{certificate.number}")
    assert "Fusie." not in get(None, f"/c/{certificate.number}")
    assert {letter.kind for letter in outbox()} == {"certificate.surrendered", "certificate.told_surrendered"}


def test_a_suspension_is_to_be_decided_on_within_six_months(app):
    certificate = make_certificate()
    services.change_status(certificate, "suspend", reason="Onderzoek.", by=make_actor("secretariat"))
    [duty] = open_duties(family="certificates")
    assert (duty.kind, duty.due_on, duty.office) == ("certificates.suspension", end_of_term(clock.today(), 6), True)


def test_a_certificate_says_whether_its_conditions_were_met_and_never_what_they_were(app, get):
    organisation = make_organisation("Brugveld")
    certificate = make_certificate(organisation)
    with unit_of_work():
        for number, state in enumerate((ConditionState.MET, ConditionState.OPEN)):
            asked = Condition(
                decision_id=certificate.decision_id, position=number, norm="V1", what="Stel een plan op.",
                due_on=clock.today(), state=state, state_since=clock.now(),
            )  # fmt: skip
            db.session.add(asked)
    seen = get(None, f"/c/{certificate.number}")
    assert "Toegekend met 2 voorwaarden. Aan 1 is tot nu toe voldaan." in seen
    assert "Stel een plan op." not in seen
    assert "Stel een plan op." in get(make_actor("coordinator", organisation), "/certificate")


def test_the_logo_with_the_stamp_is_kept_by_a_browser_until_it_changes(app, as_):
    certificate = make_certificate(make_organisation("Brugveld"))
    address, client = f"/c/{certificate.number}/logo.svg", as_(None)
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, first.headers["Cross-Origin-Resource-Policy"]) == (304, "cross-origin")
    services.change_status(certificate, "withdraw", reason="Op verzoek.", by=make_actor("secretariat"))
    changed = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, b"openbadges" in changed.data) == (200, False)
    assert client.get(address + "?download=1").headers["Content-Disposition"].endswith(f"logo-{certificate.number}.svg")
    assert client.get("/c/2019-9999/logo.svg").status_code == 404
