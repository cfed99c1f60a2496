"""What a text read before: each version is kept beside its row, so that a writer can go back to it.

While somebody writes, a text is saved every few seconds. Saves of one person that follow on each other are one version
as long as together they took away next to nothing; as soon as words are lost, the text as it was stays as a version of
its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Index, Integer, Select, String, bindparam, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import Json, Model, UtcDateTime, db
from peerreview.core.presence import Presence

SITTING = timedelta(minutes=10)  # saves of one person within it may be one version
LITTLE = 40  # characters that may go before the text of before is a version of its own


class Row(Protocol):
    """A row with texts: it has a number and a version that rises at each change."""

    __tablename__: Any
    id: Any
    version: Any


class TextVersion(Model):
    """The texts of one row as somebody left them; `number` is the row's version then, `lost` what went meanwhile."""

    __tablename__ = "text_version"
    __table_args__ = (Index("ix_text_version_subject", "subject", "subject_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    number: Mapped[int]
    texts: Mapped[dict[str, Any]] = mapped_column(Json)
    lost: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[int | None]
    person_name: Mapped[str] = mapped_column(String(200), default="")
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


def keep(
    row: Row, texts: Mapping[str, str], *, by: Actor, before: Mapping[str, str] | None = None, apart: bool = False
) -> bool:
    """Keep these texts as the newest version of this row; call it inside the unit of work, after the row was flushed.

    `before` is what stood there until now: kept too when this is the first that the history hears of the row. A version
    that somebody else has before them (`presence`) stays, so that what they write can be merged with what came after;
    with `apart` the last one stays whatever it was, for an act that puts another text in its place.
    One query, and one write. It costs no more for a row with many versions. Answers whether this is a version of its own,
    and not more of the one before it.
    """
    last, needed = _latest_and_whether_needed(row, by)
    moment, kept = clock.now(), dict(texts)
    if last is None and before is not None and (any(before.values()) or row.version > 2):
        db.session.add(_version(row, row.version - 1, dict(before), None, moment))
    if last is not None and last.texts == kept:
        return False
    lost = 0 if last is None else sum(gone(last.texts.get(name) or "", text) for name, text in kept.items())
    if (
        last is not None
        and not needed
        and not apart
        and last.person_id == by.person_id
        and moment - last.began_at < SITTING
        and last.lost + lost <= LITTLE
    ):
        last.number, last.texts, last.lost, last.written_at = row.version, kept, last.lost + lost, moment
        return False
    db.session.add(_version(row, row.version, kept, by, moment))
    return True


def keep_many(kept: Iterable[tuple[Row, Mapping[str, str]]], *, by: Actor) -> None:
    """Keep the texts of many rows, each as a version of its own, after they were flushed; one write."""
    moment = clock.now()
    db.session.add_all(_version(row, row.version, dict(texts), by, moment) for row, texts in kept)


def _version(row: Row, number: int, texts: dict[str, str], by: Actor | None, moment: datetime) -> TextVersion:
    return TextVersion(
        subject=row.__tablename__, subject_id=row.id, number=number, texts=texts, lost=0,
        person_id=by.person_id if by else None, person_name=by.name if by else "", began_at=moment, written_at=moment,
    )  # fmt: skip


def _latest_and_whether_needed(row: Row, by: Actor) -> tuple[TextVersion | None, bool]:
    """The newest version, and whether somebody else has just that one before them."""
    asked = {"subject": row.__tablename__, "subject_id": row.id, "person_id": by.person_id or 0}
    found = db.session.execute(_newest(), asked).first()
    return (found[0], bool(found[1])) if found else (None, False)


@cache
def _newest() -> Select[TextVersion, bool]:
    """Built once, for each save of a text asks it: building takes longer than asking."""
    needed = exists().where(
        Presence.subject == TextVersion.subject,
        Presence.subject_id == TextVersion.subject_id,
        Presence.version == TextVersion.number,
        Presence.person_id != bindparam("person_id", type_=Integer),
    )
    of_row = TextVersion.subject == bindparam("subject"), TextVersion.subject_id == bindparam("subject_id")
    return select(TextVersion, needed).where(*of_row).order_by(TextVersion.number.desc()).limit(1)


def gone(before: str, after: str) -> int:
    """How many characters of `before` are not in `after`, when one place was changed."""
    most = min(len(before), len(after))
    start = next((n for n in range(most) if before[n] != after[n]), most)
    end = next((n for n in range(most - start) if before[-1 - n] != after[-1 - n]), most - start)
    return len(before) - start - end


def latest(row: Row) -> TextVersion | None:
    """The newest version of this row."""
    return db.session.scalars(_of(row).order_by(TextVersion.number.desc()).limit(1)).first()


def versions_of(row: Row) -> Sequence[TextVersion]:
    """Every version that was kept of this row, the newest first."""
    return db.session.scalars(_of(row).order_by(TextVersion.number.desc())).all()


def version_numbered(row: Row, number: int) -> TextVersion | None:
    """The texts of this row as they stood in its version `number`."""
    return db.session.scalars(_of(row).where(TextVersion.number == number)).one_or_none()


def _of(row: Row) -> Any:
    return select(TextVersion).where(TextVersion.subject == row.__tablename__, TextVersion.subject_id == row.id)
