"""Phone numbers and codes by text message"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "auth_phone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_phone_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_phone")),
        sa.UniqueConstraint("handle", name=op.f("uq_auth_phone_handle")),
        sa.UniqueConstraint("user_id", name=op.f("uq_auth_phone_user_id")),
    )
    op.create_table(
        "auth_waiting_sms_code",
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_waiting_sms_code_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_auth_waiting_sms_code")),
    )
    op.create_index("ix_auth_waiting_sms_code_expires_at", "auth_waiting_sms_code", ["expires_at"])
    op.create_index("ix_auth_waiting_sms_code_user_id", "auth_waiting_sms_code", ["user_id"])


def downgrade() -> None:
    op.drop_table("auth_waiting_sms_code")
    op.drop_table("auth_phone")
