// One neuron of any activation as d goes to infinity: its action and the saddles of that.
// p is the list of parameters in the order of the generated functions, f their table for a theory.

import { crossing } from "../../../explorer/roots.js";
import { settled } from "../../../explorer/newton.js";

const MODES = [1, 2, 3];
const SIDE = 72;
const FARTHEST = 7;
const RATIO = 1.16;
const [BELOW, ABOVE] = [-34, 40];
const LONGEST = 0.3;
const HELD = 1e-9;
const SAME = 1e-6;
const LINKED = 3;
const SPARE = 1e-3;

// |m| of the lattice's columns, finest at zero.
const COSINES = Array.from({ length: SIDE }, (_, k) => {
  const part = (k + 1) / SIDE;
  return Math.tanh(FARTHEST * part * (0.06 + 0.94 * part * part));
});

// c_k over the norms, one list a mode.
const overlapColumns = (rows) => MODES.map((k) => Float64Array.from(rows, (row) => row[k - 1]));

// All that does not depend on the temperature: the zero state's overlaps, the acting modes, and a
// lattice of cosines and norms with the cost and the field's parts on it.
function neuronOf(f, p) {
  const overlaps = (r) => f[`overlaps${p[OWN.which]}`](r, ...p);
  const rest = Math.sqrt(p[OWN.sigma_w2]);
  const resting = overlaps(rest);
  const teacher = MODES.map((k) => p[OWN[`y_${k}`]]);
  const acting = MODES.filter((k) => teacher[k - 1] !== 0 && resting[k - 1] !== 0);
  const mirrored = new Set(acting.map((k) => k % 2)).size < 2;
  const norms = Array.from({ length: ABOVE - BELOW + 1 }, (_, k) => rest * RATIO ** (BELOW + k));
  const signed = mirrored ? COSINES : [...COSINES.map((m) => -m).reverse(), ...COSINES];
  return {
    f, overlaps, rest, resting, teacher, acting, mirrored, norms,
    radial: Float64Array.from(norms, (r) => f.radial(r, ...p)[0]),
    features: overlapColumns(norms.map(overlaps)),
    grows: MODES.some((k) => p[OWN[`g_${k}`]] !== 0),
    columns: signed.map((m) => [m, ...f.angular(m, ...p)]),
  };
}

// The zero branch's residual.
function modesOf({ f, resting, teacher }, p) {
  const beta = crossing((x) => f.branch(x, resting[0], ...p)[0], 0, 1);
  return { beta, modes: [beta * teacher[0], teacher[1], teacher[2]] };
}

// The largest u sigma_w^2 (F/r)^2 - 1 at infinite norm: positive where the law has no norm.
function growthOf({ f, grows, mirrored }, p, modes) {
  if (!grows) {
    return -1;
  }
  const row = (m) => f.growth(m, ...modes, ...p);
  const places = Array.from({ length: 41 }, (_, k) => (mirrored ? k / 40 : k / 20 - 1));
  let [most] = row(1);
  for (let k = 0; k < places.length; k++) {
    most = Math.max(most, row(places[k])[0]);
    if (k > 0 && row(places[k - 1])[1] > 0 && row(places[k])[1] < 0) {
      const inside = crossing((m) => row(m)[1], places[k - 1], places[k], false);
      most = Math.max(most, row(inside)[0]);
    }
  }
  return most;
}

// For each column, what `taken` makes of the action over the norms.
function overNorms({ f, norms, radial, features, columns }, p, modes, taken) {
  const [half] = f.strength(...p);
  const [first, second, third] = features;
  const heights = new Float64Array(norms.length);
  return columns.map(([m, cost, ...powers]) => {
    const [one, two, three] = powers.map((power, k) => modes[k] * power);
    for (let j = 0; j < norms.length; j++) {
      const force = one * first[j] + two * second[j] + three * third[j];
      heights[j] = cost + radial[j] - half * force * force;
    }
    return taken(m, heights);
  });
}

// A place that is least over the norm, near a row of the lattice.
function troughAt(neuron, p, modes, m, heights, row) {
  const bend = heights[row - 1] - 2 * heights[row] + heights[row + 1];
  const tilt = heights[row + 1] - heights[row - 1];
  const near = neuron.norms[row] * RATIO ** (bend > 0 ? -tilt / (2 * bend) : 0);
  return { m, row, seen: heights[row], ...lowered(neuron, p, modes, m, near) };
}

// The action least over the norm in each column, and at which norm; and what the lattice has seen.
const valleyOf = (neuron, p, modes) => overNorms(neuron, p, modes, (m, heights) => {
  let best = 1;
  for (let j = 2; j < heights.length - 1; j++) {
    best = heights[j] < heights[best] ? j : best;
  }
  return troughAt(neuron, p, modes, m, heights, best);
});

