/**
 * Colour and strength of the light, from skin and from what stands about it. Held back on purpose:
 * a jewel lit slightly wrong passes where one lit wildly wrong does not.
 * Twin of tryon/appearance/light_colour.py.
 */
import { clamp } from '../linalg.js';
import { LINEAR } from './shadedSkin.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../linalg.js').Vec3} Vec3 */

// Linear sRGB of skin, as log R/G and log B/G, and its luminance: medians over hands of many complexions.
const [SKIN_LOG_RED, SKIN_LOG_BLUE, SKIN_LUMINANCE] = [0.64, -0.27, 0.25];
// Dark skin is redder: how both change with the logarithm of its luminance.
const [SKIN_LOG_RED_SLOPE, SKIN_LOG_BLUE_SLOPE] = [-0.18, 0.06];
const SKIN_SHARE = 0.3; // of the light's colour; the rest is the surroundings'
const [WHITE_SHARE, ENOUGH_WHITE] = [0.75, 0.08]; // how far white things decide, and how much of them
const [WHITE_FROM, WHITE_HUE] = [0.45, 0.38]; // luminance and logarithms of ratios
const SKIN_NEIGHBOURHOOD = 0.3; // logarithms: so near in colour, it is skin
const COLOURED = 0.7; // logarithms of ratios from which a thing has a colour of its own
const ENOUGH_SURROUNDINGS = 0.25; // of the pixels; fewer tell less
const TINT_TRUST = 0.5; // share of the colour that is believed
const TINT_LIMIT = 0.16; // natural logarithm; with more, steel would pass for rose gold

const WHITE_LUMINANCE = 0.8; // of the brightest things in a well exposed photo, linear
const BRIGHTEST_PERCENTILE = 96;
const EXPOSURE_SKIN_SHARE = 0.35; // small: a dark skin is no dark room
const EXPOSURE_TRUST = 0.7;
const EXPOSURE_LIMITS = [0.42, 1.4];

const SIDE_SAMPLES = 48; // of the surroundings
const WEIGHTS = [0.2126, 0.7152, 0.0722];

/**
 * A thin sample of a rectangle, linear.
 * @param {Picture} image
 * @param {number} left
 * @param {number} top
 * @param {number} right
 * @param {number} bottom
 * @param {number} step pixels
 * @returns {Float32Array} (n, 3)
 */
export function thinSample({ data, width, channels }, left, top, right, bottom, step) {
  const [columns, rows] = [Math.ceil((right - left) / step), Math.ceil((bottom - top) / step)];
  const out = new Float32Array(3 * columns * rows);
  for (let y = top, to = 0; y < bottom; y += step) {
    for (let x = left; x < right; x += step) {
      const from = (y * width + x) * channels;
      for (let k = 0; k < 3; k++) out[to++] = LINEAR[data[from + k]];
    }
  }
  return out;
}

/**
 * A thin sample of a body part's rectangle and as much again on every side: light differs across a
 * room, so what is far away does not count.
 * @param {Picture} image
 * @param {Float64Array} pointsPx (n, 2)
 * @returns {Float32Array} (m, 3) linear sRGB
 */
export function surroundings(image, pointsPx) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  pointsPx.forEach((value, k) => {
    low[k % 2] = Math.min(low[k % 2], value);
    high[k % 2] = Math.max(high[k % 2], value);
  });
  const reach = Math.max(high[0] - low[0], high[1] - low[1]);
  const sides = [image.width, image.height];
  const [left, top] = low.map((value, k) => Math.trunc(clamp(value - reach, 0, sides[k] - 1)));
  const [right, bottom] = high.map((value, k) => Math.trunc(clamp(value + reach, [left, top][k] + 1, sides[k])));
  const step = Math.max(1, Math.floor(Math.min(right - left, bottom - top) / SIDE_SAMPLES));
  return thinSample(image, left, top, right, bottom, step);
}

/** Of linear sRGB. @param {ArrayLike<number>} c @param {number} [at] */
export const luminance = (c, at = 0) => WEIGHTS[0] * c[at] + WEIGHTS[1] * c[at + 1] + WEIGHTS[2] * c[at + 2];

