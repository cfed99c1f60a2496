"""A code of an app, recovery codes, passkeys, and the roles that cannot do without."""

import json
import re
from base64 import urlsafe_b64encode

import pytest
from bs4 import BeautifulSoup

from peerreview.accounts.models import WebAuthnCredential
from peerreview.core import clock
from peerreview.core.db import db
from tests.accounts.road import PASSWORD, make_member, send, set_up_app, sign_in, text_of
from tests.factories.accounts import affiliation_of, make_person
from tests.factories.organisations import make_organisation

MORNING = "2027-02-15 10:00:00"
LATER = "2027-02-15 10:01:00"
NEXT_STEP = "2027-02-15 10:01:40"


@pytest.fixture
def with_app(as_, at):
    """A person who set up an app as second step at ten, and that app."""
    person = make_member()
    with at(MORNING):
        client = as_(None)
        sign_in(client, person)
        app = set_up_app(client)
    return person, app


# --- The app ---------------------------------------------------------------------------------------------------------


def test_setting_up_an_app_is_told_and_recorded(with_app, outbox):
    assert [letter.subject for letter in outbox()] == ["Er is een app ingesteld als tweede stap bij het inloggen."]


def test_who_has_an_app_signs_in_with_password_and_code(with_app, as_, at):
    person, app = with_app
    with at(LATER):
        client = as_(None)
        answer = sign_in(client, person, next_page="/account")
        assert answer.headers["Location"] == "/tf-validate?next=/account"
        assert client.get("/account").status_code == 303
        assert client.get("/tf-validate?next=/account").status_code == 200
        answer = send_code(client, app.generate().token, "/tf-validate?next=/account")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account")
        assert client.get("/account").status_code == 200


def send_code(client, code, path="/tf-validate"):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).get_data(as_text=True)).group(1)
    return client.post(path, data={"csrf_token": token, "code": code})


def test_a_code_works_once(with_app, as_, at):
    person, app = with_app
    with at(LATER):
        code = app.generate().token
        first, second = as_(None), as_(None)
        sign_in(first, person)
        assert send_code(first, code).status_code == 302
        sign_in(second, person)
        answer = send_code(second, code)
        assert (answer.status_code, second.get("/account").status_code) == (422, 303)
        assert "Deze code werkt niet." in text_of(answer)


def test_a_wrong_or_old_code_opens_nothing(with_app, as_, at):
    person, app = with_app
    with at(MORNING):
        old = app.generate().token
    with at(NEXT_STEP):
        client = as_(None)
        sign_in(client, person)
        assert [send_code(client, code).status_code for code in ("000000", old, "", "abc")] == [422] * 4
        assert client.get("/account").status_code == 303


@pytest.mark.parametrize("path", ["/tf-validate", "/mf-recovery", "/tf-select"])
def test_the_second_step_without_the_first_leads_back(as_, path):
    assert as_(None).get(path).headers["Location"] == "/login"


def test_the_app_can_be_switched_off_again(with_app, as_, at, outbox):
    person, app = with_app
    with at(LATER):
        client = as_(None)
        sign_in(client, person)
        send_code(client, app.generate().token)
        send(client, "/tf-setup", setup="disable")
        assert sign_in(as_(None), person).headers["Location"] == "/"
    assert outbox()[-1].subject == "De app als tweede stap bij het inloggen is uitgezet."


def test_what_touches_safety_asks_again_after_half_an_hour(as_, at):
    person = make_member()
    client = as_(None)
    with at("2027-02-15 10:00"):
        sign_in(client, person)
        assert client.get("/tf-setup").status_code == 200
    with at("2027-02-15 11:00"):
        answer = client.get("/tf-setup")
        assert answer.headers["Location"] == "/verify?next=/tf-setup"
        assert send(client, "/verify?next=/tf-setup", password="fout wachtwoord").status_code == 422
        assert send(client, "/verify?next=/tf-setup", password=PASSWORD).headers["Location"] == "/tf-setup"
        assert client.get("/tf-setup").status_code == 200


# --- Recovery codes --------------------------------------------------------------------------------------------------


def codes_of(answer):
    return [
        code.get_text() for code in BeautifulSoup(answer.get_data(as_text=True), "html.parser").select(".pr-codes code")
    ]


