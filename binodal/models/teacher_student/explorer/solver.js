// The teacher-student model as d goes to infinity along M.11: closure, saddles, events.
// p is the list of parameters in the order of the generated functions, f their table for a theory.

import { crossing, signChanges } from "../../../explorer/roots.js";

const EDGE = 1e-12;
const LARGEST_LOG_GAP = 28;
const SEARCH = Math.exp(7);

// A logarithmic scale from the zero state to correlation 1: t = -log(1 - 2 rho).
const SCAN = Array.from({ length: 72 }, (_, k) => 1e-9 * (LARGEST_LOG_GAP / 1e-9) ** (k / 71));
const SHORT_SCAN = SCAN.filter((_, k) => k % 3 === 2);
const rhoAt = (t) => -Math.expm1(-t) / 2;

function zeroState(f, p) {
  const b = crossing((x) => f.zeroState(x, ...p)[0], 0, 1);
  const [, , , kappa] = f.zeroState(b, ...p);
  return { b, c: p[OWN.epsilon], kappa };
}

// Barrier and feature minimum at given residual modes, or null: S' dips below zero where the
// coupling exceeds that of birth at the same b/c.
function feature(f, p, { b, c, kappa }) {
  const ratio = b / c;
  const high = 0.5 - EDGE;
  const born = crossing((x) => f.birth(x, ...p)[0] - ratio, EDGE, high);
  const exists = born > 2 * EDGE && born < high - EDGE && kappa * c * c > f.birth(born, ...p)[1];
  if (!exists) {
    return null;
  }
  const slope = (x) => f.slope(x, b, c, kappa, ...p)[0];
  const start = ratio > 0 ? Math.max(EDGE, ratio / 2) : EDGE;
  const saddle = (rho, kind) => {
    const [action] = f.action(rho, b, c, kappa, ...p);
    return { place: Math.sqrt(f.overlap(rho, ...p)[0]), rho, action, kind };
  };
  const minimum = saddle(crossing(slope, born, high), "minimum");
  return { barrier: saddle(crossing(slope, start, born, false), "maximum"), minimum };
}

// Past coexistence: the point of the line S = S' = 0 that solves the droplet branch.
function droplet(f, p, kappa) {
  const epsilon = p[OWN.epsilon];
  const onLine = (rho) => {
    const [ratio, strength] = f.coexistence(rho, ...p);
    const c = Math.sign(epsilon) * Math.sqrt(strength / kappa);
    return { b: ratio * c, c, kappa };
  };
  const spare = (rho) => f.coexistence(rho, ...p)[1] - kappa * epsilon * epsilon;
  const end = crossing(spare, EDGE, 0.5 - EDGE);
  const residual = (rho) => {
    const { b, c } = onLine(rho);
    // Beyond the stable zero state its fluctuations have diverged with the sign of b.
    return f.zeroState(b, ...p)[1] > 0 ? f.droplet(rho, b, c, ...p)[1] : Math.sign(b);
  };
  const rho = crossing(residual, EDGE, end, epsilon > 0);
  const state = onLine(rho);
  return { state, rho, share: f.droplet(rho, state.b, state.c, ...p)[0] / p[OWN.d] };
}

export function solve(f, p) {
  const lazy = zeroState(f, p);
  const found = p[OWN.epsilon] === 0 ? null : feature(f, p, lazy);
  const zero = { place: 0, rho: 0, action: 0, kind: "minimum", mass: 1 };
  if (!found) {
    return { phase: "GFL", state: lazy, saddles: [zero] };
  }
  if (!(found.minimum.action < 0)) {
    found.minimum.mass = 0;
    return { phase: "GFL", state: lazy, saddles: [zero, found.barrier, found.minimum] };
  }
  const { state, rho, share } = droplet(f, p, lazy.kappa);
  const place = Math.sqrt(f.overlap(rho, ...p)[0]);
  const known = share < 1;
  const pinned = { place, rho, action: 0, kind: "minimum", mass: known ? share : null };
  const saddles = [{ ...zero, mass: known ? 1 - share : null }, pinned];
  const around = feature(f, p, state);
  if (around) {
    saddles.splice(1, 0, around.barrier);
  }
  return { phase: "GMFL-I", state, saddles };
}

// The zero state’s residual, whatever is deeper.
export const kept = zeroState;

// How many neurons are at a feature; null where that is not known.
export function neurons(f, p, { saddles }) {
  const { place, mass } = saddles.findLast(({ kind }) => kind === "minimum");
  return place === 0 ? 0 : mass && mass * p[OWN.N];
}

// Birth or coexistence along sigma^2. The event's closed forms give b and kappa at each rho; what
// is left is that this b lies on the zero branch at the sigma^2 of this kappa.
function eventPoints(f, p, event, scan) {
  const epsilon = p[OWN.epsilon];
  const at = (rho) => {
    const [ratio, strength] = f[event](rho, ...p);
    const kappa = strength / (epsilon * epsilon);
    const [sigma2] = f.sigma2OfCoupling(kappa, ...p);
    return { b: ratio * epsilon, c: epsilon, kappa, sigma2, rho };
  };
  const changed = p.slice();
  const residual = (t) => {
    const { b, sigma2 } = at(rhoAt(t));
    if (!(b > 0 && b < 1)) {
      return b <= 0 ? -1 : 1; // the branch's own signs at b = 0 and b = 1
    }
    changed[OWN.sigma2] = sigma2;
    return f.zeroState(b, ...changed)[0];
  };
  return signChanges(residual, scan).map((t) => at(rhoAt(t)));
}

