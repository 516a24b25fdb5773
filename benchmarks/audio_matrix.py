"""Calls simulated on the fly for the audio benchmarks: random role-plays over a matrix of voices and line conditions.

Two disjoint sets of sentences and voices: settings are chosen on `DEVELOPMENT`, figures are reported on `EVALUATION`.
"""

import dataclasses
import itertools
from dataclasses import dataclass

import numpy as np

from simulation.errors import ScriptError
from simulation.render import render_call
from simulation.script import Gains, Line, Script, Voices
from simulation.truth import Truth


@dataclass(frozen=True)
class Condition:
    """What the line does to a call."""

    name: str
    codec: str = "pcm"
    noise_snr_db: float = 50.0
    leakage_db: float | None = None
    customer_gain_db: float = 0.0


CONDITIONS = (
    Condition("clean"),
    Condition("mu-law", codec="mulaw"),
    Condition("A-law", codec="alaw"),
    Condition("GSM", codec="gsm"),
    Condition("Opus 16 kbit/s", codec="opus16"),
    Condition("MP3 24 kbit/s", codec="mp3_24"),
    Condition("20 dB SNR", noise_snr_db=20.0),
    Condition("10 dB SNR", noise_snr_db=10.0),
    Condition("-30 dB leakage", leakage_db=-30.0),
    Condition("-20 dB leakage", leakage_db=-20.0),
    Condition("customer 10 dB down", customer_gain_db=-10.0),
)
CODED = ("clean", "mu-law", "A-law", "GSM", "Opus 16 kbit/s", "MP3 24 kbit/s")


@dataclass(frozen=True)
class Material:
    """Sentences and voices of one half of the matrix."""

    pairs: tuple[tuple[str, str], ...]  # (agent, customer)
    sentences: tuple[str, ...]
    takes_floor: tuple[str, ...]
    gives_up: tuple[str, ...]
    talks_on: tuple[str, ...]
    acknowledges: tuple[str, ...]
    first_seed: int


DEVELOPMENT = Material(
    pairs=(("slt", "rms"), ("rms_low", "slt_high"), ("hibari_low", "rms_high")),
    sentences=(
        "I called last week about the washing machine and nobody has come back to me since then.",
        "The invoice says forty two dollars, but the contract I signed in April was for thirty.",
        "Let me have a look at your account and the notes, it will only take me a second.",
        "We moved house in August, and the old address is still printed on every single letter.",
        "Could you tell me the number that is printed on the back of the router, please?",
        "It keeps dropping the connection every evening around eight o'clock when we sit down to watch.",
        "I have already tried that twice this morning, and it makes no difference whatsoever to the noise.",
        "What I can do for you today is send a technician out to your house tomorrow morning.",
        "The parcel was supposed to arrive on Friday afternoon and now it is Tuesday already.",
        "I would like to speak to somebody who can actually decide something about my case.",
        "There is a small fee for changing the date, but I can waive it for you this time.",
        "My daughter needs the laptop for school on Monday, so this is rather urgent for us.",
    ),
    takes_floor=(
        "Sorry, can I stop you there, I need the order number first of all.",
        "No, that is not what I said at all, please listen to me.",
        "Wait, wait, that was never agreed with anybody over here.",
    ),
    gives_up=("But what about the other thing you", "Can I just say that it was", "Yes but the money is still"),
    talks_on=(
        "But I have told you people three times now that I do not want the insurance, and still you charge me for it.",
        "If you look at the letter that you sent me in March it says quite clearly that the first year is free.",
    ),
    acknowledges=("Mm-hmm.", "Okay.", "Right.", "I see."),
    first_seed=1000,
)

EVALUATION = Material(
    pairs=(("hibari", "joe"), ("joe_high", "awb"), ("awb_high", "hibari_high")),
    sentences=(
        "So if I understand you correctly, the second payment was taken from the wrong card by mistake.",
        "You will get an e-mail with the confirmation and a reference in the next ten minutes.",
        "I was told by your colleague that the refund would take three to five working days.",
        "The light on the front panel turns red and then it blinks four times in a row.",
        "We have been loyal customers for eleven years and nothing like this ever happened before.",
        "Shall I book you in for the morning, or would a later time suit you better?",
        "Honestly, I do not see why I should pay for a service that I never used.",
        "The store on Market Street said they have none left in that colour or in my size.",
        "Every time I ring this number I have to explain the whole story again from the start.",
        "I have made a note of that, and I will check with the warehouse before noon.",
        "It was working fine until the update came through on the weekend, and since then it freezes.",
        "The engineer left without saying a word to us, and the wall still has a hole in it.",
    ),
    takes_floor=(
        "Let me just tell you what the system shows on my side.",
        "But that is exactly what the last person told me too.",
        "Hang on a moment, which month are we talking about here?",
    ),
    gives_up=("Well the thing is that we", "I only wanted to ask if you", "Hold on, the card was not"),
    talks_on=(
        "That may be so, but nobody ever told me about a second fee, and I am certainly not going to pay for it now.",
        "I understand how it looks from your end, but the terms were sent out to everybody in the first week of June.",
    ),
    acknowledges=("Uh-huh.", "Yeah.", "Sure.", "Mm-hmm."),
    first_seed=5000,
)

