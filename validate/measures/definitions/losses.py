"""Train and test loss and accuracy."""

from __future__ import annotations

from binodal.validate.measures.inputs import Array, Whole
from binodal.validate.measures.measure import Measure, Value, known, undefined
from binodal.validate.measures.network import TwoLayer

NOT_KNOWN = "which inputs the network was trained on is not known"
NO_OTHERS = "every input is training data"
NO_CLASSES = "outputs are real numbers: there are no classes"


def _loss(network: TwoLayer, chosen: Whole) -> Value:
    values = network.task.losses(network.outputs[chosen], chosen)
    return known(float(values.mean()), _sampling(network, values))


def _accuracy(network: TwoLayer, chosen: Whole) -> Value:
    if not network.task.classes:
        return undefined(NO_CLASSES)
    right = network.outputs[chosen].argmax(axis=1) == network.task.answers[chosen]
    return known(float(right.mean()))


def _sampling(network: TwoLayer, values: Array) -> float | None:
    """Of a mean over drawn inputs; lists of tokens are complete."""
    drawn = not network.task.inputs.order and len(values) > 1
    return float(values.std(ddof=1)) / len(values) ** 0.5 if drawn else None


def _of_training(network: TwoLayer, accuracy: bool) -> Value:
    if network.task.trained is None:
        return undefined(NOT_KNOWN)
    return (_accuracy if accuracy else _loss)(network, network.task.seen)


def _of_others(network: TwoLayer, accuracy: bool) -> Value:
    task = network.task
    if task.trained is None and task.inputs.order:
        return undefined(NOT_KNOWN)
    others = task.seen if task.trained is None else task.held_out
    if not len(others):
        return undefined(NO_OTHERS)
    return (_accuracy if accuracy else _loss)(network, others)


_MSE = (
    "mean over outputs of (y - f)^2, without 1/2, of a file whatever it was trained by; "
    "cross-entropy in nats where train was asked for it"
)
_LARGEST = "the largest output counts, the first of equal ones"
_USED = "common use"
_ALL = "this theory is of networks that have seen all inputs"
MEASURES = (
    Measure(
        "train_loss",
        "mean loss over the training inputs",
        _USED,
        "training inputs",
        "output",
        _MSE,
        lambda network: _of_training(network, False),
    ),
    Measure(
        "test_loss",
        "mean loss over inputs that were not trained on",
        _USED,
        "held-out inputs; drawn ones where inputs are vectors",
        "output",
        _MSE,
        lambda network: _of_others(network, False),
        unpredicted=_ALL,
    ),
    Measure(
        "train_accuracy",
        "share of training inputs whose largest output is the right class",
        _USED,
        "training inputs",
        "output",
        _LARGEST,
        lambda network: _of_training(network, True),
    ),
    Measure(
        "test_accuracy",
        "share of held-out inputs whose largest output is the right class",
        _USED,
        "held-out inputs",
        "output",
        _LARGEST,
        lambda network: _of_others(network, True),
        unpredicted=_ALL,
    ),
)
