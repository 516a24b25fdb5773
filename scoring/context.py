"""What the place in the conversation adds to a sentence: an apology with its remedy, a "can't" with its alternative.

Every rule takes the call, a sentence and what the sentence alone is worth, and gives (probability, strength): how likely
it is the behaviour here, and how much of a full sign it would be.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from scoring import features, guards, reflection, text
from scoring.call_text import CallText, Stretch, acknowledges, content_of
from scoring.classifier import NOT_MEANT
from scoring.detectors import Detectors
from scoring.rubric import Rubric
from scoring.signs import Sign

Judgement = tuple[float, float]
Rule = Callable[[CallText, int, float], Judgement]

REMEDIES = ("can_do", "clear_step", "ownership", "goodwill", "options", "follow_up", "escalation")
_SAID_IN_TWO_WORDS = ("acknowledgement", "greeting", "closing", "bare_refusal", "calm_down", "hold_notice", "apology", "names_feeling")
_WAYS_TO_ASK = ("open_question", "clarifying_question", "asks_preference", "asks_again", "confirms_resolved")
_ANSWERS = frozenset("yes yeah yep yup no nope exactly definitely absolutely true correct".split())
_TAKES_IN = re.compile(
    r"^(?:(?:oh|ah|well|yes|yeah),? )?(?:i see(?=[,.])|i see(?= (?:so|well|what|why|how|now|and|okay|thank|thanks)\b|$)|"
    r"right(?! (?:before|after|away|now|in|at|on|there|here|by|next|off|where|up)\b)|"
    r"okay|ok|alright|all right|sure(?! (?:looks?|hope|is)\b)|got it|understood|"
    r"(?:of course|certainly)(?! not\b)|fair enough|gotcha)\b(?!-)"
)
_WAYS_FORWARD = ("can_do", "options", "goodwill", "escalation", "clear_step", "follow_up")
_TAKEN_IN = 0.7  # how likely a turn that opens so takes in what was said
_LEAST = 0.10  # signs less likely than this are dropped: they would only widen intervals
_LIKELY = 0.5


def worded_signs(call: CallText, rubric: Rubric, detectors: Detectors) -> tuple[Sign, ...]:
    """Every sign of an agent's behaviour that words decide, in the order of the call."""
    reflected = reflected_probabilities(call, detectors)
    signs = []
    for position in call.of("agent"):
        for behaviour in rubric.behaviours.values():
            if behaviour.decided_by != "words" or behaviour.id not in call.names or behaviour.id == "uses_name":
                continue
            alone = _alone(call, position, behaviour.id)
            if behaviour.id == "paraphrase":
                probability, strength = _paraphrase(call, position, alone, reflected[position], rubric)
            elif alone < _LEAST and behaviour.id != "acknowledgement":  # "Sure, he'll post it today." sounds like the step that it is, too
                continue
            else:
                probability, strength = _RULES.get(behaviour.id, _as_heard)(call, position, alone)
            if probability >= _LEAST:
                signs.append(_sign(call, position, behaviour.id, probability, strength))
    return tuple(signs)


def _alone(call: CallText, position: int, behaviour: str) -> float:
    """The sentence's own probability, after two checks that hold for every behaviour.

    One or two words carry only what can be said in one or two words. Of the ways to ask, a sentence is the likeliest one.
    """
    probability = call.probability(position, behaviour)
    if call.sentences[position].word_count <= 2 and behaviour not in _SAID_IN_TWO_WORDS:
        return 0.0
    if behaviour in _WAYS_TO_ASK and probability < call.most((position,), *_WAYS_TO_ASK):
        return probability * 0.6
    return probability


def _sign(call: CallText, position: int, behaviour: str, probability: float, strength: float) -> Sign:
    sentence = call.sentences[position]
    alone = call.probability(position, behaviour)
    detector = "context" if abs(probability - alone) > 0.05 else call.detector(position, behaviour)
    return Sign(
        behaviour, sentence.speaker, sentence.turn, sentence.start_s, sentence.end_s, sentence.quote, probability, strength, detector,
        position,
    )  # fmt: skip


