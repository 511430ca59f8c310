"""A single-index theory at its parameters, along one of which it may be followed.

The parameter is own * exp(x); couplings are powers of it, so that x may be a ball as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from itertools import pairwise
from math import prod

from flint import arb, ctx

from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.balls import AtPrecision, ball, excludes_zero, key
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

_BISECTIONS, _STEPS, _SMALL = 10, 3, 1e-12
_PARTS, _SPARE_BITS, _ONE = 4, 8, Fraction(1)
_FORMS = Forms("binodal.models.single_index.forms.branch")
_ROW, _ROW_SLOPE = _FORMS.balls("branch"), _FORMS.balls("branch_slope")
_FLOAT_ROW, _FLOAT_SLOPE = _FORMS.floats("branch"), _FORMS.floats("branch_slope")

POWERS = _FORMS.data("powers", dict)


def couplings_of(parameters: Mapping[str, Fraction]) -> tuple[Fraction, Fraction, Fraction]:
    """u, G and sigma_w^2, exactly, from the powers of every parameter in them."""
    u, gain, norm = (
        prod((Fraction(parameters[name]) ** power for name, power in powers.items()), start=_ONE)
        for powers in POWERS().values()
    )
    return u, gain, norm


@dataclass(frozen=True)
class State:
    """Couplings, zero state and zero branch of a setting at parameters times e^x."""

    setting: Setting
    parameters: Mapping[str, Fraction]
    along: str = "sigma2"

    @cached_property
    def powers(self) -> tuple[int, int, int]:
        """Of the parameter that varies in u, G and sigma_w^2."""
        u, gain, norm = (powers.get(self.along, 0) for powers in POWERS().values())
        return u, gain, norm

    def couplings(self, x: arb) -> tuple[arb, arb, arb]:
        """u, G and sigma_w^2 at own * e^x."""
        own = zip(self._balls(), self.powers, strict=True)
        u, gain, norm = (value * (p * x).exp() if p else value for value, p in own)
        return u, gain, norm

    @cached_property
    def _balls(self) -> AtPrecision[tuple[arb, ...]]:
        return AtPrecision(lambda: tuple(map(ball, self._own)))

    @cached_property
    def _own(self) -> tuple[Fraction, Fraction, Fraction]:
        return couplings_of(self.parameters)

    def rest(self, x: arb) -> list[arb]:
        """c_0 ... c_3 in the zero state."""
        return self._rest_at(x) if self.powers[2] else self._rest()

    def _rest_at(self, x: arb) -> list[arb]:
        return self.setting.overlaps.at(self.couplings(x)[2].sqrt(), 4)

    @cached_property
    def _rest(self) -> AtPrecision[list[arb]]:
        return AtPrecision(lambda: self._rest_at(arb(0)))

    @cached_property
    def learns_linear_mode(self) -> bool:
        """Whether the zero state moves the linear mode: y_1 and c_1(sigma_w) are not zero.

        Raises :class:`Undecided` where c_0 or c_1 vanishes in the zero state without vanishing
        for every norm: other modes of the residual move there.
        """
        rest = self.rest(arb(0))
        for k in (0, 1):
            if not self.setting.absent(k) and not excludes_zero(rest[k]):
                raise Undecided(
                    f"c_{k}(sigma_w) = {rest[k].str(5)} is not proved to differ from zero: the "
                    "order of the zero state's fluctuations is not known"
                )
        return 1 in self.setting.teacher and not self.setting.absent(1)

    def beta(self, x: arb) -> arb:
        """t_1/y_1 on the zero branch, for every own * e^x in the ball.

        It falls as u, G or c_1^2 grow, so the largest and the smallest of each enclose it.
        """
        return self._between(arb(x.lower()), arb(x.upper())) if x.rad() else self._at(x)

    def _at(self, x: arb) -> arb:
        if not self.learns_linear_mode:
            return arb(1)
        u, gain, _ = self.couplings(x)
        return self.root(u, gain, abs(self.rest(x)[1]))

    def _between(self, low: arb, high: arb) -> arb:
        """What beta takes for exact ends."""
        if not self.learns_linear_mode:
            return arb(1)
        rest = abs(self.rest(low.union(high))[1])
        (u_low, u_high), (gain_low, gain_high), _ = (
            (a.min(b), a.max(b))
            for a, b in zip(self.couplings(low), self.couplings(high), strict=True)
        )
        narrow = rest.rel_accuracy_bits() > ctx.prec - _SPARE_BITS
        smallest, largest = (rest, rest) if narrow else (arb(rest.lower()), arb(rest.upper()))
        lower = self.root(u_high, gain_high, largest)
        return lower.union(self.root(u_low, gain_low, smallest))

    def strength(self, x: arb) -> arb:
        """u beta^2, which hardly moves where the linear mode is learned, while u and beta do."""
        return self.interaction(x)[0]

    def interaction(self, x: arb) -> tuple[arb, arb]:
        """u beta^2, and beta, from parts of a ball."""
        if not x.rad():
            beta = self._at(x)
            return self.couplings(x)[0] * beta**2, beta
        low, high = arb(x.lower()), arb(x.upper())
        inner = [(low + (high - low) * arb(k) / _PARTS).mid() for k in range(1, _PARTS)]
        parts = list(pairwise([low, *inner, high]))
        betas = [self._between(a, b) for a, b in parts]
        strengths = [
            self.couplings(a.union(b))[0] * beta**2
            for (a, b), beta in zip(parts, betas, strict=True)
        ]
        return reduce(arb.union, strengths), reduce(arb.union, betas)

    def pull(self, x: arb) -> tuple[arb, list[arb]]:
        """u beta^2 and t_k/beta of the acting modes: the same interaction."""
        strength, beta = self.interaction(x)
        return strength, [
            ball(y) if k == 1 and self.learns_linear_mode else ball(y) / beta
            for k, y in self.setting.acting.items()
        ]

    def amplitudes(self, x: arb) -> list[arb]:
        """t_k of the setting's acting modes on the zero branch."""
        beta = self.beta(x)
        return [ball(y) * (beta if k == 1 else 1) for k, y in self.setting.acting.items()]

    def root(self, u: arb, gain: arb, rest: arb) -> arb:
        """The root with a stable zero state: the row grows with beta from there down to 0.

        The parts of a ball share their ends, so what was found is remembered. Raises
        :class:`Undecided` without a proof.
        """
        place = (*key(u), *key(gain), *key(rest), ctx.prec)
        if place not in self._roots:
            self._roots[place] = self._root(u, gain, rest)
        return self._roots[place]

    @cached_property
    def _roots(self) -> dict[object, arb]:
        return {}

    def _root(self, u: arb, gain: arb, rest: arb) -> arb:
        row, slope = _ROW(), _ROW_SLOPE()
        others = (u, gain, rest, self.setting.linear_target())
        pole = 1 / (u.sqrt() * rest * abs(others[3]))
        start = self._near([float(v.mid()) for v in others], min(1.0, float(pole.mid())))
        root = arb(start)
        for _ in range(ctx.prec.bit_length()):
            value, by_beta = row(root, *others)[0], slope(root, *others)[0]
            step = arb((value / by_beta).mid())
            root = arb((root - step).mid())
            if abs(step) < root * arb(2) ** (-ctx.prec // 2 - 4):  # its square is what is left
                break
        for spare in (8, 16, 32, 48):
            edge = root * arb(2) ** (spare - ctx.prec)
            if row(root - edge, *others)[0] < 0 < row(root + edge, *others)[0] and (
                root + edge < pole
            ):
                return arb(root, edge)
        raise Undecided(f"the zero branch has no proved root near beta = {start:.8g}")

    def _near(self, others: Sequence[float], top: float) -> float:
        """The root in doubles: Newton's steps from the last one, or from one that is bisected."""
        row, slope = _FLOAT_ROW(), _FLOAT_SLOPE()

        def improved(start: float) -> float:
            for _ in range(_STEPS):
                start -= float(row(start, *others)[0] / slope(start, *others)[0])
            return start

        root = improved(self._last.pop()) if self._last else 0.0
        if not (0 < root < top and abs(row(root, *others)[0]) < _SMALL):
            low, high = 0.0, top
            for _ in range(_BISECTIONS):
                middle = (low + high) / 2
                low, high = (low, middle) if row(middle, *others)[0] > 0 else (middle, high)
            root = min(max(improved((low + high) / 2), low), high)
        self._last.append(root)
        return root

    @cached_property
    def _last(self) -> list[float]:
        return []
