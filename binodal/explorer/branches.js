// The order parameter and the residual along the temperature, or another parameter: what holds,
// what is kept past its turn, and what networks did.

import { numberOf } from "./exact.js";
import { colour, line, linearTicks, niceAbove, picture, raised, saddleMark, shown } from "./marks.js";
import { branchAt, branchesAt, eventsAt } from "./solve.js";

const SAMPLES = 56;
const STEP = 0.5;
const MARGIN = 2.5;
const FAR = 30;
const LONGEST = 4.5;
const ENDS = 1e-9;
const TURNS = ["birth", "coexistence", "gmfl2"];

const sampledLast = { key: "", theories: {} };

// Parameters that the branches can run along, and how one is written on an axis.
export const alongOf = (model) =>
  Object.entries(MODELS[model].fields).filter(([, { signed }]) => !signed).map(([name]) => name);

export const letterOf = (model, name) => MODELS[model].fields[name].symbol.replaceAll(/<[^>]*>/g, "");

const cooled = ({ along }) => along === "sigma2";

// Stored networks of a state: all parameters are the same but the temperature.
export function networksOf({ model, choice, values }, name) {
  const same = (series) => series.choice === choice && series.state === name &&
    Object.entries(series.values).every(([key, text]) => numberOf(values[key]) === numberOf(text));
  return NETWORKS[model].filter(same).flatMap(({ points }) => points);
}

// Which mode of the residual is shown: the first that is there.
export const residualOf = (state, solution) => {
  const names = MODELS[state.model].residual;
  return names.find((name) => solution.state[name]) || names[0];
};

// From where to where, in steps, so that a drag does not shake it.
function windowOf(state, name, { events }) {
  const own = numberOf(state.values[state.along]);
  const edge = (value, round) => 10 ** (STEP * round(Math.log10(value) / STEP));
  if (!cooled(state)) {
    return [edge(own / FAR, Math.floor), edge(own * FAR, Math.ceil)];
  }
  const found = Object.entries(events).filter(([event]) => TURNS.includes(event));
  const near = found.map(([, { sigma2 }]) => sigma2).filter((x) => x > own / 1e3 && x < own * 1e3);
  const all = [own, ...near, ...networksOf(state, name).map(([sigma2]) => sigma2)];
  return [edge(Math.min(...all) / MARGIN, Math.floor), edge(Math.max(...all) * MARGIN, Math.ceil)];
}

// The samples, with both sides of each event between them: along the temperature events are known.
function samples(state, [low, high]) {
  const grid = Array.from({ length: SAMPLES + 1 }, (_, k) => low * (high / low) ** (k / SAMPLES));
  if (!cooled(state)) {
    return branchesAt(state, grid);
  }
  const ends = Object.values(eventsAt(state))
    .flatMap(({ sigma2, others = [] }) => (sigma2 > 0 ? [sigma2, ...others] : []))
    .flatMap((sigma2) => [sigma2 * (1 - ENDS), sigma2 * (1 + ENDS)]);
  const all = [...grid, ...ends.filter((x) => x > low && x < high)].sort((one, two) => one - two);
  return all.map((x) => branchAt(state, x));
}

// The branches of every theory; they do not depend on where one is.
function branchesOf(state, name, range) {
  const others = Object.entries(state.values).filter(([key]) => key !== state.along);
  const key = JSON.stringify([state.model, state.choice, state.along, others, name, range]);
  if (sampledLast.key !== key) {
    const { theories } = MODELS[state.model];
    sampledLast.key = key;
    sampledLast.theories = Object.fromEntries(theories.map((theory) => {
      const of = { ...state, theory };
      return [theory, samples(of, range)];
    }));
  }
  return sampledLast.theories;
}

const NOTHING = NaN;
const lazy = ({ phase }) => phase === "GFL";
const holds = ({ phase }) => phase.startsWith("GMFL");

// What is drawn of a branch: [abscissa, height] where it is there.
const QUANTITIES = {
  place: [
    { kept: false, height: (at) => (lazy(at) ? 0 : NOTHING) },
    { kept: true, height: (at) => (lazy(at) ? NOTHING : 0) },
    { kept: false, height: (at) => (holds(at) ? at.place : NOTHING) },
    { kept: true, height: (at) => (lazy(at) ? at.place : NOTHING) },
  ],
  residual: [
    { kept: false, height: (at, name) => (lazy(at) || holds(at) ? at.state[name] : NOTHING) },
    { kept: true, height: (at, name) => (lazy(at) ? NOTHING : at.kept[name]) },
  ],
};

function drawn(drawing, branches, quantity, name, style, width) {
  for (const { kept, height } of QUANTITIES[quantity]) {
    const points = branches.map((at) => [at.x, height(at, name) ?? NOTHING]);
    line(drawing, points, style, kept ? [6, 4] : [], width);
  }
}

