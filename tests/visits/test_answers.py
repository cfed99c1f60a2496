"""Will you be there? A letter's link answers once and tells nobody else anything; on the page one answers again."""

import pytest

from config import settings
from peerreview import create_app
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.extensions import limiter
from peerreview.visits import queries, services
from peerreview.visits.lifecycle import Coming, Part
from peerreview.visits.models import Companion
from tests.factories.accounts import make_actor, make_person
from tests.factories.visits import agree_all, make_scene

FEBRUARY = "2027-02-01 10:00"


@pytest.fixture
def scene(app, at):
    with at(FEBRUARY):
        scene = make_scene()
        agree_all(scene)
        yield scene


@pytest.fixture
def link(outbox):
    def of(who):
        mine = [one for one in outbox() if one.recipient == who.email and "/visit-invitations/" in one.body]
        return "/visit-invitations/" + mine[-1].body.split("/visit-invitations/")[1].split()[0]

    return of


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def counted(request):
    return request.getfixturevalue("queries")


def invitation(visit, who):
    return next(one for one in queries.invitees_of(visit.id) if one.person_id == who.person_id)


def over(answer):
    assert (answer.status_code, "This link no longer works" in answer.text or "werkt niet meer" in answer.text) == (
        404, True,
    )  # fmt: skip
    assert not any(word in answer.text for word in ("Lindenhof", "Brugveld", "Zwolle", "april"))
    return answer.text


def test_a_link_is_answered_without_signing_in_and_only_once(scene, link, client):
    visit, who = scene.visits[0], scene.others[0]
    url = link(who)
    for _scanner in range(3):
        page = client.get(url)
        assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    client.head(url)
    assert invitation(visit, who).answer == Coming.WAITING
    answer = client.send(url, {"answer": "tentative", "comment": "  Als de trein\r\nrijdt "})
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200
    noted = invitation(visit, who)
    assert (noted.answer, noted.comment, noted.token_hash) == (Coming.TENTATIVE, "Als de trein rijdt", None)
    assert noted.answered_at is not None
    over(client.get(url))
    over(client.send(url, {"answer": "declined"}))
    assert invitation(visit, who).answer == Coming.TENTATIVE
    trail = db.session.query(AuditEntry).filter_by(action="invitee.answer").order_by(AuditEntry.id).all()
    assert [(one.person_id, one.after) for one in trail] == [(who.person_id, {"answer": "tentative"})]


def test_the_page_shows_the_day_and_no_more_than_the_letter(scene, link, client):
    page = client.get(link(scene.others[0])).text
    assert "Lindenhof" in page
    assert "9.30" in page or "9:30" in page
    for somebody in scene.everybody:
        assert somebody.name not in page
        assert somebody.email not in page


def test_used_old_and_unknown_links_answer_alike(scene, link, client):
    visit = scene.visits[0]
    old, used = link(scene.leads[0]), link(scene.others[0])
    client.send(used, {"answer": "accepted", "comment": ""})
    with unit_of_work():
        db.session.add(Companion(visit_id=visit.id, person_id=make_person("Leerling").id, part=Part.TRAINEE))
    services.follow_team(visit, by=scene.secretariat)
    texts = [over(client.get(url)) for url in (used, old, "/visit-invitations/" + "y" * 43)]
    same = [text.replace(url.rsplit("/")[-1], "") for text, url in zip(texts, (used, old, "y" * 43), strict=True)]
    assert same[0] == same[1] == same[2]
    assert client.get(link(scene.leads[0])).status_code == 200


def test_who_left_and_whose_visit_ended_answer_no_more(scene, link, client):
    visit = scene.visits[0]
    gone, ended = link(scene.others[0]), link(scene.leads[0])
    with unit_of_work():
        db.session.delete(next(one for one in visit.team if one.person_id == scene.others[0].person_id))
    services.follow_team(visit, by=scene.secretariat)
    over(client.get(gone))
    ended = link(scene.leads[0])
    services.poll_again(visit, reason="Brand.", by=scene.secretariat)
    over(client.get(ended))
    over(client.send(ended, {"answer": "accepted"}))


