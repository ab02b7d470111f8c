"""Known devices can be shown and forgotten; a limit says how much it allows and when it has room again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_RANDOM = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "replace(gen_random_uuid()::text, '-', '')"}


def upgrade() -> None:
    with op.batch_alter_table("auth_known_device") as table:
        table.add_column(sa.Column("handle", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("ip", sa.String(length=64), server_default="", nullable=False))
        table.add_column(sa.Column("user_agent", sa.String(length=256), server_default="", nullable=False))
    op.execute(sa.text(f"UPDATE auth_known_device SET handle = {_RANDOM[op.get_bind().dialect.name]}"))  # noqa: S608
    with op.batch_alter_table("auth_known_device") as table:
        table.alter_column("handle", nullable=False)
        table.alter_column("ip", server_default=None)
        table.alter_column("user_agent", server_default=None)
        table.create_unique_constraint(op.f("uq_auth_known_device_handle"), ["handle"])

    with op.batch_alter_table("auth_limit") as table:
        table.add_column(sa.Column("opens_at", sa.BigInteger(), server_default="0", nullable=False))
        table.add_column(sa.Column("amount", sa.Integer(), server_default="0", nullable=False))
    op.execute(sa.text("UPDATE auth_limit SET opens_at = ends_at"))  # what is counted stays counted
    with op.batch_alter_table("auth_limit") as table:
        table.alter_column("opens_at", server_default=None)
        table.alter_column("amount", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("auth_limit") as table:
        table.drop_column("amount")
        table.drop_column("opens_at")
    with op.batch_alter_table("auth_known_device") as table:
        table.drop_constraint(op.f("uq_auth_known_device_handle"), type_="unique")
        table.drop_column("user_agent")
        table.drop_column("ip")
        table.drop_column("handle")
