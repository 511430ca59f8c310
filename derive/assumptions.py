"""The limits and approximations that a result can depend on, each stated once."""

from __future__ import annotations

from enum import Enum


class Assumption(Enum):
    """A named limit, approximation or convention; its value is the statement.

    Assumptions travel with every derivation, action and number that used them.

    >>> Assumption.MEAN_FIELD.value.split(":")[0]
    'mean field'
    """

    GAUSSIAN_DATA = "data: inputs are independent standard Gaussian vectors, x ~ N(0, I_d)"
    UNIT_TEACHER = "normalisation: |w*| = 1"
    MEAN_FIELD = (
        "mean field: N -> infinity, so that neurons are independent given the mean residual"
    )
    WIDTH_SECOND_ORDER = (
        "second order in 1/N: two loops of the field of the residual, which asks for fewer "
        "effective degrees of freedom than neurons"
    )
    WIDTH_FIRST_ORDER = (
        "first order in 1/N: the field of the residual is Gaussian around its saddle, which asks "
        "for fewer effective degrees of freedom than neurons"
    )
    RESPONSE = (
        "response: the residual that the other neurons leave a neuron is Gaussian, which asks for "
        "more than a few neurons on the ring of each mode"
    )
    DATA_FIRST_ORDER = (
        "first order in 1/n at fixed n/sigma^2: the second cumulant of the average over data sets, "
        "with the outputs' fluctuations of leading order in 1/N"
    )
    SELF_CONSISTENT_NOISE = (
        "renormalised noise: outputs at a new input are Gaussian over the posterior, and their "
        "variance is noise to all that is learned"
    )
    CONTINUUM = "equivalent kernel: sums over the data become n times Gaussian averages"
    MODE_ANSATZ = "mode ansatz: the residual is b H1 + c H3 (or modes up to a chosen odd order K)"
    PERP_FIXED = "fixed transverse norm: r_perp^2 is replaced by its prior mean sigma_w^2"
    LARGE_D = "large d: the law of a neuron is dominated by its leading exponential, exp(-d S/d)"
    ZERO_BRANCH = "zero branch: no neuron has left the neighbourhood of zero overlap"
    DROPLET_MASS = "droplets: the feature minima hold a fraction m/d of the neurons, d large"
    COMPLETE_DATA = "data: all P^2 input pairs are in the training set"
    UNIFORM_PHASES = "phases: the Fourier modes of a neuron have independent uniform phases"
    MODE_DECAY = (
        "mode decay: the weight decay acts on each Fourier mode alone, so modes are independent"
    )
    ODD_P = "odd P: no character other than k = 0 is its own inverse"
    PRIME_P = "prime P: the multipliers q != 0 act transitively on the nonzero characters"
    LARGE_P = "large P: the law of a mode is dominated by its leading exponential"
    ONE_LOOP = "one loop: Gaussian fluctuations around each saddle, with the measure of its ring"
    QUENCHED = (
        "quenched subset: large P at fixed (1-F)/(F P); powers of 32 (F^2 u x)^2 (1-F)/(F P) are "
        "summed, and (1-F)/(F P) alone and 1/P are dropped; functions of one input are fitted"
    )
    PRINTED = "as printed: the equations of arXiv:2310.03789v3 are used without correction"


def as_printed(theory: str) -> tuple[Assumption, ...]:
    """What evaluating a printed equation adds: only the published theory rests on it.

    >>> as_printed("derived"), [assumption.name for assumption in as_printed("published")]
    ((), ['PRINTED'])
    """
    return (Assumption.PRINTED,) if theory == "published" else ()
