/**
 * The lobe in the image: where an ear's soft end is, near the place that the head tells.
 *
 * A small patch about the expected lobe is laid straight. How much each place looks like the middle
 * of a lobe is a correlation with its round end's rim, inside against outside, weighed with how far
 * lobes are from where they are expected. Twin of tryon/anchors/lobe.py without the person mask, by
 * which both lobes are looked for together over there (lobe_pair.py).
 */
import { apart, features, usualColour } from '../covers/tones.js';
import { blurred, cropped, reduced8, roundEven, warped8 } from '../image.js';
import { clamp, radians } from '../linalg.js';
import { OUTWARDS } from './ear.js';
import { earShows } from './earShows.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../covers/tones.js').SkinTone} SkinTone */
/** @typedef {import('./ear.js').EarAnchor} EarAnchor */
/** @typedef {import('../types.js').Veil} Veil */

/**
 * What a patch about an expected lobe shows.
 * @typedef {object} LobeFound
 * @property {number[]} shift (2,) face heights, outwards and up, from the expected to the found place
 * @property {number} shows 0..1: that an ear is seen there, and no hair
 * @property {Veil | null} strands hair before the lobe
 */

const SIDE = 64; // of the patch, pixels
const REACH = 0.16; // face heights from its middle to its edge
const SKIN_SPREAD = 6; // squared spreads at which a colour is half like skin
const LIGHT_SPREAD = 0.35; // of the logarithm of the light, within which differences count fully
const [LIGHT_WEIGHT, SKIN_WEIGHT, INSIDE_WEIGHT] = [0.5, 2, 1];
const RIM_RADII = [0.026, 0.034]; // face heights from the piercing to the lobe's rim
const RIM_WIDTH = 0.008;
const [RIM_FROM, RIM_TO] = [radians(-50), radians(80)]; // from below towards outwards
const [ASIDE, ASIDE_TURNED, UPRIGHT] = [0.012, 0.08, 0.08]; // how far lobes are from where expected
const SHARPNESS = 0.15; // score by which one place is better than another by a factor of e
const FARTHEST = [0.07, 0.11]; // face heights outwards and up
const LOBE_RADIUS = 0.02;
const PIERCED = 0.005; // face heights from the rim's middle up to the piercing
const EITHER = 0.7; // squared spreads: so near to skin and hair, it may be either
const NO_HAIR = 50; // squared spreads from the hair of a bald head
const [STRAND_FROM, STRAND_TO] = [0.55, 0.85]; // likeness to hair between which a strand covers
const STRANDS_REACH = [0.021, 0.032]; // face heights within which hair lies before the piercing
const LEAST_LOBE = 0.5; // of the lobe's disc that looks like skin where the rest is strands
const CELLS = SIDE * SIDE;
const UNIT = SIDE / (2 * REACH); // pixels of the patch in a face height

/** Shifts outwards of every column, and up of every row upside down. */
const ALONG = Array.from({ length: SIDE }, (_, k) =>
  Math.fround(Math.fround(((k + 0.5) / SIDE) * 2 - 1) * Math.fround(REACH)),
);
const RIMS = RIM_RADII.map(rimKernel);
const DISC = discKernel();

/**
 * Look for the lobe near its expected place.
 * @param {Picture} image
 * @param {EarAnchor} anchor by the head alone
 * @param {number} faceHeightPx of a face seen from the front at the ear's distance
 * @param {SkinTone} tone of the wearer's skin
 * @param {SkinTone} hair of the wearer; without trust where there is none
 * @param {number[][]} cheek pixels on the cheek beside this ear
 * @returns {LobeFound}
 */
export function findLobe(image, anchor, faceHeightPx, tone, hair, cheek) {
  const { matrix, patch } = patchOf(image, anchor, faceHeightPx);
  const seen = features(patch);
  const far = apart(seen, tone);
  const skin = softened(far.map((value) => SKIN_SPREAD / (SKIN_SPREAD + value)));
  const soft = softened(seen.data.filter((_, k) => k % 3 === 0));
  const middle = medianOf(soft);
  const mixed = soft.map((value, k) => {
    const evened = Math.tanh((value - middle) / (2 * LIGHT_SPREAD)) * (2 * LIGHT_SPREAD);
    return SKIN_WEIGHT * skin[k] + (LIGHT_WEIGHT / LIGHT_SPREAD) * evened;
  });
  const [narrow, wide] = RIMS.map((kernel) => correlated(mixed, kernel));
  const rim = narrow.map((value, k) => Math.max(value, wide[k]));
  const inside = correlated(skin, DISC);
  const weight = weights(rim, inside, ASIDE + ASIDE_TURNED * Math.abs(Math.sin(anchor.turn)));
  let [aside, up, clearest, lobe] = [0, 0, 0, 0];
  for (let k = 0; k < CELLS; k++) {
    aside += weight[k] * ALONG[k % SIDE];
    up -= weight[k] * ALONG[Math.floor(k / SIDE)];
    clearest += weight[k] * rim[k];
    lobe += weight[k] * inside[k];
  }
  const near = hair.trust > 0 ? apart(seen, hair, false) : new Float32Array(CELLS).fill(NO_HAIR);
  const likeHair = far.map((value, k) => value / (value + near[k] + EITHER));
  const around = {
    seen,
    soft,
    likeHair,
    aside: Float64Array.from({ length: CELLS }, (_, k) => ALONG[k % SIDE] - aside),
    up: Float64Array.from({ length: CELLS }, (_, k) => -ALONG[Math.floor(k / SIDE)] - up),
  };
  const shows = earShows(around, clearest, usualColour(image, cheek));
  const strands = shows > 0 && lobe > LEAST_LOBE ? strandsOf(around, matrix) : null;
  return { shift: [aside, up + PIERCED], shows, strands };
}

