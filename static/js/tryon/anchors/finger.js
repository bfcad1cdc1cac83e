/**
 * Where a ring sits on a finger: its frame, its width in the image, how sure that is.
 * Twin of tryon/anchors/finger.py, where the figures' sources stand.
 */
import { focalOf, unproject } from '../frames.js';
import {
  add, along, apply3, clamp, column3, columns3, cross, dot, fromAxisAngle, multiply3, norm,
  perpendicular, radians, scaled, sub, turnBetween, unit, unit2,
} from '../linalg.js';
import { findContour } from './contour.js';
import {
  agreement, detected, largeEnough, plausibleWidth, presence, seenSideways, smoothstep, thumbPresence,
} from './evidence.js';
import { at as jointAt, BONE_SHARE, depthOf, phalanx } from './handFrame.js';
import { CHAINS, KNUCKLES, PALM, PROXIMAL, WRIST } from './skeleton.js';
import { flesh, handColours } from './skin.js';

/** @typedef {import('../linalg.js').Vec3} Vec3 */
/** @typedef {import('../linalg.js').Mat3} Mat3 */
/** @typedef {import('../frames.js').Intrinsics} Intrinsics */
/** @typedef {import('../frames.js').RigidTransform} RigidTransform */
/** @typedef {import('../types.js').Finger} Finger */
/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('./handFrame.js').HandPose} HandPose */
/** @typedef {import('./contour.js').Contour} Contour */

/**
 * What the image says about a finger at the ring, against the landmarks' bone.
 * @typedef {object} Outline
 * @property {number} at share of the way along the bone
 * @property {number} widthPx
 * @property {number} shiftPx of the finger's middle to the right of the bone (an upward bone's right)
 * @property {number} turn radians, of the finger's axis to the right of the bone
 * @property {number} confidence 0: only anatomy speaks; 1: both edges are clear
 * @property {number} presence 0..1, that there is a finger at all
 */

/**
 * A ring's place on one finger.
 * @typedef {object} FingerAnchor
 * @property {Finger} finger
 * @property {import('../types.js').Hand} hand
 * @property {import('../types.js').Side} side
 * @property {RigidTransform} cameraFromAnchor
 * @property {number[]} centerPx (2,)
 * @property {number[]} axisPx (2,) unit length
 * @property {number} widthPx
 * @property {number} width metres, of the finger under the ring
 * @property {number} confidence 0..1
 */

const [AT_DORSAL, AT_PALMAR, AT_THUMB] = [0.64, 0.42, 0.56]; // along the bone as the camera sees it
/** Width of the finger there, palm lengths. */
export const WIDTH_SHARE = { thumb: 0.25, index: 0.228, middle: 0.205, ring: 0.197, little: 0.186 };
// Degrees by which the backs of the fingers fan out from the hinge's own dorsal direction.
const FAN_DEG = { thumb: 0, index: 12, middle: 7, ring: 1, little: -6 };
const THUMB_FAN = radians(60);
const WIDTH_SHARE_SPREAD = 0.14; // of its logarithm between people and postures
const CONTOUR_SPREAD = 0.03; // of the logarithm of a confident contour's width
const LEAST_CLEAR = 0.15; // confidence of both edges below which they say nothing of the width
const LEAST_SPACING = 0.8; // of the expected width: nearer bones overlap
const LARGEST_TURN = radians(14); // of the axis by the contour, against the landmarks' bone

/**
 * Camera from anchor: +Y along the proximal phalanx, +Z dorsal.
 * @param {HandPose} pose @param {Finger} finger @returns {Mat3}
 */
export function fingerRotation(pose, finger) {
  const axis = phalanx(pose, finger);
  const dorsal = finger === 'thumb' ? thumbDorsal(pose, axis) : dorsalOf(pose, finger, axis);
  return columns3(cross(axis, dorsal), axis, dorsal);
}

/**
 * Out of the back of a finger: square to the bone and to the knuckles' common hinge.
 * @param {HandPose} pose @param {Finger} finger @param {Vec3} axis
 */
function dorsalOf(pose, finger, axis) {
  const sign = pose.landmarks.hand === 'right' ? 1 : -1;
  const radial = unit(perpendicular(pose.hinge, axis));
  const fan = radians(FAN_DEG[finger]);
  return along(scaled(cross(axis, radial), sign * Math.cos(fan)), Math.sin(fan), radial);
}

/**
 * Out of the thumb's nail side: from its own bend, or from the hand while it is straight.
 * @param {HandPose} pose @param {Vec3} axis
 */
