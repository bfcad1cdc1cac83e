/**
 * What tells of a forearm's direction without looking at it: the body's joints, and the hand.
 * Twin of tryon/anchors/arm_guess.py, where the figures' sources stand.
 */
import { clamp, radians } from '../linalg.js';
import { smoothstep } from './evidence.js';
import { depthOf } from './handFrame.js';
import { KNUCKLES, WRIST } from './skeleton.js';

/** @typedef {import('../types.js').BodyLandmarks} BodyLandmarks */
/** @typedef {import('./handFrame.js').HandPose} HandPose */

/**
 * A direction that something else than the outline tells.
 * @typedef {object} Guess
 * @property {number[]} awayPx (2,) unit, from the hand along the arm
 * @property {number} spread radians
 * @property {number} rise as a forearm's
 * @property {number} confidence
 */

/** Palms from the wrist, where a width counts: there a watch sits. */
export const AT = 0.45;
const [USUAL_BREADTH, DEPTH_SHARE] = [0.69, 0.74];
/** Growth of the width, away from the hand. */
export const USUAL_TAPER = 0.16;
const BENT_SPREAD = radians(42); // of the arm's direction against the hand's, seen flat
const BODY_SPREAD = radians(9); // against the body's joints
const HAND_BREADTH = 0.718; // palms between the outer knuckles
const LIFTED_SHARE = 0.2;
const [FLAT, STEEP] = [0.35, 0.8]; // share of the hand seen lengthwise between which it points well
const TILT_SHARE = 0.6; // of the hand's tilt that the forearm shares on average: wrists bend
const ARM_LENGTH = 2.9; // palms from wrist to elbow
const ARMS = /** @type {const} */ ([
  { side: 'left', elbow: 13, joint: 15 },
  { side: 'right', elbow: 14, joint: 16 },
]);
const [AGREES, DISAGREES] = [0.35, 0.8]; // palms between the body's wrist and the hand's
const OTHER_SIDE = 0.25; // of the trust in a left arm for a right hand

/** @param {Float64Array} p @param {number} k */
const pixel = (p, k) => [p[2 * k], p[2 * k + 1]];

/**
 * Palm length in pixels as if parallel to the image, at a wrist: the hand's length or its breadth,
 * whichever is seen less foreshortened; the lifted hand has a small say.
 * @param {HandPose} pose
 */
export function palmSeen(pose) {
  const p = pose.landmarks.pointsPx;
  const [x, y] = pixel(p, WRIST);
  let long = 0;
  for (const k of KNUCKLES) long += Math.hypot(p[2 * k] - x, p[2 * k + 1] - y) / KNUCKLES.length;
  const [index, little] = [pixel(p, KNUCKLES[0]), pixel(p, KNUCKLES[3])];
  const broad = Math.hypot(index[0] - little[0], index[1] - little[1]) / HAND_BREADTH;
  const seen = Math.max(long, broad);
  return seen ** (1 - LIFTED_SHARE) * clamp(pose.palmPx, 0.5 * seen, 3 * seen) ** LIFTED_SHARE;
}

/**
 * What the body's joints say, where one of their wrists is this hand's.
 * @param {HandPose} pose @param {number} palm pixels @param {readonly BodyLandmarks[]} bodies
 * @returns {Guess | null}
 */
export function fromBody(pose, palm, bodies) {
  const [x, y] = pixel(pose.landmarks.pointsPx, WRIST);
  /** @type {Guess | null} */ let best = null;
  for (const { pointsPx, world, visibility } of bodies) {
    for (const { side, elbow, joint } of ARMS) {
      const [jointX, jointY] = pixel(pointsPx, joint);
      let sure = 1 - smoothstep(AGREES, DISAGREES, Math.hypot(jointX - x, jointY - y) / palm);
      sure *= Math.min(visibility[joint], visibility[elbow]);
      const [elbowX, elbowY] = pixel(pointsPx, elbow);
      const seen = Math.hypot(elbowX - x, elbowY - y) / palm;
      sure *= smoothstep(0.4, 1.2, seen); // a foreshortened arm points anywhere
      sure *= pose.landmarks.hand === side ? 1 : OTHER_SIDE;
      if (sure < 0.05 || (best && best.confidence >= sure)) continue;
      const flat = Math.min(seen / ARM_LENGTH, 1);
      const [dx, dy, depth] = [0, 1, 2].map((axis) => world[3 * joint + axis] - world[3 * elbow + axis]);
      const told = depth / Math.max(Math.sqrt(dx * dx + dy * dy + depth * depth), 1e-6);
      const length = Math.max(seen * palm, 1e-9);
      best = {
        awayPx: [(elbowX - x) / length, (elbowY - y) / length],
        spread: BODY_SPREAD / Math.max(sure, 0.3),
        rise: Math.sign(told) * (0.5 * Math.sqrt(1 - flat ** 2) + 0.5 * Math.abs(told)),
        confidence: sure,
      };
    }
  }
  return best;
}

/**
 * The forearm as the hand's continuation; less sure the more the hand points at the camera.
 * @param {HandPose} pose @param {number} palm pixels @returns {Guess}
 */
export function fromHand(pose, palm) {
  const { pointsPx: p, depthsPx } = pose.landmarks;
  let [x, y] = pixel(p, WRIST);
  for (const k of KNUCKLES) {
    x -= p[2 * k] / KNUCKLES.length;
    y -= p[2 * k + 1] / KNUCKLES.length;
  }
  const seen = Math.hypot(x, y);
  let depth = 0;
  if (depthsPx) {
    const deep = KNUCKLES.reduce((sum, k) => sum + depthsPx[k] / KNUCKLES.length, -depthsPx[WRIST]);
    depth = deep / Math.max(Math.hypot(deep, seen), 1e-9);
  } else {
    const along = [0, 1, 2].map((axis) =>
      KNUCKLES.reduce((sum, k) => sum + pose.joints[3 * k + axis] / KNUCKLES.length, -pose.joints[axis]),
    );
    depth = (depthOf(pose, KNUCKLES) - depthOf(pose, [WRIST])) / Math.hypot(along[0], along[1], along[2]);
  }
  const sure = smoothstep(FLAT, STEEP, seen / palm);
  return {
    awayPx: seen > 1e-6 ? [x / seen, y / seen] : [0, 1],
    spread: BENT_SPREAD / Math.max(sure, 0.25),
    rise: TILT_SHARE * depth,
    confidence: sure,
  };
}

/**
 * How broad the wrist should be seen, palms: it is an ellipse, and turns.
 * @param {HandPose} pose @param {Guess} guess
 */
export function usualBreadth({ hinge }, { awayPx }) {
  const flat = (hinge[1] * awayPx[0] - hinge[0] * awayPx[1]) ** 2; // 1: the breadth, 0: the depth
  return USUAL_BREADTH * Math.sqrt(flat + (1 - flat) * DEPTH_SHARE ** 2);
}