def reflected_probabilities(call: CallText, detectors: Detectors) -> dict[int, float]:
    """For every agent sentence, how likely it gives back what the customer said in the two stretches before it."""
    agent = call.of("agent")
    if not agent:
        return {}
    chosen = [call.names.index(name) for name in reflection.SENTENCE_NAMES]
    heard: dict[int, reflection.Heard] = {}
    rows = []
    for position in agent:
        number = call.stretch_of[position].number
        if number not in heard:
            before = call.stretches_before(position, "customer", 2)
            said = [at for stretch in before for at in stretch.sentences]
            heard[number] = reflection.Heard(content_of(call, before), call.embeddings[said])
        sentence = call.sentences[position]
        rows.append(
            reflection.row(
                sentence.plain, sentence.lower, call.embeddings[position], call.alone[position, chosen], heard[number]
            )
        )
    return dict(zip(agent, detectors.reflection.probability(np.stack(rows)).tolist(), strict=True))


def _as_heard(call: CallText, position: int, alone: float) -> Judgement:
    return alone, 1.0


def _paraphrase(call: CallText, position: int, alone: float, reflected: float, rubric: Rubric) -> Judgement:
    """Says back what the customer said or meant.

    Fires:     after "it came broken twice", "So you've had two broken ones in a row."
    Must not:  "So you need to send it back." (directs); a first sentence of the call (nothing was said yet); two words
    """
    sentence = call.sentences[position]
    if sentence.word_count < 3 or not call.stretches_before(position, "customer", 1):
        return 0.0, 1.0
    if call.place(position) >= 1.0 - rubric.timing.recap_last_share:
        return reflected * (1.0 - 0.7 * call.probability(position, "recap")), 1.0
    return reflected, 1.0


def _apology(call: CallText, position: int, alone: float) -> Judgement:
    """Own regret; in full with what went wrong and with a remedy in the same breath.

    Fires:     "I'm sorry the parcel was lost. I'll send a new one today." (full); "Sorry about that." (half)
    Must not:  "Sorry, what was the name?"; "I'm sorry you feel that way."
    """
    sentence = call.sentences[position]
    names_it = features.has(sentence.plain, "sorry_for") and len(text.content_words(sentence.plain)) >= 3
    following = (position, *call.rest_of_stretch(position)[:4])
    remedy = call.most(following, *REMEDIES) >= _LIKELY
    return alone, 0.5 + 0.25 * names_it + 0.25 * remedy


def _bare_refusal(call: CallText, position: int, alone: float) -> Judgement:
    """A "can't" that nothing follows.

    Fires:     "I can't take that off." and then another subject
    Must not:  "I can't take it off, but I can split it over three months."; "I can't hear you"
    """
    own = call.sentences[position].plain
    _, but, after = own.partition(" but ")
    if but and features.has(after, "can_do", "i_will"):
        return 0.0, 1.0
    # as it sounds, without suspicion of mockery: in doubt for the agent
    sounds = call.placed[list(call.rest_of_stretch(position)[:4])][:, [call.names.index(name) for name in _WAYS_FORWARD]]
    return alone * (1.0 - float(sounds.max(initial=0.0))), 1.0


def _can_do(call: CallText, position: int, alone: float) -> Judgement:
    """Leads with what is possible.

    Fires:     "What I can do is move you to the later train."
    Must not:  "What can I do for you?" (a greeting's question); "I can see that you called." (sight, not help)
    """
    if _asks(call, position) and not call.sentences[position].plain.startswith("what i"):
        return alone * 0.2, 1.0
    return alone, 1.0


