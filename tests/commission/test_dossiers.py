"""The dossier on one page and as one document: strengths, what was changed, promised and decided before, and for whom."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from peerreview.commission import services
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.models import Condition, Interest
from peerreview.commission.queries.dossiers import dossier_for, dossier_view
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import FactAnswer, Rating, Verdict
from peerreview.reviews.models import FactCheckAnswer, Finding
from peerreview.selfevaluations.models import SelfEvaluation
from peerreview.selfevaluations.services.evidence import add_source
from peerreview.trajectories.models import Trajectory
from tests.commission.pages import bare
from tests.factories.accounts import make_actor
from tests.factories.commission import (
    framework_norms,
    make_decision,
    make_dossier,
    make_member,
    make_planned,
    make_voted,
    review_of,
)
from tests.factories.improvement import make_action
from tests.factories.selfevaluations import PDF

NEW, OLD = "Klanten beslissen mee over de tijden.", "Klanten beslissen soms mee over de tijden."


@pytest.fixture
def world(app):
    """A dossier of an organisation that was awarded with a condition before, with a correction and two opinions."""
    _motion, before, people = make_voted(outcome=Outcome.GRANTED_WITH_CONDITIONS)
    first = db.session.get_one(Trajectory, before.trajectory_id)
    make_action(first, framework_norms(first)[0], what="Vaste invaller op elke locatie.")
    make_action(first, framework_norms(first)[1], what="Jaarverslag in gewone taal.")
    services.record_decision(before, motivation="Bijna.", by=people[0])
    own, partner = (db.session.get_one(Organisation, number) for number in (1, 2))
    trajectory = make_planned(organisations=[own, partner], rating=Rating.COMPLIES)
    review = review_of(trajectory)
    with unit_of_work():
        one, two, three = db.session.scalars(
            select(Finding).where(Finding.review_id == review.id).order_by(Finding.norm_id)
        ).all()
        one.story, one.strength, two.diverging_opinion = NEW, "Sterk in de wijk.", "Ik zag het anders."
        answer = {"answered_by_id": people[0].person_id, "answered_at": clock.now(), "answer": FactAnswer.ERROR}
        taken = answer | {
            "finding_id": one.id,
            "state": Verdict.ACCEPTED,
            "story_before": OLD,
            "text": "Altijd, niet soms.",
        }
        left = answer | {
            "finding_id": three.id,
            "state": Verdict.REJECTED,
            "text": "Klopt niet.",
            "verdict_reason": "Toch wel.",
        }
        db.session.add_all([FactCheckAnswer(**taken), FactCheckAnswer(**left)])
    return make_dossier(trajectory), people


TOLD = (
    "Sterk in de wijk.", "Ik zag het anders.", "Altijd, niet soms.", "Toch wel.", "Vaste invaller op elke locatie.",
    "Jaarverslag in gewone taal.",
)  # fmt: skip


def test_the_page_and_the_document_tell_what_was_changed_promised_and_decided_before(world, as_, get):
    dossier, people = world
    path = f"/dossiers/{dossier.id}"
    html = get(people[1], path)
    assert [text for text in TOLD if text not in html] == []
    assert "<del>soms </del>" in html
    [earlier] = dossier_view(dossier_for(people[1], dossier.id), people[1]).earlier
    assert (earlier.outcome, earlier.conditions, earlier.met) == (Outcome.GRANTED_WITH_CONDITIONS, 1, 0)
    assert [(promise.code, promise.kept) for promise in earlier.promises] == [("V1", True), ("O2", True)]
    made = as_(people[1]).get(path + "/dossier.pdf")
    reader = PdfReader(BytesIO(made.data), strict=True)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert [said for said in TOLD if said not in text] == []
    marks = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert ("<pdfuaid:part>1<" in marks, "<pdfaid:part>2<" in marks, "<pdfaid:conformance>A<" in marks) == (True,) * 3


def test_who_is_kept_out_of_the_earlier_dossier_reads_nothing_of_it(world, get):
    dossier, people = world
    with unit_of_work():
        row = Interest(dossier_id=1, person_id=people[2].person_id, kind="declared", noted_at=clock.now())
        db.session.add(row)
    html = get(people[2], f"/dossiers/{dossier.id}")
    assert [text in html for text in ("Sterk in de wijk.", "Vaste invaller op elke locatie.")] == [True, False]


def test_every_page_of_a_hidden_dossier_is_as_of_one_that_never_was(app, as_):
    """Its document, decision, letters and conditions answer a recused member as an unknown number of that length."""
    decision = make_decision(outcome=Outcome.GRANTED_WITH_CONDITIONS)
    member = make_member("Ruud Janssen")
    make_actor("coordinator", db.session.get_one(Organisation, 1))
    services.send_letters(decision, by=make_actor("secretariat"))
    condition = db.session.scalars(select(Condition)).one()
    client, number = as_(member), decision.dossier_id
    paths = (
        f"/dossiers/{number}", f"/dossiers/{number}/dossier.pdf", f"/decisions/{decision.id}",
        f"/decisions/{decision.id}/letter.pdf", f"/conditions/{condition.id}", f"/conditions/{condition.id}/files/1",
    )  # fmt: skip
    assert [client.get(path).status_code for path in paths] == [200] * 5 + [404]
    with unit_of_work():
        row = Interest(dossier_id=number, person_id=member.person_id, kind="declared", noted_at=clock.now())
        db.session.add(row)
    for path in paths:
        hidden, unknown = client.get(path), client.get(path.replace("/1", "/9", 1))
        assert (hidden.status_code, unknown.status_code, hidden.headers.get("Content-Length")) == (
            404, 404, unknown.headers.get("Content-Length"),
        )  # fmt: skip
        assert bare(hidden.get_data(as_text=True)).replace(path, "") == bare(unknown.get_data(as_text=True)).replace(
            path.replace("/1", "/9", 1), ""
        )


def test_documents_open_for_the_commission_until_its_decision(app, as_):
    _motion, dossier, people = make_voted()
    whole = select(SelfEvaluation).where(SelfEvaluation.trajectory_id == dossier.trajectory_id)
    account = db.session.scalars(whole).one()
    evidence = add_source(account, file_name="a.pdf", content=PDF, norm_ids=[], by=people[0])
    with unit_of_work():
        evidence.added_at = account.submitted_at  # it was handed over with it
    path = f"/dossiers/{dossier.id}/evidence/{evidence.id}"
    assert as_(people[1]).get(path).data == PDF
    services.record_decision(dossier, motivation="Goed.", by=people[0])
    assert as_(people[1]).get(path).status_code == 409
