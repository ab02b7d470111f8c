"""A waiting sign-in counts the tries of its second step"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(sa.text("DELETE FROM auth_waiting_login"))  # they live for minutes; nothing can be in them that counts
    with op.batch_alter_table("auth_waiting_login") as table:
        table.add_column(sa.Column("tries_left", sa.Integer(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("auth_waiting_login") as table:
        table.drop_column("tries_left")
