/**
 * How soft the sharp edges of a picture are, along and across: focus, and a moving hand. By the ratio of
 * two gradients (Zhuo and Sim, 2011). Twin of tryon/appearance/sharpness.py.
 */
import { blurred, roundEven } from '../image.js';
import { solveCholesky } from '../linalg.js';

/**
 * Grey levels over a grid, row by row.
 * @typedef {import('../image.js').Field} Field of one channel
 */

const COARSE_FROM_PX = 1.6; // blur at half the size from which that measure is the better one
export const LEAST_SIDE_PX = 32; // of what is measured
const PROBE_BLUR_PX = 1; // the second blur of the re-blur ratio
const STEADY_BLUR_PX = 0.6; // the first: keeps the noise out of the gradients
const DIFFERENCE_BLUR_PX = Math.sqrt(1 / 3); // of a central difference: a box two pixels wide
const LEAST_EDGE = 2.5; // grey levels a pixel; weaker gradients are shading
const LEAST_EDGES = 12; // pixels on edges; fewer say nothing
const SHARPEST_PX = 0.6; // sharpening reads as less, but no camera resolves a step within one pixel
const UNKNOWN_BLUR_PX = 0.7; // of a picture without edges: an ordinary lens and demosaicing
const SHARP_SHARE = 0.45; // of the edges: rounded silhouettes read too soft, halos too sharp
const WAYS = 6; // directions of edges that are told apart
const LEAST_WAYS = 5;
const LEAST_MOTION = 0.5; // of the variance: a smaller difference between directions is chance

/**
 * Deviations of the blur of sharp edges, pixels.
 * @typedef {object} EdgeBlur
 * @property {number} acrossPx where it is least
 * @property {number} alongPx square to that: more where something moved
 * @property {number} way radians from x to y, of the larger
 */

/** @param {number} blurPx @returns {EdgeBlur} the same in every direction */
const even = (blurPx) => ({ acrossPx: blurPx, alongPx: blurPx, way: 0 });

/**
 * Blur of the sharp edges; where they are very soft, noise is averaged out first.
 * @param {Field} grey
 * @param {number} noise its deviation
 * @returns {EdgeBlur}
 */
export function edgeBlur(grey, noise) {
  if (Math.min(grey.width, grey.height) >= 2 * LEAST_SIDE_PX) {
    const coarse = edgeBlur(halved(grey), noise / 2);
    if (coarse.acrossPx >= COARSE_FROM_PX) return { acrossPx: 2 * coarse.acrossPx, alongPx: 2 * coarse.alongPx, way: coarse.way };
  }
  return fineEdgeBlur(grey, noise);
}

/** @param {Field} grey @param {number} noise */
function fineEdgeBlur(grey, noise) {
  const { width, height } = grey;
  const steady = blurred(grey, STEADY_BLUR_PX, STEADY_BLUR_PX);
  const { slope, down, right } = slopes(steady);
  const softer = slopes(blurred(steady, PROBE_BLUR_PX, PROBE_BLUR_PX)).slope;
  const thin = new Float32Array(Math.ceil(width / 2) * Math.ceil(height / 2));
  for (let y = 0, to = 0; y < height; y += 2) for (let x = 0; x < width; x += 2) thin[to++] = slope[y * width + x];
  const least = Math.max(LEAST_EDGE, 2 * noise, 0.5 * shareBelow(thin, 0.97));
  const known = STEADY_BLUR_PX ** 2 + DIFFERENCE_BLUR_PX ** 2;
  /** @type {number[]} */ const variances = [];
  /** @type {number[]} */ const normals = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (slope[at] <= least || !onRidge(slope, width, height, x, y)) continue;
      const ratio = slope[at] / Math.max(softer[at], 1e-3);
      if (ratio <= 1.02) continue;
      variances.push(PROBE_BLUR_PX ** 2 / (ratio * ratio - 1) - known);
      normals.push(Math.atan2(down[at], right[at]));
    }
  }
  if (variances.length < LEAST_EDGES) return even(UNKNOWN_BLUR_PX);
  const usual = Math.max(shareBelow(variances, SHARP_SHARE), SHARPEST_PX ** 2);
  return byDirection(variances, normals, usual);
}

/**
 * Whether a place is on an edge and not beside it: nothing about it is much steeper.
 * @param {Float32Array} slope @param {number} width @param {number} height @param {number} x @param {number} y
 */
