"""Verhoeff's check digit (J. Verhoeff, Error Detecting Decimal Codes, 1969): catches every single wrong digit and every
two neighbours that changed places. No I/O.
"""

from __future__ import annotations

# Multiplication in the dihedral group of the pentagon, written as it is defined: rotations 0 to 4, reflections 5 to 9.
_PRODUCT = tuple(
    tuple(
        (a + b) % 5 if a < 5 and b < 5 else 5 + (a + b) % 5 if a < 5 else 5 + (a - b) % 5 if b < 5 else (a - b) % 5
        for b in range(10)
    )
    for a in range(10)
)
_INVERSE = tuple(row.index(0) for row in _PRODUCT)


def _permutations() -> tuple[tuple[int, ...], ...]:
    """What a digit counts as at each place from the right; the eighth is the first again."""
    first = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    rows = [tuple(range(10))]
    while len(rows) < 8:
        rows.append(tuple(first[digit] for digit in rows[-1]))
    return tuple(rows)


_PERMUTATION = _permutations()


def holds(number: str) -> bool:
    """Whether the last of these ASCII digits is the check digit of those before it."""
    return number.isascii() and number.isdigit() and _fold(number, 0) == 0


def check_digit(number: str) -> str:
    """The digit to put after these ASCII digits."""
    return str(_INVERSE[_fold(number, 1)])


def _fold(number: str, place: int) -> int:
    folded = 0
    for position, digit in enumerate(reversed(number), place):
        folded = _PRODUCT[folded][_PERMUTATION[position % 8][int(digit)]]
    return folded
