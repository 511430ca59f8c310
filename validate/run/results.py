"""What a run has drawn, as chains, and whether it is at equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.validate.compare.direct import AVERAGED_WORDS, DIRECT_WORDS
from binodal.validate.diagnostics import (
    LEAST_DRAWS,
    Diagnosis,
    Equilibration,
    diagnose,
    effective_draws,
    equilibrated,
)
from binodal.validate.run.sound import draws
from binodal.validate.run.spec import RunSpec
from binodal.validate.run.store import BIAS, RECORDS, read


@dataclass(frozen=True)
class Chains:
    """Draws in the shape of chains.

    ``values`` name -> (chain, draw) or (chain, draw, axis); ``averages`` name -> (chain, block,
    axis), means over the draws of a block; ``axes`` name -> coordinate of the last axis. ``start``
    and ``data_set`` (chain,) say where a chain began and what it saw, ``lost_at`` (chain,) at which
    step of the draws it diverged (-1: it did not). Chains of different data sets have different
    targets.
    """

    values: Mapping[str, NDArray[np.float64]]
    averages: Mapping[str, NDArray[np.float64]]
    axes: Mapping[str, NDArray[np.float64]]
    start: tuple[str, ...]
    data_set: NDArray[np.int64]
    lost_at: NDArray[np.int64]


def chains(folder: Path, spec: RunSpec) -> Chains:
    """All draws of a run, finished or not, with NaN for what is not drawn yet."""
    return _chains(spec, *draws(folder, spec))


def _chains(
    spec: RunSpec, arrays: Mapping[str, NDArray[Any]], dimensions: Mapping[str, tuple[str, ...]]
) -> Chains:
    of: dict[str, dict[str, NDArray[Any]]] = {"draw": {}, "block": {}}
    axes = {}
    for name, array in arrays.items():
        dims = dimensions[name]
        if len(dims) < 3 or dims[2] not in of:
            continue
        of[dims[2]][name] = array.reshape(-1, *array.shape[2:])
        if len(dims) == 4:
            axes[name] = arrays[dims[3]]
    return Chains(
        of["draw"],
        of["block"],
        axes,
        tuple(name for row in spec.started for name in row),
        np.tile(arrays["data_set"], len(spec.started)),
        arrays["lost_at"].reshape(-1).astype(np.int64),
    )


def scalars(drawn: Chains) -> dict[str, NDArray[np.float64]]:
    """Observed numbers (chain, draw)."""
    return {n: a for n, a in drawn.values.items() if a.ndim == 2 and n not in RECORDS}


def diagnosis(folder: Path, spec: RunSpec) -> tuple[dict[str, Diagnosis], Equilibration]:
    """The statistics of every observed number of a run, and the verdict."""
    drawn = chains(folder, spec)
    starts = np.array(drawn.start)
    statistics = {
        name: diagnose(values, drawn.data_set, starts, spec.thin)
        for name, values in scalars(drawn).items()
    }
    lost = int((drawn.lost_at >= 0).sum())
    return statistics, equilibrated(statistics, dict.fromkeys(drawn.start), lost)


def step_bias(folder: Path, spec: RunSpec) -> str:
    """How large the bias of the step is against the statistical error, where it is largest.

    Nothing for an exact sampler; a sentence as well where it was not measured.
    """
    if not spec.uncorrected:
        return ""
    drawn, arrays = scalars(chains(folder, spec)), draws(folder, spec)[0]
    ratios = {n: _ratio(values, arrays.get(BIAS + n)) for n, values in drawn.items()}
    told = {name: ratio for name, ratio in ratios.items() if np.isfinite(ratio)}
    if not told:
        return f"the bias of {spec.sampler}'s step was not measured: compare will not judge"
    name = max(told, key=lambda n: told[n])
    advice = "; take a smaller --step-factor, or --sampler hmc" if told[name] > 1 else ""
    return f"the step's bias is at most {told[name]:.2g} standard errors ({name}){advice}"


def _ratio(values: NDArray[np.float64], bias: NDArray[np.float64] | None) -> float:
    """|mean bias| over the standard error of the mean over networks; NaN where either is not."""
    if bias is None or not np.isfinite(bias).any():
        return np.nan
    means = values.mean(axis=1)
    error = float(np.nanstd(means)) / np.sqrt(max(means.size - 1, 1))
    return abs(float(np.nanmean(bias))) / error if error > 0 else np.nan


def readings(folder: Path, spec: RunSpec) -> str:
    """The residual's means over all draws: averaged over the readout, and of networks as they are.

    ``a 0.83, readout averaged; a_direct 0.84, networks as they stand``. Out of equilibrium the
    first says what noise would make of the first layers, and only the second what the networks do.
    """
    drawn, direct = scalars(chains(folder, spec)), spec.network.observables.direct
    sentences = []
    for group, words in ((direct, AVERAGED_WORDS), (direct.values(), DIRECT_WORDS)):
        means = [
            f"{name} {np.nanmean(drawn[name]):.4g}"
            for name in group
            if name in drawn and np.isfinite(drawn[name]).any()
        ]
        sentences += [f"{', '.join(means)}, {words}"] if means else []
    return "; ".join(sentences)


def so_far(folder: Path, spec: RunSpec) -> str:
    """The smallest number of effective draws of an observable so far, for a line of progress.

    Files are still being written, and their hashes too, so nothing is compared.
    """
    drawn = scalars(_chains(spec, *read(folder)))
    counts = {name: _effective(array) for name, array in drawn.items()}
    name = min(counts, key=lambda k: counts[k], default="")
    return f"ESS {counts[name]:.0f} ({name})" if name and counts[name] else ""


def _effective(series: NDArray[np.float64]) -> float:
    """Summed over chains of which some have begun and some have not."""
    drawn = np.isfinite(series).sum(axis=1)
    lengths = [int(n) for n in np.unique(drawn) if n >= LEAST_DRAWS]
    return float(sum(effective_draws(series[drawn == n][:, :n]).sum() for n in lengths))
