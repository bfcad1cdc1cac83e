/**
 * What stands before a jewel: hair, a sleeve, a collar. Whatever is not the wearer's skin.
 *
 * The share of each pixel that is not skin is found on a reduced picture and laid back along the
 * image's own edges with a guided filter. Twin of tryon/covers/cover.py.
 */
import { boxed, valueAt } from '../grids.js';
import { cropped, roundEven } from '../image.js';
import { reduced8 } from '../reduction.js';
import { clamp, dot, solveCholesky } from '../linalg.js';
import { bodyShare } from './masks.js';
import { apart, features, lightOf } from './tones.js';

/** @typedef {import('../image.js').Field} Field */
/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../types.js').PersonMask} PersonMask */
/** @typedef {import('../types.js').PixelRegion} PixelRegion */
/** @typedef {import('./tones.js').SkinTone} SkinTone */

const WORK_SIDE_PX = 72; // the side at which colours are judged
const EDGE_RADIUS = 0.035; // of the work picture's side: reach of the guided filter
const EDGE_RIDGE = 4e-4; // variance of the guide, 0..1, below which it counts as flat
/** Filtered shares that become 0 and 1. */
export const [CERTAIN_NOT, CERTAIN] = [0.4, 0.72];
const [LITTLE_DOUBT, MOST_DOUBT] = [0.6, 0.85]; // mean doubt of a veil that is trusted fully, not at all
const DOUBT = 0.7; // squared spreads: so near to both tones, it may be either
const TEXTURE_SIDE = 5; // of the work picture
const [ROUGH, ROUGHEST] = [0.12, 3]; // unevenness at which colours count double as strange; its limit
/** Spreads at which a colour is half strange. */
export const STRANGE = 2.4;

/**
 * How far a pixel of a region shows something of the person that is not skin.
 *
 * Background covers nothing. Without a person mask it cannot be told from cloth: keep the region, or
 * the jewel, within the body. What cannot be trusted hides nothing.
 * @param {Picture} image
 * @param {PixelRegion} region what reaches beyond the image hides nothing
 * @param {SkinTone} tone of the wearer
 * @param {PersonMask | null} [person] where people are, if known
 * @returns {(x: number, y: number) => number} 0..1 at a pixel of the image
 */
export function coverAt(image, region, tone, person) {
  const { x: left, y: top, width, height } = clipped(region, image);
  if (Math.min(width, height) < 2 || tone.trust === 0) return () => 0;
  const crop = cropped(image, left, top, width, height);
  const scale = Math.min(1, WORK_SIDE_PX / Math.max(width, height));
  const [columns, rows] = [width, height].map((side) => Math.max(roundEven(side * scale), 2));
  const small = scale < 1 ? reduced8(crop, columns, rows) : crop;
  const { strange } = judged(features(small), tone, null);
  const bodily = person ? bodyShare(person, { x: left, y: top, width, height }, columns, rows, image) : null;
  const trust = tone.trust * decided(strange, bodily);
  const { slope, level, mixture } = edgeLines(strange, small);
  const [acrossStep, downStep] = [columns / width, rows / height];
  return (x, y) => {
    const [column, row] = [x - left, y - top];
    if (column < 0 || row < 0 || column >= width || row >= height) return 0;
    const [across, down] = [(column + 0.5) * acrossStep - 0.5, (row + 0.5) * downStep - 0.5];
    const laid = valueAt(slope, columns, rows, across, down) * mixed(mixture, crop.data, 3 * (row * width + column));
    const share = laid + valueAt(level, columns, rows, across, down) - CERTAIN_NOT;
    const hides = clamp(share * (trust / (CERTAIN - CERTAIN_NOT)), 0, trust);
    return bodily && hides > 0 ? hides * valueAt(bodily, columns, rows, across, down) : hides;
  };
}

/**
 * The part of a region inside an image.
 * @param {PixelRegion} region @param {{ width: number, height: number }} image @returns {PixelRegion}
 */
export function clipped(region, image) {
  const [x, y] = [Math.max(region.x, 0), Math.max(region.y, 0)];
  const width = Math.max(Math.min(region.x + region.width, image.width) - x, 0);
  return { x, y, width, height: Math.max(Math.min(region.y + region.height, image.height) - y, 0) };
}

/**
 * How unlike skin each pixel is, and how like hair, where there is hair to be known.
 * @param {Field} colours features of a reduced picture
 * @param {SkinTone} tone of the wearer's skin @param {SkinTone | null} hair
 * @returns {{ strange: Float32Array, likeHair: Float32Array | null }}
 */
