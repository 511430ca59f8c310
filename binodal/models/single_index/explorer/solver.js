// Closure and phase of a single-index theory.

import { settled } from "../../../explorer/newton.js";

// The state that holds a feature at S = 0, from one that lies below: S vanishes as the modes shrink
// together, and from there all modes and the mass move at once.
function droplet(neuron, p, modes, feature) {
  const { f, resting, acting } = neuron;
  let shrunk = modes;
  let at = feature;
  for (let count = 0; count < 60 && at && Math.abs(at.action) > HELD / 1e3; count++) {
    const free = actionAt(neuron, p, [0, 0, 0], [at.place, at.r])[0];
    const scale = Math.sqrt(free / (free - at.action));
    shrunk = shrunk.map((t) => scale * t);
    at = saddleFrom(neuron, p, shrunk, [at.place, at.r]);
  }
  if (!at) {
    return null;
  }
  // Rows and unknowns: m, log r, the acting modes, the mass.
  const kept = [0, 1, ...acting.map((k) => k + 1), MODES.length + 2];
  const rows = [0, 1, 2, ...acting.map((k) => k + 2)];
  const size = MODES.length + 3;
  const whole = (values) => {
    const all = [0, 0, ...neuron.teacher, 0];
    kept.forEach((place, k) => (all[place] = values[k]));
    return all;
  };
  const system = (values) => {
    const [m, r, ...others] = whole(values);
    const found = f.droplets(m, r, ...others, resting[0], ...neuron.overlaps(r), ...p);
    const matrix = rows.map((i) => kept.map((k) => found[size + i * size + k]));
    return [rows.map((i) => found[i]), matrix];
  };
  const forward = (now, step) => [...moved(now, step), ...now.slice(2).map((x, k) => x + step[k + 2])];
  const bare = [at.place, at.r, ...acting.map((k) => shrunk[k - 1])];
  // The closure's rows are linear in the mass: what it must be, by least squares.
  const [none] = system([...bare, 0]);
  const [one] = system([...bare, 1]);
  const pull = one.map((x, k) => x - none[k]).slice(3);
  const needed = pull.reduce((sum, x, k) => sum - x * none[k + 3], 0) / pull.reduce((sum, x) => sum + x * x, 0);
  const solution = settled(system, [...bare, Math.max(needed, 1e-3)], forward, LONGEST);
  if (!solution) {
    return null;
  }
  const [m, r, ...others] = whole(solution);
  return { place: m, r, modes: others.slice(0, MODES.length), mass: others[MODES.length] };
}

const described = (neuron, p, modes) => ({
  ...Object.fromEntries(MODES.map((k) => [`t_${k}`, modes[k - 1]])),
  u: 2 * neuron.f.strength(...p)[0],
});

const unknown = (neuron, p, modes, said) => ({
  phase: "undecided",
  said,
  state: described(neuron, p, modes),
  saddles: withZero(neuron, [], null),
  mirrored: neuron.mirrored,
});

const CONDENSED = `condensed: neurons of infinite norm would lower the zero branch’s action
  without bound, so its law cannot be normalised; the command below says what holds instead.`;

const LOWER = "the action is lower somewhere than at every minimum that was found.";
const NOT_HELD = "no state was found that holds the deepest feature at zero.";
const UNBOUNDED = "Neurons of no share, with norms without a bound, hold the residual: a condensate.";

export function solve(f, p) {
  const neuron = neuronOf(f, p);
  const { modes } = modesOf(neuron, p);
  const { mirrored } = neuron;
  if (!neuron.acting.length) {
    return unknown(neuron, p, modes, "no neuron of this activation learns a mode of this teacher.");
  }
  const growth = growthOf(neuron, p, modes);
  const condensed = growth > -SPARE;
  const shrunk = condensed ? modes.map((t) => t * Math.sqrt((1 - 2 * SPARE) / (1 + growth))) : modes;
  const saddles = saddlesOf(neuron, p, shrunk);
  const deepest = lowest(saddles);
  const bottom = Math.min(...valleyOf(neuron, p, shrunk).map(({ seen }) => seen));
  const lower = bottom < Math.min(deepest ? deepest.action : 0, 0) - HELD;
  if (!condensed && !lower && (!deepest || deepest.action >= 0)) {
    minimaOf(saddles).forEach((saddle) => (saddle.mass = 0));
    return { phase: "GFL", state: described(neuron, p, modes), saddles: withZero(neuron, saddles, 1), mirrored };
  }
  const held = (!lower && deepest && deepest.action < 0 && alone(neuron, p, shrunk, deepest)) || several(neuron, p, shrunk);
  if (!held) {
    const words = condensed ? CONDENSED.replace(/\s+/g, " ") : lower ? LOWER : NOT_HELD;
    return unknown(neuron, p, modes, words);
  }
  const share = held.found.reduce((sum, { mass }) => sum + mass, 0) / p[OWN.d];
  const known = share < 1;
  minimaOf(held.around).forEach((saddle) => (saddle.mass = 0));
  held.found.forEach(({ feature, mass }) => Object.assign(feature, { action: 0, mass: known ? mass / p[OWN.d] : null }));
  return {
    phase: "GMFL-I",
    state: described(neuron, p, held.modes),
    saddles: withZero(neuron, held.around, known ? 1 - share : null),
    mirrored,
    ...(held.beyond && { beyond: UNBOUNDED }),
  };
}

// The state that one feature holds, where no other lies lower.
function alone(neuron, p, modes, deepest) {
  const pinned = droplet(neuron, p, modes, deepest);
  if (!pinned || !(pinned.mass > 0)) {
    return null;
  }
  const around = saddlesOf(neuron, p, pinned.modes);
  const feature = lowest(around);
  const same = feature && Math.abs(feature.action) < HELD && Math.abs(feature.place - pinned.place) < SAME;
  const sound = same && nothingLower(neuron, p, pinned.modes, around);
  return sound ? { modes: pinned.modes, around, found: [{ feature, mass: pinned.mass }], beyond: false } : null;
}

// The zero state’s residual, whatever is deeper; nothing where its law has no norm.
export function kept(f, p) {
  const neuron = neuronOf(f, p);
  const { modes } = modesOf(neuron, p);
  return growthOf(neuron, p, modes) < -SPARE ? described(neuron, p, modes) : {};
}

// How many neurons are at a feature; null where that is not known.
export function neurons(f, p, { saddles }) {
  const masses = saddles.filter(({ kind, place }) => kind === "minimum" && place !== 0).map(({ mass }) => mass);
  return masses.includes(null) ? null : p[OWN.N] * masses.reduce((sum, mass) => sum + mass, 0);
}
