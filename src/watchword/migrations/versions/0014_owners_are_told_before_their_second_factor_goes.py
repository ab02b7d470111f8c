"""Owners are told before their second factor goes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("auth_second_factor_reset") as table:
        table.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.text("UPDATE auth_second_factor_reset SET told_at = opened_at"))  # their mails ask for no receipt


def downgrade() -> None:
    with op.batch_alter_table("auth_second_factor_reset") as table:
        table.drop_column("reminded_at")
        table.drop_column("told_at")
