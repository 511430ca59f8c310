"""The zero branch of neurons with random biases along a parameter, its row and the row's slopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from flint import arb, ctx

from binodal.models.single_index.numerics.biased.prior_law import PriorLaw, exactly
from binodal.models.single_index.numerics.biased.setting import BiasedSetting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, excludes_zero, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

_FORMS = Forms("binodal.models.single_index.forms.biased_branch")
_SCALED, _PRIOR = _FORMS.balls("scaled_branch"), _FORMS.balls("prior_branch")
_BITS, _EDGES = 64, tuple(2.0**-k for k in (16, 12, 9))


@dataclass(frozen=True)
class _Biased(State):
    """``held`` are the residual's acting modes where neurons at a feature hold it."""

    setting: BiasedSetting
    held: tuple[arb, ...] = ()

    def amplitudes(self, x: arb) -> list[arb]:
        """t_k of the acting modes."""
        return list(self.held) or super().amplitudes(x)

    def tilt(self, beta: arb, x: arb) -> list[arb]:
        """Of biases of N(0, V) that the zero state holds: their weight and its slope in x, V, and
        the slopes of the zero branch's row in beta and in x. Of others nothing."""
        return []

    def pull(self, x: arb) -> tuple[arb, list[arb]]:
        """A coupling and modes with the interaction's strength."""
        return (self.couplings(x)[0], list(self.held)) if self.held else super().pull(x)


@dataclass(frozen=True)
class ScaledState(_Biased):
    """Biases of N(0, V/d): the zero state has none, and the branch of neurons without a bias."""

    @cached_property
    def learns_linear_mode(self) -> bool:
        """Whether the zero state moves the linear mode.

        Raises :class:`Undecided` where c_0 or c_1 vanishes by chance, and where the mean of the
        teacher stays in the residual: then the biases fluctuate with the cosines.
        """
        rest, facts = self.rest(arb(0)), self.setting.biased.facts
        vanishing = [facts.vanishes(k) for k in (0, 1)]
        for k in (0, 1):
            if not vanishing[k] and not excludes_zero(rest[k]):
                raise Undecided(
                    f"c_{k}(sigma_w) = {rest[k].str(5)} is not proved to differ from zero: the "
                    "order of the zero state's fluctuations is not known"
                )
        if vanishing[0] and 0 in self.setting.teacher:
            raise Undecided(
                "an odd activation with biases of N(0, V/d) learns the teacher's mean as slowly as "
                "its linear part: leave mode 0 out of the teacher"
            )
        return 1 in self.setting.teacher and not vanishing[1]

    def branch(self, beta: arb, x: arb) -> tuple[arb, ...]:
        """The zero branch's row, and its slopes in beta and in x."""
        rest = self.rest(x)
        u, gain, _ = self.couplings(x)
        powers = map(arb, self.powers)
        return _SCALED()(beta, u, gain, *powers, self.setting.linear_target(), rest[1], rest[3])


