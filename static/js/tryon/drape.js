/**
 * A necklace laid round another neck than the one it was built on.
 *
 * For a wearer its line is solved again on a body of her girth, and each link goes with its own
 * place on the line, as a rigid piece. What hangs from the line is led to its new front and swings
 * until it meets the chest. Solved in the page: how thick a neck is stays there.
 * Twin of tryon/drape.py; what is known of a line and where its links are comes with the model.
 */
import { LEAST_BASE, MEAN_BASE, neckDepth, neckNormal } from './body.js';
import { LEAST_EASE, neckCurve, pointOn } from './chains.js';
import { LEAST_LENGTH } from './dangling.js';
import { clamp, fromAxisAngle, radians } from './linalg.js';

export { MEAN_BASE };

/** @typedef {import('./linalg.js').Vec3} Vec3 */
/** @typedef {import('./chains.js').Loop} Loop */

/**
 * The mass of what hangs about what it hangs from, model frame.
 * @typedef {object} Pendulum
 * @property {number} inertia square metres: the mean of y² + z²
 * @property {number} y metres, of its middle
 * @property {number} z
 */

/**
 * A necklace as Python tells of it.
 * @typedef {object} Strung
 * @property {Loop | null} loop null: no row of links; it stays as it was built
 * @property {Float64Array} links (n, 4, 4) model from link, row by row
 * @property {Float64Array} [outline] (n, 3) metres, of one that stays as it was built
 * @property {Vec3 | null} hangsFrom model frame; null: nothing hangs
 * @property {Float64Array} hanging (m, 3) the outermost points of what hangs, model frame
 * @property {number[]} middle (2,) metres, y and z: the mean of all its points about what it hangs from
 * @property {Pendulum} [pendulum] of what hangs, as built
 */

/**
 * A necklace as one wearer wears it.
 * @typedef {object} Draped
 * @property {number} base metres round the base of the neck that it lies on
 * @property {Float64Array} links (n, 4, 4) chest from link
 * @property {Float64Array | null} hung (4, 4) chest from the model's frame, of what hangs
 * @property {Vec3 | null} hinge chest frame
 * @property {number} pendulumLength metres: of the simple pendulum of the same period
 * @property {number} size of links and pendant over the model's own
 * @property {Float64Array} line (SHOWN, 3) once round from the front by the wearer's left
 * @property {number} drop metres from the notch down to its lowest point
 * @property {number} breadth metres across the chain itself
 */

const GIRTH_STEP = 0.01; // metres: bodies are told apart by so much, and no more
const GIRTHS = [0.31, 0.5]; // metres round the neck's base: ANSUR II's women p1 to men p99
const SAMPLES = 1600; // of a line, all round
const SHOWN = 160; // of those, for who needs to know where the line runs
const TURNS = Array.from({ length: 181 }, (_, k) => radians(-30 + 0.5 * k));
const TOUCH = 0.05e-3; // metres between what hangs and the skin
const NEAR_PIVOT = 2.5e-3; // metres about what it hangs from, where it may touch

/** The girth whose body stands for all those about it. @param {number} base metres */
export function stepped(base) {
  const steps = Math.round(clamp(base, GIRTHS[0], GIRTHS[1]) / GIRTH_STEP);
  return Math.round(steps * GIRTH_STEP * 1e6) / 1e6;
}

/** @type {WeakMap<Strung, Map<number, Draped>>} */
const known = new WeakMap();

/**
 * The necklace as it lies on a neck of this girth; made once for each. One that is too short for
 * the neck is worn in the next size up: all of it larger by the missing share.
 * @param {Strung} strung
 * @param {number} base metres round the base of the neck, stepped
 * @returns {Draped}
 */
export function drape(strung, base) {
  const byBase = known.get(strung) ?? new Map();
  known.set(strung, byBase);
  if (!byBase.has(base)) byBase.set(base, strung.loop ? laid(strung, strung.loop, base) : asBuilt(strung, base));
  return byBase.get(base);
}

/** @param {Strung} strung @param {Loop} loop @param {number} base @returns {Draped} */
function laid({ links, hangsFrom, hanging, middle, pendulum }, loop, base) {
  const room = loop.length - LEAST_EASE - 2 * Math.PI * loop.radius;
  const size = room > 0 ? Math.max(base / room, 1) : 1;
  const solved = Math.round((base / size) * 1e6) / 1e6;
  const before = lineOf(loop);
  const after = lineOf(loop, solved);
  const out = new Float64Array(links.length);
  for (let k = 0; k < links.length; k += 16) {
    const link = links.subarray(k, k + 16);
    const at = locate(before, link[3], link[7], link[11]);
    const there = multiply4(frameAt(after, at), multiply4(inverse4(frameAt(before, at)), link));
    out.set(grown(there, size), k);
  }
  /** @type {Float64Array | null} */ let hung = null;
  /** @type {Vec3 | null} */ let hinge = null;
  let pendulumLength = LEAST_LENGTH;
  if (hangsFrom) {
    const front = multiply4(frameAt(after, 0), inverse4(frameAt(before, 0)));
    const [x, y, z] = hangsFrom;
    const there = [0, 4, 8].map(
      (row) => front[row] * x + front[row + 1] * y + front[row + 2] * z + front[row + 3],
    );
    const swung = hungAt(hanging, middle, hangsFrom, there, solved);
    if (pendulum) {
      const below = -(swung[5] * pendulum.y + swung[6] * pendulum.z);
      pendulumLength = Math.max((size * pendulum.inertia) / Math.max(below, 1e-12), LEAST_LENGTH);
    }
    hung = grown(swung, size);
    hinge = there.map((value) => value * size);
  }
  const line = new Float64Array(3 * SHOWN);
  let drop = -Infinity;
  for (let k = 0; k < SHOWN; k++) {
    for (let axis = 0; axis < 3; axis++) line[3 * k + axis] = size * after.points[(3 * k * SAMPLES) / SHOWN + axis];
    drop = Math.max(drop, -line[3 * k + 1]);
  }
  return { base, links: out, hung, hinge, pendulumLength, size, line, drop, breadth: 2 * size * loop.radius };
}

