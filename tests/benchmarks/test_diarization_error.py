import pytest

from audio.intervals import Interval
from benchmarks.diarization_error import diarization_error


def drawn(*rows):
    """One timeline per row, one character a second."""
    return [tuple(Interval(float(at), at + 1.0) for at, mark in enumerate(row) if mark == "=") for row in rows]


@pytest.mark.parametrize(
    ("reference", "found", "missed", "invented", "confused"),
    [
        (("====      ", "     ==== "), ("====      ", "     ==== "), 0, 0, 0),
        (("====      ", "     ==== "), ("     ==== ", "====      "), 0, 0, 0),  # names do not matter
        (("====      ", "     ==== "), ("===       ", "     ====="), 1, 1, 0),
        (("====      ", "    ======"), ("=====     ", "     ====="), 0, 0, 1),
        (("=====     ", "   =======", ), ("===       ", "   =======", ), 2, 0, 0),  # an overlap given to one
        (("===       ", "     =====", ), ("===       ", "  ========", ), 0, 3, 0),  # an overlap invented, and two seconds of silence
        (("====      ", "     ==== "), ("", ""), 8, 0, 0),
    ],
)  # fmt: skip
def test_parts_of_the_error(reference, found, missed, invented, confused):
    error = diarization_error(drawn(*reference), drawn(*found))
    assert (error.missed_s, error.invented_s, error.confused_s) == pytest.approx((missed, invented, confused))
    assert error.rate == pytest.approx((missed + invented + confused) / error.spoken_s)


def test_errors_of_calls_add_up():
    one = diarization_error(drawn("== ", "  ="), drawn("== ", "   "))
    other = diarization_error(drawn("===", "   "), drawn("===", "   "))
    assert (one + other).rate == pytest.approx(1 / 6)
