"""Each sampler keeps the laws."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from tests.validate.samplers import cases
from tests.validate.samplers.laws import SamplerLaws


class TestBaoab(SamplerLaws):
    case = cases.BAOAB


class TestEulerEqual(SamplerLaws):
    case = cases.EULER


class TestEulerWhitened(SamplerLaws):
    case = cases.EULER_WHITENED


class TestEulerLayers(SamplerLaws):
    case = cases.EULER_LAYERS


class TestMala(SamplerLaws):
    case = cases.MALA


class TestHmc(SamplerLaws):
    case = cases.HMC
