/**
 * How a chain comes to rest on a neck: an inextensible line under gravity, held off the skin.
 *
 * Half of a loop that is symmetric about x = 0 is led to the least potential energy by damped Newton
 * steps on a line of stiff springs (Baraff and Witkin, 1998). Twin of models3d/chains/hanging.py and
 * of `neck_curve` in models3d/chains/chain.py.
 */
import { LEAST_BASE, MEAN_BASE, NAPE, neckNormal } from './body.js';
import { clamp } from './linalg.js';

/**
 * What is known of a necklace's line, metres.
 * @typedef {object} Loop
 * @property {number} length all round
 * @property {number} radius from the skin to the line
 * @property {number} load mass of the pendant over the mass of the chain
 * @property {number} bend to either side of the front over which the chain rounds a kink
 */

/**
 * A loop at rest, from the front's middle by the side of +x to the clasp and on round.
 * @typedef {object} Curve
 * @property {Float64Array} along (n,) metres from the front to the clasp
 * @property {Float64Array} points (n, 3) x >= 0
 * @property {Float64Array} slopes (n, 3)
 * @property {number} halfLength
 * @property {number} bend
 */

const SEGMENTS = 56; // of half a loop at rest
/** Metres that a necklace is longer than the neck is round. */
export const LEAST_EASE = 0.012;
const STRETCH_STIFFNESS = 1e6; // weights of the half loop per metre of one segment
const SKIN_STIFFNESS = 1e5; // weights of a node per metre
const HELD = 1e12;
const BEND_SAMPLES = 15;
const LONGEST_STEP = 8e-3; // metres
const [DAMPINGS, MOST_DAMPING, LEAST_DAMPING] = [60, 600, 6]; // weights of a node per metre
const NODES = SEGMENTS + 1;
const WIDTH = 6; // of the system's lower bands
const NAPE_LENGTH = Math.hypot(NAPE[1], NAPE[2]);

/**
 * The line of a necklace at rest.
 * @param {Loop} loop
 * @param {number} [base] metres round the base of the neck; the mean one's unless it is known
 * @returns {Curve}
 */
export function neckCurve(loop, base = Math.min(MEAN_BASE, Math.max(LEAST_BASE, loop.length - LEAST_EASE))) {
  const x = overHead(base, loop.length);
  const piece = loop.length / 2 / SEGMENTS;
  let wide = 0;
  for (let k = 0; k < SEGMENTS; k++) wide += apart(x, k) / SEGMENTS;
  const weight = new Float64Array(NODES).fill(1);
  weight[0] = 0.5;
  weight[SEGMENTS] = 0.5 + 0.5 * loop.load * SEGMENTS;
  x[0] = x[3 * SEGMENTS] = 0;
  const tight = STRETCH_STIFFNESS * weight.reduce((sum, each) => sum + each, 0);
  for (let pass = 0; pass < DAMPINGS; pass++) {
    const share = pass / (DAMPINGS - 1);
    const damping = MOST_DAMPING * (LEAST_DAMPING / MOST_DAMPING) ** share;
    const rest = piece + (wide - piece) * Math.max(0, 1 - 2 * share);
    const step = newton(loop, base, x, weight, rest, tight, damping);
    const longest = step.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const factor = Math.min(1, LONGEST_STEP / longest);
    for (let k = 0; k < x.length; k++) x[k] += factor * step[k];
  }
  return curveThrough(x, loop);
}

/** Metres from a node to the next. @param {Float64Array} x @param {number} k */
const apart = (x, k) => Math.hypot(x[3 * k + 3] - x[3 * k], x[3 * k + 4] - x[3 * k + 1], x[3 * k + 5] - x[3 * k + 2]);

/**
 * Half a wide loop clear of the neck, from the nape to the front, as a necklace is put on.
 * @param {number} base @param {number} length @returns {Float64Array} (NODES, 3)
 */
