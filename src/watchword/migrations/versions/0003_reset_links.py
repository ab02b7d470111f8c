"""Reset links"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "auth_reset_link",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("credential_version", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_reset_link_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_auth_reset_link")),
        sa.UniqueConstraint("link", name=op.f("uq_auth_reset_link_link")),
    )
    op.create_index("ix_auth_reset_link_browser", "auth_reset_link", ["browser"])
    op.create_index("ix_auth_reset_link_expires_at", "auth_reset_link", ["expires_at"])


def downgrade() -> None:
    op.drop_table("auth_reset_link")
