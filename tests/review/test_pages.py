"""Pages as a coach gets them: the queue with its filters, a call, calls without scores, recordings."""

import base64
import gzip
import hashlib
import json
import threading
import time

import numpy as np
import pyarrow.parquet
import pytest
import soundfile

from audio.intervals import Interval
from audio.recording import open_recording
from review.media import MediaCache, peaks_of, redacted_spans, write_review_copy
from review.results import Results

DATE = "2026-03-02"
POOR, GOOD = f"/call/{DATE}/billing_poor", f"/call/{DATE}/refund_excellent"


def test_the_queue_shows_flagged_and_control_calls_with_their_reasons(browse):
    page = browse("cora").get("/queue").text
    assert page.count('class="call"') == 10
    assert "Listening scored 8, under 50." in page
    assert "flagged <b>2</b>" in page and "control <b>8</b>" in page and "refused <b>1</b>" in page and "failed <b>1</b>" in page


@pytest.mark.parametrize(
    ("query", "calls"),
    [
        ("show=flagged", {"billing_poor", "plan_indecisive"}),
        ("agent=a-117", {"billing_poor", "plan_indecisive"}),
        ("team=billing&show=flagged", {"billing_poor"}),
        ("flag=low_listening&outcome=unresolved", {"billing_poor"}),
        ("outcome=unclear", {"router_long_hold"}),
        ("band=poor", {"billing_poor", "plan_indecisive"}),
        ("skill=empathy", {"billing_poor", "plan_indecisive", "delivery_average"}),
        ("to=2020-01-01", set()),
        ("status=reviewed", set()),
    ],
)
def test_filters_narrow_the_queue(browse, query, calls):
    page = browse("cora").get(f"/queue?{query}").text
    assert {part.split('"')[0] for part in page.split(f'class="call" href="/call/{DATE}/')[1:]} == calls


def test_a_call_whose_end_is_unclear_says_so(browse):
    assert "outcome unclear" in browse("cora").get(f"/call/{DATE}/router_long_hold").text
    assert "outcome unclear" not in browse("cora").get(POOR).text
    assert '<option value="unclear"' in browse("cora").get("/queue").text


def test_the_queue_sorts_by_a_score(browse):
    page = browse("cora").get("/queue?sort=overall").text
    assert page.index(">billing_poor<") < page.index(">delivery_average<") < page.index(">refund_excellent<")


def test_a_filter_that_makes_no_sense_is_refused(browse):
    assert browse("cora").get("/queue?sort=DROP").status_code == 422
    assert browse("cora").get("/queue?from=yesterday").status_code == 422
    assert "No call fits" in browse("cora").get("/queue?team=' OR 1=1 --").text


def test_a_view_can_be_saved_used_and_deleted_by_its_owner_only(browse):
    cora, carl = browse("cora"), browse("carl")
    assert cora.post("/views", {"name": "Poor calls", "query": "band=poor"}).headers["location"] == "/queue?band=poor"
    page = cora.get("/queue").text
    assert '<a href="/queue?band=poor">Poor calls</a>' in page
    number = page.split('action="/views/')[1].split("/")[0]
    assert "Poor calls" not in carl.get("/queue").text
    carl.post(f"/views/{number}/delete")
    assert "Poor calls" in cora.get("/queue").text
    cora.post(f"/views/{number}/delete")
    assert "Poor calls" not in cora.get("/queue").text


def test_a_control_call_is_marked_only_after_its_review(browse):
    cora = browse("cora")
    assert "drawn at random" not in cora.get("/queue?agent=a-104").text
    cora.get(GOOD)
    assert "drawn at random" not in cora.get("/queue?agent=a-104").text
    cora.post(f"/done/{DATE}/refund_excellent", {"done": "1"})
    assert cora.get("/queue?agent=a-104").text.count("drawn at random") == 1
    assert cora.get("/queue?status=reviewed&show=all").text.count('class="call"') == 1


def test_calls_without_scores_stand_on_their_own_page_with_the_reason(browse):
    page = browse("cora").get("/unscored").text
    assert "call_refused" in page and "call_failed" in page and "at least 10 s of speech are needed" in page
    assert "call_failed" not in browse("cora").get("/unscored?status=refused").text


