"""Changes of address, and accounts that are about to close"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "auth_address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_version", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("old_email", sa.String(length=320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_address_change_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_address_change")),
        sa.UniqueConstraint("handle", name=op.f("uq_auth_address_change_handle")),
        sa.UniqueConstraint("link", name=op.f("uq_auth_address_change_link")),
    )
    for column in ("browser", "expires_at", "user_id"):
        op.create_index(f"ix_auth_address_change_{column}", "auth_address_change", [column])
    with op.batch_alter_table("auth_user") as table:
        table.add_column(sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_auth_user_closes_at", "auth_user", ["closes_at"])


def downgrade() -> None:
    op.drop_index("ix_auth_user_closes_at", "auth_user")
    with op.batch_alter_table("auth_user") as table:
        table.drop_column("closes_at")
    op.drop_table("auth_address_change")
