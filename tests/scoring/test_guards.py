"""Words that sound like a behaviour and are not meant, beside the same words meant."""

import pytest

from scoring import text
from scoring.guards import not_meant

PAIRS = [
    ("apology", "I won't say sorry for that.", "I'm sorry I can't see the payment yet."),
    ("apology", "Your colleague told me he was sorry.", "I'm sorry that nobody called you."),
    ("apology", "Sorry, what was that?", "Sorry about the long wait."),
    ("apology", "I'm sorry you feel that way.", "I'm sorry that we lost your parcel."),
    ("apology", "You should really apologise to her.", "I apologise for the delay."),
    ("reassurance", "I cannot promise you anything.", "I promise that it stays safe."),
    ("ownership", "It's not my responsibility.", "It's my responsibility from here on."),
    ("goodwill", "We don't give any refunds for that.", "I've added a refund for the trouble."),
    ("goodwill", "If it were up to me I'd refund it.", "I'm refunding it today."),
    ("options", "There are no other options.", "There are two options for you."),
    ("escalation", "There's no need to speak to a supervisor.", "I'll bring my supervisor in."),
    ("follow_up", "Nobody is going to call you about it.", "I'll call you about it on Friday."),
    ("follow_up", "She said we would call you.", "I will call you."),
    ("can_do", "I can see two payments in March.", "I can see it, and I can send it back today."),
    ("clear_step", "Maybe it goes out tomorrow.", "It goes out tomorrow."),
    ("clear_step", "We won't send anything tomorrow.", "It won't be today, it leaves here tomorrow at eight."),
    ("follow_up", "The letter says we would call you.", "I'll ring you and tell you what the bank has said."),
    ("confirms_resolved", "He said that it's solved.", "Would you say that it's solved?"),
    ("validation", "You have no right to be upset.", "You have every right to be upset."),
    ("validation", "I understand, but those are the terms.", "I understand why that hurts."),
    ("names_feeling", "I'm frustrated with this system.", "You sound frustrated with this system."),
    ("asks_permission", "May I have your name?", "May I suggest something?"),
    ("acknowledgement", "Right, but that won't work.", "Right, I see."),
    ("thanks_patience", "You'll just have to be patient.", "Thank you for being patient."),
    ("thanks_patience", "Then the recording goes thank you for your patience.", "My recording is ready, thank you for your patience."),
    ("follow_up", "The leaflet says we'll call within five days.", "I'll send you the leaflet and call you on Friday."),
    ("goodwill", "We don't knock anything off for late trains.", "Don't worry, I've taken ten dollars off."),
    ("goodwill", "I'm not going to take a penny off that bill.", "You won't pay a penny, it's on the house."),
    ("validation", "Nobody else complains about a delay like that.", "Nobody would be happy with a delay like that."),
    ("apology", "She kept saying I'm sorry and that was all.", "I'm sorry she kept you waiting."),
]


@pytest.mark.parametrize(("behaviour", "resembling", "meant"), PAIRS, ids=[f"{pair[0]}-{number}" for number, pair in enumerate(PAIRS)])
def test_a_guard_stops_the_resembling_sentence_and_not_the_meant_one(behaviour, resembling, meant):
    assert not_meant(behaviour, text.plain(resembling))
    assert not not_meant(behaviour, text.plain(meant))


def test_a_limit_followed_by_an_alternative_is_still_an_offer():
    assert not not_meant("goodwill", text.plain("I can't refund all of it, but I can credit half."))
    assert not_meant("goodwill", text.plain("We won't refund any of it."))


def test_saying_back_what_the_customer_feels_is_no_report_of_others():
    assert not not_meant("names_feeling", text.plain("You said you were upset."))


def test_a_behaviour_without_guard_is_never_stopped():
    assert not not_meant("open_question", "he said he was not sorry")


@pytest.mark.parametrize("sentence", ["", "a", "but", "sorry"])
def test_scraps_do_not_fail(sentence):
    assert not_meant("apology", sentence) in (True, False)
