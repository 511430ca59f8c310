"""A block as the mode of a cyclic group, whose solvers certify it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from binodal.derive.groups.block import Block
from binodal.errors import RequestError, said
from binodal.models.group.parameters import ORDER
from binodal.models.group.setting import Setting
from binodal.numerics.codegen.forms import Forms, exact

_FORMS = Forms("binodal.models.group.forms.blocks")
_equivalent = _FORMS.data("equivalent", exact)
_ratio = _FORMS.data("action_ratio", exact)


@dataclass(frozen=True)
class CyclicTwin:
    """The cyclic problem with the coupling and lambda of a block.

    Under ``schatten`` that is one singular value, and the twin has the block's own parameters;
    under ``frobenius`` it is the block at its lowest rank, which is 2 for a quaternionic irrep.
    """

    setting: Setting
    block: Block

    @property
    def least_rank(self) -> int:
        """Rank of the first minimum: quaternionic singular values come in pairs."""
        return 2 if self.block.kind == "quaternionic" else 1

    @property
    def scales(self) -> Mapping[str, Fraction]:
        """What multiplies the parameters."""
        if self.setting.decay == "schatten":
            return {}
        return _equivalent(self.block.dimension, self.least_rank)

    def parameters(self, own: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """The twin's, exactly."""
        return self.scaled(own, Fraction)

    def scaled(self, own: Mapping[str, Any], number: Callable[[Fraction], Any]) -> dict[str, Any]:
        """The same of balls or of arrays; ``number`` makes one of an exact value."""
        factors = {name: number(scale) for name, scale in self.scales.items()}
        whole = {**own, ORDER: number(self.setting.size)}
        return {n: v * factors[n] if n in factors else v for n, v in whole.items()}

    @property
    def action_ratio(self) -> Fraction:
        """S/|G| of the block over the twin's S/P, for one singular value (``schatten``) or all."""
        return _ratio(self.block.dimension, len(self.block.members))["ratio"]

    @property
    def first_depth(self) -> Fraction:
        """S/|G| of the block in its first minimum over the twin's S/P there."""
        return self.action_ratio * (self.least_rank if self.setting.decay == "schatten" else 1)

    @property
    def felt_rank(self) -> int:
        """The coupling u of the block over the twin's."""
        return 1 if self.setting.decay == "schatten" else self.least_rank


def twins(setting: Setting) -> list[tuple[CyclicTwin, list[str]]]:
    """Each different twin once, with the names of the blocks that have it."""
    twins: dict[tuple[tuple[str, Fraction], ...], tuple[CyclicTwin, list[str]]] = {}
    for block in setting.blocks:
        twin = CyclicTwin(setting, block)
        twins.setdefault(tuple(twin.scales.items()), (twin, []))[1].append(block.name)
    return list(twins.values())


def common_twin(setting: Setting) -> CyclicTwin:
    """The twin of all blocks that are asked for, as the limit has it.

    Raises RequestError where they differ: a map or a sweep shows one closure.
    """
    (first, _), *others = twins(setting)
    if others:
        raise _differ(setting, [names for _, names in twins(setting)])
    return first


def shown(setting: Setting) -> tuple[str, ...]:
    """Whose action is shown, where irreps of one closure differ in its unit."""
    depths = {block.name: CyclicTwin(setting, block).first_depth for block in setting.blocks}
    classes = [names for _, names in twins(setting) if len({depths[n] for n in names}) > 1]
    if not classes:
        return ()
    firsts = ", ".join(names[0] for names in classes)
    return (f"where one action is shown it is that of irrep {firsts}",)


def common_mode(setting: Setting) -> CyclicTwin:
    """The complex mode of a cyclic group that all blocks are at the group's own size.

    Raises RequestError where they differ, and for a block of another kind.
    """
    block = common_block(setting)
    if not is_mode(block):
        raise RequestError(
            f"irrep {block.name} of {setting.group.name}: at finite |G| this is done for complex "
            f"irreps of dimension 1; this one is {block.kind}, of dimension {block.dimension}"
        )
    return CyclicTwin(setting, block)


def is_mode(block: Block) -> bool:
    """Whether the law of a block at finite size is that of a complex mode of a cyclic group."""
    return (block.kind, block.dimension) == ("complex", 1)


def kinds(setting: Setting) -> list[list[Block]]:
    """The blocks that are asked for, those of one type and dimension together."""
    kinds: dict[tuple[str, int], list[Block]] = {}
    for block in setting.blocks:
        kinds.setdefault((block.kind, block.dimension), []).append(block)
    return list(kinds.values())


def common_block(setting: Setting) -> Block:
    """A block like all that are asked for, at any size. Raises RequestError where they differ."""
    first, *others = kinds(setting)
    if others:
        raise _differ(setting, [[block.name for block in alike] for alike in (first, *others)])
    return first[0]


def some(names: Sequence[str]) -> str:
    """Names in words, not more than four."""
    return ",".join(names[:4]) + (",..." if len(names) > 4 else "")


def _differ(setting: Setting, classes: list[list[str]]) -> RequestError:
    kinds = "; ".join(some(names) for names in classes)
    return RequestError(
        f"irreps of {setting.group.name} have different closures ({kinds}): choose one by "
        f"{said('--irrep', 'irrep')}"
    )
