"""Which phones of a spoken sentence belong to which word of its text."""

from difflib import SequenceMatcher

from simulation.engines import Phone


def token_times(expected: list[tuple[str, ...]], phones: tuple[Phone, ...]) -> list[tuple[float, float]]:
    """Start and end in seconds of each word, from the phones each word has when spoken alone.

    A word in a sentence may lose or change sounds ("of the" runs together), so the words' own phones, joined, are matched
    against the sentence's; a word boundary inside a stretch that differs is placed in proportion.

    Args:
        expected: per word, its phones when spoken alone; empty for a token without sound such as a dash.
        phones: the sentence's phones in time order, not empty.
    """
    joined = [symbol for word in expected for symbol in word]
    spoken = [phone.symbol for phone in phones]
    blocks = SequenceMatcher(None, joined, spoken, autojunk=False).get_opcodes()
    times, position = [], 0
    for word in expected:
        first = _place(position, blocks)
        position += len(word)
        last = max(_place(position, blocks), first + 1)
        first = min(first, len(phones) - 1)
        times.append((phones[first].start_s, phones[min(last, len(phones)) - 1].end_s if word else phones[first].start_s))
    return times


def _place(position: int, blocks: list[tuple[str, int, int, int, int]]) -> int:
    """Where a boundary before `position` in the joined phones lies among the spoken phones."""
    for kind, a0, a1, b0, b1 in blocks:
        if a0 <= position < a1:
            share = (position - a0) / (a1 - a0)
            return b0 + (position - a0 if kind == "equal" else round(share * (b1 - b0)))
    return blocks[-1][4] if blocks else 0
