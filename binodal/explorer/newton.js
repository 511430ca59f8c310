// Several equations at once. Nothing here knows what the functions mean.

const MOST_STEPS = 80;
const CLOSE = 1e-13;

// The solution of a square system by elimination with pivots; NaN where it is singular.
export function linearSolution(matrix, right) {
  const size = right.length;
  const rows = matrix.map((row, k) => [...row, right[k]]);
  for (let k = 0; k < size; k++) {
    let best = k;
    for (let i = k + 1; i < size; i++) {
      if (Math.abs(rows[i][k]) > Math.abs(rows[best][k])) {
        best = i;
      }
    }
    [rows[k], rows[best]] = [rows[best], rows[k]];
    for (let i = k + 1; i < size; i++) {
      const share = rows[i][k] / rows[k][k];
      for (let j = k; j <= size; j++) {
        rows[i][j] -= share * rows[k][j];
      }
    }
  }
  const found = new Array(size);
  for (let k = size - 1; k >= 0; k--) {
    let rest = rows[k][size];
    for (let j = k + 1; j < size; j++) {
      rest -= rows[k][j] * found[j];
    }
    found[k] = rest / rows[k][k];
  }
  return found;
}

// Newton's method. `system(at)` gives [rows, Jacobian]; `moved(at, step)` the next place, which may
// hold a step back, and `size(at, step)` what a step means there. Null where it does not settle.
export function settled(system, start, moved, longest) {
  let at = start;
  let last = Infinity;
  for (let count = 0; count < MOST_STEPS; count++) {
    const [rows, matrix] = system(at);
    const step = linearSolution(matrix, rows).map((x) => -x);
    const size = Math.max(...step.map(Math.abs));
    if (!Number.isFinite(size)) {
      return null;
    }
    const share = Math.min(1, longest / size);
    at = moved(at, step.map((x) => share * x));
    // The last digits may turn around for ever: a small step that no longer shrinks is the end.
    if (size < CLOSE || (size < 1e-9 && size >= last / 2)) {
      return at;
    }
    last = size;
  }
  return null;
}