function overHead(base, length) {
  const scale = base / MEAN_BASE;
  const wide = 1.12 * Math.max(length / base, 1);
  const half = (NAPE_LENGTH / 2) * scale * wide;
  const lower = Math.min(1.2 * (wide - 1.12), 0.8);
  const [down, ahead] = [-NAPE[1] / NAPE_LENGTH - lower, -NAPE[2] / NAPE_LENGTH + 0.2 * lower];
  const reach = Math.hypot(down, ahead);
  const [forwardY, forwardZ] = [down / reach, ahead / reach];
  const middleY = NAPE[1] * scale + scale * 0.02 + 1.15 * half * forwardY + 0.01;
  const middleZ = NAPE[2] * scale - scale * 0.022 + 1.15 * half * forwardZ;
  const out = new Float64Array(3 * NODES);
  for (let k = 0; k < NODES; k++) {
    const angle = (Math.PI * k) / SEGMENTS;
    const along = 1.15 * half * Math.cos(angle);
    out[3 * k] = 1.1 * half * Math.sin(angle);
    out[3 * k + 1] = middleY - along * forwardY;
    out[3 * k + 2] = middleZ - along * forwardZ;
  }
  return out;
}

const bands = new Float64Array(3 * NODES * WIDTH); // of row i: its columns i - 5 .. i

/** @param {number} i @param {number} j of the lower half @param {number} value */
const addTo = (i, j, value) => {
  bands[i * WIDTH + WIDTH - 1 - i + j] += value;
};

/**
 * Metres towards balance: Newton's step on the potential energy, damped.
 * @param {Loop} loop @param {number} base @param {Float64Array} x @param {Float64Array} weight
 * @param {number} piece @param {number} tight @param {number} damping
 * @returns {Float64Array} (NODES, 3)
 */
function newton({ radius }, base, x, weight, piece, tight, damping) {
  const force = new Float64Array(3 * NODES);
  const out = [0, 0, 0];
  bands.fill(0);
  for (let k = 0; k < NODES; k++) {
    const depth = neckNormal(base, x[3 * k], x[3 * k + 1], x[3 * k + 2], out);
    const push = SKIN_STIFFNESS * Math.max(radius - depth, 0);
    const touching = depth < radius ? SKIN_STIFFNESS : 0;
    force[3 * k + 1] -= weight[k];
    for (let row = 0; row < 3; row++) {
      force[3 * k + row] += push * out[row];
      for (let column = 0; column <= row; column++) {
        addTo(3 * k + row, 3 * k + column, touching * out[row] * out[column]);
      }
      addTo(3 * k + row, 3 * k + row, damping * Math.max(weight[k], 1));
    }
  }
  for (let k = 0; k < SEGMENTS; k++) {
    const distance = apart(x, k);
    const sideways = Math.max(1 - piece / distance, 0);
    for (let row = 0; row < 3; row++) {
      const unit = (x[3 * k + 3 + row] - x[3 * k + row]) / distance;
      const pull = tight * (distance - piece) * unit;
      force[3 * k + row] += pull;
      force[3 * k + 3 + row] -= pull;
      for (let column = 0; column < 3; column++) {
        const aligned = (unit * (x[3 * k + 3 + column] - x[3 * k + column])) / distance;
        const spring = tight * (aligned + sideways * ((row === column ? 1 : 0) - aligned));
        if (column <= row) {
          addTo(3 * k + row, 3 * k + column, spring);
          addTo(3 * k + 3 + row, 3 * k + 3 + column, spring);
        }
        addTo(3 * k + 3 + row, 3 * k + column, -spring);
      }
    }
  }
  addTo(0, 0, HELD); // the ends stay in the plane of symmetry
  addTo(3 * SEGMENTS, 3 * SEGMENTS, HELD);
  solveBanded(force);
  return force;
}

/**
 * Solves the symmetric system by Cholesky's factors of its bands.
 * @param {Float64Array} right overwritten with the solution
 */
function solveBanded(right) {
  const n = right.length;
  const last = WIDTH - 1;
  for (let i = 0; i < n; i++) {
    const first = Math.max(0, i - last);
    for (let j = first; j <= i; j++) {
      let sum = bands[i * WIDTH + last - i + j];
      for (let k = Math.max(first, j - last); k < j; k++) {
        sum -= bands[i * WIDTH + last - i + k] * bands[j * WIDTH + last - j + k];
      }
      bands[i * WIDTH + last - i + j] = i === j ? Math.sqrt(sum) : sum / bands[j * WIDTH + last];
    }
    for (let k = first; k < i; k++) right[i] -= bands[i * WIDTH + last - i + k] * right[k];
    right[i] /= bands[i * WIDTH + last];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k <= Math.min(n - 1, i + last); k++) {
      right[i] -= bands[k * WIDTH + last - k + i] * right[k];
    }
    right[i] /= bands[i * WIDTH + last];
  }
}

