// Events along the temperature, the map, and the landscape.

import { crossing } from "../../../explorer/roots.js";
import { settled } from "../../../explorer/newton.js";

const SEARCH = Math.E ** 5;
const SCAN = 34;
const [MIDDLE, AROUND, FEW] = [0.3, 60, 12];
const BISECTIONS = 9;
const DENT = 1e-5;

// The state of things at one temperature, for searches along it; `from` are parameters with any.
function sceneAt(neuron, from, sigma2) {
  const p = from.slice();
  p[OWN.sigma2] = sigma2;
  const { beta, modes } = modesOf(neuron, p);
  return { p, sigma2, beta, modes, growth: growthOf(neuron, p, modes) };
}

// On each side of zero: whether a feature exists or lies below zero, and where.
function featuresAt(neuron, { p, modes }) {
  return sides(valleyOf(neuron, p, modes)).map((side) => {
    let [barrier, born] = [side[0], null];
    side.slice(1, -1).forEach((column, k) => {
      const dent = column.least < side[k].least && column.least <= side[k + 2].least;
      if (dent && barrier.least - column.least > DENT * Math.abs(barrier.least)) {
        born = born && born.least <= column.least ? born : { ...column, barrier };
      }
      barrier = column.least > barrier.least ? column : barrier;
    });
    return { born, below: born && born.least < 0 ? born : null };
  });
}

function eventFrom(neuron, name, { p, sigma2, beta }, { m, r }) {
  const { f, resting } = neuron;
  const rest = [resting[0], resting[2]];
  const at = (x) => {
    const changed = p.slice();
    changed[OWN.sigma2] = x;
    return changed;
  };
  const system = ([mNow, rNow, betaNow, now]) => {
    const found = f[name](mNow, rNow, betaNow, ...rest, ...neuron.overlaps(rNow), ...at(now));
    return [found.slice(0, 4), [4, 8, 12, 16].map((k) => found.slice(k, k + 4))];
  };
  const forward = (now, step) => [...moved(now, step), now[2] + step[2], now[3] * (1 + step[3])];
  const found = settled(system, [m, r, beta, sigma2], forward, LONGEST);
  if (!found || Math.abs(found[0]) < SAME || !(found[3] > 0 && found[2] > 0 && found[2] <= 1 + SAME)) {
    return null;
  }
  const [place, norm, share, value] = found;
  const modes = [share * neuron.teacher[0], neuron.teacher[1], neuron.teacher[2]];
  const [, , , mm, ml, ll] = actionAt(neuron, at(value), modes, [place, norm]);
  const minimum = mm + ll > 0 && (name === "birth" || mm * ll - ml * ml > 0);
  return minimum ? { sigma2: value, place: neuron.mirrored ? Math.abs(place) : place } : null;
}

// From the feature's minimum, or from between it and its barrier, where a birth is.
function firstEvent(neuron, name, start) {
  const { place } = start;
  const { barrier } = place;
  for (const share of [0.5, 0, 0.25, 0.75, 1]) {
    const at = { m: place.m + share * (barrier.m - place.m), r: place.r + share * (barrier.r - place.r) };
    const event = eventFrom(neuron, name, start, name === "birth" ? at : place);
    if (event) {
      return event;
    }
  }
  return null;
}

// Halve a step between temperatures on whose ends a side differs in what is asked.
function between(neuron, p, ends, number, asked) {
  let [one, other] = ends;
  for (let count = 0; count < BISECTIONS; count++) {
    const middle = sceneAt(neuron, p, Math.sqrt(one.sigma2 * other.sigma2));
    const found = featuresAt(neuron, middle)[number][asked];
    const next = { ...middle, place: found };
    [one, other] = Boolean(found) === Boolean(one.place) ? [next, other] : [one, next];
  }
  return one.place ? one : other;
}

// Where the law of the zero branch stops being normalisable.
function condensations(neuron, p, scenes) {
  return scenes.slice(1).flatMap((scene, k) => {
    const [low, high] = [scenes[k], scene];
    if (low.growth < 0 === high.growth < 0) {
      return [];
    }
    const rising = high.growth > 0;
    return [crossing((x) => sceneAt(neuron, p, x).growth, low.sigma2, high.sigma2, rising)];
  });
}

