/**
 * Cloth of the skin's own colours, told by its threads or ribs: skin is smooth.
 * Twin of tryon/anchors/woven.py.
 */
import { features } from '../covers/tones.js';
import { remapped8 } from '../image.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('./wrist.js').Forearm} Forearm */

const [WOVEN, ROUGHER] = [0.03, 3]; // unevenness of cloth, natural logarithm of light; times skin's
const SMOOTH = 0.6; // of the cloth's unevenness, that skin just before it has at most
const COLOUR = 1; // spreads of colour between three rows at the cloth's edge
const ROUGH_SHARE = 0.15; // of the cloth's rows that need not be as uneven
const [BEFORE, BESIDE, AFTER] = [8, 4, 5]; // rows before the edge, just before it, and after it
const [FINE_ROWS, FINE] = [4, 0.0125]; // samples between two rows; palms between two across the arm
const THREAD = 3; // such samples between a thread and its neighbours

/** @param {ArrayLike<number>} values @param {number} share 0..1, linear between two values */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

/**
 * The first row of such cloth, and all after it are; the number of rows without any.
 * @param {number[][]} rows spreads of colour of each, from the hand up the arm
 * @param {number[]} uneven of each row @param {number} first row at which it may begin
 */
export function wovenFrom(rows, uneven, first) {
  const count = rows.length;
  let [best, most] = [count, 0];
  for (let at = first; at < count - AFTER; at++) {
    const skin = uneven.slice(Math.max(at - BEFORE, 0), at - 1);
    const cloth = uneven.slice(at + 1, count);
    const least = Math.max(WOVEN, ROUGHER * quantile(skin, 0.5));
    const rise = uneven[at + 1] - uneven[at - 2];
    if (rise <= most || quantile(cloth, ROUGH_SHARE) <= least) continue;
    if (Math.max(...skin.slice(-BESIDE)) >= SMOOTH * quantile(cloth, 0.5)) continue;
    const change = rows[at + 1].map((value, k) => value - rows[at - 2][k]);
    if (Math.hypot(...change) > COLOUR) [best, most] = [at, rise];
  }
  return best;
}

/**
 * How far the light usually differs from that beside it, natural logarithm.
 * @param {Picture} image @param {Forearm} forearm
 * @param {number} palmPx palm length in the image as if parallel to it
 * @param {number[]} along palms from the wrist joint up the arm, evenly
 * @param {number} inner half of what is looked at across the arm, breadths
 * @returns {number[]} of each row
 */
export function rowUnevenness(image, { startPx, towardsHand, breadthPalms }, palmPx, along, inner) {
  const rows = FINE_ROWS * (along.length - 1) + 1;
  const reach = Math.max(Math.trunc((inner * breadthPalms) / FINE), THREAD + 1);
  const columns = 2 * reach + 1;
  const [awayX, awayY] = [-towardsHand[0], -towardsHand[1]];
  const points = new Float64Array(2 * rows * columns);
  for (let row = 0, to = 0; row < rows; row++) {
    const up = palmPx * (along[0] + ((along[along.length - 1] - along[0]) * row) / (rows - 1));
    for (let k = -reach; k <= reach; k++) {
      const aside = FINE * palmPx * k;
      points[to++] = startPx[0] + up * awayX + aside * awayY;
      points[to++] = startPx[1] + up * awayY - aside * awayX;
    }
  }
  const { data } = features(remapped8(image, points));
  /** @param {number} row @param {number} k */
  const light = (row, k) => {
    return data[3 * (Math.min(Math.max(row, 0), rows - 1) * columns + Math.min(Math.max(k, 0), columns - 1))];
  };
  const each = Array.from({ length: rows }, (_, row) => {
    const apart = Float64Array.from({ length: columns }, (__, k) => {
      const beside = light(row + THREAD, k) + light(row - THREAD, k) + light(row, k + THREAD) + light(row, k - THREAD);
      return Math.abs(light(row, k) - 0.25 * beside);
    });
    return apart.sort()[reach];
  });
  return along.map((_, k) => {
    const near = each.slice(Math.max(FINE_ROWS * k - FINE_ROWS / 2, 0), FINE_ROWS * k + FINE_ROWS / 2 + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}
