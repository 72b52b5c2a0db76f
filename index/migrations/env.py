"""Run by Alembic with a connection already open; see `index.database.migrate`."""

from alembic import context

from index.tables import Table

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Table.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