// Births, coexistences and condensations within a factor of a temperature.
function eventsAround(neuron, p, middle, reach, count) {
  const found = { birth: [], coexistence: [], condensation: [] };
  if (!neuron.acting.length) {
    return found;
  }
  const places = Array.from({ length: count + 1 }, (_, k) => middle * reach ** ((2 * k) / count - 1));
  let scenes = places.map((sigma2) => sceneAt(neuron, p, sigma2));
  const ends = condensations(neuron, p, scenes);
  found.condensation = ends.map((sigma2) => ({ sigma2 }));
  const beside = ends.flatMap((sigma2) => [sigma2 * (1 - SPARE), sigma2 * (1 + SPARE)]);
  scenes = [...scenes, ...beside.map((sigma2) => sceneAt(neuron, p, sigma2))]
    .sort((one, two) => one.sigma2 - two.sigma2);
  const features = scenes.map((scene) => (scene.growth < 0 ? featuresAt(neuron, scene) : null));
  for (let k = 1; k < scenes.length; k++) {
    for (let side = 0; features[k - 1] && features[k] && side < features[k].length; side++) {
      for (const [name, asked] of [["birth", "born"], ["coexistence", "below"]]) {
        const marked = [k - 1, k].map((i) => ({ ...scenes[i], place: features[i][side][asked] }));
        if (Boolean(marked[0].place) !== Boolean(marked[1].place)) {
          const start = between(neuron, p, marked, side, asked);
          const event = firstEvent(neuron, name, start);
          const known = ({ sigma2, place }) =>
            Math.abs(sigma2 / event.sigma2 - 1) < SAME && Math.abs(place - event.place) < SAME;
          if (event && !found[name].some(known)) {
            found[name].push(event);
          }
        }
      }
    }
  }
  return found;
}

const NOWHERE = "not found within a factor e⁵ of the current σ²";
const TAME = "this activation does not grow like |z|, so the law of a neuron is normalisable everywhere";

function nearest(points, own, none) {
  const near = points
    .filter(({ sigma2 }) => sigma2 > own / SEARCH && sigma2 < own * SEARCH)
    .sort((one, two) => Math.abs(one.sigma2 / own - 1) - Math.abs(two.sigma2 / own - 1));
  if (!near.length) {
    return { status: "absent", reason: none };
  }
  return { status: "computed", ...near[0], others: near.slice(1).map(({ sigma2 }) => sigma2) };
}

const last = { key: "", found: null };

// Searched around powers of ten, so that the temperature can move without a new search.
function remembered(neuron, p) {
  const middle = 10 ** Math.round(Math.log10(p[OWN.sigma2]));
  const key = JSON.stringify([middle, p.filter((_, k) => k !== OWN.sigma2)]);
  if (last.key !== key) {
    Object.assign(last, { key, found: eventsAround(neuron, p, middle, SEARCH * 10 ** 0.5, SCAN) });
  }
  return last.found;
}

export function events(f, p, stableZero) {
  const own = p[OWN.sigma2];
  const neuron = neuronOf(f, p);
  const found = remembered(neuron, p);
  return {
    birth: nearest(found.birth, own, NOWHERE),
    coexistence: nearest(found.coexistence, own, NOWHERE),
    instability: { status: "absent", reason: stableZero },
    condensation: nearest(found.condensation, own, neuron.grows ? NOWHERE : TAME),
  };
}

export const dropped = () => ({});

// sigma^2 of the highest events at each value of a parameter, 0 where there is none.
export function map(f, p, places, name) {
  const changed = p.slice();
  const columns = places.map((place) => {
    changed[OWN[name]] = place;
    return eventsAround(neuronOf(f, changed), changed, MIDDLE, AROUND, FEW);
  });
  const highest = (event) => columns.map((found) => Math.max(0, ...found[event].map(({ sigma2 }) => sigma2)));
  const condenses = columns.some((found) => found.condensation.length);
  return {
    birth: highest("birth"),
    coexistence: highest("coexistence"),
    ...(condenses && { condensation: highest("condensation") }),
  };
}

export const reach = () => 1;

// The landscape as a list of [m, S/d], least over the norm; of one side where the other is its image.
export function landscape(theory, f, p, state, largest, count) {
  const neuron = neuronOf(f, p);
  const modes = MODES.map((k) => state[`t_${k}`]);
  const low = neuron.mirrored ? 0 : -largest;
  const places = Array.from({ length: count }, (_, k) => low + (k * (largest - low)) / (count - 1));
  const columns = places.map((m) => [m, ...f.angular(m, ...p)]);
  return valleyOf({ ...neuron, columns }, p, modes).map(({ m, least }) => [m, least]);
}