@dataclass(frozen=True)
class PriorState(_Biased):
    """Biases of N(0, V): the zero state holds all of them, tilted by the cosine's fluctuations."""

    _edges: dict[tuple[object, ...], arb] = field(default_factory=dict)

    @cached_property
    def law(self) -> PriorLaw:
        """The tilted law of the biases."""
        return PriorLaw(self.setting, self.powers)

    @cached_property
    def learns_linear_mode(self) -> bool:
        """Some bias has an overlap with the linear mode, and another with the mean."""
        return 1 in self.setting.teacher and not self.setting.absent(1)

    def branch(self, beta: arb, x: arb) -> tuple[arb, ...]:
        """The zero branch's row, and its slopes in beta and in x."""
        return self._branch(beta, x, self._integrals(beta, x))

    def tilt(self, beta: arb, x: arb) -> list[arb]:
        """The numbers of the tilted law where a linear mode tilts it."""
        if not self.learns_linear_mode:
            return []
        integrals = self._integrals(beta, x)
        _, *slopes = self._branch(beta, x, integrals)
        return [integrals[0], integrals[4], ball(self.setting.variance), *slopes]

    def _integrals(self, beta: arb, x: arb) -> list[arb]:
        u, _, norm = self.couplings(x)
        return self.law.integrals(beta, u, norm)

    def _branch(self, beta: arb, x: arb, integrals: Sequence[arb]) -> tuple[arb, ...]:
        return _PRIOR()(beta, self.couplings(x)[1], arb(self.powers[1]), *integrals)

    def _at(self, x: arb) -> arb:
        return self._exact(x) if self.learns_linear_mode else arb(1)

    def _between(self, low: arb, high: arb) -> arb:
        """The row grows with t_1/y_1, u and G. Raises :class:`Undecided` without a proof."""
        if not self.learns_linear_mode or low == high:
            return self._at(low)
        norm = self.couplings(low.union(high))[2]
        one, other = self.couplings(low), self.couplings(high)
        u_low, u_high = one[0].min(other[0]), one[0].max(other[0])
        gain_low, gain_high = one[1].min(other[1]), one[1].max(other[1])
        lower = self._edge(u_high, gain_high, norm, -1)
        return lower.union(self._edge(u_low, gain_low, norm, 1))

    def _exact(self, x: arb) -> arb:
        """The root at today's precision: Newton's method, and signs on both sides of it."""
        key = (*exactly(x), ctx.prec)
        if key not in self._edges:
            u, gain, norm = self.couplings(x)
            start = self.law.root(float(u.mid()), float(gain.mid()), float(norm.mid()))
            if not self.branch(arb(start), x)[0].is_finite():
                raise self._without_integrals(start)
            root = arb(start)
            for _ in range(ctx.prec.bit_length()):
                row, by_beta, _ = self.branch(root, x)
                root = arb((root - row / by_beta).mid())
            for spare in (12, 20, 32, 40):
                edge = root * arb(2) ** (spare - ctx.prec)
                if self.branch(root - edge, x)[0] < 0 < self.branch(root + edge, x)[0]:
                    self._edges[key] = arb(root, edge)
                    break
            else:
                raise Undecided(f"the zero branch has no proved root near beta = {start:.8g}")
        return self._edges[key]

    def _without_integrals(self, beta: float) -> Undecided:
        spread = ball(self.setting.variance).sqrt().str(5, radius=False)
        return Undecided(
            f"the zero branch near beta = {beta:.8g}: the integrals over biases of standard "
            f"deviation {spread} have no proved value, where overlaps change on a far smaller "
            "scale or the fluctuations of the cosine have no bound"
        )

    def _edge(self, u: arb, gain: arb, norm: arb, way: int) -> arb:
        """A number proved to be below (-1) or above (1) the root, and close to it."""
        key = (*map(exactly, (u, gain, norm)), way)
        if key not in self._edges:
            with precision(_BITS):
                self._edges[key] = self._proved(u, gain, norm, way)
        return self._edges[key]

    def _proved(self, u: arb, gain: arb, norm: arb, way: int) -> arb:
        root = self.law.root(float(u.mid()), float(gain.mid()), float(norm.mid()))
        for edge in _EDGES:
            beta = arb(root * (1 + way * edge))
            weight, pull = self.law.integrals(beta, u, norm, 2, arb(edge) / 64)
            (row, *_) = _PRIOR()(beta, gain, arb(0), weight, pull, *[arb(0)] * 4)
            if row * way > 0:
                return beta
        raise Undecided(f"the zero branch has no proved root near beta = {root:.8g}")


BiasedState = ScaledState | PriorState


def state_of(
    setting: BiasedSetting, parameters: Mapping[str, Fraction], along: str = "sigma2"
) -> BiasedState:
    """The state of the biases' prior."""
    scaled = setting.kind == "scaled"
    return (ScaledState if scaled else PriorState)(setting, parameters, along)
