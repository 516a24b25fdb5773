import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import ResultsBusy, ResultsError
from flows.lock import exclusive
from flows.places import package_environment
from flows.store import LONGEST_NAME, Store, file_name, fingerprint, outcome_path


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_every_call_id_has_a_file_name_of_its_own(first, second):
    name = file_name(first)
    assert "/" not in name and not name.startswith(".") and len(name.encode()) <= 240
    assert (name == file_name(second)) == (first == second)


def test_long_call_ids_stay_apart():
    first, second = "x" * 400 + "1", "x" * 400 + "2"
    assert file_name(first) != file_name(second) and len(file_name(first)) < LONGEST_NAME + 20


def test_a_call_id_cannot_leave_its_folder():
    assert outcome_path("2026-03-01", "../../etc/passwd") == "outcomes/date=2026-03-01/%2E.%2F..%2Fetc%2Fpasswd.json.gz"


def test_a_file_is_whole_or_absent(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(RuntimeError), store.replacing("a/b.bin") as file:
        file.write(b"half")
        raise RuntimeError
    assert store.read_bytes("a/b.bin") is None and store.names("a") == [] and list((tmp_path / ".temporary").iterdir()) == []
    store.write_bytes("a/b.bin", b"old")
    with pytest.raises(RuntimeError), store.replacing("a/b.bin") as file:
        file.write(b"half")
        raise RuntimeError
    assert store.read_bytes("a/b.bin") == b"old"


WRITES_FOR_EVER = """
import itertools, sys
from flows.store import Store
store = Store(sys.argv[1])
for number in itertools.count():
    store.write("transcript.json.gz", (number, str(number) * 200_000))
"""


def test_a_killed_writer_leaves_no_half_written_document(tmp_path):
    store, numbers = Store(tmp_path), []
    for wait_s in (0.0, 0.01, 0.03, 0.1, 0.5):
        writer = subprocess.Popen([sys.executable, "-c", WRITES_FOR_EVER, str(tmp_path)], env=package_environment())
        while store.read_bytes("transcript.json.gz") is None and writer.poll() is None:
            time.sleep(0.01)
        time.sleep(wait_s)
        writer.kill()
        writer.wait()
        number, content = store.read("transcript.json.gz", tuple[int, str])
        assert content == str(number) * 200_000
        numbers.append(number)
        (tmp_path / "transcript.json.gz").unlink()
    assert max(numbers) > 0  # some were killed while replacing one


def test_damaged_documents_are_as_good_as_absent(tmp_path):
    store = Store(tmp_path)
    store.write("x.json.gz", ("a", 1))
    assert store.read("x.json.gz", tuple[str, int]) == ("a", 1)
    whole = store.read_bytes("x.json.gz")
    for damaged in (whole[:-5], b"", b"text", whole[:10]):
        store.write_bytes("x.json.gz", damaged)
        assert store.read("x.json.gz", tuple[str, int]) is None


def test_the_same_value_gives_the_same_bytes(tmp_path):
    store = Store(tmp_path)
    store.write("1.json.gz", ("a", 1.5))
    store.write("2.json.gz", ("a", 1.5))
    assert store.read_bytes("1.json.gz") == store.read_bytes("2.json.gz")


def test_fingerprints_tell_parts_apart():
    assert fingerprint("a", "b") != fingerprint("ab") and fingerprint(1, 2.0) == fingerprint(1, 2.0)


def test_results_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match="cannot be written"):
        Store(tmp_path / "file" / "results").create()


HOLD = """
import sys, time
from flows.lock import exclusive
from flows.store import Store
with exclusive(Store(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_says_who_holds_the_results_and_a_killed_run_lets_go(tmp_path):
    store = Store(tmp_path)
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, env=package_environment())
    try:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(ResultsBusy, match=f"process {other.pid}"), exclusive(store):
            pass
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    with exclusive(store):
        pass
