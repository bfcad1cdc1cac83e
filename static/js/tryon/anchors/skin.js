/**
 * Whether what lies between a finger's edges is its hand's flesh.
 *
 * The palm, or the back of the hand, is safe to learn the hand's own colours from, lit and shaded
 * parts alike. Twin of tryon/anchors/skin.py.
 */
import { picture } from '../image.js';
import { reducedField } from '../reduction.js';
import { labOf } from '../lab.js';
import { clamp } from '../linalg.js';
import { PALM } from './skeleton.js';

/** @typedef {import('../image.js').Picture} Picture */

const SPOTS = 64;
const USUAL = 51; // of these, the most alike: rings, watches and sleeves fall out
const LIGHTNESS_WEIGHT = 0.25;
const STRANGE = 9; // Lab units at which a colour is half strange
const NEAREST = 3; // a colour counts as the hand's when so many samples and one more are as near
const [ACROSS, ALONG] = [7, 6]; // cells of a finger
const FINE = 3; // samples along each side of a cell
const INNER = 0.4; // half of the cells' span, finger widths: clear of the edges
const [BEFORE, BEYOND] = [0.4, 0.6]; // along the finger, widths before and beyond the ring

/** Points inside the palm as shares of the wrist and the four knuckles, spread evenly (R-sequence). */
const INSIDE_PALM = Array.from({ length: SPOTS }, (_, k) => {
  const shares = PALM.map((_joint, j) => -Math.log((0.5 + (k + 1) * 1.1347241384015194 ** -(j + 1)) % 1));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
});

/**
 * Colours of the palm or the back of the hand, in weighted Lab.
 * @param {Picture} image @param {Float64Array} points (21, 2) landmarks
 * @returns {Float64Array} (n, 3)
 */
export function handColours(image, points) {
  const sampled = picture(SPOTS, 1);
  INSIDE_PALM.forEach((shares, k) => {
    let [x, y] = [0, 0];
    PALM.forEach((joint, j) => {
      x += shares[j] * points[2 * joint];
      y += shares[j] * points[2 * joint + 1];
    });
    copyPixel(image, x, y, sampled, k);
  });
  const { data } = labOf(sampled, LIGHTNESS_WEIGHT);
  const usual = [0, 1, 2].map((k) => data.filter((_, at) => at % 3 === k).sort()[SPOTS >> 1]);
  const strange = Array.from({ length: SPOTS }, (_, k) => [
    usual.reduce((sum, value, c) => sum + (data[3 * k + c] - value) ** 2, 0),
    k,
  ]);
  strange.sort((a, b) => a[0] - b[0]);
  return Float64Array.from(strange.slice(0, USUAL).flatMap(([, k]) => [...data.subarray(3 * k, 3 * k + 3)]));
}

/** @param {Picture} from @param {number} x @param {number} y @param {Picture} to @param {number} at */
function copyPixel(from, x, y, to, at) {
  const column = clamp(Math.trunc(x), 0, from.width - 1);
  const row = clamp(Math.trunc(y), 0, from.height - 1);
  const source = (row * from.width + column) * from.channels;
  for (let k = 0; k < 3; k++) to.data[3 * at + k] = from.data[source + k];
}

/**
 * How much of the finger left and right of its axis has the hand's colours, 0..1 each.
 * @param {Picture} image
 * @param {Float64Array} colours from `handColours`
 * @param {number[]} centerPx @param {number[]} axisPx @param {number} widthPx of the finger
 * @returns {number[]} (2,)
 */
export function flesh(image, colours, centerPx, axisPx, widthPx) {
  const fine = picture(ACROSS * FINE, ALONG * FINE);
  for (let row = 0, at = 0; row < fine.height; row++) {
    const along = (-BEFORE + ((BEFORE + BEYOND) * row) / (fine.height - 1)) * widthPx;
    for (let column = 0; column < fine.width; column++, at++) {
      const across = (-INNER + (2 * INNER * column) / (fine.width - 1)) * widthPx;
      const x = centerPx[0] + along * axisPx[0] - across * axisPx[1];
      copyPixel(image, x, centerPx[1] + along * axisPx[1] + across * axisPx[0], fine, at);
    }
  }
  const cells = reducedField(labOf(fine, LIGHTNESS_WEIGHT), ACROSS, ALONG);
  const halves = [0, 0];
  for (let cell = 0; cell < ACROSS * ALONG; cell++) {
    const column = cell % ACROSS;
    if (column === ACROSS >> 1) continue;
    const apart = distanceTo(colours, cells, 3 * cell);
    halves[column > ACROSS >> 1 ? 1 : 0] += STRANGE ** 2 / (apart + STRANGE ** 2);
  }
  return halves.map((sum) => sum / ((ACROSS >> 1) * ALONG));
}

const nearest = new Float64Array(NEAREST + 1);

/**
 * Squared distance of a colour to the hand's: to the one behind the nearest few.
 * @param {Float64Array} colours (n, 3) @param {Float32Array} cells @param {number} at in them
 */
function distanceTo(colours, cells, at) {
  nearest.fill(Infinity);
  for (let k = 0; k < colours.length; k += 3) {
    const [l, a, b] = [colours[k] - cells[at], colours[k + 1] - cells[at + 1], colours[k + 2] - cells[at + 2]];
    const apart = l * l + a * a + b * b;
    let place = NEAREST;
    if (apart >= nearest[place]) continue;
    for (; place > 0 && nearest[place - 1] > apart; place--) nearest[place] = nearest[place - 1];
    nearest[place] = apart;
  }
  return nearest[NEAREST];
}
