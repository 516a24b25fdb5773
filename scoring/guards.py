"""When words that sound like a behaviour are not meant: denied, reported, supposed, or only politeness.

Each guard is a pattern on text without punctuation. A sentence that matches it is no sign of the behaviour, whatever the
classifier or a decisive pattern says.
"""

import re

_SOMEBODY = r"(?:he|she|they|it|nobody|somebody|someone|everyone|your|you|the|my colleague|our|their|his|her|people|others?)"
_WRITTEN = r"(?:recording|announcement|tape|slogan|motto|poster|leaflet|brochure|slide|banner|template)"
_REPORTING = r"(?:said|says|say|told|tells|wrote|writes|claimed|claims|promised|explained|mentioned|replied|reads|stated|states|kept saying|keeps saying)"

REPORTED = re.compile(
    rf"\b{_SOMEBODY}(?: [\w']+){{0,3}} {_REPORTING}\b(?! (?:you|that you) (?:were|are|feel|felt))|\baccording to\b|\bquote\b|\bin (?:his|her|their) words\b|"
    rf"\b(?:the|our|a|this|that) (?:[\w']+ )?{_WRITTEN} (?:[\w']+ )?(?:goes|says|reads|plays|repeats|thanks)\b"
)
"""Somebody else's words: "he told me he was sorry", "the letter says we would call you", "the recording goes thank you for waiting"."""

_SPEAKS_FOR_SELF = re.compile(r"\b(?:i'll|i will|i'm|i am|we'll|we will|we're|we are|let me|i apologi[sz]e|sorry|i've|i can|we can|what i can)\b")
_ASKS_OPINION = re.compile(r"\b(?:would|wouldn't|do|could) you say\b")
_SUPPOSED = re.compile(r"\b(?:i|we)(?:'d| would| could| might)(?: [\w']+){0,2} (?:have|apologi[sz]e|if)\b|\bif only\b|\bi wish i could\b")
_WERE = re.compile(r"\bif (?:it|that|this|we|i|you|they|he|she|there) (?:were|was|had|hadn't|weren't|wasn't)\b")

_DENIED = {
    "apology": r"\b(?:not|never|no|n't|can't|won't|don't|cannot|nothing|without|refuse to|why should (?:i|we)|rather than|instead of)(?: [\w']+){0,5} (?:sorry|apolog\w+|regret)\b|\b(?:sorry|apolog\w+) (?:not|isn't|won't|doesn't)\b",
    "reassurance": r"\b(?:can't|cannot|won't|not|don't) (?:\w+ ){0,2}(?:promise|guarantee|assure|make sure|say)\b",
    "ownership": r"\b(?:not|never|won't|can't|isn't|don't|nobody|no one)(?: [\w']+){0,3} (?:take (?:care|ownership|responsibility|charge|the blame)|responsib\w+|my (?:job|fault|problem|responsibility)|our (?:fault|mistake|problem)|going to|own|handle|deal)\b",
    "can_do": r"\b(?:can't|cannot|not able|unable|won't be able|not possible|nothing)\b(?!.*\b(?:but|however|instead)\b.*\b(?:can|could|able)\b)",
    "goodwill": r"\b(?:can't|cannot|won't|not|don't|no|unable|isn't|never)(?: [\w']+){0,6} (?:refund\w*|credit\w*|voucher\w*|waiv\w+|compensat\w+|discount\w*|gesture\w*|free|goodwill)\b|\b(?:not|n't|never|won't|can't|don't|cannot)(?: going to)? (?:knock|take) (?:anything|a cent|a penny)\b",
    "options": r"\b(?:no|not|aren't|isn't|without|only|never)(?: [\w']+){0,3} (?:options?|choices?|alternatives?)\b",
    "escalation": r"\b(?:can't|cannot|won't|not|don't|no need|no point|unable|never|isn't)(?: [\w']+){0,6} (?:supervisors?|managers?|escalat\w+|senior)\b",
    "follow_up": r"\b(?:can't|cannot|won't|not|don't|never|nobody|no one|unable)(?: [\w']+){0,4} (?:call|ring|phone|e ?mail|write|contact|get back|follow up|check)\b",
    "clear_step": r"\b(?:can't|cannot|won't|not|don't|never|nobody|no one|unable|no idea|couldn't)\b",
    "validation": r"\b(?:not|no|never|doesn't|don't|isn't|can't|hardly)(?: [\w']+){0,2} (?:make(?:s)? sense|right to|reason to|reasonable|normal|justified|understand|understandable|see why|fair)\b|\bno (?:right|reason)\b|\b(?:nobody|no one) else(?: [\w']+){0,2} (?:complain(?:s|ed)?|minds?|minded)\b",
    "names_feeling": r"\b(?:not|never|no|don't|can't|needn't|shouldn't|stop|no need to|why)(?: [\w']+){0,3} (?:be|being|get|getting|feel|feeling|sound) (?:\w+ ){0,2}(?:frustrat\w*|upset|angry|annoyed|worried|stressed|emotional)\b",
    "thanks_patience": r"\b(?:not|no|never|n't|don't|can't)(?: [\w']+){0,3} (?:thank|appreciate|grateful)\b|\bthank(?:s| you) (?:for|to) (?:nothing|not)\b",
    "common_ground": r"\b(?:not|never|don't|can't|no|nothing|doesn't|won't|hardly)(?: [\w']+){0,3} (?:agree|common|both|same|together|side)\b",
    "confirms_resolved": r"\b(?:not|never|isn't|can't|won't|cannot)(?: [\w']+){0,3} (?:resol\w+|sorted|solv\w+|fix\w*)\b(?!.*\b(?:is|does|has|are|can) (?:it|that|everything|there|you)\b)",
    "recap": r"\b(?:not|never|haven't|didn't|don't|nothing)(?: [\w']+){0,3} (?:agree\w*|recap|summar\w+)\b",
    "boundary": r"\b(?:you can|feel free to|go ahead and) (?:shout|swear|yell)\b",
    "paraphrase": r"$^",
}  # fmt: skip

