/**
 * Turned squares of an image: what a net looks at, and its answers back in the image.
 * Twin of tryon/nets/regions.py, where it says where samples lie.
 */
import { picture, roundEven } from '../image.js';
import { reduced8 } from '../reduction.js';
import { clamp } from '../linalg.js';

/** @typedef {import('../image.js').Picture} Picture */

/**
 * A turned square of an image.
 * @typedef {object} Region
 * @property {number} xPx of its centre
 * @property {number} yPx
 * @property {number} sidePx
 * @property {number} rotation radians, clockwise in the image
 */

const PARTS = 32; // of a pixel, on which samples lie
const WHOLE = PARTS * PARTS;

/**
 * The square sampled from the image, whose border goes on beyond it.
 * @param {Region} region @param {Picture} image @param {number} samples along each side
 * @returns {Picture} RGB
 */
export function crop({ xPx, yPx, sidePx, rotation }, image, samples) {
  const step = sidePx / samples;
  const [cos, sin] = [step * Math.cos(rotation), step * Math.sin(rotation)];
  const out = picture(samples, samples);
  for (let row = 0, to = 0; row < samples; row++) {
    const down = row - samples / 2;
    const [left, top] = [Math.fround(sin * down), Math.fround(cos * down)];
    for (let column = 0; column < samples; column++, to += 3) {
      const right = column - samples / 2;
      const x = Math.fround(Math.fround(xPx + cos * right) - left);
      const y = Math.fround(Math.fround(yPx + sin * right) + top);
      sample(image, roundEven(x * PARTS), roundEven(y * PARTS), out.data, to);
    }
  }
  return out;
}

/**
 * One sample, in whole numbers as OpenCV's remap works it out.
 * @param {Picture} image @param {number} x parts of pixels @param {number} y
 * @param {Uint8Array | Uint8ClampedArray} out @param {number} to
 */
function sample({ data, width, height, channels }, x, y, out, to) {
  const [left, top] = [Math.floor(x / PARTS), Math.floor(y / PARTS)];
  const [right, down] = [x - PARTS * left, y - PARTS * top];
  const x0 = clamp(left, 0, width - 1) * channels;
  const x1 = clamp(left + 1, 0, width - 1) * channels;
  const y0 = clamp(top, 0, height - 1) * width * channels;
  const y1 = clamp(top + 1, 0, height - 1) * width * channels;
  for (let k = 0; k < 3; k++) {
    const above = (PARTS - right) * data[y0 + x0 + k] + right * data[y0 + x1 + k];
    const below = (PARTS - right) * data[y1 + x0 + k] + right * data[y1 + x1 + k];
    out[to + k] = ((PARTS - down) * above + down * below + WHOLE / 2) / WHOLE;
  }
}

/**
 * The square, each sample the mean of what it covers: for regions far larger than a net.
 * @param {Region} region @param {Picture} image @param {number} samples along each side
 */
export function meanCrop(region, image, samples) {
  const finer = Math.ceil(region.sidePx / samples);
  if (finer <= 1) return crop(region, image, samples);
  // the mean of a cell lies half a cell past its first sample, which is where `crop` has it
  const share = (0.5 * (finer - 1)) / finer / samples;
  const [xPx, yPx] = inImage(region, [0.5 - share, 0.5 - share]);
  return reduced8(crop({ ...region, xPx, yPx }, image, samples * finer), samples, samples);
}

/**
 * A point of the square as a pixel of the image.
 * @param {Region} region @param {readonly [number, number]} shares of the square's sides, from its top left corner
 * @returns {[number, number]}
 */
export function inImage({ xPx, yPx, sidePx, rotation }, [right, down]) {
  const [x, y] = turned([right - 0.5, down - 0.5], rotation);
  return [x * sidePx + xPx, y * sidePx + yPx];
}

/**
 * A vector of the image, turned clockwise.
 * @param {readonly [number, number]} vector @param {number} angle radians @returns {[number, number]}
 */
export function turned([x, y], angle) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x * cos - y * sin, x * sin + y * cos];
}
