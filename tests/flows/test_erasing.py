"""Erasing, legal holds and retention: after them a search finds a call where it may be, and nowhere else."""

import json
from datetime import date as Date
from datetime import timedelta

import pandas
import pytest

from flows import erasing, retention
from flows.call import read_outcome
from flows.erasing import erase_call, erase_customer, erase_older, receipts
from flows.errors import ResultsError, UsageError
from flows.holds import holds, put_on_hold, release_hold
from flows.settings import RetentionSettings
from flows.store import Store
from review import audit
from review.accounts import add_account
from review.appeals import acknowledge
from review.database import default_url, open_database
from tests.flows.searching import files_with

TODAY = Date(2026, 3, 6)
FOR_EVER = RetentionSettings(calls=0, turns=0, words=0, overlaps=0, silences=0, evidence=0, scores=0, runs=0)


@pytest.fixture
def scored(make_calls, run, tmp_path):
    """Three scored calls of 1 March 2026, the first two of one customer, and where they lie."""
    calls = make_calls(3)
    for number in (0, 1):
        (calls.folder / f"call-00{number}.json").write_text('{"customer_id": "c-77"}')
    run(calls, tmp_path / "results")
    return calls, tmp_path / "results"


def ids(table) -> list[str]:
    return sorted(pandas.read_parquet(table).call_id.unique())


def test_an_erased_call_is_in_its_receipt_and_nowhere_else(scored):
    _, results = scored
    store = Store(results)
    engine = open_database(default_url(results))
    account = add_account(engine, "anna", "agent", "a long enough password", "a-7")
    acknowledge(engine, "2026-03-01", "call-000", account.id)
    audit.record(engine, "cora", "coach", "127.0.0.1", "view call", call=("2026-03-01", "call-000"))
    engine.dispose()
    (results / "review" / "cache" / "ab").mkdir(parents=True)
    (results / "review" / "cache" / "ab" / "call-000.flac").write_bytes(b"")
    (results / "plans").mkdir(exist_ok=True)
    (results / "plans" / "left").write_text("call-000")
    (results / ".temporary" / "left").write_text("call-000")
    assert len(files_with(results, "call-000")) > 10

    receipt = erase_call(store, "call-000")

    assert files_with(results, "call-000") == {f"receipts/{receipt.id}.json"}
    assert [(call.date, call.call_id) for call in receipt.calls] == [("2026-03-01", "call-000")] and receipt.finished_at is not None
    assert json.loads((results / "receipts" / f"{receipt.id}.json").read_text())["asked"] == "call call-000"
    assert ids(results / "calls") == ids(results / "words") == ["call-001", "call-002"]
    engine = open_database(default_url(results))
    assert [(each.action, each.subject) for each in audit.latest(engine, "", "", 1, 10)] == [
        ("erase call", "call 1, erased"), ("view call", "call 1, erased"),
    ]  # fmt: skip
    engine.dispose()
    with pytest.raises(ResultsError, match="holds no call call-000"):
        erase_call(store, "call-000")


def test_the_calls_of_a_customer_go_together(scored):
    _, results = scored
    receipt = erase_customer(Store(results), "c-77")
    assert [call.call_id for call in receipt.calls] == ["call-000", "call-001"]
    assert ids(results / "calls") == ["call-002"]
    assert files_with(results, "c-77") == {f"receipts/{receipt.id}.json"}
    with pytest.raises(ResultsError, match="no calls of customer c-77"):
        erase_customer(Store(results), "c-77")


