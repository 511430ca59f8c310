"""What courses of every model rest on, in words."""

from __future__ import annotations

UNIT = (
    "time: that of dw = -grad S dt + sqrt(2) dW of all weights, exp(-S) the posterior: steps times "
    "learning rate for a descent on S, sigma^2 times that for one on (1/2) sum |y - f|^2"
)
FAST = "readouts: in equilibrium at each time, given the weights"


def slow(mobility: float) -> str:
    """The note of readouts that have so many times the learning rate of weights."""
    return (
        f"readouts: they move beside the weights, their learning rate {mobility:g} of the weights'"
    )


START = "start: every neuron is drawn from its prior"
ONE_LOSS = (
    "test_loss: of the mean predictor, which is the train loss too: data are an equivalent kernel"
)
