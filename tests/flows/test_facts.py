from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from audio.intervals import Interval
from flows.errors import ConfigError, InputError
from flows.facts import Facts, as_metadata, compile_pattern, facts_of_name, merged, read_facts, read_manifest

BERLIN = ZoneInfo("Europe/Berlin")


def test_rows_of_a_csv_manifest_with_the_bad_ones_by_line():
    text = (
        "recording,agent_id,started_at\n"
        "a.wav,7,2026-03-01T09:00:00+01:00\n"
        "b.wav,8,yesterday\n"
        ",9,\n"
        "d.wav,1,2026-03-01,extra,more\n"
        "e.wav\n"
    )
    good, bad_time, nameless, too_long, short = read_manifest(text.encode(), "night.csv")
    assert good.recording == "a.wav" and good.facts.agent_id == "7" and good.wrong is None
    assert bad_time.recording == "b.wav"
    assert bad_time.wrong == "night.csv line 3: started_at: 'yesterday' is no date and time such as 2026-03-01T14:02:00+01:00"
    assert nameless.wrong == "night.csv line 4: no recording is named"
    assert too_long.wrong == "night.csv line 5: more values than columns (2 too many)"
    assert short.wrong is None and short.facts.agent_id is None


def test_quoted_line_breaks_do_not_shift_the_line_numbers():
    rows = read_manifest(b'recording,team\na.wav,"two\nlines"\nb.wav,x\n', "night.csv")
    assert [row.place for row in rows] == ["night.csv line 3", "night.csv line 4"]


@pytest.mark.parametrize("comma", [",", ";", "\t", ", "])
def test_a_spreadsheets_csv(comma):
    lines = (("Recording", "Agent_ID", "team"), ("a.wav", "7", '"North; West, 1"'))
    text = "\ufeff" + "".join(comma.join(line) + "\r\n" for line in lines)
    (row,) = read_manifest(text.encode(), "night.csv")
    assert (row.recording, row.facts.agent_id, row.facts.team, row.wrong) == ("a.wav", "7", "North; West, 1", None)


@pytest.mark.parametrize(
    ("start_s", "end_s", "message"),
    [
        ("5", "2", "a hold ends at 2 s, which is not after its start at 5 s"),
        ("-4", "3", "greater than or equal to 0"),
        ("0", "NaN", "finite"),
    ],
)
def test_holds_that_cannot_be(start_s, end_s, message):
    text = f'[{{"recording": "a.wav", "holds": [{{"start_s": {start_s}, "end_s": {end_s}}}]}}]'
    (row,) = read_manifest(text.encode(), "n.json")
    assert row.wrong.startswith("n.json entry 1: holds.0") and message in row.wrong


def test_a_json_manifest():
    first = '{"recording": "a.wav", "agent_id": 7, "holds": [{"start_s": 1, "end_s": 2.5}]}'
    rows = read_manifest(f'[{first}, {{"agent_id": 1}}, {{"recording": 5}}]'.encode(), "n.json")
    metadata = as_metadata(rows[0].facts, "a", "a.wav", BERLIN)
    assert metadata.agent_id == "7" and metadata.holds == (Interval(1.0, 2.5),)
    assert [row.wrong for row in rows[1:]] == ["n.json entry 2: no recording is named", "n.json entry 3: no recording is named"]


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"file,agent\n1,2\n", "n.csv", "names no column `recording` .it names file, agent"),
        (b"", "n.csv", "names nothing"),
        (b"recording,team,Team\na.wav,1,2\n", "n.csv", "names the column `team` more than once"),
        (b"\xff\xfe\x00", "n.csv", "not UTF-8"),
        (b'{"recording": 1}', "n.json", "a JSON manifest is a list of objects"),
        (b"[{}]", "n.json", "no object names a `recording`"),
        (b"[1, 2", "n.json", "line 1: not JSON"),
    ],
)
def test_what_is_no_manifest(content, name, message):
    with pytest.raises(InputError, match=message):
        read_manifest(content, name)


def test_a_start_without_offset_is_local_time_and_stored_in_utc():
    local = as_metadata(read_facts({"started_at": "2026-07-01 00:30"}, "x"), "c", "c.wav", BERLIN)
    assert local.started_at == datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    offset = as_metadata(read_facts({"started_at": "2026-07-01T00:30:00-05:00"}, "x"), "c", "c.wav", BERLIN)
    assert offset.started_at == datetime(2026, 7, 1, 5, 30, tzinfo=UTC)


def test_first_facts_win_field_by_field():
    both = merged(Facts(agent_id="7"), Facts(agent_id="8", team="harbor"), Facts(queue="billing"))
    assert (both.agent_id, both.team, both.queue, both.customer_id) == ("7", "harbor", "billing", None)


def test_facts_from_file_names():
    pattern = compile_pattern(r"(?P<agent_id>[^/]+)/(?P<started_at>\d{8}T\d{6})-(?P<call_id>[^/.]+)")
    facts = facts_of_name("dana/20260301T090000-h2231.wav", pattern)
    assert (facts.agent_id, facts.call_id, facts.started_at) == ("dana", "h2231", datetime(2026, 3, 1, 9))
    assert facts_of_name("other.wav", pattern) == Facts()
    with pytest.raises(InputError, match="file name dana/20269901T090000-x.wav: started_at"):
        facts_of_name("dana/20269901T090000-x.wav", pattern)
    with pytest.raises(ConfigError, match="unknown group agent"):
        compile_pattern("(?P<agent>.*)")
    with pytest.raises(ConfigError, match="no regular expression"):
        compile_pattern("(")
