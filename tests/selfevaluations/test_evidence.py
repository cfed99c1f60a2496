"""Who opens the documents and until when, and what the organisation sees of that."""

import pytest

from peerreview.commission.lifecycle import DossierState
from peerreview.commission.models import Dossier
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.storage import storage
from peerreview.matching.lifecycle import ExchangeState
from peerreview.matching.models import Exchange
from peerreview.reviews.lifecycle import FactAnswer, ReviewState
from peerreview.reviews.models import FactCheckAnswer, ObservationFile
from peerreview.selfevaluations.queries import find_self_evaluation, openings_of
from peerreview.trajectories.lifecycle import TrajectoryState as S
from peerreview.trajectories.models import Trajectory
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_organisation
from tests.factories.reviews import Pair, finding_of, make_observation, make_pair
from tests.factories.selfevaluations import make_evidence, make_self_evaluation

SAFE = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@pytest.fixture
def pair(app) -> Pair:
    return make_pair(norms=1)


@pytest.fixture
def document(pair) -> str:
    """The address of a document of the host."""
    with unit_of_work():
        host = db.session.get_one(Trajectory, pair.review.visit.host_id)
        host.state = S.SELF_EVALUATING
        evidence = make_evidence(make_self_evaluation(host), name="Jaarplan.pdf")
        host.state = S.VISITED
        return f"/evidence/{evidence.id}"


def becomes(pair: Pair, state: S, exchange: ExchangeState = ExchangeState.ACTIVE) -> None:
    with unit_of_work():
        visit = pair.review.visit
        db.session.get_one(Trajectory, visit.host_id).state = state
        db.session.get_one(Exchange, visit.exchange_id).state = exchange


def openings(pair: Pair) -> list[tuple[str, str, str]]:
    evaluation = find_self_evaluation(pair.review.visit.host_id)
    return [(o.person, o.role, o.organisation) for d in openings_of(evaluation) for o in d.openings]


def test_documents_open_with_the_confirmed_exchange_and_close_with_the_decision(pair, document, as_):
    people = {
        "host": pair.host, "contributor": pair.contributor, "own reviewer": pair.other_lead, "team": pair.lead,
        "secretariat": pair.secretariat, "partner": pair.other_host, "oversight": make_actor("oversight"),
        "stranger": make_actor("reviewer", make_organisation()), "member": make_actor("commission_member"),
    }  # fmt: skip
    clients = {name: as_(each) for name, each in people.items()}
    own = {"host": 200, "contributor": 404, "own reviewer": 200}
    never = dict.fromkeys(("partner", "oversight", "stranger", "member"), 404)
    for state, exchange, others in (
        (S.SELF_EVALUATING, ExchangeState.ACTIVE, (404, 404)),
        (S.SELF_EVALUATED, ExchangeState.PROPOSED, (404, 409)),
        (S.SELF_EVALUATED, ExchangeState.CONFIRMED, (200, 200)),
        (S.FORWARDED, ExchangeState.COMPLETED, (200, 200)),
        (S.DECIDED, ExchangeState.COMPLETED, (409, 409)),
        (S.CERTIFIED, ExchangeState.COMPLETED, (409, 409)),
        (S.WITHDRAWN, ExchangeState.DISSOLVED, (404, 404)),
    ):
        becomes(pair, state, exchange)
        asked = {name: client.get(document).status_code for name, client in clients.items()}
        before = state in (S.SELF_EVALUATING, S.WITHDRAWN)
        mine = own | {"own reviewer": 404 if before else 200}
        assert asked == mine | never | dict(zip(("team", "secretariat"), others, strict=True)), state


def test_a_reviewer_of_the_team_reads_only_in_the_name_of_the_reviewing_organisation(pair, document, as_):
    elsewhere = make_organisation("Elders")
    person = pair.lead
    assert as_(person).get(document).status_code == 200
    acting = make_actor("reviewer", elsewhere, person=pair.review.visit.team[0].person)
    assert as_(acting).get(document).status_code == 404