def test_a_recovery_code_replaces_the_app_and_works_once(with_app, as_, at):
    person, app = with_app
    with at(LATER):
        client = as_(None)
        sign_in(client, person)
        send_code(client, app.generate().token)
        codes = codes_of(send(client, "/mf-recovery-codes"))
        assert (len(codes), len(set(codes))) == (8, 8)
        assert codes_of(client.get("/mf-recovery-codes?show_codes=1")) == codes
        assert "Nog 8 codes" in text_of(client.get("/account"))
        lost = as_(None)
        sign_in(lost, person)
        assert send_code(lost, codes[0], "/mf-recovery").headers["Location"] == "/"
        again = as_(None)
        sign_in(again, person)
        assert send_code(again, codes[0], "/mf-recovery").status_code == 422
        assert send_code(again, "0000-0000-0000", "/mf-recovery").status_code == 422
        assert again.get("/account").status_code == 303


def test_recovery_codes_are_kept_encrypted(with_app, as_, at):
    person, app = with_app
    with at(LATER):
        client = as_(None)
        sign_in(client, person)
        send_code(client, app.generate().token)
        codes = codes_of(send(client, "/mf-recovery-codes"))
    kept = "".join(person.mf_recovery_codes)
    assert not any(code in kept for code in codes)


# --- Passkeys: what can be refused without a device ------------------------------------------------------------------


def make_passkey(person, usage="first", name="Telefoon"):
    key = WebAuthnCredential(
        user_id=person.id, credential_id=f"{person.id}{name}".encode(), public_key=b"key", name=name, usage=usage,
        lastuse_datetime=clock.now(), device_type="single_device",
    )  # fmt: skip
    db.session.add(key)
    db.session.commit()
    return key


def options_of(answer):
    form = BeautifulSoup(answer.get_data(as_text=True), "html.parser").find("form", attrs={"data-passkey": True})
    return form["data-passkey"], json.loads(form["data-passkey-options"]), form["action"]


def test_making_a_passkey_asks_any_device_for_a_finger_face_or_code(as_):
    person = make_person()
    answer = send(as_(person), "/wan-register", name="Telefoon van Samira", usage="first")
    kind, options, action = options_of(answer)
    assert (kind, action.startswith("/wan-register/")) == ("create", True)
    chosen = options["authenticatorSelection"]
    assert (chosen["userVerification"], chosen["residentKey"]) == ("required", "preferred")
    assert "authenticatorAttachment" not in chosen
    assert options["user"]["name"] == person.email


def test_signing_in_with_a_passkey_tells_nothing_about_who_has_one(as_):
    person = make_person()
    make_passkey(person)
    for identity in (person.email, "niemand@voorbeeld.example", ""):
        kind, options, _action = options_of(send(as_(None), "/wan-signin", identity=identity))
        assert (kind, options["userVerification"], options["allowCredentials"]) == ("get", "required", [])


def answer_of(credential_id):
    text = lambda raw: urlsafe_b64encode(raw).decode().rstrip("=")  # noqa: E731
    return json.dumps({
        "id": text(credential_id), "rawId": text(credential_id), "type": "public-key",
        "response": {"authenticatorData": text(b"x" * 37), "clientDataJSON": text(b"{}"), "signature": text(b"s")},
    })  # fmt: skip


@pytest.mark.parametrize("credential", ["", "geen json", answer_of(b"onbekend"), answer_of(b"1Telefoon")])
def test_an_answer_that_is_wrong_signs_nobody_in(as_, credential):
    make_passkey(make_person())
    client = as_(None)
    _kind, _options, action = options_of(send(client, "/wan-signin"))
    assert send(client, action, credential=credential).headers["Location"] == "/wan-signin"
    assert client.get("/account").status_code == 303


def test_the_question_to_the_device_holds_five_minutes(as_, at):
    client = as_(None)
    with at("2027-02-15 10:00"):
        _kind, _options, action = options_of(send(client, "/wan-signin"))
    with at("2027-02-15 10:06"):
        send(client, action, credential=answer_of(b"x"))
        assert "Begin opnieuw." in text_of(client.get("/wan-signin"))


def test_a_passkey_can_be_removed_by_its_owner_only(as_, outbox):
    person, other = make_person(), make_person()
    make_passkey(person)
    send(as_(other), "/wan-delete", name="Telefoon")
    assert len(person.webauthn) == 1
    client = as_(person)
    assert "Telefoon" in text_of(client.get("/wan-register"))
    send(client, "/wan-delete", name="Telefoon")
    db.session.expire_all()
    assert person.webauthn == []
    assert outbox()[-1].subject == "Er is een passkey van je account verwijderd."


def test_two_passkeys_need_two_names(as_):
    person = make_person()
    make_passkey(person)
    answer = send(as_(person), "/wan-register", name="Telefoon", usage="first")
    assert answer.status_code == 422
    assert "Je hebt al een passkey met de naam Telefoon." in text_of(answer)


