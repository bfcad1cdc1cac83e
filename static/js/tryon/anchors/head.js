/**
 * The head in the camera's frame, in metres: its pose, its size, and every point of the face.
 *
 * The pose is the one under which the mean head's firm points fall on their landmarks through the
 * picture's own lens, and rise out of the picture as the net says. Twin of tryon/anchors/head.py.
 */
import { focalOf, movedAll, rays as raysOf } from '../frames.js';
import {
  add, along as further, apply3, back3, cross, determinant3, dot, fromAxisAngle, multiply3,
  norm, scaled, solveCholesky, sub, svd3, transposed3, turnBetween, unit,
} from '../linalg.js';
import { FACE_POINTS } from './canonical.js';
import { CORNERS, headSize, scaleOf } from './iris.js';

/** @typedef {import('../linalg.js').Vec3} Vec3 */
/** @typedef {import('../frames.js').Intrinsics} Intrinsics */
/** @typedef {import('../frames.js').RigidTransform} RigidTransform */
/** @typedef {import('../types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('./iris.js').HeadSize} HeadSize */

/**
 * One head as large as it is, before the camera.
 * @typedef {object} HeadPose
 * @property {RigidTransform} cameraFromHead metres; x to the wearer's left, y up, z out of the face
 * @property {Float64Array} points (468, 3) metres, camera frame, on the rays of the pixels
 * @property {HeadSize} size over the mean head's
 * @property {import('../types.js').Scale} scale at the head's middle
 * @property {FaceLandmarks} face
 * @property {number} height metres from the top of the forehead to the chin, points 10 and 152
 * @property {number} errorPx RMS of the firm points from the posed mean head
 */


const FIRM = [
  10, 67, 297, 103, 332, 54, 284, 109, 338, 151, 9, 8, 168, 6, 197, // forehead, nose bridge
  33, 133, 362, 263, 130, 359, 243, 463, // eye corners
  21, 251, 162, 389, 127, 356, 234, 454, // temples
  117, 346, 118, 347, 123, 352, 50, 280, 111, 340, // cheekbones
];
const OUTLINE = new Set([21, 251, 162, 389, 127, 356, 234, 454, 54, 284, 103, 332, 10, 67, 297]);
const OUTLINE_WEIGHT = 0.5; // the net slides these along the silhouette of a turned head
const DEPTH_WEIGHT = 0.6; // of a rise out of the picture beside a place in it
const STEPS = 12;
const LONGEST_TURN = 0.5; // radians of one step
const SETTLED = 1e-4; // radians, and of the distance: a step so small is the last
export const [FACE_TOP, CHIN] = [10, 152];
const NET_DEPTH = 0.5; // how far the net's depth counts against the posed mean head's
const COUNT = FIRM.length;
const WEIGHTS = FIRM.map((point) => (OUTLINE.has(point) ? OUTLINE_WEIGHT : 1));
const ALL = WEIGHTS.reduce((sum, weight) => sum + weight, 0);
const SHARES = WEIGHTS.map((weight) => weight / ALL);

/** Cosine of the angle between the face's front and the line of sight. @param {HeadPose} head */
export const facingOf = ({ cameraFromHead: { rotation, translation } }) =>
  -dot(unit(translation), [rotation[2], rotation[5], rotation[8]]);

/**
 * Radians by which the head is turned to its own left, as seen along the line of sight. Positive:
 * the wearer's right ear comes into sight.
 * @param {HeadPose} head
 */
export function yawOf({ cameraFromHead: { rotation, translation } }) {
  const [x, , z] = back3(rotation, scaled(unit(translation), -1));
  return Math.atan2(-x, z);
}

/**
 * The pose and size of a head.
 * @param {FaceLandmarks} face @param {Intrinsics} intrinsics
 * @param {Float64Array} mean (468, 3) the canonical face's points
 * @param {HeadSize | null} known its size, if it was found before
 * @returns {HeadPose}
 */
export function headPose(face, intrinsics, mean, known = null) {
  const rays = raysOf(intrinsics, face.pointsPx, FACE_POINTS);
  const focal = focalOf(intrinsics);
  const way = unit(middleOf(rays)); // the net looks at a crop as if it were the whole picture
  const firm = firmOf(mean, rays, face.depthsPx, focal);
  const { pose, error } = refined(firm, way, firstPose(firm, way));
  const posed = movedAll(pose, mean);
  const points = lifted(rays, posed, face.depthsPx, focal, way);
  const eyes = CORNERS.map(([a, b]) => (0.5e3 * (points[3 * a + 2] + points[3 * b + 2])) / focal);
  const { rotation, translation } = pose;
  const facing = -dot(unit(translation), [rotation[2], rotation[5], rotation[8]]);
  const size = known ?? headSize(face, eyes, facing);
  for (let k = 0; k < points.length; k++) points[k] *= size.value;
  return {
    cameraFromHead: { rotation, translation: scaled(translation, size.value) },
    points,
    size,
    scale: scaleOf(size, (1e3 * translation[2]) / focal),
    face,
    height: norm(sub(pointAt(points, FACE_TOP), pointAt(points, CHIN))),
    errorPx: error * focal,
  };
}

