/**
 * The lobe in the image: where an ear's soft end is, near the place that the head tells.
 *
 * A small patch about the expected lobe is laid straight. How much each place looks like the middle
 * of a lobe is a correlation with its round end's rim, inside against outside, weighed with how far
 * lobes are from where they are expected. Twin of tryon/anchors/lobe.py.
 */
import { personAt } from '../covers/masks.js';
import { apart, features, lightOf } from '../covers/tones.js';
import { median } from '../grids.js';
import { blurred, cropped, roundEven, warped8 } from '../image.js';
import { reduced8 } from '../reduction.js';
import { clamp } from '../linalg.js';
import { OUTWARDS } from './ear.js';
import { earShows } from './earShows.js';
import { smoothstep } from './evidence.js';
import { correlated, DISC, PATCH_PX, RIMS } from './lobeKernels.js';

/** @typedef {import('../image.js').Field} Field */
/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../covers/tones.js').SkinTone} SkinTone */
/** @typedef {import('./ear.js').EarAnchor} EarAnchor */
/** @typedef {import('../types.js').PersonMask} PersonMask */
/** @typedef {import('../types.js').Veil} Veil */

/**
 * What a patch about an expected lobe shows.
 * @typedef {object} LobeFound
 * @property {number[]} shift (2,) face heights, outwards and up, from the expected to the found place
 * @property {number} shows 0..1: that an ear is seen there, and no hair
 * @property {Veil | null} strands hair before the lobe
 */

/**
 * How high a lobe is looked for, face heights from where the head tells.
 * @typedef {{ middle: number, spread: number, farthest: number }} Upright
 */

/**
 * How much each place of a patch looks like a lobe's middle; all (side, side).
 * @typedef {object} LobeEvidence
 * @property {Float32Array} score but for its height
 * @property {Float32Array} rim
 * @property {Float32Array} inside mean likeness to skin over a lobe's disc
 * @property {Field} seen features
 * @property {Float32Array} soft the first of them, a little blurred
 * @property {Float32Array} likeHair
 * @property {number[]} along (side,) face heights outwards of every column, downwards of every row
 * @property {number[]} matrix (2, 3) pixels of the image from those of the patch
 */

const REACH = 0.16; // face heights from the patch's middle to its edge
export const FAR_REACH = 0.22;
const SKIN_SPREAD = 6; // squared spreads at which a colour is half like skin
const LIGHT_SPREAD = 0.35; // of the logarithm of the light, within which differences count fully
const [LIGHT_WEIGHT, SKIN_WEIGHT, INSIDE_WEIGHT] = [0.5, 2, 1];
const [ASIDE, ASIDE_TURNED, UPRIGHT] = [0.012, 0.08, 0.08]; // how far lobes are from where expected
const SHARPNESS = 0.15; // score by which one place is better than another by a factor of e
const [BEHIND, LEAST_BEHIND] = [0.1, 0.1]; // person share of what is behind; least of a patch
const LIKE_SKIN = [0.4, 0.7]; // likeness to skin from which such a background is told by the mask
const WEARER = [0.05, 0.3]; // person shares between which it ends
const FARTHEST = [0.07, 0.11]; // face heights outwards and up
const PIERCED = 0.005; // face heights from the rim's middle up to the piercing
const EITHER = 0.7; // squared spreads: so near to skin and hair, it may be either
const NO_HAIR = 50; // squared spreads from the hair of a bald head
const [STRAND_FROM, STRAND_TO] = [0.55, 0.85]; // likeness to hair between which a strand covers
const STRANDS_REACH = [0.021, 0.032]; // face heights within which hair lies before the piercing
const LEAST_LOBE = 0.5; // of the lobe's disc that looks like skin where the rest is strands

/** @type {Upright} */
const AS_TOLD = { middle: 0, spread: UPRIGHT, farthest: FARTHEST[1] };

/** @param {number} reach */
const sideOf = (reach) => Math.round(2 * reach * PATCH_PX);

