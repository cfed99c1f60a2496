"""The pages of appeals and complaints, with the wrong ways."""

from datetime import timedelta

import pytest

from peerreview.appeals import services
from peerreview.appeals.lifecycle import ComplaintState, EntryKind
from peerreview.appeals.models import Appeal, AppealDraft, Complaint
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from tests.factories.accounts import make_actor
from tests.factories.appeals import make_agreed, make_appeal, make_complaint, make_told, seen
from tests.factories.organisations import make_organisation


def test_an_appeal_is_written_saved_by_itself_and_lodged_from_the_decision(app, as_, get):
    decision, executive = make_told()
    path = f"/decisions/{decision.id}/appeal"
    assert path in get(executive, f"/decisions/{decision.id}")
    client = as_(executive)
    saved = client.send(path, data={"grounds": "V1 is gezien.", "version": "0", "autosave": "1"})
    assert (saved.status_code, db.session.query(AppealDraft).one().grounds) == (200, "V1 is gezien.")
    stale = client.send(path, data={"grounds": "Anders.", "version": "0", "autosave": "1"})
    assert (stale.status_code, "V1 is gezien." in stale.text, "Anders." in stale.text) == (409, True, True)
    version = db.session.query(AppealDraft).one().version
    empty = client.send(path, data={"grounds": "", "version": str(version), "lodge": "1"})
    assert (empty.status_code, db.session.query(Appeal).count()) == (422, 0)
    version = db.session.query(AppealDraft).one().version
    lodged = client.send(path, data={"grounds": "V1 is gezien.", "version": str(version), "lodge": "1"})
    assert lodged.status_code == 303
    again = client.send(path, data={"grounds": "V1 is gezien.", "version": "0", "lodge": "1"})
    assert (again.status_code, db.session.query(Appeal).count()) == (409, 1)
    assert as_(make_actor("coordinator", make_organisation("Elders"))).get(path).status_code == 404
    assert "Beroep" in get(executive, lodged.headers["Location"])


def test_each_reader_has_their_own_page_and_first_page(app, as_, get):
    appeal, executive = make_appeal()
    office, stranger = make_actor("secretariat"), make_actor("commission_member")
    assert "Stel het panel samen voor het beroep van Lindenhof" in get(office, "/")
    assert "hoort bij deze organisatie" in get(office, f"/appeals/{appeal.id}/panel?search=Ine")
    people = make_agreed(appeal)
    path = f"/appeals/{appeal.id}"
    services.add_to_record(seen(people[1], appeal), kind=EntryKind.NOTE, text="Onder ons.", by=people[1])
    assert "Beslis over het beroep van Lindenhof" in get(people[1], "/")
    assert "Teken en stuur de brief" in get(people[0], path)
    for actor, note, outcome in ((people[1], True, True), (executive, False, False), (office, False, False)):
        page = get(actor, path)
        assert ("Onder ons." in page, "Omdat V1 is gezien." in page) == (note, outcome)
    assert [as_(stranger).get(path + part).status_code for part in ("", "/dossier.pdf", "/letter.pdf")] == [404] * 3
    assert as_(executive).get(path + "/letter.pdf").status_code == 404
    assert as_(executive).send(path + "/agreement").status_code == 403
    wrong = as_(people[1]).send(path + "/outcome", data={"outcome": "reversed", "motivation": "Zo.", "version": "1"})
    assert wrong.status_code in (409, 422)
    late = as_(people[1]).send(path + "/hearing", data={"on": "2020-01-01", "at": "10:00", "place": "Utrecht"})
    assert late.status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_few_questions_for_one_and_for_three(app, as_, queries, count):
    for _n in range(count):
        make_appeal(admitted=False)
        make_complaint()
    client = as_(make_actor("secretariat"))
    with queries() as asked:
        assert client.get("/appeals").text.count("Lindenhof") >= count
    asked.expect(4)
    with queries() as asked:
        assert client.get("/complaints").text.count("Jo Vos") >= count
    asked.expect(4)


