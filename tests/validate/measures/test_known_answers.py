"""Every measure on networks where its value follows from a line of algebra."""

from __future__ import annotations

from dataclasses import replace
from math import log, sqrt

import numpy as np
import pytest

from binodal.validate.errors import DataError
from binodal.validate.measures.definitions.agop import agop
from binodal.validate.measures.definitions.circuit_complexity import removed
from binodal.validate.measures.definitions.gini import gini
from binodal.validate.measures.definitions.htsr_alpha import power_law
from binodal.validate.measures.definitions.linear_mapping_number import linearity
from binodal.validate.measures.table import table, values
from tests.validate.measures.constructed import cosines, gaussian, on_vectors

ODD = (3, 5, 7, 13, 23)


def number(network, name):
    value = table()[name].compute(network)
    assert value.number is not None, value.why
    return value.number


def exact(order):
    """Closed forms of the network of cosines, by sums over the phases."""
    count, chance = (order - 1) // 2, (order - 1) / order**2
    return {
        "train_loss": 0.0,
        "train_accuracy": 1.0,
        "restricted_loss": 0.0,
        # Without functions of the sum nothing is left, and the loss is the target's mean square.
        "excluded_loss": chance,
        "gini_neuron": 1 - 1 / count,
        "gini_network": 0.0,
        "ipr": 1.0,
        # df_p/du_n' = delta(p, m + n') - 1/P, so that G is the projector off the constants, twice.
        "agop_trace": 2 * (order - 1),
        "agop_alignment": 1.0,
        "bbp_spikes": 0.0,
        "token_uniformity": 3 * sqrt(order / 2),
        # sum_i a_ip^2 phi_i^2 is as large as f_p^2 in the mean over inputs and outputs.
        "circuit_complexity": 0.1 * chance,
    }


@pytest.mark.parametrize("order", ODD)
def test_the_network_of_cosines(order):
    network = cosines(order)
    for name, wanted in exact(order).items():
        assert number(network, name) == pytest.approx(wanted, rel=1e-10, abs=1e-12), name


def test_of_the_network_of_cosines_alpha_is_undefined():
    value = table()["htsr_alpha"].compute(cosines(13))
    assert value.number is None and "1 eigenvalues" in value.why


def test_without_one_phase_the_cosines_fail():
    network = cosines(7)
    fewer = network.with_weights(network.first[1:], network.readout[1:])
    assert number(fewer, "train_loss") > 1e-4


@pytest.mark.parametrize("order", (5, 6))
def test_restricted_and_excluded_loss_add_up(order):
    """restricted + excluded = full + |y - f_0|^2 for the mean square error on all pairs."""
    network = gaussian(order, 30)
    left = number(network, "restricted_loss") + number(network, "excluded_loss")
    task = network.task
    shown = np.square(task.targets - network.outputs.mean(axis=0)).mean()
    assert left == pytest.approx(number(network, "train_loss") + shown, rel=1e-12)


def test_restricted_loss_keeps_the_characters_of_the_sum():
    """By two-dimensional Fourier transforms, not by averages over sums."""
    network = gaussian(7, 20)
    waves = np.fft.fft2(network.outputs.reshape(7, 7, -1), axes=(0, 1))
    diagonal = np.eye(7)[:, :, None] * waves
    kept = np.fft.ifft2(diagonal, axes=(0, 1)).real.reshape(49, -1)
    wanted = np.square(network.task.targets - kept).mean()
    assert number(network, "restricted_loss") == pytest.approx(wanted, rel=1e-10)


@pytest.mark.parametrize("keys", [(1,), (2, 5), (1, 2, 3, 4, 5, 6)])
def test_key_frequencies_share_the_target_evenly(keys):
    """The exact solution has y, whose mean square (P - 1)/P^2 lies at P - 1 frequencies alike."""
    network = replace(cosines(13), frequencies=keys)
    left, taken = (12 - 2 * len(keys)) / 169, 2 * len(keys) / 169
    assert number(network, "restricted_loss") == pytest.approx(left, abs=1e-12)
    assert number(network, "excluded_loss") == pytest.approx(taken, abs=1e-12)


def test_all_frequencies_as_keys_are_none_chosen():
    network = gaussian(7, 5)
    for name in ("restricted_loss", "excluded_loss"):
        every = number(replace(network, frequencies=(3, 1, 2)), name)
        assert every == pytest.approx(number(network, name), rel=1e-12)
    with pytest.raises(DataError, match="from 1 to 3"):
        replace(network, frequencies=(4,))
    with pytest.raises(DataError, match="of tokens that are residues"):
        replace(on_vectors("erf", np.ones((1, 3)), np.ones((1, 1))), frequencies=(1,))


