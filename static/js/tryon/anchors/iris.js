/**
 * How large a head is: by its irises, which are alike in everybody, and by what heads are.
 * Twin of tryon/anchors/iris.py, where the figures' sources stand.
 */
import { clamp, radians } from '../linalg.js';

/** @typedef {import('../types.js').FaceLandmarks} FaceLandmarks */

/**
 * A head's size over the mean head's.
 * @typedef {object} HeadSize
 * @property {number} value
 * @property {number} spread one standard deviation of its logarithm
 * @property {'iris' | 'mean head'} source
 */

const [IRIS_MM, IRIS_SPREAD] = [11.7, 0.5 / 11.7];
/** ANSUR II: face breadth 4.3 % within a sex, the sexes 6.5 % apart. */
export const HEAD_SPREAD = 0.055;
const EDGE_PX = 0.5; // to which the net sets one end of an iris
const PLACING = 0.03; // share of the diameter by which it errs however large the picture
// centre, then the ends: right and left across, top and bottom
const IRISES = [[468, 469, 471, 470, 472], [473, 474, 476, 475, 477]];
export const CORNERS = [[33, 133], [362, 263]];
const LIDS = [[159, 145], [386, 374]];
const OPEN = 0.42; // irises between the lids; of an eye more closed the net only guesses the iris
const ROUND = [0.82, 1.22]; // across over upright, between which an iris faces the camera
const ASIDE = 0.16; // of an eye's breadth by which a pupil stands off when it looks aside
const TURNED = Math.cos(radians(28)); // of the head's front with the line of sight

/** @type {HeadSize} */
export const MEAN_HEAD = { value: 1, spread: HEAD_SPREAD, source: 'mean head' };

/**
 * The scale at a place where one pixel would be so many millimetres on a mean head.
 * @param {HeadSize} size @param {number} mmPerPxOfMean @returns {import('../types.js').Scale}
 */
export function scaleOf(size, mmPerPxOfMean) {
  const value = mmPerPxOfMean * size.value;
  const reach = Math.exp(1.96 * size.spread);
  return { source: size.source, mmPerPx: { value, low: value / reach, high: value * reach } };
}

/**
 * The head's size by open eyes' irises that face the camera, drawn to the mean by their doubt.
 * @param {FaceLandmarks} face
 * @param {number[]} eyeMmPerPx millimetres that one pixel is at the wearer's right and left eye if
 *     the head is as large as the mean
 * @param {number} facing cosine of the angle between the face's front and the line of sight
 * @returns {HeadSize}
 */
export function headSize({ pointsPx: p }, eyeMmPerPx, facing) {
  if (facing < TURNED || p.length < 2 * 478) return MEAN_HEAD;
  /** @param {number} a @param {number} b */
  const apart = (a, b) => Math.hypot(p[2 * a] - p[2 * b], p[2 * a + 1] - p[2 * b + 1]);
  let [measured, doubts, count] = [0, 0, 0];
  IRISES.forEach(([middle, right, left, top, bottom], eye) => {
    const [across, upright] = [apart(right, left), apart(top, bottom)];
    const [outer, inner] = CORNERS[eye];
    const x = p[2 * middle] - 0.5 * (p[2 * outer] + p[2 * inner]);
    const aside = Math.hypot(x, p[2 * middle + 1] - 0.5 * (p[2 * outer + 1] + p[2 * inner + 1]));
    const round = across / Math.max(upright, 1e-6);
    if (apart(LIDS[eye][0], LIDS[eye][1]) < OPEN * across) return;
    if (across < 4 || round <= ROUND[0] || round >= ROUND[1]) return;
    if (aside > ASIDE * apart(outer, inner)) return;
    measured += Math.log(IRIS_MM / (across * eyeMmPerPx[eye]));
    doubts += Math.hypot((Math.SQRT2 * EDGE_PX) / across, PLACING);
    count++;
  });
  if (count === 0) return MEAN_HEAD;
  // the eyes of one person are alike: their measuring errors are averaged, not their spread
  const doubt = IRIS_SPREAD ** 2 + (doubts / count) ** 2 / count;
  const trust = HEAD_SPREAD ** 2 / (HEAD_SPREAD ** 2 + doubt);
  const value = Math.exp(trust * clamp(measured / count, -0.5, 0.3));
  return { value, spread: HEAD_SPREAD * Math.sqrt(1 - trust), source: 'iris' };
}
