"""The setting of any texts, with several directions or with random biases as well."""

from __future__ import annotations

from binodal.errors import RequestError
from binodal.models.single_index.numerics.biased.setting import biased_setting
from binodal.models.single_index.numerics.setting import Setting, setting_of
from binodal.models.single_index.numerics.several.setting import several_setting
from binodal.models.single_index.settings import directions, has_random_biases, has_several

_MOST = 2


def any_setting(activation: str, teacher: str, bias: str) -> Setting:
    """What a law of one neuron at finite d is solved for. Raises RequestError for what has none."""
    if has_several(teacher):
        if directions(teacher) > _MOST:
            raise RequestError(f"teacher {teacher}: networks take one direction or two")
        return several_setting(activation, teacher, bias)
    if not has_random_biases(bias):
        return setting_of(activation, teacher, bias)
    setting = biased_setting(activation, teacher, bias)
    if setting.flat and setting.biased.facts.closed:
        return setting
    raise RequestError(
        f"activation {activation} with bias {bias}: networks take activations that grow slower "
        "than linearly and whose overlaps have closed forms, such as erf"
    )
