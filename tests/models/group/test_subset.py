"""A share of the pairs of a group: irreps as modes of Z_|G|, against actual subsets."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from binodal.api import boundary, critical, phase_map, solve, sweep
from binodal.derive.groups.names import from_text
from binodal.errors import RequestError
from binodal.models.group.network.irreps import RealIrrep, real_irreps
from binodal.models.group.numerics.on_subset import disorder_of
from binodal.models.group.setting import blocks_of
from tests.models.modular.numerics.test_subset import quenched

Array = NDArray[np.float64]
AT: dict[str, Any] = {"N": 900, "sigma2": "1/25", "sigma_a2": "1/100000", "gamma": "3/1000"}
SHARE: dict[str, Any] = {"pairs": "subset", "data_fraction": "9/10"}
D51: dict[str, Any] = {**SHARE, **AT, "group": "D51"}


def number(ball: Any) -> float:
    return float(ball["mid"])


@pytest.mark.parametrize("group", ["Z3xZ5xZ7", "Z105"])
def test_complex_characters_are_modes_of_a_cyclic_group(group: str) -> None:
    cyclic = critical("modular", "coexistence", **SHARE, **AT, P=105)
    found = critical("group", "coexistence", **SHARE, **AT, group=group)
    for part in ("value", "at", "reason", "dropped"):
        assert found.document[part] == cyclic.document[part]
    same = solve("modular", **SHARE, **AT, P=105).document
    state = solve("group", **SHARE, **AT, group=group).document
    for part in ("phase", "closure", "saddles"):
        assert state[part] == same[part]


@pytest.mark.parametrize("event", ["birth", "coexistence", "memorisation"])
def test_a_real_character_feels_half_of_the_disorder(event: str) -> None:
    """A mode on a share F' with (1-F')/F' half of (1-F)/F; sigma^2/F is then the same."""
    share = Fraction(9, 10)
    half = 2 * share / (1 + share)
    own = critical("group", event, **{**D51, "irrep": "1b"}).document
    mode = critical("modular", event, **{**SHARE, **AT, "P": 102, "data_fraction": half}).document
    assert number(own["at"]["x"]) == pytest.approx(number(mode["at"]["x"]), rel=1e-13)
    values = number(own["value"]) / float(share), number(mode["value"]) / float(half)
    assert values[0] == pytest.approx(values[1], rel=1e-13)


def test_all_kinds_are_answered_together_and_by_themselves() -> None:
    """The two-dimensional irreps of D51 have the norm of a mode, its sign half of it."""
    every = critical("group", "coexistence", **D51).document
    states = [every, *every["others"]]
    alone = {name: critical("group", "coexistence", **D51, irrep=name) for name in ("1b", "2a")}
    for name, one in alone.items():
        assert {s["value"]["mid"] for s in states} >= {one.document["value"]["mid"]}, name
    state = solve("group", **D51).document
    parts = {part["irrep"]: part for part in state["blocks"]}
    for name in ("1b", "2a"):
        own = solve("group", **D51, irrep=name).document
        assert own["closure"].items() <= parts[name].items()
        assert parts[name]["saddles"] == own["saddles"]
    assert {term["name"] for term in every["dropped"]} >= {
        term["name"] for term in alone["2a"].document["dropped"]
    }


def test_planes_and_sweeps_of_a_real_irrep() -> None:
    own: dict[str, Any] = {**D51, "irrep": "1b"}
    found = boundary("group", "coexistence", names=("data_fraction", "sigma2"), points=4, **own)
    (curve,) = found.value[0].curves
    assert curve.ends == ("the end", "data_fraction=1")
    shown = critical("group", "coexistence", along="data_fraction", **own)
    share = number(shown.document["value"])
    for cold, phase in ((0.98, "GFL"), (1.02, "GMFL-I")):
        state = solve("group", **{**own, "data_fraction": Fraction(share * cold)})
        assert state.document["phase"] == phase
    del own["data_fraction"], own["sigma2"]
    table = sweep("group", ["data_fraction=0.6:1:2", "sigma2=0.02:0.08:2"], **own)
    assert table.array("phase").tolist() == [[1, 0]] * 2
    for place, share in enumerate(("3/5", "1")):
        state = solve("group", **own, data_fraction=share, sigma2="1/50").document
        assert table.array("a")[place, 0] == pytest.approx(number(state["closure"]["a"]), rel=1e-9)
    cells = phase_map("group", ["data_fraction=0.6:1", "sigma2=0.02:0.08"], depth=3, **own)
    assert {cell.lowest for cell in cells.value.cells if cell.decided} == {0, 2}