def test_a_wrong_answer_is_asked_again_and_uses_nothing_up(scene, link, client):
    url = link(scene.others[0])
    for wrong in ({"answer": "waiting"}, {}, {"answer": "accepted", "comment": "x" * 501}):
        assert client.send(url, wrong).status_code == 422
    assert invitation(scene.visits[0], scene.others[0]).answer == Coming.WAITING
    assert client.get(url).status_code == 200


def test_who_guesses_links_is_stopped(app):
    with_limits = create_app(
        settings("testing", ratelimit_enabled=True, database_url=app.config["SQLALCHEMY_DATABASE_URI"])
    )
    limiter.reset()
    try:
        client = with_limits.test_client()
        answers = [client.get("/visit-invitations/" + f"{n:043d}").status_code for n in range(31)]
    finally:
        limiter.enabled = False
        with with_limits.app_context():
            db.engine.dispose()
    assert answers == [404] * 30 + [429]


def test_a_no_of_the_team_tells_the_coordinator_who_sends_it_and_only_once(scene, link, client, outbox):
    visit, who = scene.visits[0], scene.leads[0]
    spare = make_person("Reserve de Vries")
    with unit_of_work():
        db.session.add(Companion(visit_id=visit.id, person_id=spare.id, part=Part.SUBSTITUTE))
    before = len(outbox())
    client.send(link(who), {"answer": "declined", "comment": "Ik ben dan <b>weg</b>."})
    (letter,) = outbox()[before:]
    assert (letter.kind, letter.recipient) == ("visit.declined", scene.coordinators[0].email)
    for told in (who.name, "Ik ben dan <b>weg</b>.", spare.name, f"/visits/{visit.id}/team"):
        assert told in letter.body
    own = invitation(visit, who)
    services.answer_invitation(own, answer=Coming.DECLINED, comment="", by=who)
    assert len(outbox()) == before + 1


def test_a_no_of_the_host_tells_no_other_organisation(scene, link, client, outbox):
    url, before = link(scene.coordinators[1]), len(outbox())
    assert client.send(url, {"answer": "declined"}).status_code == 303
    assert len(outbox()) == before


def test_on_the_page_one_answers_again_and_who_arranges_it_sees_all(scene, as_):
    visit, who = scene.visits[0], scene.others[0]
    url = f"/visits/{visit.id}"
    for said in ("accepted", "tentative"):
        assert as_(who).send(f"{url}/answer", {"answer": said, "comment": "Misschien wat later"}).status_code == 303
    assert invitation(visit, who).answer == Coming.TENTATIVE
    sees = {name: "Misschien wat later" in as_(actor).get(url).text for name, actor in {
        "self": who, "lead": scene.leads[0], "host": scene.coordinators[1], "sender": scene.coordinators[0],
        "office": scene.secretariat, "other lead": scene.leads[1], "other": scene.others[1],
    }.items()}  # fmt: skip
    assert sees == {"self": True, "lead": True, "host": True, "sender": True, "office": True, "other lead": False,
                    "other": False}  # fmt: skip


def test_who_has_no_invitation_answers_nothing(scene, as_):
    url = f"/visits/{scene.visits[0].id}/answer"
    stranger = make_actor("coordinator", name="Vreemd")
    for who in (scene.secretariat, scene.others[1], stranger):
        assert as_(who).send(url, {"answer": "accepted"}).status_code == 404


def test_the_page_takes_as_many_queries_with_three_invited_as_with_six(scene, as_, counted):
    visit = scene.visits[0]
    client = as_(scene.coordinators[1])
    client.get(f"/visits/{visit.id}")
    with counted() as few:
        client.get(f"/visits/{visit.id}")
    with unit_of_work():
        for n in range(3):
            db.session.add(Companion(visit_id=visit.id, person_id=make_person(f"L{n}").id, part=Part.TRAINEE))
    services.follow_team(visit, by=scene.secretariat)
    with counted() as many:
        client.get(f"/visits/{visit.id}")
    assert len(few) == len(many) <= 12