def test_cross_entropy_of_equal_outputs_is_the_logarithm_of_their_number():
    network = gaussian(5, 6, loss="cross-entropy")
    still = network.with_weights(network.first, 0 * network.readout)
    assert number(still, "train_loss") == pytest.approx(log(5))
    assert number(still, "restricted_loss") == pytest.approx(log(5))


def test_gini_is_the_mean_difference():
    x = np.random.default_rng(3).exponential(size=11)
    differences = np.abs(x[:, None] - x)
    assert float(gini(x)) == pytest.approx(differences.mean() / (2 * x.mean()), rel=1e-12)


def test_ipr_of_gaussian_neurons():
    """Powers of Gaussian modes are exponential, their shares uniform: <sum s^2> = 2/(K + 1)."""
    value = table()["ipr"].compute(gaussian(23, 4000))
    assert abs(value.number - 2 / 12) < 5 * value.stderr


def test_gini_of_gaussian_neurons():
    """Of uniform shares it is (K - 1)/(2 K) in the mean."""
    value = table()["gini_neuron"].compute(gaussian(23, 4000))
    assert abs(value.number - 10 / 22) < 5 * value.stderr


@pytest.mark.parametrize("phi", ("erf", "quadratic", "relu"))
def test_agop_is_the_average_of_gradients(phi):
    """By differences of outputs along every axis."""
    rng = np.random.default_rng(2)
    network = on_vectors(phi, rng.standard_normal((5, 3)), rng.standard_normal((5, 1)))
    x, step = network.task.inputs.x, 1e-6
    moved = [
        [network.output(network.first @ (x + sign * step * axis).T)[:, 0] for sign in (1, -1)]
        for axis in np.eye(3)
    ]
    gradient = np.array([(up - down) / (2 * step) for up, down in moved])
    assert np.allclose(agop(network), gradient @ gradient.T / len(x), rtol=1e-6)


def shifted(network, other):
    """All networks with n -> n + s, m -> m + other s, p -> p + (1 + other) s, side by side."""
    halves, order = np.split(network.first, 2, axis=1), network.readout.shape[1]
    first, readout = [], []
    for s in range(order):
        rolled = [np.roll(halves[0], s, axis=1), np.roll(halves[1], other * s, axis=1)]
        first.append(np.concatenate(rolled, axis=1))
        readout.append(np.roll(network.readout, (1 + other) * s, axis=1))
    return network.with_weights(np.concatenate(first), np.concatenate(readout))


def test_a_network_that_knows_no_place_is_circulant():
    """Invariance under n + s, m + s, p + 2 s leaves n - m to G; under n + s, m - s it does not."""
    whole = shifted(gaussian(7, 3), 1)
    assert number(whole, "agop_circulant") == pytest.approx(1, abs=1e-12)
    assert number(shifted(gaussian(7, 3), -1), "agop_circulant") < 1e-12


def test_of_no_structure_chance_decides_one_entry_of_all():
    found = [number(gaussian(5, 20, seed), "agop_circulant") for seed in range(60)]
    spread = np.std(found) / sqrt(len(found))
    assert abs(np.mean(found) - 1 / 6) < 4 * spread < 0.1
    constant = table()["agop_circulant"].compute(cosines(7))
    assert constant.number is None and "is constant" in constant.why


def test_circuit_complexity_is_the_mean_over_masks():
    network, share = gaussian(5, 8), 0.3
    rng, found = np.random.default_rng(4), []
    for _ in range(2000):
        mask = rng.random(network.readout.shape) >= share
        other = network.with_weights(network.first, network.readout * mask)
        found.append(np.square(network.outputs - other.outputs).mean())
    error = np.std(found) / sqrt(len(found))
    assert abs(np.mean(found) - removed(network, share)) < 5 * error


def test_a_linear_network_is_one_linear_map():
    rng = np.random.default_rng(6)
    network = on_vectors("linear", rng.standard_normal((4, 3)), rng.standard_normal((4, 1)))
    assert number(network, "linear_mapping_number") == pytest.approx(1.0, abs=1e-9)


def test_linearity_of_a_bent_segment():
    """t^2 at 0, 1/8, ... 1 has R^2 = 15/16 (1 - 1/...) as its regression says."""
    network = on_vectors("quadratic", np.array([[1.0]]), np.array([[1.0]]), count=2)
    network.task.inputs.x[:] = [[0.0], [1.0]]
    t = np.linspace(0, 1, 9)
    wanted = np.corrcoef(t, t**2)[0, 1] ** 2
    assert linearity(network)[0, 1] == pytest.approx(wanted, rel=1e-12)


