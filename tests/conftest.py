"""Before anything numeric is imported: every process of the suite computes on one thread, as a worker does."""

import os

from flows.places import cache_folder

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# Where `flows` has librosa keep its machine code: compiled once for all tests.
os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / "compiled"))
