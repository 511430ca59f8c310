"""The errors of numerics: one root; each says what failed, where, and what to try."""

from __future__ import annotations


class NumericsError(Exception):
    """Root of the errors that numerics raises."""


class ParameterError(NumericsError):
    """A parameter's name or value makes no sense; the message is one line for the user."""


class CodegenError(NumericsError):
    """An expression cannot be printed for a target."""


class Undecided(NumericsError):
    """A proof did not succeed within its limits; the message says how far it got."""
