"""What telling two speakers apart does to words, roles and scores: whole calls through `rapport score`, in two channels and in one."""

import difflib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas
import soundfile
import soxr

from audio.recording import SAMPLE_RATE_HZ, open_recording
from benchmarks.diarization_material import EXAMPLES, ROOT, SHARED
from benchmarks.scoring_material import calls_of_scripts, load_scorer, spoken
from flows.places import cache_folder
from scoring import text
from scoring.metadata import CallMetadata
from scoring.roles import RoleModel, role_probability
from scoring.sentences import segment
from simulation.render import simulate
from transcription.transcript import Transcript

SKILLS = ("listening", "empathy", "solution_focus")
SURE = 0.95
TELEPHONE_HZ = 8000


def report(folder: Path) -> None:
    """Tables of words, roles and scores; results are kept in the folder and made once."""
    roles = load_scorer(cache_folder()).detectors.roles
    sources = (EXAMPLES, _rendered(folder / "scripts"))
    for source in sources:
        two = _scored(source, folder / "two_channels")
        one = _scored(_mixed(source, folder / f"mono_{source.name}"), folder / "one_channel")
    score_table(two, one)
    role_table(roles, folder)
    if (SHARED / "vcon").is_dir():
        vcon_table(folder)


def _rendered(folder: Path) -> Path:
    """Recordings of the fresh and held-out scripts, each made once."""
    folder.mkdir(parents=True, exist_ok=True)
    for script in sorted((ROOT / "benchmarks" / "scripts").glob("*.toml")):
        if script.stem.startswith(("fresh-", "heldout-")) and not (folder / f"{script.stem}.truth.json").is_file():
            simulate(script, folder)
    return folder


