"""The order of the transition as it is read off simulations: Binder cumulants at several |G|."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
from flint import arb

from binodal.derive.groups.block import Block
from binodal.derive.groups.names import from_text
from binodal.models.group.numerics.block_law import law_of
from binodal.models.group.numerics.determinant_law import DeterminantLaw
from binodal.models.group.numerics.order import Order
from binodal.models.group.parameters import EVERY, ORDER
from binodal.models.group.setting import blocks_of
from binodal.models.modular.numerics.functions import event_values
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.page import blocks as page
from binodal.page.style import COLOURS, DASHES, MARKS, figure

GAMMA = Fraction(1, 5)
FAMILIES = {
    "complex, of dimension one": ("Z5", "Z11", "Z23", "Z47"),
    "real, of dimension two": ("D3", "D5", "D11"),
}
"""Groups by the type of their last irrep."""

_dip = Forms("binodal.models.group.forms.law").balls("binder_dip")
_BITS, _POINTS, _CLOSER, _ROUNDS, _REACH = 64, 17, 7, 2, 0.2


def cumulant(block: Block, order: int) -> Callable[[float], float]:
    """u -> the cumulant of |W V| over neurons, by the exact law of the block, to a line's width."""
    unread = dict.fromkeys(("N", "sigma2", "sigma_a2"), Fraction(1))
    law = law_of(block, "schatten", {**unread, ORDER: Fraction(order), "gamma": GAMMA})

    def at(u: float) -> float:
        with precision(_BITS):
            if isinstance(law, DeterminantLaw):
                return float(law.order(arb(u)).binder.mid())
            rough = law.rough(u)
            return float(Order(arb(rough.mean), arb(rough.square)).binder)

    return at


def course(noise_at: Callable[[float], float], critical: float) -> tuple[list[float], list[float]]:
    """sigma^2 + lambda over that of coexistence at ``critical`` u, and the cumulant there.

    A dip is the narrower the larger the group: points are drawn together around the lowest.
    """
    known: dict[float, float] = {}
    low, high, count = 1 - _REACH, 1 + _REACH, _POINTS
    for _ in range(1 + _ROUNDS):
        known |= {
            p: noise_at(critical / p**2) for p in np.linspace(low, high, count) if p not in known
        }
        places = sorted(known)
        lowest = min(range(1, len(places) - 1), key=lambda k: known[places[k]])
        low, high, count = places[lowest - 1], places[lowest + 1], _CLOSER
    return places, [known[place] for place in places]


def dip_of(block: Block, order: int, x: float) -> float:
    """The lowest cumulant with a ring at x, as derived for large |G|."""
    return float(_dip(block.dimension)(arb(order), arb(x))[0])


def picture(quick: bool) -> page.Block:
    """The figure as a block of the chapter."""
    return page.Figure(
        "group-binder",
        partial(draw, quick),
        r"The Binder cumulant $1 - \langle |WV|^4 \rangle/3\langle |WV|^2 \rangle^2$ over neurons "
        r"against $\sigma^2 + \lambda$, by the exact law of one irrep at the group's size, at "
        r"$\gamma = 1/5$ (only $|G|/\sqrt{\gamma}$ matters). It is two thirds where all neurons "
        "have learned the irrep; where learned and unlearned neurons coexist it falls as "
        r"$-|G|^2$ (marks, derived): the transition is of first order. At a continuous one the "
        "lines of all sizes would stay of order one and cross.",
        "Lines for four sizes of cyclic and of dihedral groups: each falls to a minimum near "
        "coexistence, the deeper and narrower the larger the group.",
    )


def draw(quick: bool, path: Path) -> None:
    """A panel a kind of irreps, a line a group."""
    with precision(_BITS):
        u, x, *_ = event_values("coexistence", "derived")(*(arb(1) for _ in range(4)), ball(GAMMA))
    with figure(path, 1, 2, (8.4, 3.6), sharey=True) as (_, panels):
        for panel, (kind, names) in zip(panels, FAMILIES.items(), strict=True):
            for k, name in enumerate(names[: 1 if quick else None]):
                block, order = blocks_of(name, EVERY)[-1], from_text(name).order
                style = {"color": COLOURS[k], "linestyle": DASHES[k % len(DASHES)]}
                panel.plot(*course(cumulant(block, order), float(u)), label=name, **style)
                panel.plot(
                    1,
                    dip_of(block, order, float(x)),
                    marker=MARKS[k],
                    color=COLOURS[k],
                    fillstyle="none",
                )
            panel.set_yscale("symlog", linthresh=1)
            panel.set(title=kind, xlabel=r"$(\sigma^2+\lambda)$ over that of coexistence")
            panel.legend(loc="lower right")
        panels[0].set_ylabel("Binder cumulant of $|WV|$")
