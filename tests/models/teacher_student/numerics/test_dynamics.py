"""Mean-field dynamics: against vectors of d components, and against the law of equilibrium."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

from binodal.cli import main
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.dynamics import dynamics
from binodal.models.teacher_student.numerics.joint_law import TAIL
from binodal.numerics.dynamics.course import Options
from binodal.numerics.outcome import Status
from binodal.numerics.rescale import rescale, whole_sizes
from tests.models.in_time import away

SMALL = {"N": 20, "n": 60, "d": 4, "sigma2": "1/5", "sigma_w2": "1/2", "sigma_a2": "1/8"}
AT = preset("fig2").replace(**{k: Fraction(v) for k, v in SMALL.items()}, epsilon=Fraction(-2, 5))


EIGHTH = Fraction(1, 8)


def followed(parameters, asked, theory="derived"):
    return dynamics(parameters, theory, asked, lambda share: None)


class Vectors:
    """Neurons as vectors of d components in small Euler steps; readouts by regression in modes.

    Overlaps of both modes are written out: <He_1 erf> = 2 q/sqrt(pi D) with D = 1 + 2|w|^2, and
    <He_3 erf> = -4 q^3/(sqrt(pi) D^{3/2}).
    """

    def __init__(self, parameters, count, seed):
        self.at = {name: float(value) for name, value in parameters.items()}
        self.chance = np.random.default_rng(seed)
        width = np.sqrt(self.at["sigma_w2"] / self.at["d"])
        self.w = width * self.chance.standard_normal((int(self.at["d"]), count))

    def overlaps(self):
        q, size = self.w[0], 1 + 2 * (self.w**2).sum(0)
        first, third = 2 * q / np.sqrt(np.pi * size), -4 * q**3 / np.sqrt(np.pi * size**3)
        return q, size, np.stack([first, third / np.sqrt(6)])

    def residual(self, overlaps):
        noise = self.at["sigma2"] / self.at["n"]
        kernel = self.at["sigma_a2"] * overlaps @ overlaps.T / overlaps.shape[1]
        target = np.array([1.0, np.sqrt(6) * self.at["epsilon"]])
        return noise * np.linalg.solve(kernel + noise * np.eye(2), target)

    def advance(self, step, turn=1.0):
        q, size, overlaps = self.overlaps()
        r = self.residual(overlaps)
        r[1] *= turn
        strength = self.at["n"] ** 2 * self.at["sigma_a2"] / (self.at["N"] * self.at["sigma2"] ** 2)
        by_q = r[0] * overlaps[0] / q + 3 * r[1] * overlaps[1] / q
        slope = -2 * (r[0] * overlaps[0] + 3 * r[1] * overlaps[1]) / size * self.w
        slope[0] += by_q
        force = strength * (r @ overlaps) * slope - self.at["d"] / self.at["sigma_w2"] * self.w
        noise = self.chance.standard_normal(self.w.shape)
        self.w += step * force + np.sqrt(2 * step) * noise

    def read(self):
        q, _, overlaps = self.overlaps()
        b, c = self.residual(overlaps) / np.array([1.0, np.sqrt(6)])
        tail = (np.abs(q) > TAIL).mean()
        return {"b": b, "c": c, "q2": (q**2).mean(), "tail": tail, "test_loss": b**2 + 6 * c**2}


def from_vectors(found, until, turn=1.0):
    return away(found, lambda seed: Vectors(AT, 4000, seed), range(6), until, 300, turn)


def test_two_coordinates_move_as_vectors_do():
    """Half way to rest; a force with the other sign of the cubic mode moves them elsewhere."""
    until = 0.08
    found = followed(AT, Options(until, 24_000))
    start, end = (found.curves["q2"].values[k] for k in (0, -1))
    assert abs(end - start) > 0.3 * abs(found.rest["q2"][0] - start)
    assert max(from_vectors(found, until).values()) < 4
    assert from_vectors(found, until, turn=-1.0)["q2"] > 10


@pytest.mark.parametrize("theory", ["derived", "published"])
def test_the_law_comes_to_rest_in_equilibrium(theory):
    """Every quantity, through half of the time; at d = 53 neurons go over to the feature."""
    parameters, _ = whole_sizes(rescale(preset("fig2").replace(sigma2=Fraction(1, 8)), EIGHTH)[0])
    found = followed(parameters, Options(0.15, 8000), theory)
    assert found.status == Status.CONVERGED and "equilibrium" in found.why
    late = found.times > found.times[-1] / 2
    for name, (value, error) in found.rest.items():
        curve = found.curves[name]
        mean = curve.values[late].mean()
        assert abs(mean - value) < 2 * curve.errors[late].mean() + error, name
        assert abs(curve.values[0] - value) > 10 * curve.errors[0]
    assert found.rest["tail"][0] > 0.05
    found = followed(parameters, Options(particles=8000), theory)
    assert "equilibrium" in found.why and 0.02 < found.times[-1] < 0.4


def test_published_neurons_keep_their_transverse_norm():
    found = {
        theory: followed(AT, Options(0.05, 4000), theory).curves["q2"].values[-1]
        for theory in ("derived", "published")
    }
    assert abs(found["derived"] - found["published"]) > 0.02 * found["derived"]


LINE = (
    "dynamics teacher-student --preset fig2 --beta 1/8 -s sigma2=1/10 --particles 64 --until 1/500"
)


def test_the_command_writes_what_it_prints(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert main([*LINE.split(), "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert document["status"] == "converged" and document["limit"] == "finite"
    assert "barrier" in document["delay"]["why"]
    assert document["time"][-1] == 1 / 500 and "not at equilibrium" in document["reason"]
    for file in ("a.json", "a.svg", "a.npz"):
        assert main([*LINE.split(), "-o", file]) == 0
        assert capfd.readouterr().out.startswith(f"{file}: ")
    assert json.loads((tmp_path / "a.json").read_text()) == document
    with np.load(tmp_path / "a.npz") as arrays:
        assert arrays["time"].tolist() == document["time"]
        assert arrays["b_error"].tolist() == document["curves"]["b"]["errors"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("--until 0", "until=0: a positive time"),
        ("--until x", "until"),
        ("--until 1e400", "until=inf: a positive time"),
        ("--particles 5", "particles=5: must be from 32 to"),
        ("--seed -1", "seed"),
        ("--networks 1", "networks"),
        ("-o curves.pdf", "must end in .svg, .png, .json, .npz"),
        ("--theory true", "theory"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(more, why, capfd):
    kept = LINE.partition(" --particles")[0].split()
    assert main([*kept, *more.split()]) == 2
    said = capfd.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and why in said.err


def test_networks_follow_the_curves(tmp_path, capfd):
    """Through most of what is learned first; those that keep their weights would not move."""
    file, more = tmp_path / "curves.svg", LINE.replace("--particles 64", "--particles 1600")
    assert main([*more.split(), "--networks", "6", "--json", "-o", str(file)]) == 0
    document = json.loads(capfd.readouterr().out)
    beside = document["networks"]
    assert beside["count"] == 6 and set(beside["away"]) == {"b", "c", "q2", "tail"}
    for name in ("b", "q2"):
        measured = np.array(beside["curves"][name]["values"])
        own, times = document["curves"][name]["values"], np.array(beside["time"])
        slow, curve, fast = (np.interp(c * times, document["time"], own) for c in (0.5, 1, 2))
        assert np.abs(measured - curve).max() < 0.25 * np.ptp(curve), name
        off = [np.abs(measured - wrong).mean() for wrong in (slow, curve, fast)]
        assert off[1] < min(off[0], off[2]) / (3 if name == "q2" else 1), "another unit of time"
        assert np.ptp(curve) > 0.3 * abs(curve[0])
    assert file.stat().st_size > 5000


def test_what_doubles_round_to_zero_is_undecided(capfd):
    assert main([*LINE.replace("sigma2=1/10", "sigma2=1e-300").split()]) == 1
    said = capfd.readouterr()
    assert said.out == "" and said.err == "binodal: a parameter is rounded to zero in doubles\n"
