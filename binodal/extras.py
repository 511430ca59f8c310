"""Packages that only some commands need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from binodal.errors import RequestError


@contextmanager
def extra(name: str, what: str) -> Iterator[None]:
    """Around an import: without the package, raise RequestError and say what to install.

    >>> with extra("sweep", "--workers"):
    ...     raise ImportError("No module named 'loky'", name="loky")
    Traceback (most recent call last):
    binodal.errors.RequestError: --workers needs loky: pip install "binodal[sweep]"
    """
    try:
        yield
    except ImportError as error:
        package = (error.name or str(error)).partition(".")[0]
        raise RequestError(f'{what} needs {package}: pip install "binodal[{name}]"') from error
