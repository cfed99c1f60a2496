"""Signing in and out with a password."""

import re

import pytest
from flask_security import hash_password

from tests.factories.accounts import make_person

PASSWORD = "een lange zin van mij"


def token_of(html: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found
    return found.group(1)


def test_a_person_signs_in_and_out(app, as_):
    person = make_person(password=hash_password(PASSWORD))
    client = as_(None)
    page = client.get("/login").get_data(as_text=True)
    answer = client.post("/login", data={"email": person.email, "password": PASSWORD, "csrf_token": token_of(page)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    account = client.get("/account")
    assert account.status_code == 200
    answer = client.post("/logout", data={"csrf_token": token_of(account.get_data(as_text=True))})
    assert answer.status_code == 302
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize("path", ["/login", "/reset", "/confirm", "/wan-signin"])
def test_the_pages_for_visitors_are_there(as_, path):
    assert as_(None).get(path).status_code == 200


@pytest.mark.parametrize("path", ["/account", "/change", "/tf-setup", "/mf-recovery-codes", "/wan-register", "/verify", "/wan-verify"])
def test_the_pages_for_who_is_signed_in_are_there(as_, path):
    assert as_(make_person()).get(path).status_code == 200
