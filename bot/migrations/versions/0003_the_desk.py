"""The desk."""

from alembic import op
import sqlalchemy as sa

import bot.db

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

OPEN = sa.text('resolved_at IS NULL')
UNHELPFUL = sa.text("kind = 'UNHELPFUL' AND resolved_at IS NULL")
REVIEW_INDEXES = [
    ('ix_review_item_open', ['language', 'id'], OPEN, False),
    ('ix_review_item_topic', ['topic', 'id'], OPEN, False),
    ('ix_review_item_claimed_by', ['claimed_by'], sa.text('resolved_at IS NULL AND claimed_by IS NOT NULL'), False),
    ('ix_review_item_proposed_by', ['proposed_by'], sa.text('resolved_at IS NULL AND proposed_by IS NOT NULL'), False),
    ('ix_review_item_cluster', ['cluster', 'language'], OPEN, False),
    ('ix_review_item_untold', ['id'], sa.text('resolved_at IS NOT NULL AND told_at IS NULL'), False),
    ('ix_review_item_unreferred', ['created_at'], sa.text('resolved_at IS NULL AND referred_at IS NULL'), False),
    ('ix_review_item_unhelpful', ['topic', 'language'], UNHELPFUL, True),
]


def upgrade() -> None:
    """Bring the schema to this revision."""

    op.create_table('bot_state',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('username', sa.String(length=64), nullable=True),
    sa.Column('announced_at', bot.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bot_state'))
    )
    op.execute('INSERT INTO bot_state (id, content_version) VALUES (1, 0)')
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=True),
    sa.Column('pauses', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('starts_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', bot.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('author', sa.String(length=60), nullable=False),
    sa.Column('created_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    op.create_table('put_away',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('task', sa.String(length=160), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_put_away_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_put_away'))
    )
    with op.batch_alter_table('put_away', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_put_away_account_id'), ['account_id'], unique=False)

    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('file', sa.String(length=80), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('previous', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('author', sa.String(length=60), nullable=False),
    sa.Column('created_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('PROPOSED', 'PUBLISHED', 'REJECTED', name='revisionstate', native_enum=False, length=12), nullable=False),
    sa.Column('decided_by', sa.String(length=60), nullable=True),
    sa.Column('decided_at', bot.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('note', sa.String(length=400), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision'))
    )
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_revision_file'), ['file'], unique=False)
        batch_op.create_index(batch_op.f('ix_revision_key'), ['key'], unique=False)
        batch_op.create_index(batch_op.f('ix_revision_state'), ['state'], unique=False)

    op.create_table('desk_link',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.Enum('INVITE', 'CONNECT', 'SIGN_IN', name='linkpurpose', native_enum=False, length=12), nullable=False),
    sa.Column('expires_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_desk_link_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_desk_link'))
    )
    with op.batch_alter_table('desk_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_desk_link_account_id'), ['account_id'], unique=False)

    op.create_table('desk_session',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('pending', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('second_factor', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('created_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_desk_session_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_desk_session'))
    )
    with op.batch_alter_table('desk_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_desk_session_account_id'), ['account_id'], unique=False)

    op.create_table('review_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('author', sa.String(length=60), nullable=False),
    sa.Column('resolution', sa.Enum('ANSWER', 'TOPIC', 'REFERRAL', 'NEW_TOPIC', 'ESCALATED', 'UNCLEAR', 'WITHDRAWN', 'NOTED', 'SPAM', name='resolution', native_enum=False, length=12), nullable=True),
    sa.Column('sealed_text', sa.LargeBinary(), nullable=False),
    sa.Column('at', bot.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('told_at', bot.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['item_id'], ['review_item.id'], name=op.f('fk_review_message_item_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_message'))
    )
    with op.batch_alter_table('review_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_message_item_id'), ['item_id'], unique=False)

    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('awaiting_reply', sa.Integer(), nullable=True))

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('password_hash', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('sealed_totp', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('totp_step', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('chat_key', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('sealed_chat', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('paused_until', bot.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('toured', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('own_answers', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_unique_constraint(batch_op.f('uq_account_chat_key'), ['chat_key'])

    with op.batch_alter_table('review_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.Enum('QUESTION', 'UNHELPFUL', name='itemkind', native_enum=False, length=12), server_default='QUESTION', nullable=False))
        batch_op.add_column(sa.Column('cluster', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('count', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('claimed_by', sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column('claimed_until', bot.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('sealed_draft', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('proposed_by', sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column('topic', sa.String(length=60), server_default='', nullable=False))
        batch_op.add_column(sa.Column('skipped_by', sa.JSON(), server_default='[]', nullable=False))

    # Questions of before belong to their first nearest topic and stand alone.
    first = "json_extract(nearest_topics, '$[0]')" if op.get_bind().dialect.name == 'sqlite' else 'nearest_topics->>0'
    op.execute(f"UPDATE review_item SET topic = COALESCE({first}, ''), cluster = id")
    for name, columns, where, unique in REVIEW_INDEXES:
        op.create_index(name, 'review_item', columns, unique=unique, sqlite_where=where, postgresql_where=where)




def downgrade() -> None:
    """Take this revision back."""

    for name, *_ in REVIEW_INDEXES:
        op.drop_index(name, 'review_item')
    with op.batch_alter_table('review_item', schema=None) as batch_op:
        batch_op.drop_column('skipped_by')
        batch_op.drop_column('topic')
        batch_op.drop_column('proposed_by')
        batch_op.drop_column('sealed_draft')
        batch_op.drop_column('claimed_until')
        batch_op.drop_column('claimed_by')
        batch_op.drop_column('count')
        batch_op.drop_column('cluster')
        batch_op.drop_column('kind')

    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.drop_column('awaiting_reply')

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_account_chat_key'), type_='unique')
        batch_op.drop_column('own_answers')
        batch_op.drop_column('toured')
        batch_op.drop_column('paused_until')
        batch_op.drop_column('sealed_chat')
        batch_op.drop_column('chat_key')
        batch_op.drop_column('totp_step')
        batch_op.drop_column('sealed_totp')
        batch_op.drop_column('password_hash')

    with op.batch_alter_table('review_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_message_item_id'))

    op.drop_table('review_message')
    with op.batch_alter_table('desk_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_desk_session_account_id'))

    op.drop_table('desk_session')
    with op.batch_alter_table('desk_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_desk_link_account_id'))

    op.drop_table('desk_link')
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revision_state'))
        batch_op.drop_index(batch_op.f('ix_revision_key'))
        batch_op.drop_index(batch_op.f('ix_revision_file'))

    op.drop_table('revision')
    with op.batch_alter_table('put_away', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_put_away_account_id'))

    op.drop_table('put_away')
    op.drop_table('notice')
    op.drop_table('bot_state')

