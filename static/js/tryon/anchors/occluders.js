/**
 * What hides a ring: the finger that wears it, its own tip when it is bent, fingers across it.
 *
 * Depth between fingers is too uncertain to let one eat into the ring of another beside it, so a
 * neighbour hides a ring's front only as far as it lies across it, and is nearer. A shield behind
 * the finger cuts the far half off at the silhouette. Twin of tryon/anchors/occluders.py.
 */
import { add, along, clamp, column3, cross, dot, norm, perpendicular, radians, scaled, sub, unit } from '../linalg.js';
import { FINGERS } from '../types.js';
import { smoothstep } from './evidence.js';
import { WIDTH_SHARE } from './finger.js';
import { at as jointAt, PALM_LENGTH } from './handFrame.js';
import { CHAINS, PROXIMAL } from './skeleton.js';

/** @typedef {import('../linalg.js').Vec3} Vec3 */
/** @typedef {import('../types.js').Finger} Finger */
/** @typedef {import('../types.js').Occluder} Occluder */
/** @typedef {import('./finger.js').FingerAnchor} FingerAnchor */
/** @typedef {import('./handFrame.js').HandPose} HandPose */

// Radius at each joint of a finger against its radius under the ring: knuckle, middle joint,
// outer joint, tip (where the landmark lies a little short of the end).
const TAPER = [1.05, 0.97, 0.85, 0.7];
const SWELLING = 1.1; // flesh beside a ring stands out from the ring's inner side
const SOFTNESS = 0.1; // share of a cone's radius over which its silhouette fades
const METACARPAL_SHARE = 0.55; // of the way to the wrist that the hand goes on beneath the knuckle
const [ACROSS, BESIDE] = [0.55, 0.85]; // distance of two fingers' axes, widths: it hides, it does not
const TOUCHING = 1.35; // distance between the axes of neighbours side by side, widths
const SHIELD = 1.3; // radius of the shield, radii of the ring: beyond the shank
const SHIELD_BEHIND = 0.04; // radii that it stays behind the ring's middle at the silhouette
const SHIELD_ASIDE = 0.45; // radii that it gives way where a stone looks out beside the finger
const SET_BACK = 0.35; // radii that a neighbour beside the ring is set behind the ring's middle
const NEARER = 0.35; // widths by which a finger across must be nearer to the camera
const FRONT = [-60, -30, 0, 30, 60].map(radians); // of a ring, where it is asked what hides it
const BALLS = 9; // that stand for a cone then

/**
 * @typedef {object} Bone one phalanx of a mean hand
 * @property {number} start joint
 * @property {number} end joint
 * @property {number} startRadius metres
 * @property {number} endRadius
 * @property {boolean} flanks lies beside other fingers; the thumb stands apart
 */
const BONES = Object.fromEntries(FINGERS.map((finger) => [finger, bonesOf(finger)]));

/** @param {Finger} finger @returns {Bone[]} */
function bonesOf(finger) {
  const chain = CHAINS[finger].filter((joint) => joint >= PROXIMAL[finger][0]);
  const radii = TAPER.slice(-chain.length).map((taper) => 0.5 * WIDTH_SHARE[finger] * PALM_LENGTH * taper);
  return chain.slice(1).map((end, k) => ({
    start: chain[k],
    end,
    startRadius: radii[k],
    endRadius: radii[k + 1],
    flanks: finger !== 'thumb',
  }));
}

/**
 * Cones for one worn ring; the first is the phalanx that wears it, the second its shield.
 * @param {FingerAnchor} anchor the ring's place; its depth says how large the hand is
 * @param {HandPose} pose
 * @param {number} place share of the way along the bone where the ring sits
 * @returns {Occluder[]}
 */
export function fingerOccluders(anchor, pose, place) {
  const [start, end] = PROXIMAL[anchor.finger];
  const { rotation, translation: center } = anchor.cameraFromAnchor;
  const axis = column3(rotation, 1);
  const lifted = pose.joints[3 * start + 2] + place * (pose.joints[3 * end + 2] - pose.joints[3 * start + 2]);
  const growth = center[2] / lifted; // from the camera: pixels stay
  /** @param {number} k */
  const joint = (k) => scaled(jointAt(pose.joints, k), growth);
  const length = norm(sub(joint(end), joint(start)));
  const radius = 0.5 * anchor.width;
  const knuckle = along(center, -place * length, axis);
  const middle = along(center, (1 - place) * length, axis);
  const underRing = TAPER[0] + place * (TAPER[1] - TAPER[0]);
  const radii = TAPER.map((taper) => (SWELLING * radius * taper) / underRing);
  const wearing = cone(knuckle, middle, radii[0], radii[1]);
  const cones = [wearing, shield(wearing, anchor, unit(center))];
  const outer = CHAINS[anchor.finger].filter((each) => each >= end).map(joint);
  const shift = sub(middle, outer[0]);
  for (let k = 0; k + 1 < outer.length; k++) {
    cones.push(cone(add(outer[k], shift), add(outer[k + 1], shift), radii[k + 1], radii[k + 2]));
  }
  const inner = anchor.finger === 'thumb' ? CHAINS.thumb[0] : 0;
  const beneath = along(knuckle, METACARPAL_SHARE, sub(joint(inner), joint(start)));
  cones.push(cone(beneath, knuckle, 1.1 * radii[0], radii[0]));
  return [...cones, ...neighbours(anchor.finger, joint, center, radius, growth)];
}

