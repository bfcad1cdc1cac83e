/** What lies over a wrist and what it wears: a sleeve, another hand; twin of tryon/solvers/wrist_veils.py. */
import { depthOf, lift } from '../anchors/handFrame.js';
import { WRIST } from '../anchors/skeleton.js';
import { sleeveVeil } from '../anchors/sleeveVeil.js';
import { clipped } from '../covers/cover.js';
import { handsOver } from '../covers/handsBefore.js';
import { median } from '../grids.js';
import { palmLengthPx } from '../tracks.js';

/** @typedef {import('../types.js').Frame} Frame */
/** @typedef {import('../types.js').HandLandmarks} HandLandmarks */
/** @typedef {import('../anchors/handFrame.js').HandPose} HandPose */

const VEIL_REACH = 1.3; // widths of the wrist about it that a veil spans
const FARTHEST = 1.2; // of the wearer's own distance, up to which another hand is taken to lie over it
const NEAR = 1.8; // palms from the wrist to any landmark of a hand that may lie over what it wears
const SAME = 0.35; // palms between the landmarks of one hand and those of the same one steadied

/**
 * Other hands that may lie over this wrist: the nearer ones, and those as near.
 * @param {Frame} frame @param {HandLandmarks} wearer @param {HandPose} pose
 */
export function handsBefore({ seen: { hands }, intrinsics }, wearer, pose) {
  if (hands.length < 2) return [];
  const depth = FARTHEST * depthOf(pose, [WRIST]);
  const palm = palmLengthPx(wearer.pointsPx);
  const wrist = wearer.pointsPx.subarray(2 * WRIST, 2 * WRIST + 2);
  return hands.filter((hand) => {
    const away = gaps(hand.pointsPx, (_, axis) => wrist[axis]);
    if (!(Math.min(...away) < NEAR * palm)) return false;
    const own = gaps(hand.pointsPx, (joint, axis) => wearer.pointsPx[2 * joint + axis]);
    if (median(own) < SAME * palm) return false; // the wearer's own, before it was steadied
    return depthOf(lift(hand, intrinsics), [WRIST]) < depth;
  });
}

/** @param {Float64Array} points (21, 2) @param {(joint: number, axis: number) => number} to */
const gaps = (points, to) =>
  Array.from({ length: points.length / 2 }, (_, joint) =>
    Math.hypot(points[2 * joint] - to(joint, 0), points[2 * joint + 1] - to(joint, 1)),
  );

/**
 * What a sleeve hides, and another hand laid over the wrist.
 * @param {Frame} frame @param {import('../covers/tones.js').SkinTone} tone
 * @param {import('../anchors/wrist.js').Forearm} forearm
 * @param {import('../anchors/wrist.js').WristAnchor} wrist
 * @param {import('../anchors/sleeve.js').Sleeve | null} sleeve
 * @param {readonly HandLandmarks[]} before
 * @returns {import('../types.js').Veil | null}
 */
export function wristVeil({ image, seen: { person } }, tone, forearm, wrist, sleeve, before) {
  const reach = VEIL_REACH * wrist.widthPx;
  const [x, y] = wrist.centerPx.map((value) => Math.floor(value - reach));
  const side = Math.ceil(2 * reach);
  const region = clipped({ x, y, width: side, height: side }, image);
  if (region.width === 0 || region.height === 0) return null;
  const hands = before.length ? handsOver(region, before, null) : null;
  if (!sleeve) return hands && { hides: hands, region };
  const veil = sleeveVeil(image, region, forearm, forearm.palmPx, sleeve, tone, person);
  if (hands) veil.hides.forEach((value, k) => (veil.hides[k] = Math.max(value, hands[k])));
  return veil;
}
