// Zeros in brackets. Nothing here knows what the functions mean.

const MOST_ROUNDS = 120;
const SETTLED = 4e-16;

// The zero between low and high of a function that crosses once, by Ridders' method: the bracket at
// least halves in every round. `rising` says where it goes from negative to positive; the signs at
// the ends are taken to be those, so that an end may be a zero of another kind.
export function crossing(f, low, high, rising = true) {
  const sign = rising ? 1 : -1;
  let a = low;
  let b = high;
  let atA = -Math.abs(f(a));
  let atB = Math.abs(f(b));
  let guess = (a + b) / 2;
  const narrow = (point, height) => {
    if (height >= 0 && point < b) {
      b = point;
      atB = height;
    } else if (height < 0 && point > a) {
      a = point;
      atA = height;
    }
  };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = guess;
    const middle = a + (b - a) / 2;
    const value = sign * f(middle);
    const step = ((middle - a) * value) / Math.sqrt(value * value - atA * atB);
    guess = Number.isFinite(step) ? Math.min(Math.max(middle - step, a), b) : middle;
    const atGuess = sign * f(guess);
    narrow(middle, value);
    narrow(guess, atGuess);
    const tolerance = SETTLED * Math.abs(guess);
    if (Math.abs(guess - before) <= tolerance) {
      // One end may still be far away: a change of sign beside the guess brings it here.
      for (const beside of [guess - tolerance, guess + tolerance].filter((x) => x > a && x < b)) {
        narrow(beside, sign * f(beside));
      }
    }
    if (atGuess === 0 || b - a <= 2 * tolerance) {
      return guess;
    }
  }
  return guess;
}

// Every zero that shows as a change of sign between neighbours of a rising list of points.
export function signChanges(f, points) {
  const found = [];
  let last = f(points[0]);
  for (let k = 1; k < points.length; k++) {
    const next = f(points[k]);
    if (last < 0 && next >= 0) {
      found.push(crossing(f, points[k - 1], points[k], true));
    } else if (last >= 0 && next < 0) {
      found.push(crossing(f, points[k - 1], points[k], false));
    }
    last = next;
  }
  return found;
}
