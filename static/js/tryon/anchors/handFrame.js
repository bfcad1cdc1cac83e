/**
 * The hand in the camera's frame: depth for every joint, dorsal direction, each finger's frame.
 *
 * Each joint stays on its pixel's ray and only its depth is sought: bones as long as hands' bones
 * are, tilted as the detector's skeleton says. Twin of tryon/anchors/hand_frame.py, where the
 * figures' sources stand.
 */
import { focalOf, rays as raysOf } from '../frames.js';
import { along, clamp, cross, dot, perpendicular, scaled, solveCholesky, sub, turnBetween, unit } from '../linalg.js';
import { FINGERS } from '../types.js';
import { PALM, PROXIMAL } from './skeleton.js';
import { tilts } from './tilt.js';

/** @typedef {import('../linalg.js').Vec3} Vec3 */
/** @typedef {import('../types.js').Finger} Finger */
/** @typedef {import('../types.js').HandLandmarks} HandLandmarks */
/** @typedef {import('../frames.js').Intrinsics} Intrinsics */

/**
 * One hand lifted into the camera's frame, as large as a mean hand.
 * @typedef {object} HandPose
 * @property {HandLandmarks} landmarks
 * @property {Float64Array} joints (21, 3) metres, camera frame, on the rays of the pixels
 * @property {Vec3} dorsal out of the back of the hand, unit length
 * @property {Vec3} hinge from the little finger's knuckle to the index's, unit length
 * @property {number} palmPx palm length in the image as if it lay parallel to it
 * @property {Vec3} view unit, from the camera to the palm
 * @property {number[] | null} tilts (5,) radians of ring-wearing phalanges along `view`
 */

const JOINTS = 21;
// Lengths between landmarks as they are seen on real hands, palm lengths.

const SPANS = [
  [0, 1, 0.459], [1, 2, 0.432], [2, 3, 0.353], [3, 4, 0.275],
  [0, 5, 1.08], [5, 6, 0.485], [6, 7, 0.275], [7, 8, 0.271],
  [0, 9, 1.025], [9, 10, 0.532], [10, 11, 0.329], [11, 12, 0.252],
  [0, 13, 0.971], [13, 14, 0.493], [14, 15, 0.314], [15, 16, 0.246],
  [0, 17, 0.93], [17, 18, 0.376], [18, 19, 0.244], [19, 20, 0.204],
  [5, 9, 0.269], [9, 13, 0.247], [13, 17, 0.246], [5, 17, 0.718],
  [0, 2, 0.86], [1, 5, 0.756], [5, 13, 0.51], [9, 17, 0.485],
];
/** Of the phalanges that wear rings, palm lengths. */
export const BONE_SHARE = Object.fromEntries(
  FINGERS.map((finger) => {
    const [start, end] = PROXIMAL[finger];
    return [finger, SPANS.filter(([from, to]) => from === start && to === end)[0][2]];
  }),
);
/** Metres: 187 mm from the wrist crease to the middle finger's tip make 2.14 of them. */
export const PALM_LENGTH = 0.0875;
const FROM = SPANS.map((span) => span[0]);
const TO = SPANS.map((span) => span[1]);
const LENGTHS = SPANS.map((span) => span[2] * PALM_LENGTH);
const PALM_SPANS = [4, 8, 12, 16];
const LENGTH_TOLERANCE = 0.1; // share of a span
const TILT_TOLERANCE = 0.3; // of depth along a span, share of its length
const NEAREST = 0.04; // metres from the camera to a hand
const STEPS = 4; // of Gauss-Newton
// What the depths in the image and those of the skeleton count.
const [SEEN_SHARE, TOLD_SHARE] = [0.6, 0.5];
const LENGTH_WEIGHT = LENGTHS.map((length) => 1 / (length * LENGTH_TOLERANCE));
const RISE_WEIGHT = LENGTHS.map((length) => 1 / (length * TILT_TOLERANCE));
const FROM_RISE = fromRise(); // what the depths' differences weigh, squared

function fromRise() {
  const system = new Float64Array(JOINTS * JOINTS);
  for (let k = 0; k < JOINTS; k++) system[k * JOINTS + k] = 1e-6;
  SPANS.forEach(([from, to], k) => {
    const weight = RISE_WEIGHT[k] * RISE_WEIGHT[k];
    system[to * JOINTS + to] += weight;
    system[from * JOINTS + from] += weight;
    system[to * JOINTS + from] -= weight;
    system[from * JOINTS + to] -= weight;
  });
  return system;
}

