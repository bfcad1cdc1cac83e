/**
 * The forearm's direction by a sleeve's own edges, where its cuff lies near the hand.
 *
 * The skin seen before a cuff and the cloth make no straight lines together, and sleeves are broader
 * than the arms they are looked for as. Twin of tryon/anchors/cuff.py.
 */
import { clamp, radians, unit2 } from '../linalg.js';
import { AT } from './armGuess.js';
import { smoothstep } from './evidence.js';
import { armEdges } from './forearm.js';

/** @typedef {import('./wrist.js').Forearm} Forearm */

const LEAST_SKIN = 0.1; // palms before the cuff: without, the outline was the cloth's already
const ROUNDS = 3; // of measuring along the direction found last
const CLEAR = /** @type {const} */ ([0.5, 0.9]); // confidences of the less clear edge, doubted and believed
const TURNED = /** @type {const} */ ([radians(20), radians(30)]); // more is another thing's edge

/**
 * The forearm, turned about the place of a watch to where its sleeve goes; the same where no cuff
 * lies near the hand, or where its sleeve's edges are not clear.
 * @param {import('../image.js').Picture} image @param {Forearm} forearm
 * @param {import('./sleeve.js').Sleeve | null} sleeve that was found on this forearm
 * @param {number[]} wristPx the hand's wrist landmark
 * @returns {Forearm}
 */
export function alongItsCuff(image, forearm, sleeve, wristPx) {
  if (!sleeve || sleeve.fromPalms <= LEAST_SKIN || sleeve.fromPalms > AT) return forearm;
  const { palmPx: palm, towardsHand: before } = forearm;
  /** @param {number[]} from @param {number} palms */
  const along = (from, palms) => from.map((value, k) => value + palms * palm * away[k]);
  let away = before.map((value) => -value);
  const at = along(forearm.startPx, AT);
  let middle = along(at, sleeve.fromPalms);
  let [width, clear] = [forearm.breadthPalms * palm, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const [left, right] = armEdges(image, along(middle, 0.65), along(middle, -AT), width);
    const aside = [away[1], -away[0]];
    const shift = 0.5 * (right.offsetPx - left.offsetPx);
    const turn = 0.5 * (Math.atan(right.slope) - Math.atan(left.slope));
    middle = middle.map((value, k) => value + shift * aside[k]);
    away = unit2([away[0] - turn * aside[0], away[1] - turn * aside[1]]);
    width = Math.max(left.offsetPx + right.offsetPx, 0.1 * width); // of two gaps of light
    clear = Math.min(left.confidence, right.confidence);
  }
  const turned = Math.acos(clamp(-(away[0] * before[0] + away[1] * before[1]), -1, 1));
  const share = sleeve.confidence * smoothstep(...CLEAR, clear) * (1 - smoothstep(...TURNED, turned));
  if (share === 0) return forearm;
  const towardsHand = unit2([0, 1].map((k) => (1 - share) * before[k] - share * away[k]));
  const right = [-towardsHand[1], towardsHand[0]];
  const apart = (at[0] - wristPx[0]) * right[0] + (at[1] - wristPx[1]) * right[1];
  return {
    ...forearm,
    startPx: wristPx.map((value, k) => value + apart * right[k]),
    towardsHand,
    asidePalms: apart / palm,
  };
}
