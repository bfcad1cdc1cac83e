/**
 * Where an ear's lobe is pierced: on the head by what heads are, then by the face's own points.
 * Twin of tryon/anchors/ear.py, where the figures' sources stand.
 */
import { moved, project, unproject } from '../frames.js';
import { add, along, column3, columns3, cross, radians, scaled, sub, unit } from '../linalg.js';
import { signedDistance } from '../outline.js';
import { FACE_POINTS } from './canonical.js';
import { smoothstep } from './evidence.js';
import { CHIN, FACE_TOP, pointAt, yawOf } from './head.js';

/** @typedef {import('../types.js').Ear} Ear */
/** @typedef {import('../frames.js').Intrinsics} Intrinsics */
/** @typedef {import('./head.js').HeadPose} HeadPose */

/**
 * One pierced lobe before the camera.
 * @typedef {object} EarAnchor
 * @property {Ear} ear
 * @property {import('../frames.js').RigidTransform} cameraFromAnchor +Y up along the ear, +Z out of
 *     the lobe's face
 * @property {number[]} lobePx (2,)
 * @property {number} heightPx of the whole ear
 * @property {number} turn radians by which the head shows this ear; negative: turned away
 */

const LOBE = [0.0806, -0.022, -0.0343]; // of the mean head, metres: outwards, up, forwards
// Points of the face beside each ear, whose common shift from the mean head moves it.
const BESIDE = { right: [127, 234, 93, 132, 58], left: [356, 454, 323, 361, 288] };
/** Points of the face on the cheek beside each ear. */
export const CHEEK = { right: [123, 147, 187, 213], left: [352, 376, 411, 433] };
/** Along the head's x. */
export const OUTWARDS = { right: -1, left: 1 };
const FORWARD = radians(40); // by which the lobe's face turns from outwards to the front
const EAR_HEIGHT = 0.0618; // metres: ANSUR II
const LOBE_THICKNESS = 4.3e-3;
const [AT_THE_FACE, OFF_THE_FACE] = [-0.004, 0.004]; // face heights from its outline to a piercing
const BEHIND_SKIN = 0.12e-3; // so that what lies on the lobe is not cut by it
// The lobe and the ear above it in the anchor's plane, millimetres, x forwards, about the piercing.

const OUTLINE = [
  [7.5, 4.0], [6.6, -0.8], [4.2, -4.2], [0.8, -5.6], [-2.8, -5.3], [-6.0, -3.2],
  [-8.6, 1.0], [-11.5, 8.0], [-15.0, 18.0], [-18.0, 30.0], [-16.0, 41.0], [-7.0, 49.0],
  [3.0, 49.0], [9.0, 40.0], [9.0, 22.0], [8.0, 10.0],
];
const AT_CHEEK = [13, 14, 0, 1]; // of the outline: what is beside the first of the face's points
const [HIDDEN_TURN, SHOWN_TURN] = [radians(-8), radians(-4)];

/**
 * The piercing of one ear by the head alone.
 * @param {HeadPose} head @param {Ear} ear @param {Intrinsics} intrinsics
 * @param {Float64Array} mean (468, 3) the canonical face's points
 * @returns {EarAnchor}
 */
export function placeEar(head, ear, intrinsics, mean) {
  const size = head.size.value;
  const sign = OUTWARDS[ear];
  const { cameraFromHead } = head;
  let lobe = moved(cameraFromHead, [sign * LOBE[0] * size, LOBE[1] * size, LOBE[2] * size]);
  for (const point of BESIDE[ear]) {
    const expected = moved(cameraFromHead, scaled(pointAt(mean, point), size));
    lobe = along(lobe, 1 / BESIDE[ear].length, sub(pointAt(head.points, point), expected));
  }
  const [across, up, front] = [0, 1, 2].map((axis) => column3(cameraFromHead.rotation, axis));
  const out = unit(add(scaled(across, sign * Math.cos(FORWARD)), scaled(front, Math.sin(FORWARD))));
  return {
    ear,
    cameraFromAnchor: { rotation: columns3(cross(up, out), up, out), translation: lobe },
    lobePx: project(intrinsics, lobe),
    heightPx: (EAR_HEIGHT * size * intrinsics.fy) / lobe[2],
    turn: -sign * yawOf(head),
  };
}

