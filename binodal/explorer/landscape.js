// The action against the overlap, with its saddles.

import { colour, line, linearTicks, niceAbove, picture, saddleMark } from "./marks.js";
import { landscapeOf, reachOf } from "./solve.js";

const POINTS = 241;

// Up to which place the landscape is shown; it changes in steps, so that a drag does not shake it.
function reach(state, saddles) {
  const { farthest } = MODELS[state.model];
  if (farthest) {
    return farthest;
  }
  const last = saddles[saddles.length - 1].place;
  if (last > 0) {
    return niceAbove(1.45 * last);
  }
  return niceAbove(reachOf(state));
}

function heights(points, saddles) {
  const actions = saddles.map((saddle) => saddle.action);
  const deepest = Math.min(0, ...actions);
  const highest = Math.max(0, ...actions);
  const [, inner] = points[Math.floor(0.6 * points.length)] || [0, 1];
  const top = highest > 0 ? Math.max(2.6 * highest, -0.6 * deepest) : Math.abs(inner);
  return [deepest < 0 ? -niceAbove(-1.15 * deepest) : -0.06 * top, niceAbove(top)];
}

export function drawLandscape(canvas, state, solution) {
  const { saddles } = solution;
  const { axis, farthest, unit } = MODELS[state.model];
  const { mirrored } = solution;
  const largest = reach(state, saddles);
  const points = landscapeOf(state, solution, largest, POINTS);
  const [low, high] = heights(points, saddles);
  const left = mirrored || farthest ? -largest : 0;
  const about = canvas.clientWidth < 420 ? 4 : 6;
  const drawing = picture(
    canvas,
    { low: left, high: largest, ticks: linearTicks(left, largest, about), title: axis.replaceAll(/‹k›/g, "ₖ") },
    { low, high, ticks: linearTicks(low, high, 5), title: `S/${unit}` },
  );
  line(drawing, [[left, 0], [largest, 0]], colour("line"), [], 1);
  const mirror = points.slice(1).reverse().map(([q, action]) => [-q, action]);
  line(drawing, mirrored ? [...mirror, ...points] : points, colour("ink"));
  for (const { place, action, kind } of saddles) {
    saddleMark(drawing, place, action, kind);
    if (mirrored && place > 0) {
      saddleMark(drawing, -place, action, kind);
    }
  }
}
