"""Passkeys, what devices know their owners by, and the challenges that were used"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "auth_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("user_verified", sa.Boolean(), nullable=False),
        sa.Column("backup_eligible", sa.Boolean(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("aaguid", sa.String(length=36), nullable=False),
        sa.Column("transports", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_with", sa.String(length=256), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_passkey_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_auth_passkey_credential_id")),
        sa.UniqueConstraint("handle", name=op.f("uq_auth_passkey_handle")),
    )
    op.create_index("ix_auth_passkey_user_id", "auth_passkey", ["user_id"])

    op.create_table(
        "auth_passkey_owner",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_handle", sa.String(length=64), nullable=False),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.Column("offer_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_passkey_owner_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_auth_passkey_owner")),
        sa.UniqueConstraint("user_handle", name=op.f("uq_auth_passkey_owner_user_handle")),
    )

    op.create_table(
        "auth_used_challenge",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_used_challenge")),
    )
    op.create_index("ix_auth_used_challenge_expires_at", "auth_used_challenge", ["expires_at"])


def downgrade() -> None:
    for table in ("auth_used_challenge", "auth_passkey_owner", "auth_passkey"):
        op.drop_table(table)
