"""Review resolutions and nearest topics."""

from alembic import op
import sqlalchemy as sa

import bot.db

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

def upgrade() -> None:
    """Bring the schema to this revision."""

    with op.batch_alter_table('review_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('resolution', sa.Enum('ANSWER', 'TOPIC', 'REFERRAL', 'UNCLEAR', 'SPAM', name='resolution', native_enum=False, length=12), nullable=True))
        batch_op.add_column(sa.Column('sealed_reply', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('resolved_at', bot.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('referred_at', bot.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('told_at', bot.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('nearest', sa.JSON(), server_default='[]', nullable=False))

def downgrade() -> None:
    """Take this revision back."""

    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.drop_column('nearest')

    with op.batch_alter_table('review_item', schema=None) as batch_op:
        batch_op.drop_column('told_at')
        batch_op.drop_column('referred_at')
        batch_op.drop_column('resolved_at')
        batch_op.drop_column('sealed_reply')
        batch_op.drop_column('resolution')