def _mixed(recordings: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(recordings.iterdir()):
        if path.suffix in (".wav", ".flac", ".ogg", ".mp3"):
            with open_recording(path) as recording:
                both = np.mean([recording.read(channel) for channel in range(recording.channels)], axis=0)
            soundfile.write(folder / f"{path.stem}.wav", soxr.resample(both, SAMPLE_RATE_HZ, TELEPHONE_HZ), TELEPHONE_HZ, subtype="PCM_16")
    return folder


def _scored(recordings: Path, results: Path) -> Path:
    command = [sys.executable, "-m", "flows.cli", "score", str(recordings), "--out", str(results), "--workers", "1"]
    subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
    return results


def _calls(results: Path) -> pandas.DataFrame:
    return pandas.read_parquet(results / "calls").set_index("call_id")


def score_table(two: Path, one: Path) -> None:
    pair = _calls(two).join(_calls(one), rsuffix="_mono", how="inner")
    both = pair[(pair.status == "scored") & (pair.status_mono == "scored")]
    print(f"\nscores, two channels against one: {len(both)} of {len(pair)} calls scored in both")
    for skill in (*SKILLS, "overall"):
        difference = (both[skill] - both[f"{skill}_mono"]).abs()
        width = both[f"{skill}_high"] - both[f"{skill}_low"], both[f"{skill}_high_mono"] - both[f"{skill}_low_mono"]
        inside = ((both[skill] >= both[f"{skill}_low_mono"]) & (both[skill] <= both[f"{skill}_high_mono"]))[difference.notna()]
        print(
            f"  {skill:15} mean difference {difference.mean():5.1f}, largest {difference.max():5.1f}; interval {width[0].mean():5.1f} -> "
            f"{width[1].mean():5.1f} points wide; {inside.sum()} of {len(inside)} two-channel scores inside the mono interval"
        )
    share = (both.agent_talk_share - both.agent_talk_share_mono).abs()
    print(f"  talk share: mean difference {share.mean():.3f}, largest {share.max():.3f}")


def role_table(roles: RoleModel, folder: Path) -> None:
    print("\nroles by what is said: right / unknown / wrong as recorded; swapped found / false alarms")
    for prefix in ("fresh-", "heldout-"):
        calls = calls_of_scripts(ROOT / "benchmarks" / "scripts", prefix)
        _role_row(f"scripts {prefix}*, text", [call.transcript for call in calls], roles)
    for name in ("two_channels", "one_channel"):
        _role_row(f"recordings, {name}, recognised", list(_transcripts(folder / name).values()), roles)


def _role_row(name: str, transcripts: list[Transcript], roles: RoleModel) -> None:
    sure = [role_probability(segment(each), CallMetadata("call"), roles) or 0.5 for each in transcripts]
    other = [role_probability(segment(_exchanged(each)), CallMetadata("call"), roles) or 0.5 for each in transcripts]
    right, wrong = sum(each >= SURE for each in sure), sum(each <= 1 - SURE for each in sure)
    print(
        f"  {name:36} {right} / {len(sure) - right - wrong} / {wrong} of {len(sure)}; {sum(each <= 1 - SURE for each in other)} of "
        f"{len(other)} / {wrong}; least sure {min(sure):.3f}"
    )


def _exchanged(transcript: Transcript) -> Transcript:
    other = {"agent": "customer", "customer": "agent"}
    return replace(transcript, turns=tuple(replace(turn, speaker=other[turn.speaker]) for turn in transcript.turns))


def _transcripts(results: Path) -> dict[str, Transcript]:
    turns = pandas.read_parquet(results / "turns").sort_values(["call_id", "turn"])
    said = turns[turns.words > 0]
    return {call: spoken(list(zip(rows.speaker, rows.text, strict=True))) for call, rows in said.groupby("call_id")}


def vcon_table(folder: Path) -> None:
    """The words of the scripted turns and who is found to say them; roles as they come out."""
    links = folder / "vcon"
    links.mkdir(exist_ok=True)
    for path in sorted((SHARED / "vcon").glob("*.mp3")):
        if not (links / path.name).exists():
            (links / path.name).symlink_to(path.resolve())
    results = _scored(links, folder / "vcon_results")
    calls, turns, words = (pandas.read_parquet(results / name) for name in ("calls", "turns", "words"))
    right = matched = roles_right = scored = 0
    print("\nvCon recordings (mono): words of the script heard, of these given to the right speaker, roles")
    for call in calls.sort_values("call_id").itertuples():
        if call.status != "scored":
            print(f"  {call.call_id[:8]} {call.status} {call.reason}")
            continue
        speaker_of = dict(turns[turns.call_id == call.call_id][["turn", "speaker"]].itertuples(index=False))
        heard = words[words.call_id == call.call_id].sort_values("start_s")
        found = [(token, speaker_of[row.turn]) for row in heard.itertuples() for token in text.tokens(row.word)]
        pairs = _matched(_script(SHARED / "vcon" / f"{call.call_id}.vcon.json"), found)
        agreeing = sum(one == other for one, other in pairs)
        role_right = agreeing >= len(pairs) / 2
        best = max(agreeing, len(pairs) - agreeing)
        right, matched, scored, roles_right = right + best, matched + len(pairs), scored + 1, roles_right + role_right
        print(
            f"  {call.call_id[:8]} {len(pairs):4d} words, {100 * best / len(pairs):5.1f} %, separation {call.speaker_separation:.2f}, "
            f"roles {'right' if role_right else 'WRONG'} ({call.role_probability:.2f})"
        )
    if scored:
        print(f"  together {100 * right / matched:.1f} % of {matched} words; roles right in {roles_right} of {scored}; {len(calls)} seen")


def _script(path: Path) -> list[tuple[str, str]]:
    document = json.loads(path.read_text())
    body = next(each["body"] for each in document["analysis"] if each["type"] == "transcript")
    return [(token, turn["speaker"].lower()) for turn in body for token in text.tokens(turn["message"])]


def _matched(script: list[tuple[str, str]], found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """(true speaker, found speaker) of every word that the script and the recogniser agree on, in order."""
    blocks = difflib.SequenceMatcher(None, [word for word, _ in script], [word for word, _ in found], autojunk=False).get_matching_blocks()
    return [(script[block.a + at][1], found[block.b + at][1]) for block in blocks for at in range(block.size)]
