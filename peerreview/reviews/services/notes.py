"""Observations: noted once, also when the same form arrives twice or in pieces, and one's own to change."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from peerreview.core import audit, clock, history
from peerreview.core.access import Actor
from peerreview.core.db import after_commit, db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.storage import storage
from peerreview.reviews import queries
from peerreview.reviews.lifecycle import ReviewState, Source
from peerreview.reviews.models import (
    Finding,
    Observation,
    ObservationFile,
    Review,
    SentenceSource,
    finding_observation,
)
from peerreview.reviews.queries.notes import is_item_of, observation_with_key
from peerreview.reviews.services.locking import locked
from peerreview.visits.lifecycle import VisitState

NOTING = (ReviewState.PREPARING, ReviewState.RATING, ReviewState.CONSENSUS)
FIELDS = ("text", "source", "interlocutor", "flagged", "item_id", "norm_id")
OLDEST = timedelta(days=60)  # a device's clock that says more than this ago is wrong


def can_note(review: Review) -> bool:
    """From the day that a date was agreed until the report was drafted."""
    return review.state in NOTING and review.visit.state in (
        VisitState.AGREED, VisitState.PROGRAMME_FINAL, VisitState.HELD,
    )  # fmt: skip


def own_key(review: Review, by: Actor, client_key: str) -> str:
    """The key of the device, made this person's and this review's own, so that nobody else's note can answer to it."""
    return hashlib.sha256(f"{review.id}:{by.person_id}:{client_key}".encode()).hexdigest()[:40]


def refuse_when_closed(review: Review) -> None:
    """Raise NotNow unless observations can be noted."""
    if not can_note(queries.named(review)):
        raise NotNow(_("Noting is possible from the day that a date was agreed until the report was drafted."))


