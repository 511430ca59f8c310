"""The parameters of modular addition, and the setting that the paper publishes."""

from __future__ import annotations

from fractions import Fraction

from binodal.numerics.parameters import Exponents, Field, Space


def scaling() -> Exponents:
    """Modular addition grows as in M.14 and has no alpha; its other exponents are derived."""
    from binodal.derive.symbols import N, P, sigma2, sigma_a2
    from binodal.models.modular.derivations.scaling import canonical

    powers = canonical()
    return {str(s): (Fraction(str(powers[s])), Fraction(0)) for s in (N, P, sigma2, sigma_a2)}


SHARE = "data_fraction"
"""The share of the pairs that a network is trained on."""

SPACE = Space(
    "modular",
    {
        "N": Field(Fraction(1), strict=False, whole=True),
        "P": Field(Fraction(2), strict=False, whole=True),
        "sigma2": Field(),
        "sigma_a2": Field(),
        "gamma": Field(why="without the sextic decay p(w) is not normalisable"),
    },
    {
        # Caption of Fig. 3: sigma_a^2 = 0.002/N at N = 1000.
        "fig3": {
            "N": Fraction(1000),
            "P": Fraction(401),
            "sigma2": Fraction(1, 4),
            "sigma_a2": Fraction(1, 500000),
            "gamma": Fraction(1, 10000),
        },
    },
    scaling,
)

ON_SUBSET = Space(
    SPACE.model,
    {**SPACE.fields, SHARE: Field(maximum=Fraction(1), default=Fraction(1))},
    {name: {**values, SHARE: Fraction(1)} for name, values in SPACE.presets.items()},
    settings={"pairs": "subset"},
)
"""The same with a share of the pairs; all of them in the published setting."""