function thumbDorsal(pose, axis) {
  const sideways = unit(perpendicular(pose.hinge, pose.dorsal));
  const fanned = along(scaled(pose.dorsal, Math.cos(THUMB_FAN)), Math.sin(THUMB_FAN), sideways);
  const resting = unit(perpendicular(fanned, axis));
  const [, start, end, tip] = CHAINS.thumb;
  // the bend between the bones as they were lifted: what the axis leans beyond that is no bend
  const lifted = unit(sub(jointAt(pose.joints, end), jointAt(pose.joints, start)));
  const beyond = unit(sub(jointAt(pose.joints, tip), jointAt(pose.joints, end)));
  const outer = apply3(turnBetween(lifted, axis), beyond);
  let away = scaled(perpendicular(outer, axis), -1); // a thumb bends towards the palm side
  const bend = norm(away);
  away = unit(away);
  if (dot(away, resting) < 0) away = scaled(away, -1); // bent backwards
  let trust = smoothstep(Math.sin(radians(8)), Math.sin(radians(35)), bend);
  trust *= smoothstep(0, 0.6, dot(away, resting));
  return unit(perpendicular(along(scaled(away, trust), 1 - trust, resting), axis));
}

/**
 * 1: the camera looks at the finger's back; -1: at its palm side; 0: at its flank.
 * @param {HandPose} pose @param {Finger} finger
 */
export const seenFromBack = (pose, finger) =>
  -dot(column3(fingerRotation(pose, finger), 2), boneSight(pose, finger));

/** The line of sight to a phalanx, unit length. @param {HandPose} pose @param {Finger} finger */
function boneSight(pose, finger) {
  const [start, end] = PROXIMAL[finger];
  return unit(add(jointAt(pose.joints, start), jointAt(pose.joints, end)));
}

/**
 * Share of the way along the bone in the image where a ring sits.
 * @param {HandPose} pose @param {Finger} finger
 */
export function ringPlace(pose, finger) {
  if (finger === 'thumb') return AT_THUMB;
  return AT_PALMAR + (AT_DORSAL - AT_PALMAR) * smoothstep(-0.35, 0.35, seenFromBack(pose, finger));
}

/**
 * How wide the finger should be in the image: from the palm, by anatomy.
 * @param {HandPose} pose @param {Finger} finger
 */
export const expectedWidthPx = (pose, finger) =>
  (WIDTH_SHARE[finger] * pose.palmPx * depthOf(pose, PALM)) / depthOf(pose, PROXIMAL[finger]);

/**
 * Measure the finger at the ring's place; anatomy fills in what the image does not show.
 * @param {Picture} image @param {HandPose} pose @param {Finger} finger
 * @param {Float64Array} colours the hand's own, from `handColours`
 * @returns {Outline}
 */
export function findOutline(image, pose, finger, colours = handColours(image, pose.landmarks.pointsPx)) {
  const points = pose.landmarks.pointsPx;
  const [start, end] = PROXIMAL[finger];
  const place = ringPlace(pose, finger);
  const expected = expectedWidthPx(pose, finger);
  const { left, right, spacing } = limits(points, finger, place, expected);
  const contour = findContour(image, {
    startPx: pixel(points, start),
    endPx: pixel(points, end),
    at: place,
    first: place - (finger === 'thumb' ? 0.02 : 0.14), // nearer the hand they are one
    last: Math.min(place + 0.36, 0.98),
    widthPx: expected,
    leftLimitPx: left,
    rightLimitPx: right,
  });
  const outline = read(contour, place, Math.min(expected, Math.max(spacing, LEAST_SPACING * expected)));
  return { ...outline, presence: presenceOf(image, pose, finger, outline, contour, colours, expected) };
}

/** @param {Float64Array} points (n, 2) @param {number} k */
const pixel = (points, k) => [points[2 * k], points[2 * k + 1]];

/**
 * @param {Picture} image @param {HandPose} pose @param {Finger} finger @param {Outline} outline
 * @param {Contour} contour @param {Float64Array} colours @param {number} expected
 */
