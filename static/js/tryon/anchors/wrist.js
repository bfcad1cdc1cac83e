/**
 * Where a watch or a bracelet sits: the wrist's frame, its section, how sure that is.
 *
 * The wrist is an ellipse, and how broad it looks depends on how it is turned; the piece was made
 * for an ellipse of its own, which is taken to fill the one seen. That gives the distance.
 * Twin of tryon/anchors/wrist.py.
 */
import { focalOf, project, unproject } from '../frames.js';
import { along, column3, columns3, cross, dot, perpendicular, scaled, sub, unit } from '../linalg.js';
import { AT } from './armGuess.js';
import { agreement, detected, largeEnough, smoothstep } from './evidence.js';
import { PALM } from './skeleton.js';

/** @typedef {import('../linalg.js').Vec3} Vec3 */
/** @typedef {import('../linalg.js').Mat3} Mat3 */
/** @typedef {import('../frames.js').Intrinsics} Intrinsics */
/** @typedef {import('./handFrame.js').HandPose} HandPose */

/**
 * The ellipse of a wrist, metres: across its back, and from the back to the palm side.
 * @typedef {{ halfBreadth: number, halfDepth: number }} Section
 */

/**
 * The forearm at the wrist, as the image shows it.
 * @typedef {object} Forearm
 * @property {number[]} startPx (2,) its middle beside the hand's wrist landmark
 * @property {number[]} towardsHand (2,) unit, along its middle
 * @property {number} breadthPalms of what is seen at `AT`: skin, or a sleeve
 * @property {number} asidePalms of its middle there to the right of the wrist landmark
 * @property {number} taper growth of that width per length, away from the hand
 * @property {number} rise -1..1: sine of its tilt away from the camera, going towards the hand
 * @property {number} outlined 0..1, that both edges are seen
 * @property {number} found 0..1, that what was found about the wrist looks like an arm
 * @property {number} confidence 0..1, that the direction is right
 * @property {number} palmPx palm length as if parallel to the image
 */

/**
 * A wrist seen by the camera.
 * @typedef {object} WristAnchor
 * @property {import('../types.js').Hand} hand
 * @property {import('../types.js').Side} side
 * @property {import('../frames.js').RigidTransform} cameraFromAnchor +Y towards the hand, +Z dorsal
 * @property {Section} section that the arm seen is taken to have
 * @property {number} taper growth of its breadth per length, away from the hand
 * @property {number} fromJoint metres from the wrist joint, up the arm
 * @property {number} metresPerPalm as the palm and the wrist itself tell together
 * @property {number[]} centerPx (2,)
 * @property {number[]} axisPx (2,) unit length, towards the hand
 * @property {number} widthPx
 * @property {number} confidence 0..1
 */

const [ASIDE, END_ON] = [0.8, 0.93]; // tilt between which a wrist is no longer to be placed
const [BLIND_ASIDE, BLIND_END_ON] = [0.48, 0.68]; // the same where its edges are not seen
// breadth seen against the palm's from which the edges are not the wrist's own
const [BROADEST_BARE, BROADEST_COVERED] = [1.5, 1];
const [BREADTH_SHARE, BREADTH_SPREAD] = [0.69, 0.12]; // of a wrist, palms; spread of its logarithm
const OUTLINE_SPREAD = 0.04; // of the logarithm of a clear outline's breadth
const MEASURED_SHARE = 0.4; // of two looks' disagreement that a clear outline settles

/**
 * Half a section's width, metres, where a share `across` -1..1 of the breadth's way is seen.
 * @param {Section} section @param {number} across
 */
function seenFrom({ halfBreadth, halfDepth }, across) {
  const flat = across * across;
  return Math.sqrt(flat * halfBreadth ** 2 + (1 - flat) * halfDepth ** 2);
}

/**
 * The anchor further along the arm.
 * @param {WristAnchor} wrist @param {number} towardsHand metres @param {Intrinsics} intrinsics
 * @returns {WristAnchor}
 */
export function movedAlong(wrist, towardsHand, intrinsics) {
  const { rotation, translation } = wrist.cameraFromAnchor;
  const origin = along(translation, towardsHand, column3(rotation, 1));
  const grown = 1 - (wrist.taper * towardsHand) / (2 * wrist.section.halfBreadth);
  return {
    ...wrist,
    cameraFromAnchor: { rotation, translation: origin },
    section: { halfBreadth: wrist.section.halfBreadth * grown, halfDepth: wrist.section.halfDepth * grown },
    fromJoint: wrist.fromJoint - towardsHand,
    centerPx: project(intrinsics, origin),
    widthPx: ((wrist.widthPx * translation[2]) / origin[2]) * grown,
  };
}

/**
 * Put a wrist of this section into the arm seen.
 * @param {HandPose} pose @param {Forearm} forearm @param {Section} section
 * @param {Intrinsics} intrinsics
 * @param {number} awayPalms of the anchor's origin from the wrist joint, along the arm
 * @param {number} covered 0..1, that a sleeve's edges were found there, not skin's
 * @returns {WristAnchor}
 */
