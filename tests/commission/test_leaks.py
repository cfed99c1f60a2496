"""Who is recused cannot notice the dossier: every answer is the same, byte for byte, as in a world without it."""

import pytest
from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.commission import services
from peerreview.commission.lifecycle import Choice, MeetingState, Outcome
from peerreview.commission.models import Dossier, Meeting, MinutesItem
from peerreview.commission.queries.decisions import decision_page, letters_to_send
from peerreview.commission.queries.dossiers import dossier_rows
from peerreview.commission.queries.meetings import agenda_of, free_dossiers, meeting_rows
from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db, unit_of_work
from peerreview.reviews.lifecycle import Rating
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.queries import organisation_of
from tests.commission.pages import bare
from tests.factories.accounts import affiliation_of, make_actor
from tests.factories.commission import make_dossier, make_meeting, make_member, make_planned, motion_text, vote_on

BEYOND = 10_000  # no meeting, trajectory, interest or piece of evidence has this number
MEETING = ("GET", "/meetings/<int:meeting_id>")  # these show that there is a time slot, and nothing else
LIVE = ("GET", "/meetings/<int:meeting_id>/live")


def _endpoints(app):
    """(method, rule) of every page of the commission, but those on which a member notes something of themselves."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("commission."):
            for method in sorted(rule.methods & {"GET", "POST"}):
                if method == "GET" or "dossier_id" in rule.rule or "decision_id" in rule.rule:
                    yield method, rule


def _answers(app, client, dossier_id, decision_id, meeting_id):
    """What each page says to this client: status, where to, and the whole text."""
    found = {}
    for method, rule in _endpoints(app):
        values = {"dossier_id": dossier_id, "decision_id": decision_id, "meeting_id": meeting_id, "number": 1}
        ids = {name: values.get(name, BEYOND) for name in rule.arguments}
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, ids)
        answer = client.get(path) if method == "GET" else client.send(path, {"choice": "for", "note": "Ik.", "up": "1"})
        text = bare(answer.get_data(as_text=True))
        found[method, rule.rule] = (answer.status_code, answer.headers.get("Location"), answer.mimetype, text)
    return found


@pytest.fixture
def world(app, at):
    with at("2027-09-23 10:00"):
        yield _world()


def _world():
    """An open meeting with one case that everybody sees, and two trajectories of which the member knows people."""
    people = [make_member("Hetty", chair=True), make_member("Karim"), make_member("Fatma")]
    member = make_member("Ruud Janssen")
    meeting = make_meeting(*people, member, starts_at=clock.now())
    make_dossier(meeting=meeting)
    tied = [make_planned(Rating.PARTLY, names=("Verborgen", "Weefwerk")) for _ in range(2)]
    for trajectory in tied:
        affiliation_of(db.session.get_one(Person, member.person_id), "contributor", organisation_of(trajectory))
    return member, people, meeting, tied


def _agenda(meeting, dossier):
    state = db.session.get_one(Meeting, meeting.id).state
    with unit_of_work():
        meeting.state = MeetingState.PLANNED
    services.put_on_agenda(dossier, meeting, by=SYSTEM)
    with unit_of_work():
        meeting.state = state


def test_every_page_says_the_same_as_in_a_world_without_the_dossier(app, as_, world):
    member, people, meeting, tied = world
    client, meeting_id = as_(member), meeting.id
    without = _answers(app, client, 2, 1, meeting_id)  # the numbers that the next dossier and decision get
    assert sorted({answer[0] for answer in without.values()}) == [200, 403, 404]

    hidden = make_dossier(tied[0])
    assert hidden.id == 2
    assert _answers(app, client, 2, 1, meeting_id) == without

    _agenda(meeting, hidden)
    on_agenda = _answers(app, client, 2, 1, meeting_id)
    slot, live = on_agenda[MEETING][3], on_agenda[LIVE][3]
    assert _but_the_meeting(on_agenda) == _but_the_meeting(without)
    assert ("Verborgen" in slot + live, slot.count("is-sealed"), live.count("is-sealed")) == (False, 2, 1)

    motion = services.put_motion(hidden, motion_text(Outcome.REFUSED), by=people[0])
    for actor in people:
        services.cast_vote(motion, choice=Choice.FOR, motivation="Een reden.", by=actor)
    assert _answers(app, client, 2, 1, meeting_id) == on_agenda
    services.close_motion(motion, by=people[0])
    assert services.record_decision(hidden, motivation="Nog niet.", by=people[0]).id == 1
    assert _answers(app, client, 2, 1, meeting_id) == on_agenda


def _but_the_meeting(answers):
    return {page: answer for page, answer in answers.items() if page not in (MEETING, LIVE)}


def test_the_time_slot_is_the_same_whichever_dossier_is_hidden_in_it(app, as_, world):
    member, _people, meeting, tied = world
    client, path = as_(member), f"/meetings/{meeting.id}"
    first, second = make_dossier(tied[0]), make_dossier(tied[1])
    _agenda(meeting, first)
    one = bare(client.get(path).get_data(as_text=True))
    services.take_off_agenda(first, by=SYSTEM)
    _agenda(meeting, second)
    assert bare(client.get(path).get_data(as_text=True)) == one


def test_every_list_and_count_leaves_it_out(app, world):
    member, people, meeting, tied = world
    before = [list(dossier_rows(member)), [tuple(row) for row in meeting_rows(member)]]
    hidden = make_dossier(tied[0])
    _agenda(meeting, hidden)
    assert [list(dossier_rows(member)), [tuple(row) for row in meeting_rows(member)]] == before
    assert len(dossier_rows(people[0])) == len(before[0]) + 1
    assert (agenda_of(meeting, member).mine, agenda_of(meeting, people[0]).mine) == (1, 2)
    assert (decision_page(member, 1).total, list(letters_to_send(member)), list(free_dossiers(member))) == (0, [], [])


def test_a_recused_member_who_also_works_for_the_secretariat_does_not_see_it_in_that_role(app, as_, world):
    member, _people, _meeting, tied = world
    hidden = make_dossier(tied[0])
    secretary = make_actor("secretariat", person=db.session.get_one(Person, member.person_id))
    assert as_(secretary).get(f"/dossiers/{hidden.id}").status_code == 404
    assert "Verborgen" not in as_(secretary).get("/dossiers").get_data(as_text=True)
    assert as_(make_actor("secretariat")).get(f"/dossiers/{hidden.id}").status_code == 200


def test_nor_do_their_duties_and_piles_tell_of_it(app, as_, world):
    member, people, meeting, tied = world
    secretary = make_actor("secretariat", person=db.session.get_one(Person, member.person_id))
    before = [bare(as_(secretary).get(path).get_data(as_text=True)) for path in ("/deadlines", "/")]
    hidden = make_dossier(tied[0])
    _agenda(meeting, hidden)
    motion = services.put_motion(hidden, motion_text(), by=people[0])
    vote_on(motion, people, *[Choice.FOR] * 3)
    services.record_decision(hidden, motivation="Goed.", by=people[0])
    after = [bare(as_(secretary).get(path).get_data(as_text=True)) for path in ("/deadlines", "/")]
    assert [before[0] == after[0], "Verborgen" in after[1]] == [True, False]
    assert "Verborgen" in as_(make_actor("secretariat")).get("/deadlines").get_data(as_text=True)


def test_letters_to_members_name_no_dossier(app, world, outbox):
    _member, _people, _meeting, tied = world
    planned = make_meeting()
    _agenda(planned, make_dossier(tied[0]))
    services.invite(planned, by=make_actor("secretariat"))
    written = [letter for letter in outbox() if letter.kind == "meeting.invite"]
    assert len(written) == 4
    assert [letter for letter in written if "Verborgen" in letter.subject + letter.body] == []


def test_of_a_trajectory_that_is_only_planned_the_commission_knows_nothing(app, as_, world):
    _member, people, _meeting, tied = world
    with unit_of_work():
        tied[0].state = TrajectoryState.COMPLETE
    assert as_(people[0]).get(f"/trajectories-to-check/{tied[0].id}").status_code == 404
    assert as_(people[0]).get(f"/trajectories/{tied[0].id}/plan").status_code == 404
    assert db.session.query(Dossier).count() == 1


def test_the_minutes_of_a_reader_are_those_of_a_world_without_the_dossier(app, as_, world):
    member, people, meeting, tied = world
    hidden = make_dossier(tied[0])
    _agenda(meeting, hidden)
    for _case in range(2):
        services.take_up_next(meeting, by=people[0])
    services.close_meeting(meeting, by=people[0])
    pages = [f"/meetings/{meeting.id}{rest}" for rest in ("", "/minutes", "/minutes.pdf")]
    told = [as_(member).get(path).get_data() for path in pages]
    chairs = as_(people[0]).get(pages[1]).get_data(as_text=True)
    assert ("Verborgen" in chairs, "Ruud Janssen" in chairs.split("Verborgen")[1]) == (True, True)
    with unit_of_work():
        db.session.delete(db.session.scalars(select(MinutesItem).where(MinutesItem.dossier_id == hidden.id)).one())
    again = [as_(member).get(path).get_data() for path in pages]
    assert [bare(one.decode()) for one in told[:2]] == [bare(one.decode()) for one in again[:2]]
    assert told[2] == again[2]
