"""Packages that only some commands need, and the errors of what needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from binodal.errors import RequestError, Stopped

_OF_TRAINING = {"torch", "safetensors", "zarr", "loky", "arviz_stats"}


def installing(name: str) -> str:
    """How to have what an extra brings; the package index has no binodal."""
    return f"pip install '.[{name}]' in a clone of binodal"


@contextmanager
def extra(name: str, what: str) -> Iterator[None]:
    """Around an import: without the package, raise RequestError and say what to install.

    >>> with extra("sweep", "--workers"):
    ...     raise ImportError("No module named 'loky'", name="loky")
    Traceback (most recent call last):
    binodal.errors.RequestError: --workers needs loky: pip install '.[sweep]' in a clone of binodal
    """
    try:
        yield
    except ImportError as error:
        package = (error.name or str(error)).partition(".")[0]
        raise RequestError(f"{what} needs {package}: {installing(name)}") from error


@contextmanager
def experiment_errors(doing: str) -> Iterator[None]:
    """The package's own errors in place of those of ``validate``.

    What makes no sense becomes a :class:`RequestError`, any other failure :class:`Stopped`, as
    does a module that is missing because the extra ``train`` is; ``doing`` is what needs it.
    """
    from binodal.validate.compare.errors import ComparisonError
    from binodal.validate.errors import DataError, SamplerError, ValidateError
    from binodal.validate.run.errors import RunError

    try:
        yield
    except ModuleNotFoundError as error:
        if error.name in _OF_TRAINING:
            raise Stopped(
                f"{doing} needs {error.name}, which is not installed: {installing('train')}"
            ) from error
        raise
    except (RunError, DataError, SamplerError, ComparisonError) as error:
        raise RequestError(str(error)) from error
    except ValidateError as error:
        raise Stopped(str(error)) from error
