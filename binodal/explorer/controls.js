// Native inputs for a state {model, theory, values}, and the address that holds it.

import { STEPS, positionOf, problemOf, textAt } from "./exact.js";

// The theory, or the one that the model has in its place.
const theoryOf = (model, theory) =>
  MODELS[model].theories.includes(theory) ? theory : "derived";

// The choice, or the first where the model has none of this name; empty where it has none at all.
export const choiceOf = (model, choice) =>
  choice in MODELS[model].choices ? choice : Object.keys(MODELS[model].choices)[0] || "";

export function presetState(model, preset, theory = "derived", choice = "") {
  const values = { ...MODELS[model].presets[preset] };
  return { model, theory: theoryOf(model, theory), choice: choiceOf(model, choice), values };
}

// What the branches run along, where the model has it.
export const alongIn = (model, along) => (along in MODELS[model].fields ? along : "sigma2");

export function addressOf({ model, theory, choice, along, values }) {
  const named = choice ? { choice: encodeURIComponent(choice) } : {};
  const across = along === "sigma2" ? {} : { along };
  const all = Object.entries({ model, theory, ...named, ...across, ...values });
  return `#${all.map(([k, v]) => `${k}=${v}`).join("&")}`;
}

// The state of an address and what is wrong with it; whatever is missing comes from a preset.
export function stateOf(address) {
  const given = new URLSearchParams(address.replace(/^#/, "").replaceAll("+", "%2B"));
  const model = given.get("model") in MODELS ? given.get("model") : Object.keys(MODELS)[0];
  const state = presetState(model, MODELS[model].first, given.get("theory"), given.get("choice"));
  state.along = alongIn(model, given.get("along"));
  const wrong = [];
  for (const [name, text] of given) {
    const field = MODELS[model].fields[name];
    const problem = field ? problemOf(text, field) : "";
    if (field && !problem) {
      state.values[name] = text.trim();
    } else if (problem) {
      wrong.push(`${name}=${text}: ${problem}`);
    }
  }
  return { state, problem: wrong.length ? `In the address: ${wrong.join("; ")}` : "" };
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function radios(group, name, choices, chosen, onChange) {
  group.replaceChildren(...choices.map(([value, title]) => {
    const input = element("input", { type: "radio", name, value, checked: value === chosen });
    input.addEventListener("change", () => onChange(value));
    return element("label", {}, input, title);
  }));
}

// One parameter: a slider and a field for the exact value, both labelled.
function fieldRow(name, field, text, onText) {
  const label = element("label", { className: "name", htmlFor: `range-${name}` });
  label.innerHTML = `<i>${field.symbol}</i> <span class="meaning">${field.meaning}</span>`;
  const range = element("input", { type: "range", id: `range-${name}`, min: 0, max: STEPS, step: 1 });
  const exact = element("input", { type: "text", id: `value-${name}`, inputMode: "decimal", spellcheck: false });
  exact.setAttribute("aria-label", `${field.meaning}, exact value`);
  range.addEventListener("input", () => onText(name, textAt(Number(range.value), field)));
  exact.addEventListener("input", () => onText(name, exact.value.trim(), true));
  exact.addEventListener("change", () => onText(name, exact.value.trim(), true));
  return { row: element("div", { className: "field" }, label, range, exact), range, exact, field };
}

const fill = (select, names) =>
  select.replaceChildren(...names.map((name) => element("option", { value: name }, name)));

// Which member of a family; hidden where the model is none.
function buildChoice({ model, choice }, onChoice) {
  const { choices, chosen } = MODELS[model];
  const select = document.getElementById("choice");
  document.getElementById("choices").hidden = !chosen;
  document.getElementById("chosen").textContent = chosen;
  fill(select, Object.keys(choices));
  select.value = choice;
  select.onchange = () => onChoice(select.value);
}

// Builds the controls of the state's model; returns a function that shows another state of it.
export function buildControls(state, on) {
  const choices = Object.entries(MODELS).map(([name, { title }]) => [name, title]);
  radios(document.getElementById("models"), "model", choices, state.model, on.model);
  const theories = MODELS[state.model].theories.map((theory) => [theory, theory]);
  radios(document.getElementById("theories"), "theory", theories, state.theory, on.theory);
  const preset = document.getElementById("preset");
  const names = new Set(Object.values(MODELS).flatMap(({ presets }) => Object.keys(presets)));
  fill(preset, ["own values", ...names]);
  buildChoice(state, on.choice);
  const rows = {};
  for (const [name, field] of Object.entries(MODELS[state.model].fields)) {
    rows[name] = fieldRow(name, field, state.values[name], on.value);
  }
  // What is varied most stands first.
  const main = MODELS[state.model].order.filter((name) => rows[name].field.main);
  const more = MODELS[state.model].order.filter((name) => !rows[name].field.main);
  document.getElementById("main-fields").replaceChildren(...main.map((name) => rows[name].row));
  document.getElementById("more-fields").replaceChildren(...more.map((name) => rows[name].row));
  return (now) => showState(now, rows, preset);
}

function showState(now, rows, preset) {
  for (const [name, { range, exact, field }] of Object.entries(rows)) {
    const text = now.values[name];
    if (document.activeElement !== exact) {
      exact.value = text;
    }
    if (document.activeElement !== range || textAt(Number(range.value), field) !== text) {
      range.value = positionOf(text, field);
    }
    range.setAttribute("aria-valuetext", text);
  }
  const same = Object.entries(MODELS[now.model].presets).find(([, values]) =>
    Object.entries(values).every(([name, text]) => now.values[name] === text));
  preset.value = same ? same[0] : "own values";
}