function presenceOf(image, pose, finger, outline, contour, colours, expected) {
  const points = pose.landmarks.pointsPx;
  const { centerPx, axisPx } = outlineInImage(points, finger, outline);
  const edges = [contour.left.confidence, contour.right.confidence];
  const clear = outline.confidence >= LEAST_CLEAR;
  const halves = flesh(image, colours, centerPx, axisPx, clear ? outline.widthPx : expected);
  const [start, end] = PROXIMAL[finger];
  const view = boneSight(pose, finger);
  // of the bone itself: the other fingers do not tell whether this one is curled
  const bone = unit(sub(jointAt(pose.joints, end), jointAt(pose.joints, start)));
  const tilt = Math.abs(dot(bone, view));
  if (finger !== 'thumb') return presence(edges, halves, tilt);
  const [wx, wy] = pixel(points, WRIST);
  const [kx, ky] = pixel(points, KNUCKLES[0]);
  const [mx, my] = [kx - wx, ky - wy];
  const [rx, ry] = [centerPx[0] - wx, centerPx[1] - wy];
  const share = clamp((rx * mx + ry * my) / Math.max(mx * mx + my * my, 1e-9), 0, 1);
  const aside = Math.hypot(rx - share * mx, ry - share * my);
  const deviation = Math.log((contour.left.offsetPx + contour.right.offsetPx) / expected);
  const leaning = Math.max(tilt, shortened(pose, finger));
  return thumbPresence(edges, halves, aside / outline.widthPx, leaning, deviation);
}

/**
 * The tilt (cosine to the line of sight) that would make the bone look as short as it does.
 * @param {HandPose} pose @param {Finger} finger
 */
function shortened(pose, finger) {
  const [start, end] = PROXIMAL[finger];
  const points = pose.landmarks.pointsPx;
  const length = Math.hypot(points[2 * end] - points[2 * start], points[2 * end + 1] - points[2 * start + 1]);
  const nearness = depthOf(pose, PALM) / depthOf(pose, [start, end]);
  const seen = length / pose.palmPx / (nearness * BONE_SHARE[finger]);
  return Math.sqrt(Math.max(1 - seen * seen, 0));
}

/**
 * How far to the left and the right the finger can reach before a neighbour's own bone, and the
 * mean distance of the neighbours' bones: fingers side by side are no wider than that.
 * @param {Float64Array} points (21, 2) @param {Finger} finger @param {number} place
 * @param {number} expected
 */
export function limits(points, finger, place, expected) {
  const reach = [Infinity, Infinity];
  const apart = [Infinity, Infinity];
  if (finger === 'thumb') return { left: Infinity, right: Infinity, spacing: Infinity };
  const [startX, startY] = pixel(points, PROXIMAL[finger][0]);
  const [endX, endY] = pixel(points, PROXIMAL[finger][1]);
  const length = Math.max(Math.hypot(endX - startX, endY - startY), 1e-12);
  const [axisX, axisY] = [(endX - startX) / length, (endY - startY) / length];
  const [x, y] = [startX + place * (endX - startX), startY + place * (endY - startY)];
  for (const other of /** @type {const} */ (['index', 'middle', 'ring', 'little'])) {
    if (other === finger) continue;
    const [ax, ay] = pixel(points, PROXIMAL[other][0]);
    const [bx, by] = pixel(points, PROXIMAL[other][1]);
    const run = (bx - ax) * axisX + (by - ay) * axisY;
    if (run <= 0.3 * Math.hypot(bx - ax, by - ay)) continue; // not alongside
    const share = clamp(((x - ax) * axisX + (y - ay) * axisY) / run, 0, 1.2);
    const [asideX, asideY] = [ax + share * (bx - ax) - x, ay + share * (by - ay) - y];
    const distance = asideY * axisX - asideX * axisY; // to the right of an upward bone
    const side = distance > 0 ? 1 : 0;
    reach[side] = Math.min(reach[side], Math.max(0.68 * Math.abs(distance), 0.4 * expected));
    apart[side] = Math.min(apart[side], Math.abs(distance));
  }
  const beside = apart.filter((distance) => distance < Infinity);
  const spacing = beside.length ? beside.reduce((sum, each) => sum + each, 0) / beside.length : Infinity;
  return { left: reach[0], right: reach[1], spacing };
}

/**
 * Weigh two edges against anatomy.
 * @param {Contour} contour @param {number} place @param {number} expected @returns {Outline}
 */
export function read({ left, right }, place, expected) {
  const measured = left.offsetPx + right.offsetPx;
  const believed = plausibleWidth(Math.log(measured / expected));
  const both = believed * Math.min(left.confidence, right.confidence);
  const forContour = (CONTOUR_SPREAD + 0.25 * (1 - both) ** 2) ** -2;
  const forAnatomy = WIDTH_SHARE_SPREAD ** -2;
  let width = Math.exp(
    (forContour * Math.log(measured) + forAnatomy * Math.log(expected)) / (forContour + forAnatomy),
  );
  if (both < LEAST_CLEAR) width = expected;
  // Each edge says where the middle is, half a width inside it; the landmarks say 0.
  const [forLeft, forRight] = [left.confidence ** 2, right.confidence ** 2];
  const shift =
    (forLeft * (width / 2 - left.offsetPx) + forRight * (right.offsetPx - width / 2)) /
    (forLeft + forRight + 0.08);
  // One edge alone says little of the axis: how a finger tapers differs.
  const lean = (Math.atan(right.slope) - Math.atan(left.slope)) / 2;
  const turn = clamp((lean * both ** 2) / (both ** 2 + 0.08), -LARGEST_TURN, LARGEST_TURN);
  return { at: place, widthPx: width, shiftPx: shift, turn, confidence: both, presence: 1 };
}

