"""What can be wrong with a rubric that reads well: contradictions (errors) and thin examples (warnings)."""

import re
from collections.abc import Iterator

from scoring import text
from scoring.errors import RubricError
from scoring.rubric import REPORTED_SKILL, SCORED_SKILLS, Rubric, RubricFiles, load_rubric

LEAST_EXAMPLES = 25
LEAST_COUNTER_EXAMPLES = 15
_FACTS = (
    *SCORED_SKILLS, "overall", "interruptions", "unanswered_distress", "missing", "outcome", "escalation_request", "abuse",
    "churn_threat", "legal_threat", "asr_confidence", "hallucination_share", "loss_share", "role_probability", "auto_fail",
)  # fmt: skip
DECIDED_WITHOUT_WORDS = (
    "lets_customer_finish", "balanced_talk", "room_to_answer", "steady_voice", "interruption", "talking_over", "monologue",
)  # fmt: skip
DECIDED_BY_ABSENCE = ("indifference",)


def check_rubric(files: RubricFiles) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(errors, warnings) of the rubric's files, each one sentence; both empty for a rubric without fault."""
    try:
        rubric = load_rubric(files)
    except RubricError as error:
        return error.problems, ()
    return (), tuple(_thin(rubric))


def contradictions(rubric: Rubric) -> Iterator[str]:
    """What makes a rubric unusable: weights and limits without sense, unknown names, a sentence on both sides."""
    yield from _skills_and_bands(rubric)
    yield from _behaviours(rubric)
    yield from _flags(rubric)
    yield from _phrases(rubric)


def _skills_and_bands(rubric: Rubric) -> Iterator[str]:
    for skill in (*SCORED_SKILLS, REPORTED_SKILL):
        if skill not in rubric.skills:
            yield f"skill.{skill} is missing"
    for name, skill in rubric.skills.items():
        if name not in (*SCORED_SKILLS, REPORTED_SKILL):
            yield f"skill.{name}: unknown skill; the tables have {', '.join((*SCORED_SKILLS, REPORTED_SKILL))}"
        if skill.weight < 0:
            yield f"skill.{name}: weight = {skill.weight:g} is negative"
    total = sum(skill.weight for skill in rubric.skills.values())
    if abs(total - 100) > 0.01:
        yield f"the weights of the skills add up to {total:g}; they have to add up to 100"
    if rubric.skills.get(REPORTED_SKILL) and rubric.skills[REPORTED_SKILL].weight != 0:
        yield "skill.conduct: weight has to be 0; conduct is reported beside the scores, not in them"
    limits = [band.from_score for band in rubric.bands]
    if not limits or limits[-1] != 0:
        yield "bands: the lowest band has to begin at 0"
    if len(set(limits)) < len(limits) or any(not 0 <= limit <= 100 for limit in limits):
        yield f"bands: begin at {', '.join(f'{limit:g}' for limit in limits)}; each needs its own limit from 0 to 100"
    if not 0 < rubric.scale.good_score < 100:
        yield "scale: good_score has to lie between 0 and 100"
    for kind in ("", "_debit"):
        start, least, whole = (getattr(rubric.scale, f"{name}{kind}") for name in ("counts_from", "least_confidence", "counts_whole"))
        if not 0 <= start < least < whole <= 1:
            yield f"scale: counts_from{kind}, least_confidence{kind} and counts_whole{kind} have to rise from 0 to 1"
    for name, skill in rubric.skills.items():
        if not 0 < skill.good_share < 1:
            yield f"skill.{name}: good_share has to lie between 0 and 1"
    timing = rubric.timing
    if not 0 < timing.agent_share_from < timing.agent_share_to < timing.agent_share_worst <= 1:
        yield "timing: agent_share_from, agent_share_to, agent_share_worst have to rise from above 0 to at most 1"
    if not 0 < timing.short_turn_words < timing.long_turn_words:
        yield "timing: short_turn_words has to be less than long_turn_words"


