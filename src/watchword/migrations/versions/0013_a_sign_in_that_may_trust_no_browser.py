"""A sign-in that may trust no browser any more"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute(sa.text("DELETE FROM auth_waiting_login"))  # they live for minutes; nothing can be in them that counts
    with op.batch_alter_table("auth_waiting_login") as table:
        table.add_column(sa.Column("may_trust", sa.Boolean(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("auth_waiting_login") as table:
        table.drop_column("may_trust")