/** A little blurred. @param {Float32Array} data (SIDE, SIDE) */
const softened = (data) => blurred({ data, width: SIDE, height: SIDE, channels: 1 }, 0.8, 0.8).data;

/** @param {Float32Array} values */
function medianOf(values) {
  const sorted = values.slice().sort();
  return 0.5 * (sorted[CELLS / 2 - 1] + sorted[CELLS / 2]);
}

/**
 * How likely the lobe is at each place; all together 1.
 * @param {Float32Array} rim @param {Float32Array} inside @param {number} spread face heights aside
 */
function weights(rim, inside, spread) {
  const score = new Float64Array(CELLS);
  let best = -Infinity;
  for (let k = 0; k < CELLS; k++) {
    const [aside, up] = [ALONG[k % SIDE], ALONG[Math.floor(k / SIDE)]];
    const beyond = Math.abs(aside) > FARTHEST[0] || Math.abs(up) > FARTHEST[1];
    const usual = beyond ? -1e3 : -0.5 * (up / UPRIGHT) ** 2;
    score[k] = rim[k] + INSIDE_WEIGHT * inside[k] + usual - 0.5 * (aside / spread) ** 2;
    best = Math.max(best, score[k]);
  }
  let sum = 0;
  for (let k = 0; k < CELLS; k++) sum += score[k] = Math.exp((score[k] - best) / SHARPNESS);
  return score.map((value) => value / sum);
}

/**
 * Hair on the lobe's own disc, as a veil of the image; null where there is none.
 * @param {import('./earShows.js').LobePatch} patch @param {number[]} matrix image from patch
 * @returns {Veil | null}
 */
function strandsOf({ likeHair, aside, up }, matrix) {
  const [least, most] = STRANDS_REACH;
  let [left, right, top, bottom] = [SIDE, -1, SIDE, -1];
  const hides = likeHair.map((like, k) => {
    const away = Math.hypot(aside[k], up[k] - PIERCED);
    const share = clamp((like - STRAND_FROM) / (STRAND_TO - STRAND_FROM), 0, 1);
    const hidden = share * clamp((most - away) / (most - least), 0, 1);
    if (hidden > 0.05) {
      const [x, y] = [k % SIDE, Math.floor(k / SIDE)];
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
    return hidden;
  });
  if (right < 0) return null;
  const [a, b, c, d, e, f] = matrix;
  const corners = [left - 1, right + 1].flatMap((x) =>
    [top - 1, bottom + 1].map((y) => [a * x + b * y + c, d * x + e * y + f]),
  );
  const low = [0, 1].map((k) => Math.floor(Math.min(...corners.map((corner) => corner[k]))));
  const high = [0, 1].map((k) => Math.ceil(Math.max(...corners.map((corner) => corner[k]))) + 1);
  const region = { x: low[0], y: low[1], width: high[0] - low[0], height: high[1] - low[1] };
  const determinant = a * e - b * d;
  const veil = new Float32Array(region.width * region.height);
  for (let y = 0, to = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++, to++) {
      const [px, py] = [x + region.x - c, y + region.y - f];
      veil[to] = sampled(hides, (e * px - b * py) / determinant, (a * py - d * px) / determinant);
    }
  }
  return { hides: veil, region };
}

/** Bilinear, nothing beyond the patch. @param {Float32Array} data @param {number} x @param {number} y */
function sampled(data, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  /** @param {number} column @param {number} row */
  const value = (column, row) =>
    column < 0 || row < 0 || column >= SIDE || row >= SIDE ? 0 : data[row * SIDE + column];
  const above = value(left, top) + (x - left) * (value(left + 1, top) - value(left, top));
  const below = value(left, top + 1) + (x - left) * (value(left + 1, top + 1) - value(left, top + 1));
  return above + (y - top) * (below - above);
}

/**
 * Outwards and up in the image about an ear, unit length, square to each other.
 * @param {EarAnchor} anchor
 */
export function axesPx({ ear, cameraFromAnchor: { rotation, translation } }) {
  const x = rotation[1] - (translation[0] / translation[2]) * rotation[7];
  const y = rotation[4] - (translation[1] / translation[2]) * rotation[7];
  const length = Math.max(Math.hypot(x, y), 1e-9);
  const sign = OUTWARDS[ear];
  return { outward: [(-sign * y) / length, (sign * x) / length], up: [x / length, y / length] };
}