def test_copies_of_a_call_and_mentions_of_its_id_go_with_it(make_calls, run, tmp_path):
    calls, results = make_calls(2), tmp_path / "results"
    (calls.folder / "second.wav").write_bytes((calls.folder / "call-000.wav").read_bytes())
    (calls.folder / "claims.wav").write_bytes((calls.folder / "call-001.wav").read_bytes() + b"\0\0\0\0")
    (calls.folder / "claims.json").write_text('{"call_id": "call-000"}')
    run(calls, results)
    rows = pandas.read_parquet(results / "calls").set_index("call_id")
    taken = rows[rows.reason == "call_id_taken"].index[0]
    assert rows.reason["second"] == "copy_of:call-000" and "call-000" in rows.reason_text[taken]
    receipt = erase_call(Store(results), "call-000")
    assert {call.call_id for call in receipt.calls} == {"call-000", "second"}
    assert files_with(results, "call-000") == {f"receipts/{receipt.id}.json"}
    assert ids(results / "calls") == sorted(["call-001", taken])


def test_older_calls_go_and_younger_ones_stay(scored):
    _, results = scored
    store = Store(results)
    assert erase_older(store, 5, TODAY).calls == () and erase_older(store, 10**8, TODAY).calls == ()
    assert not receipts(store)
    assert len(erase_older(store, 4, TODAY).calls) == 3
    assert not list(results.glob("artefacts/*/*")) and not (results / "calls" / "date=2026-03-01").exists()


def test_a_held_call_stays_until_it_is_released(scored):
    calls, results = scored
    store = Store(results)
    put_on_hold(store, "call-000")
    put_on_hold(store, "call-000")
    assert [hold.call_id for hold in holds(store)] == ["call-000"]
    with pytest.raises(UsageError, match="call-000 is on legal hold"):
        erase_call(store, "call-000")
    receipt = erase_customer(store, "c-77")
    assert [call.call_id for call in receipt.calls] == ["call-001"] and [call.call_id for call in receipt.held] == ["call-000"]
    everything = RetentionSettings(calls=1, turns=1, words=1, overlaps=1, silences=1, evidence=1, scores=1, runs=1)
    assert retention.enforce(store, everything, TODAY) == retention.Kept(erased=1, trimmed=0, held=1)
    assert ids(results / "calls") == ids(results / "words") == ids(results / "evidence") == ["call-000"]
    assert len(list(results.glob("artefacts/*/*/transcript-*"))) == 1
    release_hold(store, "call-000")
    with pytest.raises(UsageError, match="call-000 is not on hold"):
        release_hold(store, "call-000")
    assert retention.enforce(store, everything, TODAY) == retention.Kept(erased=1)
    assert not list(results.glob("artefacts/*/*")) and not (results / "calls" / "date=2026-03-01").exists()


def test_a_copy_on_hold_holds_its_original(make_calls, run, tmp_path):
    calls, results = make_calls(1), tmp_path / "results"
    (calls.folder / "second.wav").write_bytes((calls.folder / "call-000.wav").read_bytes())
    run(calls, results)
    put_on_hold(Store(results), "second")
    assert len(erase_older(Store(results), 1, TODAY).held) == 2
    with pytest.raises(UsageError, match="legal hold"):
        erase_call(Store(results), "call-000")
    assert ids(results / "calls") == ["call-000", "second"]


def test_a_hold_that_cannot_be_read_lets_nothing_be_erased(scored):
    _, results = scored
    put_on_hold(Store(results), "call-000")
    next((results / "holds").iterdir()).write_bytes(b"damaged")
    with pytest.raises(ResultsError, match="legal hold .* cannot be read"):
        erase_call(Store(results), "call-001")
    assert ids(results / "calls") == ["call-000", "call-001", "call-002"]


@pytest.mark.parametrize("killed_in", ["erase_reviews", "release", "make_tables", "_forget_mentions"])
def test_an_erasure_that_was_killed_is_brought_to_its_end_by_the_next(scored, monkeypatch, killed_in):
    _, results = scored

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(erasing, killed_in, killed)
        erase_customer(Store(results), "c-77")
    (begun,) = receipts(Store(results))
    assert begun.finished_at is None
    assert erase_older(Store(results), 100, TODAY).calls == ()
    (finished,) = receipts(Store(results))
    assert finished.finished_at is not None and finished.calls == begun.calls
    for call_id in ("call-000", "call-001"):
        assert files_with(results, call_id) == {f"receipts/{begun.id}.json"}
    assert ids(results / "calls") == ["call-002"]


