"""Self-evaluations talked over, questionnaires, observations with files, texts with a history, a second reader, fair play"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0005'
down_revision = '0004'

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = ('heard', 'seen', 'read')
AFTER = ('heard', 'seen', 'shadowed', 'read')
FOR_THE_ROWS_THERE_ARE = (
    ('answer', 'changes'), ('fact_check_answer', 'advice_text'), ('observation', 'position'), ('review', 'unread_reason'),
)
# A later migration that makes finding, review or fact_check_answer anew on SQLite drops this first and makes it after.
LOCKED = """OLD.rating IS NOT NULL AND (
  (SELECT r.state FROM review r WHERE r.id = OLD.review_id) IN ('released', 'final')
  OR ((SELECT r.state FROM review r WHERE r.id = OLD.review_id) = 'fact_checked' AND NOT EXISTS (
    SELECT 1 FROM fact_check_answer a
    WHERE a.finding_id = OLD.id AND a.answer = 'error' AND a.state = 'accepted' AND a.rating_before = OLD.rating)))"""
GUARD_SQLITE = [
    f"CREATE TRIGGER finding_rating_locked BEFORE UPDATE OF rating ON finding WHEN OLD.rating IS NOT NEW.rating AND "
    f"{LOCKED} BEGIN SELECT RAISE(ABORT, 'the judgement is locked'); END"
]
GUARD_POSTGRESQL = [
    f"CREATE OR REPLACE FUNCTION finding_rating_is_locked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF OLD.rating IS DISTINCT FROM NEW.rating AND {LOCKED} THEN RAISE EXCEPTION 'the judgement is locked'; END IF; "
    f"RETURN NEW; END $$",
    "CREATE TRIGGER finding_rating_locked BEFORE UPDATE OF rating ON finding "
    "FOR EACH ROW EXECUTE FUNCTION finding_rating_is_locked()",
]


def sources(names: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*names, name='source', native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_index('ix_finding_observation_observation_id', 'finding_observation', ['observation_id'])
    op.create_table('presence',
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('wrote_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('subject', 'subject_id', 'person_id', name=op.f('pk_presence'))
    )
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presence_seen_at'), ['seen_at'], unique=False)

    op.create_table('text_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('texts', JSON, nullable=False),
    sa.Column('lost', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('person_name', sa.String(length=200), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_version'))
    )
    with op.batch_alter_table('text_version', schema=None) as batch_op:
        batch_op.create_index('ix_text_version_subject', ['subject', 'subject_id', 'number'], unique=True)

    op.create_table('questionnaire',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trajectory_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Enum('clients', 'volunteers', 'partners', name='audience', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('introduction', sa.Text(), nullable=False),
    sa.Column('questions', JSON, nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('opens_on <= closes_on', name=op.f('ck_questionnaire_dates_in_order')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_questionnaire_made_by_id_person')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_questionnaire_trajectory_id_trajectory')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire')),
    sa.UniqueConstraint('token', name=op.f('uq_questionnaire_token')),
    sa.UniqueConstraint('trajectory_id', 'audience', name=op.f('uq_questionnaire_trajectory_id_audience'))
    )
    with op.batch_alter_table('questionnaire', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_questionnaire_trajectory_id'), ['trajectory_id'], unique=False)

    op.create_table('questionnaire_response',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('questionnaire_id', sa.Integer(), nullable=False),
    sa.Column('client_key', sa.String(length=64), nullable=False),
    sa.Column('answers', JSON, nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('channel', sa.Enum('web', 'paper', name='channel', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaire.id'], name=op.f('fk_questionnaire_response_questionnaire_id_questionnaire'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire_response')),
    sa.UniqueConstraint('client_key', name=op.f('uq_questionnaire_response_client_key'))
    )
    with op.batch_alter_table('questionnaire_response', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_questionnaire_response_questionnaire_id'), ['questionnaire_id'], unique=False)

    op.create_table('reflection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('self_evaluation_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.Enum('well', 'share', 'not_yet', 'can_do', 'help', name='question', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['self_evaluation_id'], ['self_evaluation.id'], name=op.f('fk_reflection_self_evaluation_id_self_evaluation')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['person.id'], name=op.f('fk_reflection_updated_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reflection')),
    sa.UniqueConstraint('self_evaluation_id', 'question', name=op.f('uq_reflection_self_evaluation_id_question'))
    )
    with op.batch_alter_table('reflection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reflection_self_evaluation_id'), ['self_evaluation_id'], unique=False)

    op.create_table('answer_remark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_answer_remark_answer_id_answer')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_answer_remark_person_id_person')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_answer_remark_settled_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_remark'))
    )
    with op.batch_alter_table('answer_remark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_remark_answer_id'), ['answer_id'], unique=False)

    op.create_table('text_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('self_evaluation_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('pieces', JSON, nullable=False),
    sa.Column('strange', JSON, nullable=False),
    sa.Column('done', JSON, nullable=False),
    sa.Column('state', sa.Enum('previewed', 'applied', 'discarded', 'undone', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['self_evaluation_id'], ['self_evaluation.id'], name=op.f('fk_text_import_self_evaluation_id_self_evaluation')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['person.id'], name=op.f('fk_text_import_uploaded_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_import'))
    )
    with op.batch_alter_table('text_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_text_import_self_evaluation_id'), ['self_evaluation_id'], unique=False)

    op.create_table('evidence_opening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_evidence_opening_evidence_id_evidence'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_evidence_opening_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_evidence_opening_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_opening'))
    )
    with op.batch_alter_table('evidence_opening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_opening_evidence_id'), ['evidence_id'], unique=False)

    op.create_table('moderation_sample',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('seed', sa.String(length=40), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('drawn_by_id', sa.Integer(), nullable=True),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('read_by_id', sa.Integer(), nullable=True),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['drawn_by_id'], ['person.id'], name=op.f('fk_moderation_sample_drawn_by_id_person')),
    sa.ForeignKeyConstraint(['read_by_id'], ['person.id'], name=op.f('fk_moderation_sample_read_by_id_person')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_moderation_sample_review_id_review')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_moderation_sample_round_id_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moderation_sample')),
    sa.UniqueConstraint('round_id', 'review_id', name=op.f('uq_moderation_sample_round_id_review_id'))
    )
    with op.batch_alter_table('moderation_sample', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_moderation_sample_round_id'), ['round_id'], unique=False)

    op.create_table('review_feedback',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('scores', JSON, nullable=False),
    sa.Column('helped', sa.Text(), nullable=False),
    sa.Column('better', sa.Text(), nullable=False),
    sa.Column('given_by_id', sa.Integer(), nullable=True),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['given_by_id'], ['person.id'], name=op.f('fk_review_feedback_given_by_id_person')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_review_feedback_review_id_review')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_feedback')),
    sa.UniqueConstraint('review_id', name=op.f('uq_review_feedback_review_id'))
    )
    op.create_table('take_home',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('norm_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['norm_id'], ['norm.id'], name=op.f('fk_take_home_norm_id_norm')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_take_home_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_take_home_person_id_person')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_take_home_review_id_review')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_take_home'))
    )
    with op.batch_alter_table('take_home', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_take_home_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_take_home_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_take_home_review_id'), ['review_id'], unique=False)

    op.create_table('blind_rating_observation',
    sa.Column('blind_rating_id', sa.Integer(), nullable=False),
    sa.Column('observation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['blind_rating_id'], ['blind_rating.id'], name=op.f('fk_blind_rating_observation_blind_rating_id_blind_rating'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['observation_id'], ['observation.id'], name=op.f('fk_blind_rating_observation_observation_id_observation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('blind_rating_id', 'observation_id', name=op.f('pk_blind_rating_observation'))
    )
    op.create_table('observation_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('observation_id', sa.Integer(), nullable=False),
    sa.Column('client_key', sa.String(length=40), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['observation_id'], ['observation.id'], name=op.f('fk_observation_file_observation_id_observation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_observation_file')),
    sa.UniqueConstraint('client_key', name=op.f('uq_observation_file_client_key')),
    sa.UniqueConstraint('key', name=op.f('uq_observation_file_key'))
    )
    with op.batch_alter_table('observation_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_observation_file_observation_id'), ['observation_id'], unique=False)

    op.create_table('sentence_source',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('finding_id', sa.Integer(), nullable=False),
    sa.Column('sentence', sa.String(length=40), nullable=False),
    sa.Column('observation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_sentence_source_finding_id_finding'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['observation_id'], ['observation.id'], name=op.f('fk_sentence_source_observation_id_observation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sentence_source')),
    sa.UniqueConstraint('finding_id', 'sentence', 'observation_id', name=op.f('uq_sentence_source_finding_id_sentence_observation_id'))
    )
    with op.batch_alter_table('sentence_source', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sentence_source_finding_id'), ['finding_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sentence_source_observation_id'), ['observation_id'], unique=False)

    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changes', sa.Text(), nullable=False, server_default=''))

    with op.batch_alter_table('fact_check_answer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('advice', sa.Enum('take_over', 'leave', name='advice', native_enum=False, create_constraint=True, length=40), nullable=True))
        batch_op.add_column(sa.Column('advice_text', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('advised_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('evidence_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_fact_check_answer_evidence_id_evidence'), 'evidence', ['evidence_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('observation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('item_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('position', sa.Integer(), nullable=False, server_default='0'))
        batch_op.alter_column('source', existing_type=sources(BEFORE), type_=sources(AFTER), existing_nullable=False)
        batch_op.create_foreign_key(batch_op.f('fk_observation_item_id_programme_item'), 'programme_item', ['item_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.add_column(sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('second_reader_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('unread_reason', sa.Text(), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_review_second_reader_id'), ['second_reader_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_review_second_reader_id_person'), 'person', ['second_reader_id'], ['id'])

    for table, name in FOR_THE_ROWS_THERE_ARE:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(name, server_default=None)

    for statement in GUARD_SQLITE if op.get_bind().dialect.name == 'sqlite' else GUARD_POSTGRESQL:
        op.execute(statement)



def downgrade() -> None:
    op.drop_index('ix_finding_observation_observation_id', table_name='finding_observation')
    if op.get_bind().dialect.name == 'sqlite':
        op.execute("DROP TRIGGER finding_rating_locked")
    else:
        op.execute("DROP TRIGGER finding_rating_locked ON finding")
        op.execute("DROP FUNCTION finding_rating_is_locked")
    op.execute("UPDATE observation SET source = 'seen' WHERE source = 'shadowed'")
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_review_second_reader_id_person'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_review_second_reader_id'))
        batch_op.drop_column('unread_reason')
        batch_op.drop_column('second_reader_id')
        batch_op.drop_column('delivered_at')

    with op.batch_alter_table('observation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_observation_item_id_programme_item'), type_='foreignkey')
        batch_op.alter_column('source', existing_type=sources(AFTER), type_=sources(BEFORE), existing_nullable=False)
        batch_op.drop_column('position')
        batch_op.drop_column('item_id')

    with op.batch_alter_table('fact_check_answer', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_fact_check_answer_evidence_id_evidence'), type_='foreignkey')
        batch_op.drop_column('evidence_id')
        batch_op.drop_constraint(batch_op.f('ck_fact_check_answer_advice'), type_='check')
        batch_op.drop_column('advised_at')
        batch_op.drop_column('advice_text')
        batch_op.drop_column('advice')

    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_column('changes')

    with op.batch_alter_table('sentence_source', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sentence_source_observation_id'))
        batch_op.drop_index(batch_op.f('ix_sentence_source_finding_id'))

    op.drop_table('sentence_source')
    with op.batch_alter_table('observation_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_observation_file_observation_id'))

    op.drop_table('observation_file')
    op.drop_table('blind_rating_observation')
    with op.batch_alter_table('take_home', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_take_home_review_id'))
        batch_op.drop_index(batch_op.f('ix_take_home_person_id'))
        batch_op.drop_index(batch_op.f('ix_take_home_organisation_id'))

    op.drop_table('take_home')
    op.drop_table('review_feedback')
    with op.batch_alter_table('moderation_sample', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_moderation_sample_round_id'))

    op.drop_table('moderation_sample')
    with op.batch_alter_table('evidence_opening', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_opening_evidence_id'))

    op.drop_table('evidence_opening')
    with op.batch_alter_table('text_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_text_import_self_evaluation_id'))

    op.drop_table('text_import')
    with op.batch_alter_table('answer_remark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_remark_answer_id'))

    op.drop_table('answer_remark')
    with op.batch_alter_table('reflection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reflection_self_evaluation_id'))

    op.drop_table('reflection')
    with op.batch_alter_table('questionnaire_response', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_questionnaire_response_questionnaire_id'))

    op.drop_table('questionnaire_response')
    with op.batch_alter_table('questionnaire', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_questionnaire_trajectory_id'))

    op.drop_table('questionnaire')
    with op.batch_alter_table('text_version', schema=None) as batch_op:
        batch_op.drop_index('ix_text_version_subject')

    op.drop_table('text_version')
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presence_seen_at'))

    op.drop_table('presence')