/** @param {ArrayLike<number>} points @param {number} k @returns {Vec3} */
export const pointAt = (points, k) => [points[3 * k], points[3 * k + 1], points[3 * k + 2]];

/** @param {Float64Array} points (n, 3) @returns {Vec3} */
function middleOf(points) {
  const sum = [0, 0, 0];
  for (let k = 0; k < points.length; k++) sum[k % 3] += points[k];
  return scaled(sum, 3 / points.length);
}

/**
 * @typedef {object} Firm the firm points
 * @property {Float64Array} mean (COUNT, 3) metres
 * @property {Float64Array} rays (COUNT, 3) at z = 1
 * @property {Float64Array} depths (COUNT,) in the same unit, along the line of sight
 */

/**
 * @param {Float64Array} mean @param {Float64Array} rays @param {Float64Array} depthsPx
 * @param {number} focal
 * @returns {Firm}
 */
function firmOf(mean, rays, depthsPx, focal) {
  const firm = {
    mean: new Float64Array(3 * COUNT),
    rays: new Float64Array(3 * COUNT),
    depths: new Float64Array(COUNT),
  };
  FIRM.forEach((point, k) => {
    for (let axis = 0; axis < 3; axis++) {
      firm.mean[3 * k + axis] = mean[3 * point + axis];
      firm.rays[3 * k + axis] = rays[3 * point + axis];
    }
    firm.depths[k] = depthsPx[point] / focal;
  });
  return firm;
}

/**
 * Weighted Procrustes (Kabsch 1976, Umeyama 1991) under scaled orthography.
 * @param {Firm} firm @param {Vec3} way the line of sight
 * @returns {RigidTransform}
 */
function firstPose({ mean, rays, depths }, way) {
  const turned = turnBetween([0, 0, 1], way);
  const seen = new Float64Array(3 * COUNT);
  let [seenMiddle, meanMiddle] = [[0, 0, 0], [0, 0, 0]];
  for (let k = 0; k < COUNT; k++) {
    const ray = pointAt(rays, k);
    const [x, y] = back3(turned, scaled(ray, 1 / dot(ray, way))); // on a plane square to the sight
    seen.set([x, y, depths[k]], 3 * k);
    seenMiddle = further(seenMiddle, SHARES[k], [x, y, depths[k]]);
    meanMiddle = further(meanMiddle, SHARES[k], pointAt(mean, k));
  }
  const common = new Array(9).fill(0);
  let spread = 0;
  for (let k = 0; k < COUNT; k++) {
    const s = sub(pointAt(seen, k), seenMiddle);
    const m = sub(pointAt(mean, k), meanMiddle);
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) common[3 * row + column] += SHARES[k] * s[row] * m[column];
    }
    spread += SHARES[k] * dot(m, m);
  }
  const { u, strengths, v } = svd3(common);
  const sign = Math.sign(determinant3(u) * determinant3(v));
  const mirrored = u.map((value, k) => (k % 3 === 2 ? sign * value : value));
  const rotation = multiply3(turned, multiply3(mirrored, transposed3(v)));
  const scale = Math.max((strengths[0] + strengths[1] + sign * strengths[2]) / spread, 1e-6);
  return { rotation, translation: sub(scaled(way, 1 / scale), apply3(rotation, meanMiddle)) };
}

const turnedMean = new Float64Array(3 * COUNT);
const tilt = new Float64Array(3 * COUNT);
const away = new Float64Array(COUNT);
const off = new Float64Array(COUNT);
const system = new Float64Array(36);
const step = new Float64Array(6);
const row = new Float64Array(6);

/**
 * Gauss-Newton on six degrees of freedom; Huber weights let sliding points yield.
 * @param {Firm} firm @param {Vec3} sight @param {RigidTransform} first
 * @returns {{ pose: RigidTransform, error: number }} the pose, and the RMS distance in the picture
 *     in units of the focal length
 */
