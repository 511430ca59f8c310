"""Settings, and numbers that the paper quotes for the teacher-student model.

The exact or certified values that judge them are computed by numerics, under the names in
``measure``. A quoted number agrees within half a unit of its last digit or one per cent, whichever
is larger.
"""

from __future__ import annotations

import sympy as sp

from binodal.audit.paper.entry import Entry, Part, Reading, definition
from binodal.audit.paper.main_modular import TEXT_MODULAR
from binodal.audit.paper.main_text import TEXT_TRANSITION
from binodal.derive.symbols import N, d, epsilon, n, sigma2, sigma_a2, sigma_w2

CODE = "binodal critical teacher-student --preset fig2 --event coexistence"


def quoted(
    name: str,
    value: str,
    measure: str,
    unit: str,
    slip: str = "",
    approximates: str = "",
    reading: Reading | None = None,
) -> Part:
    """A quoted decimal, with one unit of its last digit; in words, what is not right about it."""
    return Part(
        name,
        sp.Rational(value),
        measure=measure,
        reading=reading,
        unit=sp.Rational(unit),
        approximates=approximates,
        slip=slip,
    )


def setting(name: str, values: dict[sp.Symbol, str]) -> Part:
    """A list of parameter values as a definition."""
    return definition(name, sp.Tuple(*(sp.Eq(s, sp.Rational(v)) for s, v in values.items())))


_HELD = "r_perp^2 held at sigma_w^2 (A.7b)"


def parts_of(label: str) -> tuple[Part, ...]:
    """The parts of another entry."""
    (entry,) = (e for e in (*TEXT_TRANSITION, *TEXT_MODULAR) if e.label == label)
    return entry.parts


SETTINGS = (
    Entry(
        "C.43",
        "experiments of Fig. 2",
        (
            setting(
                "parameters", {N: "700", n: "3000", d: "150", sigma_w2: "1/2", epsilon: "-3/10"}
            ),
            definition("sigma_a^2", sp.Eq(sigma_a2, 8 / N)),
        ),
        "A list of settings.",
        ("binodal solve teacher-student --preset fig2",),
    ),
    Entry(
        "D.44",
        "experiments of Figs. 4 to 6",
        (
            setting(
                "parameters",
                {
                    n: "600",
                    d: "150",
                    epsilon: "-6/5",
                    sigma2: "1/20",
                    sigma_a2: "11/1000",
                    sigma_w2: "1/2",
                },
            ),
        ),
        "A list of settings.",
        ("binodal solve teacher-student --preset app-d",),
    ),
)

STUDENT = (
    Entry(
        "M.Claim I",
        "u_c at eps = -0.3",
        (
            quoted("u at sigma^2 = 0.18", "30.2", "u-at-0.18", "0.1"),
            quoted(
                "u_c of the printed theory",
                "30.2",
                "published-coexistence-u",
                "0.1",
                "The printed theory itself has u_c = 30.669.",
                "sigma^2 rounded to 0.18",
            ),
            quoted(
                "u_c of the derived theory",
                "30.2",
                "derived-coexistence-u",
                "0.1",
                "The derived theory, without A.7b, has u_c = 20.784.",
                _HELD,
            ),
        ),
        "30.2 is u at the quoted sigma^2 = 0.18 and the parameters of C.43, so the two quotes are "
        "one number.",
        (CODE,),
        ("shift-of-coexistence", "printed-q11"),
    ),
    Entry(
        "0.18",
        "temperature of the transition",
        (
            quoted("printed theory", "0.18", "published-coexistence-sigma2", "0.01"),
            quoted(
                "derived theory",
                "0.18",
                "derived-coexistence-sigma2",
                "0.01",
                "Without A.7b coexistence is at 0.2171.",
                _HELD,
            ),
        ),
        "Coexistence of the printed theory, rounded.",
        (f"{CODE} --theory published", CODE),
        ("shift-of-coexistence",),
    ),
    Entry(
        "M.Claim II",
        "no displayed formula of its own",
        parts_of("M.12") + parts_of("M.11b"),
        "The page shows no formula under this claim beyond those of its section; judged by M.11b "
        "and "
        "M.12, on which the section rests.",
        ("binodal derive teacher-student scaling",),
        ("fifth-mode",),
    ),
    Entry(
        "M.Claim III",
        "no displayed formula of its own",
        parts_of("M.13"),
        "The page shows no formula under this claim beyond those of its section; judged by M.13, "
        "on "
        "which the section rests.",
        ("binodal derive teacher-student action",),
        ("law-of-overlap",),
    ),
    Entry(
        "M.Claim IV",
        "saddles below, at and above u_c",
        (
            quoted("stationary points at u = 25", "1", "saddles-at-u-25", "0"),
            quoted(
                "stationary points at u = 29",
                "1",
                "saddles-at-u-29",
                "0",
                "Birth and coexistence are different events. The new saddles are born at "
                "u = 26.947 in the printed theory (17.984 in the derived one) and are metastable "
                "up to u_c = 30.669 (20.784): in between q = 0 is not the only saddle, it is the "
                "deepest.",
            ),
            quoted("minima at coexistence", "3", "minima-at-coexistence", "0"),
            quoted(
                "|q| of the new minima",
                "1",
                "published-coexistence-q",
                "0.1",
                "The new minima are near |q| = 1 in size only: at u_c they have |q| = 0.721.",
                "'near' one",
            ),
            quoted("phases at sigma^2 = 0.15, 0.10 with S = 0", "2", "degenerate-phases", "0"),
        ),
        "At u_c there are three minima (and two maxima), and past it they stay degenerate, as "
        "claimed.",
        ("binodal critical teacher-student --preset fig2 --event birth --theory published", CODE),
        ("saddle-count",),
    ),
    Entry(
        "sample-complexity",
        "data needed for the cubic part",
        (
            Part("exponent of d, fixed kernel", sp.Integer(3), measure="nngp-exponent"),
            quoted(
                "d^3/6 at d = 150",
                "500000",
                "cubic-modes",
                "100000",
                "0.5e6 is d^3/6 = 562500, the number of cubic modes.",
                "'about' half a million",
            ),
            quoted(
                "n for half of the cubic part, prior kernel",
                "500000",
                "nngp-half-samples",
                "100000",
                "As many data as cubic modes are not enough at the paper's own setting: with the "
                "noise and the readout variance of C.43 the prior's kernel learns half of the "
                "cubic part at n = sigma^2/Q33 only.",
            ),
            quoted(
                "learned cubic part at n = 3000, sigma^2 = 0.15 is positive",
                "1",
                "cubic-learned-at-3000",
                "0",
            ),
        ),
        "The exponent follows from the prior's kernel: <rho^3> ~ d^-3. n ~ d is the edge "
        "alpha^2 = beta of A.2, where the sampling error d/n does not vanish: a conjecture, not "
        "judged.",
        ("binodal derive teacher-student kernel",),
        ("prior-q33",),
    ),
)
