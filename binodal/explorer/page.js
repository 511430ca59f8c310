// One state, one frame: inputs change the state, and the next frame shows all that follows.

import { numberOf, problemOf } from "./exact.js";
import { addressOf, alongIn, buildControls, choiceOf, presetState, stateOf } from "./controls.js";
import { copy, commandOf, latexOf } from "./copies.js";
import { alongOf, branchWords, drawBranches, letterOf, neuronWords } from "./branches.js";
import { drawLandscape } from "./landscape.js";
import { drawMap, valuesAt } from "./map.js";
import { forgetColours } from "./marks.js";
import { showResults } from "./results.js";
import { solveState } from "./solve.js";

const WRITE_AFTER = 200;
const LONG = 8;
const byId = (id) => document.getElementById(id);
const remembered = {};
let state = stateOf("").state;
let solution = null;
let show = () => {};
let waiting = false;
let writing = 0;

function render() {
  waiting = false;
  solution = solveState(state);
  show(state);
  drawLandscape(byId("landscape"), state, solution);
  drawMap(byId("map"), state);
  const branches = drawBranches(byId("branches"), byId("residuals"), state, solution);
  branchWords(state, branches).forEach((words, k) => {
    byId(["branches-caption", "residuals-caption"][k]).textContent = words;
    byId(["branches", "residuals"][k]).setAttribute("aria-label", words);
  });
  byId("neurons").textContent = neuronWords(state, solution);
  byId("series").value = seriesOf(state);
  showResults(state, solution);
}

function changed() {
  if (!waiting) {
    waiting = true;
    requestAnimationFrame(render);
  }
  // Browsers refuse addresses that are written at every step of a drag.
  clearTimeout(writing);
  writing = setTimeout(writeAddress, WRITE_AFTER);
}

function writeAddress() {
  if (location.hash !== addressOf(state)) {
    history.replaceState(null, "", addressOf(state));
  }
}

function setValue(name, text, typed = false) {
  const problem = problemOf(text, MODELS[state.model].fields[name]);
  const input = byId(`value-${name}`);
  input.setAttribute("aria-invalid", String(problem !== ""));
  byId("problem").textContent = problem && `${name}: ${problem}`;
  if (!problem) {
    state = { ...state, values: { ...state.values, [name]: text } };
    changed();
  } else if (!typed) {
    throw new RangeError(`${name}=${text}: ${problem}`);
  }
}

function become(next) {
  const other = next.model !== state.model || show.model === undefined;
  remembered[state.model] = { values: state.values, choice: state.choice };
  state = { ...next, along: alongIn(next.model, next.along || state.along) };
  byId("problem").textContent = "";
  for (const input of document.querySelectorAll("[aria-invalid=true]")) {
    input.removeAttribute("aria-invalid");
  }
  if (other) {
    const focused = document.activeElement?.value;
    const on = { model: chooseModel, theory: chooseTheory, choice: chooseMember, value: setValue };
    show = buildControls(state, on);
    show.model = state.model;
    fillSeries();
    document.querySelector(`input[name=model][value="${focused}"]`)?.focus();
  }
  document.querySelector(`input[name=theory][value=${state.theory}]`).checked = true;
  byId("choice").value = state.choice;
  byId("along").value = state.along;
  changed();
}

function chooseModel(model) {
  const first = presetState(model, MODELS[model].first, state.theory);
  become({ ...first, ...remembered[model], theory: first.theory });
}

// Stored networks by their place in the list; those of the state, or none.
function seriesOf({ model, choice, values }) {
  const same = (series) => series.choice === choice &&
    Object.entries(series.values).every(([key, text]) => numberOf(values[key]) === numberOf(text));
  return String(NETWORKS[model].findIndex(same));
}

// The parameters that are short enough to be read, the residual, and how many points there are.
function seriesWords(model, { choice, values, state: name, points }) {
  const short = Object.entries(values).filter(([, text]) => text.length < LONG);
  const size = short.map(([key, text]) => `${letterOf(model, key)} = ${text}`).join(", ");
  return `${choice && `${choice}: `}${size} (${MODELS[model].state[name][0]}, ${points.length})`;
}

function fillSeries() {
  const named = NETWORKS[state.model].map((series, k) => [k, seriesWords(state.model, series)]);
  byId("series").replaceChildren(...[[-1, "of other parameters"], ...named].map(([value, text]) => new Option(text, value)));
  byId("stored").hidden = named.length === 0;
  byId("along").replaceChildren(...alongOf(state.model).map((name) => new Option(letterOf(state.model, name), name)));
}

byId("along").addEventListener("change", ({ target }) => become({ ...state, along: target.value }));

byId("series").addEventListener("change", ({ target }) => {
  const chosen = NETWORKS[state.model][target.value];
  if (chosen) {
    const [sigma2] = chosen.points[0];
    become({ ...state, choice: chosen.choice, values: { ...state.values, ...chosen.values, sigma2: String(sigma2) } });
  }
});

const chooseTheory = (theory) => become({ ...state, theory });
const chooseMember = (choice) => become({ ...state, choice });

byId("preset").addEventListener("change", ({ target }) => {
  const known = (name) => target.value in MODELS[name].presets;
  const found = [state.model, ...Object.keys(MODELS)].find(known);
  if (found) {
    become(presetState(found, target.value, state.theory, state.choice));
    byId("preset").focus();
  }
});

function drag(event) {
  if (event.buttons === 1) {
    const frame = byId("map").getBoundingClientRect();
    const values = valuesAt(event.clientX - frame.left, event.clientY - frame.top);
    state = { ...state, values: { ...state.values, ...values } };
    changed();
  }
}

byId("map").addEventListener("pointerdown", (event) => {
  byId("map").setPointerCapture(event.pointerId);
  drag(event);
});
byId("map").addEventListener("pointermove", drag);
byId("controls").addEventListener("submit", (event) => event.preventDefault());

const copies = {
  "copy-latex": () => latexOf(state, solution),
  "copy-command": () => commandOf(state),
  "copy-link": () => location.href.replace(/#.*$/, "") + addressOf(state),
};
for (const [id, text] of Object.entries(copies)) {
  byId(id).addEventListener("click", () => copy(text(), byId("text"), byId("copied")));
}

function fromAddress() {
  if (location.hash !== addressOf(state)) {
    const found = stateOf(location.hash);
    become(found.state);
    byId("problem").textContent = found.problem;
  }
}

window.addEventListener("hashchange", fromAddress);
window.addEventListener("resize", changed);
for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
  window.matchMedia(query).addEventListener("change", () => {
    forgetColours();
    changed();
  });
}

// For tests and for the curious: the shown state, and a solution of any other.
window.binodal = {
  state: () => ({ ...structuredClone(state), solution: structuredClone(solution) }),
  solve: ({ model, theory, choice, values }) => {
    const texts = Object.fromEntries(Object.keys(MODELS[model].fields).map((k) => [k, String(values[k])]));
    for (const [name, text] of Object.entries(texts)) {
      const problem = problemOf(text, MODELS[model].fields[name]);
      if (problem) {
        throw new RangeError(`${name}=${text}: ${problem}`);
      }
    }
    return solveState({ model, theory, choice: choiceOf(model, choice), values: texts });
  },
  render: () => { render(); },
};

const first = stateOf(location.hash);
become(first.state);
byId("problem").textContent = first.problem;
