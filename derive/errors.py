"""The errors of derivations: one root, and each says what failed and where."""

from __future__ import annotations

from binodal.errors import BAD_REQUEST, UNDECIDED, BinodalError


class DerivationError(BinodalError):
    """Root of the errors that derivations raise."""

    status = UNDECIDED


class StepFailed(DerivationError):
    """A step's independent check contradicts the step.

    Carries the names needed to find the place and the counterexample that the
    check produced, so that nobody has to run the derivation again to see it.
    """

    def __init__(self, derivation: str, step: str, counterexample: str) -> None:
        super().__init__(
            f"derivation '{derivation}' stopped at step '{step}': "
            f"its check gives a counterexample: {counterexample}"
        )
        self.derivation = derivation
        self.step = step
        self.counterexample = counterexample


class UncheckedResult(DerivationError, ValueError):
    """Results that no step of their derivation ends in: nothing would check them."""

    def __init__(self, derivation: str, results: list[str]) -> None:
        super().__init__(f"derivation '{derivation}': no step ends in {', '.join(results)}")
        self.results = results


class ExpressionError(DerivationError, ValueError):
    """A text is no nonlinearity that the theory can take; the message is one line for the user."""

    status = BAD_REQUEST