def test_the_owner_sees_who_opened_what_once_for_a_double_click(pair, document, as_, at, get):
    with at("2027-03-01 10:00"):
        team, office = as_(pair.lead), as_(pair.secretariat)
        assert [team.get(document).status_code for _ in range(2)] == [200, 200]
        assert team.get(document, headers={"Range": "bytes=0-3"}).status_code == 200
        assert office.head(document).status_code == 200
        assert as_(pair.host).get(document).status_code == 200
        assert openings(pair) == [(pair.lead.name, "reviewer", pair.lead.organisation_name)]
    with at("2027-03-01 10:11"):
        assert (team.get(document).status_code, office.get(document).status_code) == (200, 200)
        assert sorted(openings(pair)) == sorted(
            [(pair.lead.name, "reviewer", pair.lead.organisation_name)] * 2
            + [(pair.secretariat.name, "secretariat", "")]
        )
        base = f"/trajectories/{pair.review.visit.host_id}/self-evaluation"
        page = get(pair.host, f"{base}/openings")
        assert (page.count(pair.lead.name), page.count(pair.secretariat.name)) == (2, 1)
        assert f"{base}/openings" in get(pair.host, base)
        assert f"{base}/openings" not in get(pair.secretariat, base)
        sheet = get(pair.executive, f"{base}/openings.csv").splitlines()
        assert len(sheet) == 4
        assert sheet[0] == "\ufeffDocument;Geopend door;Rol;Organisatie;Dag;Tijd"
        assert sheet[-1].endswith("2027-03-01;10:00")
        refused = [
            as_(one).get(f"{base}/openings").status_code for one in (pair.contributor, pair.lead, pair.secretariat)
        ]
        assert refused == [403, 404, 403]


def test_the_page_of_openings_asks_as_much_for_three_documents_as_for_one(pair, document, as_, queries):
    client, base = as_(pair.host), f"/trajectories/{pair.review.visit.host_id}/self-evaluation/openings"
    as_(pair.lead).get(document)
    for more in (0, 2):
        _two_more(pair, more)
        with queries() as asked:
            assert client.get(base).status_code == 200
        asked.expect(6)


def _two_more(pair: Pair, number: int) -> None:
    becomes(pair, S.SELF_EVALUATING)
    for each in range(number):
        make_evidence(find_self_evaluation(pair.review.visit.host_id), name=f"{each}.pdf")
    becomes(pair, S.VISITED)


def test_the_commission_opens_until_the_decision_and_that_is_kept_too(pair, document, as_):
    member = make_actor("commission_member")
    with unit_of_work():
        host_id = pair.review.visit.host_id
        find_self_evaluation(host_id).submitted_at = clock.now()
        dossier = Dossier(
            trajectory_id=host_id, state=DossierState.COMPLETE, state_since=clock.now(), forwarded_at=clock.now()
        )
        db.session.add(dossier)
        db.session.flush()
        path = f"/dossiers/{dossier.id}"
    becomes(pair, S.FORWARDED)
    client = as_(member)
    answer = client.get(path + document)
    assert (answer.status_code, {name: answer.headers[name] for name in SAFE}) == (200, SAFE)
    assert openings(pair) == [(member.name, "commission_member", "")]
    becomes(pair, S.DECIDED)
    assert client.get(path + document).status_code == 409
    page = client.get(f"{path}/self-evaluation").get_data(as_text=True)
    assert (document in page, "De stukken gingen dicht met het besluit." in page) == (False, True)


def test_every_file_goes_out_the_same_way(pair, document, as_):
    with unit_of_work():
        note = make_observation(pair.review, finding_of(pair.review).norm, pair.review.visit.team[0].person)
        photo = ObservationFile(
            observation_id=note.id, client_key="p", file_name="rooster.png", media_type="image/png", size=5,
            checksum="x", key=storage().put(b"photo"), added_at=clock.now(),
        )  # fmt: skip
        db.session.add(photo)
        db.session.flush()
        paths = {document: "Jaarplan.pdf", f"/observation-files/{photo.id}": "rooster.png"}
    for path, name in paths.items():
        answer = as_(pair.lead).get(path)
        assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert {head: answer.headers[head] for head in SAFE} == SAFE


def test_a_second_reader_opens_only_the_document_that_the_host_points_at(pair, document, as_):
    reader = make_actor("reviewer", pair.review.visit.reviewing.organisation)
    becomes(pair, S.REPORTED)
    with unit_of_work():
        review, finding = pair.review, finding_of(pair.review)
        review.state, review.second_reader_id = ReviewState.RELEASED, reader.person_id
        row = FactCheckAnswer(
            finding_id=finding.id, answer=FactAnswer.ERROR, text="Anders", answered_by_id=pair.host.person_id,
            answered_at=clock.now(), evidence_id=int(document.split("/")[-1]),
        )  # fmt: skip
        db.session.add(row)
    assert as_(reader).get(document).status_code == 404
    with unit_of_work():
        pair.review.state = ReviewState.FACT_CHECKED
    assert as_(reader).get(document).status_code == 200
    assert as_(reader).get(f"/trajectories/{pair.review.visit.host_id}/self-evaluation/printout").status_code == 404
    assert openings(pair) == [(reader.name, "reviewer", reader.organisation_name)]