EVENTS = ("interruption", "backchannel", "failed_interruption", "terminal_overlap", "crosstalk", "hold")
PLAN = EVENTS[:4] * 2 + EVENTS[4:] + ("interruption", "backchannel")
"""What happens in every call of the matrix, in random order, between plain turns."""


def calls(material: Material, conditions=CONDITIONS, per_pair: int = 1) -> list[tuple[Condition, np.ndarray, Truth, Script]]:
    """Every condition with every pair of voices; another role-play for each."""
    made = []
    for number, (condition, pair, _) in enumerate(itertools.product(conditions, material.pairs, range(per_pair))):
        script = _workable_script(material, condition, pair, material.first_seed + 100 * number)
        channels, truth = render_call(script)
        made.append((condition, channels, truth, script))
    return made


def _workable_script(material: Material, condition: Condition, pair: tuple[str, str], seed: int) -> Script:
    """A random role-play that keeps the definitions of overlaps: some voices say a line too fast for one, then another is tried."""
    for attempt in range(20):
        script = _script(material, pair, seed + attempt)
        try:
            render_call(script)
        except ScriptError:
            continue
        return dataclasses.replace(
            script,
            codec=condition.codec,
            noise_snr_db=condition.noise_snr_db,
            leakage_db=condition.leakage_db,
            gains_db=Gains(customer=condition.customer_gain_db),
        )
    raise ScriptError(f"no workable role-play with the voices {pair} in 20 attempts")


def _script(material: Material, pair: tuple[str, str], seed: int) -> Script:
    random = np.random.default_rng(seed)
    lines = [_turn(material, "agent", random, 1)]
    side = "customer"
    for event in random.permutation(PLAN):
        lines += _event(str(event), material, side, random)
        side = "agent" if lines[-1].speaker == "customer" else "customer"
    lines.append(_turn(material, side, random, 1))
    return Script(call_id=f"matrix_{seed}", title="A role-play of the benchmark", voices=Voices(*pair), line=tuple(lines), seed=seed)


def _event(event: str, material: Material, side: str, random: np.random.Generator) -> list[Line]:
    other = "customer" if side == "agent" else "agent"
    if event == "terminal_overlap":
        overlap_s = float(random.uniform(0.1, 0.3))
        reply = _turn(material, other, random, 2)
        return [_turn(material, side, random, 2), dataclasses.replace(reply, role=event, overlap_s=overlap_s)]
    if event == "hold":
        announced = bool(random.random() < 0.6)
        ask = Line("agent", "I will just put you on hold for a moment." if announced else "That is the amount on the bill.")
        asks = [ask] if side == "agent" else [_turn(material, side, random, 1), ask]
        hold = Line("agent", role="hold", hold_s=float(random.uniform(6, 15)), music=bool(random.random() < 0.6), announced=announced)
        return [*asks, hold, _turn(material, "agent", random, 2)]
    texts = {
        "interruption": material.takes_floor,
        "backchannel": material.acknowledges,
        "failed_interruption": material.gives_up,
        "crosstalk": material.talks_on,
    }
    under = _marked(material, side, random)
    yield_s = float(random.choice((0.35, 0.6, 0.9, 1.3)))
    return [under, Line(other, str(random.choice(texts[event])), role=event, yield_s=yield_s)]


def _turn(material: Material, side: str, random: np.random.Generator, sentences: int) -> Line:
    text = " ".join(random.choice(material.sentences, sentences, replace=False))
    return Line(side, text, pause_s=float(random.choice((0.25, 0.4, 0.7, 1.2, 2.2, 4.0))), tone=_tone(side, random))


def _marked(material: Material, side: str, random: np.random.Generator) -> Line:
    """Two sentences with room on both sides of the mark, where the other side comes in."""
    first, second = random.choice(material.sentences, 2, replace=False)
    words = second.split()
    at = int(random.integers(2, len(words) // 2))
    text = f"{first} {' '.join(words[:at])} | {' '.join(words[at:])} {random.choice(material.sentences)}"
    return Line(side, text, pause_s=float(random.choice((0.4, 0.7, 1.2))), tone=_tone(side, random))


def _tone(side: str, random: np.random.Generator) -> str:
    return str(random.choice(("even", "even", "raised", "subdued"))) if side == "customer" else "even"
