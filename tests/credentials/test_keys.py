"""Keys: made at first use and once, sealed, turned over without losing what the old ones proved."""

from threading import Barrier, Thread

from sqlalchemy import func, select

from peerreview.core.db import db, unit_of_work
from peerreview.core.sealing import opened
from peerreview.credentials import queries, services, signing
from peerreview.credentials.models import SigningKey
from tests.factories.credentials import make_badge


def test_a_key_is_made_once_however_many_ask_for_the_first_one(app):
    together, wrong = Barrier(4), []
    db.session.remove()

    def ask():
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    services.current_key()
            except Exception as error:
                wrong.append(error)

    threads = [Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, db.session.scalar(select(func.count(SigningKey.id)))) == ([], 1)


def test_rotating_keeps_the_old_public_key_and_destroys_its_private_half(app):
    token = make_badge().jwt
    first = services.current_key()[0].kid
    said = app.test_cli_runner().invoke(args=["keys", "rotate"]).output
    db.session.remove()
    newest, old = queries.known_keys()
    assert newest.kid in said and "1 older ones stay published" in said
    assert (old.kid, old.sealed_private_key, old.retired_at is None) == (first, "", False)
    assert signing.is_signed_by(token, old.public_jwk) and not signing.is_signed_by(token, newest.public_jwk)
    assert app.test_cli_runner().invoke(args=["keys", "list"]).output.count("\n") == 2


def test_a_private_key_is_sealed_and_a_changed_secret_brings_a_new_key(app, monkeypatch):
    key, private = services.current_key()
    assert "PRIVATE" in private and "PRIVATE" not in key.sealed_private_key
    assert opened(key.sealed_private_key, purpose="another") is None
    monkeypatch.setitem(app.config, "SECRET_KEY", "another secret altogether")
    newer, _private = services.current_key()
    assert (newer.kid == key.kid, key.retired_at is None, len(queries.known_keys())) == (False, False, 2)
