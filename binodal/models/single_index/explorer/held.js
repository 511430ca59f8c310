// The residual that several features, or neurons without a bound of their norm, hold: the least of
// a convex function of the modes where no neuron's action is negative.

import { linearSolution, settled } from "../../../explorer/newton.js";

const [ROUNDS, AWAY, NEIGHBOURS, FAINT] = [80, 0.05, 3, 1e-9];
const SIZES = [1, 2, 6];

// Places (row and column of the lattice; none at infinite norm) with their normals, one behind the
// other: no action is negative where every |normal . modes| <= 1.
function wallsOf(neuron, p) {
  const { f, norms, radial, features, columns, acting, grows, mirrored } = neuron;
  const [half] = f.strength(...p);
  const own = acting.map((k) => k - 1);
  const normals = [];
  const places = [];
  columns.forEach(([m, cost, ...powers], column) => {
    for (let row = 0; row < norms.length && Math.abs(m) > AWAY; row++) {
      const size = Math.sqrt(half / (cost + radial[row]));
      for (const k of own) {
        normals.push(size * powers[k] * features[k][row]);
      }
      places.push([column, row]);
    }
  });
  const far = Math.sqrt(2 * half * p[OWN.sigma_w2]);
  for (const m of grows ? (mirrored ? [1] : [-1, 1]) : []) {
    normals.push(...acting.map((k) => far * m ** k * p[OWN[`g_${k}`]]));
    places.push([m, -1]);
  }
  return { normals: Float64Array.from(normals), places };
}

// The wall that modes exceed most, with its normal turned to them.
function worstOf(neuron, { normals, places }, at) {
  const size = at.length;
  let [worst, height] = [0, 0];
  for (let wall = 0, k = 0; wall < places.length; wall++, k += size) {
    let own = 0;
    for (let i = 0; i < size; i++) {
      own += normals[k + i] * at[i];
    }
    if (Math.abs(own) > Math.abs(height)) {
      [worst, height] = [wall, own];
    }
  }
  const [column, row] = places[worst];
  const place = row < 0 ? { m: column, r: Infinity } : { m: neuron.columns[column][0], r: neuron.norms[row], row, column };
  const normal = Array.from(normals.slice(worst * size, (worst + 1) * size), (x) => Math.sign(height) * x);
  return { ...place, normal };
}

const dot = (one, other) => one.reduce((sum, x, k) => sum + x * other[k], 0);

// All sets of up to so many of the first `count` numbers.
function subsets(count, most) {
  let sets = [[]];
  for (let k = 0; k < count; k++) {
    sets = [...sets, ...sets.filter((set) => set.length < most).map((set) => [...set, k])];
  }
  return sets;
}

// The point nearest to a free one, by weights of its coordinates, on the right side of all planes,
// with the multipliers of those that hold it: the one set of planes for which both are right.
function nearestTo(free, weights, planes) {
  for (const set of subsets(planes.length, free.length)) {
    const own = set.map((k) => planes[k].normal);
    const scaled = own.map((normal) => normal.map((x, k) => x / weights[k]));
    const pulls = set.length
      ? linearSolution(own.map((normal) => scaled.map((other) => dot(normal, other))), own.map((normal) => dot(normal, free) - 1))
      : [];
    const at = free.map((x, k) => x - scaled.reduce((sum, normal, i) => sum + pulls[i] * normal[k], 0));
    if (pulls.every((x) => x > 0) && planes.every(({ normal }) => dot(normal, at) <= 1 + FAINT)) {
      return { at, held: set.map((k, i) => ({ ...planes[k], pull: pulls[i] })) };
    }
  }
  return null;
}

// The closure's rows without neurons at places, and their slopes, each in its own mode.
function unheld(neuron, p, modes) {
  const { f, rest, resting, overlaps } = neuron;
  const size = MODES.length + 3;
  const found = f.droplets(0, rest, ...modes, 0, resting[0], ...overlaps(rest), ...p);
  return MODES.map((_, k) => [found[k + 3], found[size + (k + 3) * size + k + 2]]);
}

// What holds the residual on the lattice: neighbours are one place.
function seedsOf(neuron, p, start) {
  const { acting, resting, f } = neuron;
  const walls = wallsOf(neuron, p);
  const whole = (at) => neuron.teacher.map((y, k) => (acting.includes(k + 1) ? at[acting.indexOf(k + 1)] : y));
  const most = 0.999 / Math.sqrt(2 * f.strength(...p)[0]) / Math.abs(resting[0] || 0);
  let at = acting.map((k) => start[k - 1]);
  let [planes, held] = [[], []];
  for (let count = 0; count < ROUNDS; count++) {
    planes.push(worstOf(neuron, walls, at));
    const rows = unheld(neuron, p, whole(at));
    const free = acting.map((k, i) => at[i] - rows[k - 1][0] / rows[k - 1][1]);
    const found = nearestTo(free, acting.map((k) => SIZES[k - 1] * rows[k - 1][1]), planes);
    if (!found) {
      return null;
    }
    const next = found.at.map((x, i) => (acting[i] === 1 ? Math.max(-most, Math.min(most, x)) : x));
    const step = Math.max(...next.map((x, i) => Math.abs(x - at[i])));
    [at, held] = [next, found.held];
    // Planes that the point leaves come again when they are needed.
    planes = planes.filter(({ normal }) => dot(normal, at) > 1 - 0.1);
    if (step < FAINT * Math.max(...at.map(Math.abs))) {
      break;
    }
  }
  const places = [];
  for (const one of held.sort((a, b) => b.pull - a.pull)) {
    const near = (other) => Math.abs(other.column - one.column) <= NEIGHBOURS && Math.abs(other.row - one.row) <= NEIGHBOURS;
    if (!places.some((other) => other.m * one.m > 0 && near(other))) {
      places.push(one);
    }
  }
  return { modes: whole(at), places };
}

