// Modular addition, or an irrep that equals one of its modes, as P goes to infinity.
// p is the list of parameters in the order of the generated functions, f their table for a theory.

import { crossing } from "../../../explorer/roots.js";

const zeroSaddle = (mass) => ({ place: 0, action: 0, kind: "minimum", mass });

// Both rings at coupling u with the ring's mass; below birth the zero state alone.
function rings(f, p, u, mass) {
  const [outer, inner, depth, barrier] = f.saddles(u, ...p);
  if (!(inner < outer)) {
    return [zeroSaddle(1)];
  }
  return [
    zeroSaddle(1 - mass),
    { place: inner, action: barrier, kind: "saddle" },
    { place: outer, action: depth, kind: "minimum", mass },
  ];
}

function described(f, p, tau, phase, mass) {
  const [u, a, lambda] = f.residual(tau, ...p);
  return { phase, state: { a, lambda, u }, saddles: rings(f, p, u, mass) };
}

export function solve(f, p) {
  const [pinned, atU, atX] = f.coexistence(...p);
  if (p[OWN.sigma2] > pinned) {
    return described(f, p, p[OWN.sigma2], "GFL", 0);
  }
  const [mass] = f.sharing(...p);
  if (mass < 1) {
    const found = described(f, p, pinned, "GMFL-I", mass);
    found.state.u = atU;
    // There the ring is exactly as deep as zero, whatever rounding says.
    found.saddles = rings(f, p, atU, mass);
    Object.assign(found.saddles[2], { place: atX, action: 0 });
    return found;
  }
  // A ring that holds everything: sigma^2 = tau - lambda falls as x grows.
  const excess = (x) => {
    const [tau, lambda] = f.fullRing(x, ...p);
    return tau - lambda - p[OWN.sigma2];
  };
  let far = 2 * atX;
  while (excess(far) > 0) {
    far *= 2;
  }
  const x = crossing(excess, atX, far, false);
  const [tau, lambda] = f.fullRing(x, ...p);
  const found = described(f, p, tau, "GMFL-II", 1);
  found.state.lambda = lambda;
  return found;
}

// The zero state’s residual, whatever is deeper.
export function kept(f, p) {
  const [, a] = f.residual(p[OWN.sigma2], ...p);
  return { a };
}

// How many neurons are on a ring.
export function neurons(f, p, { state: { a, u }, saddles }) {
  const ring = saddles.find(({ kind, place }) => kind === "minimum" && place > 0);
  return ring ? f.dropped(a, u, ring.place, ring.mass, ...p)[5] : 0;
}

function endOfMixture(f, p) {
  const [sigma2, a, ratio] = f.gmfl2(...p);
  if (ratio < 1) {
    return { status: "computed", sigma2, a };
  }
  const reason = `it exists iff the ring at coexistence can need all of the probability, that is
    iff Λ/τ < 1; here the ratio is ${ratio.toPrecision(6)}: GMFL-I lasts down to σ² = 0`;
  return { status: "absent", reason: reason.replace(/\s+/g, " ") };
}

export function events(f, p, stableZero) {
  const at = ([sigma2, u, place]) => ({ status: "computed", sigma2, u, place });
  return {
    birth: at(f.birth(...p)),
    coexistence: at(f.coexistence(...p)),
    instability: { status: "absent", reason: stableZero },
    gmfl2: endOfMixture(f, p),
  };
}

// What the limit leaves out at a solution, each term beside what is kept.
export function dropped(f, p, { phase, state: { a, u }, saddles }) {
  const ring = saddles.find(({ kind, place }) => kind === "minimum" && place > 0);
  const { place, mass } = ring || { place: 0, mass: 0 };
  const [own, weights, metastable, carried, field, held] = f.dropped(a, u, place, mass, ...p);
  return {
    field,
    ...(ring && { neurons: carried / Math.max(1, held) }),
    ...(phase !== "GMFL-II" && { own }),
    ...(ring && phase === "GFL" && { ring: metastable }),
    ...(ring && phase === "GMFL-I" && { weights }),
  };
}

// sigma^2 of the events at each gamma of the map, 0 where there is none.
export function map(f, p, gammas) {
  const at = (event) => (gamma) => {
    const changed = p.slice();
    changed[OWN.gamma] = gamma;
    const [sigma2] = f[event](...changed);
    return Math.max(sigma2, 0);
  };
  return {
    birth: gammas.map(at("birth")),
    coexistence: gammas.map(at("coexistence")),
    gmfl2: gammas.map(at("gmfl2")),
  };
}

// Up to which x a landscape is shown that has the zero state alone.
export const reach = (p) => 2 / Math.sqrt(p[OWN.gamma]);

// The landscape on the diagonal x = x_v as a list of [x, S/P].
export function landscape(theory, f, p, { u }, largest, count) {
  return Array.from({ length: count }, (_, k) => {
    const x = (k * largest) / (count - 1);
    return [x, f.action(x, x, u, ...p)[0]];
  });
}
