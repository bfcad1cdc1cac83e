/**
 * How large a hand is drawn where nothing of known size lies beside it: a mean hand.
 * Twin of tryon/scale.py.
 */
import { PALM_LENGTH, depthOf } from './anchors/handFrame.js';
import { PALM } from './anchors/skeleton.js';

/** @typedef {import('./anchors/handFrame.js').HandPose} HandPose */
/** @typedef {import('./types.js').Scale} Scale */

const PEOPLE_SPREAD = 0.063; // ANSUR II, hand length
const SEEN_SPREAD = 0.05; // of a palm's length in the picture, by its tilt
const NORMAL = 1.96; // standard deviations on either side hold 95 of 100

/**
 * Millimetres per pixel at a place on a hand, by the length of its palm.
 * @param {HandPose} pose
 * @param {number} depth metres, of the place in the frame of `pose`
 * @returns {Scale}
 */
export function handScale(pose, depth) {
  const value = (((1e3 * PALM_LENGTH) / pose.palmPx) * depth) / depthOf(pose, PALM);
  const reach = Math.exp(NORMAL * Math.hypot(PEOPLE_SPREAD, SEEN_SPREAD));
  return { source: 'mean hand', mmPerPx: { value, low: value / reach, high: value * reach } };
}
