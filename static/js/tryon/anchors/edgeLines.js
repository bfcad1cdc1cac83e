/**
 * The two lines on an unrolled finger that are its edges.
 *
 * Each side is searched for the line along which the colour changes on most rows, the innermost
 * first; what lies between it and the finger's middle must look like the finger. Then each row finds
 * its own edge beside that line, and a line is fitted to those that agree.
 * Twin of tryon/anchors/edge_lines.py.
 */
import { roundEven } from '../image.js';
import { clamp } from '../linalg.js';

/**
 * One side of the finger, a line in the phalanx's own coordinates.
 * @typedef {object} Edge
 * @property {number} offsetPx distance from the bone at `at`, positive outwards
 * @property {number} slope growth of that distance along the bone
 * @property {number} spreadPx of the rows about the line
 * @property {number} confidence 0..1
 */

/**
 * One half of a patch, its columns counted outwards from the bone.
 * @typedef {object} Half
 * @property {Float32Array} change (ROWS, columns)
 * @property {Float32Array} strange
 * @property {Float32Array} lightness
 * @property {number} level what counts as a change of colour: more where the finger is uneven
 */

/** Of a patch. */
export const ROWS = 28;
const SLOPES = Array.from({ length: 13 }, (_, k) => -0.24 + 0.04 * k); // of an edge against the bone
const [NARROWEST, WIDEST] = [0.22, 0.95]; // of an edge from the landmarks' line, expected widths
const WIDTH_SPREAD = 0.17; // of the logarithm of the width about the expected one
const MIDDLE_SPREAD = 0.14; // of the finger's middle about the landmarks' line, expected widths
const SLOPE_SPREAD = 0.1; // of an edge against the bone
const [USUAL_TAPER, TAPER_SPREAD] = [-0.05, 0.15]; // growth of the width along the bone
const OUTSIDE_WEIGHT = 0.45; // of strange colour just beyond an edge
const INSIDE_WEIGHT = 1.1; // of strange colour between the finger's middle and the edge
const LIKELIHOOD_WEIGHT = 0.12; // of anatomy against what is seen
const CREASE_SHARE = 0.13; // how far beyond the edge a crease can be deepest, expected widths
const CREASE_RISE = 0.5; // how far it must rise again, against its fall

/**
 * What each sample is worth as a place of the edge.
 * @param {Half} half @param {number} width @param {number} columns
 * @returns {Float64Array} (ROWS, columns)
 */
function worthOf({ change, strange, level }, width, columns) {
  const worth = new Float64Array(ROWS * columns);
  const total = new Float64Array(columns + 1);
  const gap = Math.max(Math.trunc(0.05 * width), 1);
  const reach = Math.max(Math.trunc(0.12 * width), 2);
  for (let row = 0; row < ROWS; row++) {
    const line = row * columns;
    for (let column = 0; column < columns; column++) total[column + 1] = total[column] + strange[line + column];
    for (let column = 0; column < columns; column++) {
      const strength = change[line + column] ** 2;
      const inner = Math.max(column - gap, 1);
      const start = Math.min(column + gap, columns - 1);
      const end = Math.min(column + gap + reach, columns);
      const outside = (total[end] - total[start]) / (end - start);
      worth[line + column] =
        strength / (strength + level * level) + OUTSIDE_WEIGHT * outside - (INSIDE_WEIGHT * total[inner]) / inner;
    }
  }
  return worth;
}

/**
 * The two lines that together look most like a finger.
 * @param {Half[]} halves @param {Float64Array} fromAt (ROWS,) @param {number} width
 * @param {number} columns @param {number[]} limits columns that each edge can reach
 */
export function search(halves, fromAt, width, columns, limits) {
  const first = Math.trunc(NARROWEST * width);
  const count = Math.min(Math.trunc(WIDEST * width), columns - 1) - first;
  const best = halves.map((half, k) => bestLines(half, fromAt, width, columns, first, count, limits[k]));
  let [most, chosen] = [-Infinity, [0, 0]];
  const wides = Float64Array.from({ length: 2 * count }, (_, k) => {
    return (Math.log((2 * first + k) / width) / WIDTH_SPREAD) ** 2;
  });
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const aside = (j - i) / (2 * width) / MIDDLE_SPREAD;
      const taper = (best[0].slopes[i] - USUAL_TAPER + best[1].slopes[j]) / TAPER_SPREAD;
      const unlikely = wides[i + j] + aside * aside + taper * taper;
      const score = best[0].worth[i] + best[1].worth[j] - 0.5 * LIKELIHOOD_WEIGHT * unlikely;
      if (score > most) [most, chosen] = [score, [i, j]];
    }
  }
  return {
    offsets: chosen.map((k) => first + k),
    slopes: chosen.map((k, side) => best[side].slopes[k]),
  };
}

/**
 * The best slope of the line at each offset, and what that line is worth.
 * @param {Half} half @param {Float64Array} fromAt @param {number} width @param {number} columns
 * @param {number} first offset @param {number} count of offsets @param {number} limit
 */