/**
 * A necklace that cannot be laid anew: its outline stands for its line.
 * @param {Strung} strung @param {number} base @returns {Draped}
 */
function asBuilt({ links, outline = new Float64Array(0) }, base) {
  let drop = -Infinity;
  for (let k = 1; k < outline.length; k += 3) drop = Math.max(drop, -outline[k]);
  const nothing = { hung: null, hinge: null, pendulumLength: LEAST_LENGTH };
  return { base, links, ...nothing, size: 1, line: outline, drop, breadth: 2e-3 };
}

/**
 * A solved line, sampled, with a frame at each sample: along, across, off the skin.
 * @typedef {object} Line
 * @property {Float64Array} points (SAMPLES, 3)
 * @property {Float64Array} frames (SAMPLES, 4, 4)
 * @property {number} length
 */

/** @param {Loop} loop @param {number} [base] @returns {Line} */
export function lineOf(loop, base) {
  const body = base ?? Math.min(MEAN_BASE, Math.max(LEAST_BASE, loop.length - LEAST_EASE));
  const curve = neckCurve(loop, body);
  const length = 2 * curve.halfLength;
  let even = Float64Array.from({ length: SAMPLES + 1 }, (_, k) => (k * length) / SAMPLES);
  const points = new Float64Array(3 * (SAMPLES + 1));
  const walked = new Float64Array(SAMPLES + 1);
  for (let pass = 0; pass < 2; pass++) {
    // towards even steps: a line rounded at a bail is shorter there
    for (let k = 0; k <= SAMPLES; k++) pointOn(curve, even[k], points, 3 * k);
    for (let k = 0; k < SAMPLES; k++) {
      const at = 3 * k;
      const [x, y, z] = [points[at + 3] - points[at], points[at + 4] - points[at + 1], points[at + 5] - points[at + 2]];
      walked[k + 1] = walked[k] + Math.sqrt(x * x + y * y + z * z);
    }
    even = evened(walked, even);
  }
  const stretch = length / walked[SAMPLES];
  const out = new Float64Array(3 * SAMPLES);
  for (let k = 0; k < SAMPLES; k++) pointOn(curve, even[k], out, 3 * k);
  for (let k = 3 * SAMPLES - 1; k >= 0; k--) out[k] = out[k % 3] + (out[k] - out[k % 3]) * stretch;
  return { points: out, frames: framesOf(body, out), length };
}

/**
 * Where along a line even steps lie.
 * @param {Float64Array} walked (n,) metres @param {Float64Array} along (n,)
 */
function evened(walked, along) {
  const last = walked.length - 1;
  let low = 0;
  return along.map((_, k) => {
    const wanted = (walked[last] * k) / last;
    while (low < last - 1 && walked[low + 1] < wanted) low++;
    const share = clamp((wanted - walked[low]) / (walked[low + 1] - walked[low]), 0, 1);
    return along[low] + share * (along[low + 1] - along[low]);
  });
}

/** @param {number} base @param {Float64Array} p (SAMPLES, 3) */
function framesOf(base, p) {
  const frames = new Float64Array(16 * SAMPLES);
  const out = [0, 0, 0];
  for (let k = 0; k < SAMPLES; k++) {
    const [next, last] = [3 * ((k + 1) % SAMPLES), 3 * ((k + SAMPLES - 1) % SAMPLES)];
    const x = [p[next] - p[last], p[next + 1] - p[last + 1], p[next + 2] - p[last + 2]];
    neckNormal(base, p[3 * k], p[3 * k + 1], p[3 * k + 2], out);
    setFrame(frames, 16 * k, x, out, [p[3 * k], p[3 * k + 1], p[3 * k + 2]]);
  }
  return frames;
}

/**
 * A frame whose x is along, whose z is as near to `out` as it can be.
 * @param {Float64Array} frames @param {number} to @param {Vec3} along @param {Vec3} out
 * @param {Vec3} origin
 */
