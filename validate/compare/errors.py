"""What can go wrong in a comparison."""

from __future__ import annotations

from binodal.errors import RequestError
from binodal.validate.errors import ValidateError


class ComparisonError(ValidateError, RequestError):
    """A run cannot be compared: what is missing, where, and what to do."""
