"""Who goes along on a visit, programmes, invitations with their answers, deadlines, and letters that are held or came back"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0004'
down_revision = '0003'

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = ('queued', 'sent', 'failed')
AFTER = ('queued', 'held', 'sent', 'failed', 'bounced')
FOR_THE_ROWS_THERE_ARE = (('letter', 'hold_reason'), ('offered_reviewer', 'most_reviews'), ('round', 'visit_lengths'), ('visit', 'half_days'))


def states(names: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*names, name='state', native_enum=False, create_constraint=True, length=40)

# Of visits with a day to come the team and the host's coordinators were sent the invitation; from now on that is kept.
WHO_HAS_AN_INVITATION = """
    INSERT INTO invitee (visit_id, person_id, email, sequence, answer, comment)
    SELECT visit.id, person.id, person.email, visit.sequence, 'waiting', '' FROM (
        SELECT visit_id, person_id FROM team_member
        UNION
        SELECT visit.id, affiliation.person_id FROM visit JOIN trajectory ON trajectory.id = visit.host_id
        JOIN affiliation ON affiliation.organisation_id = trajectory.organisation_id
        WHERE affiliation.role = 'coordinator' AND affiliation.ended_at IS NULL
    ) AS going JOIN visit ON visit.id = going.visit_id JOIN person ON person.id = going.person_id
    WHERE visit.state IN ('agreed', 'programme_final') AND person.active
    ORDER BY visit.id, person.id
