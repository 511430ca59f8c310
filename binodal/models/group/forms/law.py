"""The exact law of a block at its own size, in ball arithmetic and for arrays."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import P, gamma, sigma_a2, u, x
from binodal.models.group.derivations.blocks import Field
from binodal.models.group.derivations.determinant import determinant, reduced
from binodal.models.group.derivations.kernel import kernel
from binodal.models.group.derivations.order_parameter import (
    MEAN,
    MEAN_SQUARE,
    order_parameter,
    zero_moments,
)
from binodal.models.group.derivations.saddles import beta, count, rows
from binodal.models.group.derivations.sectors import CUBES, FIRST, GAPS, GRAPH, PLACE, sectors
from binodal.models.group.derivations.singular_values import (
    STRENGTH,
    SUMS,
    index,
    pulled,
    singular_values,
)
from binodal.models.group.derivations.symbols import copies, dimension, overlap, rank, twice
from binodal.models.group.derivations.three_rows import (
    BESSEL,
    R_X,
    R_Y,
    SQUARES,
    VALUES,
    Z,
    three_rows,
)
from binodal.models.group.derivations.three_rows import PLACE as PLACE_3
from binodal.models.group.derivations.two_rows import PSI, RATIO, bend, two_rows
from binodal.numerics.codegen.function import Function

P_X, Q_X, P_Y, Q_Y = SUMS


def strength(kind: str, of_dimension: int, members: int) -> dict[str, str]:
    """F over |G|, and how often a singular value counts."""
    often = Field(kind).twice
    of = singular_values().results["strength"]
    point = {dimension: of_dimension, copies: members, twice: often, P: 1}
    return {"strength": str(of.subs(point)), "twice": str(often)}


def kernel_scale(of_dimension: int) -> Function:
    """(|G|, sigma_a^2) -> lambda over <|W V|^2>."""
    scale = kernel().results["lambda"].coeff(overlap).subs(dimension, of_dimension)
    return Function("kernel_scale", {"scale": scale}, (P, sigma_a2))


def single_number(kind: str, decay: str) -> dict[str, str]:
    """Power of x x_v in the measure of one number, and its gamma over that of a cyclic mode."""
    point = {beta: Field(kind).beta, twice: Field(kind).twice, gamma: 1}
    results = determinant().results
    ratio = results["gamma_frobenius"].subs(point) if decay == "frobenius" else 1
    return {"shift": str(results["shift"].subs(point)), "gamma": str(ratio)}


def power(count: int) -> dict[str, str]:
    """The power of F u that a determinant of this many rows is divided by."""
    of = determinant().results["partition"].subs(rows, count)
    return {"power": str(-of.as_powers_dict()[u])}


def monomial(i: int, j: int) -> list[list[int]]:
    """x^i x_v^j as (power of the product, power of the mean, coefficient)."""
    return [[on, mean, int(c)] for (mean, on), c in reduced(i, j).terms()]


def binder() -> Function:
    """(<|W V|^2>, <|W V|^4>) -> the cumulant."""
    value = order_parameter().results["binder"]
    return Function("binder", {"binder": value}, (MEAN, MEAN_SQUARE))


def binder_dip(of_dimension: int) -> Function:
    """(|G|, x) -> the lowest cumulant where zero and rank one coexist, leading in |G|."""
    value = order_parameter().results["binder_dip"].subs({dimension: of_dimension, rank: 1})
    return Function("binder_dip", {"dip": value}, (P, x))


def pair_weight(kind: str, decay: str) -> Function:
    """(p, q, F, u, gamma) -> the exponent of one of two matrices."""
    name = "half_exponent" + ("_frobenius" if decay == "frobenius" else "")
    exponent = two_rows().results[name].subs(twice, Field(kind).twice)
    return Function("pair_weight", {"exponent": exponent}, (P_X, Q_X, STRENGTH, u, gamma))


def pair_measure(kind: str) -> Function:
    """(p, psi) -> the logarithm of the measure."""
    log = sp.expand_log(
        sp.log(two_rows().results["measure_turned"].subs(beta, Field(kind).beta)), force=True
    )
    return Function("pair_measure", {"log": log}, (P_X, PSI))


def pair_kernel() -> Function:
    """(p, p_v, F, u) -> the exponent of their difference, and p p_v/2: the same for q, q_v."""
    named = {"apart": two_rows().results["apart"], "half": P_X * P_Y / 2}
    return Function("pair_kernel", named, (P_X, P_Y, STRENGTH, u))


def pair_turn(kind: str) -> Function:
    """(q, q_v, F, u, I_{nu+1}/I_nu) -> z, and the second derivative of the average by z."""
    point = {beta: Field(kind).beta}
    named = {"z": pulled()[1], "bend": bend().subs(point)}
    return Function("pair_turn", named, (Q_X, Q_Y, STRENGTH, u, RATIO))


def triple_weight() -> Function:
    """(x, F, u, gamma) -> the exponent of one square, with half of those that complete others."""
    exponent = three_rows().results["half_exponent"]
    return Function("triple_weight", {"exponent": exponent}, (x, STRENGTH, u, gamma))


def triple_measure() -> Function:
    """(s_1, s_2, s_3) -> the logarithm of the measure of three singular values."""
    log = sp.expand_log(sp.log(three_rows().results["measure_values"]), force=True)
    return Function("triple_measure", {"log": log}, VALUES)


def triple_place() -> Function:
    """(x_1, x_2, x_3) -> p, r and c."""
    results = three_rows().results
    return Function("triple_place", {name: results[name] for name in ("p", "r", "c")}, SQUARES)


def triple_kernel(of: str) -> Function:
    """(p, p_v, F, u) -> the exponent of their difference, and p p_v/3; the same of r and r_v."""
    results, arguments = three_rows().results, (P_X, P_Y) if of == "p" else (R_X, R_Y)
    named = {name: results[f"{name}_{of}"] for name in ("apart", "part")}
    return Function("triple_kernel", named, (*arguments, STRENGTH, u))


def triple_harmonic() -> Function:
    """(m, z, I_nu(z), I_{nu+1}/I_nu) -> a harmonic, and its first two slopes over itself."""
    results = three_rows().results
    named = {name: results[name] for name in ("harmonic", "slope", "bend")}
    return Function("triple_harmonic", named, (PLACE_3, Z, BESSEL, RATIO))


def bessel_index(kind: str) -> dict[str, str]:
    """nu of I_nu."""
    return {"nu": str(index().subs(beta, Field(kind).beta))}


def components(kind: str) -> int:
    """Real components of a number."""
    return Field(kind).beta


def powers(kind: str, of_rows: int) -> dict[str, str]:
    """Of det A, of the differences between two groups of eigenvalues, and of det (1 + K^+ K)."""
    point = {beta: Field(kind).beta, rows: of_rows}
    split = sectors().results["split"].as_powers_dict()
    own = {"alone": sectors().results["alone"], "gaps": split[GAPS], "graph": split[GRAPH]}
    return {name: str(power.subs(point)) for name, power in own.items()}


def shapes(kind: str, of_rows: int) -> list[str]:
    """The Gamma laws on the diagonal of a triangular matrix."""
    of = sectors().results["shape"].subs({beta: Field(kind).beta, rows: of_rows})
    return [str(of.subs(PLACE, j)) for j in range(1, of_rows + 1)]


def rank_share(kind: str, of_rows: int, rank: int) -> Function:
    """() -> the logarithm of what stands before the integral near a rank."""
    share = sectors().results["share"].subs({beta: Field(kind).beta, rows: of_rows, count: rank})
    return Function("rank_share", {"log": sp.log(share.doit())}, ())


def energy(kind: str, decay: str) -> Function:
    """(tr A, tr A^3, gamma) -> the action of one matrix over F."""
    name = "energy" + ("_frobenius" if decay == "frobenius" else "")
    of = sectors().results[name].subs(twice, Field(kind).twice)
    return Function("energy", {"energy": of}, (FIRST, CUBES, gamma))


def zero_moments_of(kind: str, of_rows: int) -> list[str]:
    """<O> and <O^2> of O = |W V|^2 over own numbers, for unit Gaussian components."""
    return [str(moment) for moment in zero_moments(Field(kind).beta, of_rows)]
