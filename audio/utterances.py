"""Speech intervals of one side joined to utterances: what is read, transcribed and judged as one."""

from audio.intervals import Interval, Timeline


def joined(own: Timeline, other: Timeline, pause_s: float) -> tuple[Timeline, ...]:
    """Group one side's speech intervals to utterances: inner pauses under `pause_s` are joined.

    A pause in which the other side says something from beginning to end ("mm-hmm", "yes") is not inner: who reads
    the call has to read that in between.
    """
    groups: list[list[Interval]] = []
    replies = iter(other)
    reply = next(replies, None)
    for interval in own:
        if groups:
            gap = Interval(groups[-1][-1].end_s, interval.start_s)
            while reply is not None and reply.start_s < gap.start_s:
                reply = next(replies, None)
            answered = reply is not None and reply.end_s <= gap.end_s
            if gap.duration_s < pause_s and not answered:
                groups[-1].append(interval)
                continue
        groups.append([interval])
    return tuple(tuple(group) for group in groups)
