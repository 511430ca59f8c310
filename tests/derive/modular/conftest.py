"""Derivations are cached; a test that breaks one on purpose must not leave it behind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest


def _clear() -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("derive.modular"):
            for value in vars(module).values():
                clear = getattr(value, "cache_clear", None)
                if clear is not None:
                    clear()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str, object], None]]:
    """Replace ``function`` in every module of the package that uses it, on clean caches."""

    def replace(home: str, function: str, value: object) -> None:
        original = getattr(sys.modules[home], function)
        for name, module in list(sys.modules.items()):
            if name.startswith("derive.modular") and vars(module).get(function) is original:
                monkeypatch.setattr(module, function, value)

    _clear()
    yield replace
    _clear()