def test_a_number_of_maps_without_an_entropy_is_refused():
    value = table()["linear_mapping_number"].compute(gaussian(5, 10))
    assert value.number is None and "negative eigenvalues" in value.why


def test_alpha_of_a_power_law():
    """Quantiles of a Pareto law of exponent 2.5 above 1."""
    ranks = (np.arange(4000) + 0.5) / 4000
    fit = power_law((1 - ranks) ** (-1 / 1.5))
    assert fit.alpha == pytest.approx(2.5, abs=0.02) and fit.distance < 0.01


def test_alpha_needs_fifty_eigenvalues():
    assert table()["htsr_alpha"].compute(gaussian(23, 200)).number is None
    assert table()["htsr_alpha"].compute(gaussian(31, 200)).number is not None


def test_chance_gives_no_spikes_and_no_traps_and_a_direction_gives_one():
    quiet = [gaussian(31, 300, seed) for seed in range(20)]
    assert sum(number(of, "bbp_spikes") for of in quiet) <= 2
    assert sum(number(of, "correlation_traps") for of in quiet) <= 2
    loud = quiet[0].first.copy()
    loud[:, 0] *= 2
    spiked = quiet[0].with_weights(loud, quiet[0].readout)
    assert number(spiked, "bbp_spikes") == 1
    assert number(spiked, "correlation_traps") == 0
    trapped = quiet[0].first.copy()
    trapped[0, 0] = 60
    assert number(quiet[0].with_weights(trapped, quiet[0].readout), "correlation_traps") == 1


def test_two_neurons_in_three_dimensions():
    """w = e_1 and 2 e_2, readout 1 and 0, erf."""
    network = on_vectors("erf", np.array([[1.0, 0, 0], [0, 2.0, 0]]), np.array([[1.0], [0.0]]))
    assert number(network, "weight_entropy") == pytest.approx(-2 * log(2))
    gradient = agop(network)
    assert gradient[0, 0] > 0 and abs(gradient[1:]).max() == 0
    assert number(network, "agop_alignment") == pytest.approx(1 / sqrt(1 + 4**2))


def test_information_is_the_determinant_of_the_kernel():
    network = gaussian(5, 7)
    features = network.activations(network.fields(np.arange(25)))
    kernel = network.task.spread / 7 * features.T @ features
    wanted = np.linalg.slogdet(np.eye(25) + kernel / network.task.noise)[1] / 2
    assert number(network, "mutual_information") == pytest.approx(wanted, rel=1e-9)


def test_local_complexity_counts_signs_on_the_polytope():
    """By the vertices themselves, in few dimensions, where the frame is whole."""
    rng = np.random.default_rng(8)
    network = on_vectors("erf", rng.standard_normal((30, 4)) * 20, np.ones((30, 1)), count=400)

    random = network.generator("local_complexity").standard_normal((4, 4))
    frame, _ = np.linalg.qr(random)
    x = network.task.inputs.x[:, None, :] + 0.005 * np.concatenate([frame.T, -frame.T])
    signs = np.sign(x @ network.first.T)
    changed = (signs.min(axis=1) != signs.max(axis=1)).sum(axis=1).mean()
    assert number(network, "local_complexity") == pytest.approx(changed)


def test_every_measure_has_words():
    for measure in table().values():
        words = (measure.definition, measure.source, measure.inputs, measure.layer)
        assert all(words) and measure.convention, measure.name


def test_a_silent_neuron_has_no_shares():
    network = gaussian(5, 4)
    first = network.first.copy()
    first[2] = 0
    silent = values(network.with_weights(first, network.readout), ("ipr", "gini_neuron"))
    assert all(v.number is None and "1 of 4" in v.why for v in silent.values())


def test_what_was_trained_on_is_not_guessed():
    found = values(gaussian(5, 4, trained=None), ("train_loss", "test_loss"))
    assert all(v.number is None and "not known" in v.why for v in found.values())
    half = np.arange(25) < 12
    network = gaussian(5, 4, trained=half)
    squares = np.square(network.task.targets - network.outputs).mean(axis=1)
    assert number(network, "train_loss") == pytest.approx(squares[half].mean())
    assert number(network, "test_loss") == pytest.approx(squares[~half].mean())


def test_seeds_decide_what_is_random():
    one = gaussian(23, 40)
    again = [table()["local_complexity"].compute(one).number for _ in range(2)]
    assert again[0] == again[1]