function onRidge(slope, width, height, x, y) {
  const here = slope[y * width + x];
  for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
    for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++) {
      if (here < 0.98 * slope[row * width + column]) return false;
    }
  }
  return true;
}

/**
 * The blur across edges of each direction: variance = mean + amplitude cos 2(normal - way).
 * @param {number[]} variances @param {number[]} normals radians @param {number} usual variance
 * @returns {EdgeBlur}
 */
function byDirection(variances, normals, usual) {
  /** @type {number[][]} */
  const bins = Array.from({ length: WAYS }, () => []);
  normals.forEach((normal, k) => {
    const turn = ((normal % Math.PI) + Math.PI) % Math.PI;
    bins[Math.floor((turn * WAYS) / Math.PI) % WAYS].push(variances[k]);
  });
  const rows = bins.flatMap((here, way) => {
    if (here.length < LEAST_EDGES) return [];
    const turn = (2 * (way + 0.5) * Math.PI) / WAYS;
    return [{ terms: [1, Math.cos(turn), Math.sin(turn)], level: Math.max(shareBelow(here, SHARP_SHARE), SHARPEST_PX ** 2) }];
  });
  const isotropic = even(Math.sqrt(usual));
  if (rows.length < LEAST_WAYS) return isotropic;
  const system = new Float64Array(9);
  const right = new Float64Array(3);
  for (const { terms, level } of rows) {
    for (let i = 0; i < 3; i++) {
      right[i] += terms[i] * level;
      for (let j = 0; j < 3; j++) system[3 * i + j] += terms[i] * terms[j];
    }
  }
  solveCholesky(system, right);
  const [mean, cosine, sine] = right;
  const amplitude = Math.hypot(cosine, sine);
  if (amplitude < LEAST_MOTION * mean) return isotropic;
  const least = Math.max(mean - amplitude, SHARPEST_PX ** 2);
  const most = Math.max(mean + amplitude, least);
  return { acrossPx: Math.sqrt(least), alongPx: Math.sqrt(most), way: 0.5 * Math.atan2(sine, cosine) };
}

/**
 * The value that a share of all lie below.
 * @param {ArrayLike<number>} values @param {number} share
 */
export function shareBelow(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)];
}

/** Central differences; 0 at the border, where the picture is mirrored. @param {Field} grey */
function slopes({ data, width, height }) {
  const [right, down, slope] = [0, 1, 2].map(() => new Float32Array(data.length));
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const dx = x > 0 && x < width - 1 ? 0.5 * (data[at + 1] - data[at - 1]) : 0;
      const dy = y > 0 && y < height - 1 ? 0.5 * (data[at + width] - data[at - width]) : 0;
      right[at] = dx;
      down[at] = dy;
      slope[at] = Math.sqrt(dx * dx + dy * dy);
    }
  }
  return { right, down, slope };
}

/** Half as large, each cell the mean of what it covers. @param {Field} grey @returns {Field} */
function halved({ data, width, height }) {
  const [w, h] = [Math.max(roundEven(width / 2), 1), Math.max(roundEven(height / 2), 1)];
  const across = new Float32Array(w * height);
  const out = new Float32Array(w * h);
  const columns = shares(width, w);
  for (let y = 0; y < height; y++) {
    columns.forEach((cell, x) => (across[y * w + x] = cell.reduce((sum, [at, share]) => sum + share * data[y * width + at], 0)));
  }
  shares(height, h).forEach((cell, y) => {
    for (let x = 0; x < w; x++) out[y * w + x] = cell.reduce((sum, [at, share]) => sum + share * across[at * w + x], 0);
  });
  return { data: out, width: w, height: h, channels: 1 };
}

/** What each of `to` cells covers of each of `from`. @param {number} from @param {number} to @returns {[number, number][][]} */
function shares(from, to) {
  const scale = from / to;
  return Array.from({ length: to }, (_, k) => {
    const [start, end] = [k * scale, Math.min((k + 1) * scale, from)];
    /** @type {[number, number][]} */ const cell = [];
    for (let at = Math.floor(start + 1e-9); at < end - 1e-9; at++) cell.push([at, (Math.min(at + 1, end) - Math.max(at, start)) / scale]);
    return cell;
  });
}
