"""The Visit Reference Number as people see and type it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.errors import BadVisRN
from broker.visrn import VisRN

FULL_WIDTH = "".join(chr(0xFF10 + digit) for digit in range(10))

numbers = st.builds(VisRN, st.integers(1, 99), st.integers(1, 9999), st.integers(1, 9_999_999), st.integers(2000, 2999))
scripts = st.sampled_from(["0123456789", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "٠١٢٣٤٥٦٧٨٩", FULL_WIDTH])
separators = st.sampled_from(["/", "\uff0f", " / ", "-", "–", " ", ".", "\\", "\u00a0/\u200b", "\u2044"])
labels = st.sampled_from(["", "VisRN: ", "Visit Reference Number ", "मुलाक़ात संख्या ", "\ufeff", "#"])
endings = st.sampled_from(["", ".", " ", "\r\n", "।", ")"])


@given(numbers)
def test_printed_number_is_read_back_as_itself(visrn: VisRN) -> None:
    """Printing and reading are inverse."""
    assert VisRN.parse(str(visrn)) == visrn


@given(numbers, scripts, separators, labels, endings)
def test_family_types_it_in_their_own_way_and_is_understood(
    visrn: VisRN, digits: str, separator: str, label: str, ending: str
) -> None:
    """Any script's digits, separator, label before and punctuation after are taken."""
    typed = separator.join((str(visrn.state), str(visrn.jail), str(visrn.serial), str(visrn.year)))
    typed = typed.translate(str.maketrans("0123456789", digits))
    assert VisRN.parse(label + typed + ending) == visrn


def test_number_of_the_documents_is_read_and_printed() -> None:
    """The one example that the system's documents show."""
    assert VisRN.parse("25/35/55/2021") == VisRN(25, 35, 55, 2021)
    assert str(VisRN(25, 35, 55, 2021)) == "25/35/55/2021"


def test_family_types_leading_zeros_and_is_understood() -> None:
    """Zeros in front of a part mean nothing."""
    assert VisRN.parse("05/035/0055/2021") == VisRN(5, 35, 55, 2021)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "25/35/55",
        "25/35/55/2021/1",
        "25/35/55/21",
        "0/35/55/2021",
        "25/0/55/2021",
        "25/35/0/2021",
        "25/35/55/1999",
        "25/35/55/3000",
        "125/35/55/2021",
        "25/35555/55/2021",
        "25/35/12345678/2021",
        "25//55/2021",
        "2535552021",
        "25/35/x/2021",
        "25/35/5²5x5/2021",
        "/" * 200,
        "1" * 500,
    ],
)
def test_family_types_something_else_and_it_is_refused(typed: str) -> None:
    """Whatever isn't four numbers in range is BadVisRN."""
    with pytest.raises(BadVisRN):
        VisRN.parse(typed)


@given(st.text(max_size=60))
def test_any_text_is_either_a_number_or_refused(typed: str) -> None:
    """No text breaks the parser, and what it takes it prints in the plain form."""
    try:
        visrn = VisRN.parse(typed)
    except BadVisRN:
        return
    assert VisRN.parse(str(visrn)) == visrn


def test_numbers_out_of_range_are_not_built() -> None:
    """The range holds for issued numbers too."""
    with pytest.raises(BadVisRN):
        VisRN(100, 1, 1, 2026)
