"""How often somebody may try, and that a session that ended loses no text."""

import pytest
from sqlalchemy import select

from config import settings
from peerreview import create_app
from peerreview.accounts import queries
from peerreview.core.db import db
from peerreview.core.forms import KeptForm
from peerreview.core.outbox import Letter
from peerreview.extensions import limiter
from tests.accounts.road import PASSWORD, last_letter, link_in, make_member, send, sign_in, text_of, token_of
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_organisation
from tests.page_guard import GuardedClient


@pytest.fixture
def limited(app):
    """The same application and database, with its limits on."""
    strict = create_app(settings("testing", ratelimit_enabled=True, database_url=app.config["SQLALCHEMY_DATABASE_URI"]))
    strict.test_client_class = GuardedClient
    limiter.reset()
    db.session.remove()
    with strict.app_context():
        yield strict
        db.session.remove()
        db.engine.dispose()
    limiter.enabled = False


def statuses(client, path, times, **data):
    token = token_of(client)
    return [client.post(path, data={"csrf_token": token, **data}).status_code for _n in range(times)]


def test_after_ten_wrong_passwords_one_account_has_to_wait(limited):
    person, other = make_member(), make_member()
    client = limited.test_client()
    assert statuses(client, "/login", 11, email=person.email, password="fout") == [422] * 10 + [429]
    assert sign_in(client, person).status_code == 429
    assert sign_in(client, other).status_code == 302


def test_after_forty_wrong_passwords_one_address_of_the_network_has_to_wait(limited):
    client = limited.test_client()
    token = token_of(client)
    data = {"csrf_token": token, "password": "fout"}
    answers = [client.post("/login", data=data | {"email": f"p{n}@voorbeeld.example"}) for n in range(41)]
    assert [answer.status_code for answer in answers] == [422] * 40 + [429]


def test_who_signs_in_well_is_never_kept_out(limited):
    person = make_member()
    for _n in range(12):
        assert sign_in(limited.test_client(), person).status_code == 302


@pytest.mark.parametrize("path", ["/reset", "/confirm"])
def test_letters_are_sent_four_times_an_hour_to_known_and_unknown_alike(limited, path):
    person = make_member(confirmed_at=None)
    client = limited.test_client()
    assert statuses(client, path, 5, email=person.email) == [200] * 4 + [429]
    assert statuses(client, path, 5, email="niemand@voorbeeld.example") == [200] * 4 + [429]
    assert db.session.query(Letter).count() == 4


def test_a_code_can_be_guessed_six_times(limited):
    person = make_member(tf_primary_method="authenticator", tf_totp_secret=_secret(limited))
    client = limited.test_client()
    sign_in(client, person)
    page = client.get("/tf-validate").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answers = [client.post("/tf-validate", data={"csrf_token": token, "code": "000000"}).status_code for _n in range(7)]
    assert answers == [422] * 6 + [429]


def _secret(app):
    with app.app_context():
        return app.extensions["security"].totp_factory.generate_totp_secret()


def test_a_page_beyond_its_limit_says_what_to_do(limited):
    client = limited.test_client()
    statuses(client, "/reset", 4, email="niemand@voorbeeld.example")
    answer = send(client, "/reset", email="niemand@voorbeeld.example")
    assert (answer.status_code, "Wacht een minuut" in text_of(answer)) == (429, True)


# --- A session that ended in the middle of a text --------------------------------------------------------------------


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(as_, at, outbox):
    organisation = make_organisation("Brugveld")
    person = make_member()
    make_actor("coordinator", organisation, person=person)
    client = as_(None)
    typed = {"email": "noor@voorbeeld.example", "name": "Noor van der Wit", "role": "reviewer", "language": "en"}
    with at("2027-02-15 09:00"):
        sign_in(client, person)
        token = token_of(client)
    with at("2027-02-15 22:00"):  # thirteen hours later
        answer = client.post(
            "/people/invite", data={"csrf_token": token, **typed}, headers={"Referer": "http://localhost/people/invite"}
        )
        assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/people/invite")
        assert "wat je typte, is bewaard" in text_of(client.get(answer.headers["Location"]))
        assert outbox() == []
        assert sign_in(client, person, next_page="/people/invite").headers["Location"] == "/people/invite"
        page = client.get("/people/invite").get_data(as_text=True)
        assert 'value="Noor van der Wit"' in page
        assert 'value="noor@voorbeeld.example"' in page
        assert send(client, "/people/invite", **typed).headers["Location"] == "/people"
        assert "Noor van der Wit" not in client.get("/people/invite").get_data(as_text=True)
    assert len(outbox()) == 1


