"""All tables of the first version"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from watchword.features.audit.append_only import AFTER_DROP, STATEMENTS

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "auth_audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("ip", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=256), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_auth_audit_at", "auth_audit", ["at"])
    op.create_index("ix_auth_audit_person", "auth_audit", ["user_id", "id"])

    op.create_table(
        "auth_audit_purge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("older_than", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_audit_purge")),
    )
    op.create_table(
        "auth_limit",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("pending_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_auth_limit")),
    )
    op.create_index("ix_auth_limit_ends_at", "auth_limit", ["ends_at"])

    op.create_table(
        "auth_outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.String(length=120), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_outbox")),
        sa.UniqueConstraint("public_id", name=op.f("uq_auth_outbox_public_id")),
    )
    op.create_index("ix_auth_outbox_ended", "auth_outbox", ["state", "ended_at"])
    op.create_index("ix_auth_outbox_next", "auth_outbox", ["state", "due_at", "id"])

    op.create_table(
        "auth_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("username_key", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.String(length=512), nullable=True),
        sa.Column("credential_version", sa.Integer(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_user")),
        sa.UniqueConstraint("email_key", name=op.f("uq_auth_user_email_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_auth_user_public_id")),
        sa.UniqueConstraint("username_key", name=op.f("uq_auth_user_username_key")),
    )
    op.create_table(
        "auth_waiting_registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.String(length=512), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_waiting_registration")),
        sa.UniqueConstraint("link", name=op.f("uq_auth_waiting_registration_link")),
    )
    op.create_index("ix_auth_waiting_registration_browser", "auth_waiting_registration", ["browser"])
    op.create_index("ix_auth_waiting_registration_email_key", "auth_waiting_registration", ["email_key"])
    op.create_index("ix_auth_waiting_registration_expires_at", "auth_waiting_registration", ["expires_at"])

    op.create_table(
        "auth_known_device",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_known_device_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", "user_id", name=op.f("pk_auth_known_device")),
    )
    op.create_index("ix_auth_known_device_user_id", "auth_known_device", ["user_id"])

    op.create_table(
        "auth_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=True),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("proofs", sa.String(length=64), nullable=False),
        sa.Column("ip", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=256), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_session_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_session")),
        sa.UniqueConstraint("handle", name=op.f("uq_auth_session_handle")),
    )
    op.create_index("ix_auth_session_expires_at", "auth_session", ["expires_at"])
    op.create_index("ix_auth_session_previous", "auth_session", ["previous"])
    op.create_index("ix_auth_session_user_id", "auth_session", ["user_id"])

    op.create_table(
        "auth_waiting_login",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_version", sa.Integer(), nullable=False),
        sa.Column("proofs", sa.String(length=64), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name=op.f("fk_auth_waiting_login_user_id_auth_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_waiting_login")),
    )
    op.create_index("ix_auth_waiting_login_expires_at", "auth_waiting_login", ["expires_at"])
    op.create_index("ix_auth_waiting_login_user_id", "auth_waiting_login", ["user_id"])

    for statement in STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:

    op.drop_table("auth_waiting_login")

    op.drop_table("auth_session")

    op.drop_table("auth_known_device")

    op.drop_table("auth_waiting_registration")
    op.drop_table("auth_user")

    op.drop_table("auth_outbox")

    op.drop_table("auth_limit")
    op.drop_table("auth_audit_purge")

    op.drop_table("auth_audit")
    for statement in AFTER_DROP[op.get_bind().dialect.name]:
        op.execute(statement)
