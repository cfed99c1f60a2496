"""The log: who reads what, holding, letting go, sending again, and the addresses that do not work."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from peerreview.accounts import services as accounts
from peerreview.accounts.lifecycle import Role
from peerreview.core import audit, beats, clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.delivery import deliver_due
from peerreview.core.outbox import Letter, LetterState, cancel
from tests.factories.accounts import make_actor
from tests.factories.letters import make_letter
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation

WAITING = {"state": LetterState.QUEUED, "sent_at": None}


def now(letter: Letter) -> Letter:
    return db.session.scalars(
        select(Letter).where(Letter.id == letter.id).execution_options(populate_existing=True)
    ).one()


def test_the_secretariat_finds_letters_by_state_name_subject_and_what_they_are_about(app, get):
    office, exchange = make_actor("secretariat"), make_exchange()
    make_letter("anna@voorbeeld.example", recipient_name="Anna Bos", subject="Voor Anna", about_type="exchange",
                about_id=exchange.id)  # fmt: skip
    make_letter("bas@voorbeeld.example", subject="Voor Bas", kind="visit.moved", **WAITING)
    seen = {
        query: tuple(name in get(office, f"/letters?{query}") for name in ("Voor Anna", "Voor Bas"))
        for query in ("", "state=queued", "q=anna+bos", "q=bas%40", "kind=visit", "kind=visit.moved", "kind=vis",
                      f"about=exchange:{exchange.id}", "q=100%25", "state=nonsense", "about=exchange:" + "9" * 30)
    }  # fmt: skip
    both, anna, bas, none = (True, True), (True, False), (False, True), (False, False)
    assert seen == {
        "": both, "state=queued": bas, "q=anna+bos": anna, "q=bas%40": bas, "kind=visit": bas, "kind=visit.moved": bas,
        "kind=vis": none, f"about=exchange:{exchange.id}": anna, "q=100%25": none, "state=nonsense": both,
        "about=exchange:" + "9" * 30: both,
    }  # fmt: skip


def test_the_preview_is_the_letter_with_its_secret_link_masked_and_markup_inert(app, get, outbox):
    office, place = make_actor("secretariat"), make_organisation()
    accounts.invite(
        "nieuw@voorbeeld.example", name="<b>Nieuw</b>", role=Role.REVIEWER, organisation_id=place.id, by=office
    )
    letter = outbox()[-1]
    token = letter.body.split("/invitations/")[1].split()[0]
    text = get(office, f"/letters/{letter.id}")
    assert (token in text, "/invitations/•••" in text, "<b>Nieuw" in text) == (False, True, False)
    assert "nieuw@voorbeeld.example" in text


def test_an_administrator_sees_how_letters_stand_and_reads_only_those_of_accounts(app, get, as_):
    administrator = make_actor("administrator")
    secret = make_letter(subject="Besluit over Lindenhof", kind="decision.letter", body="Toegekend.")
    own = make_letter(subject="Kies een wachtwoord", kind="accounts.welcome")
    everything = get(administrator, "/letters") + get(administrator, f"/letters/{secret.id}")
    assert [word in everything for word in ("Lindenhof", "Toegekend", "Kies een wachtwoord")] == [False, False, True]
    assert "Besluit over" not in get(administrator, "/letters?q=Lindenhof")
    client, why = as_(administrator), {"reason": "Kwam niet aan"}
    assert [client.send(f"/letters/{each.id}/resend", why).status_code for each in (secret, own)] == [403, 303]


def test_a_letter_is_held_let_go_and_then_leaves_once(app, as_):
    office, letter = make_actor("secretariat"), make_letter(**WAITING)
    client, path = as_(office), f"/letters/{letter.id}"
    assert client.send(f"{path}/hold", {"reason": " "}).status_code == 422
    assert client.send(f"{path}/hold", {"reason": "Verkeerde naam"}).status_code == 303
    assert (now(letter).state, now(letter).hold_reason, deliver_due()) == (LetterState.HELD, "Verkeerde naam", 0)
    assert client.send(f"{path}/hold", {"reason": "Nog eens"}).status_code == 409
    assert client.send(f"{path}/release", {"reason": "Klopt toch"}).status_code == 303
    assert (deliver_due(), now(letter).state, deliver_due()) == (1, LetterState.SENT, 0)
    assert client.send(f"{path}/hold", {"reason": "Te laat"}).status_code == 409
    acts = db.session.scalars(select(audit.AuditEntry.action).order_by(audit.AuditEntry.id)).all()
    assert (acts, list(audit.verify())) == (["letter.hold", "letter.release"], [])


def test_a_letter_that_is_leaving_now_cannot_be_held(app, as_):
    letter = make_letter(**WAITING, lease="x", leased_until=clock.now() + timedelta(minutes=1))
    assert as_(make_actor("secretariat")).send(f"/letters/{letter.id}/hold", {"reason": "Stop"}).status_code == 409


@pytest.mark.parametrize("state", [LetterState.SENT, LetterState.FAILED, LetterState.BOUNCED])
def test_sending_again_makes_one_new_letter_with_a_message_id_of_its_own(app, as_, outbox, state):
    letter = make_letter(
        state=state, about_type="exchange", about_id=7, attachments=[{"name": "a", "type": "b", "content": "c"}]
    )
    client = as_(make_actor("secretariat"))
    sent = [client.send(f"/letters/{letter.id}/resend", {"reason": "Kwam niet aan"}).status_code for _ in range(2)]
    [old, new] = outbox()
    assert (sent, old.id, new.resent_of_id, new.state) == ([303, 409], letter.id, letter.id, LetterState.QUEUED)
    same = ("kind", "recipient", "subject", "body", "attachments", "about_type", "about_id", "language")
    assert [getattr(old, name) for name in same] == [getattr(new, name) for name in same]
    assert old.message_id != new.message_id


def test_a_letter_that_waits_is_not_sent_again(app, as_):
    letter = make_letter(**WAITING)
    assert as_(make_actor("secretariat")).send(f"/letters/{letter.id}/resend", {"reason": "x"}).status_code == 409


def test_an_address_does_not_work_until_a_later_letter_reaches_it(app, get):
    office = make_actor("secretariat")
    make_letter("stuk@voorbeeld.example", state=LetterState.BOUNCED, last_error="550 unknown <script>")
    make_letter("weer@voorbeeld.example", state=LetterState.FAILED)
    make_letter("weer@voorbeeld.example")
    make_letter("goed@voorbeeld.example")
    page = get(office, "/letters/addresses")
    assert [f"{name}@voorbeeld.example" in page for name in ("stuk", "weer", "goed")] == [True, False, False]
    assert "550 unknown &lt;script&gt;" in page
    assert "Vraag een ander adres: 1 werkt niet" in get(office, "/")


def test_what_is_taken_back_is_taken_back_also_when_it_is_held(app, outbox):
    exchange = make_exchange()
    make_letter(**{**WAITING, "state": LetterState.HELD}, about_type="exchange", about_id=exchange.id)
    with unit_of_work():
        assert cancel(exchange, "exchange.proposed") == []
    assert outbox() == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_takes_the_same_number_of_queries_for_one_letter_and_for_three(app, as_, queries, count):
    for n in range(count):
        make_letter(f"een{n}@voorbeeld.example", state=LetterState.FAILED)
    client = as_(make_actor("secretariat"))
    client.get("/letters")
    for path, expected in (("/letters", 8), ("/letters/addresses", 4)):
        with queries() as seen:
            assert client.get(path).status_code == 200
        seen.expect(expected)


def test_the_log_says_when_letters_stand_still_and_when_all_is_well(app, get):
    office = make_actor("secretariat")
    assert "Het versturen van brieven staat stil." in get(office, "/letters")
    beats.beat("letters here 1 a", "letters")
    beats.beat("work here 2 b", "work", busy_since=clock.now() - timedelta(minutes=3))
    page = get(office, "/letters")
    assert "Brieven vertrekken zodra ze geschreven zijn." in page
    assert "Lang rekenwerk loopt sinds" in page
