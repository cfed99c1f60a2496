"""Every relationship raises when nobody loaded it, so that a page gets what its query loaded and nothing more."""

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, inspect
from sqlalchemy.orm import relationship

from peerreview.core.db import db

READ_BY_A_LIBRARY = {"Person.webauthn", "WebAuthnCredential.user"}  # Flask-Security asks for them when it likes


def lazily_loading(mappers) -> list[str]:
    return sorted(
        f"{mapper.class_.__name__}.{name}"
        for mapper in mappers
        for name, relation in inspect(mapper.class_).relationships.items()
        if relation.lazy not in ("raise", "raise_on_sql")
    )


def test_every_relationship_raises_instead_of_loading(app):
    assert set(lazily_loading(db.Model.registry.mappers)) == READ_BY_A_LIBRARY


def test_a_relationship_that_loads_by_itself_is_seen():
    from sqlalchemy import Column, ForeignKey, Integer  # only this planted fault needs a base of its own
    from sqlalchemy.orm import declarative_base

    base = declarative_base()

    class Owner(base):
        __tablename__ = "owner"
        id = Column(Integer, primary_key=True)

    class Thing(base):
        __tablename__ = "thing"
        id = Column(Integer, primary_key=True)
        owner_id = Column(ForeignKey("owner.id"))
        owner = relationship(Owner)

    assert lazily_loading(base.registry.mappers) == ["Thing.owner"]


def test_every_foreign_key_of_a_row_that_is_looked_up_by_it_has_an_index(app):
    without = sorted(
        f"{table.name}.{column.name}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if column.foreign_keys and not _is_indexed(table, column) and not column.name.endswith("_by_id")
    )
    assert without == WITHOUT_INDEX


def _is_indexed(table, column) -> bool:
    first = {next(iter(index.columns)).name for index in table.indexes if len(index.columns)}
    keys = [one for one in table.constraints if isinstance(one, PrimaryKeyConstraint | UniqueConstraint)]
    first |= {next(iter(key.columns)).name for key in keys if len(key.columns)}
    return column.name in first


# Never looked up from this side: a few rows each, or found through the row that holds them.
WITHOUT_INDEX = [
    "action.norm_id",
    "answer.norm_id",
    "answer_remark.person_id",
    "attendance.person_id",
    "blind_rating.norm_id",
    "blind_rating_observation.observation_id",
    "certificate.decision_id",
    "credential.key_id",
    "evidence_norm.norm_id",
    "evidence_opening.organisation_id",
    "evidence_opening.person_id",
    "exchange.run_id",
    "exclusion.organisation_id",
    "fact_check_answer.evidence_id",
    "invitation.person_id",
    "letter.resent_of_id",
    "moderation_sample.review_id",
    "norm.chapter_id",
    "norm_competency.competency_id",
    "observation.item_id",
    "organisation_work_field.work_field_id",
    "poll_answer.person_id",
    "postponement.by_id",
    "programme_item.site_id",
    "programme_item_norm.norm_id",
    "programme_item_person.person_id",
    "round.framework_version_id",
    "take_home.norm_id",
    "trajectory.framework_version_id",
    "trajectory_work_field.work_field_id",
]