def test_calls_without_scores_are_filtered_like_the_queue(browse):
    cora = browse("cora")
    assert "call_failed" in cora.get(f"/unscored?agent=a-117&from={DATE}").text
    for query in ("agent=a-104", "to=2020-01-01", "team=billing"):
        assert "call_failed" not in cora.get(f"/unscored?{query}").text
    assert cora.get("/unscored?from=yesterday").status_code == 422


def test_the_counts_lead_to_what_they_count(browse):
    page = browse("cora").get(f"/queue?agent=a-117&from={DATE}&flag=low_listening").text
    assert "flagged <b>2</b>" in page and "refused <b>1</b>" in page
    flagged, refused = (page.split(f'href="{start}')[1].split('"')[0] for start in ("/queue?show=flagged", "/unscored?status=refused"))
    assert browse("cora").get(f"/queue?show=flagged{flagged}".replace("&amp;", "&")).text.count('class="call"') == 2
    assert "agent=a-117" in refused and f"from={DATE}" in refused


def test_the_page_of_a_call_shows_evidence_scores_and_what_did_not_apply(browse):
    page = browse("cora").get(POOR).text
    assert "Blaming" in page and "[interrupts]" in page and "tone raised 0.91" in page
    assert "Escalation: no escalation request" in page
    assert "Say back what you heard before you act." in page and "So you were charged twice?" in page
    assert "8" in page and "0–16" in page


def test_a_hold_stands_between_the_lines(browse):
    assert "announced hold" in browse("cora").get(f"/call/{DATE}/router_long_hold").text


def test_words_of_a_call_are_shown_as_text(browse):
    page = browse("cora").get(POOR).text
    assert "<script>document.title" not in page
    assert "&lt;script&gt;document.title" in page


def test_an_empty_results_folder_says_what_to_do(browse, site, tmp_path, monkeypatch):
    monkeypatch.setattr(site.results, "folder", tmp_path)
    assert "rapport score RECORDINGS" in browse("cora").get("/queue").text
    assert "None here" in browse("cora").get("/unscored").text


def wait_for_peaks(browser, call: str):
    for _ in range(100):
        answer = browser.get(f"/peaks/{DATE}/{call}")
        if answer.status_code == 404 or answer.json().get("playable"):
            return answer
        time.sleep(0.1)
    raise AssertionError("the peaks were never made")


def test_the_player_gets_peaks_and_audio_by_ranges(browse, site):
    cora = browse("cora")
    peaks = wait_for_peaks(cora, "billing_poor")
    content = peaks.json()
    assert peaks.status_code == 200 and len(content["channels"]) == 2
    assert content["duration_s"] == pytest.approx(82.9, abs=0.1)
    part = cora.get(f"/audio/{DATE}/billing_poor", headers={"range": "bytes=4-99"})
    assert part.status_code == 206 and len(part.content) == 96
    whole = cora.get(f"/audio/{DATE}/billing_poor").content
    assert whole[4:100] == part.content and whole[:4] == b"fLaC"


def test_recordings_are_made_ready_before_anybody_waits_for_them(browse, site):
    answer = browse("cora").get(f"/peaks/{DATE}/plan_indecisive?ahead=true")
    assert answer.status_code == 202 and "channels" not in answer.json()
    assert wait_for_peaks(browse("cora"), "plan_indecisive").json()["playable"]
    assert browse("a104").get(f"/peaks/{DATE}/plan_indecisive?ahead=true").status_code == 404, "another agent's call"


def test_what_somebody_waits_for_goes_before_what_is_made_ahead(tmp_path, monkeypatch):
    made, go_on = [], threading.Event()

    def make(_cache, path, sha256):
        if path.name == "0":
            go_on.wait(10)
        made.append(path.name)

    monkeypatch.setattr(MediaCache, "_make", make)
    cache = MediaCache(tmp_path)
    for number in range(3):
        assert cache.prepare(str(number), str(number) * 64, ahead=True).state == "making"
    while cache.prepare("2", "2" * 64).state == "making":
        time.sleep(0.01)
    assert made == ["2"], "number 0 is still being made, number 1 waits behind it"
    go_on.set()
    cache.close()
    assert made.count("2") == 1


