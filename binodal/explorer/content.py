"""What the page knows besides formulas: parameters, presets, ranges, words, typeset mathematics."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from binodal.derive.theories import THEORIES
from binodal.explorer.formulas import PARAMETERS
from binodal.explorer.typeset import templates
from binodal.models.modular.numerics.results import ACTION_UNITS
from binodal.models.modular.numerics.results import STABLE_ZERO as MODULAR_STABLE
from binodal.models.registry import fields_of, presets
from binodal.models.teacher_student.numerics.critical import STABLE_ZERO as TEACHER_STUDENT_STABLE
from binodal.numerics.parameters import LARGEST

# Of a slider; the field beside it takes any allowed value. Logarithmic unless a range has signs.
RANGES: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "teacher-student": {
            "sigma2": ("1/100", "10"),
            "epsilon": ("-2", "2"),
            "d": ("10", "2000"),
            "n": ("30", "300000"),
            "N": ("10", "100000"),
            "sigma_w2": ("1/20", "5"),
            "sigma_a2": ("1/10000", "1"),
        },
        "modular": {
            "sigma2": ("1/100", "10"),
            "P": ("5", "5000"),
            "gamma": ("1/100000000", "1"),
            "N": ("10", "100000"),
            "sigma_a2": ("1/1000000000", "1/1000"),
        },
    }
)
MAIN = ("sigma2", "epsilon", "d", "P", "gamma")
SYMBOLS = {
    "sigma2": "σ²",
    "epsilon": "ε",
    "d": "d",
    "P": "P",
    "gamma": "γ",
    "n": "n",
    "N": "N",
    "sigma_w2": "σ<sub>w</sub>²",
    "sigma_a2": "σ<sub>a</sub>²",
}
MEANINGS = {
    "sigma2": "temperature",
    "epsilon": "cubic part of the teacher",
    "d": "input dimension",
    "P": "order of the group",
    "gamma": "sextic weight decay",
    "n": "training inputs",
    "N": "hidden neurons",
    "sigma_w2": "input-weight variance × d",
    "sigma_a2": "readout variance × N",
}
TITLES = {"teacher-student": "teacher–student", "modular": "modular addition"}
FIRST = {"teacher-student": "fig2", "modular": "fig3"}


def _field(model: str, name: str) -> dict[str, Any]:
    field = fields_of(model)[name]
    start, end = (float(Fraction(text)) for text in RANGES[model][name])
    return {
        "minimum": float(field.minimum),
        "strict": field.strict,
        "whole": field.whole,
        "signed": field.signed,
        "largest": float(LARGEST),
        "from": start,
        "to": end,
        "main": name in MAIN,
        "symbol": SYMBOLS[name],
        "meaning": MEANINGS[name],
    }


def decimal(value: Fraction) -> str:
    """A short exact text: a decimal where one exists, p/q otherwise.

    >>> decimal(Fraction(9, 50)), decimal(Fraction(2, 175)), decimal(Fraction(1, 500000))
    ('0.18', '2/175', '2e-06')
    """
    text = repr(float(value)) if value.denominator > 1 else str(value.numerator)
    return text if Fraction(text) == value else str(value)


def _presets(model: str) -> dict[str, dict[str, str]]:
    return {
        name: {key: decimal(value) for key, value in values.items()}
        for name, values in presets().items()
        if values.model == model
    }


def _typeset(text: str) -> str:
    return text.replace("S''", "S″").replace(" - ", " − ")


def models() -> dict[str, Any]:
    """The table MODELS of the page: one entry a model, fields in the order of the formulas."""
    stable = {"teacher-student": TEACHER_STUDENT_STABLE, "modular": MODULAR_STABLE}
    units = {
        "teacher-student": dict.fromkeys(THEORIES, "S/d of one neuron"),
        "modular": {theory: text.removeprefix("action: ") for theory, text in ACTION_UNITS.items()},
    }
    return {
        model: {
            "title": TITLES[model],
            "first": FIRST[model],
            "fields": {str(symbol): _field(model, str(symbol)) for symbol in parameters},
            "presets": _presets(model),
            "stableZero": _typeset(stable[model]),
            "order": list(RANGES[model]),
            "units": units[model],
            "latex": {theory: templates(model, theory) for theory in THEORIES},
        }
        for model, parameters in PARAMETERS.items()
    }
