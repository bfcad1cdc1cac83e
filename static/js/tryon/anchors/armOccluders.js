/**
 * What hides a piece at the wrist: the arm that wears it, and the hand bent over it.
 * Twin of tryon/anchors/arm_occluders.py.
 */
import { along, column3, perpendicular, scaled, sub, unit } from '../linalg.js';
import { FINGERS } from '../types.js';
import { WIDTH_SHARE } from './finger.js';
import { at as jointAt, PALM_LENGTH } from './handFrame.js';
import { CHAINS, WRIST } from './skeleton.js';

/** @typedef {import('../linalg.js').Vec3} Vec3 */
/** @typedef {import('../types.js').Occluder} Occluder */
/** @typedef {import('./handFrame.js').HandPose} HandPose */
/** @typedef {import('./wrist.js').WristAnchor} WristAnchor */

const ARM_PALMS = 2; // of forearm beyond the wrist joint
const SOFTNESS = 0.06; // share of a cone's radius over which its silhouette fades
const PALM_RADII = [0.34, 0.43]; // palms, at the wrist's side and at the knuckles
const PALM_FLATNESS = 0.42;
const PALM_FROM = 0.22; // of the way from the wrist to the knuckles
const TIP = 0.75; // radius of a finger's end against its root

/**
 * @param {Vec3} start @param {Vec3} end @param {number} startRadius @param {number} endRadius
 * @param {Vec3 | null} flat @param {number} flatness
 * @returns {Occluder}
 */
const cone = (start, end, startRadius, endRadius, flat = null, flatness = 1) => ({
  start,
  end,
  startRadius,
  endRadius,
  softness: SOFTNESS,
  flat,
  flatness,
});

/**
 * Cones for one wrist; the first is the forearm, which wears the pieces.
 * @param {WristAnchor} wrist @param {HandPose} pose @returns {Occluder[]}
 */
export function armOccluders(wrist, pose) {
  const { rotation, translation } = wrist.cameraFromAnchor;
  const axis = column3(rotation, 1);
  const reach = ARM_PALMS * wrist.metresPerPalm;
  const joint = along(translation, wrist.fromJoint, axis);
  const elbow = along(joint, -reach, axis);
  const grows = 0.5 * wrist.taper;
  const radius = wrist.section.halfBreadth;
  const atJoint = Math.max(radius - grows * wrist.fromJoint, 0.8 * radius);
  const atElbow = radius + grows * (reach - wrist.fromJoint);
  const flatness = wrist.section.halfDepth / radius;
  return [cone(elbow, joint, atElbow, atJoint, column3(rotation, 2), flatness), ...handCones(pose, joint)];
}

/**
 * The palm and the fingers, with the wrist joint where the arm has it.
 * @param {HandPose} pose @param {Vec3} wrist
 */
function handCones(pose, wrist) {
  const scale = wrist[2] / pose.joints[3 * WRIST + 2];
  /** @param {number} k */
  const joint = (k) => scaled(jointAt(pose.joints, k), scale);
  const palm = PALM_LENGTH * scale;
  const knuckles = along(scaled(joint(9), 0.5), 0.5, joint(13));
  const root = along(joint(WRIST), PALM_FROM, sub(knuckles, joint(WRIST)));
  const flat = unit(perpendicular(pose.dorsal, unit(sub(knuckles, root))));
  const cones = [cone(root, knuckles, PALM_RADII[0] * palm, PALM_RADII[1] * palm, flat, PALM_FLATNESS)];
  for (const finger of FINGERS) {
    const thick = 0.5 * WIDTH_SHARE[finger] * palm;
    /** @param {number} k */
    const radius = (k) => thick * (1 + ((TIP - 1) * k) / 3);
    for (let k = finger === 'thumb' ? 1 : 0; k < 3; k++) {
      const [start, end] = [joint(CHAINS[finger][k]), joint(CHAINS[finger][k + 1])];
      cones.push(cone(start, end, radius(k), radius(k + 1)));
    }
  }
  return cones;
}