def test_what_is_put_on_hold_after_an_erasure_was_killed_stays(scored, monkeypatch):
    _, results = scored

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(erasing, "erase_reviews", killed)
        erase_customer(Store(results), "c-77")
    put_on_hold(Store(results), "call-000")
    erase_older(Store(results), 100, TODAY)
    (finished,) = receipts(Store(results))
    assert [call.call_id for call in finished.calls] == ["call-001"] and [call.call_id for call in finished.held] == ["call-000"]
    assert ids(results / "calls") == ["call-000", "call-002"]


def test_a_receipt_that_cannot_be_read_is_told(scored):
    _, results = scored
    (results / "receipts").mkdir()
    (results / "receipts" / "x.json").write_text("damaged")
    with pytest.raises(ResultsError, match="receipt .*x.json cannot be read"):
        erase_call(Store(results), "call-001")


def test_retention_takes_the_rows_of_single_tables_and_the_words_with_them(scored, run):
    calls, results = scored
    store = Store(results)
    put_on_hold(store, "call-001")
    quote = pandas.read_parquet(results / "evidence").query("call_id == 'call-000'").quote.loc[lambda quotes: quotes.str.len() > 10].iloc[0]
    text = pandas.read_parquet(results / "turns").query("call_id == 'call-000'").text.iloc[0]
    assert files_with(results, text)
    (results / "review" / "cache").mkdir(parents=True)
    kept_for = RetentionSettings(calls=0, turns=4, words=4, overlaps=0, silences=5, evidence=0, scores=0, runs=0)
    assert retention.enforce(store, kept_for, TODAY - timedelta(days=1)) == retention.Kept()
    assert retention.enforce(store, kept_for, TODAY) == retention.Kept(trimmed=2)
    assert ids(results / "turns") == ids(results / "words") == ["call-001"]
    assert ids(results / "calls") == ids(results / "scores") == ["call-000", "call-001", "call-002"]
    assert len(list(results.glob("artefacts/*/*/transcript-*"))) == len(list(results.glob("artefacts/*/*/redacted-*"))) == 1
    assert not (results / "review" / "cache").exists()
    assert files_with(results, quote), "the evidence still has it"
    assert retention.enforce(store, kept_for, TODAY) == retention.Kept(), "what was trimmed is not trimmed again"
    assert run(calls, results).run.skipped == 3, "a trimmed call is not scored again"
    assert retention.enforce(store, RetentionSettings(**{**vars(kept_for), "evidence": 1}), TODAY) == retention.Kept(trimmed=2)
    assert ids(results / "evidence") == ["call-001"] and not files_with(results, text)
    assert read_outcome(store, "2026-03-01", "call-000").rows.calls[0].went_well_quote is None


def test_a_transcript_that_another_call_keeps_is_kept(make_calls, run, tmp_path):
    calls, results = make_calls(1), tmp_path / "results"
    run(calls, results)
    (calls.folder / "call-000.wav").rename(calls.folder / "renamed.wav")
    run(calls, results, date="2026-03-05")
    kept_for = RetentionSettings(**{**vars(FOR_EVER), "words": 4})
    assert retention.enforce(Store(results), kept_for, TODAY).trimmed == 1
    assert ids(results / "words") == ["renamed"] and list(results.glob("artefacts/*/*/transcript-*"))
    assert retention.enforce(Store(results), kept_for, TODAY + timedelta(days=9)).trimmed == 1
    assert not list(results.glob("artefacts/*/*/transcript-*"))


def test_retention_of_the_ledger(scored):
    _, results = scored
    kept_for = RetentionSettings(**{**vars(FOR_EVER), "runs": 4})
    retention.enforce(Store(results), kept_for, TODAY - timedelta(days=1))
    assert list(results.glob("runs/*/*"))
    retention.enforce(Store(results), kept_for, TODAY)
    assert not list(results.glob("runs/*/*")) and not list(results.glob("ledger/*/*"))
