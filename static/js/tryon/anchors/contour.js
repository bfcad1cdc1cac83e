/**
 * The two edges of a finger in the image, to a fraction of a pixel.
 *
 * The phalanx is unrolled into a small patch: rows lie across the finger, one after the other from
 * the hand to the tip. In it the finger's edges are two nearly upright lines. Each side is searched
 * for the line along which the colour changes on most rows, the innermost first; then each row
 * finds its own edge beside that line, and a line is fitted to those that agree.
 * Twin of tryon/anchors/contour.py.
 */
import { blurred, blurred8, cropped, field, roundEven, warped8 } from '../image.js';
import { labOf } from '../lab.js';
import { clamp } from '../linalg.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../image.js').Field} Field */

/**
 * Where to look: a bone in the image and how wide its finger should be.
 * @typedef {object} Phalanx
 * @property {number[]} startPx (2,) the joint nearer the hand
 * @property {number[]} endPx (2,) the joint nearer the tip
 * @property {number} at where the width is wanted, share of the way from start to end
 * @property {number} first the part of the bone to look at, same measure
 * @property {number} last
 * @property {number} widthPx expected
 * @property {number} leftLimitPx how far the edges can lie from the bone: neighbours
 * @property {number} rightLimitPx
 */

/**
 * One side of the finger, a line in the phalanx's own coordinates.
 * @typedef {object} Edge
 * @property {number} offsetPx distance from the bone at `at`, positive outwards
 * @property {number} slope growth of that distance along the bone
 * @property {number} spreadPx of the rows about the line
 * @property {number} confidence 0..1
 */

/** @typedef {{ left: Edge, right: Edge }} Contour left is where an upward finger has it */

/**
 * One half of a patch, its columns counted outwards from the bone.
 * @typedef {object} Half
 * @property {Float32Array} change (ROWS, columns)
 * @property {Float32Array} strange
 * @property {Float32Array} lightness
 * @property {number} level what counts as a change of colour: more where the finger is uneven
 */

const ROWS = 28;
/** Expected widths that the patch reaches to either side of the middle. */
export const HALF_SPAN = 1.15;
const SAMPLES_PER_WIDTH = 40;
const FINEST_STEP_PX = 0.25;
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
const LIGHTNESS_WEIGHT = 0.6; // shading changes lightness within a finger more than its hue

/**
 * Find the finger's edges.
 * @param {Picture} image @param {Phalanx} phalanx @returns {Contour}
 */
export function findContour(image, phalanx) {
  const [boneX, boneY] = [phalanx.endPx[0] - phalanx.startPx[0], phalanx.endPx[1] - phalanx.startPx[1]];
  const length = Math.sqrt(boneX * boneX + boneY * boneY);
  const axis = [boneX / Math.max(length, 1e-9), boneY / Math.max(length, 1e-9)];
  const step = Math.max(phalanx.widthPx / SAMPLES_PER_WIDTH, FINEST_STEP_PX);
  const width = phalanx.widthPx / step;
  const half = Math.max(Math.ceil(HALF_SPAN * width), 8);
  const first = phalanx.first * length;
  const rise = ((phalanx.last - phalanx.first) * length) / (ROWS - 1);
  const patch = unrolled(image, phalanx.startPx, axis, first, rise, step, half);
  const fromAt = Float64Array.from({ length: ROWS }, (_, row) => (first + rise * row - phalanx.at * length) / step);
  const change = colourChange(patch, Math.max(0.8 / step, 0.035 * width));
  const strange = strangeness(patch, half, roundEven(0.22 * width));
  const core = Math.max(Math.trunc(0.25 * width), 3);
  const halves = [-1, 1].map((side) => {
    const outwards = halfOf(change, 1, half, side);
    const columns = half + 1;
    const inner = new Float32Array(ROWS * core);
    for (let row = 0; row < ROWS; row++) inner.set(outwards.subarray(row * columns, row * columns + core), row * core);
    return {
      change: outwards,
      strange: halfOf(strange, 1, half, side),
      lightness: halfOf(patch.data, 3, half, side),
      level: 1.2 + 2.5 * upperMedian(inner),
    };
  });
  const limits = [phalanx.leftLimitPx / step, phalanx.rightLimitPx / step];
  const found = search(halves, fromAt, width, half + 1, limits);
  const [left, right] = halves.map((side, k) =>
    refined(side, fromAt, width, half + 1, found.offsets[k], found.slopes[k], step),
  );
  return { left, right };
}

/** Sorts the values. @param {Float32Array} values */
const upperMedian = (values) => values.sort()[values.length >> 1];

/**
 * One channel of one half of a patch, its columns counted outwards from the middle.
 * @param {Float32Array} data (ROWS, 2 half + 1, channels) @param {number} channels
 * @param {number} half @param {number} side -1: left, 1: right
 */
function halfOf(data, channels, half, side) {
  const out = new Float32Array(ROWS * (half + 1));
  for (let row = 0, to = 0; row < ROWS; row++) {
    const middle = row * (2 * half + 1) + half;
    for (let column = 0; column <= half; column++) out[to++] = data[(middle + side * column) * channels];
  }
  return out;
}

