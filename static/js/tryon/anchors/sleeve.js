/**
 * A sleeve over the wrist: where it begins along the arm.
 *
 * From some place on, everything up the arm is cloth: not the hand's skin, and alike. A worn watch
 * is followed by skin again, or by cloth of another colour, and is no sleeve.
 * Twin of tryon/anchors/sleeve.py, whose veil is sleeveVeil.js.
 */
import { personAt } from '../covers/masks.js';
import { apart, features, skinTone } from '../covers/tones.js';
import { remapped8 } from '../image.js';
import { spotsIn } from './armWorn.js';
import { smoothstep } from './evidence.js';
import { rowUnevenness, wovenFrom } from './woven.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../covers/tones.js').SkinTone} SkinTone */
/** @typedef {import('../types.js').PersonMask} PersonMask */
/** @typedef {import('./wrist.js').Forearm} Forearm */

/**
 * @typedef {object} Sleeve
 * @property {number} fromPalms where cloth begins, up the arm
 * @property {number} confidence 0..1
 * @property {boolean} likeSkin its colours alone do not tell it from the wearer's skin
 */

const [FIRST, LAST, ROWS] = [-0.45, 1.65, 43]; // palms from the wrist joint, up the arm
const [ACROSS, INNER] = [9, 0.3]; // samples within the arm's middle; half of their span, breadths
const [STRANGE, LIKE_CLOTH] = [2.2, 2.6]; // spreads beyond skin; within cloth's own
const COVERED_SHARE = 0.6; // of a row
const [LEAST_TRUST, LEAST_PERSON] = [0.3, 0.3];
const FIRST_STEP = 9; // rows of skin, at least, before cloth that is coloured like skin
const EVEN = 0.4; // of the step: how unlike each other the rows on either side may be
const STEP = 2.6; // spreads of colour at the edge of such cloth
const [FAINT_STEP, FAR] = [1, 1.3]; // at a fainter one; of such cloth from skin, spreads
const [SKIN, NEARER] = [1.2, 0.5]; // of skin before it from the hand's, and by how much less
const ABRUPT = 0.8; // of the change between five rows on either side that three rows must show
const EDGE = 1.8; // spreads of colour between three rows at the edge of any sleeve
const AT_ONCE = 0.75; // of the change of colour there
const STEP_SPREAD = [0.22, 0.045, 0.045]; // of log(L* + 16), a* and b* over L* + 16 along an arm
const UNLIKE_SHARE = 0.35; // of a row like the cloth, below which it is something else
const BROADEST_WATCH = 0.5; // palms
const LEAST_CLOTH = 0.4; // palms of it that must be seen
const CLOTH_FROM = 0.45; // palms up the cloth from its edge, where its colours are learned
const ALONG = Array.from({ length: ROWS }, (_, k) => FIRST + ((LAST - FIRST) * k) / (ROWS - 1));

/**
 * The sleeve over a forearm, if there is one.
 * @param {Picture} image @param {Forearm} forearm
 * @param {number} palmPx palm length in the image as if parallel to it
 * @param {SkinTone} tone of the hand
 * @param {PersonMask | null} [person] where people are: beyond them no cloth is looked for
 * @param {readonly SkinTone[]} [faces] an arm lit otherwise than its hand is often like them
 * @returns {Sleeve | null}
 */
