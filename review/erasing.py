"""Taking a call out of the review application, as the right to erasure asks: reviews, appeals, quotes, the review copy.

The audit log stays: it names the call, and holds no word of it.
"""

import shutil
from pathlib import Path

import sqlalchemy as sa

from review.database import acknowledgements, appeals, judgements, machine_versions, reviews
from review.media import SHA256


def erase_call(engine: sa.Engine, results: Path, date: str, call_id: str, sha256: str | None) -> None:
    """Remove everything about a call of a business date. Nothing happens where nothing is known about it."""
    with engine.begin() as connection:
        own = sa.select(reviews.c.id).where(reviews.c.date == date, reviews.c.call_id == call_id)
        connection.execute(judgements.delete().where(judgements.c.review_id.in_(own)))
        for table in (appeals, acknowledgements, reviews, machine_versions):
            connection.execute(table.delete().where(table.c.date == date, table.c.call_id == call_id))
    if sha256 is not None and SHA256.fullmatch(sha256):
        shutil.rmtree(results / "review" / "cache" / sha256[:2] / sha256, ignore_errors=True)
