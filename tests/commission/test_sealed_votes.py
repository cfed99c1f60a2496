"""No path shows a sealed vote: while a motion is open, two worlds in which a member voted differently look the same.

Asked are all addresses that a page, a file or a list has, as everybody but the voter, and the letters that were written.
"""

from itertools import product

import pytest
from sqlalchemy import select
from werkzeug.routing import AnyConverter

from peerreview.accounts.models import Person
from peerreview.commission import services
from peerreview.commission.lifecycle import Choice, Outcome
from peerreview.commission.models import Vote
from peerreview.core import clock
from peerreview.core.daily import begin_day
from peerreview.core.db import db
from peerreview.reviews.lifecycle import Rating
from peerreview.trajectories.queries import organisation_of
from tests import factories
from tests.factories.accounts import affiliation_of, make_actor
from tests.factories.commission import make_dossier, make_meeting, make_member, make_planned, motion_text
from tests.test_access_matrix import LEFT_OUT, written
from tests.test_architecture import sources
from tests.twin_worlds import answer_of, differences, from_an_empty_database, shown

pytestmark = pytest.mark.twin_worlds

COUNTED = (factories.accounts, factories.organisations, factories.rounds, factories.visits, factories.reviews)
WORD = "Zwanenmeer"
# What shows something of the commission's work; the rest cannot read votes (see the last test here).
ASKED = {"commission", "appeals", "dashboard", "letters", "deadlines"}
TABLES = {"peerreview.commission.models.Vote", "peerreview.commission.models.Motion"}
READ_VOTES = {"commission", "appeals", "demo"}
DOCUMENTS = {"chair"}  # who gets the PDFs, which take a while to make


def _world(choice, motivation, dissent):
    """An open meeting with an open motion on which one member voted, and somebody of every role around it."""
    chair, voter, member, recused = (
        make_member(name, chair=name == "Hetty") for name in ("Hetty", "Karim", "An", "Ruud")
    )
    host = make_planned(Rating.PARTLY)
    affiliation_of(db.session.get_one(Person, recused.person_id), "contributor", organisation_of(host))
    meeting = make_meeting(chair, voter, member, recused)
    dossier = make_dossier(host, meeting=meeting)
    motion = services.put_motion(dossier, motion_text(Outcome.GRANTED), by=chair)
    services.cast_vote(motion, choice=choice, motivation=motivation, dissent=dissent, by=voter)
    organisation = organisation_of(host)
    readers = {
        "visitor": None, "chair": chair, "member": member, "recused": recused,
        **{role: make_actor(role, organisation) for role in ("coordinator", "executive", "contributor")},
        **{role: make_actor(role) for role in ("secretariat", "oversight", "administrator")},
    }  # fmt: skip
    ids = {
        "dossier_id": dossier.id, "meeting_id": meeting.id, "number": 1, "trajectory_id": host.id,
        "organisation_id": organisation.id, "round_id": host.round_id, "person_id": voter.person_id,
        "slug": organisation.slug, "decision_id": 1, "letter_id": 1,
    }  # fmt: skip
    return readers, ids


def _addresses(app, ids):
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in rule.methods or rule.endpoint in LEFT_OUT or rule.endpoint.split(".")[0] not in ASKED:
            continue
        names = sorted(rule.arguments)
        kinds = [rule._converters[name] for name in names]
        choices = [
            [ids[name]] if name in ids else sorted(kind.items) if isinstance(kind, AnyConverter) else []
            for name, kind in zip(names, kinds, strict=True)
        ]
        for values in product(*choices):
            with app.test_request_context():
                yield rule.endpoint, app.url_for(rule.endpoint, **dict(zip(names, values, strict=True)))


def _seen(app, as_, outbox, queries, readers, ids):
    matrix, paths, seen = written(), list(_addresses(app, ids)), {}
    for who, actor in readers.items():
        client = as_(actor)
        for endpoint, path in paths:
            if matrix.get(f"GET:{endpoint}", {}).get(who, "yes") != "yes" or (
                path.endswith(".pdf") and who not in DOCUMENTS
            ):
                continue
            with queries() as asked:
                answer = client.get(path)
            seen[who, path] = (len(asked), *answer_of(answer, {}))
    begin_day(clock.today())
    seen["letters"] = [(one.kind, one.recipient, one.subject, one.body) for one in outbox()]
    return seen


def test_nobody_sees_how_somebody_voted_before_the_motion_is_closed(
    app, database, monkeypatch, at, as_, outbox, queries
):
    votes = ((Choice.FOR, "", False), (Choice.AGAINST, f"{WORD}, en nog veel meer.", True))
    worlds = []
    for vote in votes:
        from_an_empty_database(database, monkeypatch, COUNTED)
        with at("2027-09-23 10:00"):
            readers, ids = _world(*vote)
        with at("2027-09-23 11:00"):
            worlds.append(_seen(app, as_, outbox, queries, readers, ids))
            assert db.session.scalars(select(Vote.choice)).all() == [vote[0]]
    one, other = worlds
    different = differences(one, other)
    assert different == [], shown(different, one, other)
    assert WORD not in str(other)
    assert [one[who, f"/dossiers/{ids['dossier_id']}"][1] for who in ("chair", "member", "secretariat")] == [200] * 3


def test_no_other_feature_reads_votes():
    near = [source for source in sources() if any("commission.models" in line for line in source.lines)]
    reading = {source.feature for source in near for name, *_rest in source.imports() if name in TABLES}
    assert reading == READ_VOTES