/**
 * The smooth line through nodes from the front to the clasp: a cubic spline that leaves the front
 * sideways, or straight where a pendant pulls, and comes to the clasp sideways.
 * @param {Float64Array} x (NODES, 3) from the clasp @param {Loop} loop
 * @returns {Curve}
 */
function curveThrough(x, { length, load, bend }) {
  const points = new Float64Array(3 * NODES);
  for (let k = 0; k < NODES; k++) points.set(x.subarray(3 * (SEGMENTS - k), 3 * (SEGMENTS - k) + 3), 3 * k);
  const along = new Float64Array(NODES);
  for (let k = 0; k < SEGMENTS; k++) along[k + 1] = along[k] + apart(points, k);
  const halfLength = length / 2;
  const stretch = halfLength / along[SEGMENTS];
  for (let k = 0; k < NODES; k++) along[k] *= stretch;
  const slopes = new Float64Array(3 * NODES);
  for (let axis = 0; axis < 3; axis++) splineSlopes(along, points, axis, load === 0, slopes);
  return { along, points, slopes, halfLength, bend };
}

/**
 * The slopes of one coordinate of a spline at its knots.
 * @param {Float64Array} along @param {Float64Array} points @param {number} axis
 * @param {boolean} level at the front: along +x; otherwise free of curvature
 * @param {Float64Array} slopes written into
 */
function splineSlopes(along, points, axis, level, slopes) {
  const upper = new Float64Array(NODES);
  const right = new Float64Array(NODES);
  /** @param {number} k */
  const rise = (k) => (points[3 * k + 3 + axis] - points[3 * k + axis]) / (along[k + 1] - along[k]);
  upper[0] = level ? 0 : 0.5;
  right[0] = level ? (axis === 0 ? 1 : 0) : 1.5 * rise(0);
  for (let k = 1; k < SEGMENTS; k++) {
    const [before, after] = [along[k] - along[k - 1], along[k + 1] - along[k]];
    const pivot = 2 * (before + after) - after * upper[k - 1];
    upper[k] = before / pivot;
    right[k] = (3 * (after * rise(k - 1) + before * rise(k)) - after * right[k - 1]) / pivot;
  }
  slopes[3 * SEGMENTS + axis] = axis === 0 ? -1 : 0;
  for (let k = SEGMENTS - 1; k >= 0; k--) {
    slopes[3 * k + axis] = right[k] - upper[k] * slopes[3 * k + 3 + axis];
  }
}

/**
 * A point at metres from the front's middle, written into `out`.
 * @param {Curve} curve @param {number} at @param {ArrayLike<number> & { [k: number]: number }} out
 * @param {number} to index in it
 */
export function pointOn(curve, at, out, to = 0) {
  const { halfLength, bend } = curve;
  const length = 2 * halfLength;
  const s = ((((at + halfLength) % length) + length) % length) - halfLength;
  out[to] = out[to + 1] = out[to + 2] = 0;
  if (bend === 0) {
    addSharp(curve, s, 1, out, to);
    return;
  }
  const reach = clamp(2 * bend - Math.abs(s), 0, bend);
  for (let k = 0; k < BEND_SAMPLES; k++) {
    addSharp(curve, s + reach * (-1 + (2 * k) / (BEND_SAMPLES - 1)), 1 / BEND_SAMPLES, out, to);
  }
}

/**
 * Adds a share of the point at -halfLength..halfLength, the kink as it is.
 * @param {Curve} curve @param {number} s @param {number} share
 * @param {ArrayLike<number> & { [k: number]: number }} out @param {number} to
 */
function addSharp({ along, points, slopes }, s, share, out, to) {
  const at = Math.abs(s);
  let [low, high] = [0, SEGMENTS];
  while (high - low > 1) {
    const half = (low + high) >> 1;
    if (along[half] <= at) low = half;
    else high = half;
  }
  const width = along[low + 1] - along[low];
  const t = (at - along[low]) / width;
  const [a, b] = [(1 + 2 * t) * (1 - t) ** 2, t * t * (3 - 2 * t)];
  const [c, d] = [t * (1 - t) ** 2 * width, t * t * (t - 1) * width];
  for (let axis = 0; axis < 3; axis++) {
    const k = 3 * low + axis;
    const value = a * points[k] + b * points[k + 3] + c * slopes[k] + d * slopes[k + 3];
    out[to + axis] += share * (axis === 0 && s < 0 ? -value : value);
  }
}
