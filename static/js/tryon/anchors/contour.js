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
import { confidenceOf, crease, refine, ROWS, search } from './edgeLines.js';
import { beforeGap } from './lightGaps.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../image.js').Field} Field */
/** @typedef {import('./edgeLines.js').Edge} Edge */

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
 * @property {boolean} [onShadow] it may lie beside the shadow that it throws, as an arm on a table
 */

/** @typedef {{ left: Edge, right: Edge }} Contour left is where an upward finger has it */

/** Expected widths that the patch reaches to either side of the middle. */
export const HALF_SPAN = 1.15;
const SAMPLES_PER_WIDTH = 40;
const FINEST_STEP_PX = 0.25;
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
  const [left, right] = halves.map((side, k) => {
    const edge = refine(side, fromAt, width, half + 1, found.offsets[k], found.slopes[k], step);
    const lines = fromAt.map((run) => edge.offsetPx / step + edge.slope * run);
    const gap = phalanx.onShadow ? beforeGap(patch, half, 2 * k - 1, lines, width) : null;
    if (!gap) return { ...edge, offsetPx: edge.offsetPx + step * crease(side.lightness, half + 1, lines, width) };
    const confidence = Math.max(edge.confidence, confidenceOf(gap.share));
    return { ...edge, offsetPx: edge.offsetPx - step * gap.beyond, confidence };
  });
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