export function findSleeve(image, forearm, palmPx, tone, person, faces = []) {
  if (tone.trust < LEAST_TRUST) return null;
  const points = spotsIn(forearm, palmPx, ALONG, ACROSS, INNER);
  const last = rowsInside(points, image, person);
  const seen = features(remapped8(image, points.subarray(0, 2 * ACROSS * last)));
  const fromHand = apart(seen, tone);
  const nearest = fromHand.slice();
  for (const face of faces) {
    if (face.trust < LEAST_TRUST) continue;
    apart(seen, face).forEach((value, k) => (nearest[k] = Math.min(nearest[k], value)));
  }
  let first = 0;
  for (let row = 0; row < last; row++) {
    if (shareOf(nearest, row, (value) => value > STRANGE ** 2) < COVERED_SHARE) first = row + 1;
  }
  const rows = Array.from({ length: last }, (_, row) =>
    STEP_SPREAD.map((spread, c) => rowMedian((k) => seen.data[3 * (row * ACROSS + k) + c]) / spread),
  );
  const far = rows.map((_, row) => rowMedian((k) => Math.sqrt(fromHand[row * ACROSS + k])));
  const like = rows.map((_, row) => rowMedian((k) => Math.sqrt(nearest[row * ACROSS + k])));
  if (!sharp(rows, first)) first = last; // shade, or another light
  const uneven = rowUnevenness(image, forearm, palmPx, ALONG, INNER).slice(0, last);
  const steps = [stepOf(rows, like), faintStepOf(rows, far), wovenFrom(rows, uneven, FIRST_STEP)];
  const likeSkin = Math.min(...steps) < first;
  first = Math.min(first, ...steps);
  if (last - first < 2 || ALONG[last - 1] - ALONG[first] < LEAST_CLOTH) return null;
  first += wornBefore(image, points, seen, last, first);
  const shown = ALONG[last - 1] - ALONG[Math.min(first, last - 1)];
  if (shown < LEAST_CLOTH) return null;
  const confidence = smoothstep(LEAST_CLOTH, 2 * LEAST_CLOTH, shown);
  return { fromPalms: ALONG[first] - 0.5 * (ALONG[1] - ALONG[0]), confidence, likeSkin };
}

/**
 * How many rows up the arm the picture, and the person in it, hold.
 * @param {Float64Array} points (ROWS, ACROSS, 2) @param {Picture} image
 * @param {PersonMask | null} [person]
 */
function rowsInside(points, { width, height }, person) {
  for (let row = 0; row < ROWS; row++) {
    if (ALONG[row] <= 0) continue;
    for (let k = 2 * row * ACROSS; k < 2 * (row + 1) * ACROSS; k += 2) {
      const [x, y] = [points[k], points[k + 1]];
      if (x < 0 || y < 0 || x > width - 1 || y > height - 1) return row;
    }
    const middle = 2 * (row * ACROSS + (ACROSS >> 1));
    const [x, y] = [points[middle], points[middle + 1]];
    if (person && !(personAt(person, x, y, width, height) > LEAST_PERSON)) return row;
  }
  return ROWS;
}

/** @param {(k: number) => number} of each of the samples of a row, whose number is odd */
const rowMedian = (of) => Array.from({ length: ACROSS }, (_, k) => of(k)).sort((a, b) => a - b)[ACROSS >> 1];

/** @param {Float32Array} values @param {number} row @param {(value: number) => boolean} fits */
function shareOf(values, row, fits) {
  let count = 0;
  for (let k = row * ACROSS; k < (row + 1) * ACROSS; k++) if (fits(values[k])) count++;
  return count / ACROSS;
}

/** @param {number[]} a @param {number[]} b */
const between = (a, b) => Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2);

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}

/** @param {number[][]} rows */
const medianRow = (rows) => [0, 1, 2].map((c) => median(rows.map((row) => row[c])));

/** @param {number[][]} rows */
const meanRow = (rows) => [0, 1, 2].map((c) => rows.reduce((sum, row) => sum + row[c], 0) / rows.length);

/**
 * Whether the colour changes at once where cloth begins, and not little by little.
 * @param {number[][]} rows spreads, from the hand up the arm @param {number} first
 */
function sharp(rows, first) {
  const near = rows.slice(Math.max(first - 3, 0), first + 4);
  const before = rows.slice(Math.max(first - 8, 0), Math.max(first - 1, 1));
  const after = rows.slice(first + 2, first + 12);
  if (near.length < 4 || after.length === 0) return false;
  const jump = Math.max(...near.slice(3).map((row, k) => between(row, near[k])));
  return jump > Math.max(EDGE, AT_ONCE * between(medianRow(after), medianRow(before)));
}

