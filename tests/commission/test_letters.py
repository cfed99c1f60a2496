"""Letters of a meeting: read on one page, added to, sent together, each with a signed document that never changes."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from peerreview.accounts.models import Person
from peerreview.commission import services
from peerreview.commission.lifecycle import Choice, DeferralCause, MeetingState, Outcome
from peerreview.commission.models import CompletenessQuestion, Decision, Dossier, Interest
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import open_duties
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.storage import storage
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory
from tests.commission.pages import bare
from tests.factories.accounts import make_actor
from tests.factories.commission import make_decision, make_dossier, make_member, make_session, motion_text
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory

FOR, AGAINST, ABSTAIN = Choice


def _organisation_of(dossier):
    trajectory = db.session.get_one(Trajectory, dossier.trajectory_id)
    return db.session.get_one(Organisation, trajectory.organisation_id)


def _decide(dossier, people, outcome=Outcome.GRANTED, *choices, **fields):
    motion = services.put_motion(dossier, motion_text(outcome, **fields), by=people[0])
    for actor, choice in zip(people, choices or [FOR] * 3, strict=True):
        dissent = choice == AGAINST
        services.cast_vote(motion, choice=choice, motivation=f"Vanwege {choice}.", dissent=dissent, by=actor)
    services.close_motion(motion, by=people[0])
    return services.record_decision(dossier, motivation="Het rapport overtuigt.", by=people[0])


def _text(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_the_letters_of_a_meeting_are_read_added_to_and_sent_together(app, as_, get, outbox, queries, hear):
    meeting, one, people = make_session()
    chair, member = people[0], people[1]
    secretariat = make_actor("secretariat")
    coordinator = make_actor("coordinator", _organisation_of(one))
    first = _decide(one, people)
    path, counts = f"/meetings/{meeting.id}/letters", []
    client = as_(chair)
    for _more in range(2):
        client.get(path)
        with queries() as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
        for name in ("Havenlicht", "Polderhart") if len(counts) == 1 else ():
            other = make_dossier(names=(name, f"Partner van {name}"), meeting=meeting)
            executive = make_actor("executive", _organisation_of(other))
            with unit_of_work():
                db.session.get_one(Person, executive.person_id).language = "en"
            last = _decide(other, people, Outcome.REFUSED, FOR, AGAINST, FOR)
    assert counts == [8, 8]
    html = get(chair, path)
    assert [text in html for text in ("Vanwege against.", "You do not get the quality label now.")] == [True, True]
    assert html.count("Het rapport overtuigt.") == 3

    heard, sending = hear("decision.sent"), path + "/sending"
    ids = {"decision": [str(one.id) for one in (first, last)]}
    assert as_(secretariat).send(sending, ids).status_code == 409  # not read yet
    read = {f"d{first.id}-version": "1", f"d{first.id}-letter": "Hartelijk dank voor jullie openheid."}
    assert as_(member).send(f"/decisions/{first.id}/letter", read).status_code == 403
    assert client.send(f"/decisions/{first.id}/letter", read).status_code == 303
    stale = client.send(f"/decisions/{first.id}/letter", read | {f"d{first.id}-letter": "Andere tekst."})
    assert (stale.status_code, stale.get_data(as_text=True).count("Andere tekst.")) == (409, 1)
    assert "openheid" in stale.get_data(as_text=True)
    assert client.send(f"/decisions/{last.id}/letter", {f"d{last.id}-version": "1"}).status_code == 303
    assert as_(member).send(sending, ids).status_code == 403
    before = len(outbox())
    assert as_(secretariat).send(sending, ids).status_code == 303
    assert as_(secretariat).send(sending, ids).status_code == 409
    assert [letter.kind for letter in outbox()[before:]] == ["decision.letter"] * 2
    assert heard == [first.id, last.id]

    kept = db.session.get_one(Decision, first.id)
    pdf = as_(coordinator).get(f"/decisions/{first.id}/letter.pdf")
    assert (pdf.status_code, pdf.data) == (200, storage().get(kept.file_key))
    assert as_(member).get(f"/decisions/{first.id}/letter.pdf").data == pdf.data
    assert "Hartelijk dank voor jullie openheid." in _text(pdf.data)
    refusal = _text(storage().get(db.session.get_one(Decision, last.id).file_key))
    for said in (
        "2 voted for, 1 against, and 0 abstained",
        "Vanwege against.",
        "Laat inwoners meepraten.",
        "appeal until",
    ):
        assert said in refusal
    assert ("Karim" in refusal, "Hetty Vermeulen" in refusal) == (False, True)
    with unit_of_work():
        kept.file_checksum = "0" * 64
    assert as_(coordinator).get(f"/decisions/{first.id}/letter.pdf").status_code == 409


def test_of_letters_that_go_together_all_go_or_none(app, outbox):
    meeting, one, people = make_session()
    make_actor("coordinator", _organisation_of(one))
    two = make_dossier(names=("Havenlicht", "Polderhart"), meeting=meeting)
    decisions = [_decide(dossier, people) for dossier in (one, two)]
    for decision in decisions:
        services.read_letter(decision, letter="", version=decision.version, by=people[0])
    queued = len(outbox())
    with pytest.raises(Invalid):  # nobody of Havenlicht can read it
        services.send_together(decisions, by=people[0])
    assert [(row.letter_sent_at, row.file_key) for row in db.session.query(Decision)] == [(None, "")] * 2
    assert len(outbox()) == queued
    with pytest.raises(NotNow):
        services.send_together([], by=people[0])
    with pytest.raises(StaleVersion):
        services.read_letter(decisions[0], letter="", version=1, by=people[0])


def test_a_recused_chair_reads_the_letters_of_a_meeting_without_that_dossier(app, as_):
    meeting, one, people = make_session()
    path = f"/meetings/{meeting.id}/letters"
    client = as_(people[0])
    without = bare(client.get(path).get_data(as_text=True))
    decision = _decide(one, people)
    assert bare(client.get(path).get_data(as_text=True)) != without
    with unit_of_work():
        row = Interest(dossier_id=one.id, person_id=people[0].person_id, kind="declared", noted_at=clock.now())
        db.session.add(row)
    assert bare(client.get(path).get_data(as_text=True)) == without
    unknown = client.send("/decisions/9999/letter")
    hidden = client.send(f"/decisions/{decision.id}/letter")
    assert (hidden.status_code, bare(hidden.get_data(as_text=True))) == (404, bare(unknown.get_data(as_text=True)))
    assert client.send(path + "/sending", {"decision": str(decision.id)}).status_code == 409
    assert as_(people[1]).get(path).get_data(as_text=True).count("Het rapport overtuigt.") == 1


@pytest.mark.parametrize("cause", DeferralCause)
def test_what_a_deferral_asks_is_asked_and_answered_before_it_comes_back(app, get, cause):
    meeting, dossier, people = make_session()
    coordinator = make_actor("coordinator", _organisation_of(dossier))
    day = clock.add_working_days(clock.today(), 20)
    decision = _decide(dossier, people, Outcome.DEFERRED, deferral_cause=cause, return_on=day)
    services.send_letters(decision, by=make_actor("secretariat"))
    [question] = db.session.query(CompletenessQuestion).all()
    side = {"information": "organisation", "inquiry": "team"}[cause.value]
    assert (question.addressee, question.text, question.due_on) == (side, "Hoe zit het met V1?", day)
    assert [duty.due_on for duty in open_duties(kind="commission.return")] == [day]
    services.answer_question(question, text="Zo zit het.", by=coordinator)
    assert "Zo zit het." in get(people[1], f"/dossiers/{dossier.id}")
    with unit_of_work():
        meeting.state = MeetingState.PLANNED
    services.put_on_agenda(dossier, meeting, by=make_actor("secretariat"))
    assert open_duties(kind="commission.return") == []


def test_after_a_refusal_a_sign_up_before_its_day_is_warned(app, get):
    decision = make_decision(outcome=Outcome.REFUSED)
    organisation = _organisation_of(db.session.get_one(Dossier, decision.dossier_id))
    coordinator = make_actor("coordinator", organisation)
    again = make_trajectory(make_round("Volgende ronde"), organisation, state="draft")
    path = f"/trajectories/{again.id}/sign-up"
    assert "Laat inwoners meepraten." not in get(coordinator, path)
    services.send_letters(decision, by=make_member(chair=True))
    assert "Laat inwoners meepraten." in get(coordinator, path)
