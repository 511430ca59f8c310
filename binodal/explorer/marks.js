// Axes, ticks, lines and marks on a canvas, sharp on every screen and in the page's own colours.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
export const raised = (power) =>
  (power < 0 ? "⁻" : "") + [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[digit]).join("");

// A number as one reads it: a real minus sign, powers of ten typeset.
export function shown(value, digits = 9) {
  if (!Number.isFinite(value)) {
    return "—";
  }
  const text = String(Number(value.toPrecision(digits)));
  const [front, power] = text.split("e");
  const size = power ? `${front} × 10${raised(Number(power))}` : front;
  return size.replace("-", "−");
}

// The smallest of 1, 1.2, 1.5, 2, ... times a power of ten that is not below the value.
export function niceAbove(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  return unit * steps.find((step) => step * unit >= value * (1 - 1e-12));
}

export function linearTicks(low, high, about) {
  const rough = (high - low) / about;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((s) => s * unit >= rough);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => {
    const value = (first + k) * step;
    return { value, label: shown(Number(value.toPrecision(12)), 4) };
  });
}

export function logTicks(low, high) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, k) => {
    const power = first + k;
    const plain = Math.abs(power) <= 2;
    return { value: 10 ** power, label: plain ? shown(10 ** power, 3) : `10${raised(power)}` };
  });
}

const linear = (low, high, from, to) => (value) => from + ((value - low) / (high - low)) * (to - from);
const logarithmic = (low, high, from, to) => {
  const inner = linear(Math.log(low), Math.log(high), from, to);
  return (value) => inner(Math.log(value));
};

const palette = new Map();

// A colour of the style sheet, asked for once: asking makes the browser settle all styles.
export function colour(name) {
  if (!palette.has(name)) {
    const style = getComputedStyle(document.documentElement);
    palette.set(name, style.getPropertyValue(`--${name}`).trim());
  }
  return palette.get(name);
}

export const forgetColours = () => palette.clear();

// A canvas with axes x and y ({low, high, ticks, log, title}); draws them and returns the picture.
export function picture(canvas, x, y) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    [canvas.width, canvas.height] = [wide, high];
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  const box = { left: 58, right: width - 14, top: 30, bottom: height - 40 };
  const across = (x.log ? logarithmic : linear)(x.low, x.high, box.left, box.right);
  const up = (y.log ? logarithmic : linear)(y.low, y.high, box.bottom, box.top);
  const drawing = { pen, box, across, up, x, y };
  frame(drawing);
  return drawing;
}

function frame({ pen, box, across, up, x, y }) {
  pen.font = "13px Georgia, 'Times New Roman', serif";
  pen.lineWidth = 1;
  pen.strokeStyle = colour("line");
  pen.fillStyle = colour("soft");
  pen.beginPath();
  pen.moveTo(box.left, box.top);
  pen.lineTo(box.left, box.bottom);
  pen.lineTo(box.right, box.bottom);
  pen.stroke();
  pen.textAlign = "center";
  pen.textBaseline = "top";
  for (const { value, label } of x.ticks) {
    pen.fillRect(across(value) - 0.5, box.bottom, 1, 4);
    pen.fillText(label, across(value), box.bottom + 7);
  }
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const { value, label } of y.ticks) {
    pen.fillRect(box.left - 4, up(value) - 0.5, 4, 1);
    pen.fillText(label, box.left - 8, up(value));
  }
  pen.fillStyle = colour("ink");
  pen.textBaseline = "alphabetic";
  pen.fillText(x.title, box.right, box.bottom + 36);
  pen.textAlign = "left";
  pen.fillText(y.title, 8, 18);
}

// A line through points with finite coordinates; a gap interrupts it.
export function line({ pen, box, across, up }, points, style, dash = [], width = 2) {
  pen.save();
  pen.beginPath();
  pen.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  pen.clip();
  pen.beginPath();
  let drawing = false;
  for (const [x, y] of points) {
    const height = Number.isFinite(y) ? Math.min(Math.max(up(y), -1e5), 1e5) : NaN;
    if (Number.isFinite(height)) {
      drawing ? pen.lineTo(across(x), height) : pen.moveTo(across(x), height);
    }
    drawing = Number.isFinite(height);
  }
  pen.strokeStyle = style;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.setLineDash(dash);
  pen.stroke();
  pen.restore();
}

// A minimum is a full disc, a barrier an open triangle: shape tells them apart without colour.
export function saddleMark({ pen, box, across, up }, place, action, kind) {
  const [x, y] = [across(place), up(action)];
  if (x < box.left - 1 || x > box.right + 1 || y < box.top - 1 || y > box.bottom + 1) {
    return;
  }
  pen.beginPath();
  pen.lineWidth = 2;
  if (kind === "minimum") {
    pen.arc(x, y, 5.5, 0, 2 * Math.PI);
    pen.fillStyle = colour("minimum");
    pen.fill();
    return;
  }
  pen.moveTo(x, y - 7);
  pen.lineTo(x + 6.5, y + 5);
  pen.lineTo(x - 6.5, y + 5);
  pen.closePath();
  pen.fillStyle = colour("paper");
  pen.fill();
  pen.strokeStyle = colour("maximum");
  pen.stroke();
}
