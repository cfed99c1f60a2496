"""The accounts with which a stranger tries the demo: one for each role, all with the demo's own password."""

from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.certificates.lifecycle import CertificateState
from peerreview.certificates.models import Certificate
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.demo.scenario import PASSWORD
from peerreview.matching.models import ExchangeMember
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.selfevaluations.models import Answer, SelfEvaluation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.models import TeamMember, Visit

DOMAIN = "onderling.example"
TO_TRY = {  # what waits for the person behind each address
    "coordinator": "choose dates, write the self-evaluation", "bestuurder": "sign", "medewerker": "write about norms",
    "mo.yilmaz": "choose dates, take the badge home", "brugveld": "choose dates (the partner)", "merel.postma": "choose dates",
    "marktplaats": "answer a proposal, look around, wish", "vraagt": "wait for an answer (who asks)",
    "voorstel": "answer a proposed match", "zoekt": "read by when there is a partner", "toetser": "rate alone",
    "teamleider": "agree, write the report", "hoor": "check the facts of a report",
    "programma": "make the programme of a visit", "ontvangt": "say where each talk of a visit is",
    "verdict": "answer the host, finish the report", "verbeterplan": "write the improvement plan",
    "certificaat": "see the certificate, its logos and badge", "aanmelden": "sign up for a round",
    "tekenen": "sign the sign-up", "secretariaat": "match, publish, all of the office",
    "voorzitter": "lead the meeting, sign", "commissie": "read and vote",
    "toezicht": "conflicts, who met whom, the log", "beheer": "accounts",
}  # fmt: skip


def make_demo_accounts(members: list[Organisation]) -> Actor:
    """Give the people of the demo a password; and a few of them a second role, so that every stage can be tried.

    Whoever acts as the secretariat.
    """
    secret = hash_password(PASSWORD)
    lindenhof, brugveld = members[:2]
    office = _association(secret)
    _name(lindenhof, Role.COORDINATOR, "Samira El Idrissi", "coordinator", secret)
    _name(lindenhof, Role.EXECUTIVE, "Joost van Dalen", "bestuurder", secret)
    _name(lindenhof, Role.REVIEWER, "Mo Yilmaz", "mo.yilmaz", secret)
    _name(brugveld, Role.COORDINATOR, "Wouter Smit", "brugveld", secret)
    _name(brugveld, Role.REVIEWER, "Merel Postma", "merel.postma", secret)
    _contributor(lindenhof, secret)
    for state, address in (
        (ReviewState.RATING, "toetser"), (ReviewState.CONSENSUS, "teamleider"), (ReviewState.FACT_CHECKED, "verdict"),
    ):  # fmt: skip
        _lead_of(state, address, secret)
    _host_of(ReviewState.RELEASED, "hoor", secret)
    _with_programme("programma", "ontvangt", secret)
    _holder(TrajectoryState.REPORTED, Role.COORDINATOR, "verbeterplan", secret)
    _certified("certificaat", secret)
    _holder(TrajectoryState.DRAFT, Role.COORDINATOR, "aanmelden", secret)
    _holder(TrajectoryState.DRAFT, Role.EXECUTIVE, "tekenen", secret)
    _proposed("voorstel", secret)
    _on_the_market(secret)
    _without_partner("zoekt", secret)
    for address in ("voorzitter", "commissie"):
        _by_address(f"{address}@{DOMAIN}").password = secret
    return office


def accounts() -> list[tuple[str, str, str, str]]:
    """(address, role, organisation, name) of each demo account, in the order of their making."""
    rows = db.session.execute(
        select(Person.email, Affiliation.role, Organisation.name, Person.name)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
        .where(Person.email.endswith(f"@{DOMAIN}"), Person.password.is_not(None), Affiliation.ended_at.is_(None))
        .order_by(Person.id, Affiliation.id)
    )
    return [(email, role.value, organisation or "", name) for email, role, organisation, name in rows]


def _association(secret: str) -> Actor:
    """The people of the association itself; whoever acts as its secretariat."""
    made = [
        _of_association(name, address, role, secret)
        for name, address, role in (
            ("Tineke Hoekstra", "secretariaat", Role.SECRETARIAT), ("Henk Veenstra", "toezicht", Role.OVERSIGHT),
            ("Leila Prins", "beheer", Role.ADMINISTRATOR),
        )
    ]  # fmt: skip
    return made[0]


def _of_association(name: str, address: str, role: Role, secret: str) -> Actor:
    person = Person(
        name=name, email=f"{address}@{DOMAIN}", fs_uniquifier=f"demo-{address}", password=secret,
        confirmed_at=clock.now(), create_datetime=clock.now(),
    )  # fmt: skip
    db.session.add(person)
    db.session.flush()
    held = Affiliation(person_id=person.id, role=role, began_at=clock.now())
    db.session.add(held)
    db.session.flush()
    return Actor(person.id, person.name, role.value, affiliation_id=held.id, email=person.email)


def _by_address(email: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == email)).one()


def _holders(organisation_id: int, role: Role) -> list[Person]:
    held = (
        select(Person)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(Affiliation.organisation_id == organisation_id, Affiliation.role == role)
    )
    return list(db.session.scalars(held.order_by(Person.id)))


