// Parameters as exact texts: what is shown, shared and copied is what is computed.

const RATIONAL = /^([+-]?[0-9]+)\/([0-9]+)$/;
const DECIMAL = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$/;

// The double nearest to an integer, a decimal or a rational p/q; NaN for anything else.
export function numberOf(text) {
  const written = String(text).trim();
  const rational = RATIONAL.exec(written);
  if (rational) {
    const [top, bottom] = [Number(rational[1]), Number(rational[2])];
    const exact = Number.isSafeInteger(top) && Number.isSafeInteger(bottom);
    return exact && bottom > 0 ? top / bottom : NaN;
  }
  return DECIMAL.test(written) ? Number(written) : NaN;
}

// What is wrong with a parameter's text, or an empty string. `field` is its row in MODELS.
export function problemOf(text, field) {
  const value = numberOf(text);
  if (!Number.isFinite(value)) {
    return "write an integer, a decimal or p/q";
  }
  if (Math.abs(value) > field.largest) {
    return `must not exceed ${field.largest} in size`;
  }
  if (!field.signed && (field.strict ? value <= field.minimum : value < field.minimum)) {
    return `must be ${field.strict ? "greater than" : "at least"} ${field.minimum}`;
  }
  if (field.whole && !Number.isInteger(value)) {
    return "must be a whole number";
  }
  return "";
}

// A slider's position is 0 to STEPS, on a logarithmic scale except for signed parameters.
export const STEPS = 1000;

export function textAt(position, field) {
  const part = position / STEPS;
  const value = field.signed
    ? field.from + part * (field.to - field.from)
    : field.from * (field.to / field.from) ** part;
  return field.whole ? String(Math.round(value)) : shortest(value, field.signed);
}

// Four significant digits, or three decimals where zero lies inside the range.
function shortest(value, signed) {
  return String(Number(signed ? value.toFixed(3) : value.toPrecision(4)));
}

export function positionOf(text, field) {
  const value = numberOf(text);
  const part = field.signed
    ? (value - field.from) / (field.to - field.from)
    : Math.log(value / field.from) / Math.log(field.to / field.from);
  return Math.round(Math.min(Math.max(part, 0), 1) * STEPS);
}
