"""Conflicts of interest with their waivers; offers, wishes and proposals; long matching runs and searches for a partner"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0003'
down_revision = '0002'

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = ('rehearsed', 'published', 'discarded')
AFTER = ('queued', 'running', 'rehearsed', 'failed', 'cancelled', 'published', 'discarded')
INTERESTS = ('own_organisation', 'reviewed', 'reviewing', 'declared')
WITH_REGISTER = ('own_organisation', 'reviewed', 'reviewing', 'registered', 'declared')


def states(names: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*names, name='state', native_enum=False, create_constraint=True, length=40)


def kinds(names: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*names, name='kind', native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=kinds(INTERESTS), type_=kinds(WITH_REGISTER), existing_nullable=False)

    op.create_table('conflict',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('same_group', 'shared_director', 'employment', 'same_tender', 'merger_talks', 'subcontracting', 'reviewed_last_cycle', 'personal_relation', 'open_dispute', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('severity', sa.Enum('hard', 'soft', name='severity', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('direction', sa.Enum('both', 'towards', name='direction', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('other_organisation_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.Enum('declared', 'detected', 'registered', name='source', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('declared_by_id', sa.Integer(), nullable=True),
    sa.Column('declared_for_id', sa.Integer(), nullable=True),
    sa.Column('fingerprint', sa.String(length=80), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('standing', 'dismissed', 'ended', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(other_organisation_id IS NULL) <> (person_id IS NULL)', name=op.f('ck_conflict_of_one_kind_of_party')),
    sa.CheckConstraint('ends_on IS NULL OR starts_on IS NULL OR starts_on <= ends_on', name=op.f('ck_conflict_dates_in_order')),
    sa.CheckConstraint('other_organisation_id IS NULL OR other_organisation_id <> organisation_id', name=op.f('ck_conflict_of_two')),
    sa.ForeignKeyConstraint(['declared_by_id'], ['person.id'], name=op.f('fk_conflict_declared_by_id_person')),
    sa.ForeignKeyConstraint(['declared_for_id'], ['organisation.id'], name=op.f('fk_conflict_declared_for_id_organisation')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_conflict_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['other_organisation_id'], ['organisation.id'], name=op.f('fk_conflict_other_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_conflict_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflict')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_conflict_fingerprint'))
    )
    with op.batch_alter_table('conflict', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conflict_declared_for_id'), ['declared_for_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conflict_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conflict_other_organisation_id'), ['other_organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conflict_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conflict_state'), ['state'], unique=False)

    op.create_table('waiver',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conflict_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('granted', 'revoked', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['person.id'], name=op.f('fk_waiver_approved_by_id_person')),
    sa.ForeignKeyConstraint(['conflict_id'], ['conflict.id'], name=op.f('fk_waiver_conflict_id_conflict')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiver'))
    )
    with op.batch_alter_table('waiver', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_waiver_conflict_id'), ['conflict_id'], unique=False)

    op.create_table('offer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trajectory_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'published', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('story', sa.Text(), nullable=False),
    sa.Column('work_fields', JSON, nullable=False),
    sa.Column('strengths', JSON, nullable=False),
    sa.Column('experienced_reviewers', sa.Integer(), nullable=False),
    sa.Column('reviews', sa.Integer(), nullable=False),
    sa.Column('learning', JSON, nullable=False),
    sa.Column('norms', JSON, nullable=False),
    sa.Column('partner_fields', JSON, nullable=False),
    sa.Column('partner_size', sa.Enum('any', 'smaller', 'alike', 'larger', name='partner_size', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('partner_experience', sa.Enum('any', 'newcomer', 'experienced', name='partner_experience', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('max_travel_minutes', sa.Integer(), nullable=False),
    sa.Column('months', JSON, nullable=False),
    sa.Column('days', JSON, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('max_travel_minutes BETWEEN 0 AND 480', name=op.f('ck_offer_travel_possible')),
    sa.CheckConstraint('reviews BETWEEN 1 AND 4', name=op.f('ck_offer_reviews_possible')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_offer_trajectory_id_trajectory')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer')),
    sa.UniqueConstraint('trajectory_id', name=op.f('uq_offer_trajectory_id'))
    )
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_state'), ['state'], unique=False)

    op.create_table('partner_search',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trajectory_id', sa.Integer(), nullable=False),
    sa.Column('partner_by', sa.Date(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_partner_search_trajectory_id_trajectory')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partner_search')),
    sa.UniqueConstraint('trajectory_id', name=op.f('uq_partner_search_trajectory_id'))
    )
    op.create_table('proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('trajectory_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('pair', 'ring', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('answer_by', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('open', 'accepted', 'declined', 'withdrawn', 'expired', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_proposal_made_by_id_person')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_proposal_round_id_round')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_proposal_trajectory_id_trajectory')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal'))
    )
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_round_id'), ['round_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_trajectory_id'), ['trajectory_id'], unique=False)

    op.create_table('wish',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trajectory_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.CheckConstraint('rank BETWEEN 1 AND 5', name=op.f('ck_wish_one_of_five')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_wish_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_wish_trajectory_id_trajectory'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wish')),
    sa.UniqueConstraint('trajectory_id', 'organisation_id', name=op.f('uq_wish_trajectory_id_organisation_id')),
    sa.UniqueConstraint('trajectory_id', 'rank', name=op.f('uq_wish_trajectory_id_rank'))
    )
    with op.batch_alter_table('wish', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wish_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_wish_trajectory_id'), ['trajectory_id'], unique=False)

    op.create_table('proposal_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('trajectory_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('pending', 'accepted', 'declined', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('locked', sa.Boolean(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_proposal_member_answered_by_id_person')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_proposal_member_proposal_id_proposal')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_proposal_member_trajectory_id_trajectory')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_member')),
    sa.UniqueConstraint('proposal_id', 'position', name=op.f('uq_proposal_member_proposal_id_position')),
    sa.UniqueConstraint('proposal_id', 'trajectory_id', name=op.f('uq_proposal_member_proposal_id_trajectory_id'))
    )
    with op.batch_alter_table('proposal_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_member_proposal_id'), ['proposal_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_member_trajectory_id'), ['trajectory_id'], unique=False)
        batch_op.create_index('uq_proposal_member_locked', ['trajectory_id'], unique=True, sqlite_where=sa.text('locked'), postgresql_where=sa.text('locked'))

    op.create_table('saved_offer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trajectory_id', sa.Integer(), nullable=False),
    sa.Column('offer_id', sa.Integer(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_saved_offer_offer_id_offer'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_saved_offer_trajectory_id_trajectory'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_offer')),
    sa.UniqueConstraint('trajectory_id', 'offer_id', name=op.f('uq_saved_offer_trajectory_id_offer_id'))
    )
    with op.batch_alter_table('saved_offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_offer_offer_id'), ['offer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_saved_offer_trajectory_id'), ['trajectory_id'], unique=False)

    with op.batch_alter_table('matching_run', schema=None) as batch_op:
        for name, kind, value in (('adjusts', sa.Boolean(), sa.false()), ('progress', JSON, '{}'), ('cancel_asked', sa.Boolean(), sa.false())):
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        batch_op.add_column(sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column('state', existing_type=states(BEFORE), type_=states(AFTER), existing_nullable=False)
    with op.batch_alter_table('matching_run', schema=None) as batch_op:  # a default was only for the rows there are
        for name in ('adjusts', 'progress', 'cancel_asked'):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    op.execute("UPDATE interest SET kind = 'declared' WHERE kind = 'registered'")
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=kinds(WITH_REGISTER), type_=kinds(INTERESTS), existing_nullable=False)

    op.execute("DELETE FROM matching_run WHERE state NOT IN ('rehearsed', 'published', 'discarded')")
    with op.batch_alter_table('matching_run', schema=None) as batch_op:
        batch_op.alter_column('state', existing_type=states(AFTER), type_=states(BEFORE), existing_nullable=False)
        for name in ('leased_until', 'cancel_asked', 'progress', 'adjusts'):
            batch_op.drop_column(name)

    with op.batch_alter_table('saved_offer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_offer_trajectory_id'))
        batch_op.drop_index(batch_op.f('ix_saved_offer_offer_id'))

    op.drop_table('saved_offer')
    with op.batch_alter_table('proposal_member', schema=None) as batch_op:
        batch_op.drop_index('uq_proposal_member_locked', sqlite_where=sa.text('locked'), postgresql_where=sa.text('locked'))
        batch_op.drop_index(batch_op.f('ix_proposal_member_trajectory_id'))
        batch_op.drop_index(batch_op.f('ix_proposal_member_proposal_id'))

    op.drop_table('proposal_member')
    with op.batch_alter_table('wish', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wish_trajectory_id'))
        batch_op.drop_index(batch_op.f('ix_wish_organisation_id'))

    op.drop_table('wish')
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proposal_trajectory_id'))
        batch_op.drop_index(batch_op.f('ix_proposal_state'))
        batch_op.drop_index(batch_op.f('ix_proposal_round_id'))

    op.drop_table('proposal')
    op.drop_table('partner_search')
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offer_state'))

    op.drop_table('offer')
    with op.batch_alter_table('waiver', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_waiver_conflict_id'))

    op.drop_table('waiver')
    with op.batch_alter_table('conflict', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conflict_state'))
        batch_op.drop_index(batch_op.f('ix_conflict_person_id'))
        batch_op.drop_index(batch_op.f('ix_conflict_other_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_conflict_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_conflict_declared_for_id'))

    op.drop_table('conflict')
