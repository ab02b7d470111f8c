"""Trusted browsers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute(sa.text("DELETE FROM auth_waiting_login"))  # they live for minutes; nothing can be in them that counts
    with op.batch_alter_table("auth_waiting_login") as table:
        table.add_column(sa.Column("trusts", sa.Boolean(), nullable=False))
    with op.batch_alter_table("auth_known_device") as table:
        table.add_column(sa.Column("trusted_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("trusted_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("auth_known_device") as table:
        table.drop_column("trusted_version")
        table.drop_column("trusted_at")
    with op.batch_alter_table("auth_waiting_login") as table:
        table.drop_column("trusts")
