"""Signing in and out with a password, and the pages around it."""

import pytest

from peerreview.accounts import services
from peerreview.core import clock
from peerreview.core.db import db
from tests.accounts.road import PASSWORD, last_letter, link_in, make_member, send, sign_in, text_of, token_of
from tests.factories.accounts import affiliation_of, make_person
from tests.factories.organisations import make_organisation

ENGLISH = {"Accept-Language": "en"}


def test_a_person_signs_in_and_out(as_):
    client = as_(None)
    answer = sign_in(client, make_member())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/account").status_code == 200
    assert send(client, "/logout").headers["Location"] == "/"
    assert client.get("/account").status_code == 303


def test_capitals_in_the_address_do_not_matter(as_):
    person = make_member(email="samira@voorbeeld.example")
    assert send(as_(None), "/login", email="Samira@Voorbeeld.example ", password=PASSWORD).status_code == 302
    assert person.email == "samira@voorbeeld.example"


def test_signing_out_is_no_link(as_):
    client = as_(make_person())
    assert client.get("/logout").status_code == 405
    assert client.get("/account").status_code == 200


def test_signing_out_without_the_token_is_asked_again(as_):
    client = as_(make_person())
    client.post("/logout")
    assert client.get("/account").status_code == 200


def test_after_signing_in_one_is_where_one_wanted_to_be(as_):
    assert sign_in(as_(None), make_member(), next_page="/account").headers["Location"] == "/account"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "\\\\elsewhere.example"])
def test_signing_in_never_leads_to_another_site(as_, elsewhere):
    location = sign_in(as_(None), make_member(), next_page=elsewhere).headers.get("Location", "/")
    assert "elsewhere" not in location.split("?")[0]
    assert location.startswith("/")
    assert not location.startswith("//")


def test_a_wrong_password_and_an_unknown_address_look_alike(as_):
    person = make_member()
    wrong = sign_in(as_(None), person, password="iets heel anders")
    unknown = send(as_(None), "/login", email="niemand@voorbeeld.example", password="iets heel anders")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    said = text_of(wrong).replace(person.email, "")
    assert said == text_of(unknown).replace("niemand@voorbeeld.example", "")
    assert "Dit adres en wachtwoord horen niet bij elkaar." in said


def test_an_unconfirmed_address_cannot_sign_in(as_):
    person = make_member(confirmed_at=None)
    client = as_(None)
    assert sign_in(client, person).status_code == 422
    assert client.get("/account").status_code == 303


def test_a_closed_account_cannot_sign_in_and_a_running_session_ends(as_):
    person = make_member()
    client = as_(None)
    sign_in(client, person)
    person.active = False
    db.session.commit()
    assert client.get("/account").status_code == 303
    assert sign_in(client, person).status_code == 422


@pytest.mark.parametrize("path", ["/login", "/reset", "/confirm", "/wan-signin"])
def test_the_pages_for_visitors_speak_both_languages(as_, path):
    dutch, english = as_(None).get(path), as_(None).get(path, headers=ENGLISH)
    assert (dutch.status_code, english.status_code) == (200, 200)
    assert text_of(dutch) != text_of(english)


SIGNED_IN = ["/account", "/change", "/tf-setup", "/mf-recovery-codes", "/wan-register", "/verify", "/wan-verify"]


@pytest.mark.parametrize("path", SIGNED_IN)
def test_the_pages_for_who_is_signed_in_speak_both_languages(as_, path):
    dutch = as_(make_person()).get(path)
    english = as_(make_person(language="en")).get(path)
    assert (dutch.status_code, english.status_code) == (200, 200)
    assert text_of(dutch) != text_of(english)


@pytest.mark.parametrize("path", [path for path in SIGNED_IN if path != "/tf-setup"])
def test_the_pages_for_who_is_signed_in_ask_a_visitor_to_sign_in(as_, path):
    answer = as_(None).get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/login?next={path}")


@pytest.mark.parametrize("path", ["/fs-static/js/webauthn.js", "/us-signin", "/change-email"])
def test_what_is_not_used_of_the_library_is_not_there(as_, path):
    assert as_(None).get(path).status_code == 404


