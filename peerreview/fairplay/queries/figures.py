"""Figures over reviewing, counted by the database: of 30,000 findings only the tallies come out.

Only reports that were released count. Nothing of a review before its release can change any figure, for anybody.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, func, select, type_coerce
from sqlalchemy.orm import aliased

from peerreview.accounts.models import Person
from peerreview.core.db import db
from peerreview.fairplay.agreement import Agreement, Pattern, agreement
from peerreview.fairplay.lifecycle import SCALE
from peerreview.fairplay.likeness import Likeness, Reports
from peerreview.frameworks.models import FrameworkVersion, Norm
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import WRITTEN
from peerreview.reviews.models import BlindRating, Finding, Review
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import Visit

LEAST_SHARED = 20  # norms that two reviewers both rated, before anything is said of them together
given, finding = BlindRating.__table__, Finding.__table__


@dataclass(frozen=True, slots=True)
class Span:
    """Which reports are counted: of one round, or (None) of all."""

    round_id: int | None = None

    @property
    def reviews(self) -> Select[int]:
        """The ids of its reviews that were released."""
        chosen = select(Review.id).join(Visit, Visit.id == Review.visit_id).where(Review.state.in_(WRITTEN))
        if self.round_id is None:
            return chosen
        return chosen.join(Trajectory, Trajectory.id == Visit.host_id).where(Trajectory.round_id == self.round_id)


@dataclass(frozen=True, slots=True)
class NormLine:
    """How far reviewers agree on one norm."""

    norm_id: int
    code: str
    title: Mapping[str, str]
    version: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class PairLine:
    """How far two people agree who reviewed together, by their ids."""

    people: tuple[int, int]
    agreement: Agreement


def _patterns(span: Span) -> dict[int, Counter[Pattern]]:
    """For each norm how many reviews had which pattern of blind ratings. One query, one row for each pattern."""
    columns = [func.sum(case((given.c.rating == rating, 1), else_=0)).label(rating.value) for rating in SCALE]
    units = (
        select(given.c.norm_id, *columns)
        .where(given.c.review_id.in_(span.reviews), given.c.rating.in_(SCALE))
        .group_by(given.c.review_id, given.c.norm_id)
        .subquery()
    )
    values: list[ColumnElement[Any]] = [units.c[rating.value] for rating in SCALE]
    counted = select(units.c.norm_id, *values, func.count()).group_by(units.c.norm_id, *values)
    found: dict[int, Counter[Pattern]] = {}
    for norm_id, *pattern, often in db.session.execute(counted):
        found.setdefault(norm_id, Counter())[tuple(map(int, pattern))] += often
    return found


def agreement_per_norm(span: Span) -> tuple[list[NormLine], Agreement]:
    """Every norm that was rated, in the order of its framework, the newest first; and all norms together. Two queries."""
    patterns = _patterns(span)
    norms = (
        select(Norm.id, Norm.code, Norm.title, FrameworkVersion.label)
        .join(FrameworkVersion, FrameworkVersion.id == Norm.version_id)
        .where(Norm.id.in_(patterns))
        .order_by(Norm.version_id.desc(), Norm.position)
    )
    lines = [NormLine(*row, agreement(patterns[row[0]])) for row in db.session.execute(norms)]
    return lines, agreement(sum(patterns.values(), Counter()))


def agreement_per_pair(span: Span) -> list[PairLine]:
    """Every two people who reviewed together, those who agree least first; of few norms nothing is said. One query."""
    first, second = given.alias("first"), given.alias("second")
    together = (
        (second.c.review_id == first.c.review_id)
        & (second.c.norm_id == first.c.norm_id)
        & (second.c.person_id > first.c.person_id)
    )
    people = first.c.person_id, second.c.person_id
    counted = (
        select(*people, first.c.rating, second.c.rating, func.count())
        .select_from(first.join(second, together))
        .where(first.c.review_id.in_(span.reviews), first.c.rating.in_(SCALE), second.c.rating.in_(SCALE))
        .group_by(*people, first.c.rating, second.c.rating)
    )
    found: dict[tuple[int, int], Counter[Pattern]] = {}
    for one, other, mine, theirs, often in db.session.execute(counted):
        pattern = tuple((value == mine) + (value == theirs) for value in SCALE)
        found.setdefault((one, other), Counter())[pattern] += often
    lines = [PairLine(people, agreement(patterns, least=LEAST_SHARED)) for people, patterns in found.items()]
    return sorted(lines, key=_least_first)


def _least_first(line: PairLine) -> tuple[bool, float, int, tuple[int, int]]:
    alpha = line.agreement.alpha
    return (alpha is None, alpha or 0.0, -line.agreement.units, line.people)


def likenesses(span: Span) -> list[Likeness]:
    """Each two reports of one exchange side by side; what stands out first. One query."""
    rating = type_coerce(finding.c.rating, String)  # of 30,000 rows an enum each is most of the time
    rows = (
        select(finding.c.review_id, Visit.exchange_id, finding.c.norm_id, rating)
        .join(Review, Review.id == finding.c.review_id)
        .join(Visit, Visit.id == Review.visit_id)
        .where(finding.c.review_id.in_(span.reviews))
    )
    return Reports(map(tuple, db.session.execute(rows))).likenesses()


def names_of_people(ids: Iterable[int]) -> dict[int, str]:
    """What these people are called."""
    return {row.id: row.name for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}


def names_of_reviews(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(host, reviewing organisation) of these reviews."""
    host, team = aliased(Trajectory), aliased(Trajectory)
    of_host, of_team = aliased(Organisation), aliased(Organisation)
    rows = (
        select(Review.id, of_host.name, of_team.name)
        .join(Visit, Visit.id == Review.visit_id)
        .join(host, host.id == Visit.host_id)
        .join(team, team.id == Visit.reviewing_id)
        .join(of_host, of_host.id == host.organisation_id)
        .join(of_team, of_team.id == team.organisation_id)
        .where(Review.id.in_(ids))
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(rows)}
