"""Files named by path or fsspec URL: every listing is fresh, and whatever goes wrong with a remote one is an OSError."""

import contextlib
import errno
from collections.abc import Iterator

import fsspec
from fsspec.spec import AbstractFileSystem

from flows.errors import UsageError


def file_system(address: str) -> tuple[AbstractFileSystem, str]:
    """The file system of a path or URL, and the path in it. Raises UsageError where nothing is installed for the URL's protocol.

    Listings are not cached: another process, or the run before in this one, may have written since.
    """
    try:
        return fsspec.core.url_to_fs(address, use_listings_cache=False)
    except (ValueError, ImportError) as error:
        hint = ' (for s3: pip install "rapport[s3]")' if address.startswith("s3://") else ""
        raise UsageError(f"{address}: {error}{hint}") from error


@contextlib.contextmanager
def os_errors() -> Iterator[None]:
    """What a client of an object store raises, an unreachable endpoint or missing credentials, becomes the OSError that it is."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(errno.EIO, f"{type(error).__name__}: {error}") from error