// A touching from below is none: the feature has to be a minimum.
const isMinimum = (f, p, { rho, b, c, kappa }) => f.curvature(rho, b, c, kappa, ...p)[0] > 0;

function eventsOf(f, p, event, scan = SCAN) {
  const points = eventPoints(f, p, event, scan);
  return event === "birth" ? points : points.filter((point) => isMinimum(f, p, point));
}

function along(f, p, event) {
  if (p[OWN.epsilon] === 0) {
    return { status: "absent", reason: "without a cubic mode (ε = 0) the action is convex in ρ" };
  }
  const own = p[OWN.sigma2];
  const near = ({ sigma2 }) => sigma2 > own / SEARCH && sigma2 < own * SEARCH;
  const [first, ...others] = eventsOf(f, p, event)
    .filter(near)
    .sort((one, two) => Math.abs(one.sigma2 / own - 1) - Math.abs(two.sigma2 / own - 1));
  if (!first) {
    return { status: "absent", reason: "not found within a factor e⁷ of the current σ²" };
  }
  const place = Math.sqrt(f.overlap(first.rho, ...p)[0]);
  const sigma2s = others.map((point) => point.sigma2);
  return { status: "computed", sigma2: first.sigma2, place, b: first.b, others: sigma2s };
}

export function events(f, p, stableZero) {
  return {
    birth: along(f, p, "birth"),
    coexistence: along(f, p, "coexistence"),
    instability: { status: "absent", reason: stableZero },
  };
}

// What the limit leaves out at a solution, each term beside what is kept; null where not known.
export function dropped(f, p, { phase, state: { b, c }, saddles }) {
  const { rho, mass } = saddles.findLast(({ kind }) => kind === "minimum");
  const [sine] = f.kernelSine(...p);
  const [perNeuron, perDatum, unlearned, kernel, ofB, ofC, shift] =
    f.dropped(Math.asin(sine), rho, b, c, mass, ...p);
  const known = rho > 0 && mass !== null;
  return {
    freedom_per_neuron: perNeuron,
    freedom_per_datum: perDatum,
    unlearned,
    ...(known && { feature_kernel: kernel / Math.max(1, p[OWN.N] * mass) }),
    ...(phase === "GFL" && { b: ofB }),
    ...(phase === "GFL" && c !== 0 && { c: ofC }),
    ...(phase !== "GFL" && { droplet_shift: known && mass < 1 ? shift : null }),
  };
}

// sigma^2 of the events at each epsilon of the map, 0 where there is none.
export function map(f, p, epsilons) {
  const changed = p.slice();
  const column = (event) => (epsilon) => {
    changed[OWN.epsilon] = epsilon;
    const points = epsilon === 0 ? [] : eventsOf(f, changed, event, SHORT_SCAN);
    return Math.max(0, ...points.map((point) => point.sigma2));
  };
  return { birth: epsilons.map(column("birth")), coexistence: epsilons.map(column("coexistence")) };
}

// Up to which overlap a landscape is shown that has the zero state alone.
export const reach = (p) => 3 * Math.sqrt(p[OWN.sigma_w2]);

// The landscape as a list of [q, S/d]. Published: S at each q. Derived: the curve of contracted
// points, whose lowest branch counts where it passes a q more than once.
export function landscape(theory, f, p, { b, c, kappa }, largest, count) {
  const step = largest / (count - 1);
  const places = Array.from({ length: count }, (_, k) => k * step);
  if (theory === "published") {
    return places.map((q) => [q, f.landscape(q, b, c, kappa, ...p)[0]]);
  }
  const lowest = new Array(count).fill(Infinity);
  let left = [0, 0];
  for (let k = 1; k <= 4 * count; k++) {
    const [square, action] = f.landscape(rhoAt((k / count) ** 2), b, c, kappa, ...p);
    const right = [Math.sqrt(square), action];
    lower(lowest, step, left, right);
    left = right;
  }
  return places.map((q, k) => [q, lowest[k]]).filter(([, action]) => Number.isFinite(action));
}

// Take a piece of a curve into the lower envelope on a grid of this step.
function lower(lowest, step, one, two) {
  const [left, right] = one[0] <= two[0] ? [one, two] : [two, one];
  const last = Math.min(Math.floor(right[0] / step), lowest.length - 1);
  for (let k = Math.ceil(left[0] / step); k <= last; k++) {
    const part = right[0] > left[0] ? (k * step - left[0]) / (right[0] - left[0]) : 0;
    lowest[k] = Math.min(lowest[k], left[1] + part * (right[1] - left[1]));
  }
}