/** Shifts outwards of every column, and down of every row. @param {number} reach */
const shiftsOf = (reach) =>
  Array.from({ length: sideOf(reach) }, (_, k) =>
    Math.fround(Math.fround(((k + 0.5) / sideOf(reach)) * 2 - 1) * Math.fround(reach)),
  );
const [NEAR, FAR] = [REACH, FAR_REACH].map(shiftsOf);

/**
 * What is seen about an expected lobe.
 * @param {Picture} image
 * @param {EarAnchor} anchor by the head alone
 * @param {number} faceHeightPx of a face seen from the front at the ear's distance
 * @param {SkinTone} tone of the wearer's skin
 * @param {SkinTone} hair of the wearer; without trust where there is none
 * @param {PersonMask | null} [person] where people are: then farther up and down is looked, and
 *     what is behind the wearer is no skin where its colours alone would not tell
 * @returns {LobeEvidence}
 */
export function lobeEvidence(image, anchor, faceHeightPx, tone, hair, person) {
  const along = person ? FAR : NEAR;
  const side = along.length;
  const { matrix, patch } = patchOf(image, anchor, faceHeightPx, person ? FAR_REACH : REACH);
  const seen = features(patch);
  const far = apart(seen, tone);
  /** @type {Float32Array} */ let skin = far.map((value) => SKIN_SPREAD / (SKIN_SPREAD + value));
  if (person) beforeBackground(person, matrix, skin, image);
  skin = softened(skin, side);
  const soft = softened(lightOf(seen), side);
  const middle = median(soft);
  const mixed = soft.map((value, k) => {
    const evened = Math.tanh((value - middle) / (2 * LIGHT_SPREAD)) * (2 * LIGHT_SPREAD);
    return SKIN_WEIGHT * skin[k] + (LIGHT_WEIGHT / LIGHT_SPREAD) * evened;
  });
  const [narrow, wide] = RIMS.map((kernel) => correlated(mixed, side, kernel));
  const rim = narrow.map((value, k) => Math.max(value, wide[k]));
  const inside = correlated(skin, side, DISC);
  const spread = ASIDE + ASIDE_TURNED * Math.abs(Math.sin(anchor.turn));
  const score = rim.map((value, k) => {
    const aside = along[k % side];
    if (Math.abs(aside) > FARTHEST[0]) return -1e3;
    return value + INSIDE_WEIGHT * inside[k] - 0.5 * (aside / spread) ** 2;
  });
  const near = hair.trust > 0 ? apart(seen, hair, false) : new Float32Array(side * side).fill(NO_HAIR);
  const likeHair = far.map((value, k) => value / (value + near[k] + EITHER));
  return { score, rim, inside, seen, soft, likeHair, along, matrix };
}

/**
 * The place that looks most like a lobe, softly.
 * @param {LobeEvidence} evidence
 * @param {number[] | null} cheek features of the cheek beside this ear; null: outside the picture
 * @param {Upright} [upright] where its height is expected, if not where the head tells
 * @returns {LobeFound}
 */
export function lobeFound(evidence, cheek, upright = AS_TOLD) {
  const { rim, inside, seen, soft, likeHair, along, matrix } = evidence;
  const side = along.length;
  const weight = weights(evidence, upright);
  let [aside, up, clearest, lobe] = [0, 0, 0, 0];
  for (let k = 0; k < weight.length; k++) {
    aside += weight[k] * along[k % side];
    up -= weight[k] * along[Math.floor(k / side)];
    clearest += weight[k] * rim[k];
    lobe += weight[k] * inside[k];
  }
  const around = {
    seen,
    soft,
    likeHair,
    aside: weight.map((_, k) => along[k % side] - aside),
    up: weight.map((_, k) => -along[Math.floor(k / side)] - up),
  };
  const shows = earShows(around, clearest, cheek);
  const strands = shows > 0 && lobe > LEAST_LOBE ? strandsOf(around, matrix) : null;
  return { shift: [aside, up + PIERCED], shows, strands };
}

/** A little blurred. @param {Float32Array} data (side, side) @param {number} side */
const softened = (data, side) => blurred({ data, width: side, height: side, channels: 1 }, 0.8, 0.8).data;

