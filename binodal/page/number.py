"""Numbers of documents as objects: they print, convert to float, and keep what is proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from binodal.page.tables import shown

if TYPE_CHECKING:
    from flint import arb

_PROVED, _ESTIMATED = {"mid", "rad"}, {"value", "error"}


@dataclass(frozen=True)
class Number:
    """A number with its error, both as decimal texts.

    ``certified`` says that the true value differs from the middle by at most the radius; without
    it the radius is an estimate.

    >>> b = Number("0.35167635904568", "2e-14")
    >>> b, float(b)
    (0.35167635904568 ± 2e-14, 0.35167635904568)
    >>> b.low < b.middle < b.high, f"{b:.3f}"
    (True, '0.352')
    """

    mid: str
    rad: str
    certified: bool = True

    @property
    def middle(self) -> Fraction:
        """The middle, exactly."""
        return Fraction(self.mid)

    @property
    def radius(self) -> Fraction:
        """The radius, exactly."""
        return Fraction(self.rad)

    @property
    def low(self) -> Fraction:
        """The lower end, exactly."""
        return self.middle - self.radius

    @property
    def high(self) -> Fraction:
        """The upper end, exactly."""
        return self.middle + self.radius

    @property
    def ball(self) -> arb:
        """A ball of python-flint around both ends, hardly wider whatever the working precision."""
        from binodal.numerics.balls import ball, bits_of, interval, precision

        with precision(bits_of(len(self.mid) + 5)):
            return interval(ball(self.low), ball(self.high))

    def short(self, digits: int) -> str:
        """At most so many digits, without the error.

        >>> Number("0.35167635904568", "2e-14").short(5)
        '0.35168'
        """
        return f"{float(self):.{digits}g}"

    def __float__(self) -> float:
        return float(self.mid)

    def __format__(self, form: str) -> str:
        return format(float(self), form) if form else str(self)

    def text(self, digits: int) -> str:
        """At most so many digits with the error, which includes the rounding.

        >>> print(Number("0.35167635904568", "2e-14").text(5))
        0.35168 ± 0.000004
        """
        digits_text = shown({"mid": self.mid, "rad": self.rad}, min(digits, self._digits()))
        return digits_text if self.certified else f"{digits_text} (not certified)"

    def _digits(self) -> int:
        signs = self.mid.lower().partition("e")[0].lstrip("-0.")
        return max(1, sum(sign.isdigit() for sign in signs))

    def __str__(self) -> str:
        return self.text(self._digits())

    __repr__ = __str__


def held(part: Any) -> Any:
    """A part of a document with its numbers as objects.

    >>> held({"b": {"mid": "0.5", "rad": "1e-9"}, "kinds": ["minimum"]})
    {'b': 0.5 ± 1e-9, 'kinds': ['minimum']}
    """
    if isinstance(part, Mapping):
        if part.keys() == _PROVED:
            return Number(part["mid"], part["rad"])
        if part.keys() == _ESTIMATED and isinstance(part["value"], str):
            return Number(part["value"], part["error"], certified=False)
        return {name: held(inner) for name, inner in part.items()}
    if isinstance(part, Sequence) and not isinstance(part, str):
        return [held(inner) for inner in part]
    return part
