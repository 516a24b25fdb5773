"""Settings of the audio stage. Values, meanings and sources stand in `config/default.toml`, sections `[audio.*]`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ConversationRules:
    """When simultaneous speech is which kind of overlap, and silence which kind of silence (`[audio.conversation]`)."""

    shortest_overlap_s: float
    backchannel_s: float
    backchannel_words: int
    goes_on_s: float
    silent_around_s: float
    floor_s: float
    yield_s: float
    terminal_s: float
    complete_s: float
    shortest_silence_s: float
    dead_air_s: float
    hold_follows_s: float
    sound_share: float


@dataclass(frozen=True)
class SpeechSettings:
    """Where a side speaks (`[audio.speech]`)."""

    threshold: float
    before_s: float
    after_s: float
    lag_s: float
    above_floor_db: float
    under_level_db: float
    noisy_db: float
    shortest_s: float
    bridged_pause_s: float
    joined_pause_s: float
    leak_correlation: float
    leak_margin_db: float
    leak_spread_s: float
    hum_over_floor_db: float
    hum_under_level_db: float
    hum_gap_s: float
    shortest_hum_s: float
    longest_hum_s: float
    hum_probability: float
    hum_voiced_share: float
    sound_over_floor_db: float
    sound_gap_s: float
    sound_s: float
    sound_speech_share: float
    sound_unsteady_db: float
    ring_tone_s: float
    ring_pause_s: float
    ring_tones: int
    ring_unsteady_db: float


@dataclass(frozen=True)
class HealthSettings:
    """What a recording must have to be measured (`[audio.health]`)."""

    identical_correlation: float
    silent_side_s: float
    least_speech_s: float
    redacted_s: float
    bandwidth_db: float


@dataclass(frozen=True)
class ToneSettings:
    """Raised, even or subdued (`[audio.tone]`). Shifts and spread are (level dB, pitch semitones, spectral tilt dB)."""

    agent_emotion: bool
    shortest_turn_s: float
    least_turns: int
    least_speech_s: float
    raised_shift: tuple[float, float, float]
    subdued_shift: tuple[float, float, float]
    spread: tuple[float, float, float]
    raised_prior: float
    subdued_prior: float
    prior_turns: float
    shared_evidence: float
    baseline_spread: float


@dataclass(frozen=True)
class DiarizationSettings:
    """Two speakers on one channel (`[audio.diarization]`)."""

    window_s: float
    components: int
    rounds: int
    pitch_weight: float
    switch: float
    switch_pause: float
    least_side_s: float
    separation_weights: tuple[float, float, float]
    separation_offset: float
    network_weight: float
    network_separation_weights: tuple[float, float, float]
    network_separation_offset: float
    least_separation: float


@dataclass(frozen=True)
class AudioSettings:
    """One attribute per section `[audio.*]`."""

    speech: SpeechSettings
    health: HealthSettings
    tone: ToneSettings
    conversation: ConversationRules
    diarization: DiarizationSettings