/**
 * Natural logarithm of the light's colour from skin and bright greys; green stays 0.
 * @param {Vec3} skin linear sRGB
 * @param {Float32Array} around (n, 3) linear sRGB
 * @returns {Vec3}
 */
export function logTint(skin, around) {
  const [r, g, b] = skin.map((value) => Math.max(value, 1e-4));
  const lightness = Math.log(Math.max(luminance(skin), 1e-3) / SKIN_LUMINANCE);
  const bySkin = [
    Math.log(r / g) - (SKIN_LOG_RED + SKIN_LOG_RED_SLOPE * lightness),
    0,
    Math.log(b / g) - (SKIN_LOG_BLUE + SKIN_LOG_BLUE_SLOPE * lightness),
  ];
  const count = around.length / 3;
  const [skinRed, skinBlue] = [Math.log(r / g), Math.log(b / g)];
  const greys = [0, 0, 0]; // sums of sixth powers
  const whites = [0, 0, 0];
  let [others, white] = [0, 0];
  for (let k = 0; k < around.length; k += 3) {
    const pixelRed = Math.max(around[k], 1e-4);
    const pixelGreen = Math.max(around[k + 1], 1e-4);
    const pixelBlue = Math.max(around[k + 2], 1e-4);
    const green = Math.log(pixelGreen);
    const red = Math.log(pixelRed) - green;
    const blue = Math.log(pixelBlue) - green;
    const unlike = (red - skinRed) ** 2 + (blue - skinBlue) ** 2;
    const coloured = Math.max(Math.abs(red), Math.abs(blue));
    if (unlike <= SKIN_NEIGHBOURHOOD ** 2 || coloured >= COLOURED) continue;
    others += 1;
    greys[0] += pixelRed ** 6;
    greys[1] += pixelGreen ** 6;
    greys[2] += pixelBlue ** 6;
    const lit = WEIGHTS[0] * pixelRed + WEIGHTS[1] * pixelGreen + WEIGHTS[2] * pixelBlue;
    if (lit <= WHITE_FROM || coloured >= WHITE_HUE || Math.max(pixelRed, pixelGreen, pixelBlue) >= 0.98) continue;
    white += 1;
    whites[0] += pixelRed;
    whites[1] += pixelGreen;
    whites[2] += pixelBlue;
  }
  // shades of grey (Finlayson and Trezzi, 2004), the Minkowski mean of order 6
  const byGreys = others ? greys.map((sum) => Math.log(sum / greys[1]) / 6) : [0, 0, 0];
  const told = others ? Math.min(1, others / (ENOUGH_SURROUNDINGS * count)) : 0;
  const byWhite = white ? whites.map((sum) => Math.log(sum / whites[1])) : [0, 0, 0];
  const sure = white ? Math.min(1, white / (ENOUGH_WHITE * count)) : 0;
  return bySkin.map((value, k) => {
    const read = SKIN_SHARE * value + (1 - SKIN_SHARE) * told * byGreys[k];
    const seen = read + WHITE_SHARE * sure * (byWhite[k] - read);
    return TINT_LIMIT * Math.tanh((TINT_TRUST * seen) / TINT_LIMIT); // never quite at the limit
  });
}

/**
 * Natural logarithm of the strength of the light, from the brightest things and the skin.
 * @param {Vec3} skin linear sRGB
 * @param {Float32Array} around (n, 3) linear sRGB
 */
export function logExposure(skin, around) {
  const lit = Float64Array.from({ length: around.length / 3 }, (_, k) => luminance(around, 3 * k)).sort();
  const bright = lit[Math.floor((lit.length * BRIGHTEST_PERCENTILE) / 100)];
  const read =
    (1 - EXPOSURE_SKIN_SHARE) * Math.log(Math.max(bright, 1e-3) / WHITE_LUMINANCE) +
    EXPOSURE_SKIN_SHARE * Math.log(Math.max(luminance(skin), 1e-3) / SKIN_LUMINANCE);
  const [low, high] = EXPOSURE_LIMITS.map(Math.log);
  const limit = read > 0 ? high : -low;
  return limit * Math.tanh((EXPOSURE_TRUST * read) / limit);
}
