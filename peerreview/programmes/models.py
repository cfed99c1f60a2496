"""The sites of a visit and the items of its programme."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.core.db import Base, Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.frameworks.models import Norm
from peerreview.programmes.lifecycle import ItemKind
from peerreview.visits.models import Visit

programme_item_person = Table(
    "programme_item_person",
    Base.metadata,
    Column("item_id", ForeignKey("programme_item.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True),
)
programme_item_norm = Table(
    "programme_item_norm",
    Base.metadata,
    Column("item_id", ForeignKey("programme_item.id", ondelete="CASCADE"), primary_key=True),
    Column("norm_id", ForeignKey("norm.id"), primary_key=True),
)


class ProgrammeSite(Model):
    """A place where items of a visit take place, and how many minutes it is from the host's main site."""

    __tablename__ = "programme_site"
    __table_args__ = (
        UniqueConstraint("visit_id", "name"),
        CheckConstraint("minutes BETWEEN 0 AND 240", name="travel_possible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int] = mapped_column(default=0)


class ProgrammeItem(Versioned, Model):
    """One item: when and where, who of the team, with which functions (never names), about which norms.

    `removed_at` is when it was taken out; it can be put back.
    """

    __tablename__ = "programme_item"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="times_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ItemKind] = mapped_column(enum_of(ItemKind, "kind"))
    title: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("programme_site.id"))
    room: Mapped[str] = mapped_column(String(200), default="")
    interlocutors: Mapped[list[str]] = mapped_column(Json, default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    visit: Mapped[Visit] = relationship(lazy="raise")
    site: Mapped[ProgrammeSite | None] = relationship(lazy="raise")
    people: Mapped[list[Person]] = relationship(secondary=programme_item_person, order_by=Person.id, lazy="raise")
    norms: Mapped[list[Norm]] = relationship(secondary=programme_item_norm, order_by=Norm.id, lazy="raise")