/**
 * (ROWS, 2 half + 1, 3) CIE Lab across the bone; column `half` lies on it.
 * @param {Picture} image @param {number[]} start @param {number[]} axis
 * @param {number} first distance of the first row from `start` along `axis`, pixels
 * @param {number} rise from row to row @param {number} step from column to column
 * @param {number} half
 */
function unrolled(image, start, axis, first, rise, step, half) {
  const right = [-axis[1], axis[0]]; // an upward axis (0, -1) has its right at (1, 0)
  // pixel centres lie at halves, samples count from the first one's
  const corner = [0, 1].map((k) => start[k] + first * axis[k] - half * step * right[k] - 0.5);
  let source = image;
  if (step > 1) {
    // do not skip pixels between samples
    const spans = [0, 1].map((k) => [(ROWS - 1) * rise * axis[k], 2 * half * step * right[k]]);
    const limits = [image.width, image.height];
    const low = corner.map((at, k) => {
      const reach = Math.min(spans[k][0], 0) + Math.min(spans[k][1], 0);
      return clamp(Math.floor(at + reach) - 2, 0, limits[k] - 1);
    });
    const high = corner.map((at, k) => {
      const reach = Math.max(spans[k][0], 0) + Math.max(spans[k][1], 0);
      return clamp(Math.ceil(at + reach) + 3, low[k] + 1, limits[k]);
    });
    source = blurred8(cropped(image, low[0], low[1], high[0] - low[0], high[1] - low[1]), 0.5 * step);
    corner[0] -= low[0];
    corner[1] -= low[1];
  }
  const m = [step * right[0], rise * axis[0], corner[0], step * right[1], rise * axis[1], corner[1]];
  return labOf(warped8(source, m, 2 * half + 1, ROWS), LIGHTNESS_WEIGHT);
}

/**
 * How much the colour changes across the finger, in Lab units per sigma.
 * @param {Field} patch @param {number} sigma @returns {Float32Array} (ROWS, columns)
 */
function colourChange(patch, sigma) {
  const soft = blurred(patch, sigma, 0.8).data;
  const columns = patch.width;
  const out = new Float32Array(ROWS * columns);
  for (let row = 0; row < ROWS; row++) {
    for (let column = 1; column < columns - 1; column++) {
      const at = row * columns + column;
      let square = 0;
      for (let k = 0; k < 3; k++) {
        const change = (soft[3 * at + 3 + k] - soft[3 * at - 3 + k]) * sigma;
        square += change * change;
      }
      out[at] = Math.sqrt(square);
    }
  }
  return out;
}

/**
 * How unlike the finger's core each sample is, 0 alike .. 1 strange.
 * @param {Field} patch @param {number} middle column @param {number} core columns on either side
 * @returns {Float32Array} (ROWS, columns)
 */
function strangeness({ data, width: columns }, middle, core) {
  const wide = 2 * core + 1;
  const colour = field(1, ROWS, 3);
  const values = new Float32Array(wide);
  for (let row = 0; row < ROWS; row++) {
    for (let k = 0; k < 3; k++) {
      for (let c = 0; c < wide; c++) values[c] = data[3 * (row * columns + middle - core + c) + k];
      colour.data[3 * row + k] = upperMedian(values);
    }
  }
  const soft = blurred(colour, 0.1, 3).data;
  const apart = new Float32Array(ROWS * wide * 3);
  for (let row = 0, to = 0; row < ROWS; row++) {
    for (let c = 0; c < wide; c++) {
      for (let k = 0; k < 3; k++) {
        apart[to++] = Math.abs(data[3 * (row * columns + middle - core + c) + k] - soft[3 * row + k]);
      }
    }
  }
  const usual = (6 + 4 * upperMedian(apart)) ** 2;
  const out = new Float32Array(ROWS * columns);
  for (let row = 0; row < ROWS; row++) {
    for (let at = row * columns; at < (row + 1) * columns; at++) {
      let square = 0;
      for (let k = 0; k < 3; k++) square += (data[3 * at + k] - soft[3 * row + k]) ** 2;
      out[at] = square / (square + usual);
    }
  }
  return out;
}

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
function search(halves, fromAt, width, columns, limits) {
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
function refined(half, fromAt, width, columns, offset, slope, step) {
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
    offsetPx: (at + crease(half.lightness, columns, at, slant, fromAt, width)) * step,
    slope: slant,
    spreadPx: Math.sqrt(spread / Math.max(total, 1e-6)) * step,
    confidence: clamp((total / ROWS - 0.15) / 0.4, 0, 1),
  };
}

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
 * @param {number} offset of the edge @param {number} slope @param {Float64Array} fromAt
 * @param {number} width expected, columns
 */
function crease(lightness, columns, offset, slope, fromAt, width) {
  const reach = Math.max(Math.trunc(CREASE_SHARE * width), 2);
  const profile = new Float64Array(3 * reach + 1);
  for (let row = 0; row < ROWS; row++) {
    const line = offset + slope * fromAt[row];
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
