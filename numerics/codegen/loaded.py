"""Loading generated modules through Python's import machinery."""

from __future__ import annotations

import importlib.abc
import importlib.util
from collections.abc import Callable
from typing import Any

from binodal.numerics.errors import CodegenError


class _SourceLoader(importlib.abc.InspectLoader):
    """Serves one generated module from memory."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, fullname: str) -> str:
        return self.text


def loaded(text: str, name: str, module_name: str = "generated") -> Callable[..., tuple[Any, ...]]:
    """The function of a generated Python module's text; the module stands in no table."""
    spec = importlib.util.spec_from_loader(module_name, _SourceLoader(text))
    if spec is None or spec.loader is None:
        raise CodegenError(f"the generated module {module_name} could not be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[..., tuple[Any, ...]] = getattr(module, name)
    return function
