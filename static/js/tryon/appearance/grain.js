/**
 * How soft and how noisy a stream's picture is about one place, so that what is drawn into it can be
 * the same. Twin of the measuring in tryon/appearance/grain.py.
 */
import { LEAST_SIDE_PX, edgeBlur } from './sharpness.js';

/** @typedef {import('../image.js').Field} Field */
/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../types.js').PixelRegion} PixelRegion */

/**
 * @typedef {object} Grain
 * @property {number} blurPx deviation of the blur of its sharp edges
 * @property {number} noise deviation in grey levels
 * @property {number | null} movedPx blur along `way`, where something moved; null: as `blurPx`
 * @property {number} way radians, from x to y
 */

const LARGEST_BLUR_PX = 12;
const LARGEST_NOISE = 6; // grey levels; beyond it, it is the texture of skin or cloth
const SIDE_PX = 176; // of what is measured, at most
const SMALLER_SHARE = 0.6; // of the second differences: those that are surely no edges
// Their mean for noise of one grey level: six times a half-normal's mean below its 60th percentile.
const SMALLER_MEAN = 6 * 0.3966;

/**
 * @param {Picture} image
 * @param {PixelRegion} region about the place
 * @returns {Grain}
 */
export function measureGrain(image, region) {
  const { x, y, width, height } = middle(clipped(region, image));
  if (Math.min(width, height) < LEAST_SIDE_PX) return { blurPx: 0, noise: 0, movedPx: null, way: 0 };
  const grey = greyOf(image, x, y, width, height);
  const noise = noiseOf(grey);
  const { acrossPx, alongPx, way } = edgeBlur(grey, noise);
  return {
    blurPx: Math.min(acrossPx, LARGEST_BLUR_PX),
    noise: Math.min(noise, LARGEST_NOISE),
    movedPx: alongPx > acrossPx ? Math.min(alongPx, LARGEST_BLUR_PX) : null,
    way,
  };
}

/** @param {PixelRegion} region @param {Picture} image @returns {PixelRegion} */
function clipped({ x, y, width, height }, image) {
  const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
  return {
    x: left,
    y: top,
    width: Math.max(Math.min(x + width, image.width) - left, 0),
    height: Math.max(Math.min(y + height, image.height) - top, 0),
  };
}

/** @param {PixelRegion} region @returns {PixelRegion} */
function middle(region) {
  const [width, height] = [Math.min(region.width, SIDE_PX), Math.min(region.height, SIDE_PX)];
  const x = region.x + Math.floor((region.width - width) / 2);
  return { x, y: region.y + Math.floor((region.height - height) / 2), width, height };
}

/**
 * Grey levels as OpenCV rounds them.
 * @param {Picture} image @param {number} left @param {number} top @param {number} width @param {number} height
 * @returns {Field}
 */
function greyOf({ data, width: stride, channels }, left, top, width, height) {
  const out = new Float32Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    let from = ((top + y) * stride + left) * channels;
    for (let x = 0; x < width; x++, from += channels) {
      out[to++] = (9798 * data[from] + 19235 * data[from + 1] + 3735 * data[from + 2] + 16384) >> 15;
    }
  }
  return { data: out, width, height, channels: 1 };
}

/**
 * Noise by Immerkaer's (1996) second difference: the mean of its smaller values, steady on whole levels.
 * @param {Field} grey
 */
function noiseOf({ data, width, height }) {
  const found = new Float64Array((width - 2) * (height - 2));
  for (let y = 1, to = 0; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const [above, below] = [at - width, at + width];
      found[to++] = Math.abs(
        data[above - 1] - 2 * data[above] + data[above + 1] - 2 * data[at - 1] + 4 * data[at] - 2 * data[at + 1] +
          data[below - 1] - 2 * data[below] + data[below + 1],
      );
    }
  }
  const sorted = found.sort();
  const count = Math.max(Math.trunc(SMALLER_SHARE * sorted.length), 1);
  let sum = 0;
  for (let k = 0; k < count; k++) sum += sorted[k];
  return sum / count / SMALLER_MEAN;
}
