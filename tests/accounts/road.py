"""What a visitor does in these tests: send a form with its token, sign in, read the last letter, use an app."""

import re
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from flask_security import hash_password
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from peerreview.accounts.models import Person
from peerreview.core.db import db
from peerreview.core.outbox import Letter
from tests.factories.accounts import make_person

PASSWORD = "een lange zin van mij"


def token_of(client: FlaskClient) -> str:
    for path in ("/login", "/account", "/account/second-step"):
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).get_data(as_text=True))
        if found:
            return found.group(1)
    raise AssertionError("no form found")


def send(client: FlaskClient, path: str, **data: Any) -> TestResponse:
    return client.post(path, data={"csrf_token": token_of(client), **data})


def make_member(password: str = PASSWORD, **fields: Any) -> Person:
    """A person who can sign in with a password."""
    return make_person(password=hash_password(password), **fields)


def sign_in(client: FlaskClient, person: Person, password: str = PASSWORD, next_page: str = "") -> TestResponse:
    return send(client, "/login" + (f"?next={next_page}" if next_page else ""), email=person.email, password=password)


def last_letter() -> Letter:
    return db.session.query(Letter).order_by(Letter.id.desc()).first()


def link_in(letter: Letter) -> str:
    """The path of the first link in a letter."""
    return re.search(r"https?://[^/\s]+(/\S+)", letter.body).group(1)


def text_of(answer: TestResponse) -> str:
    return " ".join(BeautifulSoup(answer.get_data(as_text=True), "html.parser").main.get_text(" ").split())


def set_up_app(client: FlaskClient) -> TOTP:
    """Set up an app as second step, as the signed-in person of this client; the app that shows its codes."""
    page = send(client, "/tf-setup", setup="authenticator")
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    app = TOTP(soup.find("code").get_text())
    answer = send(client, soup.find("form", action=re.compile("/tf-setup/")).get("action"), code=app.generate().token)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mf-recovery-codes")
    return app
