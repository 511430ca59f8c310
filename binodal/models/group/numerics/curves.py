"""Learning curves of a group as |G| -> infinity: loss by block, evidence and responses in balls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.cyclic import CyclicTwin
from binodal.models.group.numerics.results import Saddle
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics.results import Solution
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms, exact
from binodal.numerics.results import Curves, Transition

_FORMS = Forms("binodal.models.group.forms.curves")
_CURVES, _SHARE = _FORMS.balls("block_curves"), _FORMS.data("evidence_share", exact)
Solved = tuple[Block, Solution, Sequence[Saddle]]
"""A block, its cyclic twin's solution and its own saddles."""


def group_curves(
    setting: Setting, solved: Sequence[Solved], parameters: Mapping[str, Fraction]
) -> Curves:
    """Of all blocks together; those that hold everything at a ring have its depth as log z."""
    size, numbers = ball(setting.size), (ball(parameters["N"]), ball(parameters["sigma2"]))
    losses, responses, whole, evidence = dict[str, arb](), dict[str, arb](), arb(0), arb(0)
    for block, twin, saddles in solved:
        assert twin.closure is not None and twin.curves is not None
        log_z = sum((-size * s.action for s in saddles if s.rank and s.mass == 1), arb(0))
        function = _CURVES(block.dimension, len(block.members))
        loss, target, own = function(size, twin.closure.a, log_z, *numbers)
        losses[block.name], responses[block.name] = loss, twin.curves.responses["a"]
        whole, evidence = whole + target, evidence + own
    return Curves(losses, whole, evidence, responses)


def group_transition(twin: CyclicTwin, blocks: Sequence[Block], passed: Transition) -> Transition:
    """What the evidence of these blocks does where their twin's passes a coexistence.

    Their parts add up; the latent heat is that of the first of them.
    """
    setting, first = twin.setting, CyclicTwin(twin.setting, blocks[0])
    shares = (_SHARE(b.dimension, len(b.members), setting.size)["share"] for b in blocks)
    whole = ball(sum(shares, Fraction(0)) * twin.scales.get("N", 1))
    return Transition(
        whole * passed.log_evidence,
        whole * passed.slope,
        ball(first.first_depth) * passed.latent_heat,
        whole * passed.curvature_jump,
    )
