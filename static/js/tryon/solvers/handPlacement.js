/**
 * What is told of a jewel on a hand: a ring on a finger, a watch at the wrist.
 * Twin of tryon/solvers/hand_placement.py.
 */
import { handScale } from '../scale.js';

/** @typedef {import('../anchors/finger.js').FingerAnchor} FingerAnchor */
/** @typedef {import('../anchors/wrist.js').WristAnchor} WristAnchor */

/**
 * Where it sits.
 * @param {string} product @param {FingerAnchor | WristAnchor} anchor
 * @param {import('../anchors/handFrame.js').HandPose} pose
 * @param {number} away metres from the camera in the hand's own frame, where its scale is wanted
 * @returns {import('../types.js').Placement}
 */
export function handPlacement(product, anchor, pose, away) {
  const finger = 'finger' in anchor ? anchor.finger : null;
  const { hand, side, confidence, cameraFromAnchor, centerPx, axisPx, widthPx } = anchor;
  const scale = handScale(pose, away);
  /** @type {import('../types.js').Anchor} */ const at = finger === null ? 'wrist' : 'finger';
  const sits = { product, anchor: at, finger, hand, ear: null, side, confidence, scale };
  return { ...sits, cameraFromAnchor, centerPx, axisPx, widthPx };
}
