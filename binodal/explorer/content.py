"""What the page knows besides formulas: parameters, presets, ranges, words, typeset mathematics."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from binodal.explorer.offered import explored
from binodal.explorer.typeset import equation, templates
from binodal.models.explorer import Choice, Explorer, Slider
from binodal.models.registry import model
from binodal.numerics.parameters import LARGEST, Field


def _field(field: Field, slider: Slider) -> dict[str, Any]:
    start, end = (float(Fraction(text)) for text in (slider.start, slider.end))
    return {
        "minimum": float(field.minimum),
        "strict": field.strict,
        "whole": field.whole,
        "signed": field.signed,
        "largest": float(LARGEST),
        "from": start,
        "to": end,
        "main": slider.main,
        "symbol": slider.symbol,
        "meaning": slider.meaning,
    }


def decimal(value: Fraction) -> str:
    """A short exact text: a decimal where one exists, p/q otherwise.

    >>> decimal(Fraction(9, 50)), decimal(Fraction(2, 175)), decimal(Fraction(1, 500000))
    ('0.18', '2/175', '2e-06')
    """
    text = repr(float(value)) if value.denominator > 1 else str(value.numerator)
    return text if Fraction(text) == value else str(value)


def _typeset(text: str) -> str:
    return text.replace("S''", "S″").replace(" - ", " − ").replace("sigma^2", "σ²")


def models() -> dict[str, Any]:
    """The table MODELS of the page: one entry a model, fields in the order of the formulas."""
    return {name: _entry(name, explorer) for name, explorer in explored().items()}


def _of_choice(choice: Choice) -> dict[str, Any]:
    return {
        "words": choice.words,
        "numbers": [float(number) for number in choice.numbers],
        **({"refused": choice.refused} if choice.refused else {}),
        **({"across": choice.across} if choice.across else {}),
        **({"latex": [equation(line) for line in choice.lines]} if choice.lines else {}),
    }


def _entry(name: str, explorer: Explorer) -> dict[str, Any]:
    space, theories = model(name).space, model(name).theories
    own = {key: Fraction(text) for key, text in explorer.coefficients.items()}
    return {
        "title": explorer.title,
        "first": explorer.first,
        "fields": {
            str(symbol): _field(
                space.fields.get(str(symbol), Field(signed=True)), explorer.sliders[str(symbol)]
            )
            for symbol in explorer.parameters
        },
        "presets": {
            preset: {key: decimal(value) for key, value in {**values, **own}.items()}
            for preset, values in space.presets.items()
        },
        "stableZero": _typeset(explorer.stable_zero),
        "order": list(explorer.sliders),
        "across": explorer.across,
        "place": explorer.place,
        "unit": explorer.unit,
        "axis": explorer.axis,
        "mirrored": explorer.mirrored,
        "state": explorer.state,
        "dropped": {key: _typeset(words) for key, words in explorer.dropped.items()},
        "actions": explorer.actions,
        "share": explorer.share,
        "theories": theories,
        "chosen": explorer.chosen,
        "residual": explorer.residual,
        "carriers": explorer.carriers,
        "own": list(own),
        "words": explorer.words,
        "farthest": explorer.farthest,
        "fixed": [str(symbol) for symbol in explorer.fixed],
        "choices": {text: _of_choice(choice) for text, choice in explorer.choices().items()},
        "latex": {theory: templates(name, theory) for theory in theories},
    }
