// All models behind one door: {model, theory, parameters as texts} -> everything that is shown.

import { numberOf } from "./exact.js";

// What the chosen member of a family fixes.
export const fixedOf = ({ model, choice }) =>
  choice ? MODELS[model].choices[choice].numbers : [];

// Parameters as numbers, in the order of the generated functions.
export const listOf = (state) => [
  ...Object.keys(MODELS[state.model].fields).map((name) => numberOf(state.values[name])),
  ...fixedOf(state),
];

const formulasOf = (state) => FORMULAS[state.model][state.theory];

// An event so near that double precision cannot tell the sides apart.
const ROUNDING = 1e-12;

function edgeOf(events, sigma2) {
  const near = ([, event]) => Math.abs(event.sigma2 / sigma2 - 1) < ROUNDING;
  return (Object.entries(events).find(near) || [""])[0];
}

// Terms that the limit leaves out, by name, unless they are zero in double precision.
function droppedOf(words, sizes) {
  const entries = Object.entries(sizes).filter(([name, size]) => name in words && size !== 0);
  return Object.fromEntries(entries.map(([name, size]) => [name, size && Math.abs(size)]));
}

// Why the chosen member has no theory, or an empty string.
export const refusalOf = ({ model, choice }) => (choice && MODELS[model].choices[choice].refused) || "";

// The parameter along which the map runs.
export const acrossOf = ({ model, choice }) =>
  (choice && MODELS[model].choices[choice].across) || MODELS[model].across;

export function solveState(state) {
  const { solve, neurons, events, dropped } = SOLVERS[state.model];
  const [f, p] = [formulasOf(state), listOf(state)];
  const said = refusalOf(state);
  if (said) {
    return { phase: "none", said, state: {}, saddles: [], dropped: {}, events: {}, edge: "" };
  }
  const solved = { mirrored: MODELS[state.model].mirrored, ...solve(f, p) };
  const found = {
    ...solved,
    neurons: solved.said ? null : neurons(f, p, solved),
    dropped: droppedOf(MODELS[state.model].dropped, dropped(f, p, solved)),
    events: events(f, p, MODELS[state.model].stableZero),
  };
  const edge = edgeOf(found.events, p[INDEX[state.model].sigma2]);
  return { ...found, edge, phase: ["", "birth"].includes(edge) ? found.phase : "undecided" };
}

// The events along the temperature, and the order parameter and residual at one, of a theory.
export const eventsAt = (state) =>
  refusalOf(state) ? {} : SOLVERS[state.model].events(formulasOf(state), listOf(state), "");

// What holds where the abscissa of the branches is x.
export function branchAt(state, x) {
  const p = listOf(state);
  p[INDEX[state.model][state.along || "sigma2"]] = x;
  if (refusalOf(state)) {
    return { x, phase: "none", place: NaN, state: {}, kept: {} };
  }
  const { solve, kept } = SOLVERS[state.model];
  const found = solve(formulasOf(state), p);
  const features = found.saddles.filter(({ kind, place }) => kind === "minimum" && place !== 0);
  const lowest = features.sort((one, two) => one.action - two.action)[0];
  const place = lowest ? Math.abs(lowest.place) : NaN;
  return { x, phase: found.phase, place, state: found.state, kept: kept(formulasOf(state), p) };
}

const HALVINGS = 24;
const kindOf = ({ phase, place }) => phase + Number.isFinite(place);

// The branches at places in order, with both sides of every turn between two of them.
export function branchesAt(state, places) {
  const known = places.map((x) => branchAt(state, x));
  return known.flatMap((at, k) => {
    let [low, high] = [at, known[k + 1] || at];
    if (kindOf(low) === kindOf(high)) {
      return [at];
    }
    for (let halved = 0; halved < HALVINGS; halved += 1) {
      const middle = branchAt(state, Math.sqrt(low.x * high.x));
      [low, high] = kindOf(middle) === kindOf(low) ? [middle, high] : [low, middle];
    }
    return [at, low, high];
  });
}

export const mapOf = (state, places) =>
  refusalOf(state) ? {} : SOLVERS[state.model].map(formulasOf(state), listOf(state), places, acrossOf(state));

// Up to which place a landscape is shown that has the zero state alone.
export const reachOf = (state) => SOLVERS[state.model].reach(listOf(state));

// Nothing where words stand in place of a solution.
export const landscapeOf = (state, solution, largest, count) => solution.said ? [] :
  SOLVERS[state.model].landscape(
    state.theory, formulasOf(state), listOf(state), solution.state, largest, count,
  );