def _check(review: Review, values: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with these values of an observation is refused; a talk that is no longer there is left out."""
    refuse_when_closed(review)
    if "text" in values and not values["text"].strip():
        raise Invalid(_("Write down what you saw or heard."))
    norm_id, item_id = values.get("norm_id"), values.get("item_id")
    if norm_id is not None and norm_id not in queries.outline_of_review(review).by_id:
        raise Invalid(_("This norm is not in the framework of this review."))
    return values | ({"item_id": None} if item_id is not None and not is_item_of(review, item_id) else {})


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
    item_id: int | None = None,
    version: int = 0,
) -> Observation:
    """Note what was seen, heard or read with this norm (None: none chosen yet), perhaps in a talk of the programme.

    `client_key` is made on the device. A second arrival of the same note is answered as the first; of the same key with
    a later text it replaces the text, when `version` is the one that the writer saw; else StaleVersion with both.
    """
    values = {
        "norm_id": norm_id, "text": text, "source": source, "interlocutor": interlocutor, "flagged": flagged,
        "item_id": item_id,
    }  # fmt: skip
    values = _check(review, values)
    key = own_key(review, by, client_key)
    with unit_of_work():
        if there := observation_with_key(key):
            return _change(review, there, values, version, by)
        return _add(review, key, values, by)


def receive_observation(
    review: Review,
    *,
    client_key: str,
    noted_at: datetime,
    position: int,
    edited: bool,
    version: int,
    by: Actor,
    **values: Any,
) -> Observation:
    """Take in a note that a device kept, once: whatever arrives again under its key is answered as the first time.

    `noted_at` is what the device's clock said; it is taken for at most 60 days ago and never for later than now. When
    the note was `edited` on the device since it was first sent (its answer may have been lost), the later text replaces
    the one that `version` stands for (0: the first); StaleVersion when it was changed here meanwhile.
    """
    values = _check(review, values)
    key, moment = own_key(review, by, client_key), clock.now()
    clocked = {"noted_at": min(max(noted_at, moment - OLDEST), moment), "position": max(position, 0)}
    try:
        with unit_of_work():
            there = observation_with_key(key)
            if there is None:
                return _add(review, key, values | clocked, by)
            return _change(review, there, values, version or 1, by) if edited else there
    except IntegrityError:  # the same note by another connection at the same moment
        there = observation_with_key(key)
        if there is None:
            raise
        return there


def _add(review: Review, key: str, values: dict[str, Any], by: Actor) -> Observation:
    made = {"review_id": review.id, "person_id": by.person_id, "client_key": key, "noted_at": clock.now()}
    observation = Observation(**(made | values))
    db.session.add(observation)
    db.session.flush()
    _tie(review, observation)
    audit.record("observation.note", observation, by=by, after={"norm": observation.norm_id})
    return observation


def _tie(review: Review, observation: Observation) -> None:
    """What is noted while the team decides counts at once; at the reveal all earlier ones were added."""
    if review.state != ReviewState.CONSENSUS or observation.norm_id is None:
        return
    of_norm = select(Finding.id).where(Finding.review_id == review.id, Finding.norm_id == observation.norm_id)
    finding_id = db.session.scalars(of_norm).one()
    db.session.execute(insert(finding_observation).values(finding_id=finding_id, observation_id=observation.id))


def _untie(observation: Observation) -> None:
    """No finding leans on it any longer, and no sentence of one."""
    db.session.execute(delete(finding_observation).where(finding_observation.c.observation_id == observation.id))
    db.session.execute(delete(SentenceSource).where(SentenceSource.observation_id == observation.id))


def note_observations(review: Review, notes: Iterable[dict[str, Any]], *, by: Actor) -> list[Observation]:
    """Note many at once, with one line in the trail; each has norm_id, text and source, and what else it knows."""
    refuse_when_closed(review)
    with unit_of_work():
        made = [
            Observation(
                **{"review_id": review.id, "person_id": by.person_id, "noted_at": clock.now()}
                | note
                | {"client_key": own_key(review, by, str(note["client_key"]))}
            )
            for note in notes
        ]
        db.session.add_all(made)
        db.session.flush()
        audit.record("observation.note_many", review, by=by, after={"count": len(made)})
    return made


def change_observation(review: Review, observation: Observation, *, version: int, by: Actor, **values: Any) -> None:
    """Change one's own observation: any of FIELDS. What the text read before is kept; another norm moves it.

    StaleVersion shows both texts.
    """
    values = _check(review, values)
    with unit_of_work():
        _change(review, observation, values, version, by)


def place_observation(review: Review, observation: Observation, *, norm_id: int | None, by: Actor) -> None:
    """Choose the norm of one's own observation, or take it away (None); what was written stays as it is.

    While the team decides together, it counts for the finding on that norm at once, and for no other.
    """
    values = _check(review, {"norm_id": norm_id})
    with unit_of_work():
        locked(observation)
        _change(review, observation, values, observation.version, by)


def _change(review: Review, observation: Observation, values: dict[str, Any], version: int, by: Actor) -> Observation:
    locked(observation)
    changed = [name for name in FIELDS if name in values and getattr(observation, name) != values[name]]
    if not changed:
        return observation
    if observation.version != version:
        theirs = {name: getattr(observation, name) for name in FIELDS} | {"version": observation.version}
        raise StaleVersion(_("You wrote this text somewhere else too."), theirs=theirs, mine=values)
    before = observation.norm_id
    if "text" in changed:
        history.keep(observation, {"text": observation.text}, by=by)
    for name in changed:
        setattr(observation, name, values[name])
    db.session.flush()
    if "text" in changed:
        history.keep(observation, {"text": observation.text}, by=by)
    if "norm_id" in changed:
        _untie(observation)
        _tie(review, observation)
        audit.record(
            "observation.place", observation, by=by, before={"norm": before}, after={"norm": observation.norm_id}
        )
    if fields := [name for name in changed if name != "norm_id"]:
        audit.record("observation.change", observation, by=by, after={"fields": fields})
    return observation


def delete_observation(review: Review, observation: Observation, *, by: Actor) -> None:
    """Take back one's own observation with its files; findings that leaned on it lose it."""
    refuse_when_closed(review)
    with unit_of_work():
        _untie(observation)
        mine = ObservationFile.observation_id == observation.id
        for key in db.session.scalars(select(ObservationFile.key).where(mine).order_by(ObservationFile.id)).all():
            after_commit(f"storage.{key}", lambda key=key: storage().delete(key))  # type: ignore[misc]
        db.session.execute(delete(ObservationFile).where(mine))
        audit.record("observation.delete", observation, by=by, before={"norm": observation.norm_id})
        db.session.flush()
        db.session.delete(observation)
