"""Secure links"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "auth_secure_link",
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_secure_link_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link", name=op.f("pk_auth_secure_link")),
    )
    op.create_index("ix_auth_secure_link_expires_at", "auth_secure_link", ["expires_at"])
    op.create_index("ix_auth_secure_link_user_id", "auth_secure_link", ["user_id"])


def downgrade() -> None:
    op.drop_table("auth_secure_link")