function refined({ mean, rays, depths }, sight, { rotation, translation }) {
  let meanDepth = 0;
  for (let k = 0; k < COUNT; k++) meanDepth += SHARES[k] * depths[k];
  for (let pass = 0; pass < STEPS; pass++) {
    let [distance, meanAway, meanOff] = [0, 0, 0];
    let meanTilt = [0, 0, 0];
    for (let k = 0; k < COUNT; k++) {
      const arm = apply3(rotation, pointAt(mean, k));
      turnedMean.set(arm, 3 * k);
      const z = Math.max(arm[2] + translation[2], 1e-3);
      distance += SHARES[k] * z;
      away[k] = dot(arm, sight);
      meanAway += SHARES[k] * away[k];
      const across = cross(arm, sight);
      tilt.set(across, 3 * k);
      meanTilt = further(meanTilt, SHARES[k], across);
      const x = rays[3 * k] - (arm[0] + translation[0]) / z;
      off[k] = Math.hypot(x, rays[3 * k + 1] - (arm[1] + translation[1]) / z);
      meanOff += off[k] / COUNT;
    }
    const bound = 2 * Math.max(meanOff, 1e-6);
    system.fill(0);
    step.fill(0);
    for (let k = 0; k < 36; k += 7) system[k] = 1e-12;
    for (let k = 0; k < COUNT; k++) {
      const [a, b, c] = [turnedMean[3 * k], turnedMean[3 * k + 1], turnedMean[3 * k + 2]];
      const near = 1 / Math.max(c + translation[2], 1e-3);
      const [x, y] = [(a + translation[0]) * near, (b + translation[1]) * near];
      const weight = WEIGHTS[k] * Math.min(1, bound / Math.max(off[k], 1e-12));
      // a turn moves a point by turn x arm, so a coordinate's gradient g by it is arm x g
      tell(-b * x * near, (c + a * x) * near, -b * near, near, 0, -x * near, rays[3 * k] - x, weight);
      tell((-b * y - c) * near, a * y * near, a * near, 0, near, -y * near, rays[3 * k + 1] - y, weight);
      const risen = (away[k] - meanAway) / distance;
      tell(
        (tilt[3 * k] - meanTilt[0]) / distance,
        (tilt[3 * k + 1] - meanTilt[1]) / distance,
        (tilt[3 * k + 2] - meanTilt[2]) / distance,
        0,
        0,
        -risen / distance,
        depths[k] - meanDepth - risen,
        weight * DEPTH_WEIGHT * DEPTH_WEIGHT,
      );
    }
    solveCholesky(system, step);
    const turn = [step[0], step[1], step[2]];
    const angle = norm(turn);
    if (angle > 0) rotation = multiply3(fromAxisAngle(turn, Math.min(angle, LONGEST_TURN)), rotation);
    translation = add(translation, [step[3], step[4], step[5]]);
    const moved = Math.max(Math.abs(step[3]), Math.abs(step[4]), Math.abs(step[5]));
    if (angle < SETTLED && moved < SETTLED * distance) break;
  }
  let square = 0;
  for (let k = 0; k < COUNT; k++) square += off[k] * off[k];
  return { pose: { rotation, translation }, error: Math.sqrt(square / COUNT) };
}

/**
 * Adds one equation to the system: its gradient, what is left of it, and its weight.
 * @param {number} a @param {number} b @param {number} c @param {number} d @param {number} e
 * @param {number} f @param {number} residual @param {number} weight
 */
function tell(a, b, c, d, e, f, residual, weight) {
  row[0] = a;
  row[1] = b;
  row[2] = c;
  row[3] = d;
  row[4] = e;
  row[5] = f;
  for (let i = 0; i < 6; i++) {
    const weighed = weight * row[i];
    step[i] += weighed * residual;
    for (let j = 0; j <= i; j++) system[6 * i + j] += weighed * row[j];
  }
}

/**
 * Every landmark on its ray: between the posed mean head's depth and the net's own.
 * @param {Float64Array} rays (468, 3) @param {Float64Array} posed (468, 3)
 * @param {Float64Array} depthsPx @param {number} focal @param {Vec3} way
 * @returns {Float64Array} (468, 3) metres
 */
function lifted(rays, posed, depthsPx, focal, way) {
  let middle = 0;
  for (const point of FIRM) middle += posed[3 * point + 2] / COUNT;
  let shift = 0; // along the line of sight
  for (const point of FIRM) {
    shift += (dot(pointAt(posed, point), way) - (depthsPx[point] / focal) * middle) / COUNT;
  }
  const out = new Float64Array(3 * FACE_POINTS);
  for (let k = 0; k < FACE_POINTS; k++) {
    const ray = pointAt(rays, k);
    const net = ((depthsPx[k] / focal) * middle + shift) / dot(ray, way);
    const z = Math.max(posed[3 * k + 2] + NET_DEPTH * (net - posed[3 * k + 2]), 0.2 * middle);
    out.set(scaled(ray, z), 3 * k);
  }
  return out;
}