function setFrame(frames, to, along, out, origin) {
  const reach = Math.sqrt(along[0] ** 2 + along[1] ** 2 + along[2] ** 2);
  const x = along.map((value) => value / reach);
  const common = x[0] * out[0] + x[1] * out[1] + x[2] * out[2];
  const off = out.map((value, k) => value - common * x[k]);
  const rise = Math.sqrt(off[0] ** 2 + off[1] ** 2 + off[2] ** 2);
  const z = off.map((value) => value / rise);
  const y = [z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]];
  for (let row = 0; row < 3; row++) {
    frames[to + 4 * row] = x[row];
    frames[to + 4 * row + 1] = y[row];
    frames[to + 4 * row + 2] = z[row];
    frames[to + 4 * row + 3] = origin[row];
  }
  frames[to + 15] = 1;
}

/**
 * Metres along a line from its front to the point nearest a place.
 * @param {Line} line @param {number} x @param {number} y @param {number} z
 */
function locate({ points: p, frames, length }, x, y, z) {
  let [nearest, least] = [0, Infinity];
  for (let k = 0; k < SAMPLES; k++) {
    const square = (p[3 * k] - x) ** 2 + (p[3 * k + 1] - y) ** 2 + (p[3 * k + 2] - z) ** 2;
    if (square < least) [nearest, least] = [k, square];
  }
  const [at, frame] = [3 * nearest, 16 * nearest];
  const beyond =
    (x - p[at]) * frames[frame] + (y - p[at + 1]) * frames[frame + 4] + (z - p[at + 2]) * frames[frame + 8];
  const step = length / SAMPLES;
  return nearest * step + clamp(beyond, -step, step);
}

/** A frame of a line, made orthonormal between the samples. @param {Line} line @param {number} along */
function frameAt({ frames, length }, along) {
  const at = ((((along / length) % 1) + 1) % 1) * SAMPLES;
  const low = Math.floor(at) % SAMPLES;
  const share = at - Math.floor(at);
  const [a, b] = [16 * low, 16 * ((low + 1) % SAMPLES)];
  /** @param {number} column */
  const mixed = (column) =>
    [column, 4 + column, 8 + column].map((k) => (1 - share) * frames[a + k] + share * frames[b + k]);
  const out = new Float64Array(16);
  setFrame(out, 0, mixed(0), mixed(2), mixed(3));
  return out;
}

/** @param {Float64Array} a @param {Float64Array} b (4, 4) */
function multiply4(a, b) {
  const out = new Float64Array(16);
  for (let row = 0; row < 16; row += 4) {
    for (let column = 0; column < 4; column++) {
      for (let k = 0; k < 4; k++) out[row + column] += a[row + k] * b[4 * k + column];
    }
  }
  return out;
}

/** Of a rigid (4, 4). @param {Float64Array} m */
function inverse4(m) {
  const out = new Float64Array(16);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      out[4 * row + column] = m[4 * column + row];
      out[4 * row + 3] -= m[4 * column + row] * m[4 * column + 3];
    }
  }
  out[15] = 1;
  return out;
}

/** A place in a larger body. @param {Float64Array} m (4, 4) @param {number} size */
const grown = (m, size) => m.map((value, k) => (k < 12 ? size * value : value));

/**
 * What hangs, at its new place, swung about its pivot until it clears the chest.
 * @param {Float64Array} points (m, 3) @param {number[]} middle (2,)
 * @param {Vec3} pivot where it hangs from in the model
 * @param {Vec3} there where it hangs from now @param {number} base of the body
 * @returns {Float64Array} (4, 4)
 */
function hungAt(points, middle, pivot, there, base) {
  const hanging = [];
  for (let k = 0; k < points.length; k += 3) {
    hanging.push([points[k] - pivot[0], points[k + 1] - pivot[1], points[k + 2] - pivot[2]]);
  }
  const apart = hanging.filter(([, y, z]) => Math.hypot(y, z) > NEAR_PIVOT);
  const below = apart.length ? apart : hanging;
  /** @param {Vec3} at @param {(point: number[]) => number[]} turned */
  const clearance = (at, turned) =>
    below.reduce((least, point) => {
      const [x, y, z] = turned(point);
      return Math.min(least, neckDepth(base, at[0] + x, at[1] + y, at[2] + z));
    }, Infinity);
  const clear = Math.max(clearance(pivot, (point) => point), 0);
  const freely = -Math.atan2(-middle[1], -middle[0]);
  let chosen = TURNS[TURNS.length - 1];
  for (const turn of TURNS.filter((each) => each >= Math.min(freely, TURNS[TURNS.length - 1]))) {
    chosen = turn;
    const [c, s] = [Math.cos(-turn), Math.sin(-turn)];
    if (clearance(there, ([x, y, z]) => [x, c * y - s * z, s * y + c * z]) >= Math.min(clear, TOUCH)) break;
  }
  const r = fromAxisAngle([1, 0, 0], -chosen);
  const out = new Float64Array(16);
  for (let row = 0; row < 3; row++) {
    out.set(r.slice(3 * row, 3 * row + 3), 4 * row);
    const [a, b, c] = r.slice(3 * row, 3 * row + 3);
    out[4 * row + 3] = there[row] - a * pivot[0] - b * pivot[1] - c * pivot[2];
  }
  out[15] = 1;
  return out;
}