function bestLines(half, fromAt, width, columns, first, count, limit) {
  const worth = worthOf(half, width, columns);
  const best = new Float64Array(count).fill(-Infinity);
  const slopes = new Float64Array(count);
  const sums = new Float64Array(count);
  for (const slope of SLOPES) {
    sums.fill(0);
    for (let row = 0; row < ROWS; row++) {
      const from = first + roundEven(slope * fromAt[row]); // a line moves by whole columns
      const line = row * columns;
      for (let k = 0; k < count; k++) {
        sums[k] += worth[line + Math.min(Math.max(from + k, 0), columns - 1)];
      }
    }
    const unlikely = 0.5 * LIKELIHOOD_WEIGHT * (slope / SLOPE_SPREAD) ** 2;
    for (let k = 0; k < count; k++) {
      const value = sums[k] / ROWS - unlikely;
      if (value > best[k]) {
        best[k] = value;
        slopes[k] = slope;
      }
    }
  }
  for (let k = 0; k < count; k++) if (first + k > limit) best[k] = -2;
  return { worth: best, slopes };
}

/**
 * The line through the rows' own edges near a line found.
 * @param {Half} half @param {Float64Array} fromAt @param {number} width @param {number} columns
 * @param {number} offset columns @param {number} slope @param {number} step pixels of a column
 * @returns {Edge}
 */
export function refine(half, fromAt, width, columns, offset, slope, step) {
  const { change, level } = half;
  const reach = Math.max(Math.trunc(0.07 * width), 2);
  const strength = new Float64Array(ROWS);
  const deviation = new Float64Array(ROWS); // from the line searched
  for (let row = 0; row < ROWS; row++) {
    const expected = offset + slope * fromAt[row];
    const near = roundEven(expected);
    const line = row * columns;
    let peak = clamp(near - reach, 1, columns - 2);
    for (let k = 1 - reach; k <= reach; k++) {
      const at = clamp(near + k, 1, columns - 2);
      if (change[line + at] > change[line + peak]) peak = at;
    }
    const [before, here, after] = [change[line + peak - 1], change[line + peak], change[line + peak + 1]];
    deviation[row] = peak + vertex(before, here, after) - expected;
    const square = here * here;
    strength[row] = here >= before && here >= after ? square / (square + level * level) : 0;
  }
  const scale = Math.max(0.03 * width, 1);
  const keepOffset = 1e-3;
  const keepSlope = 1e-3 * (fromAt[ROWS - 1] - fromAt[0]) ** 2; // a lone row sets no slope
  let [shift, turn, total, spread] = [0, 0, 0, 0];
  for (let pass = 0; pass < 3; pass++) {
    let [w0, w1, w2, d0, d1] = [keepOffset, 0, keepSlope, 0, 0];
    [total, spread] = [0, 0];
    for (let row = 0; row < ROWS; row++) {
      const run = fromAt[row];
      const residual = deviation[row] - shift - turn * run;
      const far = 1 + (residual / scale) ** 2;
      const weight = strength[row] / (far * far);
      total += weight;
      spread += weight * residual * residual;
      w0 += weight;
      w1 += weight * run;
      w2 += weight * run * run;
      d0 += weight * deviation[row];
      d1 += weight * deviation[row] * run;
    }
    const determinant = w0 * w2 - w1 * w1;
    [shift, turn] = [(d0 * w2 - d1 * w1) / determinant, (d1 * w0 - d0 * w1) / determinant];
  }
  shift = clamp(shift, -reach, reach); // further off it would be another edge
  const at = offset + shift;
  const slant = slope + turn;
  return {
    offsetPx: at * step,
    slope: slant,
    spreadPx: Math.sqrt(spread / Math.max(total, 1e-6)) * step,
    confidence: confidenceOf(total / ROWS),
  };
}

/** How sure an edge is that such a share of the rows shows. @param {number} share */
export const confidenceOf = (share) => clamp((share - 0.15) / 0.4, 0, 1);

/**
 * Where between samples the parabola through three peaks or dips: -0.5 .. 0.5.
 * @param {number} before @param {number} here @param {number} after
 */
function vertex(before, here, after) {
  const curve = before - 2 * here + after;
  return Math.abs(curve) > 1e-9 ? clamp((0.5 * (before - after)) / curve, -0.5, 0.5) : 0;
}

/**
 * Columns from an edge to the bottom of the dark crease outside it; 0 without one. Where fingers
 * touch, the change of colour marks the crease's near wall.
 * @param {Float32Array} lightness (ROWS, columns) @param {number} columns
 * @param {Float64Array} lines (ROWS,) columns of the edge
 * @param {number} width expected, columns
 */
export function crease(lightness, columns, lines, width) {
  const reach = Math.max(Math.trunc(CREASE_SHARE * width), 2);
  const profile = new Float64Array(3 * reach + 1);
  for (let row = 0; row < ROWS; row++) {
    const line = lines[row];
    for (let k = 0; k < profile.length; k++) {
      const at = clamp(line + k - reach, 0, columns - 1.001);
      const left = Math.trunc(at);
      const from = row * columns + left;
      profile[k] += ((1 - at + left) * lightness[from] + (at - left) * lightness[from + 1]) / ROWS;
    }
  }
  let bottom = reach;
  for (let k = reach + 1; k <= 2 * reach; k++) if (profile[k] < profile[bottom]) bottom = k;
  if (bottom === reach || bottom === 2 * reach) return 0;
  const fall = Math.max(...profile.subarray(0, reach + 1)) - profile[bottom];
  const rise = Math.max(...profile.subarray(bottom)) - profile[bottom];
  if (fall < 1 || rise < CREASE_RISE * fall) return 0;
  return bottom - reach + vertex(profile[bottom - 1], profile[bottom], profile[bottom + 1]);
}
