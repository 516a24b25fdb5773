import pytest

from scoring.metadata import CallMetadata
from scoring.names import name_signs

KNOWN = CallMetadata("call", agent_name="Dana Hill", customer_name="Peter Okafor")
ANONYMOUS = CallMetadata("call")


@pytest.fixture(scope="module")
def named(read, spoken, detectors):
    def quotes(written, metadata=ANONYMOUS):
        return [sign.quote for sign in name_signs(read(spoken(written)), metadata, detectors.ordinary_words)]

    return quotes


@pytest.mark.parametrize(
    ("sentence", "metadata"),
    [
        ("Thank you, Peter.", KNOWN),
        ("okay peter i have it here", KNOWN),
        ("I have it here, Mr. Okafor.", KNOWN),
        ("Mrs Patel, I have it here.", ANONYMOUS),
        ("Thanks for waiting, Miss Carol.", ANONYMOUS),
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
        "Yeah, I have it here.", "Altogether, it was our clock that was wrong.", "Alright, take care, bye.", "I'll bring in Mr. Hall.",
        "Don't worry, Mum.", "It's not in here, so your doctor never sent it.", "You get a call from my team, Lieber, Moira.",
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


def test_how_a_customer_is_or_what_he_does_is_no_name(named):
    assert named("C: hello I'm renting\nA: I see, if you're renting, I can freeze it.") == []
    assert named("C: it's here\nA: It's not in here, so it was never sent.") == []
    assert named("C: my name is on the bill\nA: It is on the bill, yes.") == []


def test_an_ordinary_word_is_a_name_where_the_customer_says_so(named):
    assert named("C: hello\nA: Bill, I have it here.") == []
    assert named("C: hello my name is Bill\nA: Bill, I have it here.") == ["Bill, I have it here."]


@pytest.mark.parametrize(
    ("customer", "sentence"),
    [
        ("Will Turner", "I will send it today."), ("The Flower Shop", "Did you check the box?"),
        ("Maria from Accounts", "It came from us."),
        ("May Brown", "May I put you on hold?"), ("An Do", "What do you need?"),
    ],
)  # fmt: skip
def test_a_name_that_is_also_a_word_has_to_be_set_off_like_a_name(named, customer, sentence):
    metadata = CallMetadata("call", customer_name=customer)
    assert named(f"C: hello\nA: {sentence}", metadata) == []
    assert named("C: hello\nA: Thank you, Will.", CallMetadata("call", customer_name="Will Turner")) == ["Thank you, Will."]


@pytest.mark.parametrize("said", ["my name is first on the list", "the name's still fine", "I'm first in line"])
def test_what_is_said_of_a_name_is_no_name(named, said):
    assert named(f"C: Hello, {said}.\nA: First, let me check.\nA: Fine, let me check.") == []


@pytest.mark.parametrize("said", ["My name is Will.", "Hello, this is Joy.", "I'm Hope.", "My name is McDonald.", "My name is O'Brien."])
def test_names_that_are_words_are_introduced_with_a_capital(named, said):
    name = said.split()[-1].strip(".")
    assert named(f"C: {said}\nA: Thank you, {name}.") == [f"Thank you, {name}."]


def test_customers_naming_agents_is_no_sign(named):
    assert named("C: Thank you, Dana.\nC: Mrs Hill, listen to me.") == []
