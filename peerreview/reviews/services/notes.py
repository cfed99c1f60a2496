"""Observations: noted once, also when the same form arrives twice or in pieces, and one's own to change."""

import hashlib
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.reviews import queries
from peerreview.reviews.lifecycle import ReviewState, Source
from peerreview.reviews.models import Finding, Observation, Review, finding_observation
from peerreview.reviews.queries.notes import observation_with_key
from peerreview.reviews.services.locking import locked
from peerreview.visits.lifecycle import VisitState

NOTING = (ReviewState.PREPARING, ReviewState.RATING, ReviewState.CONSENSUS)
FIELDS = ("text", "source", "interlocutor", "flagged")


def can_note(review: Review) -> bool:
    """From the day that a date was agreed until the report was drafted."""
    return review.state in NOTING and review.visit.state in (
        VisitState.AGREED, VisitState.PROGRAMME_FINAL, VisitState.HELD,
    )  # fmt: skip


def _own_key(review: Review, by: Actor, client_key: str) -> str:
    """The key of the device, made this person's and this review's own, so that nobody else's note can answer to it."""
    return hashlib.sha256(f"{review.id}:{by.person_id}:{client_key}".encode()).hexdigest()[:40]


def _check(review: Review) -> None:
    if not can_note(queries.named(review)):
        raise NotNow(_("Noting is possible from the day that a date was agreed until the report was drafted."))


def note_observation(
    review: Review,
    *,
    norm_id: int | None,
    text: str,
    source: Source,
    client_key: str,
    by: Actor,
    interlocutor: str = "",
    flagged: bool = False,
    version: int = 0,
) -> Observation:
    """Note what was seen, heard or read with this norm (None: in general).

    `client_key` is made on the device. A second arrival of the same note is answered as the first; of the same key with
    a later text it replaces the text, when `version` is the one that the writer saw; else StaleVersion with both.
    """
    _check(review)
    if not text.strip():
        raise Invalid(_("Write down what you saw or heard."))
    values = {"text": text, "source": source, "interlocutor": interlocutor, "flagged": flagged}
    key = _own_key(review, by, client_key)
    with unit_of_work():
        if there := observation_with_key(key):
            return _change(there, values, version, by)
        observation = Observation(
            review_id=review.id, norm_id=norm_id, person_id=by.person_id, client_key=key, noted_at=clock.now(), **values
        )
        db.session.add(observation)
        db.session.flush()
        if review.state == ReviewState.CONSENSUS and norm_id:
            _add_to_finding(review, observation)
        audit.record("observation.note", observation, by=by, after={"norm": norm_id})
    return observation


def _add_to_finding(review: Review, observation: Observation) -> None:
    """What is noted while the team decides counts at once; at the reveal all earlier ones were added."""
    of_norm = select(Finding.id).where(Finding.review_id == review.id, Finding.norm_id == observation.norm_id)
    finding_id = db.session.scalars(of_norm).one()
    db.session.execute(insert(finding_observation).values(finding_id=finding_id, observation_id=observation.id))


def note_observations(review: Review, notes: Iterable[dict[str, Any]], *, by: Actor) -> list[Observation]:
    """Note many at once, with one line in the trail; each has norm_id, text and source, and what else it knows."""
    _check(review)
    with unit_of_work():
        made = [
            Observation(
                **{"review_id": review.id, "person_id": by.person_id, "noted_at": clock.now()}
                | note
                | {"client_key": _own_key(review, by, str(note["client_key"]))}
            )
            for note in notes
        ]
        db.session.add_all(made)
        db.session.flush()
        audit.record("observation.note_many", review, by=by, after={"count": len(made)})
    return made


def change_observation(review: Review, observation: Observation, *, version: int, by: Actor, **values: Any) -> None:
    """Change one's own observation: `text`, `source`, `interlocutor`, `flagged`. StaleVersion shows both texts."""
    _check(review)
    if "text" in values and not values["text"].strip():
        raise Invalid(_("Write down what you saw or heard."))
    with unit_of_work():
        _change(observation, values, version, by)


def _change(observation: Observation, values: dict[str, Any], version: int, by: Actor) -> Observation:
    locked(observation)
    changed = [name for name in FIELDS if name in values and getattr(observation, name) != values[name]]
    if not changed:
        return observation
    if observation.version != version:
        theirs = {name: getattr(observation, name) for name in FIELDS} | {"version": observation.version}
        raise StaleVersion(_("You wrote this text somewhere else too."), theirs=theirs, mine=values)
    for name in changed:
        setattr(observation, name, values[name])
    audit.record("observation.change", observation, by=by, after={"fields": changed})
    return observation


def delete_observation(review: Review, observation: Observation, *, by: Actor) -> None:
    """Take back one's own observation; findings that leaned on it lose it."""
    _check(review)
    with unit_of_work():
        db.session.execute(delete(finding_observation).where(finding_observation.c.observation_id == observation.id))
        audit.record("observation.delete", observation, by=by, before={"norm": observation.norm_id})
        db.session.flush()
        db.session.delete(observation)
