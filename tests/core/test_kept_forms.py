"""A text typed into a form whose session had ended comes back to its writer after signing in, and to nobody else."""

from peerreview.core.db import db
from peerreview.core.forms import KeptForm
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_organisation

PATH = "/people/invite"
TYPED = {"email": "nieuw@voorbeeld.example", "name": "Renske Vos", "role": "reviewer"}


def signed_in(client, actor, as_):
    """Let somebody else's session into this same browser, as signing in does."""
    with as_(actor).session_transaction() as fresh:
        content = dict(fresh)
    with client.session_transaction() as session:
        session.update(content)


def end_session(client):
    with client.session_transaction() as session:
        for name in ("_user_id", "_fresh", "identity.id", "csrf_token"):
            session.pop(name, None)


def test_a_text_comes_back_to_who_typed_it(app, as_):
    actor = make_actor("coordinator", make_organisation())
    client = as_(actor)
    client.get(PATH)
    end_session(client)
    assert client.post(PATH, data=TYPED).status_code == 303
    signed_in(client, actor, as_)
    assert "Renske Vos" in client.get(PATH).get_data(as_text=True)


def test_nobody_else_who_signs_in_on_that_browser_gets_it(app, as_):
    organisation = make_organisation()
    client = as_(make_actor("coordinator", organisation))
    client.get(PATH)
    end_session(client)
    client.post(PATH, data=TYPED)
    signed_in(client, make_actor("executive", organisation), as_)
    assert "Renske Vos" not in client.get(PATH).get_data(as_text=True)


def test_a_password_is_never_kept(app, as_):
    client = as_(None)
    client.post(PATH, data={**TYPED, "password": "geheim", "new_password": "geheim"})
    assert sorted(db.session.query(KeptForm).one().fields) == sorted(TYPED)


def test_a_form_of_another_site_is_not_kept(app, as_):
    as_(None).post(PATH, data=TYPED, headers={"Sec-Fetch-Site": "cross-site"})
    assert db.session.query(KeptForm).count() == 0