/** @param {ArrayLike<number>} points (n, 3) @param {number} k @returns {Vec3} */
export const at = (points, k) => [points[3 * k], points[3 * k + 1], points[3 * k + 2]];

/**
 * Along the phalanx that wears a ring, to the tip, unit length.
 * @param {HandPose} pose @param {Finger} finger @returns {Vec3}
 */
export function phalanx(pose, finger) {
  const [start, end] = PROXIMAL[finger];
  const bone = unit(sub(at(pose.joints, end), at(pose.joints, start)));
  if (pose.tilts === null) return bone;
  const across = perpendicular(bone, pose.view);
  if (dot(across, across) < 1e-4) return bone; // it points at the camera: no direction to lean in
  const tilt = pose.tilts[FINGERS.indexOf(finger)];
  return along(scaled(unit(across), Math.cos(tilt)), Math.sin(tilt), pose.view);
}

/**
 * Mean z of some joints, metres.
 * @param {HandPose} pose @param {readonly number[]} joints
 */
export function depthOf(pose, joints) {
  let sum = 0;
  for (const joint of joints) sum += pose.joints[3 * joint + 2];
  return sum / joints.length;
}

/**
 * Give every landmark its depth: Gauss-Newton over the 21 depths.
 *
 * The detector looks at a crop as if it lay in the middle of the picture, so its skeleton is turned
 * to the ray through the palm first.
 * @param {HandLandmarks} landmarks @param {Intrinsics} intrinsics @returns {HandPose}
 */
export function lift(landmarks, intrinsics) {
  const { pointsPx, depthsPx } = landmarks;
  const rays = raysOf(intrinsics, pointsPx);
  let middle = [0, 0, 0];
  for (const joint of PALM) middle = along(middle, 1 / PALM.length, at(rays, joint));
  const view = unit(middle);
  let ahead = asLargeAsAPalm(landmarks.world);
  if (depthsPx) {
    const seen = new Float64Array(3 * JOINTS);
    for (let k = 0; k < JOINTS; k++) {
      seen[3 * k] = pointsPx[2 * k];
      seen[3 * k + 1] = pointsPx[2 * k + 1];
      seen[3 * k + 2] = depthsPx[k];
    }
    const scaledSeen = asLargeAsAPalm(seen);
    for (let k = 2; k < 3 * JOINTS; k += 3) {
      ahead[k] = SEEN_SHARE * scaledSeen[k] + TOLD_SHARE * ahead[k];
    }
    ahead = asLargeAsAPalm(ahead);
  }
  const turn = turnBetween([0, 0, 1], view);
  const world = new Float64Array(3 * JOINTS);
  for (let k = 0; k < 3 * JOINTS; k += 3) {
    const [x, y, z] = [ahead[k], ahead[k + 1], ahead[k + 2]];
    world[k] = turn[0] * x + turn[1] * y + turn[2] * z;
    world[k + 1] = turn[3] * x + turn[4] * y + turn[5] * z;
    world[k + 2] = turn[6] * x + turn[7] * y + turn[8] * z;
  }
  const depths = depthsOf(rays, world);
  const joints = rays.map((value, k) => value * depths[Math.floor(k / 3)]);
  const index = at(joints, 5);
  const little = at(joints, 17);
  const wrist = at(joints, 0);
  const sign = landmarks.hand === 'right' ? 1 : -1;
  const dorsal = scaled(unit(cross(sub(index, wrist), sub(little, wrist))), -sign);
  const palmDepth = PALM.reduce((sum, joint) => sum + joints[3 * joint + 2], 0) / PALM.length;
  return {
    landmarks,
    joints,
    dorsal,
    hinge: unit(sub(index, little)),
    palmPx: (focalOf(intrinsics) * PALM_LENGTH) / palmDepth,
    view,
    tilts: depthsPx ? tilts(joints, view, -dot(dorsal, view)) : null,
  };
}

/**
 * Scaled so that the spans from the wrist to the knuckles are a mean hand's.
 * @param {Float64Array} joints (21, 3)
 */
