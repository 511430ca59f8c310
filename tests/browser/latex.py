"""The value of the LaTeX that the page hands out: fractions, powers, products, a logarithm."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

_TOKEN = re.compile(r"\\[a-z]+|c_\{[0-9]\}|[0-9]+(?:\.[0-9]+)?|x_\{?v\}?|[a-z]|[-+^{}()=]")
_NUMBERS = {r"\pi": math.pi, "e": math.e}
_LETTERS = {r"\rho": "rho", "x_{v}": "x_v", "x_v": "x_v"}


class Reader:
    """A recursive descent through the tokens of one right-hand side."""

    def __init__(self, text: str, values: Mapping[str, float]) -> None:
        self.tokens, self.values = _TOKEN.findall(text), values
        left = _TOKEN.sub("", text).strip()
        assert left == "", f"not understood: {left}"

    def value(self) -> float:
        """The whole text."""
        total = self._sum()
        assert self.tokens == [], self.tokens
        return total

    def _take(self, *expected: str) -> str:
        token = self.tokens.pop(0)
        assert not expected or token in expected, (token, expected)
        return token

    def _sum(self) -> float:
        total = -self._product() if self._next("-") else self._product()
        while self.tokens and self.tokens[0] in "+-":
            sign = 1 if self._take() == "+" else -1
            total += sign * self._product()
        return total

    def _next(self, token: str) -> bool:
        found = bool(self.tokens) and self.tokens[0] == token
        if found:
            self._take()
        return found

    def _product(self) -> float:
        total = self._power()
        while self._next(r"\cdot"):
            total *= self._power()
        return total

    def _power(self) -> float:
        base = self._atom()
        return base ** self._group() if self._next("^") else base

    def _group(self) -> float:
        self._take("{")
        inner = self._sum()
        self._take("}")
        return inner

    def _atom(self) -> float:
        token = self._take()
        if token == r"\frac":
            return self._group() / self._group()
        if token == r"\log":
            return math.log(self._group())
        if token == r"\sqrt":
            return math.sqrt(self._group())
        if token in _NUMBERS:
            return _NUMBERS[token]
        if token == r"\left":
            self._take("(")
            inner = self._sum()
            self._take(r"\right")
            self._take(")")
            return inner
        name = _LETTERS.get(token, token)
        return self.values[name] if name in self.values else float(token)


def value_of(latex: str, **values: float) -> float:
    """The right-hand side of one formula."""
    return Reader(latex.split(" = ", 1)[1], values).value()
