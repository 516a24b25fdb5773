"""The reviews of some results, for commands that read them or write into their log."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from flows.errors import UsageError
from review.database import existing_url, open_database


@contextlib.contextmanager
def reviews_of(results: Path | None, database: str) -> Iterator[sa.Engine | None]:
    """The database of the reviews; None where nobody ever reviewed these results. UsageError where it cannot be opened."""
    url = existing_url(results, database)
    if url is None:
        yield None
        return
    try:
        address = sa.make_url(url)
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
            raise UsageError(f"--database names {address.database}, which is not there")
        engine = open_database(url)
    except sa.exc.SQLAlchemyError as error:
        raise UsageError(f"the database of the reviews cannot be opened: {str(error).splitlines()[0]}") from error
    try:
        yield engine
    finally:
        engine.dispose()