// All norms at which the action has a minimum, in each column.
const troughsOf = (neuron, p, modes) => overNorms(neuron, p, modes, (m, heights) => {
  const found = [];
  for (let j = 1; j < heights.length - 1; j++) {
    if (heights[j] < heights[j - 1] && heights[j] <= heights[j + 1]) {
      found.push(troughAt(neuron, p, modes, m, heights, j));
    }
  }
  return found;
});

// Troughs of neighbouring columns as lines, from zero outwards.
function linesOf(columns) {
  const lines = [];
  let open = [];
  for (const troughs of columns) {
    const next = troughs.map((trough) => {
      const line = open.find((each) => Math.abs(each.at(-1).row - trough.row) <= LINKED) || [];
      open = open.filter((each) => each !== line);
      if (!line.length) {
        lines.push(line);
      }
      line.push(trough);
      return line;
    });
    open = next;
  }
  return lines;
}

// One step of Newton's method in log r, and the action to second order there.
function lowered(neuron, p, modes, m, r) {
  const [action, , slope, , , bend] = actionAt(neuron, p, modes, [m, r]);
  const step = bend > 0 ? Math.max(Math.min(-slope / bend, LONGEST), -LONGEST) : 0;
  return { r: r * (1 + step), least: action + (slope * step) / 2 };
}

const held = (m) => 1 - m * m;
// A step in artanh m and log r.
const moved = ([m, r], [dm, dl]) => [
  m + Math.max(Math.min(dm, 0.5 * held(m)), -0.5 * held(m)),
  r * (1 + Math.max(Math.min(dl, LONGEST), -LONGEST)),
];

const actionAt = (neuron, p, modes, [m, r]) =>
  neuron.f.saddle(m, r, ...modes, ...neuron.overlaps(r), ...p);

function saddleFrom(neuron, p, modes, start) {
  const system = (at) => {
    const [, byM, byL, mm, ml, ll] = actionAt(neuron, p, modes, at);
    return [[byM, byL], [[mm, ml], [ml, ll]]];
  };
  const at = settled(system, start, moved, LONGEST);
  if (!at || Math.abs(at[0]) < SAME || Math.abs(at[0]) >= 1) {
    return null;
  }
  const [action, , , mm, ml, ll] = actionAt(neuron, p, modes, at);
  const bent = mm * ll - ml * ml;
  const kind = bent < 0 ? "saddle" : mm + ll > 0 ? "minimum" : "maximum";
  return { place: at[0], r: at[1], action, kind };
}

// Places to start from on one side, from zero outwards: where the valley turns, and around the
// place where it rises least, where a minimum may be too young to show.
function startsOn(valley) {
  const starts = [];
  const slope = (k) => (valley[k + 1].least - valley[k].least) / Math.abs(valley[k + 1].m - valley[k].m);
  const slopes = valley.slice(1).map((_, k) => slope(k));
  for (let k = 1; k < slopes.length; k++) {
    if (slopes[k - 1] < 0 !== slopes[k] < 0) {
      starts.push(valley[k]);
    }
    if (k + 1 < slopes.length && slopes[k] < slopes[k - 1] && slopes[k] <= slopes[k + 1]) {
      starts.push(...[-3, -1, 0, 1, 2, 4].map((by) => valley[k + by]).filter(Boolean));
    }
  }
  return starts;
}

const sides = (valley) => {
  const positive = valley.filter(({ m }) => m > 0);
  const negative = valley.filter(({ m }) => m < 0).reverse();
  return [positive, negative].filter(({ length }) => length);
};

// All saddles away from zero that the lattice shows, by place.
function saddlesOf(neuron, p, modes) {
  const found = [];
  const troughs = troughsOf(neuron, p, modes);
  const positive = troughs.filter((_, k) => neuron.columns[k][0] > 0);
  const negative = troughs.filter((_, k) => neuron.columns[k][0] < 0).reverse();
  const lines = [...linesOf(positive), ...linesOf(negative)];
  for (const { m, r } of lines.flatMap((line) => [...startsOn(line), line[0], line.at(-1)])) {
    const saddle = saddleFrom(neuron, p, modes, [m, r]);
    const known = ({ place, r: norm }) =>
      Math.abs(place - saddle.place) < SAME * held(place) ** 0.5 && Math.abs(norm / saddle.r - 1) < SAME;
    if (saddle && !(neuron.mirrored && saddle.place < 0) && !found.some(known)) {
      found.push(saddle);
    }
  }
  return found.sort((one, two) => one.place - two.place);
}

const minimaOf = (saddles) => saddles.filter(({ kind }) => kind === "minimum");
const lowest = (saddles) =>
  minimaOf(saddles).reduce((best, s) => (best && best.action <= s.action ? best : s), null);

const ZERO = { place: 0, action: 0, kind: "minimum" };
const withZero = (neuron, saddles, mass) =>
  [...saddles, { ...ZERO, r: neuron.rest, mass }].sort((one, two) => one.place - two.place);