def _clear_step(call: CallText, position: int, alone: float) -> Judgement:
    """Who does what by when.

    Fires:     "I'm booking the engineer for Tuesday morning." (full); "I'm sending you the form now." (most)
    Must not:  "They might look at it sometime."; "It opened in March." (a time without a step)
    """
    plain = call.sentences[position].plain
    if features.has(plain, "vague_time") and not features.has(plain, "time"):
        return alone * 0.5, 0.5
    return alone, 1.0 if features.has(plain, "time") else 0.7


def _follow_up(call: CallText, position: int, alone: float) -> Judgement:
    """A promise to come back; in full with a time, in this sentence or the next.

    Fires:     "I'll ring you on Friday to see that it arrived." (full); "I'll get back to you." (half)
    Must not:  "They'll probably call you at some point."; "You can call us back."
    """
    near = (position, *call.rest_of_stretch(position)[:1])
    timed = any(features.has(call.sentences[at].plain, "time") for at in near)
    return alone, 1.0 if timed else 0.5


def _vague_promise(call: CallText, position: int, alone: float) -> Judgement:
    """A promise without a date.

    Fires:     "Someone will get back to you soon."
    Must not:  "Someone will call you by five today."; "I'm looking into it now, one moment."
    """
    near = (position, *call.rest_of_stretch(position)[:1])
    if any(features.has(call.sentences[at].plain, "time") and not features.has(call.sentences[at].plain, "vague_time") for at in near):
        return alone * 0.2, 1.0
    if features.has(call.sentences[position].plain, "hold") and not features.has(call.sentences[position].plain, "vague_time"):
        return alone * 0.3, 1.0
    return alone, 1.0


def _acknowledgement(call: CallText, position: int, alone: float) -> Judgement:
    """Opens the answer to what the customer told with a word that takes it in.

    Fires:     after "the box arrived empty and I had guests": "I see." or "Right, I see what you mean."
    Must not:  "Yes." after "Is it in stock?" (an answer); "Okay, next." in mid-turn; anything after one word of the customer
    """
    stretch = call.stretch_of[position]
    before = call.stretches_before(position, "customer", 1)
    if not before or before[0].words < 4:
        return 0.0, 1.0
    opening = [at for at in stretch.sentences[:2] if at == stretch.sentences[0] or acknowledges(call.sentences[stretch.sentences[0]].plain)]
    if position not in opening:
        return alone * 0.4, 1.0
    plain, lower = call.sentences[position].plain, call.sentences[position].lower
    if _asks(call, before[0].sentences[-1]) and set(plain.split()) <= _ANSWERS:
        return alone * 0.3, 1.0
    takes_in = position == stretch.sentences[0] and bool(_TAKES_IN.search(lower) or _TAKES_IN.search(plain))
    if takes_in and (call.alone[position, call.names.index(NOT_MEANT)] >= _LIKELY or guards.not_meant("acknowledgement", plain)):
        return alone, 1.0
    return (max(alone, _TAKEN_IN) if takes_in else alone), 1.0


def _asks(call: CallText, position: int) -> bool:
    sentence = call.sentences[position]
    return features.asks(sentence.lower, sentence.plain)


def _late_in_call(share: float, call: CallText, position: int, alone: float) -> Judgement:
    """Belongs in the last part of the call; earlier it is something else (a recap is then a paraphrase).

    Fires:     "So to recap, the new card comes on Thursday." near the end
    Must not:  the same words in the second minute of ten
    """
    return (alone, 1.0) if call.place(position) >= 1.0 - share else (alone * 0.4, 1.0)


def _among_first(call: CallText, position: int, alone: float) -> Judgement:
    """Belongs in the agent's first two stretches.

    Fires:     "Good morning, my name is Dana." as the first words
    Must not:  "My name is on the form as well." later in the call
    """
    first = [stretch.number for stretch in call.stretches if stretch.speaker == "agent"][:2]
    return (alone, 1.0) if call.stretch_of[position].number in first else (0.0, 1.0)