def _rename(person: Person, address: str, secret: str, name: str = "") -> None:
    if person.password is None:  # somebody may hold two of the demo's accounts; the first address stays
        person.email, person.password = f"{address}@{DOMAIN}", secret
        person.name = name or person.name
        for entry, _subject in db.session.info.get("audit", ()):  # what they did before we named them
            if entry.person_id == person.id:
                entry.person_name = person.name


def _name(organisation: Organisation, role: Role, name: str, address: str, secret: str) -> None:
    _rename(_holders(organisation.id, role)[0], address, secret, name)


def _contributor(organisation: Organisation, secret: str) -> None:
    person = Person(
        name="Renske Vos", email=f"medewerker@{DOMAIN}", fs_uniquifier="demo-medewerker", password=secret,
        confirmed_at=clock.now(), create_datetime=clock.now(),
    )  # fmt: skip
    db.session.add(person)
    db.session.flush()
    db.session.add(
        Affiliation(person_id=person.id, organisation_id=organisation.id, role=Role.CONTRIBUTOR, began_at=clock.now())
    )
    mine = (
        select(Answer)
        .join(SelfEvaluation, SelfEvaluation.id == Answer.self_evaluation_id)
        .join(Trajectory, Trajectory.id == SelfEvaluation.trajectory_id)
        .where(Trajectory.organisation_id == organisation.id, SelfEvaluation.submitted_at.is_(None))
        .order_by(Answer.id.desc())
        .limit(4)
    )
    for answer in db.session.scalars(mine):
        answer.assigned_to_id = person.id
    db.session.flush()


def _lead_of(state: ReviewState, address: str, secret: str) -> None:
    lead = (
        select(Person)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .join(Review, Review.visit_id == TeamMember.visit_id)
        .where(Review.state == state, TeamMember.lead, Person.password.is_(None))
        .order_by(Review.id)
    )
    if person := db.session.scalars(lead).first():
        _rename(person, address, secret)


def _host_of(state: ReviewState, address: str, secret: str) -> None:
    host = (
        select(Trajectory.organisation_id)
        .join(Visit, Visit.host_id == Trajectory.id)
        .join(Review, Review.visit_id == Visit.id)
        .where(Review.state == state)
        .order_by(Review.id)
    )
    if organisation_id := db.session.scalars(host).first():
        _rename(_holders(organisation_id, Role.COORDINATOR)[0], address, secret)


def _with_programme(lead: str, host: str, secret: str) -> None:
    """Who leads the first visit whose programme is being made, and who coordinates its host."""
    visit = select(Visit).where(Visit.state == VisitState.AGREED).order_by(Visit.id).options(joinedload(Visit.host))
    if found := db.session.scalars(visit).first():
        member = select(TeamMember.person_id).where(TeamMember.visit_id == found.id, TeamMember.lead)
        _rename(db.session.get_one(Person, db.session.scalars(member).one()), lead, secret)
        _rename(_holders(found.host.organisation_id, Role.COORDINATOR)[0], host, secret)


def _holder(state: TrajectoryState, role: Role, address: str, secret: str) -> None:
    at = select(Trajectory.organisation_id).where(Trajectory.state == state).order_by(Trajectory.id)
    if organisation_id := db.session.scalars(at).first():
        _rename(_holders(organisation_id, role)[0], address, secret)


def _certified(address: str, secret: str) -> None:
    """Who coordinates the first organisation whose certificate is valid."""
    valid = select(Certificate.organisation_id).where(Certificate.state == CertificateState.ACTIVE)
    if organisation_id := db.session.scalars(valid.order_by(Certificate.id)).first():
        _rename(_holders(organisation_id, Role.COORDINATOR)[0], address, secret)


def _proposed(address: str, secret: str) -> None:
    waiting = (
        select(Trajectory.organisation_id)
        .join(ExchangeMember, ExchangeMember.trajectory_id == Trajectory.id)
        .where(ExchangeMember.state == "pending")
        .order_by(Trajectory.id)
    )
    if organisation_id := db.session.scalars(waiting).first():
        _rename(_holders(organisation_id, Role.COORDINATOR)[0], address, secret)


def _on_the_market(secret: str) -> None:
    """Who is asked on the marketplace, and who asks."""
    for name, address in (("Groenewaard", "marktplaats"), ("Heidezoom", "vraagt")):
        there = (
            select(Organisation.id)
            .join(Trajectory, Trajectory.organisation_id == Organisation.id)
            .join(Round, Round.id == Trajectory.round_id)
            .where(Organisation.name == name, Round.state == RoundState.OPEN)
        )
        if organisation_id := db.session.scalars(there).first():
            _rename(_holders(organisation_id, Role.COORDINATOR)[0], address, secret)


def _without_partner(address: str, secret: str) -> None:
    """The coordinator of an organisation of the running round that has no exchange; the second, whose day is near."""
    paired = select(ExchangeMember.trajectory_id).where(ExchangeMember.standing)
    alone = (
        select(Trajectory.organisation_id)
        .join(Round, Round.id == Trajectory.round_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Round.state == RoundState.RUNNING, Trajectory.state == TrajectoryState.SELF_EVALUATING)
        .where(Trajectory.id.not_in(paired))
        .order_by(Organisation.sort_name, Trajectory.id)
        .limit(2)
    )
    if found := db.session.scalars(alone).all():
        _rename(_holders(found[-1], Role.COORDINATOR)[0], address, secret)
