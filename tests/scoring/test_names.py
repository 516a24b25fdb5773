import pytest

from scoring.metadata import CallMetadata
from scoring.names import name_signs

KNOWN = CallMetadata("call", agent_name="Dana Hill", customer_name="Peter Okafor")
ANONYMOUS = CallMetadata("call")


@pytest.fixture(scope="module")
def named(read, spoken):
    return lambda written, metadata=ANONYMOUS: [sign.quote for sign in name_signs(read(spoken(written)), metadata)]


@pytest.mark.parametrize(
    ("sentence", "metadata"),
    [
        ("Thank you, Peter.", KNOWN),
        ("okay peter i have it here", KNOWN),
        ("I have it here, Mr. Okafor.", KNOWN),
        ("Mrs Patel, I have it here.", ANONYMOUS),
        ("That is booked for you, Laura.", ANONYMOUS),
    ],
)
def test_addressing_the_customer(named, sentence, metadata):
    assert named(f"C: hello\nA: {sentence}", metadata) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "Thank you, sir.", "This is Dana from billing.", "I'll put you through to Mr Hall.", "My name is Dana.", "We open on Monday.",
        "Right, Monday.", "Thank you, Dana.", "I'll ask Peter in the shop.", "Man, you need to wait.",
        "Mrs Hall will ring you.", "You'll hear from my team leader, Moira.", "I'll bring in Mr Hall, he runs pricing.",
    ],
)  # fmt: skip
def test_speaking_of_others(named, sentence):
    assert named(f"C: hello\nA: {sentence}", CallMetadata("call", agent_name="Dana Hill")) == []


def test_a_name_in_the_first_words_of_a_call_is_the_agents_own(named):
    assert named("A: Loans department, Keith.\nC: hello") == []
    assert named("A: Billing, the account number.\nC: hello") == []
    assert named("C: Hello?\nA: Billing, the account number.\nC: hello") == []


def test_a_name_counts_from_when_the_customer_gave_it(named):
    assert named("A: thanks maria\nC: hello my name is maria\nA: thanks maria") == ["thanks maria"]
    assert [*named("C: hello my name is maria\nA: okay maria how can i help")] == ["okay maria how can i help"]


def test_customers_naming_agents_is_no_sign(named):
    assert named("C: Thank you, Dana.\nC: Mrs Hill, listen to me.") == []
