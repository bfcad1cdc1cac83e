/**
 * The head as a surface that hides what lies behind it: the face as seen, skull, jaw and neck.
 * Nobody sees what stands behind the face, it only hides. Twin of tryon/anchors/head_mesh.py.
 */
import { inverse, moved } from '../frames.js';
import { pointAt } from './head.js';

/** @typedef {import('./head.js').HeadPose} HeadPose */
/** @typedef {import('./canonical.js').CanonicalFace} CanonicalFace */

// Head frame, metres, of the mean head, a little less: skin never hides what lies on it.
const [SKULL_MIDDLE, SKULL_RADII] = [[0, 0.04, -0.045], [0.07, 0.09, 0.092]];
const NECK = [[0, -0.03, -0.055], [0, -0.23, -0.085]];
const NECK_RADII = [0.05, 0.052];
// The face's outline from the left ear over the chin to the right one.
const JAW = [323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93];
const JAW_INWARD = [0.66, 1, 1]; // of the head frame's coordinates, from the jaw to under it
const JAW_BACK = [0, 0.006, -0.04];
const [AROUND, OVER] = [16, 9];
const SET_BACK = 1.5e-3; // the skin's own depth is not known better
const HIDDEN = hiddenPoints();

/** @returns {number[][]} head frame: the skull's and the neck's points on the mean head */
function hiddenPoints() {
  const out = [];
  const turns = Array.from({ length: AROUND }, (_, k) => (2 * Math.PI * k) / AROUND);
  for (let row = 0; row < OVER; row++) {
    const over = (Math.PI * row) / (OVER - 1);
    for (const turn of turns) {
      const sphere = [Math.sin(over) * Math.sin(turn), Math.cos(over), Math.sin(over) * Math.cos(turn)];
      out.push(sphere.map((value, k) => SKULL_MIDDLE[k] + value * SKULL_RADII[k]));
    }
  }
  for (const [x, y, z] of NECK) {
    for (const turn of turns) {
      out.push([x + NECK_RADII[0] * Math.sin(turn), y, z + NECK_RADII[1] * Math.cos(turn)]);
    }
  }
  return out;
}

/**
 * The surface of a head, camera frame.
 * @param {HeadPose} head @param {CanonicalFace} face @returns {import('../types.js').BodyMesh}
 */
export function headBody(head, face) {
  const count = head.points.length;
  const positions = new Float64Array(count + 3 * (HIDDEN.length + JAW.length));
  positions.set(head.points);
  let to = count;
  /** @param {number[]} point head frame */
  const put = (point) => {
    positions.set(moved(head.cameraFromHead, point), to);
    to += 3;
  };
  for (const point of HIDDEN) put(point.map((value) => value * head.size.value));
  const headFromCamera = inverse(head.cameraFromHead);
  for (const point of JAW) {
    const inside = moved(headFromCamera, pointAt(head.points, point));
    put(inside.map((value, k) => value * JAW_INWARD[k] + JAW_BACK[k]));
  }
  return { positions, triangles: trianglesOf(face), setBack: SET_BACK };
}

/** @type {WeakMap<CanonicalFace, Int32Array>} */
const known = new WeakMap();

/**
 * (m, 3) over the face's points, the skull's, the neck's and the strip under the jaw.
 * @param {CanonicalFace} face
 */
function trianglesOf(face) {
  let found = known.get(face);
  if (!found) {
    found = Int32Array.from([...face.triangles, ...hiddenTriangles(face.points.length / 3)]);
    known.set(face, found);
  }
  return found;
}

/** @param {number} skull where its points begin */
function hiddenTriangles(skull) {
  const neck = skull + OVER * AROUND;
  const under = neck + 2 * AROUND;
  const rows = [...Array.from({ length: OVER - 1 }, (_, k) => skull + k * AROUND), neck];
  const quads = rows.flatMap((row) =>
    Array.from({ length: AROUND }, (_, k) => {
      const [near, beside] = [row + k, row + ((k + 1) % AROUND)];
      return [near, beside, beside + AROUND, near + AROUND];
    }),
  );
  for (let k = 0; k + 1 < JAW.length; k++) quads.push([JAW[k], JAW[k + 1], under + k + 1, under + k]);
  return [...quads.flatMap(([a, b, c]) => [a, b, c]), ...quads.flatMap(([a, , c, d]) => [a, c, d])];
}