export function placeWrist(pose, forearm, section, intrinsics, awayPalms = AT, covered = 0) {
  const flat = Math.sqrt(1 - forearm.rise ** 2);
  const palm = forearm.palmPx;
  const away = awayPalms * palm * flat;
  const centerPx = forearm.startPx.map((value, k) => value - away * forearm.towardsHand[k]);
  const rotation = wristRotation(pose, forearm, centerPx, intrinsics);
  const breadthSeen = forearm.breadthPalms + forearm.taper * (awayPalms * flat - AT);
  const view = unit(unproject(intrinsics, centerPx));
  const across = unit(cross(column3(rotation, 1), view));
  const seen = seenFrom(section, dot(across, column3(rotation, 0)));
  const usual = (BREADTH_SHARE * seen) / section.halfBreadth;
  const widthPx = palm * skinBreadth(breadthSeen, usual, forearm.outlined, covered);
  const focal = focalOf(intrinsics);
  const depth = (focal * 2 * seen) / widthPx;
  const byPalm = (palm * depth) / focal;
  const byWrist = (2 * section.halfBreadth) / BREADTH_SHARE;
  return {
    hand: pose.landmarks.hand,
    side: dot(column3(rotation, 2), view) < 0 ? 'dorsal' : 'palmar',
    cameraFromAnchor: { rotation, translation: unproject(intrinsics, centerPx, depth) },
    section,
    taper: forearm.taper,
    fromJoint: awayPalms * byPalm,
    metresPerPalm: Math.sqrt(byPalm * byWrist), // a palm seen end-on is measured badly
    centerPx,
    axisPx: forearm.towardsHand,
    widthPx,
    confidence: confidenceOf(pose, forearm, rotation, view, widthPx),
  };
}

/**
 * Camera from anchor: +Y along the arm to the hand, +Z dorsal.
 * @param {HandPose} pose @param {Forearm} forearm @param {number[]} centerPx
 * @param {Intrinsics} intrinsics @returns {Mat3}
 */
function wristRotation(pose, forearm, centerPx, intrinsics) {
  const here = unproject(intrinsics, centerPx);
  const ray = unit(here);
  const aheadPx = centerPx.map((value, k) => value + forearm.towardsHand[k]);
  const flat = unit(perpendicular(sub(unproject(intrinsics, aheadPx), here), ray));
  const axis = along(scaled(flat, Math.sqrt(1 - forearm.rise ** 2)), forearm.rise, ray);
  const sign = pose.landmarks.hand === 'right' ? 1 : -1;
  let radial = perpendicular(pose.hinge, axis);
  if (dot(radial, radial) < 0.04) radial = scaled(cross(pose.dorsal, axis), sign); // bent beyond belief
  if (dot(radial, radial) < 1e-6) radial = scaled(cross(ray, axis), -sign); // no hand at all
  const dorsal = scaled(cross(axis, unit(radial)), sign);
  return columns3(cross(axis, dorsal), axis, dorsal);
}

/**
 * The wrist's breadth, palms: as outlined, unless a sleeve or nothing was.
 * @param {number} seen breadth of the outline @param {number} usual what the palm lets expect
 * @param {number} outlined 0..1, that both edges are clear @param {number} covered 0..1
 */
function skinBreadth(seen, usual, outlined, covered) {
  const widest = BROADEST_BARE + covered * (BROADEST_COVERED - BROADEST_BARE);
  const sleeve = smoothstep(widest, widest + 0.25, seen / usual);
  const spread = OUTLINE_SPREAD + 0.25 * (1 - outlined * (1 - sleeve)) ** 2;
  const [byOutline, byPalm] = [spread ** -2, BREADTH_SPREAD ** -2];
  return Math.exp((byOutline * Math.log(seen) + byPalm * Math.log(usual)) / (byOutline + byPalm));
}

/**
 * @param {HandPose} pose @param {Forearm} forearm @param {Mat3} rotation @param {Vec3} view
 * @param {number} widthPx
 */
function confidenceOf(pose, forearm, rotation, view, widthPx) {
  const { score, spreadPx } = pose.landmarks;
  const tilt = Math.abs(dot(column3(rotation, 1), view));
  const aside = BLIND_ASIDE + forearm.outlined * (ASIDE - BLIND_ASIDE);
  const endOn = BLIND_END_ON + forearm.outlined * (END_ON - BLIND_END_ON);
  let confidence =
    forearm.confidence *
    (1 - smoothstep(aside, endOn, tilt)) *
    detected(score) *
    largeEnough(widthPx / 3);
  if (spreadPx) {
    const spread = Math.max(...PALM.map((joint) => spreadPx[joint]));
    const unmeasured = 1 - MEASURED_SHARE * forearm.outlined;
    confidence *= agreement((unmeasured * spread) / widthPx);
  }
  return confidence;
}
