"""Time: by decay of the norm, over a barrier, and which of both; networks judge each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import log

import numpy as np

from binodal.models.diagonal_linear.network.descent import train
from binodal.models.diagonal_linear.network.noisy import arrivals
from binodal.models.diagonal_linear.numerics.predictors import early, late
from binodal.models.diagonal_linear.numerics.regimes import Regimes
from binodal.models.diagonal_linear.parameters import NAME
from binodal.models.diagonal_linear.report import regimes
from binodal.models.diagonal_linear.setting import setting_of
from binodal.page import blocks as page
from binodal.page.section import Document, Request, Section, all_decided

SAMPLES, COMPONENT = "1, 1/2, 1/4: 1 | 0, 1, 1: 2", 3
POWERS = (2, 3)
TRAINED = tuple(product(("3/2", "3"), ("1/20", "1/40")))
REPLICAS = 4
_HEADER = ["theory", *(f"$L = {power}$" for power in POWERS)]


@dataclass(frozen=True)
class Timed:
    """A start and a decay with the time of gradient flow and the time A* gives without the lag."""

    alpha: Fraction
    decay: Fraction
    time: float
    scale: float

    @property
    def leading(self) -> float:
        """log(alpha/A*)/lambda."""
        return log(float(self.alpha) / self.scale) / float(self.decay)


def chapter(request: Request) -> Section:
    """Both mechanisms with their networks, and the regimes in which each acts."""
    by_decay, diagram = decay(request), regimes.write(request)
    request.say("  escapes")
    escapes = over_barriers(2 if request.quick else 3)
    parts: list[page.Block] = [
        page.Paragraph(_TWO),
        page.Part("By decay of the norm", by_decay.blocks),
        page.Part("Over a barrier", [page.Paragraph(_BARRIER), escapes]),
        page.Part("Which one, and where", [page.Paragraph(_WHICH), *diagram.blocks]),
        page.Part("The law of all neurons", [page.Paragraph(_LAW)]),
    ]
    data = {**by_decay.data, **diagram.data, "escapes": escapes.rows}
    return Section(parts, data=data, decided=by_decay.decided)


_TWO = (
    "Equilibrium says what a network ends with, and nothing of when. Two mechanisms make it late: "
    "neurons that have to cross a barrier by noise, in a time that is exponential in the barrier "
    "over the temperature, and a norm that has to decay first, in a time that is a logarithm of "
    "the start over the decay, with no noise at all."
)
_BARRIER = (
    r"Above $L = 2$ decay holds zero: a unit $u$ has the energy $-G u^L + K u^{2L}/2 + "
    r"\lambda u^2/2$ with $G = \sum x y$ and $K = \sum x^2$, and a start below its saddle never "
    "learns without noise. Networks with noise cross in a time that the backward Kolmogorov "
    "equation gives exactly; Kramers' formula is what remains of it at low temperature. Neurons of "
    "the teacher-student model do the same: see the stored experiment on escape times."
)
_WHICH = (
    r"A start above $A^*$ waits $\log(\alpha/A^*)/\lambda$, one below the saddle the time $\tau$ "
    r"of an escape. They are equal at $\log\alpha = \log A^* + \lambda\tau$: as $\tau$ is at "
    r"least $\pi/\lambda$ times $e^{B/T}$, a barrier of a few temperatures outlasts the decay of "
    "any start that one would choose. Of a series of networks `binodal delay` tells which law its "
    "times obey, with its power."
)
_LAW = (
    "In wide networks all neurons move in one residual, which they change as they cross. "
    "`binodal dynamics` follows that law: its end is the law of equilibrium, which is the only one "
    "at rest, since the free energy is convex in the law. So hysteresis in time is slowness. Where "
    "data are an equivalent kernel, train and test error are one curve, and no order of the two "
    "can be seen. Neurons that have crossed take the force from the others: their barrier rises, "
    "no share of them makes the rest follow, and the delay is that until so many have crossed that "
    "the residual is half way, often one in a thousand (`binodal derive modular delay`). The "
    r"teacher-student model at an eighth of Fig. 2 and $\sigma^2 = 1/10$ has no barrier, and "
    r"nothing waits; at $\sigma^2 = 1/100$ its loss falls at once, stands for three decades of "
    "time, and then gains the same with each further decade. It has no regime diagram: neurons "
    r"start from the prior, so that there is no scale $\alpha$ to vary, and what waits by a "
    "logarithm has no one time."
)
_HELD, _WARM = (0.35, 0.4, 0.45), 5e-4
_MANY, _SHARE, _PATIENCE = 48, 0.2, 30.0


def over_barriers(count: int) -> page.Table:
    """Mean times of networks that start at zero, beside the exact equation and the formula."""
    of = Regimes(regimes.regimes().setting, regimes.DEGREE, _WARM, regimes.UNTIL)
    decays = np.array(_HELD[:count])
    exact = np.array([of.row(float(x)).escape for x in decays], dtype=float)
    rows, targets = (np.array(x, dtype=float) for x in (of.setting.rows, of.setting.bounds))
    starts, each = np.zeros(_MANY * count), np.repeat(decays, _MANY)
    until = _PATIENCE * float(exact.max())
    times = arrivals(rows, targets, of.degree, starts, each, _WARM, until, of.way, _SHARE)
    table = []
    for decay, time, own in zip(decays, exact, times.reshape(count, _MANY), strict=True):
        known = [unit.kramers(float(decay), _WARM) for unit in of.units]
        rate, barrier = min((r for r in known if r is not None), key=lambda r: r[1])
        error = own.std(ddof=1) / _MANY**0.5
        cells = (f"{decay:g}", f"{barrier:.2f}", f"{1 / rate:.0f}", f"{time:.0f}")
        table.append([*cells, f"{own.mean():.0f} ± {error:.0f}"])
    head = [r"$\lambda$", "$B/T$", "Kramers", "exact", f"{_MANY} networks"]
    words = r"Mean time of an escape from zero, $L = 3$, $T = 5 \cdot 10^{-4}$."
    return page.Table(head, table, words)


def decay(request: Request) -> Section:
    """A table of theories that networks judge."""
    near = {power: _times(request, power, TRAINED) for power in POWERS}
    documents = [of for fit in near.values() for of in fit]
    judged = {power: [_timed(of) for of in fit] for power, fit in near.items()}
    request.say("  networks")
    seen = {power: networks(power) for power in POWERS}
    return Section(
        [_words(), page.Table(_HEADER, _rows(judged, seen), CAPTION)],
        data={
            "critical": documents,
            "networks": {str(power): times.tolist() for power, times in seen.items()},
        },
        decided=all_decided(documents),
    )


CAPTION = (
    f"Times of networks over those of a theory, {REPLICAS} networks at each of {len(TRAINED)} "
    r"settings: mean of the ratio, and the standard error of that mean. Only what is right is 1."
)


def _times(request: Request, power: int, grid: Sequence[tuple[str, str]]) -> list[Document]:
    request.say(f"  times of gradient flow, L = {power}")
    settings = {"samples": SAMPLES, "component": COMPONENT, "L": power}
    return [
        request.critical(NAME, "transition", alpha=alpha, **{"lambda": decay}, **settings)
        for alpha, decay in grid
    ]


def _timed(of: Document) -> Timed:
    alpha, decay = (Fraction(of["params"][name]) for name in ("alpha", "lambda"))
    return Timed(alpha, decay, float(of["value"]["value"]), float(of["at"]["A"]["value"]))


def networks(power: int) -> np.ndarray:
    """Times of trained networks, by setting and replica."""
    words = {"samples": SAMPLES, "loss": "squared", "component": str(COMPONENT)}
    setting = setting_of(words)
    rows, targets = np.array(setting.rows, dtype=float), np.array(setting.bounds, dtype=float)
    first, last = (float(of(setting)[setting.component]) for of in (early, late))
    grid = np.repeat(
        np.array([[float(Fraction(x)) for x in place] for place in TRAINED]), REPLICAS, 0
    )
    level, rising = (first + last) / 2, last > first
    times = train(
        rows, targets, power, grid[:, 0], grid[:, 1], setting.component, level, rising, share=0.3
    ).times
    return times.reshape(len(TRAINED), REPLICAS)


def theories(judged: Mapping[int, Sequence[Timed]], power: int) -> dict[str, np.ndarray]:
    """What the right theory and wrong ones say of the settings at which networks are trained."""
    own, (other,) = judged[power], (of for p, of in judged.items() if p != power)
    return {
        "gradient flow": np.array([of.time for of in own]),
        r"no lag: $\log(\alpha/A^*)/\lambda$": np.array([of.leading for of in own]),
        r"no constant: $\log\alpha/\lambda$": np.array(
            [log(of.alpha) / float(of.decay) for of in own]
        ),
        r"the other $L$": np.array([of.time for of in other]),
        r"decay $\lambda(|u|^2 + |v|^2)$": np.array([of.time for of in own]) / 2,
        r"$\log(\alpha/A^*)/(L\lambda)$": np.array([of.leading for of in own]) / power,
    }


def _rows(judged: Mapping[int, Sequence[Timed]], seen: Mapping[int, np.ndarray]) -> list[list[str]]:
    columns = {power: theories(judged, power) for power in POWERS}
    return [
        [name, *(_ratio(seen[power] / columns[power][name][:, None]) for power in POWERS)]
        for name in columns[POWERS[0]]
    ]


def _ratio(ratios: np.ndarray) -> str:
    """Mean and its standard error, from the means of the settings."""
    means = ratios.mean(1)
    return f"{means.mean():.4f} ± {means.std(ddof=1) / len(means) ** 0.5:.4f}"


def _words() -> page.Block:
    return page.Paragraph(
        r"A diagonal linear network $w = u^L - v^L$ that starts at $u = v = \alpha$ stays at the "
        "least-squares interpolator of its samples until weight decay has taken its norm away, and "
        r"then goes over to that of least $\sum_i |w_i|$. The time is $\log(\alpha/A^*)/\lambda$ "
        r"with $A^*$ a certified number of the data and of $L$, and corrections that stay "
        r"finite as $\lambda \to 0$. This is no transition of an equilibrium, and no escape: it "
        r"needs no noise, and its time grows with a logarithm. The third weight of the two samples "
        f"{SAMPLES.replace(' | ', ' and ')} is timed. Networks see one sample a step. Decades of "
        r"$\alpha$ and $\lambda$ are among the stored experiments, as decay times."
    )
