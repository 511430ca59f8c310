"""What a residual on a subset says of outputs: losses, and the accuracy on the other pairs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from flint import arb

from binodal.models.modular.numerics.right_output import right_is_largest
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms

_outputs = Forms("binodal.models.modular.forms.subsets").balls("outputs")


class Outputs(NamedTuple):
    """Losses on the pairs seen and on the others, and the accuracy there.

    Balls reach from equal means on all pairs of a kind to the most that they scatter.
    """

    train_loss: arb
    test_loss: arb
    test_accuracy: arb


def outputs(left: arb, others: arb, parameters: Mapping[str, Fraction]) -> Outputs:
    """Those of a on the pairs seen and a on the others, at sigma^2, P and the share."""
    order, noise = ball(parameters["P"]), ball(parameters["sigma2"])
    told = _outputs()(left, others, noise, order, ball(parameters[SHARE]))
    variance, train, test, scatter = told
    once = train + scatter * (left / others) ** 2
    low, high = (
        right_is_largest([(1 - others, order - 1)], v) for v in (variance, variance + scatter)
    )
    return Outputs(train.union(once), test.union(test + scatter), low.union(high))