"""


def upgrade() -> None:
    op.drop_column('proposal', 'reminded_at')  # every duty is reminded of in one place now: `reminder`
    op.create_table('beat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('busy_since', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_beat')),
    sa.UniqueConstraint('name', name=op.f('uq_beat_name'))
    )
    op.create_table('school_holiday',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region', sa.Enum('north', 'middle', 'south', name='region', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', JSON, nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.CheckConstraint('first_on <= last_on', name=op.f('ck_school_holiday_dates_in_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_holiday')),
    sa.UniqueConstraint('region', 'first_on', name=op.f('uq_school_holiday_region_first_on'))
    )
    with op.batch_alter_table('school_holiday', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_holiday_first_on'), ['first_on'], unique=False)

    op.create_table('digest_choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.CheckConstraint('hour BETWEEN 0 AND 23', name=op.f('ck_digest_choice_hour_of_a_day')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_digest_choice_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_choice')),
    sa.UniqueConstraint('person_id', name=op.f('uq_digest_choice_person_id'))
    )
    op.create_table('postponement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_postponement_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_postponement'))
    )
    with op.batch_alter_table('postponement', schema=None) as batch_op:
        batch_op.create_index('ix_postponement_subject', ['kind', 'subject_id'], unique=False)

    op.create_table('reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.Enum('before', 'after', 'escalated', name='stage', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reminder_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('kind', 'subject_id', 'person_id', 'stage', 'due_on', name=op.f('uq_reminder_kind_subject_id_person_id_stage_due_on'))
    )
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reminder_person_id'), ['person_id'], unique=False)

    op.create_table('working_week',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('off', JSON, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_working_week_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_working_week')),
    sa.UniqueConstraint('person_id', name=op.f('uq_working_week_person_id'))
    )
    op.create_table('companion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.Enum('trainee', 'observer', 'substitute', name='part', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_companion_added_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_companion_person_id_person')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_companion_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_companion')),
    sa.UniqueConstraint('visit_id', 'person_id', name=op.f('uq_companion_visit_id_person_id'))
    )
    with op.batch_alter_table('companion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_companion_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_companion_visit_id'), ['visit_id'], unique=False)

    op.create_table('invitee',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('answer', sa.Enum('waiting', 'accepted', 'tentative', 'declined', name='answer', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('comment', sa.String(length=500), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('uninvited_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_invitee_person_id_person')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_invitee_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitee')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitee_token_hash')),
    sa.UniqueConstraint('visit_id', 'person_id', name=op.f('uq_invitee_visit_id_person_id'))
    )
    with op.batch_alter_table('invitee', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitee_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitee_visit_id'), ['visit_id'], unique=False)

    op.create_table('programme_site',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.CheckConstraint('minutes BETWEEN 0 AND 240', name=op.f('ck_programme_site_travel_possible')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_programme_site_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_site')),
    sa.UniqueConstraint('visit_id', 'name', name=op.f('uq_programme_site_visit_id_name'))
    )
    with op.batch_alter_table('programme_site', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_site_visit_id'), ['visit_id'], unique=False)

    op.create_table('team_objection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('raised', 'upheld', 'rejected', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('raised_by_id', sa.Integer(), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_team_objection_decided_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_team_objection_person_id_person')),
    sa.ForeignKeyConstraint(['raised_by_id'], ['person.id'], name=op.f('fk_team_objection_raised_by_id_person')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_team_objection_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_objection'))
    )
    with op.batch_alter_table('team_objection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_objection_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_team_objection_visit_id'), ['visit_id'], unique=False)
        batch_op.create_index('uq_team_objection_raised', ['visit_id', 'person_id'], unique=True, sqlite_where=sa.text("state = 'raised'"), postgresql_where=sa.text("state = 'raised'"))

    op.create_table('programme_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('opening', 'interview', 'shadowing', 'walk', 'documents', 'team_time', 'lunch', 'closing', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('room', sa.String(length=200), nullable=False),
    sa.Column('interlocutors', JSON, nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_programme_item_times_in_order')),
    sa.ForeignKeyConstraint(['site_id'], ['programme_site.id'], name=op.f('fk_programme_item_site_id_programme_site')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_programme_item_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_item'))
    )
    with op.batch_alter_table('programme_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_item_visit_id'), ['visit_id'], unique=False)

    op.create_table('programme_item_norm',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('norm_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['programme_item.id'], name=op.f('fk_programme_item_norm_item_id_programme_item'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['norm_id'], ['norm.id'], name=op.f('fk_programme_item_norm_norm_id_norm')),
    sa.PrimaryKeyConstraint('item_id', 'norm_id', name=op.f('pk_programme_item_norm'))
    )
    op.create_table('programme_item_person',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['programme_item.id'], name=op.f('fk_programme_item_person_item_id_programme_item'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_programme_item_person_person_id_person')),
    sa.PrimaryKeyConstraint('item_id', 'person_id', name=op.f('pk_programme_item_person'))
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hold_reason', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('resent_of_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('bounced_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_letter_resent_of_id_letter'), 'letter', ['resent_of_id'], ['id'])
        batch_op.alter_column('state', existing_type=states(BEFORE), type_=states(AFTER), existing_nullable=False)

    with op.batch_alter_table('offered_reviewer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('most_reviews', sa.Integer(), nullable=False, server_default='2'))
        batch_op.create_check_constraint(batch_op.f('ck_offered_reviewer_load_possible'), 'most_reviews BETWEEN 1 AND 20')

    with op.batch_alter_table('round', schema=None) as batch_op:
        batch_op.add_column(sa.Column('visit_lengths', JSON, nullable=False, server_default='[]'))

    with op.batch_alter_table('team_member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('independent_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('half_days', sa.Integer(), nullable=False, server_default='2'))
        batch_op.create_check_constraint(batch_op.f('ck_visit_length_possible'), 'half_days BETWEEN 1 AND 6')
    op.execute('UPDATE visit SET half_days = 1 WHERE host_id IN (SELECT id FROM trajectory WHERE fte > 0 AND fte < 15)')
    op.execute(WHO_HAS_AN_INVITATION)

    for table, name in FOR_THE_ROWS_THERE_ARE:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_visit_length_possible'), type_='check')
        batch_op.drop_column('half_days')

    with op.batch_alter_table('team_member', schema=None) as batch_op:
        batch_op.drop_column('independent_at')

    with op.batch_alter_table('round', schema=None) as batch_op:
        batch_op.drop_column('visit_lengths')

    with op.batch_alter_table('offered_reviewer', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_offered_reviewer_load_possible'), type_='check')
        batch_op.drop_column('most_reviews')

    op.execute("UPDATE letter SET state = 'queued' WHERE state = 'held'")
    op.execute("UPDATE letter SET state = 'sent' WHERE state = 'bounced'")
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.alter_column('state', existing_type=states(AFTER), type_=states(BEFORE), existing_nullable=False)
        batch_op.drop_constraint(batch_op.f('fk_letter_resent_of_id_letter'), type_='foreignkey')
        batch_op.drop_column('bounced_at')
        batch_op.drop_column('resent_of_id')
        batch_op.drop_column('hold_reason')

    op.drop_table('programme_item_person')
    op.drop_table('programme_item_norm')
    with op.batch_alter_table('programme_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_programme_item_visit_id'))

    op.drop_table('programme_item')
    with op.batch_alter_table('team_objection', schema=None) as batch_op:
        batch_op.drop_index('uq_team_objection_raised', sqlite_where=sa.text("state = 'raised'"), postgresql_where=sa.text("state = 'raised'"))
        batch_op.drop_index(batch_op.f('ix_team_objection_visit_id'))
        batch_op.drop_index(batch_op.f('ix_team_objection_person_id'))

    op.drop_table('team_objection')
    with op.batch_alter_table('programme_site', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_programme_site_visit_id'))

    op.drop_table('programme_site')
    with op.batch_alter_table('invitee', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitee_visit_id'))
        batch_op.drop_index(batch_op.f('ix_invitee_person_id'))

    op.drop_table('invitee')
    with op.batch_alter_table('companion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_companion_visit_id'))
        batch_op.drop_index(batch_op.f('ix_companion_person_id'))

    op.drop_table('companion')
    op.drop_table('working_week')
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminder_person_id'))

    op.drop_table('reminder')
    with op.batch_alter_table('postponement', schema=None) as batch_op:
        batch_op.drop_index('ix_postponement_subject')

    op.drop_table('postponement')
    op.drop_table('digest_choice')
    with op.batch_alter_table('school_holiday', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_school_holiday_first_on'))

    op.drop_table('school_holiday')
    op.drop_table('beat')
    op.add_column('proposal', sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True))
