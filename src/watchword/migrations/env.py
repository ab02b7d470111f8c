"""Run by Alembic. The connection comes from `watchword.migrations.upgrade`."""

from __future__ import annotations

from alembic import context

from watchword.migrations import TABLE
from watchword.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=TABLE,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