def test_a_token_in_the_address_or_a_header_opens_nothing(app, as_):
    person = make_member()
    token = person.get_auth_token()
    assert as_(None).get(f"/account?auth_token={token}").status_code == 303
    assert as_(None).get("/account", headers={"Authentication-Token": token}).status_code == 303


def test_a_form_without_its_token_changes_nothing(as_):
    person = make_member()
    as_(None).post("/login", data={"email": person.email, "password": PASSWORD})
    answer = as_(None).post("/reset", data={"email": person.email})
    assert answer.status_code == 303


# --- Recovery and confirmation ---------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_by_the_link_of_a_letter(as_, outbox):
    person = make_member()
    client = as_(None)
    send(client, "/reset", email=person.email)
    link = link_in(last_letter())
    assert last_letter().recipient == person.email
    assert client.get(link).status_code == 200
    new = "een heel nieuwe zin"
    assert send(client, link, password=new, password_confirm=new).headers["Location"] == "/login"
    assert sign_in(as_(None), person).status_code == 422
    assert sign_in(as_(None), person, new).status_code == 302
    assert [letter.kind for letter in outbox()] == ["accounts.recover", "accounts.warning"]


def test_the_link_of_recovery_works_once_and_for_one_day(as_, at):
    person = make_member()
    with at("2027-02-15 10:00"):
        send(as_(None), "/reset", email=person.email)
        link = link_in(last_letter())
    with at("2027-02-16 09:59"):
        assert as_(None).get(link).status_code == 200
    with at("2027-02-16 10:01"):
        answer = as_(None).get(link, follow_redirects=True)
        assert "is verlopen" in text_of(answer)
    with at("2027-02-15 11:00"):
        new = "een heel nieuwe zin"
        send(as_(None), link, password=new, password_confirm=new)
        assert as_(None).get(link).headers["Location"] == "/reset"


def test_recovery_says_the_same_to_known_and_unknown_addresses(as_, outbox):
    person = make_member()
    known = send(as_(None), "/reset", email=person.email)
    unknown = send(as_(None), "/reset", email="niemand@voorbeeld.example")
    assert known.status_code == unknown.status_code == 200
    assert text_of(known).replace(person.email, "X") == text_of(unknown).replace("niemand@voorbeeld.example", "X")
    assert len(outbox()) == 1


def test_a_letter_leads_to_our_own_address_whatever_the_request_says(as_):
    person = make_member()
    client = as_(None)
    client.post(
        "/reset", data={"email": person.email, "csrf_token": token_of(client)}, headers={"Host": "localhost:666"}
    )
    send(client, "/reset", email=person.email)
    assert "666" not in last_letter().body
    assert "http://127.0.0.1:8000/reset/" in last_letter().body


def test_letters_are_in_the_language_of_their_reader(as_):
    dutch, english = make_member(), make_member(language="en")
    send(as_(None), "/reset", email=english.email)
    assert (last_letter().subject, last_letter().language) == ("Choose a new password", "en")
    send(as_(None), "/reset", email=dutch.email)
    assert (last_letter().subject, last_letter().language) == ("Kies een nieuw wachtwoord", "nl")


def test_an_address_is_confirmed_by_the_link_of_a_letter(as_):
    person = make_member(confirmed_at=None)
    client = as_(None)
    send(client, "/confirm", email=person.email)
    answer = client.get(link_in(last_letter()), follow_redirects=True)
    assert "Je adres is bevestigd." in text_of(answer)
    assert sign_in(client, person).status_code == 302


def test_a_link_of_confirmation_holds_two_days(as_, at):
    person = make_member(confirmed_at=None)
    with at("2027-02-15 10:00"):
        send(as_(None), "/confirm", email=person.email)
    with at("2027-02-17 10:01"):
        answer = as_(None).get(link_in(last_letter()), follow_redirects=True)
        assert "is verlopen" in text_of(answer)
    assert person.confirmed_at is None


def test_who_starts_an_account_chooses_a_password_by_the_link_and_is_confirmed(app, as_):
    person = services.start_account("Nieuw@Voorbeeld.example", name="Noor", language="en")
    assert (person.email, person.password, person.confirmed_at) == ("nieuw@voorbeeld.example", None, None)
    letter = last_letter()
    assert (letter.kind, letter.language) == ("accounts.welcome", "en")
    client = as_(None)
    send(client, link_in(letter), password=PASSWORD, password_confirm=PASSWORD)
    assert sign_in(client, person).status_code == 302


