"""Following by mail: nobody follows without having confirmed, everybody hears each change once, and anybody can stop."""

import re
import threading
from datetime import timedelta

import pytest
import time_machine

from peerreview.certificates import services as certificates
from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db
from peerreview.core.smtp import content_of
from peerreview.register import queries, services
from peerreview.register.models import Follower
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate
from tests.factories.organisations import make_organisation
from tests.factories.register import make_follower


def suspend(certificate):
    certificates.change_status(certificate, "suspend", reason="Onderzoek.", by=make_actor("secretariat"))


def letters(outbox):
    return [(one.kind, one.recipient) for one in outbox() if one.kind.startswith("register.")]


def test_who_asks_confirms_by_the_link_and_then_hears_of_the_next_change(app, as_, outbox):
    organisation = make_organisation("Brugveld")
    certificate, client = make_certificate(organisation), as_(None)
    answer = client.send("/register/follow", {"email": "Lezer@Voorbeeld.example", "organisation": organisation.slug})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/register/follow/sent")
    assert services.tell_followers(by=SYSTEM) is False
    [link] = re.findall(r"(/register/follow/\S+)", outbox()[-1].body)
    assert "Ja, houd mij op de hoogte" in client.get(link).text
    assert client.send(link).status_code == 303
    assert services.tell_followers(by=SYSTEM) is False  # of what was before, nobody is told
    suspend(certificate)
    assert [services.tell_followers(by=SYSTEM), services.tell_followers(by=SYSTEM)] == [True, False]
    letter = outbox()[-1]
    assert (letter.subject, letter.recipient) == ("Brugveld: opgeschort", "lezer@voorbeeld.example")
    assert "Onderzoek" not in letter.body
    mail = content_of(letter).decode()
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mail
    [stop] = re.findall(r"(/register/follow/\S+/stop)", letter.body)
    assert f"{stop}>" in mail
    assert client.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 303  # without any token of ours
    certificates.change_status(certificate, "reinstate", reason="Klaar.", by=make_actor("secretariat"))
    assert services.tell_followers(by=SYSTEM) is False
    assert "Je krijgt geen brieven meer" in client.get(stop).text


def test_two_workers_at_the_same_instant_write_one_letter_about_a_change(app, outbox):
    certificate = make_certificate(make_organisation("Brugveld"))
    for number in range(3):
        make_follower(f"lezer{number}@voorbeeld.example")
    suspend(certificate)
    ready = threading.Barrier(2)

    def work():
        with app.app_context():
            ready.wait(10)
            services.tell_followers(by=SYSTEM)
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(to for kind, to in letters(outbox) if kind == "register.changed") == [
        f"lezer{number}@voorbeeld.example" for number in range(3)
    ]


def test_who_follows_one_hears_of_that_one_and_who_follows_all_of_all_in_their_own_language(app, outbox):
    one, other = make_organisation("Brugveld"), make_organisation("Lindenhof")
    held = [make_certificate(one), make_certificate(other)]
    make_follower("een@voorbeeld.example", one.id)
    make_follower("alle@voorbeeld.example", language="en")
    for certificate in held:
        suspend(certificate)
    services.tell_followers(by=SYSTEM)
    told = [(one.recipient, one.subject) for one in outbox() if one.kind == "register.changed"]
    assert told == [
        ("een@voorbeeld.example", "Brugveld: opgeschort"),
        ("alle@voorbeeld.example", "Brugveld: suspended"),
        ("alle@voorbeeld.example", "Lindenhof: suspended"),
    ]


def test_whoever_asks_learns_nothing_and_an_address_is_not_flooded(app, as_, outbox):
    make_follower("lezer@voorbeeld.example")
    client, sent = as_(None), len(outbox())
    answers = [
        client.send("/register/follow", {"email": address})
        for address in ("lezer@voorbeeld.example", "nieuw@voorbeeld.example", "nieuw@voorbeeld.example")
    ]
    assert len({(answer.status_code, answer.headers["Location"], answer.data) for answer in answers}) == 1
    assert letters(outbox)[sent:] == [("register.confirm", "nieuw@voorbeeld.example")]
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        services.ask_to_follow("lezer@voorbeeld.example", None, language="nl")
    assert letters(outbox)[-1] == ("register.follows", "lezer@voorbeeld.example")


@pytest.mark.parametrize(("fields", "status"), [({"email": "geen adres"}, 422), ({"email": ""}, 422)])
def test_a_wrong_address_is_told(app, as_, fields, status):
    assert as_(None).send("/register/follow", fields).status_code == status


def test_a_program_that_fills_in_the_trap_gets_no_letter_and_unknown_links_lead_nowhere(app, as_, outbox):
    client = as_(None)
    assert client.send("/register/follow", {"email": "x@voorbeeld.example", "homepage": "x"}).status_code == 303
    assert letters(outbox) == []
    for path in ("/register/follow?organisation=nobody", "/register/follow/nothing", "/register/follow/nothing/stop"):
        assert client.get(path).status_code == 404


def test_addresses_of_who_never_confirmed_or_stopped_go_after_thirty_days(app):
    services.ask_to_follow("nooit@voorbeeld.example", None, language="nl")
    stays, stopped = make_follower("blijft@voorbeeld.example"), make_follower("stopte@voorbeeld.example")
    services.stop_following(stopped)
    for days, left in ((29, 3), (31, 1)):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            services.forget_followers(clock.today(), by=SYSTEM)
        assert db.session.query(Follower).count() == left
    assert queries.follower_with(stays.token) is not None


def test_stopping_and_confirming_twice_change_nothing(app):
    follower = make_follower()
    for act, state in ((services.stop_following, "stopped"), (services.confirm_following, "following")):
        act(follower)
        act(follower)
        assert queries.follower_with(follower.token).state == state