/**
 * The same ear with its piercing on another pixel, at the same depth.
 * @param {EarAnchor} anchor @param {number[]} lobePx @param {Intrinsics} intrinsics
 * @returns {EarAnchor}
 */
export function movedTo(anchor, lobePx, intrinsics) {
  const { rotation, translation } = anchor.cameraFromAnchor;
  const lobe = unproject(intrinsics, lobePx, translation[2]);
  return { ...anchor, cameraFromAnchor: { rotation, translation: lobe }, lobePx };
}

/**
 * The lobe and the ear above it as a thin plate, and the skin between it and the cheek. It hides
 * posts, clasps and the ends of hooks behind it.
 * @param {EarAnchor} anchor @param {HeadPose} head @returns {import('../types.js').BodyMesh}
 */
export function lobeBody(anchor, head) {
  const count = OUTLINE.length;
  const size = 1e-3 * head.size.value * (anchor.ear === 'left' ? -1 : 1);
  const positions = new Float64Array(3 * (2 * count + AT_CHEEK.length));
  OUTLINE.forEach(([x, y], k) => {
    const flat = [size * x, Math.abs(size) * y];
    positions.set(moved(anchor.cameraFromAnchor, [...flat, -BEHIND_SKIN]), 3 * k);
    positions.set(moved(anchor.cameraFromAnchor, [...flat, -LOBE_THICKNESS]), 3 * (count + k));
  });
  AT_CHEEK.forEach((_, k) => {
    positions.set(pointAt(head.points, BESIDE[anchor.ear][k]), 3 * (2 * count + k));
  });
  return { positions, triangles: PLATE, setBack: 0 };
}

/** (m, 3) over the outline's points in front, those behind, and the face's beside the ear. */
const PLATE = plateTriangles();

function plateTriangles() {
  const n = OUTLINE.length;
  const out = [];
  for (const side of [0, n]) for (let k = 1; k < n - 1; k++) out.push(side, side + k, side + k + 1);
  for (let k = 0; k < n; k++) out.push(k, (k + 1) % n, ((k + 1) % n) + n);
  for (let k = 0; k < n; k++) out.push(k, ((k + 1) % n) + n, k + n);
  const skin = AT_CHEEK.slice(1).map((_, k) => [n + AT_CHEEK[k], n + AT_CHEEK[k + 1], 2 * n + k + 1, 2 * n + k]);
  for (const [a, b, c] of skin) out.push(a, b, c);
  for (const [a, , c, d] of skin) out.push(a, c, d);
  return Int32Array.from(out);
}

/**
 * How far an ear shows, 0..1: behind the cheek of a head turned away it does not.
 * @param {number} turn radians, of the anchor
 * @param {number} grace radians by which an ear that is shown may turn further before it goes
 */
export const shownByTurn = (turn, grace = 0) => smoothstep(HIDDEN_TURN - grace, SHOWN_TURN - grace, turn);

/**
 * That a lobe found stands beside the face's own outline, 0..1; on it a cheek's edge was found.
 * @param {EarAnchor} anchor @param {HeadPose} head
 */
export function offTheFace({ lobePx }, { face: { pointsPx: p } }) {
  const away = -signedDistance(p.slice(0, 2 * FACE_POINTS), lobePx[0], lobePx[1]);
  const height = Math.hypot(p[2 * FACE_TOP] - p[2 * CHIN], p[2 * FACE_TOP + 1] - p[2 * CHIN + 1]);
  return smoothstep(AT_THE_FACE, OFF_THE_FACE, away / Math.max(height, 1));
}
