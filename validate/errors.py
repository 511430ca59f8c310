"""What can go wrong in an experiment; every message says what failed, where, and what to try."""

from __future__ import annotations


class ValidateError(Exception):
    """Root of this package's errors."""


class DataError(ValidateError):
    """A data set or a request for one makes no sense."""
