// Helper functions of generated JavaScript; a line "// helper NAME" starts a block.

// helper ERFC_WEIGHTS
const ERFC_WEIGHTS = Array.from({ length: 13 }, (_, k) => Math.exp(-((k + 1) ** 2) / 4));

// helper erf
// Error function. Below 1 its Taylor series. Above, 1 - erfc with the trapezoidal rule of step
// 1/2 for erfc(x) = (2x/pi) e^{-x^2} integral of e^{-t^2}/(x^2 + t^2) over t > 0, whose only
// error above e^{-4 pi^2} is the pole's residue, 2/(e^{4 pi x} - 1).
function erf(x) {
  const size = Math.abs(x);
  const square = x * x;
  if (!(size >= 1)) {
    let sum = 0;
    for (let k = 19; k >= 0; k--) {
      sum = 1 / (2 * k + 1) - (sum * square) / (k + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * x * sum;
  }
  if (size > 6) {
    return Math.sign(x);
  }
  let sum = 0.5 / square;
  for (let k = 13; k >= 1; k--) {
    sum += ERFC_WEIGHTS[k - 1] / (square + (k * k) / 4);
  }
  const tail = (size / Math.PI) * Math.exp(-square) * sum - 2 / Math.expm1(4 * Math.PI * size);
  return Math.sign(x) * (1 - tail);
}

// helper log_ratio
// order-th derivative of -log(1 - x)/x for x < 1. The recurrence
// F_k x = (k - 1)!/(1 - x)^k - k F_{k-1} cancels near zero, where the Taylor series replaces it.
function log_ratio(order, x) {
  let factorial = 1;
  if (Math.abs(x) < (order > 0 ? 0.5 : 1e-300)) {
    let term = 1;
    for (let k = 2; k <= order; k++) {
      term *= k;
    }
    let sum = term / (order + 1);
    for (let j = 1; j <= 54 + 8 * order; j++) {
      term *= (x * (j + order)) / j;
      sum += term / (j + order + 1);
    }
    return sum;
  }
  let value = -Math.log1p(-x) / x;
  let power = 1;
  for (let k = 1; k <= order; k++) {
    power /= 1 - x;
    value = (factorial * power - k * value) / x;
    factorial *= k;
  }
  return value;
}

// helper log_tricomi
// log U(a, b, x) = -a log x + log <(1 + T/x)^{b-a-1}> over T ~ Gamma(a, 1), x > 0.
// NaN for a < 1/2, where the number of nodes would grow like 1/a.
// The average is the trapezoidal rule in z = log(T/a): with w = 2 pi/step its error decays like
// exp(-w^2/(2 a)), and at last like exp(-pi w/2). Beyond the ends a (e^z - 1 - z) exceeds 42.
function log_tricomi(a, b, x) {
  if (!(a >= 0.5 && a < Infinity && x > 0)) {
    return NaN;
  }
  const step = (2 * Math.PI) / (Math.sqrt(84 * a) + 30);
  const s = Math.sqrt(84 / a);
  const first = -Math.ceil((s + (s * s) / 2) / step);
  const last = Math.ceil(Math.log1p(s + (s * s) / 2) / step);
  let total = 0;
  let mean = 0;
  for (let k = first; k <= last; k++) {
    const growth = Math.expm1(k * step);
    const height = Math.exp(-a * (growth - k * step));
    total += height;
    mean += height * Math.pow(1 + (a * (1 + growth)) / x, b - a - 1);
  }
  return Math.log(mean / total) - a * Math.log(x);
}

// helper step
// 0, 1/2 at zero, or 1; NaN where the argument is.
function step(x) {
  return (1 + Math.sign(x)) / 2;
}

// helper choose
// u where a < b, v elsewhere.
function choose(a, b, u, v) {
  return a < b ? u : v;
}