def _among_last(call: CallText, position: int, alone: float) -> Judgement:
    """Belongs in the agent's last three stretches.

    Fires:     "Have a lovely day." at the end
    Must not:  "Take care of the box, please." in the middle
    """
    last = [stretch.number for stretch in call.stretches if stretch.speaker == "agent"][-3:]
    return (alone, 1.0) if call.stretch_of[position].number in last else (alone * 0.2, 1.0)


def _question(call: CallText, position: int, alone: float) -> Judgement:
    """A question that is put, not a statement with a question word in it.

    Fires:     "What happened when you opened it?"; "tell me what happened"
    Must not:  "I know what happened."; "That's what we do."
    """
    plain, lower = call.sentences[position].plain, call.sentences[position].lower
    if "?" in lower or features.has(plain, "opens_with_question_word", "opens_like_yes_no", "invites", "tag_question", "permission"):
        return alone, 1.0
    return alone * 0.6, 1.0


def _asks_again(call: CallText, position: int, alone: float) -> Judgement:
    """Asks for what was given. Needs something given before.

    Fires:     "What was the account number again?" after the customer gave it
    Must not:  "What's the account number?" as the first question of the call
    """
    customer_words = sum(stretch.words for stretch in call.stretches_before(position, "customer", 99))
    return (alone, 1.0) if customer_words >= 5 else (alone * 0.3, 1.0)


def _hold_notice(call: CallText, position: int, alone: float) -> Judgement:
    """Says before a silence that the customer will wait, and why or how long.

    Fires:     "May I put you on hold for two minutes while I check?"; "Bear with me a second."
    Must not:  "Thank you for holding." (thanks for patience); "Can I ask you two quick things?"
    """
    plain = call.sentences[position].plain
    if features.has(plain, "thanks") and not features.has(plain, "hold"):
        return alone * 0.2, 1.0
    return (alone, 1.0) if features.has(plain, "hold", "patience", "i_will") else (alone * 0.5, 1.0)


def _thanks_patience(call: CallText, position: int, alone: float) -> Judgement:
    """Thanks for waiting or for patience; a bare thanks at the very end is closing.

    Fires:     "Thank you for holding."
    Must not:  "Thanks for calling, bye."
    """
    if features.has(call.sentences[position].plain, "patience") or call.place(position) < 0.85:
        return alone, 1.0
    return alone * 0.5, 1.0


_RULES: Mapping[str, Rule] = {
    "apology": _apology,
    "bare_refusal": _bare_refusal,
    "can_do": _can_do,
    "clear_step": _clear_step,
    "follow_up": _follow_up,
    "vague_promise": _vague_promise,
    "acknowledgement": _acknowledgement,
    "open_question": _question,
    "clarifying_question": _question,
    "asks_preference": _question,
    "asks_again": _asks_again,
    "recap": partial(_late_in_call, 0.5),
    "confirms_resolved": partial(_late_in_call, 0.6),
    "greeting": _among_first,
    "closing": _among_last,
    "thanks_patience": _thanks_patience,
    "hold_notice": _hold_notice,
}


def signal_signs(call: CallText, rubric: Rubric) -> tuple[Sign, ...]:
    """Every sign of a customer's signal, and abuse by either side."""
    signs = []
    for position, sentence in enumerate(call.sentences):
        names = rubric.signals if sentence.speaker == "customer" else ("abuse",)
        for name in names:
            probability = call.probability(position, name)
            if sentence.speaker == "agent":
                probability = probability if call.detector(position, name) == "pattern" else probability * 0.5
            if probability >= _LEAST:
                signs.append(_sign(call, position, name, probability, 1.0))
    return tuple(signs)


def distress_of(call: CallText, stretch: Stretch) -> tuple[float, int]:
    """(probability, sentence) of the strongest distress in words of a customer's stretch."""
    strongest = max(stretch.sentences, key=lambda position: call.probability(position, "distress"))
    return call.probability(strongest, "distress"), strongest
