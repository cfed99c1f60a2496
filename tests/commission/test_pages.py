"""The pages of the commission and its secretariat, from the check to the letter, and the wrong ways."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from peerreview.accounts.models import Affiliation, Person
from peerreview.commission import services
from peerreview.commission.lifecycle import Choice, Outcome
from peerreview.commission.models import Decision, Dossier, Interest, Meeting, Vote
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.improvement.queries import plan_of
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import Rating
from peerreview.trajectories.models import Trajectory
from tests.commission.pages import bare
from tests.factories.accounts import make_actor
from tests.factories.commission import (
    make_decision,
    make_dossier,
    make_meeting,
    make_member,
    make_motion,
    make_planned,
    make_session,
    make_voted,
)

FOR, AGAINST, ABSTAIN = Choice


@pytest.fixture
def secretariat(app):
    return make_actor("secretariat")


@pytest.fixture
def post(as_):
    return lambda who, path, fields=None: as_(who).send(path, fields)


def _organisation_of(dossier):
    trajectory = db.session.get_one(Trajectory, dossier.trajectory_id)
    return db.session.get_one(Organisation, trajectory.organisation_id)


def test_the_secretariat_checks_and_forwards(secretariat, get, post):
    trajectory = make_planned(Rating.PARTLY)
    path = f"/trajectories-to-check/{trajectory.id}"
    assert "Lindenhof" in get(secretariat, "/commission")
    assert path in get(secretariat, "/trajectories-to-check")
    assert get(secretariat, path).count("is-done") == 12
    assert post(secretariat, path + "/completion").location == path
    answer = post(secretariat, path + "/forwarding")
    dossier = db.session.scalars(select(Dossier)).one()
    assert answer.location == f"/dossiers/{dossier.id}"
    assert get(secretariat, f"/dossiers/{dossier.id}").count('class="partly') == 3
    assert post(secretariat, path + "/forwarding").status_code == 404  # no longer to be checked


def test_what_is_missing_is_named_and_the_typed_reason_stays(secretariat, post):
    trajectory = make_planned()
    with unit_of_work():
        plan_of(trajectory.id).signed_at = None
    path = f"/trajectories-to-check/{trajectory.id}"
    refused = post(secretariat, path + "/completion", {"reviewers": "Een getypte reden."})
    assert (refused.status_code, refused.get_data(as_text=True).count("is-late")) == (422, 1)
    assert post(secretariat, path + "/completion", {"plan_signed": "Tekent ter plekke."}).status_code == 303


def test_the_secretariat_asks_something_back(secretariat, get, post):
    trajectory = make_planned()
    path = f"/trajectories-to-check/{trajectory.id}/asking-back"
    get(secretariat, path)
    assert post(secretariat, path, {"reason": " "}).status_code == 422
    assert post(secretariat, path, {"reason": "Noem een datum."}).status_code == 303
    assert plan_of(trajectory.id).asked_back == "Noem een datum."


def test_a_meeting_is_planned_filled_and_changed(secretariat, get, post):
    dossier = make_dossier()
    on = (clock.today() + timedelta(days=10)).isoformat()
    fields = {"on": on, "at": "10:00", "place": "Utrecht", "quorum": "3"}
    assert post(secretariat, "/meetings/new", fields | {"on": ""}).status_code == 422
    assert post(secretariat, "/meetings/new", fields | {"on": "2020-01-01"}).status_code == 422
    path = post(secretariat, "/meetings/new", fields).location
    assert post(secretariat, path + "/agenda", {"dossier_id": str(dossier.id)}).status_code == 303
    assert post(secretariat, path + "/agenda", {"dossier_id": str(dossier.id)}).status_code == 422
    assert "Lindenhof" in get(secretariat, path)
    moved = fields | {"at": "13:00", "version": "1"}
    assert post(secretariat, path + "/edit", moved).status_code == 303
    stale = post(secretariat, path + "/edit", moved | {"at": "15:00"})
    assert (stale.status_code, "13.00" in stale.get_data(as_text=True)) == (409, True)
    assert post(secretariat, f"{path}/agenda/{dossier.id}/removal").status_code == 303
    assert post(secretariat, path + "/cancellation", {"reason": ""}).status_code == 422
    assert post(secretariat, path + "/cancellation", {"reason": "Te weinig leden."}).status_code == 303
    assert db.session.scalars(select(Meeting)).one().state == "cancelled"


def test_the_whole_road_from_opening_to_the_letter(secretariat, get, post, outbox):
    chair, members = make_member("Hetty Vermeulen", chair=True), [make_member("Karim"), make_member("Fatma")]
    meeting = make_meeting()
    dossier = make_dossier(meeting=meeting, rating=Rating.PARTLY)
    page, path = f"/meetings/{meeting.id}", f"/dossiers/{dossier.id}"
    assert post(secretariat, page + "/invitations").status_code == 303
    assert post(chair, page + "/opening").status_code == 303
    for member in members:
        assert post(member, page + "/presence", {"present": "1"}).status_code == 303
    by = (clock.today() + timedelta(days=90)).isoformat()
    fields = {
        "outcome": "granted_with_conditions", "motivation": "Bijna.", "question": "Hoort bij een andere uitkomst.",
        "conditions-0-norm": "V1", "conditions-0-what": "Laat het zien.",
    }  # fmt: skip
    assert "is-conditions" in get(chair, path + "/motions/new")
    assert post(chair, path + "/motions/new", fields).status_code == 422
    assert post(chair, path + "/motions/new", fields | {"conditions-0-by": by}).location == path
    assert post(chair, path + "/motions/new", fields | {"conditions-0-by": by}).location == path  # already there
    for actor in (chair, *members):
        fields = {"choice": "for", "motivation": f"Reden van {actor.name}."}
        assert post(actor, path + "/motions/1/votes", fields).status_code == 303
        assert ("checked" in get(actor, path), "Laat het zien." in get(actor, path)) == (True, True)
    assert post(chair, path + "/motions/1/closing").status_code == 303
    assert post(members[0], path + "/motions/1/votes", fields).status_code == 409
    assert "Reden van Karim." in get(chair, path + "/decision")
    assert post(chair, path + "/decision", {"motivation": " "}).status_code == 422
    answer = post(chair, path + "/decision", {"motivation": "Bijna."})
    decision = db.session.scalars(select(Decision)).one()
    assert answer.location == f"/decisions/{decision.id}"
    organisation = _organisation_of(dossier)
    coordinator = make_actor("coordinator", organisation)
    assert "Bijna." in get(secretariat, f"/decisions/{decision.id}")
    assert post(secretariat, f"/decisions/{decision.id}/letters").status_code == 303
    assert post(secretariat, f"/decisions/{decision.id}/letters").status_code == 409
    assert "Laat het zien." in get(coordinator, f"/decisions/{decision.id}")
    assert outbox()[-1].recipient == coordinator.email
    assert post(chair, page + "/closing").status_code == 303


def test_before_the_letter_the_organisation_finds_no_decision(app, as_):
    decision = make_decision()
    coordinator = make_actor("coordinator", _organisation_of(db.session.get_one(Dossier, decision.dossier_id)))
    for path in (f"/decisions/{decision.id}", f"/decisions/{decision.id}/letter.pdf"):
        assert as_(coordinator).get(path).status_code == 404
    assert as_(coordinator).get("/decisions").get_data(as_text=True).count("/decisions/") == 0


def test_another_organisation_never_finds_a_decision(app, as_, secretariat):
    decision = make_decision()
    dossier = db.session.get_one(Dossier, decision.dossier_id)
    make_actor("executive", _organisation_of(dossier))
    services.send_letters(decision, by=secretariat)
    partner = db.session.get_one(Trajectory, dossier.trajectory_id + 1)
    stranger = make_actor("coordinator", db.session.get_one(Organisation, partner.organisation_id))
    assert as_(stranger).get(f"/decisions/{decision.id}").status_code == 404


def test_the_letter_is_a_pdf_in_the_readers_language(app, as_):
    decision = make_decision(outcome=Outcome.REFUSED)
    chair = db.session.scalars(select(Affiliation).where(Affiliation.role == "commission_chair")).one()
    client = as_(db.session.get_one(Person, chair.person_id))
    made = client.get(f"/decisions/{decision.id}/letter.pdf")
    assert (made.status_code, made.mimetype, made.data[:5]) == (200, "application/pdf", b"%PDF-")
    client.set_cookie("language", "en")
    assert client.get(f"/decisions/{decision.id}/letter.pdf").data != made.data


def test_a_member_reads_everything_in_the_dossier(app, get, as_):
    dossier, member = make_dossier(rating=Rating.PARTLY), make_member()
    path = f"/dossiers/{dossier.id}"
    assert "Spreek bij V1 af wie invalt." in get(member, path + "/report")
    assert get(member, path + "/self-evaluation").count("pr-finding") == 3
    assert "We pakken V1 aan." in get(member, path + "/plan")
    pdf = as_(member).get(path + "/report.pdf")
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")


def test_a_refused_vote_keeps_what_was_typed(app, post):
    _motion, dossier, people = make_motion()
    path = f"/dossiers/{dossier.id}/motions/1/votes"
    assert post(people[1], path, {"choice": "banana"}).status_code == 422
    assert "Alleen tekst." in post(people[1], path, {"motivation": "Alleen tekst."}).get_data(as_text=True)
    refused = post(people[1], path, {"choice": "against", "motivation": " ", "dissent": "y"})
    assert (refused.status_code, db.session.scalars(select(Vote)).all()) == (422, [])


def test_sent_twice_a_vote_is_one_vote(app, post):
    _motion, dossier, people = make_motion()
    for _ in range(2):
        post(people[1], f"/dossiers/{dossier.id}/motions/1/votes", {"choice": "for"})
    assert len(db.session.scalars(select(Vote)).all()) == 1


def test_a_sealed_vote_is_on_nobodys_page(app, get, secretariat):
    motion, dossier, people = make_motion()
    path = f"/dossiers/{dossier.id}"
    before = {actor.person_id: get(actor, path) for actor in (people[0], people[2], secretariat)}
    services.cast_vote(motion, choice=AGAINST, motivation="Een verzegelde reden.", by=people[1])
    for actor in (people[0], people[2], secretariat):
        assert "verzegelde reden" not in get(actor, path)
    for actor in (people[2], secretariat):
        assert bare(get(actor, path)) == bare(before[actor.person_id])


def test_the_secretariat_prepares_but_never_votes(app, post, secretariat):
    _motion, dossier, _people = make_motion()
    path = f"/dossiers/{dossier.id}"
    for rest in ("/motions/new", "/motions/1/votes", "/motions/1/closing", "/motions/1/withdrawal", "/decision"):
        assert post(secretariat, path + rest, {"choice": "for"}).status_code == 403
    assert post(secretariat, path + "/interest").status_code == 403


def test_members_do_not_do_the_secretariats_work(app, post):
    member, meeting, trajectory = make_member(), make_meeting(), make_planned()
    for path in ("/meetings/new", f"/meetings/{meeting.id}/edit", f"/meetings/{meeting.id}/agenda",
                 f"/meetings/{meeting.id}/invitations", f"/meetings/{meeting.id}/opening"):  # fmt: skip
        assert post(member, path).status_code == 403
    assert post(member, f"/trajectories-to-check/{trajectory.id}/completion").status_code == 404


@pytest.mark.parametrize("role", ["coordinator", "executive", "contributor", "reviewer", "oversight", "administrator"])
def test_outside_the_commission_there_are_no_dossiers(app, as_, role):
    meeting, dossier, _people = make_session()
    organisation = (
        _organisation_of(dossier) if role in ("coordinator", "executive", "contributor", "reviewer") else None
    )
    actor = make_actor(role, organisation)
    for path in (f"/dossiers/{dossier.id}", f"/dossiers/{dossier.id}/report", f"/meetings/{meeting.id}"):
        assert as_(actor).get(path).status_code == 404
    for path in ("/dossiers", "/meetings", "/commission", "/trajectories-to-check", "/interests"):
        assert as_(actor).get(path).status_code == 403


def test_an_interest_is_told_and_taken_back_on_pages(app, get, post):
    dossier, member = make_dossier(), make_member()
    path = f"/dossiers/{dossier.id}/interest"
    assert post(member, path, {"note": ""}).status_code == 422
    assert post(member, path, {"note": "Mijn zus werkt er."}).location == "/dossiers"
    assert post(member, path, {"note": "Nog eens."}).status_code == 404
    html = get(member, "/interests")
    assert ("Mijn zus werkt er." in html, "Lindenhof" in html) == (True, False)
    interest = db.session.scalars(select(Interest)).one()
    assert post(make_member(), f"/interests/{interest.id}/withdrawal").status_code == 404
    assert post(member, f"/interests/{interest.id}/withdrawal").status_code == 303
    assert "Lindenhof" in get(member, "/dossiers")


@pytest.mark.parametrize("path", ["/dossiers/99999", "/dossiers/99999999999999999999", "/meetings/99999999999999999999",
                                  "/decisions/99999999999999999999", "/trajectories-to-check/99999999999999999999",
                                  "/dossiers/1/evidence/9"])  # fmt: skip
def test_what_does_not_exist_is_not_found(app, as_, path):
    for actor in (make_member(), make_actor("secretariat")):
        assert as_(actor).get(path).status_code == 404


PAGES = {
    "/commission": 8, "/trajectories-to-check": 4, "/meetings": 3, "/dossiers": 5, "/decisions": 6,
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("path", PAGES)
def test_a_longer_list_takes_no_more_queries(secretariat, as_, queries, path, count):
    for _ in range(count):
        make_planned()
        make_meeting()
        make_dossier()
        make_decision()
    client = as_(secretariat)
    client.get(path)
    with queries() as seen:
        client.get(path)
    seen.expect(PAGES[path])


@pytest.mark.parametrize("count", [1, 3])
def test_a_longer_agenda_takes_no_more_queries(secretariat, as_, queries, count):
    make_member()
    meeting = make_meeting()
    for _ in range(count):
        make_dossier(meeting=meeting)
    client, path = as_(secretariat), f"/meetings/{meeting.id}"
    client.get(path)
    with queries() as seen:
        client.get(path)
    seen.expect(10)


def test_the_page_of_a_dossier_takes_at_most_twelve_queries(app, as_, queries):
    _motion, dossier, people = make_motion(rating=Rating.PARTLY)
    client, path = as_(people[0]), f"/dossiers/{dossier.id}"
    client.get(path)
    with queries() as seen:
        client.get(path)
    seen.expect(12)


def test_after_the_voting_the_page_says_how_the_votes_fell(app, get):
    _meeting, dossier, people = make_voted(FOR, FOR, ABSTAIN)
    html = get(people[2], f"/dossiers/{dossier.id}")
    assert ("Vanwege for." in html, "Vanwege abstain." in html) == (True, True)