// Networks: a lozenge with its standard error.
function networkMark({ pen, across, up }, [sigma2, value, error]) {
  const [x, y] = [across(sigma2), up(value)];
  pen.strokeStyle = colour("here");
  pen.fillStyle = colour("here");
  pen.lineWidth = 1.5;
  pen.setLineDash([]);
  pen.beginPath();
  pen.moveTo(x, up(value - error));
  pen.lineTo(x, up(value + error));
  pen.stroke();
  pen.beginPath();
  [[0, -5], [4.5, 0], [0, 5], [-4.5, 0]].forEach(([dx, dy]) => pen.lineTo(x + dx, y + dy));
  pen.closePath();
  pen.fill();
}

function hereMark(drawing, place, height) {
  const { pen, box, across } = drawing;
  pen.strokeStyle = colour("soft");
  pen.lineWidth = 1;
  pen.setLineDash([1, 3]);
  pen.beginPath();
  pen.moveTo(across(place), box.top);
  pen.lineTo(across(place), box.bottom);
  pen.stroke();
  pen.setLineDash([]);
  if (Number.isFinite(height)) {
    saddleMark(drawing, place, height, "minimum");
  }
}

// Powers of ten; between them 2 and 5 where there is room.
function coldTicks(low, high, roomy) {
  const first = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, k) => first + k);
  const fronts = high / low <= (roomy ? 100 : 10) ? [1, 2, 5] : [1];
  return powers.flatMap((power) => fronts.map((front) => Number(`${front}e${power}`)))
    .filter((value) => value >= low * (1 - ENDS) && value <= high * (1 + ENDS))
    .map((value) => ({ value, label: tickLabel(value) }));
}

// Long powers of ten as powers; what is between them is left to the eye.
function tickLabel(value) {
  const power = Math.log10(value);
  const plain = Math.abs(power) < LONGEST;
  return plain ? shown(value, 3) : Number.isInteger(power) ? `10${raised(power)}` : "";
}

function axes(canvas, [low, high], across, heights, title) {
  const finite = heights.filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const bottom = least < 0 ? -niceAbove(-1.05 * least) : 0;
  const top = most > 0 ? niceAbove(1.05 * most) : bottom < 0 ? 0 : 1;
  const x = { low, high, ticks: coldTicks(low, high, canvas.clientWidth > 420), log: true, title: across };
  return picture(canvas, x, { low: bottom, high: top, ticks: linearTicks(bottom, top, 5), title });
}

function draw(canvas, state, theories, quantity, { name, title, range, height, points = [] }) {
  const tops = QUANTITIES[quantity].map((each) => each.height);
  const heights = Object.values(theories).flatMap((all) => all.flatMap((at) => tops.map((of) => of(at, name))));
  const across = letterOf(state.model, state.along);
  const drawing = axes(canvas, range, across, [...heights, ...points.map(([, value]) => value)], title);
  for (const [theory, branches] of Object.entries(theories)) {
    if (theory !== state.theory) {
      drawn(drawing, branches, quantity, name, colour("maximum"), 1.2);
    }
  }
  drawn(drawing, theories[state.theory], quantity, name, colour("ink"), 2);
  points.forEach((point) => networkMark(drawing, point));
  hereMark(drawing, numberOf(state.values[state.along]), height);
}

export function drawBranches(places, residuals, state, solution) {
  const name = residualOf(state, solution);
  const range = windowOf(state, name, solution);
  const theories = branchesOf(state, name, range);
  const here = branchAt(state, numberOf(state.values[state.along]));
  const { axis, state: words } = MODELS[state.model];
  const common = { name, range };
  const height = holds(here) ? here.place : lazy(here) ? 0 : NOTHING;
  draw(places, state, theories, "place", { ...common, title: MODELS[state.model].place, height });
  const [symbol] = words[name];
  const points = cooled(state) ? networksOf(state, name) : [];
  draw(residuals, state, theories, "residual", { ...common, title: symbol, height: here.state[name], points });
  return { name, points, axis };
}

const plain = (text) => text.replaceAll(/‹k›/g, "ₖ");

// What the two figures show, in words.
export function branchWords(state, { name, points, axis }) {
  const { theories, state: words } = MODELS[state.model];
  const other = theories.length > 1 ? ` The other theory is thin and ${theories.find((t) => t !== state.theory)}.` : "";
  const [, meaning] = words[name];
  const seen = !cooled(state) ? " Stored networks are shown along σ²." : points.length
    ? ` ◆ stored networks of exactly these parameters, with standard errors (${points.length}).`
    : " No networks of these parameters are stored.";
  return [
    `The order parameter, ${plain(axis)}, along ${letterOf(state.model, state.along)}. Solid: where neurons are. Dashed: the zero state, which stays past coexistence, and the feature, which lasts back to its birth.${other}`,
    `Residual: ${meaning}. Solid: the state that holds. Dashed: the zero state kept past coexistence.${seen}`,
  ];
}

// How many neurons hold the feature, said where it is less than one.
export function neuronWords({ model }, { neurons }) {
  if (!(neurons > 0 && neurons < 1)) {
    return "";
  }
  return `${shown(neurons, 3)} ${MODELS[model].carriers}: fewer than one, so a network of this width may hold it or not, and the mean over neurons is not what one network does.`;
}
