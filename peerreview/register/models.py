"""What an organisation says on its page in the register, who follows what, and when the register changed last."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, BigInteger, ForeignKey, Index, String, Text, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.core.db import Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.organisations.models import Organisation
from peerreview.register.lifecycle import FollowerState, PageState


class PublicPage(Versioned, Model):
    """An organisation's own words beside its certificate; visitors see them while they are published."""

    __tablename__ = "public_page"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    looked_at: Mapped[str] = mapped_column(Text, default="")  # what the reviewers looked at
    stories: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)  # at most three of {"title", "text"}
    works_on: Mapped[str] = mapped_column(Text, default="")
    shown: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # the words as they were published last
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[PageState] = mapped_column(enum_of(PageState), default=PageState.DRAFT)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship(lazy="raise")


class Follower(Model):
    """Somebody who gets a letter when the status of one organisation changes, or of any (then without one)."""

    __tablename__ = "follower"
    __table_args__ = (
        Index("uq_follower_address", "email", text("coalesce(organisation_id, 0)"), unique=True),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(5), default="nl")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_of_id: Mapped[int] = mapped_column(default=0)  # the status change that they were told of last
    state: Mapped[FollowerState] = mapped_column(enum_of(FollowerState), default=FollowerState.ASKED, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)


class RegisterStamp(Model):
    """One row with a number drawn anew whenever anything changes that the register shows: what is kept in memory, and
    what a browser kept, is good as long as the number is the same. Triggers of the database draw it, for every writer.
    """

    __tablename__ = "register_stamp"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, default=0)
    drawn_in: Mapped[int] = mapped_column(
        BigInteger, default=0
    )  # the transaction on PostgreSQL: once in each is enough


# What the register shows: the table, and which of its columns (all, when none are named).
WATCHED = {
    "organisation": "name, sort_name, slug, kvk, place, municipality, province, latitude, longitude, website, about, state",
    "organisation_work_field": "",
    "work_field": "code, title, position",
    "certificate": "number, organisation_id, trajectory_id, decision_id, starts_on, ends_on, state",
    "status_change": "",
    "trajectory": "scope_kind, scope_text, route",
    "award_condition": "state",
    "public_page": "shown, state",
}


def _draws_sqlite() -> list[str]:
    draw = (
        "INSERT INTO register_stamp (id, number, drawn_in) VALUES (1, abs(random()), 0) "
        "ON CONFLICT (id) DO UPDATE SET number = excluded.number"
    )
    return [
        f"CREATE TRIGGER {table}_{verb.split()[0].lower()}_shows AFTER {verb} ON {table} BEGIN {draw}; END"
        for table, columns in WATCHED.items()
        for verb in ("INSERT", f"UPDATE OF {columns}" if columns else "UPDATE", "DELETE")
    ]


def _draws_postgresql() -> list[str]:
    """Drawn at the end of the transaction, so that nobody waits for this row while holding another."""
    draw = (
        "CREATE OR REPLACE FUNCTION draw_register_stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO register_stamp (id, number, drawn_in) VALUES (1, (random() * 9e15)::bigint, txid_current()) "
        "ON CONFLICT (id) DO UPDATE SET number = excluded.number, drawn_in = excluded.drawn_in "
        "WHERE register_stamp.drawn_in != excluded.drawn_in; RETURN NULL; END $$"
    )
    return [draw] + [
        f"CREATE CONSTRAINT TRIGGER {table}_shows AFTER INSERT OR DELETE OR UPDATE{' OF ' if columns else ''}{columns} "
        f"ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION draw_register_stamp()"
        for table, columns in WATCHED.items()
    ]


for _dialect, _statements in (("sqlite", _draws_sqlite()), ("postgresql", _draws_postgresql())):
    for _statement in _statements:
        _ddl = DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect)
        event.listen(RegisterStamp.metadata, "after_create", _ddl)  # when all of these tables are there
