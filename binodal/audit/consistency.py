"""Which misprints were in the authors' code, and what they and the approximations change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from binodal.audit.numbers import FIG2, FIG3, event, modular
from binodal.audit.paper.judge import judge
from binodal.audit.witness import part
from binodal.audit.witnesses import run
from binodal.derive.symbols import P, sigma2, sigma_a2
from binodal.models.modular.derivations.scaling import canonical
from binodal.models.teacher_student.numerics.finite_critical import critical_finite

Row = dict[str, Any]
_NEAR = 0.05


def _row(
    label: str,
    what: str,
    quoted: float | None,
    derived: float | None,
    printed: float | None,
    note: str = "",
) -> Row:
    """Where a misprint sat, by which variant is near the quoted number."""
    where = "no quoted number tells"
    if quoted is not None:
        fits = {
            name: value is not None and abs(value / quoted - 1) < _NEAR
            for name, value in (("derived", derived), ("printed", printed))
        }
        where = {
            (True, False): "on the page only",
            (False, True): "in the code",
        }.get((fits["derived"], fits["printed"]), "no quoted number tells")
    return {
        "label": label,
        "what": what,
        "quoted": quoted,
        "with_printed": printed,
        "with_derived": derived,
        "where": where,
        "note": note,
    }


_MOVES_NOTHING = (
    ("B.37b", "weight exp(-S_k) of a mode", "moves no thermodynamic point"),
    ("B.41", "weight 4", "moves no thermodynamic point"),
    ("B.34", "zero mode without P", "decouples"),
    ("M.6b", "prior variance", "not used in the theory"),
    ("M.14", "exponents", "no scaled modular run is quoted"),
)
"""Slips that no quoted number could show."""


def code_or_page() -> list[Row]:
    """Each misprint or approximation with the number that the paper quotes and both variants.

    "derived" changes this one thing in the otherwise published theory.
    """
    rows = (*_teacher_student_rows(), *_modular_rows())
    silent = (_row(label, what, None, None, None, why) for label, what, why in _MOVES_NOTHING)
    return [*rows, *silent]


def _teacher_student_rows() -> list[Row]:
    """What each slip of Appendix A does to the temperature of coexistence."""
    numbers = run("printed-q11").numbers
    right, wrong = (
        float(numbers[f"sigma^2 with the {which} Q11"]) for which in ("derived", "printed")
    )
    amplified = float(run("printed-prefactor").numbers["sigma^2 with the printed A.12"])
    published, derived = (
        float(event("coexistence", t).value.mid()) for t in ("published", "derived")
    )
    variants = (
        ("A.11-kernel", "Q11 without its factor 2", right, wrong),
        ("A.12", "regression without sigma^2/n", right, amplified),
        ("A.7b", "r_perp^2 held at its average", derived, published),
    )
    return [
        _row(label, what, 0.18, good, bad, "temperature of coexistence")
        for label, what, good, bad in variants
    ]


def _modular_rows() -> list[Row]:
    """What each slip of Appendix B does to the two ends of GMFL-I."""
    start = float(modular("sigma2_coexistence", "published").mid())
    end = float(modular("sigma2_gmfl2", "published").mid())
    cross = judge(part("B.39", "cross term")).ratio
    assert cross is not None
    shifted = start * float(sp.sqrt(cross.subs(P, int(FIG3["P"]))))
    no_end = "end of GMFL-I; with 4 P^2 it has none"
    right_later = "start of GMFL-I; B.40 has the derived term"
    return [
        _row("B.37b", "lambda without 4 P^2", 0.175, None, end, no_end),
        _row("B.39", "cross term", 0.227, start, shifted, right_later),
    ]


def _both(what: str, values: Sequence[str], known: str) -> Row:
    published, derived = values
    return {"what": what, "published": published, "derived": derived, "known": known}


def _critical_rows() -> list[Row]:
    rows = []
    for name in ("birth", "coexistence"):
        for key, title in (("value", "sigma^2"), ("u", "u"), ("q", "|q|"), ("b", "b")):
            balls = [getattr(event(name, t), key).str(12) for t in ("published", "derived")]
            rows.append(_both(f"teacher-student, C.43, {name}: {title}", balls, "certified"))
    return rows


def published_against_derived() -> list[Row]:
    """Critical points, phase boundaries, scaling laws and the existence of GMFL-II."""
    exponents = canonical()
    mass = modular("neurons_per_mode_cold", "derived")
    rows = _critical_rows()
    for name, title in (
        ("sigma2_birth_with_prior", "birth: sigma^2 with 4 sigma_a^2 kept"),
        ("sigma2_coexistence_with_prior", "start of GMFL-I: sigma^2 with 4 sigma_a^2 kept"),
    ):
        balls = [modular(name, t).str(12) for t in ("published", "derived")]
        rows.append(_both(f"modular, Fig. 3, {title}", balls, "certified"))
    ratios = [modular("gmfl2_ratio", t).str(8) for t in ("published", "derived")]
    rows.append(
        _both("modular, Fig. 3, lambda of a full ring over sigma^2 + lambda", ratios, "certified")
    )
    rows.append(
        _both(
            "modular, Fig. 3, end of GMFL-I (GMFL-II)",
            (modular("sigma2_gmfl2", "published").str(12), "does not exist"),
            "certified",
        )
    )
    rows.append(
        _both(
            "modular, Fig. 3, neurons of N = 1000 on a mode's ring as sigma^2 -> 0",
            ("all at sigma^2 = 0.176", mass.str(6)),
            "certified",
        )
    )
    rows.append(
        _both(
            "modular scaling with N -> beta^2 N, P -> sqrt(beta) P: sigma^2, sigma_a^2",
            ("beta^-1, beta^-1", f"beta^{exponents[sigma2]}, beta^{exponents[sigma_a2]}"),
            "derived",
        )
    )
    return rows + _finite_rows()


def _finite_rows() -> list[Row]:
    """Events at the d of the experiments, from converged closures."""
    values = []
    for theory in ("published", "derived"):
        point = critical_finite(FIG2, "birth", theory=theory).point
        values.append("not found" if point is None else point.value.str(8))
    return [_both("teacher-student, C.43, d = 150, birth: sigma^2", values, "computed")]