// S = S_m = S_l = 0 at every feature, the edge of normalisability at infinite norms, the closure.
function heldBy(neuron, p, { modes, places }) {
  const { f, resting, overlaps, acting } = neuron;
  const size = MODES.length + 3;
  const bounded = places.map(({ r }) => Number.isFinite(r));
  const starts = bounded.map((has, k) => 2 * bounded.slice(0, k).filter(Boolean).length);
  const count = 2 * bounded.filter(Boolean).length;
  const all = count + MODES.length + places.length;
  const kept = [...Array(all).keys()].filter((k) => k < count || k >= count + MODES.length || acting.includes(k - count + 1));
  const system = (values) => {
    const full = [...Array(count).fill(0), ...neuron.teacher, ...places.map(() => 0)];
    kept.forEach((place, k) => (full[place] = values[k]));
    const t = full.slice(count, count + MODES.length);
    const rows = [];
    const matrix = [];
    const bare = unheld(neuron, p, t);
    const closure = bare.map(([value]) => value);
    const slopes = bare.map(([, slope], k) => full.map((_, j) => (j === count + k ? slope : 0)));
    places.forEach((place, i) => {
      const mass = full[count + MODES.length + i];
      const own = bounded[i] ? [starts[i], starts[i] + 1] : [];
      const columns = [...own, ...MODES.map((_, k) => count + k), count + MODES.length + i];
      const [m, r] = bounded[i] ? own.map((k) => full[k]) : [place.m, 0];
      const found = bounded[i]
        ? f.droplets(m, r, ...t, mass, resting[0], ...overlaps(r), ...p)
        : f.direction(m, ...t, mass, ...p);
      const width = bounded[i] ? size : MODES.length + 1;
      const first = width - MODES.length;
      for (let row = 0; row < width; row++) {
        const line = full.map(() => 0);
        columns.forEach((column, k) => (line[column] = found[width + row * width + k]));
        if (row < first) {
          rows.push(found[row]);
          matrix.push(line);
          continue;
        }
        const k = row - first;
        const [value, slope] = bounded[i] ? bare[k] : [0, 0];
        line[count + k] -= slope;
        closure[k] += found[row] - value;
        slopes[k] = slopes[k].map((x, j) => x + line[j]);
      }
    });
    const taken = acting.map((k) => k - 1);
    return [
      [...rows, ...taken.map((k) => closure[k])],
      [...matrix, ...taken.map((k) => slopes[k])].map((line) => kept.map((k) => line[k])),
    ];
  };
  const forward = (now, step) => {
    const next = now.map((x, k) => x + step[k]);
    for (let k = 0; k < count; k += 2) {
      [next[k], next[k + 1]] = moved([now[k], now[k + 1]], [step[k], step[k + 1]]);
    }
    return next;
  };
  const features = places.filter((_, k) => bounded[k]).flatMap(({ m, r }) => [m, r]);
  const start = [...features, ...acting.map((k) => modes[k - 1]), ...places.map(() => 1)];
  const found = settled(system, start, forward, LONGEST);
  if (!found) {
    return null;
  }
  const full = [...Array(count).fill(0), ...neuron.teacher, ...places.map(() => 0)];
  kept.forEach((place, k) => (full[place] = found[k]));
  return {
    modes: full.slice(count, count + MODES.length),
    places: places.map(({ m, r }, k) => ({
      place: bounded[k] ? full[starts[k]] : m,
      r: bounded[k] ? full[starts[k] + 1] : r,
      mass: full[count + MODES.length + k],
    })),
  };
}

// Whether the zero state is a minimum, and nothing that was found or seen on the lattice is below it.
function nothingLower(neuron, p, modes, saddles) {
  const deepest = lowest(saddles);
  const bottom = Math.min(...valleyOf(neuron, p, modes).map(({ seen }) => seen));
  const [, , , mm, , ll] = actionAt(neuron, p, modes, [0, neuron.rest]);
  return mm > 0 && ll > 0 && bottom > -HELD && !(deepest && deepest.action < -HELD);
}

// The state and its saddles, or nothing where no sound one is found.
function several(neuron, p, start) {
  const seeds = seedsOf(neuron, p, start);
  const held = seeds && seeds.places.length ? heldBy(neuron, p, seeds) : null;
  if (!held || !held.places.every(({ mass }) => mass > 0) || growthOf(neuron, p, held.modes) > HELD) {
    return null;
  }
  const around = saddlesOf(neuron, p, held.modes);
  const bounded = held.places.filter(({ r }) => Number.isFinite(r));
  const found = bounded.map(({ place, mass }) => ({
    feature: minimaOf(around).find((s) => Math.abs(s.place - place) < SAME && Math.abs(s.action) < HELD),
    mass,
  }));
  const sound = found.every(({ feature }) => feature) && nothingLower(neuron, p, held.modes, around);
  return sound ? { modes: held.modes, around, found, beyond: bounded.length < held.places.length } : null;
}