/**
 * The lobe's place after a shift in face heights, pixels.
 * @param {EarAnchor} anchor @param {ArrayLike<number>} shift (2,) @param {number} faceHeightPx
 */
export function movedPx(anchor, shift, faceHeightPx) {
  const { outward, up } = axesPx(anchor);
  return anchor.lobePx.map((value, k) => value + faceHeightPx * (shift[0] * outward[k] + shift[1] * up[k]));
}

/**
 * The patch about an ear, and the image's pixels from its own, (2, 3).
 * @param {Picture} image @param {EarAnchor} anchor @param {number} faceHeightPx
 */
function patchOf(image, anchor, faceHeightPx) {
  const { outward, up } = axesPx(anchor);
  const pixel = (faceHeightPx * 2 * REACH) / SIDE;
  const middle = (SIDE - 1) / 2;
  const linear = [0, 1].map((k) => [outward[k] * pixel, -up[k] * pixel]);
  const offset = [0, 1].map((k) => anchor.lobePx[k] - (linear[k][0] + linear[k][1]) * middle);
  const step = Math.hypot(outward[0] * pixel, outward[1] * pixel);
  let [source, shrunk, corner] = [image, 1, [0, 0]];
  if (step > 2) {
    // a large picture is reduced about the ear, so that no detail aliases
    const reach = 1.5 * REACH * faceHeightPx;
    const limits = [image.width, image.height];
    corner = limits.map((limit, k) => clamp(Math.floor(anchor.lobePx[k] - reach), 0, limit - 1));
    const high = corner.map((low, k) => Math.max(Math.ceil(anchor.lobePx[k] + reach), low + 1));
    const size = corner.map((low, k) => Math.min(high[k], limits[k]) - low);
    shrunk = 1.5 / step;
    const [width, height] = size.map((value) => Math.max(roundEven(value * shrunk), 1));
    source = reduced8(cropped(image, corner[0], corner[1], size[0], size[1]), width, height);
  }
  const m = [0, 1].flatMap((k) => [...linear[k], offset[k] - corner[k]].map((value) => value * shrunk));
  return {
    matrix: [0, 1].flatMap((k) => [...linear[k], offset[k]]),
    patch: warped8(source, m, SIDE, SIDE),
  };
}

/**
 * The cells of a kernel that weigh anything.
 * @typedef {{ right: number, down: number, weight: number }[]} Kernel
 */

/**
 * Inside minus outside a lobe's rim, about its piercing; it sums up to nothing.
 * @param {number} radius face heights @returns {Kernel}
 */
function rimKernel(radius) {
  /** @type {Map<string, { right: number, down: number, weight: number }>} */ const cells = new Map();
  const count = 33;
  for (let k = 0; k < count; k++) {
    const angle = RIM_FROM + ((RIM_TO - RIM_FROM) * k) / (count - 1);
    for (const [side, sign] of [[-RIM_WIDTH, 1], [RIM_WIDTH, -1]]) {
      const x = (radius + side) * UNIT * Math.sin(angle);
      const y = (radius + side) * UNIT * Math.cos(angle);
      const [column, row] = [Math.floor(x), Math.floor(y)];
      for (const [i, j] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
        const share = (i ? x - column : 1 - x + column) * (j ? y - row : 1 - y + row);
        const key = `${column + i} ${row + j}`;
        const cell = cells.get(key) ?? { right: column + i, down: row + j, weight: 0 };
        cell.weight += (sign * share) / count;
        cells.set(key, cell);
      }
    }
  }
  return [...cells.values()];
}

/** The mean over a lobe's disc. @returns {Kernel} */
function discKernel() {
  const radius = LOBE_RADIUS * UNIT;
  const reach = Math.ceil(radius);
  const cells = [];
  for (let down = -reach; down <= reach; down++) {
    for (let right = -reach; right <= reach; right++) {
      const weight = clamp(radius + 0.5 - Math.hypot(right, down), 0, 1);
      if (weight > 0) cells.push({ right, down, weight });
    }
  }
  const sum = cells.reduce((total, cell) => total + cell.weight, 0);
  return cells.map((cell) => ({ ...cell, weight: cell.weight / sum }));
}

/**
 * A picture's correlation with a kernel; beyond its border it is mirrored at its last pixel.
 * @param {Float32Array} data (SIDE, SIDE) @param {Kernel} kernel
 */
function correlated(data, kernel) {
  const out = new Float32Array(CELLS);
  for (let y = 0, to = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, to++) {
      let sum = 0;
      for (const { right, down, weight } of kernel) {
        const [column, row] = [Math.abs(x + right), Math.abs(y + down)];
        const inColumn = column < SIDE ? column : 2 * SIDE - 2 - column;
        sum += weight * data[(row < SIDE ? row : 2 * SIDE - 2 - row) * SIDE + inColumn];
      }
      out[to] = sum;
    }
  }
  return out;
}