export function judged(colours, tone, hair) {
  const rough = texture(lightOf(colours), colours.width);
  const far = apart(colours, tone).map((value, k) => value * (1 + rough[k]));
  const strange = far.map((value) => value / (value + STRANGE ** 2));
  if (!hair || hair.trust === 0) return { strange, likeHair: null };
  const likeHair = apart(colours, hair, false).map((near, k) => {
    const known = STRANGE ** 2 / (STRANGE ** 2 + near);
    return (far[k] / (far[k] + near + DOUBT)) * Math.min(1, 1.6 * known);
  });
  return { strange, likeHair };
}

/** How uneven the light is about each pixel: strands are, skin is not. @param {Float32Array} light @param {number} width */
function texture(light, width) {
  const mean = boxed(light, width, TEXTURE_SIDE);
  const square = boxed(light.map((value) => value * value), width, TEXTURE_SIDE);
  return square.map((value, k) => Math.min(Math.max(value - mean[k] * mean[k], 0) / ROUGH ** 2, ROUGHEST));
}

/**
 * How sure the judgement is over the body: 0 when most of it may be skin or not.
 * @param {Float32Array} strange @param {Float32Array | null} bodily
 */
export function decided(strange, bodily) {
  let [sum, total] = [0, 0];
  for (let k = 0; k < strange.length; k++) {
    const weight = bodily ? bodily[k] + 1e-3 : 1;
    sum += weight * 4 * strange[k] * (1 - strange[k]);
    total += weight;
  }
  return clamp((MOST_DOUBT - sum / total) / (MOST_DOUBT - LITTLE_DOUBT), 0, 1);
}

/** @param {number[]} mixture @param {ArrayLike<number>} data @param {number} at of a pixel's red */
const mixed = (mixture, data, at) =>
  mixture[0] * data[at] + mixture[1] * data[at + 1] + mixture[2] * data[at + 2] + mixture[3];

/**
 * What lays a share along the edges of its picture: slope * (mixture of a pixel) + level. The guide
 * is the mixture of red, green and blue that tells this cover from this skin best.
 * @param {Float32Array} share (height, width) @param {Picture} small RGB
 * @returns {{ slope: Float32Array, level: Float32Array, mixture: number[] }} mixture (4,) of red,
 *     green, blue and 1
 */
export function edgeLines(share, { data, width, height, channels }) {
  const count = share.length;
  const middle = [0, 0, 0];
  let meanShare = 0;
  for (let k = 0; k < count; k++) {
    meanShare += share[k] / count;
    for (let c = 0; c < 3; c++) middle[c] += data[channels * k + c] / 255 / count;
  }
  const spread = new Float64Array(9);
  const pull = new Float64Array(3);
  const off = [0, 0, 0];
  for (let k = 0; k < count; k++) {
    for (let c = 0; c < 3; c++) off[c] = data[channels * k + c] / 255 - middle[c];
    for (let c = 0; c < 3; c++) {
      pull[c] += (off[c] * (share[k] - meanShare)) / count;
      for (let d = 0; d < 3; d++) spread[3 * c + d] += (off[c] * off[d]) / count;
    }
  }
  for (let c = 0; c < 3; c++) spread[4 * c] += 1e-4;
  solveCholesky(spread, pull);
  const size = Math.max(Math.abs(pull[0]) + Math.abs(pull[1]) + Math.abs(pull[2]), 1e-6);
  const weights = pull.map((value) => value / size);
  const mixture = [weights[0] / 255, weights[1] / 255, weights[2] / 255, -dot(weights, middle)];
  const guide = share.map((_, k) => mixed(mixture, data, channels * k));
  const side = 2 * Math.max(1, roundEven(EDGE_RADIUS * Math.max(width, height))) + 1;
  /** @param {Float32Array} values */
  const smooth = (values) => boxed(values, width, side);
  const [meanGuide, meanShares] = [smooth(guide), smooth(share)];
  const squares = smooth(guide.map((value) => value * value));
  const products = smooth(guide.map((value, k) => value * share[k]));
  const slope = products.map((value, k) => {
    const variance = squares[k] - meanGuide[k] * meanGuide[k];
    return (value - meanGuide[k] * meanShares[k]) / (variance + EDGE_RIDGE);
  });
  const level = smooth(meanShares.map((value, k) => value - slope[k] * meanGuide[k]));
  return { slope: smooth(slope), level, mixture };
}
