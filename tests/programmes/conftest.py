"""A visit of Lindenhof to Brugveld on Thursday 22 April 2027, seen on 1 April."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from peerreview.core.access import Actor
from peerreview.core.clock import AMSTERDAM
from peerreview.core.db import db, unit_of_work
from peerreview.programmes import queries
from peerreview.programmes.programme import Programme
from peerreview.visits.lifecycle import Part, VisitState
from peerreview.visits.models import Companion, Visit
from peerreview.visits.queries import visit_with_names
from tests.factories.accounts import make_actor, make_person
from tests.factories.frameworks import make_framework
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory
from tests.factories.visits import make_visit


@dataclass
class Scene:
    visit_id: int
    lead: Actor
    other: Actor
    trainee: Actor
    host: Actor  # coordinates the host
    partner: Actor  # coordinates the organisation that reviews
    secretariat: Actor

    @property
    def visit(self) -> Visit:
        return visit_with_names(self.visit_id)

    @property
    def programme(self) -> Programme:
        db.session.expire_all()
        return queries.programme_of(self.visit)

    @property
    def path(self) -> str:
        return f"/visits/{self.visit_id}/programme"


@pytest.fixture
def scene(app, at):
    with at("2027-04-01 10:00"):
        with unit_of_work():  # in one act, for what is committed is no longer at hand
            made = make_scene()
        yield made


def make_scene() -> Scene:
    round_ = make_round(framework_version=make_framework(norms=4))
    lindenhof, brugveld = make_organisation("Lindenhof", place="Zutphen"), make_organisation("Brugveld", place="Zwolle")
    team = [make_person("Renske Bakker"), make_person("Mo Yilmaz")]
    lead, other = (make_actor("reviewer", lindenhof, person=person) for person in team)
    reviewing, hosting = make_trajectory(round_, lindenhof, reviewers=team), make_trajectory(round_, brugveld)
    visit = make_visit(
        make_exchange([reviewing, hosting]), host=hosting, reviewing=reviewing, state=VisitState.AGREED,
        starts_at=moment("9:30"), ends_at=moment("16:30"),
    )  # fmt: skip
    trainee = make_actor("contributor", lindenhof, name="Tim Stam")
    db.session.add(Companion(visit_id=visit.id, person_id=trainee.person_id, part=Part.TRAINEE))
    host, partner = make_actor("coordinator", brugveld, name="Samira El Idrissi"), make_actor("coordinator", lindenhof)
    return Scene(visit.id, lead, other, trainee, host, partner, make_actor("secretariat"))


def moment(text: str, day: int = 22) -> datetime:
    return datetime(2027, 4, day, *map(int, text.split(":")), tzinfo=AMSTERDAM)