_NOT_MEANT = {
    "apology": r"^(?:(?:oh|i'm|im|so|very|i am|well|um) )*sorry,? (?:what|could|can|who|which|where|when|how|did|say|i (?:didn't|missed|couldn't)|was|but|is|are|you(?:'re| are) (?:breaking|very)|go ahead|one (?:moment|second))\b|\bsorry (?:you feel|if you feel|that you feel|but)\b|\b(?:apologi[sz]e|sorry)\b.{0,40}\bbut\b|\bif you(?:'re| are| were| felt| feel)? (?:\w+ )?(?:offended|upset|unhappy)\b|\b(?:you|they|he|she|somebody|someone) (?:should|could|must|ought to|can|owes?|might|need to|want(?:s)?) (?:\w+ ){0,3}(?:say sorry|apolog\w+|an apology)\b|\b(?:ask(?:ed|ing)?|wait(?:ed|ing)?|looking) for an apology\b",
    "thanks_patience": r"\bif you(?:'d| would)? (?:had|were|could)(?: [\w']+){0,3} patien\w+\b|\byou(?:'ll| will)? (?:just |really |simply )?(?:need to|have to|must|should)(?: [\w']+){0,3} (?:patien\w+|wait)\b",
    "reassurance": r"\b(?:you|you'll|they|he|she) (?:should|could|must|need to|have to|ought to) (?:not )?worry\b|\bi (?:wouldn't|don't) worry about you\b",
    "can_do": r"^(?!.*\b(?:i|we) can (?!see|hear|tell|imagine|understand|feel)).*\b(?:i|we) can (?:see|hear|tell|imagine|understand|feel)\b",
    "clear_step": r"\b(?:might|hopefully|maybe|probably|perhaps|may (?:be|get|come|go|have|take|not|well|look|send|call))\b",
    "validation": r"\b(?:understand|see|hear|appreciate|get)(?: [\w']+){0,8} but\b|\bbut (?:you|that|it|there|we|i|our|the)\b",
    "names_feeling": r"\bi(?:'m| am| feel| was|'ve been) (?:\w+ ){0,2}(?:frustrat\w*|upset|angry|annoyed|worried|stressed|tired|sad|happy|glad)\b",
    "acknowledgement": r"\bbut\b|\bwhatever\b|\bnext\b$",
    "asks_permission": r"^(?:(?:okay|ok|so|well) )*(?:may|can|could) i (?:have|get|take|speak|help|see)\b",
}  # fmt: skip

_ALTERNATIVE = re.compile(
    r"\b(?:but|however|instead|though|what (?:i|we) can(?!')|so (?:i|we)(?:'ll| will)?|let me|i(?:'ll| will| can(?!'))|we(?:'ll| will| can(?!'))|unless|until|yet|you can|you'll|it'll|it (?:leaves|comes|goes|arrives))\b"
)

MEANT_ONLY_BY_SPEAKER = (
    "apology", "reassurance", "ownership", "can_do", "goodwill", "options", "escalation", "follow_up", "clear_step", "validation",
    "names_feeling", "thanks_patience", "common_ground", "recap", "asks_permission", "hold_notice", "boundary", "acknowledgement",
    "bare_refusal", "policy_hiding", "vague_promise", "calm_down", "dismissing", "greeting", "closing", "confirms_resolved",
)  # fmt: skip
"""Behaviours that are something the agent does now, so that a report of somebody doing it is none."""

_SUPPOSABLE = ("apology", "goodwill", "can_do", "ownership", "escalation", "follow_up", "clear_step", "options")

_COMPILED_DENIED = {name: re.compile(pattern) for name, pattern in _DENIED.items()}
_COMPILED_NOT_MEANT = {name: re.compile(pattern) for name, pattern in _NOT_MEANT.items()}


def reported(plain: str) -> bool:
    """Whether a sentence gives somebody's words, and the speaker has not spoken in the first person before.

    Fires:     "the letter says we would call you"
    Must not:  "i'll ring you and tell you what the bank has said"; "i'm sorry that he told you so"; "would you say it's solved"
    """
    found = REPORTED.search(plain)
    return bool(found) and not _SPEAKS_FOR_SELF.search(plain[: found.start()]) and not _ASKS_OPINION.search(plain)


def not_meant(behaviour: str, plain: str) -> bool:
    """Whether a sentence only looks like `behaviour`.

    Fires:     apology, "i can't say i'm sorry" (denied); "your colleague said sorry" (reported); "sorry what was that"
    Must not:  apology, "i'm sorry i can't see the payment yet", "i'm sorry that nobody called you"
    """
    denied = _COMPILED_DENIED.get(behaviour)
    if denied and denied.search(plain) and not (behaviour != "apology" and _ALTERNATIVE.search(plain)):
        return True
    only_looks = _COMPILED_NOT_MEANT.get(behaviour)
    if only_looks and only_looks.search(plain):
        return True
    if behaviour in MEANT_ONLY_BY_SPEAKER and reported(plain):
        return True
    return behaviour in _SUPPOSABLE and bool(_SUPPOSED.search(plain) or (_WERE.search(plain)))
