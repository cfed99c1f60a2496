"""Motions, minutes and written procedures, conditions, appeals, credentials, and a register with memory"""

from collections import Counter
from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0006'
down_revision = '0005'

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
FOR_THE_ROWS_THERE_ARE = (
    ('attendance', 'online'),
    ('decision', 'asks'),
    ('decision', 'departure'),
    ('decision', 'letter'),
    ('decision', 'file_key'),
    ('decision', 'file_checksum'),
    ('dossier', 'reopen_reason'),
    ('meeting', 'kind'),
    ('meeting', 'link'),
    ('meeting', 'rules'),
    ('meeting', 'sequence'),
    ('organisation', 'municipality'),
)
# A later migration that makes one of these tables anew on SQLite drops its triggers first and makes them after.
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


def draws_sqlite() -> list[str]:
    draw = (
        "INSERT INTO register_stamp (id, number, drawn_in) VALUES (1, abs(random()), 0) "
        "ON CONFLICT (id) DO UPDATE SET number = excluded.number"
    )
    return [
        f"CREATE TRIGGER {table}_{verb.split()[0].lower()}_shows AFTER {verb} ON {table} BEGIN {draw}; END"
        for table, columns in WATCHED.items()
        for verb in ("INSERT", f"UPDATE OF {columns}" if columns else "UPDATE", "DELETE")
    ]


def draws_postgresql() -> list[str]:
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


def draws() -> list[str]:
    return draws_sqlite() if op.get_bind().dialect.name == 'sqlite' else draws_postgresql()


def table_of(name: str) -> sa.Table:
    """The table as it is now, so that rows are read and written with their types."""
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind(), resolve_fks=False)


