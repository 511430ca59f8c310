"""Equilibrium on random subsets of the pairs, from three starts, over shares, noises and widths.

Noises are in units of coexistence on all pairs at the same size. N sigma_a^2 and N sigma^2 are the
same at every width, so that the theory of infinitely many neurons is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

from binodal.models.modular.experiments.subset_chains import STARTS, Batch, sampled
from binodal.models.modular.experiments.subset_descent import Descents, descended
from binodal.models.modular.experiments.subset_tried import tried
from binodal.validate.experiments.trial import Kept, Trial, Tried
from binodal.validate.run.checkpoint import Checkpoint, read_checkpoint
from binodal.validate.run.errors import CheckpointError

Say = Callable[[str], None]
SEED, SUBSETS, GAMMA = 2310, 8, Fraction(2)

COEXISTENCE = {
    7: (500, Fraction(1, 5000), Fraction("0.0048995")),
    11: (1000, Fraction(1, 40000), Fraction("0.00192480")),
    23: (2000, Fraction(1, 40000), Fraction("0.00284581")),
    37: (2000, Fraction(1, 112000), Fraction("0.0027359")),
}
"""N, sigma_a^2 and sigma^2 of coexistence on all pairs, by P."""

_NARROW = ("0.75", "0.85", "0.9", "0.95", "118/121", "120/121")

Course = tuple[tuple[str, ...], tuple[str, ...], tuple[int, int, int]]

COURSES: dict[tuple[int, Fraction], Course] = {
    (23, Fraction(1)): (
        ("1.1", "0.9", "0.75", "0.62", "0.5", "0.38"),
        ("0.3", "0.5", "0.7", "0.8", "0.87", "0.93", "0.97", "1"),
        (150, 150, 6),
    ),
    (37, Fraction(1)): (
        ("1.0", "0.75", "0.6", "0.45"),
        ("0.5", "0.7", "0.8", "0.87", "0.94", "1"),
        (120, 100, 10),
    ),
    (23, Fraction(1, 2)): (
        ("0.9", "0.62", "0.38"),
        ("0.5", "0.7", "0.8", "0.87", "0.93", "0.97", "1"),
        (150, 150, 6),
    ),
    (23, Fraction(2)): (("0.38",), ("0.8", "0.87", "0.9", "0.93", "0.97"), (150, 150, 6)),
    (23, Fraction(1, 8)): (("0.38",), ("0.7", "0.8", "0.87"), (30, 36, 6)),
    (11, Fraction(1, 4)): (
        ("0.8", "0.5"),
        ("0.3", "0.6", "0.8", "0.9", "0.95", "0.975"),
        (48, 48, 6),
    ),
    (11, Fraction(4, 125)): (("0.25",), _NARROW, (60, 60, 6)),
    (11, Fraction(8, 125)): (("0.25",), _NARROW, (60, 60, 6)),
    (11, Fraction(1, 8)): (("0.25",), _NARROW, (60, 60, 6)),
    (11, Fraction(1, 2)): (("0.25",), _NARROW, (60, 60, 6)),
    (11, Fraction(2)): (("0.25",), ("120/121",), (150, 150, 6)),
    (7, Fraction(1)): (("0.57",), ("43/49", "46/49", "48/49", "1"), (50, 120, 4)),
    (7, Fraction(2)): (("0.57",), ("46/49", "48/49", "1"), (50, 120, 4)),
}
"""By P and the width's factor: sigma^2 over that of coexistence, from hot to cold; shares; moves
that warm up, moves, and moves between draws. The most wanted first."""

FEW: dict[tuple[int, Fraction, int], Course] = {
    (11, Fraction(1, 4), SEED + 1): (("0.8", "0.5"), ("0.15", "0.2"), (48, 48, 6)),
    (23, Fraction(1, 8), SEED + 1): (("0.38",), ("0.15", "0.2", "0.3", "0.5"), (150, 150, 6)),
    (37, Fraction(1), SEED + 1): (("0.45",), ("0.15",), (120, 100, 10)),
    (23, Fraction(1), SEED + 1): (("0.38",), ("0.15",), (150, 150, 6)),
    (23, Fraction(1), SEED + 2): (("0.38",), ("0.2",), (150, 150, 6)),
}
"""Shares below the least of a course, at its noises or some of them, by the seed as well."""

DESCENTS = tuple(Fraction(n, 100) for n in (15, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90))


def _chains(effort: Fraction) -> Iterator[Batch]:
    courses = {(*size, SEED): course for size, course in COURSES.items()} | FEW
    for (order, scale, seed), (ratios, shares, course) in courses.items():
        width, spread, noise = COEXISTENCE[order]
        wide = round(width * scale)
        noises = tuple(noise * Fraction(ratio) * width / wide for ratio in ratios)
        rest = (tuple(map(Fraction, shares)), _subsets(effort), *course, seed)
        yield Batch(order, wide, spread * width / wide, GAMMA, noises, *rest)


def _subsets(effort: Fraction) -> int:
    return max(2, round(SUBSETS * effort))


def batches(effort: Fraction) -> tuple[Batch | Descents, ...]:
    """All that is sampled, in order."""
    chains = [*_chains(effort)]
    descents = [
        Descents(order, 256, DESCENTS, _subsets(effort), 4000, 0.02, 0.8, 0.3, SEED)
        for order in (11, 23, 37)
    ]
    return (*chains[:2], *descents, *chains[2:])


def _sample(effort: Fraction, device: str, folder: Path, say: Say) -> None:
    """All batches whose file is not there, or not of this request."""
    folder.mkdir(parents=True, exist_ok=True)
    for batch in batches(effort):
        path = _path(folder, batch)
        if _moves(path, batch) == _wanted(batch):
            continue
        if isinstance(batch, Batch):
            sampled(batch, device, path, say)
        else:
            descended(batch, device, path, say)


def _wanted(batch: Batch | Descents) -> int:
    return batch.moves if isinstance(batch, Batch) else batch.steps


def _moves(path: Path, batch: Batch | Descents) -> int:
    """Moves, or steps, that a file has of a batch; 0 where it is damaged or another's."""
    try:
        facts = read_checkpoint(path).facts
    except (CheckpointError, OSError):
        return 0
    return int(facts["moves"]) if facts["batch"] == batch.words else 0


