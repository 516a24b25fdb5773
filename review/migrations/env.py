"""Alembic runs the migrations over the connection that `review.database.open_database` hands it."""

from alembic import context

from review.database import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
