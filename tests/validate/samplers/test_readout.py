"""Exact readouts: the identities behind them, the laws of the samplers built on them, mutants."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import numpy as np
import torch

from binodal.models.modular.network.network import ModularShape, QuadraticNetwork
from binodal.models.modular.network.readout import QuadraticReadout
from binodal.models.teacher_student.network import readout as readouts
from binodal.models.teacher_student.network.data import teacher_target
from binodal.models.teacher_student.network.network import TeacherStudent, TeacherStudentShape
from binodal.models.teacher_student.network.readout import TeacherStudentReadout
from binodal.validate.data import gaussian_inputs
from binodal.validate.samplers import baoab, hmc
from binodal.validate.samplers.collapsed import Collapsed
from binodal.validate.samplers.linear_readout import Conditional, condition, lower_gram
from binodal.validate.target import prior_draw
from tests.validate.problems import Problem, neuron
from tests.validate.samplers import cases
from tests.validate.samplers.gibbs import Gibbs
from tests.validate.samplers.laws import CAUGHT, LIMIT, Case, generator, member_averages, z_scores


def teacher_student(width, count):
    shape = TeacherStudentShape(width, count, 3, 0.25, 0.5, 1.3, -0.3)
    inputs = gaussian_inputs(2, count, 3, generator(width), torch.float64)
    return TeacherStudentReadout(
        TeacherStudent(shape, inputs, teacher_target(inputs[..., 0], shape.epsilon))
    )


def modular(width):
    return QuadraticReadout(
        QuadraticNetwork(ModularShape(width, 3, 0.3, 0.7, 0.4), 2, dtype=torch.float64)
    )


# Fewer rows than features and the other way round, so that either Cholesky factor is used.
MODELS = {
    "teacher-student, n < N": teacher_student(9, 5),
    "teacher-student, n > N": teacher_student(4, 9),
    "modular, P^2 < N": modular(12),
    "modular, P^2 > N": modular(5),
}


@pytest.fixture(params=MODELS)
def model(request):
    return MODELS[request.param]


def hidden_draw(model, seed=1):
    shape = (model.target.members, model.hidden)
    return torch.randn(shape, generator=generator(seed), dtype=torch.float64)


def test_a_stiff_readout_is_solved_in_double_precision(monkeypatch):
    """In float32 alone it is ten times less exact: the control."""
    shape = TeacherStudentShape(60, 200, 10, 1e-3, 0.5, 1.0, -0.3)
    inputs = gaussian_inputs(2, 200, 10, generator(3), torch.float64)
    targets = teacher_target(inputs[..., 0], -0.3)
    hidden = torch.randn(2, 600, generator=generator(4), dtype=torch.float64)
    exact = TeacherStudentReadout(TeacherStudent(shape, inputs, targets)).mean(hidden)
    single = TeacherStudentReadout(TeacherStudent(shape, inputs.float(), targets.float()))

    def error():
        return float((single.mean(hidden.float()) - exact).norm() / exact.norm())

    assert error() < 2e-6
    monkeypatch.setattr(readouts, "_FLOAT32_CONDITION", float("inf"))
    assert error() > 1e-5


def test_a_gram_matrix_in_blocks():
    rows = torch.randn(2, 250, 7, generator=generator(2), dtype=torch.float64)
    assert torch.allclose(lower_gram(rows).tril(), torch.bmm(rows, rows.mT).tril())


def test_the_square_is_completed(model):
    """U(h, A) = U_c(h) + (A - m) G (A - m)/2 - (O/2) log det G: the same constant at any h, A."""
    collapsed = Collapsed(model)
    for seed in (1, 2):
        h = hidden_draw(model, seed)
        law = condition(model, model.linearise(h).features)
        readout = torch.randn(law.mean.shape, generator=generator(7 + seed), dtype=torch.float64)
        precision = torch.linalg.inv(law.covariance)
        off = readout - law.mean
        square = (off * (precision @ off)).sum((1, 2)) / 2
        logdet = torch.logdet(precision) * law.mean.shape[2] / 2
        full = model.target.energy(torch.cat((h, readout.flatten(1)), dim=1))
        assert torch.allclose(full, collapsed.energy(h) + square - logdet, atol=1e-9)


def test_collapsed_gradient(model):
    collapsed = Collapsed(model)
    h, v = hidden_draw(model), hidden_draw(model, 3)
    step = 1e-6
    slope = (collapsed.energy(h + step * v) - collapsed.energy(h - step * v)) / (2 * step)
    assert torch.allclose((collapsed.gradient(h) * v).sum(1), slope, rtol=1e-6)


def test_readout_draws(model):
    """Mean and covariance of 3000 draws; each number is beyond 4.5 errors once in 10^5."""
    law = condition(model, model.linearise(hidden_draw(model)).features)
    random = generator(5)
    draws = torch.stack([law.draw(random) for _ in range(3000)])
    off = draws - law.mean
    spread = law.covariance.diagonal(dim1=1, dim2=2).sqrt()[:, :, None]
    assert (off.mean(0) / spread * 3000**0.5).abs().max() < LIMIT
    lengths = torch.einsum("srko,rkl,srlo->sro", off, torch.linalg.inv(law.covariance), off)
    width = law.mean.shape[1]
    assert ((lengths.mean(0) - width) / (2 * width / 3000) ** 0.5).abs().max() < LIMIT


def collapsed_neuron(change=lambda model: model, collapse=Collapsed):
    problem = neuron()
    target, random = collapse(change(problem.model)), generator(6)
    return replace(
        problem,
        target=target,
        observables=lambda h: problem.observables(target.complete(h, random)),
    )


def gibbs(build, case, change=lambda model: model):
    def both(target, step):
        return Gibbs(change(TeacherStudentReadout(target)), build(target, step))

    return replace(case, build=both)


class TwiceTheNoise(TeacherStudentReadout):
    @property
    def noise(self):
        return 2 * super().noise


class NoDeterminant(Collapsed):
    def energy(self, x):
        features, _ = self.model.linearise(x)
        return super().energy(x) - condition(self.model, features).factor.logdet()


@pytest.mark.parametrize("case", [cases.HMC, cases.BAOAB], ids=["hmc", "baoab"])
def test_collapsed_averages(case):
    assert z_scores(case, collapsed_neuron()).abs().max() < LIMIT


@pytest.mark.parametrize(
    "case", [gibbs(hmc.build, cases.HMC), gibbs(baoab.build, cases.BAOAB)], ids=["hmc", "baoab"]
)
def test_gibbs_averages(case):
    assert z_scores(case, neuron()).abs().max() < LIMIT


def wrong_noise(model):
    return TwiceTheNoise(model.target)


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        (cases.HMC, lambda: collapsed_neuron(wrong_noise)),
        (cases.HMC, lambda: collapsed_neuron(collapse=NoDeterminant)),
        (gibbs(hmc.build, cases.HMC, wrong_noise), neuron),
    ],
    ids=["collapsed: noise", "collapsed: no determinant", "gibbs: noise"],
)
def test_mutants_are_caught(case: Case, problem):
    assert z_scores(case, problem()).abs().max() > CAUGHT


def test_names_and_layers(model):
    collapsed = Collapsed(model)
    assert collapsed.layers == model.target.layers[:1]
    assert collapsed.scale.shape == (collapsed.dimension,) == (model.hidden,)
    sampler = Gibbs(model, hmc.build(model.target, 0.25))
    assert (sampler.name, sampler.step_size) == ("gibbs-hmc", 0.25)


def two_layers():
    """Six neurons, one data set for all members: too many dimensions for quadrature."""
    shape = TeacherStudentShape(6, 12, 3, 0.6, 0.5, 1.2, -0.3)
    inputs = gaussian_inputs(1, 12, 3, generator(2), torch.float64).expand(400, -1, -1)
    target = TeacherStudent(shape, inputs, teacher_target(inputs[..., 0], shape.epsilon))

    def observables(x):
        w, a = target.weights(x)
        along = w[..., 0]
        return torch.stack((target.energy(x), along.square().mean(1), (along * a).sum(1)), 1)

    return Problem("two layers", target, observables, np.zeros(3), TeacherStudentReadout(target))


def test_samplers_agree_on_a_network():
    """BAOAB at a small step, its Gibbs form, and exact HMC: pairwise within ``LIMIT`` errors."""
    problem, means, errors = two_layers(), [], []
    random = generator(4)
    x = prior_draw(problem.target, random)
    plain = replace(cases.BAOAB, time=30.0)
    for case, fraction in ((plain, 0.5), (gibbs(baoab.build, plain), 0.5), (cases.HMC, 1.0)):
        sampler = case.build(problem.target, fraction * case.step(problem.target, x, random))
        averages = member_averages(case, problem, sampler, random)
        means.append(averages.mean(0))
        errors.append(averages.std(0) / len(averages) ** 0.5)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        score = (means[i] - means[j]) / (errors[i] ** 2 + errors[j] ** 2) ** 0.5
        assert score.abs().max() < LIMIT, score


def test_features_beyond_rounding_are_lost_and_no_error():
    features = torch.tensor([[[1e12, 1e12]] * 3, [[1.0, 0.0]] * 3])
    of = Conditional(features.double(), torch.ones(2, 3, 1, dtype=torch.float64), 1e-6)
    assert of.mean[0].isnan().all() and of.mean[1].isfinite().all()


def test_products_solve_as_two_triangles_do():
    """How labels are solved for away from the CPU."""
    features = torch.randn(3, 5, 9, generator=generator(4), dtype=torch.float64)
    labels = torch.randn(3, 5, 2, generator=generator(5), dtype=torch.float64)
    of = Conditional(features, labels, 0.2)
    products = of._root.mT @ (of._root @ labels)
    assert torch.allclose(products / 0.2, of.residual, rtol=1e-12)
