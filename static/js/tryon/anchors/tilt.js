/**
 * How far the phalanges that wear rings lean along the line of sight.
 *
 * A phalanx that leans much is seen short: its length decides. One that lies nearly square to the
 * line of sight looks as long whichever way it leans; there the detector's depths, what lies
 * before and beyond it, the other fingers and the side that is seen are weighed. Twin of
 * tryon/anchors/tilt.py.
 */
import { clamp, radians } from '../linalg.js';
import { FINGERS } from '../types.js';
import { CHAINS, PROXIMAL, WRIST } from './skeleton.js';

// Of 1, of how much the hand's back faces the camera, and of the tilts of the lifted phalanx, of
// the one beyond it, of what is before it, and of the four long fingers' phalanges together.
const LONG_FINGERS = [0.04, 0, 0.17, 0.07, 0.35, 0.48];
const THUMB = [-0.03, 0.18, 0.34, 0.09, 0.27, 0.16];
const [FLAT, STEEP] = [radians(45), radians(70)]; // between: from the weights to the length
const SPANS = FINGERS.map((finger) => {
  const [start, end] = PROXIMAL[finger];
  const beyond = CHAINS[finger][CHAINS[finger].indexOf(end) + 1];
  const before = finger === 'thumb' ? CHAINS[finger][0] : WRIST;
  return { own: [start, end], beyond: [end, beyond], before: [before, start] };
});

/**
 * Radians along `view` of each finger, thumb first.
 * @param {Float64Array} joints (21, 3) lifted, camera frame
 * @param {ArrayLike<number>} view (3,) unit, from the camera to the palm
 * @param {number} facing cosine of the angle between the back's direction and that to the camera
 * @returns {number[]} (5,)
 */
export function tilts(joints, view, facing) {
  const leans = SPANS.map(({ own }) => leanOf(joints, own, view));
  const together = (leans[1] + leans[2] + leans[3] + leans[4]) / 4;
  return SPANS.map(({ beyond, before }, k) => {
    const weights = k === 0 ? THUMB : LONG_FINGERS;
    const lean = leans[k];
    const weighed =
      weights[0] +
      weights[1] * facing +
      weights[2] * lean +
      weights[3] * leanOf(joints, beyond, view) +
      weights[4] * leanOf(joints, before, view) +
      weights[5] * together;
    const steep = clamp((Math.abs(lean) - FLAT) / (STEEP - FLAT), 0, 1);
    return weighed + steep * steep * (3 - 2 * steep) * (lean - weighed);
  });
}

/** @param {Float64Array} joints @param {number[]} span @param {ArrayLike<number>} view */
function leanOf(joints, [from, to], view) {
  const x = joints[3 * to] - joints[3 * from];
  const y = joints[3 * to + 1] - joints[3 * from + 1];
  const z = joints[3 * to + 2] - joints[3 * from + 2];
  const length = Math.max(Math.sqrt(x * x + y * y + z * z), 1e-12);
  return Math.asin(clamp((x * view[0] + y * view[1] + z * view[2]) / length, -1, 1));
}
