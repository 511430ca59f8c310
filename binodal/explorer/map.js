// Where one is: events over two parameters, and a dot.

import { STEPS, numberOf, textAt } from "./exact.js";
import { colour, line, linearTicks, logTicks, picture } from "./marks.js";
import { mapOf } from "./solve.js";

const COLUMNS = 80;
export const ACROSS = { "teacher-student": "epsilon", modular: "gamma" };
const STYLES = {
  birth: { dash: [7, 4], name: "birth" },
  coexistence: { dash: [], name: "coexistence" },
  gmfl2: { dash: [2, 3], name: "end of GMFL-I" },
};

const memory = { key: "", curves: null, places: [] };

// The curves depend on every parameter but the map's own two: a drag on those reuses them.
function curvesOf(state) {
  const name = ACROSS[state.model];
  const field = MODELS[state.model].fields[name];
  const others = Object.entries(state.values).filter(([key]) => key !== name && key !== "sigma2");
  const key = JSON.stringify([state.model, state.theory, others]);
  if (memory.key !== key) {
    const part = (k) => k / COLUMNS;
    memory.places = Array.from({ length: COLUMNS + 1 }, (_, k) => field.signed
      ? field.from + part(k) * (field.to - field.from)
      : field.from * (field.to / field.from) ** part(k));
    memory.curves = mapOf(state, memory.places);
    memory.key = key;
  }
  return memory;
}

function below({ pen, box, across, up }, places, heights, style) {
  pen.fillStyle = style;
  for (let k = 1; k < places.length; k++) {
    const ends = [[places[k - 1], heights[k - 1]], [places[k], heights[k]]];
    if (ends.every(([, height]) => Number.isFinite(height))) {
      const inside = ends.map(([, height]) => Math.min(Math.max(up(height), box.top), box.bottom));
      pen.beginPath();
      pen.moveTo(across(places[k - 1]), box.bottom);
      pen.lineTo(across(places[k - 1]), inside[0]);
      pen.lineTo(across(places[k]), inside[1]);
      pen.lineTo(across(places[k]), box.bottom);
      pen.fill();
    }
  }
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
  const name = ACROSS[state.model];
  const field = MODELS[state.model].fields[name];
  const cold = MODELS[state.model].fields.sigma2;
  const ticks = field.signed ? linearTicks(field.from, field.to, 4) : logTicks(field.from, field.to);
  const few = canvas.clientWidth < 420 ? ticks.filter((_, k) => k % 2 === 0) : ticks;
  const drawing = picture(
    canvas,
    { low: field.from, high: field.to, ticks: few, log: !field.signed, title: `${field.symbol}` },
    { low: cold.from, high: cold.to, ticks: logTicks(cold.from, cold.to), log: true, title: "σ²" },
  );
  below(drawing, places, curves.coexistence, colour("region"));
  if (curves.gmfl2) {
    below(drawing, places, curves.gmfl2, colour("region2"));
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
