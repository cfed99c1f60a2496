"""The report of a review: live while it is being made, and as it was kept once it is final."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from peerreview.core import clock
from peerreview.core.db import db
from peerreview.frameworks.models import Norm
from peerreview.organisations.models import Organisation
from peerreview.programmes.models import ProgrammeItem, programme_item_norm
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
from peerreview.reviews.queries.reader import person_named
from peerreview.reviews.queries.reviews import outline_of_review
from peerreview.reviews.reporting import Report
from peerreview.selfevaluations.models import Evidence


def report_content(review: Review, *, answered: bool = True) -> Report:
    """The report as it stands now; of a final review, the version that was kept. The review needs its names loaded.

    It asks nothing about who may read it: `answered` is False for who may not read what the host answers yet.
    `head["number"]` is 0 for a draft.
    """
    if review.state == ReviewState.FINAL and (kept := latest_version(review.id)):
        return reporting.whole(kept.content)
    return compose(review, answered=answered)


def compose(review: Review, number: int | None = None, *, answered: bool = True) -> Report:
    """The report made of the findings of this moment; six queries. `number` when it is about to become a version."""
    outline = outline_of_review(review)
    based_on, heard, noted = _sources(review.id)
    return reporting.compose(
        _head(review, review_number(review) if number is None else number),
        outline,
        summary=review.summary,
        findings={row.norm_id: row for row in findings_of(review.id)},
        based_on=based_on,
        heard=heard,
        answers=fact_checks_of(review.id) if answered else {},
        noted=noted,
        programme=_programme(review.visit_id),
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
        "delivered_on": clock.local(review.delivered_at).date().isoformat() if review.delivered_at else "",
        "second_reader": reader.name if (reader := person_named(review.second_reader_id)) else "",
        "unread_reason": review.unread_reason,
    }


def _organisation(organisation: Organisation) -> dict[str, str]:
    return {
        "name": organisation.name,
        "place": organisation.place,
        "kvk": organisation.kvk,
    }


def _sources(review_id: int) -> tuple[dict[int, list[tuple[Source, str]]], list[str], dict[str, int]]:
    """How and from whom each finding's observations came; the function behind each thing that was told at all; and how
    many observations there are of each kind. One query."""
    rows = db.session.execute(
        select(Observation.id, Observation.source, Observation.interlocutor, finding_observation.c.finding_id)
        .outerjoin(finding_observation, finding_observation.c.observation_id == Observation.id)
        .where(Observation.review_id == review_id)
        .order_by(Observation.noted_at, Observation.id, finding_observation.c.finding_id)
    )
    based_on: dict[int, list[tuple[Source, str]]] = defaultdict(list)
    every: dict[int, tuple[Source, str]] = {}
    for observation_id, source, function, finding_id in rows:
        every[observation_id] = (source, function)
        if finding_id is not None:
            based_on[finding_id].append((source, function))
    told = [function for source, function in every.values() if source == Source.HEARD]
    noted = Counter(source for source, _function in every.values())
    return based_on, told, {kind.value: noted[kind] for kind in Source if noted[kind]}


def _programme(visit_id: int) -> list[dict[str, Any]]:
    """The items of the programme by time, on an Amsterdam clock, with the norms they are about. One query."""
    rows = db.session.execute(
        select(
            ProgrammeItem.id, ProgrammeItem.kind, ProgrammeItem.title, ProgrammeItem.starts_at, ProgrammeItem.ends_at,
            ProgrammeItem.interlocutors, Norm.id.label("norm_id"),
        )
        .outerjoin(programme_item_norm, programme_item_norm.c.item_id == ProgrammeItem.id)
        .outerjoin(Norm, Norm.id == programme_item_norm.c.norm_id)
        .where(ProgrammeItem.visit_id == visit_id, ProgrammeItem.removed_at.is_(None))
        .order_by(ProgrammeItem.starts_at, ProgrammeItem.ends_at, ProgrammeItem.id, Norm.position)
    )  # fmt: skip
    items: dict[int, dict[str, Any]] = {}
    for row in rows:
        starts, ends = clock.local(row.starts_at), clock.local(row.ends_at)
        item = items.setdefault(row.id, {
            "on": starts.date().isoformat(), "from": f"{starts:%H:%M}", "until": f"{ends:%H:%M}", "kind": row.kind.value,
            "title": row.title, "functions": row.interlocutors, "norms": [],
        })  # fmt: skip
        if row.norm_id is not None:
            item["norms"].append(row.norm_id)
    return list(items.values())


def fact_checks_of(review_id: int) -> dict[int, dict[str, Any]]:
    """The host's answers with the verdicts, by finding id, as plain values."""
    rows = db.session.scalars(
        select(FactCheckAnswer)
        .join(Finding, Finding.id == FactCheckAnswer.finding_id)
        .where(Finding.review_id == review_id)
        .options(joinedload(FactCheckAnswer.document).load_only(Evidence.title))
    )
    return {row.finding_id: _answer(row) for row in rows}


def _answer(row: FactCheckAnswer) -> dict[str, Any]:
    return {
        "answer": row.answer.value,
        "text": row.text,
        "evidence": row.evidence,
        "document": {"id": row.document.id, "title": row.document.title} if row.document else None,
        "answered_at": row.answered_at.isoformat(),
        "answered_on": clock.local(row.answered_at).date().isoformat(),
        "verdict": row.state.value if row.answer != FactAnswer.AGREE else "",
        "verdict_reason": row.verdict_reason,
        "verdict_on": clock.local(row.verdict_at).date().isoformat() if row.verdict_at else "",
        "story_before": row.story_before,
        "rating_before": row.rating_before.value if row.rating_before else "",
        "advice": row.advice.value if row.advice else "",
        "advice_text": row.advice_text,
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