def test_anybody_complains_and_follows_it_by_a_private_link(app, as_, outbox):
    visitor, office = as_(None), make_actor("secretariat")
    typed = {"name": "Jo Vos", "email": "jo@voorbeeld.example", "text": "Niemand belde terug."}
    assert visitor.send("/complaints/new", data=typed | {"email": "jo"}).status_code == 422
    assert visitor.send("/complaints/new", data=typed | {"homepage": "x"}).status_code == 303  # a program
    assert db.session.query(Complaint).count() == 0
    assert visitor.send("/complaints/new", data=typed).status_code == 303
    complaint = db.session.query(Complaint).one()
    today = clock.today()
    assert complaint.acknowledge_by == clock.add_working_days(today, 5)
    assert complaint.answer_by == today + timedelta(weeks=6)
    own = f"/complaint/{complaint.token}"
    letters = {letter.recipient: letter.body for letter in outbox()}
    assert (own in letters["jo@voorbeeld.example"], "belde" in letters[office.email]) == (True, False)
    assert "Niemand belde terug." in visitor.get(own).text
    assert visitor.get("/complaint/" + "x" * 32).status_code == 404
    assert as_(make_actor("commission_chair")).get(f"/complaints/{complaint.id}").status_code == 404
    secretary = as_(office)
    assert secretary.send(f"/complaints/{complaint.id}/acknowledgement").status_code == 303
    assert secretary.send(f"/complaints/{complaint.id}/acknowledgement").status_code == 409
    assert (
        secretary.send(f"/complaints/{complaint.id}/record", data={"text": "Gebeld met de teamleider."}).status_code
        == 303
    )
    assert "teamleider" not in visitor.get(own).text
    assert secretary.send(f"/complaints/{complaint.id}/answer", data={"answer": ""}).status_code == 422
    assert secretary.send(f"/complaints/{complaint.id}/answer", data={"answer": "Excuses."}).status_code == 303
    assert secretary.send(f"/complaints/{complaint.id}/answer", data={"answer": "Nog eens."}).status_code == 409
    assert "Excuses." in visitor.get(own).text
    assert [letter.kind for letter in outbox() if letter.recipient == "jo@voorbeeld.example"] == [
        "complaint.received", "complaint.acknowledged", "complaint.answered",
    ]  # fmt: skip


def test_a_complaint_is_answered_without_being_acknowledged_first_or_taken_back(app):
    office = make_actor("secretariat")
    complaint = make_complaint()
    services.answer_complaint(complaint, answer="Excuses.", by=office)
    assert complaint.state == ComplaintState.ANSWERED
    with pytest.raises(NotNow):
        services.add_to_complaint(complaint, kind=EntryKind.STATEMENT, text="Nog iets.")
    other = make_complaint()
    services.withdraw_complaint(other)
    with pytest.raises(NotNow):
        services.answer_complaint(other, answer="Excuses.", by=office)
    with pytest.raises(Invalid):
        services.complain(name="", email="", text=" ", language="nl", by=None)


def test_the_record_takes_only_files_that_can_be_kept(app, as_):
    appeal, executive = make_appeal(admitted=False)
    case = seen(executive, appeal)
    with pytest.raises(Invalid):
        services.add_to_record(case, kind=EntryKind.STATEMENT, text="", files=[("a.exe", b"MZ")], by=executive)
    for _twice in range(2):
        services.add_to_record(case, kind=EntryKind.STATEMENT, text="", files=[("a.txt", b"Zie V1.")], by=executive)
    [(entry, _who)] = seen(executive, appeal).record
    answer = as_(executive).get(f"/appeals/{appeal.id}/record/{entry.id}")
    assert (answer.data, answer.headers["Content-Disposition"]) == (b"Zie V1.", "attachment; filename=a.txt")
    with unit_of_work():
        entry.kind = EntryKind.NOTE
    assert as_(executive).get(f"/appeals/{appeal.id}/record/{entry.id}").status_code == 404
