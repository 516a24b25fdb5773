"""Taking calls out of the review application, as the right to erasure asks: reviews, appeals, quotes, review copies.

The audit log stays: it names calls, and holds no word of them.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from review.database import acknowledgements, appeals, default_url, judgements, machine_versions, open_database, reviews


def erase_calls(results: Path, database_url: str, calls: Iterable[tuple[str, str]]) -> None:
    """Remove everything about calls, each named by business date and id. `database_url` empty: the one in the results folder.

    The cache of review copies goes as a whole: it is made again when calls are opened. Nothing happens where nobody ever
    reviewed these results.
    """
    shutil.rmtree(results / "review" / "cache", ignore_errors=True)
    if database_url or (results / "review" / "review.sqlite").is_file():
        engine = open_database(database_url or default_url(results))
        for date, call_id in calls:
            _erase_call(engine, date, call_id)
        engine.dispose()


def _erase_call(engine: sa.Engine, date: str, call_id: str) -> None:
    with engine.begin() as connection:
        own = sa.select(reviews.c.id).where(reviews.c.date == date, reviews.c.call_id == call_id)
        connection.execute(judgements.delete().where(judgements.c.review_id.in_(own)))
        for table in (appeals, acknowledgements, reviews, machine_versions):
            connection.execute(table.delete().where(table.c.date == date, table.c.call_id == call_id))
