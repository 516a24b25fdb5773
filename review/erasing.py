"""Taking calls out of the review application, as the right to erasure asks: reviews, appeals, quotes, review copies.

The audit log stays, and says that and when they were erased; which calls its entries are of is forgotten.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from review import audit
from review.database import acknowledgements, appeals, existing_url, judgements, machine_versions, open_database, reviews


def erase_calls(results: Path | None, database_url: str, calls: Sequence[audit.Call]) -> None:
    """Remove everything about calls, each named by business date and id.

    `results` is None where they lie on no local disk; `database_url` empty: the one in the results folder. The cache of review copies goes
    as a whole: it is made again when calls are opened. Nothing happens where nobody ever reviewed these results.
    """
    if results is not None:
        erase_copies(results)
    url = existing_url(results, database_url)
    if url is None:
        return
    engine = open_database(url)
    for call in calls:
        audit.record(engine, audit.operator(), "", "command line", "erase call", call=call)
        _erase_call(engine, call)
    if engine.dialect.name == "sqlite":  # what was written lies in the journal too
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def erase_copies(results: Path) -> None:
    """Remove the review copies of recordings, and their peaks."""
    shutil.rmtree(results / "review" / "cache", ignore_errors=True)


def _erase_call(engine: sa.Engine, call: audit.Call) -> None:
    date, call_id = call
    with engine.begin() as connection:
        own = sa.select(reviews.c.id).where(reviews.c.date == date, reviews.c.call_id == call_id)
        connection.execute(judgements.delete().where(judgements.c.review_id.in_(own)))
        for table in (appeals, acknowledgements, reviews, machine_versions):
            connection.execute(table.delete().where(table.c.date == date, table.c.call_id == call_id))
        audit.forget(connection, call)
