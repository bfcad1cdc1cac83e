/**
 * Neck, shoulders and chest of one wearer as a surface that hides the far half of a chain.
 * Twin of tryon/anchors/chest.py.
 */
import { MEAN_BASE, neckDepth } from '../body.js';
import { inverse, movedAll } from '../frames.js';

/** @typedef {import('../types.js').BodyMesh} BodyMesh */

/** @param {number} from @param {number} to @param {number} count */
const evenly = (from, to, count) => Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));

// Metres above the notch, on the mean body: close together where the neck rises.
const LEVELS = [...evenly(-0.33, -0.03, 9), ...evenly(-0.022, 0.082, 16), 0.093, 0.105];
const AROUND = 48;
// Points inside the body through which its axis runs, y and z.
const [AXIS_Y, AXIS_Z] = [[-0.33, -0.06, 0.026, 0.105], [-0.08, -0.072, -0.049, -0.007]];
const FARTHEST = 0.26; // metres from the axis to the point of a shoulder
const [STEPS, HALVINGS] = [44, 9];
const SET_BACK = 1.2e-3; // metres: so much the skin of this wearer may lie deeper than the mean one's
const FACE_SET_BACK = 1.5e-3;

/** @param {number} y metres on the mean body */
function axisZ(y) {
  const k = y <= AXIS_Y[1] ? 0 : y <= AXIS_Y[2] ? 1 : 2;
  const share = Math.min(Math.max((y - AXIS_Y[k]) / (AXIS_Y[k + 1] - AXIS_Y[k]), 0), 1);
  return AXIS_Z[k] + share * (AXIS_Z[k + 1] - AXIS_Z[k]);
}

/**
 * Metres from the body's axis along a ray to where it leaves the body for good.
 * @param {number} base @param {number} y @param {number} z on the axis
 * @param {number} turn radians of the ray about it
 */
function reachOf(base, y, z, turn) {
  const scale = base / MEAN_BASE;
  const step = (scale * FARTHEST) / STEPS;
  /** @param {number} reach */
  const within = (reach) => neckDepth(base, Math.sin(turn) * reach, y, z + Math.cos(turn) * reach) < 0;
  let last = STEPS;
  while (last > 0 && !within(last * step)) last--;
  let [near, far] = [last * step, (last + 1) * step];
  for (let k = 0; k < HALVINGS; k++) {
    const half = 0.5 * (near + far);
    if (within(half)) near = half;
    else far = half;
  }
  return near;
}

/**
 * @typedef {object} Skin closed above by a lid under the chin; chest frame
 * @property {Float64Array} points (n, 3) metres
 * @property {Int32Array} triangles (m, 3)
 * @property {Float64Array} planes (m, 4) of the triangles, outward
 */
/** @type {Map<number, Skin>} */
const known = new Map();

/**
 * The skin of a wearer; made once for a base.
 * @param {number} base metres round the base of the neck @returns {Skin}
 */
export function chestSurface(base) {
  const found = known.get(base);
  if (found) return found;
  const scale = base / MEAN_BASE;
  const points = [];
  for (const level of LEVELS) {
    const [y, z] = [scale * level, scale * axisZ(level)];
    for (let k = 0; k < AROUND; k++) {
      const turn = (2 * Math.PI * k) / AROUND;
      const reach = reachOf(base, y, z, turn);
      points.push(Math.sin(turn) * reach, y, z + Math.cos(turn) * reach);
    }
  }
  const lid = LEVELS.length * AROUND;
  points.push(0, scale * LEVELS[LEVELS.length - 1], scale * AXIS_Z[3]);
  const skin = { points: Float64Array.from(points), triangles: trianglesOf(lid), planes: new Float64Array(0) };
  skin.planes = planesOf(skin.points, skin.triangles);
  known.set(base, skin);
  return skin;
}

/** @param {number} lid index of the point under the chin */
function trianglesOf(lid) {
  const quads = [];
  for (let row = 0; row + 1 < LEVELS.length; row++) {
    for (let k = 0; k < AROUND; k++) {
      const [a, b] = [row * AROUND + k, row * AROUND + ((k + 1) % AROUND)];
      quads.push([a, b, b + AROUND, a + AROUND]);
    }
  }
  const out = [...quads.flatMap(([a, b, c]) => [a, b, c]), ...quads.flatMap(([a, , c, d]) => [a, c, d])];
  const last = lid - AROUND;
  for (let k = 0; k < AROUND; k++) out.push(lid, last + k, last + ((k + 1) % AROUND));
  return Int32Array.from(out);
}

/** @param {Float64Array} p @param {Int32Array} triangles */
function planesOf(p, triangles) {
  const planes = new Float64Array((triangles.length / 3) * 4);
  for (let k = 0, to = 0; k < triangles.length; k += 3, to += 4) {
    const [a, b, c] = [3 * triangles[k], 3 * triangles[k + 1], 3 * triangles[k + 2]];
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    planes[to] = uy * vz - uz * vy;
    planes[to + 1] = uz * vx - ux * vz;
    planes[to + 2] = ux * vy - uy * vx;
    planes[to + 3] = -(planes[to] * p[a] + planes[to + 1] * p[a + 1] + planes[to + 2] * p[a + 2]);
  }
  return planes;
}

/**
 * The skin of a wearer in the camera's frame: the side of it that the camera sees.
 * @param {import('../frames.js').RigidTransform} cameraFromChest @param {number} base
 * @returns {BodyMesh}
 */
export function chestBody(cameraFromChest, base) {
  const { points, triangles, planes } = chestSurface(base);
  const [x, y, z] = inverse(cameraFromChest).translation;
  const seen = triangles.filter((_, corner) => {
    const plane = 4 * Math.floor(corner / 3);
    return planes[plane] * x + planes[plane + 1] * y + planes[plane + 2] * z + planes[plane + 3] > 0;
  });
  return { positions: movedAll(cameraFromChest, points), triangles: seen, setBack: SET_BACK };
}

/**
 * The face as it is seen: a chin hides the chain below it.
 * @param {import('./head.js').HeadPose} head @param {import('./canonical.js').CanonicalFace} face
 * @returns {BodyMesh}
 */
export const faceBody = (head, face) => ({
  positions: head.points,
  triangles: face.triangles,
  setBack: FACE_SET_BACK,
});