/**
 * How much of the ring's front lies behind `cones`, 0..1.
 * @param {FingerAnchor} anchor @param {readonly Occluder[]} cones
 */
export function hiddenShare(anchor, cones) {
  const { rotation, translation: center } = anchor.cameraFromAnchor;
  const axis = column3(rotation, 1);
  const front = unit(perpendicular(scaled(center, -1), axis));
  const beside = cross(axis, front);
  const radius = 0.5 * anchor.width;
  let hidden = 0;
  for (const angle of FRONT) {
    const around = along(scaled(front, Math.cos(angle)), Math.sin(angle), beside);
    const point = along(center, radius, around);
    const reach = norm(point);
    const ray = scaled(point, 1 / reach);
    if (cones.some((each) => hides(each, ray, reach - 0.5 * radius))) hidden++;
  }
  return hidden / FRONT.length;
}

/**
 * Whether a cone passes a ray nearer than some distance.
 * @param {Occluder} limb @param {Vec3} ray unit @param {number} reach metres
 */
function hides(limb, ray, reach) {
  for (let k = 0; k < BALLS; k++) {
    const share = k / (BALLS - 1);
    const x = limb.start[0] + share * (limb.end[0] - limb.start[0]);
    const y = limb.start[1] + share * (limb.end[1] - limb.start[1]);
    const z = limb.start[2] + share * (limb.end[2] - limb.start[2]);
    const out = ray[0] * x + ray[1] * y + ray[2] * z; // how far out the ball passes the ray
    const aside = Math.sqrt(Math.max(x * x + y * y + z * z - out * out, 0));
    const radius = limb.startRadius + share * (limb.endRadius - limb.startRadius);
    if (aside < radius && out < reach) return true;
  }
  return false;
}

/**
 * @param {Vec3} start @param {Vec3} end @param {number} startRadius @param {number} endRadius
 * @returns {Occluder}
 */
const cone = (start, end, startRadius, endRadius) => ({
  start,
  end,
  startRadius,
  endRadius,
  softness: SOFTNESS,
  flat: null,
  flatness: 1,
});

/**
 * What hides the far half of a ring beside the finger that wears it.
 * @param {Occluder} wearing @param {FingerAnchor} anchor @param {Vec3} view
 */
function shield(wearing, anchor, view) {
  const axis = column3(anchor.cameraFromAnchor.rotation, 1);
  const dorsal = column3(anchor.cameraFromAnchor.rotation, 2);
  const away = dot(dorsal, view); // -1: the stone looks at the camera
  const aside = SHIELD_ASIDE * smoothstep(-0.35, -0.05, away) * (1 - smoothstep(0.75, 0.95, away));
  let across = unit(cross(axis, view));
  if (dot(across, dorsal) >= 0) across = scaled(across, -1);
  const behind = SHIELD_BEHIND + Math.sqrt(SHIELD ** 2 - (SWELLING - aside) ** 2); // past the silhouette
  const radius = 0.5 * anchor.width;
  const moved = scaled(along(scaled(view, behind), aside, across), radius);
  return cone(add(wearing.start, moved), add(wearing.end, moved), SHIELD * radius, SHIELD * radius);
}

/**
 * The cones of other fingers that lie across the ring and before it, or close beside it.
 * @param {Finger} wearer @param {(k: number) => Vec3} joint @param {Vec3} center
 * @param {number} radius @param {number} scale
 */
function neighbours(wearer, joint, center, radius, scale) {
  const view = unit(center);
  const cones = [];
  for (const finger of FINGERS) {
    if (finger === wearer) continue;
    for (const bone of BONES[finger]) {
      const [start, end] = [joint(bone.start), joint(bone.end)];
      const span = sub(end, start);
      // the nearest point of the bone to the line of sight through the ring
      const flatStart = perpendicular(sub(start, center), view);
      const flatSpan = perpendicular(span, view);
      const share = -dot(flatStart, flatSpan) / Math.max(dot(flatSpan, flatSpan), 1e-12);
      const apartFrom = sub(along(start, clamp(share, 0, 1), span), center);
      const distance = norm(perpendicular(apartFrom, view));
      const before = -dot(apartFrom, view);
      const apart = distance / (2 * radius);
      if (apart > TOUCHING) continue;
      const nearer = before / (2 * radius);
      const weight = smoothstep(-BESIDE, -ACROSS, -apart) * smoothstep(NEARER, 2 * NEARER, nearer);
      if (weight > 0.05) {
        cones.push(cone(start, end, weight * bone.startRadius * scale, weight * bone.endRadius * scale));
      } else if (apart > BESIDE && share > 0 && share < 1 && bone.flanks) {
        const thick = Math.min(bone.startRadius * scale, distance - radius);
        const back = scaled(view, before + SET_BACK * thick);
        cones.push(cone(add(start, back), add(end, back), thick, thick));
      }
    }
  }
  return cones;
}
