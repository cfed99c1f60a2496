"""A decision that can be appealed, appeals with their panel, and complaints."""

from peerreview.appeals import services
from peerreview.appeals.lifecycle import AppealOutcome, PanelAnswer
from peerreview.appeals.models import Appeal, Complaint, PanelMember
from peerreview.appeals.queries.appeals import Case, case_for
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.models import Decision
from peerreview.commission.queries.decisions import decision_with_names
from peerreview.core import clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.organisations.models import Organisation
from tests.factories.accounts import make_actor
from tests.factories.commission import make_decision
from tests.factories.organisations import make_organisation


def make_told(outcome: Outcome = Outcome.REFUSED) -> tuple[Decision, Actor]:
    """A decision whose letter went today, and the executive of its organisation."""
    decision = decision_with_names(make_decision(outcome=outcome).id)
    organisation = db.session.get_one(Organisation, decision.dossier.trajectory.organisation_id)
    executive = make_actor("executive", organisation, name="Ine de Wit")
    with unit_of_work():
        decision.letter_sent_at = clock.now()
    return decision, executive


def make_appeal(outcome: Outcome = Outcome.REFUSED, *, admitted: bool = True) -> tuple[Appeal, Actor]:
    """Lodged by the executive, and by default taken up."""
    decision, executive = make_told(outcome)
    appeal = services.lodge_appeal(decision, grounds="V1 is wel gezien.", wish="Toekennen.", by=executive)
    if admitted:
        services.admit_appeal(appeal, by=make_actor("secretariat"))
    return appeal, executive


def make_panel(appeal: Appeal) -> list[Actor]:
    """Three people from elsewhere sit on the panel, the first in the chair."""
    elsewhere = make_organisation("Verweg")
    people = [make_actor("coordinator", elsewhere, name=name) for name in ("Ada Pot", "Bo Kars", "Cas Lier")]
    for actor in people:
        services.ask_for_panel(appeal, person_id=actor.person_id or 0, chair=actor is people[0], by=SYSTEM)
        services.accept_seat(seen(actor, appeal), by=actor)
    return people


def seat(appeal: Appeal, actor: Actor, *, chair: bool = False) -> None:
    """Put somebody on the panel, whoever they are."""
    with unit_of_work():
        place = PanelMember(
            appeal_id=appeal.id,
            person_id=actor.person_id,
            chair=chair,
            answer=PanelAnswer.ACCEPTED,
            asked_at=clock.now(),
        )
        db.session.add(place)


def seen(actor: Actor, appeal: Appeal) -> Case:
    found = case_for(actor, appeal.id)
    assert found
    return found


def make_agreed(appeal: Appeal, outcome: AppealOutcome = AppealOutcome.UPHELD, **fields: object) -> list[Actor]:
    """The panel wrote and everybody agrees; the chair first."""
    people = make_panel(appeal)
    judgement = services.Judgement(outcome, "Omdat V1 is gezien.", **fields)
    services.write_outcome(seen(people[0], appeal), judgement, version=appeal.version, by=people[0])
    for actor in people:
        services.agree(seen(actor, appeal), version=appeal.version, by=actor)
    return people


def make_complaint(text: str = "Niemand belde terug.") -> Complaint:
    return services.complain(name="Jo Vos", email="jo@voorbeeld.example", text=text, language="nl", by=None)