def _path(folder: Path, batch: Batch | Descents) -> Path:
    seed = "" if batch.seed == SEED else f"-{batch.seed}"
    return folder / f"{batch.name}{seed}.safetensors"


def _begun(effort: Fraction, folder: Path) -> Iterator[tuple[Batch | Descents, Checkpoint]]:
    """Batches of which something is there."""
    for batch in batches(effort):
        if _moves(path := _path(folder, batch), batch):
            yield batch, read_checkpoint(path)


def _cases(effort: Fraction, folder: Path) -> Iterator[Tried]:
    """The shares of one size together."""
    sizes: dict[str, list[tuple[Batch | Descents, Checkpoint]]] = {}
    for batch, saved in _begun(effort, folder):
        sizes.setdefault(batch.name, []).append((batch, saved))
    for parts in sizes.values():
        yield from tried(parts)


def _missing(effort: Fraction, folder: Path) -> list[str]:
    """Batches that are not there, or not to their end."""
    paths = ((_path(folder, batch), batch) for batch in batches(effort))
    return [path.stem for path, batch in paths if _moves(path, batch) != _wanted(batch)]


def _devices(effort: Fraction, folder: Path) -> str:
    facts = [saved.facts for _, saved in _begun(effort, folder)]
    devices = {f"{of['device']} (torch {of.get('torch', 'not recorded')})" for of in facts}
    return ", ".join(sorted(devices)) or "none"


PARTIAL_DATA = Trial(
    "partial-data",
    "How much data: equilibrium networks on random subsets of the pairs",
    "At which share of the pairs, and which noise, do networks in equilibrium know the pairs that "
    "they have not seen?",
    {
        "sampler": "Hamiltonian trajectories with Metropolis' rule, a step for each chain",
        "starts": ", ".join(STARTS),
        "gamma": str(GAMMA),
        "judged": "networks from prior and feature; pairs and cooled are drawn from as well",
        "subsets": f"{SUBSETS} of each share",
    },
    SEED,
    kept=Kept(_sample, _cases, _devices, _missing),
    remark=(
        "The theory in the table (derived) is mean field at finite P, solved on subsets, with its "
        "first order in 1/N; the second is that of all pairs. On subsets it is offered up to "
        "P = 7, since for larger P neurons take too long to be moved and the order's matrix is too "
        "large. "
        "On pairs that are not seen quenched theory tells on which side of 1 a is, and not how "
        "far. How the half-way share depends on N is measured (P = 11 at a quarter of the noise of "
        "coexistence); where wide networks come to memorise is derived. Dotted lines "
        "beside accuracies are by the derived law of outputs, from a and a_test alone. "
        "With all pairs at P = 23 no row can tell: the first order in 1/N is too large at these "
        "widths. Quenched theory of large P is rejected at P = 7, and at P = 23 in most rows that "
        "have settled: finite P and finite N nearly cancel there. Below half of the pairs it is "
        "rejected wherever chains have settled: no neuron generalises, and networks fit what they "
        "see all the same."
    ),
)
