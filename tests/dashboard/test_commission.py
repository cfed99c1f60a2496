"""The first page of a member of the commission: what to read, what to vote on, and what the chair puts to the vote."""

from datetime import timedelta

from peerreview.commission import services
from peerreview.commission.lifecycle import Choice, MeetingKind, MeetingState
from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import unit_of_work
from peerreview.dashboard.services import home_of
from tests.factories.commission import make_dossier, make_meeting, make_member, motion_text


def make_written(**fields):
    return make_meeting(
        kind=MeetingKind.WRITTEN, starts_at=clock.now(), closes_at=clock.now() + timedelta(days=14), **fields
    )


def tasks_of(actor):
    tasks = home_of(actor, clock.today())["tasks"]
    return [(task.what, task.due_on) for task, _mark in tasks]


def test_a_written_procedure_hides_no_meeting_and_is_due_when_it_closes(app):
    member, meeting, written = make_member(), make_meeting(), make_written()
    for one in (meeting, written):
        services.put_on_agenda(make_dossier(), one, by=SYSTEM)
    assert tasks_of(member) == [
        ("Lees 1 dossier voor de vergadering", clock.today() + timedelta(days=7)),
        ("Lees 1 dossier voor de schriftelijke procedure", clock.today() + timedelta(days=14)),
    ]


def test_the_chair_hears_what_nobody_can_vote_on_yet_and_then_everybody_votes(app):
    chair, member, _third = make_member(chair=True), make_member(), make_member()
    dossier, written = make_dossier(), make_written()
    services.put_on_agenda(dossier, written, by=SYSTEM)
    assert [title for title, _on in tasks_of(chair)] == ["Lees 1 dossier voor de schriftelijke procedure"]
    with unit_of_work():
        written.state = MeetingState.OPEN
    assert "Breng 1 dossier in stemming" in [title for title, _on in tasks_of(chair)]
    assert "Breng 1 dossier in stemming" not in [title for title, _on in tasks_of(member)]
    motion = services.put_motion(dossier, motion_text(), by=chair)
    assert [title for title, _on in tasks_of(chair)] == ["Stem over 1 dossier"]
    services.cast_vote(motion, choice=Choice.FOR, motivation="Overtuigt.", by=chair)
    assert tasks_of(chair) == []
