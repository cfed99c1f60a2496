"""Saying on which observations a sentence rests. The link follows a sentence whose words change a little."""

from collections.abc import Collection, Iterable, Mapping

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, select

from peerreview.core import audit, sentences
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import NotNow
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Finding, Review, SentenceSource, finding_observation
from peerreview.reviews.queries.sources import TEXTS

Link = tuple[str, int]  # the key of a sentence, the id of an observation


def rest_sentences(
    review: Review, finding: Finding, *, chosen: Collection[Link], seen: Collection[Link], by: Actor
) -> None:
    """Note for the sentences of this finding the observations that they rest on.

    `seen` is what was chosen when the writer looked: only what they changed since is done, so that of two writers neither
    takes away what the other chose. An observation on which the finding does not lean, and a sentence that it does not
    hold, are passed over.
    """
    if review.state != ReviewState.CONSENSUS:
        raise NotNow(_("Findings are written after the ratings were revealed, until the report is drafted."))
    with unit_of_work():
        db.session.execute(select(Finding.id).where(Finding.id == finding.id).with_for_update())
        leans = select(finding_observation.c.observation_id).where(finding_observation.c.finding_id == finding.id)
        own, keys = set(db.session.scalars(leans)), {sentences.key_of(text) for text in _texts(finding)}
        there = {(row.sentence, row.observation_id): row for row in _rows(finding)}
        added = [link for link in sorted(set(chosen) - set(seen)) if link not in there]
        added = [(key, observation) for key, observation in added if key in keys and observation in own]
        gone = [row for link, row in there.items() if link in set(seen) - set(chosen)]
        if not added and not gone:
            return
        for row in gone:
            db.session.delete(row)
        db.session.add_all(SentenceSource(finding_id=finding.id, sentence=key, observation_id=id) for key, id in added)
        audit.record("finding.rest", finding, by=by, after={"added": len(added), "removed": len(gone)})


_OF_FINDING = (
    select(SentenceSource).where(SentenceSource.finding_id == bindparam("finding_id")).order_by(SentenceSource.id)
)


def _rows(finding: Finding) -> list[SentenceSource]:
    return list(db.session.scalars(_OF_FINDING, {"finding_id": finding.id}))


def _texts(finding: Finding) -> Iterable[str]:
    return (sentence for part in TEXTS for sentence in sentences.split(getattr(finding, part)))


def follow_sentences(finding: Finding, before: Mapping[str, str]) -> None:
    """Lead the sources of sentences that changed to what they became. Call it within the act that changed the texts.

    `before` holds the texts of before by their names. Without a changed sentence it asks the database nothing.
    """
    old = [sentence for part in TEXTS for sentence in sentences.split(before.get(part, getattr(finding, part)))]
    led = sentences.followed(old, _texts(finding))
    if not led:
        return
    there = _rows(finding)
    kept = {(row.sentence, row.observation_id) for row in there}
    for row in there:
        if (to := led.get(row.sentence)) is None:
            continue
        if (to, row.observation_id) in kept:
            db.session.execute(delete(SentenceSource).where(SentenceSource.id == row.id))
        else:
            kept.add((to, row.observation_id))
            row.sentence = to
