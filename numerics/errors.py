"""The errors of numerics: one root; each says what failed, where, and what to try."""

from __future__ import annotations

from binodal.errors import BAD_REQUEST, UNDECIDED, BinodalError


class NumericsError(BinodalError):
    """Root of the errors that numerics raises."""

    status = UNDECIDED


class ParameterError(NumericsError):
    """A parameter's name or value makes no sense; the message is one line for the user."""

    status = BAD_REQUEST


class CodegenError(NumericsError):
    """An expression cannot be printed for a target."""

    status = BAD_REQUEST


class Undecided(NumericsError):
    """A proof did not succeed within its limits; the message says how far it got."""
