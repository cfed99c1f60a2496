"""Photos and documents beside an observation: each kept once, checked by what it is, and one's own to take back."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import after_commit, db, unit_of_work
from peerreview.core.errors import Invalid
from peerreview.core.storage import checksum, storage
from peerreview.core.uploads import checked
from peerreview.reviews.models import Observation, ObservationFile, Review
from peerreview.reviews.services.locking import locked
from peerreview.reviews.services.notes import note_observation, own_key, refuse_when_closed

MOST_FILES = 10  # with one observation


def add_observation_file(
    review: Review, observation: Observation, *, file_name: str, content: bytes, client_key: str, by: Actor
) -> ObservationFile:
    """Keep a photo or document with one's own observation; the same key again is answered as the first time.

    Raises Invalid for a file that is empty, too large, or not what its name says.
    """
    refuse_when_closed(review)
    name, media_type = checked(file_name, content)
    key = own_key(review, by, client_key)
    with unit_of_work():
        locked(observation)  # the same file by two connections: the second finds it
        there = db.session.scalars(select(ObservationFile).where(ObservationFile.client_key == key)).one_or_none()
        if there is not None:
            return there
        counted = select(func.count()).where(ObservationFile.observation_id == observation.id)
        if db.session.scalars(counted).one() >= MOST_FILES:
            raise Invalid(_("Ten files are with this observation already. Note something else for the next ones."))
        made = ObservationFile(
            observation_id=observation.id, client_key=key, file_name=name, media_type=media_type, size=len(content),
            checksum=checksum(content), key=storage().put(content), added_at=clock.now(),
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        audit.record("observation.add_file", observation, by=by, after={"file": name, "size": len(content)})
    return made


def note_with_files(
    review: Review, *, client_key: str, files: Iterable[tuple[str, bytes]], by: Actor, **values: Any
) -> Observation:
    """Note an observation together with its files (name and content), all or nothing; `note_observation` has the rest."""
    with unit_of_work():
        observation = note_observation(review, client_key=client_key, by=by, **values)
        add_observation_files(review, observation, files, client_key=client_key, by=by)
    return observation


def add_observation_files(
    review: Review, observation: Observation, files: Iterable[tuple[str, bytes]], *, client_key: str, by: Actor
) -> None:
    """Keep these files with one's own observation; the same form sent twice brings each once."""
    with unit_of_work():
        for name, content in files:
            key = f"{client_key}:{checksum(content)}"
            add_observation_file(review, observation, file_name=name, content=content, client_key=key, by=by)


def delete_observation_file(review: Review, observation: Observation, file: ObservationFile, *, by: Actor) -> None:
    """Take back a file of one's own observation, with its bytes."""
    refuse_when_closed(review)
    key = file.key
    with unit_of_work():
        audit.record(
            "observation.delete_file", observation, by=by, before={"file": file.file_name, "sha256": file.checksum}
        )
        db.session.delete(file)
        after_commit(f"storage.{key}", lambda: storage().delete(key))
