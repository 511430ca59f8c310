// The numbers: closure, saddles, events, and the phase in words.

import { eventCommandOf, commandOf } from "./copies.js";
import { shown } from "./marks.js";
import { acrossOf } from "./solve.js";

const EVENTS = { birth: "birth", coexistence: "coexistence", instability: "instability", gmfl2: "end of GMFL-I", condensation: "condensation" };
const PHASES = {
  lonely: "GFL: no feature minimum exists; the network is a Gaussian process.",
  GFL: "GFL: the feature minimum exists, but the zero state is deeper.",
  unbounded: "GMFL-I: some neurons have left the zero state.",
  "GMFL-I": "GMFL-I: feature minima coexist with the zero state, exactly as deep.",
  "GMFL-II": "GMFL-II: the feature holds all of the probability.",
};

const setText = (node, text) => node.textContent === text || (node.textContent = text);

function cell(tag, text, properties = {}) {
  return Object.assign(document.createElement(tag), { textContent: text, ...properties });
}

function numberCell(value, before = "") {
  const made = cell("td", before + shown(value), { className: "number" });
  made.dataset.value = String(value);
  return made;
}

function row(...cells) {
  const made = document.createElement("tr");
  made.append(...cells);
  return made;
}

function header(symbol, meaning) {
  const made = cell("th", "", { scope: "row" });
  made.append(cell("i", symbol), cell("span", ` ${meaning}`, { className: "why" }));
  return made;
}

function closureRows(state, solution) {
  const held = Object.entries(MODELS[state.model].state).filter(([name]) => name in solution.state);
  return held.map(([name, [symbol, meaning]]) =>
    row(header(symbol, meaning), numberCell(solution.state[name])));
}

function saddleRows({ saddles, mirrored }) {
  return saddles.map(({ place, action, kind, mass }) => {
    // Two feature minima of opposite sign share their probability.
    const before = mirrored && place !== 0 ? "±" : "";
    const share = kind === "minimum" ? numberCell(mass) : cell("td", "");
    return row(cell("th", kind, { scope: "row" }), numberCell(place, before), numberCell(action), share);
  });
}

function eventRows(state, events) {
  return Object.entries(events).map(([name, event]) => {
    const head = cell("th", EVENTS[name], { scope: "row" });
    if (event.status === "absent") {
      const why = cell("td", "absent: ");
      why.append(cell("span", event.reason, { className: "why" }));
      return row(head, why);
    }
    const value = numberCell(event.sigma2);
    const others = event.others || [];
    if (others.length) {
      value.append(cell("span", ` and ${others.map((x) => shown(x)).join(", ")}`, { className: "why" }));
    }
    return row(head, value);
  });
}

function droppedRows(state, dropped) {
  return Object.entries(dropped).map(([name, size]) => {
    const made = size === null ? cell("td", "of unknown size") : numberCell(size);
    const word = size !== null && size < LARGEST_DROPPED ? "" : "not small";
    const head = cell("th", MODELS[state.model].dropped[name], { scope: "row" });
    return row(head, made, cell("td", word, { className: "large" }));
  });
}

export function phaseWords({ phase, saddles, edge, said, beyond }) {
  if (said) {
    return phase === "none" ? `No theory: ${said}` : `${phase}: ${said}`;
  }
  if (edge) {
    return `${phase}: ${EVENTS[edge]} is closer than rounding; the commands below decide.`;
  }
  const alone = saddles.length === 1 && { GFL: "lonely", "GMFL-I": "unbounded" }[phase];
  const words = PHASES[alone || phase];
  return beyond ? `${words} ${beyond}` : words;
}

function captions(state, solution) {
  const { unit, actions, fields, place: key } = MODELS[state.model];
  const across = acrossOf(state);
  const { symbol } = fields[across];
  const second = "gmfl2" in solution.events ? "; below the dotted line GMFL-II" : "";
  setText(document.getElementById("landscape-caption"),
    `The action in units of ${unit} (${actions[state.theory]}), relative to the zero state. ● minimum, △ barrier.`);
  setText(document.getElementById("map-caption"),
    `Phases over ${symbol} and σ², all else as set: tinted below coexistence, GMFL-I${second}. The dot is you; drag it, or use the sliders.`);
  const places = solution.saddles.map(({ kind, place, action }) =>
    `${kind} at ${key} = ${shown(place, 4)} with S/${unit} = ${shown(action, 4)}`);
  document.getElementById("landscape").setAttribute("aria-label", `Landscape of the action: ${places.join("; ")}.`);
  document.getElementById("map").setAttribute("aria-label",
    `Phase diagram over ${symbol} = ${state.values[across]} and σ² = ${state.values.sigma2}: ${solution.phase}.`);
}

export function showResults(state, solution) {
  const { unit, place, share } = MODELS[state.model];
  const heads = ["kind", place, `S/${unit}`, share];
  setText(document.getElementById("status"), phaseWords(solution));
  document.getElementById("closure").replaceChildren(...closureRows(state, solution));
  document.getElementById("saddles-head").replaceChildren(row(...heads.map((text) => cell("th", text, { scope: "col" }))));
  document.getElementById("saddles").replaceChildren(...saddleRows(solution));
  document.getElementById("events").replaceChildren(...eventRows(state, solution.events));
  document.getElementById("dropped").replaceChildren(...droppedRows(state, solution.dropped));
  document.querySelector(".dropped").hidden = Object.keys(MODELS[state.model].dropped).length === 0;
  captions(state, solution);
  const certain = Object.keys(solution.events).filter((event) => event !== "instability");
  setText(document.getElementById("certify"),
    [commandOf(state), ...certain.map((event) => eventCommandOf(state, event))].join("\n"));
  const theory = `${state.model} ${state.theory}`;
  const shownFormulas = [theory, `${theory} ${state.choice}`];
  for (const formula of document.querySelectorAll(".formula")) {
    formula.hidden = !shownFormulas.includes(formula.dataset.of);
  }
}