def test_peaks_are_loud_where_a_side_speaks(browse):
    """The customer says nothing in the first two seconds of the call, the agent greets."""
    content = wait_for_peaks(browse("cora"), "billing_poor").json()
    per_s = len(content["channels"][0]) / content["duration_s"]
    agent, customer = (max(channel[: int(1.8 * per_s)]) for channel in content["channels"])
    assert agent > 10 * max(1, customer) / 2


def test_a_recording_that_is_gone_or_changed_is_said_and_the_page_still_opens(browse, site, tmp_path):
    assert site.media.prepare(None, None).state == "missing"
    for path in (tmp_path / "gone.wav", tmp_path / "other.wav"):
        if path.name == "other.wav":
            soundfile.write(path, np.zeros(16000), 16000)
        while (media := site.media.prepare(str(path), "0" * 64)).state == "making":
            time.sleep(0.02)
        assert media.state == "missing" and path.name in media.message


def test_a_night_of_an_earlier_version_lacks_columns_that_came_later(results_folder, tmp_path):
    folder = tmp_path / "results" / "calls" / f"date={DATE}"
    folder.mkdir(parents=True)
    table = pyarrow.parquet.ParquetFile(next((results_folder / "calls" / f"date={DATE}").glob("*.parquet"))).read(use_threads=False)
    pyarrow.parquet.write_table(table.drop_columns(["agent_channel"]), folder / "part.parquet")
    row = Results(tmp_path / "results").call_row(DATE, "billing_poor")
    assert row.call_id == "billing_poor" and row.agent_channel is None


def test_the_inline_audio_of_a_vcon_is_played(site, tmp_path):
    soundfile.write(tmp_path / "sound.wav", 0.1 * np.sin(np.arange(16000)), 16000)
    content = (tmp_path / "sound.wav").read_bytes()
    dialog = {"type": "recording", "body": base64.urlsafe_b64encode(content).decode(), "mediatype": "audio/x-wav"}
    (tmp_path / "call.json").write_text(json.dumps({"vcon": "0.3.0", "parties": [], "dialog": [dialog]}))
    (tmp_path / "other.json").write_text("{")
    sha256 = hashlib.sha256(content).hexdigest()
    for name, scored, state in (("call.json", sha256, "ready"), ("other.json", "0" * 64, "missing")):
        while (media := site.media.prepare(str(tmp_path / name), scored)).state == "making":
            time.sleep(0.02)
        assert media.state == state
    assert soundfile.info(site.media.audio(sha256)).frames == 16000


def test_the_review_copy_is_silent_over_redacted_words(tmp_path):
    tone = 0.5 * np.sin(np.arange(16000 * 70) * 0.2)
    soundfile.write(tmp_path / "call.wav", np.stack([tone, tone], axis=1), 16000)
    with open_recording(tmp_path / "call.wav") as recording:
        peaks = peaks_of(recording)
        write_review_copy(recording, tmp_path / "copy.flac", [Interval(10.0, 11.0), Interval(29.9, 30.2)])
    copy, _ = soundfile.read(tmp_path / "copy.flac")
    for start_s, end_s in ((9.76, 11.24), (29.66, 30.44)):
        assert np.all(copy[round(start_s * 16000) : round(end_s * 16000)] == 0.0)
    for at_s in (9.5, 11.5, 29.5, 30.6):
        assert np.abs(copy[round(at_s * 16000) :][:800]).max() > 0.4
    assert len(copy) == 70 * 16000
    assert max(peaks[0]) == 50 and min(peaks[1]) > 0


def test_redaction_lists_of_every_processing_count(site, tmp_path):
    folder = tmp_path / "artefacts" / "ab" / ("ab" * 32)
    folder.mkdir(parents=True)
    for name, start_s in (("redacted-1.json.gz", 1.0), ("redacted-2.json.gz", 5.0)):
        spans = {"spans": [{"start_s": start_s, "end_s": start_s + 1, "speaker": "agent", "kind": "card"}]}
        folder.joinpath(name).write_bytes(gzip.compress(json.dumps(spans).encode()))
    assert redacted_spans(tmp_path, "ab" * 32) == [Interval(1.0, 2.0), Interval(5.0, 6.0)]