def _behaviours(rubric: Rubric) -> Iterator[str]:
    for behaviour in rubric.behaviours.values():
        where = f"behaviour {behaviour.id}"
        if behaviour.skill not in rubric.skills:
            yield f"{where}: unknown skill {behaviour.skill!r}"
        if behaviour.points <= 0:
            yield f"{where}: points = {behaviour.points:g}; has to be above 0 (a debit takes them off)"
        if behaviour.enough <= 0:
            yield f"{where}: enough = {behaviour.enough:g}; has to be above 0"
        if behaviour.polarity == "debit" and (behaviour.at_most is None or behaviour.at_most < behaviour.points):
            yield f"{where}: a debit needs at_most, at least its points ({behaviour.points:g})"
        if behaviour.polarity == "credit" and behaviour.at_most is not None:
            yield f"{where}: at_most belongs to debits; a credit has enough"
        timed = behaviour.id in DECIDED_WITHOUT_WORDS
        if timed != (behaviour.decided_by != "words"):
            rule = "timing or voice" if timed else "words"
            yield f"{where}: decided_by = {behaviour.decided_by!r}; Rapport decides it by {rule}"
        for other in behaviour.with_:
            if other not in rubric.behaviours:
                yield f"{where}: with names {other!r}, which is no behaviour of the rubric"
    for skill in SCORED_SKILLS:
        if not any(behaviour.polarity == "credit" for behaviour in rubric.of_skill(skill)):
            yield f"skill {skill}: has no credit, so nothing can be earned"


def _flags(rubric: Rubric) -> Iterator[str]:
    known = set(rubric.behaviours) | set(rubric.signals)
    for rule in rubric.flags:
        if rule.when not in _FACTS:
            yield f"flag {rule.id}: when = {rule.when!r}; known facts are {', '.join(_FACTS)}"
        limits = [limit for limit in (rule.below, rule.above, rule.at_least, rule.is_value) if limit is not None]
        if len(limits) != (0 if rule.when in ("missing", "auto_fail") else 1):
            yield f"flag {rule.id}: needs exactly one of below, above, at_least, is (none for missing and auto_fail)"
        for name in rule.behaviours:
            if name not in rubric.behaviours:
                yield f"flag {rule.id}: names {name!r}, which is no behaviour of the rubric"
        if rule.when == "missing" and not rule.behaviours:
            yield f"flag {rule.id}: needs the list behaviours"
    for auto_fail in rubric.auto_fails:
        if auto_fail.behaviour not in known:
            yield f"auto_fail {auto_fail.id}: names {auto_fail.behaviour!r}, which is neither behaviour nor signal"


def _phrases(rubric: Rubric) -> Iterator[str]:
    worded = [b.id for b in rubric.behaviours.values() if b.decided_by == "words" and b.id not in DECIDED_BY_ABSENCE]
    for name in (*worded, *rubric.signals):
        if name not in rubric.phrases or not rubric.phrases[name].examples:
            yield f"phrases: [{name}] has no examples"
    for name, phrases in rubric.phrases.items():
        seen = {text.plain(sentence): sentence for sentence in phrases.examples}
        for sentence in phrases.counter_examples:
            if text.plain(sentence) in seen:
                yield f"phrases [{name}]: stands among both examples and counter_examples: {sentence!r}"
        for pattern in phrases.patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                yield f"phrases [{name}]: the pattern {pattern!r} is no regular expression: {error}"
    first: dict[tuple[str, ...], int] = {}
    for number, dialogue in enumerate(rubric.exchanges.dialogues, 1):
        same = first.setdefault(tuple(spoken.sentence for spoken in dialogue.spoken), number)
        if same != number:
            yield f"dialogues [[dialogue]] number {number}: says the same as number {same}"
        for spoken in dialogue.spoken:
            possible = set(rubric.behaviours if spoken.speaker == "agent" else rubric.signals)
            for name in sorted(spoken.shows - possible):
                wrong = f"is none that {'an agent' if spoken.speaker == 'agent' else 'a customer'} shows"
                yield f"dialogues [[dialogue]] number {number}: {name!r} {wrong}: {spoken.sentence!r}"


def _thin(rubric: Rubric) -> Iterator[str]:
    for name, phrases in rubric.phrases.items():
        if name not in rubric.behaviours and name not in rubric.signals:
            continue
        if len(phrases.examples) < LEAST_EXAMPLES:
            yield f"phrases [{name}]: {len(phrases.examples)} examples; {LEAST_EXAMPLES} or more make a reliable detector"
        if len(phrases.counter_examples) < LEAST_COUNTER_EXAMPLES:
            yield f"phrases [{name}]: {len(phrases.counter_examples)} counter-examples; {LEAST_COUNTER_EXAMPLES} or more are needed"
        plain = [text.plain(sentence) for sentence in phrases.examples]
        for sentence in {sentence for sentence in plain if plain.count(sentence) > 1}:
            yield f"phrases [{name}]: is there twice: {sentence!r}"
