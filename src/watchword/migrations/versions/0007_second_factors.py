"""Authenticator apps and recovery codes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "auth_authenticator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_authenticator_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_authenticator")),
        sa.UniqueConstraint("handle", name=op.f("uq_auth_authenticator_handle")),
    )
    op.create_index("ix_auth_authenticator_user_id", "auth_authenticator", ["user_id"])

    op.create_table(
        "auth_waiting_authenticator",
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["auth_user.id"],
            name=op.f("fk_auth_waiting_authenticator_user_id_auth_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_auth_waiting_authenticator")),
    )
    op.create_index("ix_auth_waiting_authenticator_expires_at", "auth_waiting_authenticator", ["expires_at"])
    op.create_index("ix_auth_waiting_authenticator_user_id", "auth_waiting_authenticator", ["user_id"])

    op.create_table(
        "auth_recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_recovery_code_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_recovery_code")),
    )
    op.create_index("ix_auth_recovery_code_user_id", "auth_recovery_code", ["user_id"])


def downgrade() -> None:
    op.drop_table("auth_recovery_code")
    op.drop_table("auth_waiting_authenticator")
    op.drop_table("auth_authenticator")
