"""The law of the outputs on a pair that is not seen, by the residuals on either kind of pairs.

A pair more has the likelihood exp(-|y - f|^2/2 sigma^2). Where the outputs f on it, not seen, are
Gaussian of variance V round their mean, the residual falls by sigma^2/(sigma^2 + V) once it is
seen: so the two residuals tell V, whatever the law of the neurons is.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import P, a, sigma2
from binodal.models.modular.derivations.subsets import F

OTHERS = sp.Symbol("a_others", positive=True)
"""What is left of the target on pairs that are not seen, a of those that are."""
_SQUARE = (1 - 1 / P) / P
"""The mean of y^2 over outputs."""
_SIZE, _DRAWS = 120, 20


def variance() -> sp.Expr:
    """Of an output on a pair that is not seen, over the posterior."""
    return sp.factor(sigma2 * (OTHERS / a - 1))


def train_loss() -> sp.Expr:
    """The mean of (y - f)^2 over outputs and pairs that are seen."""
    return a**2 * _SQUARE + sp.cancel(variance() * a / OTHERS)


def test_loss() -> sp.Expr:
    """The same of the others, without scatter."""
    return OTHERS**2 * _SQUARE + variance()


def most_scatter() -> sp.Expr:
    """The most by which mean outputs on the others vary from pair to pair: their variance.

    In an effective medium of noise s = (sigma^2 + (1 - F) V)/F it is a_others^2 <y^2> g/(1 - g),
    g = (1 - F)/F dV/ds, and dV/ds is at most V/s: V is concave in the noise, and not below 0.
    """
    medium, spread = sp.symbols("s V", positive=True)
    share = (1 - F) / F * spread / medium
    most = (share / (1 - share)).subs(medium, (sigma2 + (1 - F) * spread) / F)
    return sp.factor(OTHERS**2 * _SQUARE * sp.simplify(most.subs(spread, variance())))


def outputs() -> dict[str, sp.Expr]:
    """All by name."""
    return {
        "output_variance": variance(),
        "train_loss": train_loss(),
        "test_loss": test_loss(),
        "most_scatter": most_scatter(),
    }


def _left_out(claim: sp.Basic) -> Cases:
    """Regression with a kernel of rationals: a datum seen, and left out."""
    factor = sp.Matrix(4, 5, lambda i, j: sp.Rational((3 * i + 2 * j * j + i * j) % 7 - 3, 2 + j))
    kernel, noise, target = factor * factor.T, sp.Rational(2, 3), sp.Matrix([1, -2, 3, 5])
    precision = (kernel + noise * sp.eye(4)).inv()
    unseen, rest = 1, [0, 2, 3]
    seen = noise * (precision * target)[unseen]
    weights = (
        kernel.extract([unseen], rest) * (kernel.extract(rest, rest) + noise * sp.eye(3)).inv()
    )
    others = target[unseen] - (weights * target.extract(rest, [0]))[0]
    spread = kernel[unseen, unseen] - (weights * kernel.extract(rest, [unseen]))[0]
    left = noise - noise**2 * precision[unseen, unseen]
    values = {sigma2: noise, a: seen / target[unseen], OTHERS: others / target[unseen]}
    outputs = {"variance": spread, "train_loss": seen**2 + left, "test_loss": others**2 + spread}
    square = sp.Symbol("square")
    for name, expression in zip(outputs, claim, strict=True):
        here = expression.subs(_SQUARE, square).subs({**values, square: target[unseen] ** 2})
        yield name, here, outputs[name]


def _medium(claim: sp.Expr) -> Claims:
    """Regression with kernels of random directions on shares of the data, <y^2> = 1/4."""
    noise, rng, levels = 0.3, np.random.default_rng(0), 3 * np.exp(-np.arange(_SIZE) / 20)
    for share in (0.5, 0.7):
        seen, rows = round(share * _SIZE), []
        for _ in range(_DRAWS):
            turns = np.linalg.qr(rng.standard_normal((_SIZE, _SIZE)))[0]
            kernel, y = (turns * levels) @ turns.T, turns[:, 8] * _SIZE**0.5 / 2
            pull = np.linalg.solve(kernel[:seen, :seen] + noise * np.eye(seen), y[:seen])
            rows.append((y, np.append(noise * pull, y[seen:] - kernel[seen:, :seen] @ pull)))
        y, left = (np.array(part) for part in zip(*rows, strict=True))
        own, others = (
            float((left * y)[:, some].sum() / np.square(y[:, some]).sum())
            for some in (slice(seen), slice(seen, None))
        )
        scatter = float(np.square(left - others * y)[:, seen:].mean())
        most = float(claim.subs({sigma2: noise, a: own, OTHERS: others, F: share, P: 2}))
        yield share, scatter < most < 6 * scatter


def output_steps() -> tuple[Step, ...]:
    """The law of outputs, and how much it may differ between pairs."""
    told = outputs()
    return (
        Step(
            "outputs on pairs that are not seen",
            "a pair more multiplies the law of its outputs by exp(-|y - f|^2/2 sigma^2): Gaussian "
            "outputs of variance V leave sigma^2/(sigma^2 + V) of the residual and of V",
            sp.Symbol("V"),
            sp.Tuple(*(told[name] for name in ("output_variance", "train_loss", "test_loss"))),
            equal_on(_left_out, "regression with a rational kernel, a datum left out"),
        ),
        Step(
            "scatter between pairs that are not seen",
            "the other pairs that are missing move the mean output: in an effective medium by "
            "(1-F)/F dV/ds, and V is concave in the noise",
            sp.Symbol("V"),
            told["most_scatter"],
            all_hold(_medium, "regression with kernels of random directions, on shares of data"),
            (Assumption.QUENCHED,),
        ),
    )