def condensate(rho: RealIrrep, rng: np.random.Generator) -> tuple[Array, Array]:
    """w and v with one singular value 1, W V aligned, and otherwise any directions."""
    size = rho.matrices.shape[1]

    def weights(matrix: Array) -> Array:
        return rho.weight * np.einsum("ij,gij->g", matrix, rho.matrices)

    def in_block() -> Array:
        own = weights(rng.standard_normal((size, size)))
        return np.einsum("g,gij->ij", own, rho.matrices) / len(rho.matrices)

    def frame() -> Array:
        left, _, right = np.linalg.svd(in_block())
        return left @ right

    one, other, third = frame(), frame(), frame()
    symmetric = in_block()
    axes = np.linalg.eigh(symmetric + symmetric.T)[1][:, : rho.multiplicity]
    projector = axes @ axes.T
    return weights(one @ projector @ other.T), weights(other @ projector @ third)


def relaxed(group: str, irrep: str, share: float, y: float, seed: int) -> tuple[float, float]:
    """What relaxing takes from s at x = 1 on an actual subset, and the norm of the neuron."""
    of = from_text(group)
    size, table = of.order, np.array(of.table)
    rho = next(rho for rho in real_irreps(of) if rho.name == irrep)
    rng = np.random.default_rng(seed)
    kept = rng.permutation(size**2)[: round(share * size**2)]
    g, h = kept // size, kept % size
    design = np.zeros((len(kept), 2 * size))
    design[range(len(kept)), g] = design[range(len(kept)), size + h] = 1
    r = (np.arange(size) == table[g, h][:, None]) - 1 / size
    r -= design @ (np.linalg.pinv(design.T @ design) @ (design.T @ r))
    w, v = condensate(rho, rng)
    kappa = y / share**2 / (4 * size**2)
    pulls = 2 * (w[g] * v[h]) @ r
    slopes = np.zeros((2 * size, size))
    np.add.at(slopes, g, 2 * r * v[h][:, None])
    np.add.at(slopes, size + h, 2 * r * w[g][:, None])
    force, hessian = 2 * kappa * slopes @ pulls, np.eye(2 * size)
    hessian[g, size + h] -= 4 * kappa * r @ pulls
    hessian[size + h, g] = hessian[g, size + h]
    spanned, sizes, _ = np.linalg.svd(rho.matrices.reshape(size, -1), full_matrices=False)
    own = spanned[:, sizes > 1e-8 * sizes[0]]
    rest = np.kron(np.eye(2), np.eye(size) - own @ own.T)
    step = np.linalg.solve(rest @ hessian @ rest + np.eye(2 * size) - rest, rest @ force)
    return float(force @ step) / (2 * w @ w), float(w @ w) / size


@pytest.mark.parametrize(
    ("group", "irrep", "y"), [("D26", "1b", 2.0), ("D26", "2a", 1.4), ("Q52", "2g", 1.1)]
)
def test_actual_subsets_follow_the_disorder_of_each_kind(group: str, irrep: str, y: float) -> None:
    """Up to (1 - F)/(F |G|) and 1/|G|, which are dropped: 12 % at 52 elements."""
    (block,) = blocks_of(group, irrep)
    norm, share = float(disorder_of(block)["norm"]), 0.7
    found = [relaxed(group, irrep, share, y, seed) for seed in range(8)]
    gains = np.array([gain for gain, _ in found])
    error = 3 * gains.std() / sqrt(len(gains)) + 0.12 * gains.mean()

    def said(of_norm: float) -> float:
        return 1 - y - quenched(1, y, 0, of_norm / 2 * (1 - share) / (share * 52))

    assert found[0][1] == pytest.approx(norm)
    assert abs(said(norm) - gains.mean()) < error
    assert all(abs(said(wrong) - gains.mean()) > error for wrong in {1, 2, 4} - {norm})


def test_all_pairs_are_the_theory_without_a_share() -> None:
    for group in ("Z105", "D51"):
        everything = critical("group", "coexistence", **AT, group=group)
        share: dict[str, Any] = {**SHARE, "data_fraction": 1}
        subset = critical("group", "coexistence", **AT, group=group, **share)
        assert subset.document["value"] == everything.document["value"]
    whole, own = (solve("group", **{**D51, **of}).document for of in ({"data_fraction": 1}, {}))
    assert whole["phase"] == own["phase"] == "GMFL-I"


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ({"group": "Z105", "decay": "frobenius"}, "under schatten"),
        ({"group": "Z105", "pairs": "some"}, "choose all, subset"),
    ],
)
def test_what_is_not_derived_is_refused(setting: dict[str, str], why: str) -> None:
    with pytest.raises(RequestError, match=why):
        critical("group", "birth", **{**SHARE, **AT, **setting})


def test_a_picture_shows_irreps_of_one_kind() -> None:
    with pytest.raises(RequestError, match="choose one by"):
        boundary("group", "birth", names=("data_fraction", "sigma2"), **D51)
    with pytest.raises(RequestError, match="choose one by"):
        sweep(
            "group", ["sigma_a2=0.001:0.002:2"], **{k: v for k, v in D51.items() if k != "sigma_a2"}
        )
