// Where one is: events over two parameters, and a dot.

import { STEPS, numberOf, textAt } from "./exact.js";
import { colour, line, linearTicks, logTicks, picture } from "./marks.js";
import { acrossOf, mapOf } from "./solve.js";

const COLUMNS = 120;
const STYLES = {
  birth: { dash: [7, 4], name: "birth" },
  coexistence: { dash: [], name: "coexistence" },
  gmfl2: { dash: [2, 3], name: "end of GMFL-I" },
  condensation: { dash: [2, 3], name: "condensation" },
};

const memory = { key: "", curves: null, places: [] };

// Of a signed parameter: denser around zero, where the events run away, and without zero itself.
function placesOf(field) {
  return Array.from({ length: COLUMNS }, (_, k) => {
    const part = k / (COLUMNS - 1);
    const side = 2 * part - 1;
    return field.signed
      ? Math.sign(side) * side * side * (side < 0 ? -field.from : field.to)
      : field.from * (field.to / field.from) ** part;
  });
}

// The curves depend on every parameter but the map's own two: a drag on those reuses them.
function curvesOf(state) {
  const name = acrossOf(state);
  const field = MODELS[state.model].fields[name];
  const others = Object.entries(state.values).filter(([key]) => key !== name && key !== "sigma2");
  const key = JSON.stringify([state.model, state.theory, state.choice, others]);
  if (memory.key !== key) {
    memory.places = placesOf(field);
    memory.curves = mapOf(state, memory.places);
    memory.key = key;
  }
  return memory;
}

// The area under a curve; sigma^2 = 0 lies infinitely far down.
function below({ pen, box, across, up }, places, heights, style) {
  pen.beginPath();
  pen.moveTo(across(places[0]), box.bottom);
  places.forEach((place, k) => {
    pen.lineTo(across(place), Math.min(Math.max(up(heights[k]), box.top), box.bottom));
  });
  pen.lineTo(across(places[places.length - 1]), box.bottom);
  pen.fillStyle = style;
  pen.fill();
}

// A phase's name in the middle of the column where it has most room between two heights.
function label({ pen, box, across, up }, name, places, top, bottom) {
  const inside = (height) => Math.min(Math.max(up(height), box.top), box.bottom);
  const room = places.map((_, k) => inside(bottom[k]) - inside(top[k]));
  const k = room.indexOf(Math.max(...room));
  if (room[k] > 24) {
    const half = pen.measureText(name).width / 2 + 6;
    const x = Math.min(Math.max(across(places[k]), box.left + half), box.right - half);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = colour("soft");
    pen.fillText(name, x, (inside(top[k]) + inside(bottom[k])) / 2);
  }
}

function regions(drawing, places, { coexistence, gmfl2, condensation = [] }) {
  const [nothing, everything] = [places.map(() => 0), places.map(() => Infinity)];
  below(drawing, places, coexistence, colour("region"));
  if (gmfl2) {
    below(drawing, places, gmfl2, colour("region2"));
    label(drawing, "GMFL-II", places, gmfl2, nothing);
  }
  label(drawing, "GMFL-I", places, coexistence, gmfl2 || nothing);
  const condensed = coexistence.map((height, k) => (condensation[k] > height ? condensation[k] : 0));
  below(drawing, places, condensed, colour("region2"));
  label(drawing, "condensed", places, condensed, coexistence);
  label(drawing, "GFL", places, everything, coexistence.map((height, k) => Math.max(height, condensed[k])));
}

function key({ pen, box }, curves) {
  let x = box.left + 4;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (const event of Object.keys(curves)) {
    const { dash, name } = STYLES[event];
    pen.strokeStyle = colour(event);
    pen.lineWidth = 2;
    pen.setLineDash(dash);
    pen.beginPath();
    pen.moveTo(x, 14);
    pen.lineTo(x + 26, 14);
    pen.stroke();
    pen.setLineDash([]);
    pen.fillStyle = colour("ink");
    pen.fillText(name, x + 31, 14);
    x += 31 + pen.measureText(name).width + 14;
  }
}

// The dot, and a cross-hair to both axes; an arrow-less ring where the state lies off the map.
function here({ pen, box, across, up }, place, height) {
  const inside = (value, low, high) => Math.min(Math.max(value, low), high);
  const [x, y] = [across(place), up(height)];
  const [atX, atY] = [inside(x, box.left, box.right), inside(y, box.top, box.bottom)];
  pen.strokeStyle = colour("soft");
  pen.lineWidth = 1;
  pen.setLineDash([1, 3]);
  pen.beginPath();
  pen.moveTo(box.left, atY);
  pen.lineTo(atX, atY);
  pen.lineTo(atX, box.bottom);
  pen.stroke();
  pen.setLineDash([]);
  pen.beginPath();
  pen.arc(atX, atY, 6.5, 0, 2 * Math.PI);
  pen.fillStyle = x === atX && y === atY ? colour("here") : colour("paper");
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = x === atX && y === atY ? colour("paper") : colour("here");
  pen.stroke();
}

let shownMap = null;

export function drawMap(canvas, state) {
  const { curves, places } = curvesOf(state);
  const name = acrossOf(state);
  const field = MODELS[state.model].fields[name];
  const cold = MODELS[state.model].fields.sigma2;
  const ticks = field.signed ? linearTicks(field.from, field.to, 4) : logTicks(field.from, field.to);
  const few = canvas.clientWidth < 420 ? ticks.filter((_, k) => k % 2 === 0) : ticks;
  const drawing = picture(
    canvas,
    { low: field.from, high: field.to, ticks: few, log: !field.signed, title: `${field.symbol}` },
    { low: cold.from, high: cold.to, ticks: logTicks(cold.from, cold.to), log: true, title: "σ²" },
  );
  if (curves.coexistence) {
    regions(drawing, places, curves);
  }
  for (const [event, heights] of Object.entries(curves)) {
    line(drawing, places.map((place, k) => [place, heights[k]]), colour(event), STYLES[event].dash);
  }
  key(drawing, curves);
  here(drawing, numberOf(state.values[name]), numberOf(state.values.sigma2));
  shownMap = { box: drawing.box, field, cold, name };
}

// The exact texts of the two parameters at a point of the canvas.
export function valuesAt(x, y) {
  const { box, field, cold, name } = shownMap;
  const part = (value, from, to) => Math.min(Math.max((value - from) / (to - from), 0), 1);
  return {
    [name]: textAt(part(x, box.left, box.right) * STEPS, field),
    sigma2: textAt(part(y, box.bottom, box.top) * STEPS, cold),
  };
}