/**
 * Takes likeness to skin off a background of the skin's own colours.
 * @param {PersonMask} person @param {number[]} matrix image from patch
 * @param {Float32Array} skin (side, side), written into @param {Picture} image
 */
function beforeBackground(person, [a, b, c, d, e, f], skin, { width, height }) {
  const side = Math.sqrt(skin.length);
  const share = skin.map((_, k) => {
    const [x, y] = [k % side, Math.floor(k / side)];
    return personAt(person, a * x + b * y + c, d * x + e * y + f, width, height);
  });
  const behind = skin.filter((_, k) => share[k] < BEHIND);
  if (behind.length < LEAST_BEHIND * skin.length) return;
  const alike = smoothstep(LIKE_SKIN[0], LIKE_SKIN[1], median(behind));
  for (let k = 0; k < skin.length; k++) {
    const wearer = clamp((share[k] - WEARER[0]) / (WEARER[1] - WEARER[0]), 0, 1);
    skin[k] *= 1 - alike * (1 - wearer);
  }
}

/**
 * How likely the lobe is at each place; all together 1.
 * @param {LobeEvidence} evidence @param {Upright} upright
 */
function weights({ score, along }, { middle, spread, farthest }) {
  const side = along.length;
  const weight = new Float64Array(score.length);
  let best = -Infinity;
  for (let k = 0; k < weight.length; k++) {
    const up = -along[Math.floor(k / side)];
    weight[k] = score[k] + (Math.abs(up) > farthest ? -1e3 : -0.5 * ((up - middle) / spread) ** 2);
    best = Math.max(best, weight[k]);
  }
  let sum = 0;
  for (let k = 0; k < weight.length; k++) sum += weight[k] = Math.exp((weight[k] - best) / SHARPNESS);
  return weight.map((value) => value / sum);
}

/**
 * Hair on the lobe's own disc, as a veil of the image; null where there is none.
 * @param {import('./earShows.js').LobePatch} patch @param {number[]} matrix image from patch
 * @returns {Veil | null}
 */
function strandsOf({ likeHair, aside, up }, matrix) {
  const [least, most] = STRANDS_REACH;
  const side = Math.sqrt(likeHair.length);
  let [left, right, top, bottom] = [side, -1, side, -1];
  const hides = likeHair.map((like, k) => {
    const away = Math.hypot(aside[k], up[k] - PIERCED);
    const share = clamp((like - STRAND_FROM) / (STRAND_TO - STRAND_FROM), 0, 1);
    const hidden = share * clamp((most - away) / (most - least), 0, 1);
    if (hidden > 0.05) {
      const [x, y] = [k % side, Math.floor(k / side)];
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
      veil[to] = sampled(hides, side, (e * px - b * py) / determinant, (a * py - d * px) / determinant);
    }
  }
  return { hides: veil, region };
}

/**
 * Bilinear, nothing beyond the patch.
 * @param {Float32Array} data (side, side) @param {number} side @param {number} x @param {number} y
 */
function sampled(data, side, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  /** @param {number} column @param {number} row */
  const value = (column, row) =>
    column < 0 || row < 0 || column >= side || row >= side ? 0 : data[row * side + column];
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
 * @param {number} half face heights from its middle to its edge
 */
function patchOf(image, anchor, faceHeightPx, half) {
  const { outward, up } = axesPx(anchor);
  const side = sideOf(half);
  const pixel = faceHeightPx / PATCH_PX;
  const middle = (side - 1) / 2;
  const linear = [0, 1].map((k) => [outward[k] * pixel, -up[k] * pixel]);
  const offset = [0, 1].map((k) => anchor.lobePx[k] - (linear[k][0] + linear[k][1]) * middle);
  const step = Math.hypot(outward[0] * pixel, outward[1] * pixel);
  let [source, shrunk, corner] = [image, 1, [0, 0]];
  if (step > 2) {
    // a large picture is reduced about the ear, so that no detail aliases
    const reach = 1.5 * half * faceHeightPx;
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
    patch: warped8(source, m, side, side),
  };
}
