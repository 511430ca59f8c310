"""The parameters of the teacher-student model, and the settings that the paper publishes."""

from __future__ import annotations

from fractions import Fraction

from binodal.numerics.parameters import Exponents, Field, Space

_COUNT = Field(Fraction(1), strict=False, whole=True)


def _exact(**values: str | int) -> dict[str, Fraction]:
    return {name: Fraction(value) for name, value in values.items()}


def scaling() -> Exponents:
    """M.11: the powers of beta and of alpha for each parameter that it changes."""
    from binodal.models.teacher_student.derivations.printed import M11_ALPHA, M11_BETA

    return {str(s): (Fraction(str(M11_BETA[s])), Fraction(str(M11_ALPHA[s]))) for s in M11_BETA}


SPACE = Space(
    "teacher-student",
    {
        "N": _COUNT,
        "n": _COUNT,
        "d": Field(Fraction(2), strict=False, whole=True),
        "sigma2": Field(),
        "sigma_w2": Field(),
        "sigma_a2": Field(),
        "epsilon": Field(signed=True),
    },
    {
        # C.43: sigma_a^2 = 8/N at N = 700.
        "fig2": _exact(
            N=700,
            n=3000,
            d=150,
            sigma2="9/50",
            sigma_w2="1/2",
            sigma_a2="8/700",
            epsilon="-3/10",
        ),
        # D.44.
        "app-d": _exact(
            N=700,
            n=600,
            d=150,
            sigma2="1/20",
            sigma_w2="1/2",
            sigma_a2="11/1000",
            epsilon="-6/5",
        ),
    },
    scaling,
)
