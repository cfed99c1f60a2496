"""The report of a review: live while it is being made, and as it was kept once it is final."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from peerreview.core import clock
from peerreview.core.db import db
from peerreview.organisations.models import Organisation
from peerreview.reviews import reporting
from peerreview.reviews.lifecycle import FactAnswer, ReviewState, Source, Verdict
from peerreview.reviews.models import (
    FactCheckAnswer,
    Finding,
    Observation,
    ReportVersion,
    Review,
    finding_observation,
)
from peerreview.reviews.queries.findings import findings_of
from peerreview.reviews.queries.reviews import outline_of_review
from peerreview.reviews.reporting import Report


def report_content(review: Review) -> Report:
    """The report as it stands now; of a final review, the version that was kept. The review needs its names loaded.

    It asks nothing about who may read it. `head["number"]` is 0 for a draft.
    """
    if review.state == ReviewState.FINAL and (kept := latest_version(review.id)):
        return kept.content
    return compose(review)


def compose(review: Review, number: int | None = None) -> Report:
    """The report made of the findings of this moment; five queries. `number` when it is about to become a version."""
    outline = outline_of_review(review)
    based_on, heard = _sources(review.id)
    return reporting.compose(
        _head(review, review_number(review) if number is None else number),
        outline,
        summary=review.summary,
        findings={row.norm_id: row for row in findings_of(review.id)},
        based_on=based_on,
        heard=heard,
        answers=fact_checks_of(review.id),
    )


def review_number(review: Review) -> int:
    """The number of the version that people read in this state."""
    return {
        ReviewState.RELEASED: 1,
        ReviewState.FACT_CHECKED: 1,
        ReviewState.FINAL: 2,
    }.get(review.state, 0)


def _head(review: Review, number: int) -> dict[str, Any]:
    host, reviewing, visit = review.visit.host, review.visit.reviewing, review.visit
    days = sorted({clock.local(moment).date().isoformat() for moment in (visit.starts_at, visit.ends_at) if moment})
    return {
        "review_id": review.id,
        "number": number,
        "date": clock.today().isoformat(),
        "host": _organisation(host.organisation),
        "team": {
            "name": reviewing.organisation.name,
            "people": [{"name": member.person.name, "lead": member.lead} for member in visit.team],
        },
        "scope": {"kind": host.scope_kind.value, "text": host.scope_text},
        "route": host.route.value,
        "exchange": visit.exchange.kind.value,
        "visited": days,
    }


def _organisation(organisation: Organisation) -> dict[str, str]:
    return {
        "name": organisation.name,
        "place": organisation.place,
        "kvk": organisation.kvk,
    }


def _sources(review_id: int) -> tuple[dict[int, list[tuple[Source, str]]], list[str]]:
    """How and from whom each finding's observations came; and the function behind each thing that was told at all."""
    rows = db.session.execute(
        select(
            finding_observation.c.finding_id,
            Observation.source,
            Observation.interlocutor,
        )
        .join(Finding, Finding.id == finding_observation.c.finding_id)  # the way in: the table's key begins with it
        .join(Observation, Observation.id == finding_observation.c.observation_id)
        .where(Finding.review_id == review_id)
        .order_by(Observation.noted_at, Observation.id)
    )
    based_on: dict[int, list[tuple[Source, str]]] = defaultdict(list)
    for finding_id, source, function in rows:
        based_on[finding_id].append((source, function))
    told = select(Observation.interlocutor).where(
        Observation.review_id == review_id, Observation.source == Source.HEARD
    )
    return based_on, list(db.session.scalars(told))


def fact_checks_of(review_id: int) -> dict[int, dict[str, Any]]:
    """The host's answers with the verdicts, by finding id, as plain values."""
    rows = db.session.scalars(
        select(FactCheckAnswer)
        .join(Finding, Finding.id == FactCheckAnswer.finding_id)
        .where(Finding.review_id == review_id)
    )
    return {row.finding_id: _answer(row) for row in rows}


def _answer(row: FactCheckAnswer) -> dict[str, Any]:
    return {
        "answer": row.answer.value,
        "text": row.text,
        "evidence": row.evidence,
        "answered_on": clock.local(row.answered_at).date().isoformat(),
        "verdict": row.state.value if row.answer != FactAnswer.AGREE else "",
        "verdict_reason": row.verdict_reason,
        "verdict_on": clock.local(row.verdict_at).date().isoformat() if row.verdict_at else "",
        "story_before": row.story_before,
        "rating_before": row.rating_before.value if row.rating_before else "",
        "version": row.version,
    }


def open_verdicts(answers: Mapping[int, Mapping[str, Any]]) -> int:
    """How many errors and comments still wait for the lead reviewer."""
    return sum(answer["verdict"] == Verdict.PENDING for answer in answers.values())


def versions_of(review_id: int) -> list[Any]:
    """(number, made_at) of each version of the report, the first one first."""
    kept = select(ReportVersion.number, ReportVersion.made_at).where(ReportVersion.review_id == review_id)
    return list(db.session.execute(kept.order_by(ReportVersion.number)))


def latest_version(review_id: int) -> ReportVersion | None:
    kept = select(ReportVersion).where(ReportVersion.review_id == review_id)
    return db.session.scalars(kept.order_by(ReportVersion.number.desc()).limit(1)).one_or_none()


def version_numbered(review_id: int, number: int) -> ReportVersion | None:
    kept = select(ReportVersion).where(ReportVersion.review_id == review_id, ReportVersion.number == number)
    return db.session.scalars(kept).one_or_none()
