"""Where the sentences of the findings come from: each with the observations that it rests on. For the team and, without
what was noted, the secretariat; it asks nothing about who reads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, select

from peerreview.core import sentences
from peerreview.core.db import db
from peerreview.reviews.lifecycle import Source
from peerreview.reviews.models import Finding, Observation, SentenceSource, finding_observation

TEXTS = ("story", "strength", "improvement")  # what is written about the organisation, and so must come from somewhere


@dataclass(frozen=True, slots=True)
class Basis:
    """An observation that a finding leans on."""

    id: int
    text: str
    source: Source
    interlocutor: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a finding: which text it is in, its words, and the ids of the observations that it rests on.

    `offered` are those that speak about the same; only somebody who chooses one makes it a source.
    """

    part: str
    text: str
    key: str
    rests_on: tuple[int, ...] = ()
    offered: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Grounds:
    """The sentences of one finding, with the observations that it leans on."""

    sentences: tuple[Sentence, ...] = ()
    bases: Mapping[int, Basis] = field(default_factory=dict)

    @property
    def without(self) -> tuple[Sentence, ...]:
        """The sentences without a source."""
        return tuple(sentence for sentence in self.sentences if not sentence.rests_on)

    def of(self, part: str) -> tuple[Sentence, ...]:
        return tuple(sentence for sentence in self.sentences if sentence.part == part)


def grounds_of(review_id: int, findings: Iterable[Any], finding_id: int | None = None) -> dict[int, Grounds]:
    """The grounds of each of these findings by its id: rows, or values of a report, with `id` and the texts. One query."""
    chosen = (
        select(
            finding_observation.c.finding_id, Observation.id, Observation.text, Observation.source,
            Observation.interlocutor, SentenceSource.sentence,
        )
        .join(Finding, Finding.id == finding_observation.c.finding_id)
        .join(Observation, Observation.id == finding_observation.c.observation_id)
        .outerjoin(SentenceSource, and_(
            SentenceSource.finding_id == Finding.id, SentenceSource.observation_id == Observation.id
        ))
        .where(Finding.review_id == review_id)
        .order_by(Observation.noted_at, Observation.id, SentenceSource.id)
    )  # fmt: skip
    if finding_id is not None:
        chosen = chosen.where(Finding.id == finding_id)
    bases: dict[int, dict[int, Basis]] = defaultdict(dict)
    linked: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in db.session.execute(chosen):
        bases[row.finding_id].setdefault(row.id, Basis(row.id, row.text, row.source, row.interlocutor))
        if row.sentence:
            linked[row.finding_id][row.sentence].append(row.id)
    return {_of(one, "id"): _grounds(one, bases[_of(one, "id")], linked[_of(one, "id")]) for one in findings}


def findings_to_write(review_id: int, norm_ids: Iterable[int]) -> dict[int, Finding]:
    """The rows of the findings on these norms, by the id of the norm. One query."""
    chosen = select(Finding).where(Finding.review_id == review_id, Finding.norm_id.in_(list(norm_ids)))
    return {finding.norm_id: finding for finding in db.session.scalars(chosen.order_by(Finding.id))}


def _of(finding: Any, name: str) -> Any:
    return finding[name] if isinstance(finding, Mapping) else getattr(finding, name)


def _grounds(finding: Any, bases: dict[int, Basis], linked: Mapping[str, Sequence[int]]) -> Grounds:
    """A finding that leans on one observation rests on it whole; else each sentence on what was chosen for it."""
    only = tuple(bases) if len(bases) == 1 else ()
    made = []
    for part in TEXTS:
        for text in sentences.split(_of(finding, part)):
            key = sentences.key_of(text)
            made.append(Sentence(part, text, key, only or tuple(linked.get(key, ()))))
    return Grounds(tuple(made), bases)


def offered(grounds: Grounds) -> Grounds:
    """The same, with for each sentence without a source the observations that speak about the same."""
    bases = list(grounds.bases.values())
    texts = [basis.text for basis in bases]
    return Grounds(
        tuple(
            sentence
            if sentence.rests_on
            else Sentence(
                sentence.part, sentence.text, sentence.key, (),
                tuple(bases[n].id for n in sentences.nearest(sentence.text, texts)[:3]),
            )
            for sentence in grounds.sentences
        ),
        grounds.bases,
    )  # fmt: skip