def test_who_starts_an_account_again_gets_their_own_and_a_letter_that_says_so(app, outbox):
    person = make_member()
    assert services.start_account(person.email.upper(), name="Iemand anders", language="nl").id == person.id
    assert person.name == "Samira El Idrissi"
    assert [letter.kind for letter in outbox()] == ["accounts.known"]


def test_who_lost_the_first_letter_gets_it_again_by_either_road(app, as_, outbox):
    person = services.start_account("nieuw@voorbeeld.example", name="Noor", language="nl")
    send(as_(None), "/confirm", email=person.email)
    send(as_(None), "/reset", email=person.email)
    assert [letter.kind for letter in outbox()] == ["accounts.welcome", "accounts.welcome", "accounts.recover"]


def test_a_changed_password_ends_the_other_sessions_and_is_told(as_, outbox):
    person = make_member()
    here, elsewhere = as_(None), as_(None)
    sign_in(here, person)
    sign_in(elsewhere, person)
    new = "een heel nieuwe zin"
    answer = send(here, "/change", password=PASSWORD, new_password=new, new_password_confirm=new)
    assert answer.headers["Location"] == "/account"
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert outbox()[-1].kind == "accounts.warning"


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("fout", "een heel nieuwe zin", "een heel nieuwe zin"), (PASSWORD, "kort", "kort"), (PASSWORD, PASSWORD, PASSWORD),
     (PASSWORD, "een heel nieuwe zin", "een andere zin hier")],
)  # fmt: skip
def test_a_password_is_not_changed_when_something_is_wrong(as_, old, new, again):
    person = make_member()
    client = as_(None)
    sign_in(client, person)
    answer = send(client, "/change", password=old, new_password=new, new_password_confirm=again)
    assert answer.status_code == 422
    assert sign_in(as_(None), person).status_code == 302


# --- One's own account and role --------------------------------------------------------------------------------------


def test_a_person_changes_name_and_language(as_):
    person = make_person()
    answer = send(as_(person), "/account", name="Samira", language="en")
    assert answer.status_code == 303
    assert (person.name, person.language) == ("Samira", "en")


def test_an_empty_name_comes_back_with_the_reason(as_):
    answer = send(as_(make_person()), "/account", name=" ", language="nl")
    assert answer.status_code == 422
    assert "Vul een naam in." in text_of(answer)


def test_the_link_in_the_bar_also_keeps_the_language_of_the_person(as_):
    person = make_person()
    as_(person).get("/language/en?next=/account")
    assert person.language == "en"


def test_a_person_switches_between_the_roles_they_hold(as_):
    person = make_person()
    first = affiliation_of(person, "coordinator", make_organisation("Brugveld"))
    second = affiliation_of(person, "reviewer", make_organisation("De Haven"))
    client = as_(person)
    assert "Coördinator · Brugveld" in client.get("/account").get_data(as_text=True)
    answer = send(client, "/account/role", affiliation_id=second.id)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Toetser · De Haven" in client.get("/account").get_data(as_text=True)
    assert "Toetser · De Haven" in as_(person).get("/account").get_data(as_text=True)  # also at the next visit
    assert (first.person_id, person.last_affiliation_id) == (person.id, second.id)


@pytest.mark.parametrize("which", ["foreign", "ended", "nonsense"])
def test_the_role_of_someone_else_is_not_found(as_, which):
    person, other = make_person(), make_person()
    ids = {"foreign": affiliation_of(other, "secretariat").id, "nonsense": "x"}
    if which == "ended":
        ended = affiliation_of(person, "oversight")
        ended.ended_at = clock.now()
        db.session.commit()
        ids["ended"] = ended.id
    assert send(as_(person), "/account/role", affiliation_id=ids[which]).status_code == 404


def test_an_account_page_runs_few_queries(as_, queries):
    person = make_person()
    affiliation_of(person, "coordinator", make_organisation())
    client = as_(person)
    with queries() as one:
        client.get("/account")
    for _n in range(3):
        affiliation_of(person, "reviewer", make_organisation())
    with queries() as more:
        client.get("/account")
    assert (len(one), len(more)) == (3, 3)