def test_a_passkey_as_second_step_is_asked_after_the_password(as_):
    person = make_member()
    key = make_passkey(person, "secondary")
    client = as_(None)
    assert sign_in(client, person).headers["Location"].startswith("/wan-signin")
    assert client.get("/account").status_code == 303
    assert "tweede stap" in text_of(client.get("/wan-signin"))
    _kind, options, _action = options_of(send_halfway(client, "/wan-signin"))
    assert [one["id"] for one in options["allowCredentials"]] == [
        urlsafe_b64encode(key.credential_id).decode().rstrip("=")
    ]


def test_who_has_an_app_and_a_passkey_chooses(with_app, as_, at):
    person, _app = with_app
    make_passkey(person, "secondary")
    with at(LATER):
        client = as_(None)
        assert sign_in(client, person).headers["Location"].startswith("/tf-select")
        assert "Wat gebruik je als tweede stap?" in text_of(client.get("/tf-select"))
        answer = send_halfway(client, "/tf-select", which="authenticator")
        assert answer.headers["Location"].startswith("/tf-validate")


def send_halfway(client, path, **data):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).get_data(as_text=True)).group(1)
    return client.post(path, data={"csrf_token": token, **data})


# --- Roles that need it ----------------------------------------------------------------------------------------------


@pytest.fixture
def strict(app, monkeypatch):
    """As in production: such roles need a second step."""
    monkeypatch.setitem(app.config, "SECOND_FACTOR_REQUIRED", True)


NEEDING = ["secretariat", "commission_member", "commission_chair", "administrator"]
CLOSED = ["/", "/account", "/people", "/change", "/dev/building-blocks", "/bestaat-niet/"]
STEPS = ["/account/second-step", "/tf-setup", "/wan-register", "/mf-recovery-codes", "/label.css", "/health"]


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("role", NEEDING)
def test_who_holds_such_a_role_can_only_set_up_the_second_step(as_, role):
    person = make_person()
    affiliation_of(person, role)
    client = as_(person)
    for path in CLOSED[:-1]:
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/account/second-step")
    assert [client.get(path).status_code for path in STEPS] == [200] * len(STEPS)
    assert "Stel eerst een tweede stap in" in text_of(client.get("/account/second-step"))


@pytest.mark.usefixtures("strict")
def test_it_counts_for_every_role_one_holds_and_not_only_the_present_one(as_):
    person = make_person()
    affiliation_of(person, "coordinator", make_organisation())
    assert as_(person).get("/account").status_code == 200
    affiliation_of(person, "commission_member")
    assert as_(person).get("/account").status_code == 303


@pytest.mark.usefixtures("strict")
def test_a_form_is_not_sent_without_the_second_step_and_htmx_hears_so(as_):
    person = make_person()
    affiliation_of(person, "secretariat")
    client = as_(person)
    assert send(client, "/account", name="Anders", language="nl").headers["Location"] == "/account/second-step"
    assert client.get("/account", headers={"HX-Request": "true"}).status_code == 403
    assert person.name == "Samira El Idrissi"


@pytest.mark.usefixtures("strict")
def test_with_an_app_the_way_is_open(as_, at):
    person = make_member()
    affiliation_of(person, "secretariat")
    with at(MORNING):
        client = as_(None)
        sign_in(client, person)
        assert client.get("/account").status_code == 303
        app = set_up_app(client)
        assert client.get("/account").status_code == 200
    with at(LATER):
        client = as_(None)
        sign_in(client, person)
        send_code(client, app.generate().token)
        assert client.get("/account").status_code == 200


@pytest.mark.usefixtures("strict")
def test_a_passkey_opens_the_way_only_when_it_was_used(as_):
    person = make_member()
    affiliation_of(person, "secretariat")
    make_passkey(person, "first")
    client = as_(None)
    assert sign_in(client, person).headers["Location"] == "/"  # with the password alone
    assert client.get("/account").status_code == 303
    assert "Je hebt een passkey" in text_of(client.get("/account/second-step"))
    with client.session_transaction() as session:
        session["signed_in_with_passkey"] = True
    assert client.get("/account").status_code == 200


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("role", ["coordinator", "executive", "contributor", "reviewer"])
def test_other_roles_may_do_without(as_, role):
    person = make_person()
    affiliation_of(person, role, make_organisation())
    assert as_(person).get("/account").status_code == 200


@pytest.mark.usefixtures("strict")
def test_a_visitor_is_not_asked_for_it(as_):
    assert as_(None).get("/login").status_code == 200


def test_who_needs_no_second_step_is_sent_on(as_):
    assert as_(make_person()).get("/account/second-step").headers["Location"] == "/"
