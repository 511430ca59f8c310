"""Which arrays of a file are the two layers: by name if told, else by the only shapes that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import torch
from torch import Tensor

from binodal.validate.errors import DataError
from binodal.validate.measures.inputs import Array

ROLES, BIAS = ("first", "readout"), "bias"
Sizes = Callable[[int, int, int], "Mapping[str, int] | None"]


@dataclass(frozen=True, eq=False)
class Layers:
    """``first`` (N, D), ``readout`` (N, O), the sizes that they tell, and how they were read.

    ``bias`` (N,) where a model's neurons have some, zero for a file without.
    """

    first: Array
    readout: Array
    sizes: Mapping[str, int]
    notes: tuple[str, ...]
    bias: Array | None = None


@dataclass(frozen=True, eq=False)
class _Reading:
    names: tuple[str, str]
    arrays: tuple[Array, Array]
    sizes: Mapping[str, int]
    turned: tuple[bool, bool]
    """Whether each is stored as inputs by outputs; torch.nn.Linear stores outputs by inputs."""
    flat: bool
    """Whether the readout is a vector, which is stored in no way."""

    @property
    def rank(self) -> tuple[bool, tuple[bool, bool]]:
        """Of several readings the least is taken: both matrices one way, and that of torch."""
        first, second = self.turned
        return not self.flat and first != second, self.turned


def layers_of(
    stored: Mapping[str, Tensor],
    roles: Mapping[str, str],
    sizes: Sizes,
    given: Mapping[str, int],
    model: str,
    biased: bool = False,
    shapes: str = "",
) -> Layers:
    """The layers of a network of two, f = sum_i a_i phi(w_i.x), or phi(w_i.x + b_i) of a
    ``biased`` model.

    ``roles`` names arrays; ``given`` are parameters that are known, and ``shapes`` what both arrays
    have in the model, in words. Matrices may be stored either way round; what is square is read
    like the other, or as torch stores it. Raises DataError for arrays that fit in no way or in
    several, for biases that the model does not have and for numbers that are not finite.
    """
    known = (*ROLES, BIAS) if biased else ROLES
    for role, name in roles.items():
        if role not in known:
            raise DataError(f"role {role!r}: choose {', '.join(known)}")
        if name not in stored:
            raise DataError(f"{role}={name}: the file has {_listed(stored)}")
    own, told = _bias(stored, roles, biased), roles.values()
    layers = {k: of for k, of in stored.items() if k in told or not _is_bias(k, of)}
    matrices = {k: of for k, of in layers.items() if k != own and _matrix(k, of) is not None}
    wanted = {role: name for role, name in roles.items() if role != BIAS}
    named = wanted or {role: role for role in ROLES if set(ROLES) <= matrices.keys()}
    fitting = [r for r in _readings(matrices, named, sizes) if _agrees(r.sizes, given)]
    known_as = f"{model} with {_sizes(given)}" if given else model
    if not fitting:
        wrong = f"; {model} has first and readout {shapes}" if shapes else ""
        raise DataError(
            f"{_pair(wanted, stored)} are the layers of a network of {known_as}{wrong}; the file "
            f"has {_listed(layers)}"
        )
    reading = _only(fitting, matrices, known_as)
    read = dict(zip(reading.names, reading.arrays, strict=True))
    bias = np.zeros(len(reading.arrays[0])) if biased else None
    if own:
        bias = read[own] = stored[own].to(torch.float64).numpy()
        if bias.shape != (len(reading.arrays[0]),):
            raise DataError(f"{own} {bias.shape}: {BIAS} has a number for every neuron")
    rest = {name: of for name, of in stored.items() if name not in read}
    notes = [_words(reading)]
    if len(fitting) > 1:
        notes.append("of a square matrix the shape does not tell which way round it is stored")
    notes += [f"{BIAS} = {own}" if own else f"no {BIAS}: taken as zero"] if biased else []
    notes += _of_the_rest(rest, reading, bool(roles), model)
    for name, array in read.items():
        if not np.isfinite(array).all():
            raise DataError(f"{name}: {int((~np.isfinite(array)).sum())} entries are not finite")
    return Layers(*reading.arrays, reading.sizes, tuple(notes), bias)


def _is_bias(name: str, of: Tensor) -> bool:
    return name.endswith(BIAS) and of.dim() == 1


def _bias(stored: Mapping[str, Tensor], roles: Mapping[str, str], biased: bool) -> str:
    """The name of what holds a bias of every neuron: as told, or the only one of that ending."""
    named = [name for name, of in stored.items() if _is_bias(name, of)]
    several = [name for name in named if stored[name].numel() > 1] or named
    names = [roles[BIAS]] if BIAS in roles else several if biased else []
    if len(names) > 1:
        raise DataError(f"several arrays could be the {BIAS}: say {BIAS}=NAME, of {names}")
    return names[0] if names else ""


def _matrix(name: str, of: Tensor) -> Array | None:
    """A real matrix; a vector is a column, and what has more axes keeps its first."""
    if of.is_complex() or of.dtype == torch.bool or not of.numel() or not of.dim():
        return None
    return np.asarray(of.to(torch.float64).reshape(len(of), -1).numpy())


def _readings(
    stored: Mapping[str, Tensor], roles: Mapping[str, str], sizes: Sizes
) -> Iterator[_Reading]:
    arrays = {name: _matrix(name, of) for name, of in stored.items()}
    for names in permutations(arrays, 2):
        if any(roles.get(role, name) != name for role, name in zip(ROLES, names, strict=True)):
            continue
        first, second = (arrays[name] for name in names)
        assert first is not None and second is not None
        for turned in ((False, False), (False, True), (True, False), (True, True)):
            w = first.T if turned[0] else first
            a = second if turned[1] else second.T
            told = sizes(len(w), w.shape[1], a.shape[1]) if len(w) == len(a) else None
            if told is not None:
                flat = stored[names[1]].dim() == 1
                yield _Reading((names[0], names[1]), (w, a), told, turned, flat)


def _agrees(told: Mapping[str, int], given: Mapping[str, int]) -> bool:
    return all(given.get(name, size) == size for name, size in told.items())


def _sizes(given: Mapping[str, int]) -> str:
    return ", ".join(f"{name}={size}" for name, size in given.items())


def _pair(wanted: Mapping[str, str], stored: Mapping[str, Tensor]) -> str:
    """The two arrays that were named, or none."""
    if set(ROLES) > wanted.keys():
        return "no two arrays"
    named = (f"{role}={name} {tuple(stored[name].shape)}" for role, name in wanted.items())
    return f"{' and '.join(named)} do not fit: no two arrays of these names"


def _only(fitting: list[_Reading], stored: Mapping[str, Tensor], known_as: str) -> _Reading:
    """The one reading that is possible, or of one pair of arrays the likeliest."""
    if len({reading.names for reading in fitting}) > 1:
        raise DataError(
            f"several arrays could be the layers of a network of {known_as}: say which with "
            f"{' '.join(f'{role}=NAME' for role in ROLES)}; the file has {_listed(stored)}"
        )
    return min(fitting, key=lambda reading: reading.rank)


def _words(reading: _Reading) -> str:
    stored = (
        f"{role} = {name} as {'inputs x outputs' if turned else 'outputs x inputs'}"
        for role, name, turned in zip(ROLES, reading.names, reading.turned, strict=True)
    )
    told = " ".join(f"{name}={size}" for name, size in reading.sizes.items())
    return f"{', '.join(stored)}; {told}"


def _of_the_rest(
    rest: Mapping[str, Tensor], reading: _Reading, told: bool, model: str
) -> Iterator[str]:
    """What else the file holds: biases of zero, and what a reader was told to leave."""
    for name, of in rest.items():
        zero = not bool(torch.count_nonzero(of))
        if zero:
            yield f"{name} is zero, as it is in {model}"
        elif of.dim() == 1 and len(of) in reading.arrays[1].shape:
            raise DataError(
                f"{name} {tuple(of.shape)} looks like a bias and is not zero: networks of {model} "
                "have none there, so train with bias=False"
            )
        elif of.dim() > 1 and not told:
            raise DataError(
                f"{name} {tuple(of.shape)} is a third matrix, and a network of {model} has two "
                f"layers: if it is none, say {' '.join(f'{role}=NAME' for role in ROLES)}"
            )
        else:
            yield f"{name} {tuple(of.shape)} is left out"


def _listed(stored: Mapping[str, Tensor]) -> str:
    listed = [f"{name} {tuple(of.shape)}{_kind(of)}" for name, of in stored.items()]
    return ", ".join(listed[:_SHOWN]) + (", ..." if len(listed) > _SHOWN else "") or "no arrays"


def _kind(of: Tensor) -> str:
    return " complex" if of.is_complex() else " bool" if of.dtype == torch.bool else ""


_SHOWN = 8