function asLargeAsAPalm(joints) {
  let sum = 0;
  for (const span of PALM_SPANS) {
    const x = joints[3 * TO[span]] - joints[3 * FROM[span]];
    const y = joints[3 * TO[span] + 1] - joints[3 * FROM[span] + 1];
    const z = joints[3 * TO[span] + 2] - joints[3 * FROM[span] + 2];
    sum += Math.log(LENGTHS[span] / Math.sqrt(x * x + y * y + z * z));
  }
  const factor = Math.exp(sum / PALM_SPANS.length);
  return joints.map((value) => value * factor);
}

const system = new Float64Array(JOINTS * JOINTS);
const gradient = new Float64Array(JOINTS);

/**
 * z in metres for points on `rays` shaped like `world`.
 * @param {Float64Array} rays (21, 3) @param {Float64Array} world (21, 3) @returns {Float64Array}
 */
function depthsOf(rays, world) {
  const away = Math.max(distanceOf(rays, world), NEAREST);
  const depths = new Float64Array(JOINTS);
  for (let k = 0; k < JOINTS; k++) depths[k] = Math.max(world[3 * k + 2] + away, 0.2 * away);
  for (let step = 0; step < STEPS; step++) {
    system.set(FROM_RISE);
    gradient.fill(0);
    for (let k = 0; k < SPANS.length; k++) weigh(rays, world, depths, k);
    solveCholesky(system, gradient);
    let largest = 0;
    for (let k = 0; k < JOINTS; k++) {
      largest = Math.max(largest, Math.abs(gradient[k]));
      depths[k] -= clamp(gradient[k], -0.03, 0.03);
    }
    if (largest < 2e-4) break;
  }
  // what is no hand at all stays before the camera
  for (let k = 0; k < JOINTS; k++) depths[k] = Math.max(depths[k], 0.2 * away);
  return depths;
}

/**
 * Adds to the system what one span says: of its length, and of its rise out of the picture.
 * @param {Float64Array} rays @param {Float64Array} world @param {Float64Array} depths
 * @param {number} k of the span
 */
function weigh(rays, world, depths, k) {
  const [from, to] = [FROM[k], TO[k]];
  const [a, b] = [3 * from, 3 * to];
  const x = rays[b] * depths[to] - rays[a] * depths[from];
  const y = rays[b + 1] * depths[to] - rays[a + 1] * depths[from];
  const z = rays[b + 2] * depths[to] - rays[a + 2] * depths[from];
  const length = Math.sqrt(x * x + y * y + z * z);
  const error = (length - LENGTHS[k]) * LENGTH_WEIGHT[k];
  const weight = LENGTH_WEIGHT[k] / Math.sqrt(1 + 0.25 * error * error); // Cauchy: a wild span yields
  const factor = weight / Math.max(length, 1e-9);
  const byTo = factor * (x * rays[b] + y * rays[b + 1] + z * rays[b + 2]);
  const byFrom = -factor * (x * rays[a] + y * rays[a + 1] + z * rays[a + 2]);
  const residual = (length - LENGTHS[k]) * weight;
  const [u, v, w] = [world[b] - world[a], world[b + 1] - world[a + 1], world[b + 2] - world[a + 2]];
  const wanted = w / Math.sqrt(u * u + v * v + w * w) / TILT_TOLERANCE;
  const rise = RISE_WEIGHT[k];
  const risen = (rise * depths[to] - rise * depths[from] - wanted) * rise;
  gradient[to] += residual * byTo + risen;
  gradient[from] += residual * byFrom - risen;
  system[to * JOINTS + to] += byTo * byTo;
  system[from * JOINTS + from] += byFrom * byFrom;
  system[to * JOINTS + from] += byTo * byFrom;
  system[from * JOINTS + to] += byTo * byFrom;
}

/**
 * How far away `world` must stand to be seen along `rays`, metres (least squares).
 * @param {Float64Array} rays (21, 3), z = 1 @param {Float64Array} world (21, 3)
 */
function distanceOf(rays, world) {
  let [sx, sy, square, rx, ry, rz] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < 3 * JOINTS; k += 3) {
    const [x, y] = [rays[k], rays[k + 1]];
    const right = x * world[k + 2] - world[k];
    const down = y * world[k + 2] - world[k + 1];
    sx += x;
    sy += y;
    square += x * x + y * y;
    rx += right;
    ry += down;
    rz -= x * right + y * down;
  }
  return (rz + (sx * rx + sy * ry) / JOINTS) / (square - (sx * sx + sy * sy) / JOINTS);
}
