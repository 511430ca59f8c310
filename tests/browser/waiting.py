"""Waiting for the page from outside: its policy forbids evaluating text inside it."""

from __future__ import annotations

from time import monotonic
from typing import Any

PATIENCE = 30.0
_BETWEEN = 20.0


def wait_until(view: Any, expression: str) -> None:
    """Ask until the expression is true; AssertionError with it after half a minute."""
    end = monotonic() + PATIENCE
    while not view.evaluate(expression):
        assert monotonic() < end, f"never true: {expression}"
        view.wait_for_timeout(_BETWEEN)
