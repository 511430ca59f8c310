// What can be taken away: LaTeX with the current numbers, commands with exact values, a link.

import { numberOf } from "./exact.js";
import { fixedOf } from "./solve.js";

const DIGITS = 15;

function typeset(value) {
  const [front, power] = String(Number(value.toPrecision(DIGITS))).split("e");
  const text = power ? `${front} \\cdot 10^{${Number(power)}}` : front;
  return power || value < 0 ? `\\left(${text}\\right)` : text;
}

const filled = (text, value) => text.replace(/@(\w+)@/g, (_, name) => value(name));

// The action of the shown state. The templates were typeset from the derived expressions.
export function latexOf(state, solution) {
  const numbers = { ...solution.state };
  for (const [name, text] of Object.entries(state.values)) {
    numbers[name] = numberOf(text);
  }
  fixedOf(state).forEach((value, k) => (numbers[MODELS[state.model].fixed[k]] = value));
  const own = (state.choice && MODELS[state.model].choices[state.choice].latex) || [];
  const lines = MODELS[state.model].latex[state.theory].map((line) =>
    filled(line, (name) => typeset(numbers[name])),
  ).concat(own);
  return [`% ${commandOf(state)}`, "% computed in double precision", ...lines].join("\n");
}

const settings = (state) =>
  Object.entries(state.values)
    .filter(([name]) => !MODELS[state.model].own.includes(name))
    .map(([name, text]) => `-s ${name}=${text}`)
    .join(" ");

// The model with the settings that make a member of its family.
function named({ model, choice, values }) {
  const { choices, words } = MODELS[model];
  const parts = [model, choice && choices[choice].words, filled(words, (name) => values[name])];
  return parts.filter(Boolean).join(" ");
}

export const commandOf = (state) =>
  `binodal solve ${named(state)} --theory ${state.theory} ${settings(state)}`;

export function eventCommandOf(state, event) {
  const along = (state.along || "sigma2") === "sigma2" ? "" : ` --along ${state.along}`;
  return `binodal critical ${named(state)} --event ${event}${along} --theory ${state.theory} ${settings(state)}`;
}

// Into the clipboard, and in sight, where it can be taken by hand if the browser forbids the rest.
export async function copy(text, box, report) {
  box.value = text;
  box.scrollTop = 0;
  try {
    await navigator.clipboard.writeText(text);
    report.textContent = "Copied.";
  } catch {
    box.focus();
    box.select();
    report.textContent = document.execCommand("copy") ? "Copied." : "Selected: press Ctrl+C.";
  }
}
