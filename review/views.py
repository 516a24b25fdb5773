"""Saved views: filters of the queue under a name, each person's own."""

from dataclasses import dataclass

import sqlalchemy as sa

from review.database import saved_views as table


@dataclass(frozen=True)
class SavedView:
    id: int
    name: str
    query: str


def saved_views(engine: sa.Engine, account_id: int) -> list[SavedView]:
    wanted = sa.select(table.c.id, table.c.name, table.c.query).where(table.c.account_id == account_id).order_by(table.c.name)
    with engine.connect() as connection:
        return [SavedView(*row) for row in connection.execute(wanted)]


def save_view(engine: sa.Engine, account_id: int, name: str, query: str) -> None:
    """Save filters under a name; a view of the same name is replaced."""
    with engine.begin() as connection:
        connection.execute(table.delete().where(table.c.account_id == account_id, table.c.name == name))
        connection.execute(table.insert().values(account_id=account_id, name=name, query=query))


def delete_view(engine: sa.Engine, account_id: int, number: int) -> None:
    """Delete a view of one's own; another's stays."""
    with engine.begin() as connection:
        connection.execute(table.delete().where(table.c.account_id == account_id, table.c.id == number))
