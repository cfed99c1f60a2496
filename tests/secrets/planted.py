"""What could leak: each writes something into a world that others may not know of, with WORD in it where it is a secret."""

from typing import Any

from sqlalchemy import select

from peerreview.core import clock, presence, sentences
from peerreview.core.db import db, unit_of_work
from peerreview.fairplay import services as fairplay
from peerreview.fairplay.lifecycle import Question
from peerreview.fairplay.queries.feedback import place_of
from peerreview.reviews import services
from peerreview.reviews.lifecycle import Advice, FactAnswer, Rating, Source
from peerreview.reviews.models import Observation
from peerreview.reviews.services.observation_files import add_observation_file
from peerreview.selfevaluations import services as accounts
from peerreview.selfevaluations.lifecycle import OwnRating
from peerreview.selfevaluations.models import TextImport
from tests.factories.files import PNG
from tests.factories.questionnaires import fill_in, make_responses
from tests.factories.reviews import finding_of, fresh, make_observation, norms_in
from tests.factories.selfevaluations import PDF, answers_of, make_evidence
from tests.secrets.worlds import Answered, Answering, Deciding, Late, World

WORD = "Zwanenmeer"  # in every secret, and nowhere else


# --- Of a team that is not ready --------------------------------------------------------------------------------------


def note_alone(world: World) -> None:
    """Observations with and without a norm, a photo, something to take home, and somebody who writes."""
    pair, norms = world.pair, norms_in(world.pair.review)
    for n, norm_id in enumerate((norms[0].id, norms[1].id, None)):
        services.note_observation(
            pair.review, norm_id=norm_id, text=f"{WORD} {n}", source=Source.HEARD, client_key=f"o{n}", by=pair.lead,
            interlocutor="client", flagged=True,
        )  # fmt: skip
    noted = db.session.scalars(select(Observation).order_by(Observation.id.desc())).first()
    add_observation_file(pair.review, noted, file_name=f"{WORD}.png", content=PNG, client_key="f", by=pair.lead)
    fairplay.note_take_home(pair.review, text=WORD, norm_id=norms[0].id, by=pair.lead)
    presence.is_here("finding", finding_of(pair.review).id, by=pair.lead, writes=True)


def rate_alone(world: World, *, note: str = WORD, rating: Rating = Rating.NOT, both: bool = False) -> None:
    """What one of the team, or `both`, think of every norm. That they are done is no secret: the others wait for it."""
    for by in (world.pair.lead, world.pair.mate) if both else (world.pair.lead,):
        for norm in norms_in(world.pair.review):
            services.give_rating(world.pair.review, norm_id=norm.id, rating=rating, note=note, by=by)
            rating = Rating.PARTLY if rating == Rating.NOT else rating


def see(review: Any) -> None:
    """An observation for each norm, which the team may know of."""
    for norm in norms_in(review):
        person = fresh(review).visit.team[0].person
        make_observation(review, norm, person, "Gezien.", interlocutor="client")


def write_findings(review: Any, lead: Any, *, text: str, rating: Rating) -> None:
    """Every finding twice, so that there is an earlier text, with a source under its first sentence; and the summary."""
    for number, norm in enumerate(norms_in(review)):
        review = fresh(review)
        own = Observation.review_id == review.id, Observation.norm_id == norm.id
        seen = db.session.scalars(select(Observation.id).where(*own)).one()
        for story in (f"{text} die er stond. Tweede zin.", f"{text}. Tweede zin."):
            finding = finding_of(review, number)
            services.record_finding(
                review, finding, version=finding.version, by=lead, observations=[seen], rating=rating, story=story,
                improvement=text, strength=text, diverging_opinion=text, not_assessed_reason="", apart=True,
            )  # fmt: skip
        link = (sentences.key_of(f"{text}."), seen)
        services.rest_sentences(review, finding_of(review, number), chosen={link}, seen=set(), by=lead)
    for summary in (f"{text} eerst", text):
        review = fresh(review)
        services.write_summary(review, summary=summary, version=review.version, by=lead)


def write_together(world: World, *, text: str = WORD, rating: Rating = Rating.NOT) -> None:
    """The whole report of the other side, which waits for this one."""
    see(world.pair.other)
    write_findings(world.pair.other, world.pair.other_lead, text=text, rating=rating)
    services.draft(world.pair.other, by=world.pair.other_lead)


def decide_without(world: Late, *, note: str = WORD, rating: Rating = Rating.NOT, writes: bool = True) -> None:
    """The lead reveals, and `writes` what the mate, who must rate first, may not even know to be there."""
    pair = world.pair
    see(pair.review)
    rate_alone(world, note=note, rating=rating)
    services.reveal(pair.review, reason="Het kan niet wachten", by=pair.lead)
    if writes:
        write_findings(pair.review, pair.lead, text=note, rating=rating)
        presence.is_here("finding", finding_of(pair.review).id, by=pair.lead, writes=True)


# --- Of an organisation before it sends -------------------------------------------------------------------------------


def write_account(world: Deciding) -> None:
    """What an organisation has before it sends it: answers with what they read before, remarks, documents, an old text,
    and fewer than five filled-in sheets."""
    by, account = world.writing.host, world.account
    for story in (f"{WORD} eerst", WORD):
        for answer in answers_of(account):
            accounts.save_answer(answer, story=story, rating=OwnRating.NOT, version=answer.version, by=by)
    for answer in answers_of(account):
        accounts.write_remark(answer, text=WORD, by=by)
    for reflection in accounts.begin_reflections(account):
        accounts.save_reflection(reflection, text=WORD, version=reflection.version, by=by)
    make_evidence(account, norm_ids=(answers_of(account)[1].norm_id,), name=f"{WORD}.pdf")
    with unit_of_work():
        old = {"file_name": f"{WORD}.docx", "pieces": [], "strange": [], "done": [], "uploaded_at": clock.now()}
        db.session.add(TextImport(self_evaluation_id=account.id, **old))
    presence.is_here("answer", answers_of(account)[0].id, by=by, writes=True)
    fill_in(world.asked, 4, text=WORD)
    make_responses(world.closed, 4)


def write_answers(world: Answering) -> None:
    """What the host would say of the report on it, with a new document, and one that it did not point at after all."""
    pair, said = world.pair, {"text": WORD, "evidence": WORD, "answer": FactAnswer.ERROR}
    first, second = finding_of(pair.review), finding_of(pair.review, 1)
    shown = services.bring_document(pair.review, first, file_name=f"{WORD}.pdf", content=PDF + b"1", by=pair.host)
    services.bring_document(pair.review, second, file_name=f"{WORD}2.pdf", content=PDF + b"2", by=pair.host)
    services.answer_finding(pair.review, first, document_id=shown.id, by=pair.host, **said)
    services.answer_finding(pair.review, second, draft=True, by=pair.host, **said)


# --- Between the answers and the end ----------------------------------------------------------------------------------


def advise(world: Answered, *, text: str = WORD, advice: Advice = Advice.LEAVE) -> None:
    """What a second reader tells the lead. That they did is no secret: nobody waits for them any longer."""
    services.give_advice(world.pair.other, world.answer(), advice=advice, text=text, by=world.reader)


def look_back(world: Answered, *, text: str = WORD, score: int = 1) -> None:
    """What the first host thought of its team, which may not read it yet. That it did is counted for who watches."""
    place = place_of(world.pair.review)
    scores = dict.fromkeys(Question, score)
    fairplay.give_feedback(place, scores=scores, helped=text, better=text, version=0, by=world.pair.host)