/**
 * The least of each value and all that follow it.
 * @param {number[]} far
 */
function leastFrom(far) {
  const out = [...far];
  for (let k = out.length - 2; k >= 0; k--) out[k] = Math.min(out[k], out[k + 1]);
  return out;
}

/**
 * The first row of cloth coloured so like skin that only the step at its edge tells it; the number
 * of rows without such a step.
 * @param {number[][]} rows spreads of each row @param {number[]} far spreads of each from skin
 */
function stepOf(rows, far) {
  const count = rows.length;
  if (count < FIRST_STEP + 5) return count;
  const least = leastFrom(far);
  let [best, edge] = [-1, 0];
  for (let at = FIRST_STEP; at < count - 4; at++) {
    let rise = between(meanRow(rows.slice(at)), meanRow(rows.slice(0, at)));
    if (between(rows[at + 1], rows[at - 2]) < 0.6 * rise || least[at + 1] < FAR) rise = 0;
    if (rise > best) [best, edge] = [rise, at];
  }
  if (best < STEP) return count;
  const uneven = [rows.slice(0, edge), rows.slice(edge)].map((side) => {
    const mean = meanRow(side);
    return percentile(side.map((row) => between(row, mean)), 0.85);
  });
  return Math.max(uneven[0], uneven[1]) < EVEN * best ? edge : count;
}

/** @param {number[]} values @param {number} share */
function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
}

/**
 * As `stepOf`, of cloth almost like skin: all of it is a little farther from the hand's.
 * @param {number[][]} rows @param {number[]} far spreads of each from the hand's skin
 */
function faintStepOf(rows, far) {
  const count = rows.length;
  if (count < FIRST_STEP + 6) return count;
  const least = leastFrom(far);
  let [best, edge] = [0, -1];
  for (let at = FIRST_STEP; at < count - 5; at++) {
    const rise = between(meanRow(rows.slice(at, at + 5)), meanRow(rows.slice(at - 5, at)));
    const abrupt = between(rows[at + 1], rows[at - 2]);
    const skin = Math.max(...far.slice(0, at - 1));
    const cloth = least[at + 1];
    const stepped = abrupt > FAINT_STEP && abrupt > ABRUPT * rise;
    const fits = stepped && skin < SKIN && cloth > FAR && cloth < STRANGE && cloth - skin > NEARER;
    if (fits && abrupt > best) [best, edge] = [abrupt, at];
  }
  if (edge < 0) return count;
  return median(far.slice(edge)) < STRANGE ? edge : count; // or all of it is in another light
}

/**
 * How many rows before the cloth belong to a watch that is worn there.
 * @param {Picture} image @param {Float64Array} points @param {import('../image.js').Field} seen
 * @param {number} last @param {number} first
 */
function wornBefore(image, points, seen, last, first) {
  let core = 0;
  while (core < last && ALONG[core] <= ALONG[first] + CLOTH_FROM) core++;
  if (last - core < 4) return 0;
  const spots = [];
  for (let k = 2 * core * ACROSS; k < 2 * last * ACROSS; k += 2) spots.push([points[k], points[k + 1]]);
  const cloth = skinTone(image, spots);
  if (cloth.trust < LEAST_TRUST) return 0;
  const far = apart(seen, cloth);
  let rows = 0;
  for (let row = first; row < core; row++) {
    if (shareOf(far, row, (value) => value < LIKE_CLOTH ** 2) < UNLIKE_SHARE) rows = row - first + 1;
  }
  const within = ALONG[first] > FIRST + 0.1 && ALONG[first + rows] - ALONG[first] < BROADEST_WATCH;
  return within ? rows : 0;
}
