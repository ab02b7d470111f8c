"""A waiting sign-in carries what is due at its end"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute(sa.text("DELETE FROM auth_waiting_login"))  # they live for minutes; nothing can be in them that counts
    with op.batch_alter_table("auth_waiting_login") as table:
        table.add_column(sa.Column("due", sa.String(length=64), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("auth_waiting_login") as table:
        table.drop_column("due")
