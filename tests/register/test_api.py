"""The API: its answers are as it describes them, also when a program asks everything that it can think of."""

import json
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from werkzeug.serving import make_server

from config import settings
from peerreview import create_app
from peerreview.certificates import services
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.extensions import limiter
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate
from tests.factories.organisations import make_organisation


@pytest.fixture
def ask(app, as_):
    def answer(path, **kwargs):
        said = as_(None).get(f"/api/v1{path}", **kwargs)
        return said.status_code, json.loads(said.data) if said.data else None

    return answer


def test_each_answer_is_as_the_description_says(app, ask):
    organisation = make_organisation("Brugveld", municipality="Zutphen")
    certificate = make_certificate(organisation)
    services.change_status(certificate, "suspend", reason="Onderzoek.", by=make_actor("secretariat"))
    _status, described = ask("/openapi.json")
    for path, operation in described["paths"].items():
        filled = path.format(slug=organisation.slug, number=certificate.number)
        status, body = ask(filled)
        reference = operation["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        jsonschema.validate(body, {"$ref": reference, "components": described["components"]})
        assert status == 200
    _status, one = ask(f"/organisations/{organisation.slug}")
    assert [change["status"] for change in one["certificates"][0]["history"]] == ["active", "suspended"]
    assert "Onderzoek" not in json.dumps(one)


def test_the_status_on_a_day_and_what_changed_since(app, ask):
    certificate = make_certificate(make_organisation("Brugveld"))
    _status, before = ask("/changes")
    services.change_status(certificate, "withdraw", reason="Op verzoek.", by=make_actor("secretariat"))
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert ask(f"/certificates/{certificate.number}")[1]["status"] == "withdrawn"
    assert ask(f"/certificates/{certificate.number}?on={yesterday}")[1]["status"] == "active"
    assert ask(f"/certificates/{certificate.number}?on=2001-01-01")[0] == 404
    since = ask(f"/changes?since={before['last']}")[1]
    assert [change["status"] for change in since["changes"]] == ["withdrawn"]
    assert ask(f"/changes?since={since['last']}")[1] == {"next": None, "last": since["last"], "changes": []}


@pytest.mark.parametrize("what", ["organisations", "certificates", "changes"])
def test_pages_follow_on_each_other_by_their_cursor(app, ask, what):
    for _ in range(3):
        make_certificate()
    found, cursor = [], ""
    for _turn in range(3):
        body = ask(f"/{what}?limit=1{cursor}")[1]
        found += [json.dumps(one) for one in body[what]]
        cursor = f"&cursor={body['next']}"
    assert (len(set(found)), body["next"]) == (3, None)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/organisations?on=gisteren", 400), ("/organisations?on=1700000000", 400), ("/organisations?limit=0", 400),
        ("/organisations?cursor=zzzz", 400), ("/organisations?q=a&q=b", 400), ("/organisations?what=1", 400),
        ("/organisations?status=fine", 400), ("/organisations/nobody", 404), ("/certificates/2001-1", 404),
        ("/nothing", 404),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_a_problem_in_plain_words(app, as_, path, status):
    answer = as_(None).get(f"/api/v1{path}")
    body = json.loads(answer.data)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert (body["status"], sorted(body)) == (status, ["detail", "status", "title", "type"])


def test_any_site_may_read_and_nobody_may_write(app, as_):
    client = as_(None)
    first = client.get("/api/v1/organisations")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get("/api/v1/organisations", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    refused = client.post("/api/v1/organisations")
    assert (refused.status_code, refused.mimetype) == (405, "application/problem+json")
    assert "GET" in refused.headers["Allow"]


def test_how_many_questions_are_left_is_told_and_one_too_many_is_refused(app, at):
    with_limits = create_app(
        settings("testing", ratelimit_enabled=True, database_url=app.config["SQLALCHEMY_DATABASE_URI"])
    )
    limiter.reset()
    try:
        with at("2027-02-15 10:00"):
            client = with_limits.test_client()
            answers = [client.get("/api/v1/changes") for _ in range(121)]
    finally:
        limiter.enabled = False
        with with_limits.app_context():
            db.engine.dispose()
    assert [one.headers["RateLimit-Remaining"] for one in answers[:2]] == ["119", "118"]
    assert (answers[-1].status_code, answers[-1].mimetype) == (429, "application/problem+json")
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61


def test_schemathesis_finds_nothing(app, tmp_path):
    organisation = make_organisation("Brugveld")
    certificate = make_certificate(organisation)
    services.change_status(certificate, "suspend", reason="Onderzoek.", by=make_actor("secretariat"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        found = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")), "run", "--url",
                f"http://127.0.0.1:{server.port}/api/v1", "--max-examples", "2", "--phases", "coverage,fuzzing",
                "--seed", "1", "--no-color", f"http://127.0.0.1:{server.port}/api/v1/openapi.json",
            ],
            capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False, env={**os.environ, "NO_PROXY": "*"},
        )  # fmt: skip
    finally:
        server.shutdown()
        thread.join()
    assert found.returncode == 0, found.stdout + found.stderr
