"""Which letters there are, how many stand how, and which addresses do not work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.outbox import Letter, LetterState
from peerreview.core.paging import Page, paged
from peerreview.letters import policy
from peerreview.letters.lifecycle import BAD, LEFT

LARGEST = 2**31 - 1
REACH = timedelta(days=5)  # how long after sending a notification without our Message-ID is still believed


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which letters are shown: of this state, kind or first word of it, about this, to this address or name."""

    state: LetterState | None = None
    kind: str = ""
    about_type: str = ""
    about_id: int | None = None
    text: str = ""

    @property
    def about(self) -> str:
        """As it stands in an address: 'visit:3'."""
        return f"{self.about_type}:{self.about_id}" if self.about_type else ""


def letter_page(chosen: Chosen, number: int) -> Page:
    """One page of letters, the latest first, without their texts. Two queries."""
    columns = (
        Letter.id, Letter.kind, Letter.recipient, Letter.recipient_name, Letter.language, Letter.subject, Letter.state,
        Letter.queued_at, Letter.sent_at, Letter.due_at, Letter.attempts, Letter.resent_of_id,
    )  # fmt: skip
    found: Any = select(*columns)
    return paged(found.where(*_fits(chosen)).order_by(Letter.id.desc()), number, size=50)


def _fits(chosen: Chosen) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.state is not None:
        found.append(Letter.state == chosen.state)
    if chosen.kind:
        found.append(or_(Letter.kind == chosen.kind, Letter.kind.startswith(chosen.kind + ".", autoescape=True)))
    if chosen.about_type:
        found.append(Letter.about_type == chosen.about_type)
        found.append(Letter.about_id == chosen.about_id)
    if chosen.text:
        text = chosen.text
        found.append(
            or_(
                Letter.recipient.icontains(text, autoescape=True),
                Letter.recipient_name.icontains(text, autoescape=True),
            )
        )
    return found


def kinds() -> list[str]:
    """Every kind of letter that was ever written, by name. One query."""
    return list(db.session.scalars(select(Letter.kind).distinct().order_by(Letter.kind)))


def counts() -> dict[LetterState, int]:
    """How many letters stand how. One query."""
    rows = db.session.execute(select(Letter.state, func.count()).group_by(Letter.state))
    found = {state: int(count) for state, count in rows}
    return {state: found.get(state, 0) for state in LetterState}


def letter_for(actor: Actor, letter_id: int) -> Letter | None:
    """One letter; only the secretariat and the administrator know of it."""
    if not policy.may_list(actor) or letter_id > LARGEST:
        return None
    return db.session.get(Letter, letter_id)


def resent_of(letter: Letter) -> Sequence[Any]:
    """(id, state, queued_at) of each letter that was sent again in its place, the first on top. One query."""
    again = select(Letter.id, Letter.state, Letter.queued_at).where(Letter.resent_of_id == letter.id)
    return db.session.execute(again.order_by(Letter.id)).all()


def locked(letter: Letter) -> Letter:
    """The letter as it is now, kept for this act: a worker that would send it waits, or was first."""
    db.session.refresh(letter, with_for_update=True)
    return letter


Newer = aliased(Letter)  # made once: an alias copies every column


def unreachable() -> ColumnElement[bool]:
    """The condition on Letter that nothing reached its reader since: it is the newest one that left to that address,
    and it was refused or came back. One letter for each address that does not work."""
    later = select(Newer.id).where(Newer.recipient == Letter.recipient, Newer.id > Letter.id, Newer.state.in_(LEFT))
    return Letter.state.in_(BAD) & ~later.exists()


@dataclass(frozen=True, slots=True)
class BadAddress:
    """An address that does not work: the letter that showed it, why, and whose it is."""

    letter_id: int
    recipient: str
    name: str
    state: LetterState
    at: datetime
    why: str
    person_id: int | None


def bad_addresses(number: int) -> Page:
    """One page of the addresses that do not work, the latest found on top. Two queries."""
    rows: Any = (
        select(
            Letter.id, Letter.recipient, Letter.recipient_name, Letter.state,
            func.coalesce(Letter.bounced_at, Letter.queued_at), Letter.last_error, Person.id,
        )
        .outerjoin(Person, Person.email == Letter.recipient)
        .where(unreachable())
        .order_by(Letter.id.desc())
    )  # fmt: skip
    page = paged(rows, number)
    return Page([BadAddress(*row) for row in page.rows], page.number, page.size, page.total)


def bounced_letter(message_id: str, recipient: str) -> Letter | None:
    """The letter that a notification is about: by its Message-ID, else the newest that was sent to this address lately."""
    if message_id:
        found = db.session.scalars(select(Letter).where(Letter.message_id == message_id)).one_or_none()
        if found is not None:
            return found
    lately = select(Letter).where(Letter.recipient == recipient, Letter.state == LetterState.SENT)
    lately = lately.where(Letter.sent_at >= clock.now() - REACH).order_by(Letter.id.desc()).limit(1)
    return db.session.scalars(lately).one_or_none() if recipient else None
