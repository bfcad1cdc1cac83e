/**
 * What somebody already wears on a wrist: a watch or a band between skin and skin. A new piece is
 * laid over it where it is broad enough to cover it, and otherwise beside it.
 * Twin of tryon/anchors/arm_worn.py.
 */
import { apart, features } from '../covers/tones.js';
import { remapped8 } from '../image.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../covers/tones.js').SkinTone} SkinTone */
/** @typedef {import('./wrist.js').Forearm} Forearm */

/** @typedef {{ start: number, end: number }} OwnBand palms from the wrist joint, along the arm */

const [FIRST, LAST, STEP] = [-0.2, 1.25, 0.025]; // palms from the wrist joint, up the arm
const [ACROSS, INNER] = [11, 0.36]; // samples within the arm's middle, and half of their span, breadths
const [STRANGE, BARE] = [2.2, 2]; // spreads from skin: beyond it is none, within it is
const SHARE = 0.6;
const [NARROWEST, BROADEST] = [0.07, 0.55]; // palms
const SKIN_BESIDE = 3; // rows of it on either side
const LEAST_TRUST = 0.3;
const COVERED_MORE = 0.09; // palms that a band found may be broader than what covers it: it blurs
const REACHED = [0.12, 0.95]; // palms from the wrist joint between which a piece may sit
const ROWS = Math.ceil((LAST - FIRST) / STEP);

/**
 * Where a piece goes among what is worn already; all in palms from the wrist joint.
 * @param {number} home where its middle would sit
 * @param {number[]} extent how far it reaches to the hand and up the arm
 * @param {number} halfBand half as broad as what it covers all round
 * @param {readonly OwnBand[]} own
 */
export function clearOf(home, extent, halfBand, own) {
  for (const band of own) {
    if (home + extent[1] <= band.start || home - extent[0] >= band.end) continue;
    if (band.end - band.start <= 2 * halfBand + COVERED_MORE) return 0.5 * (band.start + band.end);
    const beside = [band.start - extent[1], band.end + extent[0]];
    const free = beside.filter((place) => place >= REACHED[0] && place <= REACHED[1]);
    if (free.length === 0) return home;
    return free.reduce((best, place) => (Math.abs(place - home) < Math.abs(best - home) ? place : best));
  }
  return home;
}

/**
 * Pixels within an arm, row by row up it.
 * @param {Forearm} forearm @param {number} palmPx @param {ArrayLike<number>} along palms
 * @param {number} across samples @param {number} inner half of what they span, breadths of the arm
 * @returns {Float64Array} (rows, across, 2)
 */
export function spotsIn({ startPx, towardsHand, breadthPalms }, palmPx, along, across, inner) {
  const [awayX, awayY] = [-towardsHand[0], -towardsHand[1]];
  const out = new Float64Array(along.length * across * 2);
  for (let row = 0, to = 0; row < along.length; row++) {
    for (let k = 0; k < across; k++) {
      const aside = (-inner + (2 * inner * k) / (across - 1)) * breadthPalms * palmPx;
      out[to++] = startPx[0] + palmPx * along[row] * awayX + aside * awayY;
      out[to++] = startPx[1] + palmPx * along[row] * awayY - aside * awayX;
    }
  }
  return out;
}

/**
 * What is worn on a bare arm, from the hand up.
 * @param {Picture} image @param {Forearm} forearm
 * @param {number} palmPx palm length in the image as if parallel to it
 * @param {SkinTone} tone of the hand
 * @param {readonly SkinTone[]} faces an arm lit otherwise than its hand is often like them
 * @returns {OwnBand[]}
 */
export function findOwnBands(image, forearm, palmPx, tone, faces = []) {
  if (tone.trust < LEAST_TRUST) return [];
  const along = Array.from({ length: ROWS }, (_, k) => FIRST + STEP * k);
  const seen = features(remapped8(image, spotsIn(forearm, palmPx, along, ACROSS, INNER)));
  for (const skin of [tone, ...faces]) {
    // the hand's, unless the arm is lit otherwise
    if (skin.trust < LEAST_TRUST) continue;
    const far = apart(seen, skin).map(Math.sqrt);
    const sorted = far.slice().sort();
    const half = sorted.length >> 1;
    if ((sorted.length % 2 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half])) >= BARE) continue;
    const other = along.map((_, row) => shareOf(far, row, (value) => value > STRANGE) >= SHARE);
    const bare = along.map((_, row) => shareOf(far, row, (value) => value < BARE) >= SHARE);
    return runs(other, bare).map(([first, last]) => ({ start: along[first] - STEP, end: along[last] + STEP }));
  }
  return [];
}

/** @param {Float32Array} far @param {number} row @param {(value: number) => boolean} fits */
function shareOf(far, row, fits) {
  let count = 0;
  for (let k = row * ACROSS; k < (row + 1) * ACROSS; k++) if (fits(far[k])) count++;
  return count / ACROSS;
}

/**
 * First and last rows of what is no skin, with skin on both sides.
 * @param {boolean[]} other @param {boolean[]} bare @returns {[number, number][]}
 */
function runs(other, bare) {
  /** @type {[number, number][]} */ const found = [];
  const count = (/** @type {boolean[]} */ rows) => rows.filter(Boolean).length;
  let k = 4;
  while (k < other.length - 4) {
    if (!other[k]) {
      k++;
      continue;
    }
    let last = k;
    while (last + 1 < other.length && !bare.slice(last + 1, last + 4).every(Boolean)) last++;
    while (last > k && !other[last]) last--;
    const width = (last - k + 1) * STEP;
    const [before, after] = [bare.slice(Math.max(k - 6, 0), k), bare.slice(last + 1, last + 7)];
    const broad = NARROWEST <= width && width <= BROADEST;
    if (broad && count(before) >= SKIN_BESIDE && count(after) >= SKIN_BESIDE) found.push([k, last]);
    k = last + 1;
  }
  return found;
}