def test_the_next_person_at_a_device_does_not_see_what_the_one_before_typed(as_):
    organisation = make_organisation()
    ada, bo = make_member("wachtwoord van ada"), make_member("wachtwoord van bo")
    for person in (ada, bo):
        make_actor("coordinator", organisation, person=person)
    client = as_(None)
    client.post(
        "/people/invite", data={"name": "Van Ada", "email": "x@voorbeeld.example"},
        headers={"Referer": "http://localhost/people/invite"},
    )  # fmt: skip
    sign_in(client, ada, "wachtwoord van ada")
    assert "Van Ada" in client.get("/people/invite").get_data(as_text=True)
    send(client, "/logout")
    sign_in(client, bo, "wachtwoord van bo")
    assert "Van Ada" not in client.get("/people/invite").get_data(as_text=True)


def test_a_password_is_never_kept(as_):
    client = as_(None)
    client.post("/login", data={"email": "a@voorbeeld.example", "password": PASSWORD, "code": "123456"})
    kept = db.session.scalars(select(KeptForm)).one()
    assert kept.fields == {"email": ["a@voorbeeld.example"]}


# --- The first account -----------------------------------------------------------------------------------------------


def run(app, *words, typed=""):
    return app.test_cli_runner().invoke(args=["people", "add", *words], input=typed)


def test_an_operator_makes_the_first_account(app, as_):
    result = run(app, "Sam@Voorbeeld.example", "Sam", "secretariat", "--password-stdin", typed=PASSWORD + "\n")
    assert (result.exit_code, result.output) == (0, "people: sam@voorbeeld.example is secretariat\n")
    person = queries.person_by_email("sam@voorbeeld.example")
    assert sign_in(as_(None), person).status_code == 302


def test_without_a_password_the_person_gets_a_letter_to_choose_one(app, outbox):
    organisation = make_organisation()
    result = run(app, "sam@voorbeeld.example", "Sam", "coordinator", "--organisation", organisation.kvk)
    assert result.exit_code == 0
    assert [letter.kind for letter in outbox()] == ["accounts.welcome"]
    person = queries.person_by_email("sam@voorbeeld.example")
    assert [h.organisation_id for h in queries.affiliations_of(person.id)] == [organisation.id]


@pytest.mark.parametrize(
    "words",
    [("geen adres", "Sam", "secretariat"), ("sam@voorbeeld.example", "Sam", "coordinator"),
     ("sam@voorbeeld.example", "Sam", "koning"),
     ("sam@voorbeeld.example", "Sam", "coordinator", "--organisation", "1")],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_reason(app, words):
    result = run(app, *words)
    assert result.exit_code != 0
    assert "Error" in result.output
    assert queries.person_by_email("sam@voorbeeld.example") is None


# --- Mail in development ---------------------------------------------------------------------------------------------


def test_in_development_every_letter_can_be_read_and_its_link_followed(app, as_, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", settings("development"))
    person = make_member()
    send(as_(None), "/reset", email=person.email)
    letter = last_letter()
    listed = as_(None).get("/dev/mail").get_data(as_text=True)
    assert f'href="/dev/mail/{letter.id}"' in listed
    assert f'href="/dev/mail/{letter.id}"' not in as_(None).get("/dev/mail?to=niemand").get_data(as_text=True)
    shown = as_(None).get(f"/dev/mail/{letter.id}").get_data(as_text=True)
    assert f'<a href="http://127.0.0.1:8000{link_in(letter)}"' in shown
    assert as_(None).get("/dev/mail/99999").status_code == 404


@pytest.mark.parametrize("path", ["/dev/mail", "/dev/mail/1"])
def test_elsewhere_that_page_does_not_exist(as_, path):

    assert as_(make_actor("administrator")).get(path).status_code == 404