/**
 * Put a ring around the finger seen in the image. The finger fills the ring, so the ring's size in
 * the image gives its distance.
 * @param {HandPose} pose @param {Finger} finger @param {Outline} outline
 * @param {Intrinsics} intrinsics @param {number} innerDiameter metres
 * @returns {FingerAnchor}
 */
export function placeRing(pose, finger, outline, intrinsics, innerDiameter) {
  const { centerPx, axisPx } = outlineInImage(pose.landmarks.pointsPx, finger, outline);
  const center = unproject(intrinsics, centerPx, (focalOf(intrinsics) * innerDiameter) / outline.widthPx);
  const rotation = towards(fingerRotation(pose, finger), centerPx, axisPx, intrinsics);
  return {
    finger,
    hand: pose.landmarks.hand,
    side: sideOf(pose, rotation, center),
    cameraFromAnchor: { rotation, translation: center },
    centerPx,
    axisPx,
    widthPx: outline.widthPx,
    width: innerDiameter,
    confidence: confidenceOf(pose, finger, rotation, center, outline),
  };
}

/**
 * Centre and axis (2,) of a ring in the image.
 * @param {Float64Array} points (21, 2) @param {Finger} finger @param {Outline} outline
 */
export function outlineInImage(points, finger, outline) {
  const [startX, startY] = pixel(points, PROXIMAL[finger][0]);
  const [endX, endY] = pixel(points, PROXIMAL[finger][1]);
  const [x, y] = unit2([endX - startX, endY - startY]);
  const [c, s] = [Math.cos(outline.turn), Math.sin(outline.turn)];
  return {
    centerPx: [
      startX + outline.at * (endX - startX) - outline.shiftPx * y,
      startY + outline.at * (endY - startY) + outline.shiftPx * x,
    ],
    axisPx: [c * x - s * y, c * y + s * x],
  };
}

/**
 * Turn a frame about the ray to its centre until its +Y runs along `axisPx` in the image.
 * @param {Mat3} rotation @param {number[]} centerPx @param {number[]} axisPx
 * @param {Intrinsics} intrinsics @returns {Mat3}
 */
function towards(rotation, centerPx, axisPx, intrinsics) {
  const here = unproject(intrinsics, centerPx);
  const ray = unit(here);
  const ahead = sub(unproject(intrinsics, [centerPx[0] + axisPx[0], centerPx[1] + axisPx[1]]), here);
  const wanted = unit(perpendicular(ahead, ray));
  const has = perpendicular(column3(rotation, 1), ray);
  if (norm(has) < 1e-3) return rotation; // it points at the camera: no direction to correct
  const now = unit(has);
  const angle = Math.atan2(dot(ray, cross(now, wanted)), dot(now, wanted));
  return multiply3(fromAxisAngle(ray, angle), rotation);
}

/**
 * The side of the hand that the camera sees, by the palm and the finger together.
 * @param {HandPose} pose @param {Mat3} rotation @param {Vec3} center
 */
function sideOf(pose, rotation, center) {
  const view = unit(center);
  const facing = -dot(pose.dorsal, view) - 0.7 * dot(column3(rotation, 2), view);
  return facing > 0 ? 'dorsal' : 'palmar';
}

/**
 * How sure it is that a ring is seen there: 0..1.
 * @param {HandPose} pose @param {Finger} finger @param {Mat3} rotation @param {Vec3} center
 * @param {Outline} outline
 */
function confidenceOf(pose, finger, rotation, center, outline) {
  const { score, spreadPx } = pose.landmarks;
  let confidence =
    outline.presence *
    seenSideways(Math.abs(dot(column3(rotation, 1), unit(center)))) *
    detected(score) *
    largeEnough(outline.widthPx);
  if (spreadPx) {
    const [start, end] = PROXIMAL[finger];
    confidence *= agreement(Math.max(spreadPx[start], spreadPx[end]) / outline.widthPx);
  }
  return confidence;
}