def vote_now() -> None:
    op.create_table('vote',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('motion_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('choice', sa.Enum('for', 'against', 'abstain', name='choice', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('motivation', sa.Text(), nullable=False),
    sa.Column('dissent', sa.Boolean(), nullable=False),
    sa.Column('cast_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['motion_id'], ['motion.id'], name=op.f('fk_vote_motion_id_motion')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_vote_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vote')),
    sa.UniqueConstraint('motion_id', 'person_id', name=op.f('uq_vote_motion_id_person_id'))
    )
    with op.batch_alter_table('vote', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vote_person_id'), ['person_id'], unique=False)


def vote_before() -> None:
    op.create_table('vote',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('ballot', sa.Integer(), nullable=False),
    sa.Column('choice', sa.Enum('granted', 'granted_with_conditions', 'deferred', 'refused', 'abstain', name='choice', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('motivation', sa.Text(), nullable=False),
    sa.Column('cast_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_vote_dossier_id_dossier')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_vote_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_vote_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vote')),
    sa.UniqueConstraint('dossier_id', 'meeting_id', 'person_id', name=op.f('uq_vote_dossier_id_meeting_id_person_id'))
    )
    with op.batch_alter_table('vote', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vote_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_vote_person_id'), ['person_id'], unique=False)


def rows_of(table: sa.Table) -> list[dict]:
    return [dict(row) for row in op.get_bind().execute(sa.select(table).order_by(table.c.id)).mappings()]


def put_votes(rows: list[dict]) -> None:
    """The votes with their own numbers; the next vote gets a number after them."""
    if rows:
        op.bulk_insert(table_of('vote'), rows)
        if op.get_bind().dialect.name != 'sqlite':
            op.execute("SELECT setval(pg_get_serial_sequence('vote', 'id'), (SELECT max(id) FROM vote))")


def votings_become_motions(votes: list[dict], dossiers: dict[int, dict], decisions: list[dict]) -> None:
    """A motion for each voting that was closed: its outcome was moved, who voted for it is for, others are against.

    Where no outcome had a majority the motion is lost, and about the outcome that got most votes. A voting that is
    open has no motion yet: its votes are sealed and go unread, and the members vote on a motion.
    """
    motion = table_of('motion')
    decided = {(row['dossier_id'], row['meeting_id']): row for row in decisions}
    votings: dict[tuple[int, int], list[dict]] = {}
    for vote in votes:
        votings.setdefault((vote['dossier_id'], vote['meeting_id']), []).append(vote)
    kept, numbers = [], Counter()
    for (dossier_id, meeting_id), cast in sorted(votings.items(), key=lambda item: (item[0][0], item[1][0]['id'])):
        dossier, decision = dossiers[dossier_id], decided.get((dossier_id, meeting_id))
        here = dossier['meeting_id'] == meeting_id and decision is None
        if here and dossier['voting_open']:
            continue
        last = max(vote['ballot'] for vote in cast)
        cast = [vote for vote in cast if vote['ballot'] == last]
        result = dossier['result'] if here else {}
        chosen = Counter(vote['choice'] for vote in cast if vote['choice'] != 'abstain')
        outcome = (decision or result or {}).get('outcome')
        state = 'carried' if outcome else 'void' if result.get('why') == 'no_quorum' else 'lost'
        outcome = outcome or (chosen.most_common(1)[0][0] if chosen else 'granted')
        choice = {vote['id']: vote['choice'] if vote['choice'] == 'abstain' else 'for' if vote['choice'] == outcome else 'against' for vote in cast}
        numbers[dossier_id] += 1
        closed_at = max(vote['cast_at'] for vote in cast)
        values = {
            'dossier_id': dossier_id, 'meeting_id': meeting_id, 'number': numbers[dossier_id], 'outcome': outcome,
            'motivation': decision['motivation'] if decision else '', 'asks': '',
            'conditions': decision['conditions'] if decision else [], 'put_at': min(vote['cast_at'] for vote in cast),
            'closed_at': closed_at, 'state': state, 'state_since': closed_at, 'version': 1,
            'result': {
                'tally': in_words(Counter(choice.values())), 'counting': result.get('counting', len(cast)),
                'quorum': result.get('quorum', 0), 'why': '' if state == 'carried' else 'no_quorum' if state == 'void' else 'no_majority',
            },
        }
        motion_id = op.get_bind().execute(motion.insert().values(**values)).inserted_primary_key[0]
        kept += [
            {'id': vote['id'], 'motion_id': motion_id, 'dissent': False, 'choice': choice[vote['id']]}
            | {name: vote[name] for name in ('person_id', 'motivation', 'cast_at', 'version')}
            for vote in cast
        ]
    put_votes(sorted(kept, key=lambda vote: vote['id']))


def in_words(tally: dict) -> dict[str, int]:
    return {choice: tally[choice] for choice in ('for', 'against', 'abstain') if tally.get(choice)}


def decisions_take_their_conditions_along(decisions: list[dict]) -> None:
    """Each condition becomes a row, and the tally of a decision says for and against."""
    decision, condition, now = table_of('decision'), table_of('award_condition'), datetime.now(UTC)
    rows = [
        {
            'decision_id': row['id'], 'position': position, 'norm': one['norm'], 'what': one['what'],
            'due_on': date.fromisoformat(one['by']), 'shown': '', 'verdict': '', 'state': 'open', 'state_since': now,
            'version': 1,
        }
        for row in decisions
        for position, one in enumerate(row['conditions'], 1)
    ]
    if rows:
        op.bulk_insert(condition, rows)
    for row in decisions:
        tally = row['tally']
        against = sum(number for choice, number in tally.items() if choice not in (row['outcome'], 'abstain'))
        said = in_words({'for': tally.get(row['outcome'], 0), 'against': against, 'abstain': tally.get('abstain', 0)})
        op.execute(decision.update().where(decision.c.id == row['id']).values(tally=said))


def motions_become_votings(votes: list[dict], motions: list[dict], conditions: list[dict]) -> None:
    """The last motion of each meeting as a voting. What an against was for instead nobody said: refused is nearest."""
    dossier, decision = table_of('dossier'), table_of('decision')
    last = {(row['dossier_id'], row['meeting_id']): row for row in motions if row['state'] not in ('open', 'withdrawn')}
    chosen = {row['id']: row for row in last.values()}

    def said(choice: str, outcome: str) -> str:
        against = 'granted' if outcome == 'refused' else 'refused'
        return {'for': outcome, 'against': against}.get(choice, choice)

    def tally_of(tally: dict, outcome: str) -> dict[str, int]:
        return {said(choice, outcome): number for choice, number in tally.items()}

    kept = []
    for vote in votes:
        if motion := chosen.get(vote['motion_id']):
            same = {name: vote[name] for name in ('id', 'person_id', 'motivation', 'cast_at', 'version')}
            about = {name: motion[name] for name in ('dossier_id', 'meeting_id')}
            kept.append(same | about | {'ballot': motion['number'], 'choice': said(vote['choice'], motion['outcome'])})
    put_votes(kept)
    for row in rows_of(dossier):
        if motion := last.get((row['id'], row['meeting_id'])):
            carried, counted = motion['state'] == 'carried', motion['result']
            result = {
                'tally': tally_of(counted.get('tally', {}), motion['outcome']), 'counting': counted.get('counting', 0),
                'quorum': counted.get('quorum', 0), 'outcome': motion['outcome'] if carried else None,
                'why': '' if carried else 'no_quorum' if motion['state'] == 'void' else 'no_majority',
            }
            values = {'result': result, 'ballot': motion['number']}
            op.execute(dossier.update().where(dossier.c.id == row['id']).values(**values))
    for row in rows_of(decision):
        own = [one for one in conditions if one['decision_id'] == row['id']]
        own.sort(key=lambda one: one['position'])
        values = {
            'conditions': [{'norm': one['norm'], 'what': one['what'], 'by': one['due_on'].isoformat()} for one in own],
            'tally': tally_of(row['tally'], row['outcome']),
        }
        op.execute(decision.update().where(decision.c.id == row['id']).values(**values))


def upgrade() -> None:
    votes = rows_of(table_of('vote'))
    dossiers = {row['id']: row for row in rows_of(table_of('dossier'))}
    decisions = rows_of(table_of('decision'))
    op.create_table('register_stamp',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('drawn_in', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_stamp'))
    )
    op.create_table('signing_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kid', sa.String(length=64), nullable=False),
    sa.Column('public_jwk', JSON, nullable=False),
    sa.Column('sealed_private_key', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_key')),
    sa.UniqueConstraint('kid', name=op.f('uq_signing_key_kid'))
    )
    op.create_table('commission_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('vice_chair', 'substitute', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_commission_seat_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commission_seat')),
    sa.UniqueConstraint('person_id', name=op.f('uq_commission_seat_person_id'))
    )
    op.create_table('complaint',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('acknowledge_by', sa.Date(), nullable=False),
    sa.Column('answer_by', sa.Date(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('state', sa.Enum('received', 'acknowledged', 'answered', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_complaint_answered_by_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_complaint_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_complaint_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint')),
    sa.UniqueConstraint('token', name=op.f('uq_complaint_token'))
    )
    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_state'), ['state'], unique=False)

    op.create_table('follower',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_of_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'following', 'stopped', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_follower_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follower')),
    sa.UniqueConstraint('token', name=op.f('uq_follower_token'))
    )
    op.create_index('uq_follower_address', 'follower', ['email', sa.text('coalesce(organisation_id, 0)')], unique=True)
    with op.batch_alter_table('follower', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follower_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follower_state'), ['state'], unique=False)

    op.create_table('public_page',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('looked_at', sa.Text(), nullable=False),
    sa.Column('stories', JSON, nullable=False),
    sa.Column('works_on', sa.Text(), nullable=False),
    sa.Column('shown', JSON, nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('draft', 'published', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_public_page_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['written_by_id'], ['person.id'], name=op.f('fk_public_page_written_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_page')),
    sa.UniqueConstraint('organisation_id', name=op.f('uq_public_page_organisation_id'))
    )
    op.create_table('qualification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('ground', sa.Text(), nullable=False),
    sa.Column('reviews', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('given_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('starts_on < ends_on', name=op.f('ck_qualification_term_in_order')),
    sa.ForeignKeyConstraint(['given_by_id'], ['person.id'], name=op.f('fk_qualification_given_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_qualification_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_qualification'))
    )
    with op.batch_alter_table('qualification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_qualification_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_qualification_held', ['person_id'], unique=True, sqlite_where=sa.text('ended_on IS NULL'), postgresql_where=sa.text('ended_on IS NULL'))

    op.create_table('meeting_reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('coming', sa.Enum('here', 'online', 'absent', name='coming', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_reply_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_meeting_reply_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_reply')),
    sa.UniqueConstraint('meeting_id', 'person_id', name=op.f('uq_meeting_reply_meeting_id_person_id'))
    )
    with op.batch_alter_table('meeting_reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_reply_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_reply_person_id'), ['person_id'], unique=False)

    op.create_table('substitute_call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('called_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_substitute_call_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_substitute_call_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_substitute_call')),
    sa.UniqueConstraint('meeting_id', 'person_id', name=op.f('uq_substitute_call_meeting_id_person_id'))
    )
    with op.batch_alter_table('substitute_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_substitute_call_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_substitute_call_person_id'), ['person_id'], unique=False)

    op.create_table('completeness_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trajectory_id', sa.Integer(), nullable=False),
    sa.Column('item', sa.String(length=40), nullable=False),
    sa.Column('addressee', sa.Enum('team', 'organisation', name='addressee', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('asked', 'answered', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_completeness_question_answered_by_id_person')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_completeness_question_asked_by_id_person')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_completeness_question_trajectory_id_trajectory')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_completeness_question'))
    )
    with op.batch_alter_table('completeness_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_completeness_question_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_completeness_question_trajectory_id'), ['trajectory_id'], unique=False)

    op.create_table('dossier_reading',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_dossier_reading_dossier_id_dossier')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_dossier_reading_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier_reading')),
    sa.UniqueConstraint('dossier_id', 'person_id', name=op.f('uq_dossier_reading_dossier_id_person_id'))
    )
    with op.batch_alter_table('dossier_reading', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dossier_reading_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dossier_reading_person_id'), ['person_id'], unique=False)

    op.create_table('minutes_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('heading', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_minutes_item_dossier_id_dossier')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_minutes_item_meeting_id_meeting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes_item')),
    sa.UniqueConstraint('meeting_id', 'dossier_id', name=op.f('uq_minutes_item_meeting_id_dossier_id'))
    )
    with op.batch_alter_table('minutes_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_minutes_item_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_minutes_item_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('motion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Enum('granted', 'granted_with_conditions', 'deferred', 'refused', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('motivation', sa.Text(), nullable=False),
    sa.Column('conditions', JSON, nullable=False),
    sa.Column('deferral_cause', sa.Enum('information', 'inquiry', name='deferral_cause', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('asks', sa.Text(), nullable=False),
    sa.Column('return_on', sa.Date(), nullable=True),
    sa.Column('put_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('put_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', JSON, nullable=False),
    sa.Column('state', sa.Enum('open', 'carried', 'lost', 'void', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_motion_dossier_id_dossier')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_motion_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['put_by_id'], ['person.id'], name=op.f('fk_motion_put_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_motion')),
    sa.UniqueConstraint('dossier_id', 'number', name=op.f('uq_motion_dossier_id_number'))
    )
    with op.batch_alter_table('motion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_motion_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_motion_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index('uq_motion_open', ['dossier_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('no_interest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_no_interest_dossier_id_dossier')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_no_interest_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_no_interest_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_no_interest')),
    sa.UniqueConstraint('dossier_id', 'meeting_id', 'person_id', name=op.f('uq_no_interest_dossier_id_meeting_id_person_id'))
    )
    with op.batch_alter_table('no_interest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_no_interest_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_no_interest_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_no_interest_person_id'), ['person_id'], unique=False)

    op.create_table('appeal_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('grounds', sa.Text(), nullable=False),
    sa.Column('wish', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_appeal_draft_decision_id_decision')),
    sa.ForeignKeyConstraint(['written_by_id'], ['person.id'], name=op.f('fk_appeal_draft_written_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal_draft')),
    sa.UniqueConstraint('decision_id', name=op.f('uq_appeal_draft_decision_id'))
    )
    op.create_table('appeal',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('grounds', sa.Text(), nullable=False),
    sa.Column('wish', sa.Text(), nullable=False),
    sa.Column('lodged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lodged_by_id', sa.Integer(), nullable=True),
    sa.Column('admissible_by', sa.Date(), nullable=False),
    sa.Column('decide_by', sa.Date(), nullable=True),
    sa.Column('hearing_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hearing_place', sa.String(length=200), nullable=False),
    sa.Column('outcome', sa.Enum('upheld', 'amended', 'reversed', 'sent_back', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('motivation', sa.Text(), nullable=False),
    sa.Column('instead', sa.Enum('granted', 'granted_with_conditions', 'deferred', 'refused', name='instead', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('conditions', JSON, nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_by_id', sa.Integer(), nullable=True),
    sa.Column('letter_sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('file_key', sa.String(length=40), nullable=False),
    sa.Column('file_checksum', sa.String(length=64), nullable=False),
    sa.Column('state', sa.Enum('lodged', 'admitted', 'inadmissible', 'decided', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_appeal_decision_id_decision')),
    sa.ForeignKeyConstraint(['lodged_by_id'], ['person.id'], name=op.f('fk_appeal_lodged_by_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appeal_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['signed_by_id'], ['person.id'], name=op.f('fk_appeal_signed_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal'))
    )
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appeal_decision_id'), ['decision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_appeal_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_appeal_state'), ['state'], unique=False)
        batch_op.create_index('uq_appeal_running', ['decision_id'], unique=True, sqlite_where=sa.text("state != 'withdrawn'"), postgresql_where=sa.text("state != 'withdrawn'"))

    op.create_table('award_condition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('norm', sa.String(length=20), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.Column('shown_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_by_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('open', 'shown', 'met', 'not_met', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['checked_by_id'], ['person.id'], name=op.f('fk_award_condition_checked_by_id_person')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_award_condition_decision_id_decision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award_condition'))
    )
    with op.batch_alter_table('award_condition', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_award_condition_decision_id'), ['decision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_award_condition_due_on'), ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_award_condition_state'), ['state'], unique=False)

    op.create_table('award_condition_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('condition_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['condition_id'], ['award_condition.id'], name=op.f('fk_award_condition_file_condition_id_award_condition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award_condition_file')),
    sa.UniqueConstraint('key', name=op.f('uq_award_condition_file_key'))
    )
    with op.batch_alter_table('award_condition_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_award_condition_file_condition_id'), ['condition_id'], unique=False)

    op.create_table('certificate_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('certificate_id', sa.Integer(), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_file_certificate_id_certificate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_file')),
    sa.UniqueConstraint('checksum', name=op.f('uq_certificate_file_checksum'))
    )
    with op.batch_alter_table('certificate_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_file_certificate_id'), ['certificate_id'], unique=False)

    op.create_table('credential',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.Enum('certificate', 'reviewer', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('certificate_id', sa.Integer(), nullable=True),
    sa.Column('qualification_id', sa.Integer(), nullable=True),
    sa.Column('key_id', sa.Integer(), nullable=False),
    sa.Column('status_index', sa.Integer(), nullable=False),
    sa.Column('jwt', sa.Text(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint('(certificate_id IS NULL) != (qualification_id IS NULL)', name=op.f('ck_credential_about_one')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_credential_certificate_id_certificate')),
    sa.ForeignKeyConstraint(['key_id'], ['signing_key.id'], name=op.f('fk_credential_key_id_signing_key')),
    sa.ForeignKeyConstraint(['qualification_id'], ['qualification.id'], name=op.f('fk_credential_qualification_id_qualification')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credential')),
    sa.UniqueConstraint('status_index', name=op.f('uq_credential_status_index')),
    sa.UniqueConstraint('uid', name=op.f('uq_credential_uid'))
    )
    with op.batch_alter_table('credential', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_credential_certificate_id'), ['certificate_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_credential_qualification_id'), ['qualification_id'], unique=False)

    op.create_table('panel_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('appeal_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('chair', sa.Boolean(), nullable=False),
    sa.Column('answer', sa.Enum('asked', 'accepted', 'declined', name='answer', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('agrees', sa.Boolean(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['appeal_id'], ['appeal.id'], name=op.f('fk_panel_member_appeal_id_appeal')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_panel_member_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel_member')),
    sa.UniqueConstraint('appeal_id', 'person_id', name=op.f('uq_panel_member_appeal_id_person_id'))
    )
    with op.batch_alter_table('panel_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_panel_member_appeal_id'), ['appeal_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_panel_member_person_id'), ['person_id'], unique=False)

    op.create_table('record_entry',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('appeal_id', sa.Integer(), nullable=True),
    sa.Column('complaint_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('statement', 'defence', 'hearing', 'note', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(appeal_id IS NULL) != (complaint_id IS NULL)', name=op.f('ck_record_entry_of_one_record')),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_record_entry_added_by_id_person')),
    sa.ForeignKeyConstraint(['appeal_id'], ['appeal.id'], name=op.f('fk_record_entry_appeal_id_appeal')),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_record_entry_complaint_id_complaint')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_entry')),
    sa.UniqueConstraint('key', name=op.f('uq_record_entry_key'))
    )
    with op.batch_alter_table('record_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_entry_appeal_id'), ['appeal_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_entry_complaint_id'), ['complaint_id'], unique=False)

    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.add_column(sa.Column('left_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('online', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint(batch_op.f('uq_attendance_meeting_id_person_id'), type_='unique')
        batch_op.create_index('uq_attendance_present', ['meeting_id', 'person_id'], unique=True, sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))

    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.add_column(sa.Column('renewal_announced_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deferral_cause', sa.Enum('information', 'inquiry', name='deferral_cause', native_enum=False, create_constraint=True, length=40), nullable=True))
        batch_op.add_column(sa.Column('asks', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('return_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('departure', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('replaces_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('letter', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('letter_read_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('file_key', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('file_checksum', sa.String(length=64), nullable=False, server_default=''))
        batch_op.drop_index('uq_decision_dossier_id_meeting_id')
        batch_op.create_index('uq_decision_dossier_id_meeting_id', ['dossier_id', 'meeting_id'], unique=True, sqlite_where=sa.text('replaces_id IS NULL'), postgresql_where=sa.text('replaces_id IS NULL'))
        batch_op.create_index(batch_op.f('ix_decision_replaces_id'), ['replaces_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_decision_replaces_id_decision'), 'decision', ['replaces_id'], ['id'])

    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.Enum('gathering', 'written', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False, server_default='gathering'))
        batch_op.add_column(sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('link', sa.String(length=300), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('rules', JSON, nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('sequence', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('approved_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_meeting_approved_by_id_person'), 'person', ['approved_by_id'], ['id'])

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('municipality', sa.String(length=100), nullable=False, server_default=''))

    op.drop_table('vote')
    vote_now()
    votings_become_motions(votes, dossiers, decisions)
    decisions_take_their_conditions_along(decisions)
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_column('conditions')

    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.drop_column('result')
        batch_op.drop_column('ballot')
        batch_op.drop_column('voting_open')
        batch_op.add_column(sa.Column('reopen_reason', sa.Text(), nullable=False, server_default=''))

    for table, name in FOR_THE_ROWS_THERE_ARE:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(name, server_default=None)

    for statement in draws():
        op.execute(statement)



def downgrade() -> None:
    for table in WATCHED:
        if op.get_bind().dialect.name == 'sqlite':
            for verb in ('insert', 'update', 'delete'):
                op.execute(f'DROP TRIGGER {table}_{verb}_shows')
        else:
            op.execute(f'DROP TRIGGER {table}_shows ON {table}')
    if op.get_bind().dialect.name != 'sqlite':
        op.execute('DROP FUNCTION draw_register_stamp')
    op.execute('DELETE FROM attendance WHERE left_at IS NOT NULL')
    op.execute('DELETE FROM award_condition_file WHERE condition_id IN (SELECT c.id FROM award_condition c JOIN decision d ON d.id = c.decision_id WHERE d.replaces_id IS NOT NULL)')
    op.execute('DELETE FROM award_condition WHERE decision_id IN (SELECT id FROM decision WHERE replaces_id IS NOT NULL)')
    op.execute('DELETE FROM decision WHERE replaces_id IS NOT NULL')
    votes, motions, conditions = (rows_of(table_of(name)) for name in ('vote', 'motion', 'award_condition'))
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('conditions', JSON, nullable=False, server_default='[]'))

    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.drop_column('reopen_reason')
        batch_op.add_column(sa.Column('voting_open', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('ballot', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('result', JSON, nullable=False, server_default='{}'))

    op.drop_table('vote')
    vote_before()
    motions_become_votings(votes, motions, conditions)
    for table, names in (('decision', ('conditions',)), ('dossier', ('voting_open', 'ballot', 'result'))):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in names:
                batch_op.alter_column(name, server_default=None)

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_column('municipality')

    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_meeting_approved_by_id_person'), type_='foreignkey')
        batch_op.drop_column('approved_by_id')
        batch_op.drop_column('approved_at')
        batch_op.drop_column('sequence')
        batch_op.drop_column('rules')
        batch_op.drop_column('link')
        batch_op.drop_column('closes_at')
        batch_op.drop_constraint(batch_op.f('ck_meeting_kind'), type_='check')
        batch_op.drop_column('kind')

    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_decision_replaces_id_decision'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_decision_replaces_id'))
        batch_op.drop_index('uq_decision_dossier_id_meeting_id')
        batch_op.create_index('uq_decision_dossier_id_meeting_id', ['dossier_id', 'meeting_id'], unique=True)
        batch_op.drop_column('file_checksum')
        batch_op.drop_column('file_key')
        batch_op.drop_column('letter_read_at')
        batch_op.drop_column('letter')
        batch_op.drop_column('replaces_id')
        batch_op.drop_column('departure')
        batch_op.drop_column('return_on')
        batch_op.drop_column('asks')
        batch_op.drop_constraint(batch_op.f('ck_decision_deferral_cause'), type_='check')
        batch_op.drop_column('deferral_cause')

    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_column('renewal_announced_at')

    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.drop_index('uq_attendance_present', sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_attendance_meeting_id_person_id'), ['meeting_id', 'person_id'])
        batch_op.drop_column('online')
        batch_op.drop_column('left_at')

    with op.batch_alter_table('record_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_record_entry_complaint_id'))
        batch_op.drop_index(batch_op.f('ix_record_entry_appeal_id'))

    op.drop_table('record_entry')
    with op.batch_alter_table('panel_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_panel_member_person_id'))
        batch_op.drop_index(batch_op.f('ix_panel_member_appeal_id'))

    op.drop_table('panel_member')
    with op.batch_alter_table('certificate_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_certificate_file_certificate_id'))

    op.drop_table('certificate_file')
    with op.batch_alter_table('credential', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_credential_qualification_id'))
        batch_op.drop_index(batch_op.f('ix_credential_certificate_id'))

    op.drop_table('credential')
    with op.batch_alter_table('award_condition_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_award_condition_file_condition_id'))

    op.drop_table('award_condition_file')
    with op.batch_alter_table('award_condition', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_award_condition_state'))
        batch_op.drop_index(batch_op.f('ix_award_condition_due_on'))
        batch_op.drop_index(batch_op.f('ix_award_condition_decision_id'))

    op.drop_table('award_condition')
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.drop_index('uq_appeal_running', sqlite_where=sa.text("state != 'withdrawn'"), postgresql_where=sa.text("state != 'withdrawn'"))
        batch_op.drop_index(batch_op.f('ix_appeal_state'))
        batch_op.drop_index(batch_op.f('ix_appeal_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_appeal_decision_id'))

    op.drop_table('appeal')
    op.drop_table('appeal_draft')
    with op.batch_alter_table('no_interest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_no_interest_person_id'))
        batch_op.drop_index(batch_op.f('ix_no_interest_meeting_id'))
        batch_op.drop_index(batch_op.f('ix_no_interest_dossier_id'))

    op.drop_table('no_interest')
    with op.batch_alter_table('motion', schema=None) as batch_op:
        batch_op.drop_index('uq_motion_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_motion_meeting_id'))
        batch_op.drop_index(batch_op.f('ix_motion_dossier_id'))

    op.drop_table('motion')
    with op.batch_alter_table('minutes_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_minutes_item_meeting_id'))
        batch_op.drop_index(batch_op.f('ix_minutes_item_dossier_id'))

    op.drop_table('minutes_item')
    with op.batch_alter_table('dossier_reading', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dossier_reading_person_id'))
        batch_op.drop_index(batch_op.f('ix_dossier_reading_dossier_id'))

    op.drop_table('dossier_reading')
    with op.batch_alter_table('completeness_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_completeness_question_trajectory_id'))
        batch_op.drop_index(batch_op.f('ix_completeness_question_state'))

    op.drop_table('completeness_question')
    with op.batch_alter_table('substitute_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_substitute_call_person_id'))
        batch_op.drop_index(batch_op.f('ix_substitute_call_meeting_id'))

    op.drop_table('substitute_call')
    with op.batch_alter_table('meeting_reply', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_reply_person_id'))
        batch_op.drop_index(batch_op.f('ix_meeting_reply_meeting_id'))

    op.drop_table('meeting_reply')
    with op.batch_alter_table('qualification', schema=None) as batch_op:
        batch_op.drop_index('uq_qualification_held', sqlite_where=sa.text('ended_on IS NULL'), postgresql_where=sa.text('ended_on IS NULL'))
        batch_op.drop_index(batch_op.f('ix_qualification_person_id'))

    op.drop_table('qualification')
    op.drop_table('public_page')
    op.drop_index('uq_follower_address', table_name='follower')
    with op.batch_alter_table('follower', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follower_state'))
        batch_op.drop_index(batch_op.f('ix_follower_organisation_id'))

    op.drop_table('follower')
    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_state'))
        batch_op.drop_index(batch_op.f('ix_complaint_person_id'))
        batch_op.drop_index(batch_op.f('ix_complaint_organisation_id'))

    op.drop_table('complaint')
    op.drop_table('commission_seat')
    op.drop_table('signing_key')
    op.drop_table('register_stamp')
