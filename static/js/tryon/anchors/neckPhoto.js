/**
 * The chest in a photo whose lens is not known: found as a usual portrait lens would show it, and
 * put before the assumed camera such that it looks the same. Twin of tryon/anchors/neck_photo.py.
 */
import { project, unproject } from '../frames.js';
import { ASSUMED_FOCAL_35MM, assumedIntrinsics } from '../lens.js';
import { clamp, column3, dot, multiply3, scaled, sub, turnBetween, unit } from '../linalg.js';
import { headPose } from './head.js';
import { beside, chestPose, chestRotation, neckEdges } from './neck.js';

/** @typedef {import('../frames.js').Intrinsics} Intrinsics */
/** @typedef {import('./neck.js').ChestPose} ChestPose */

const SAME_PX = 1e-3; // of a camera, about the assumed one
const PORTRAIT_FOCAL_35MM = 45;
const ALONG_SHARE = 0.2; // how high shoulders stand below a head depends on the lens as well

/**
 * The chest below a head, moved to where its neck is seen, and the neck's edges.
 * @param {import('../image.js').Picture} image
 * @param {import('./head.js').HeadPose} head
 * @param {import('../types.js').BodyLandmarks | null} body of the same person
 * @param {Intrinsics} intrinsics under which the head was posed
 * @param {Float64Array} mean (468, 3) the canonical face's points
 */
export function photoChest(image, head, body, intrinsics, mean) {
  const chest = chestPose(head, body, intrinsics);
  const edges = neckEdges(image, chest, head, intrinsics);
  const assumed = assumedIntrinsics(image.width, image.height);
  const { fx, fy, cx, cy } = intrinsics;
  const apart = Math.max(...[fx - assumed.fx, fy - assumed.fy, cx - assumed.cx, cy - assumed.cy].map(Math.abs));
  if (apart > SAME_PX) return { chest: beside(chest, edges), edges };
  const longer = PORTRAIT_FOCAL_35MM / ASSUMED_FOCAL_35MM;
  const lens = { fx: longer * fx, fy: longer * fy, cx, cy };
  const under = chestPose(headPose(head.face, lens, mean, head.size), body, lens, ALONG_SHARE);
  return { chest: beforeLens(beside(under, edges), lens, intrinsics), edges };
}

/**
 * Where a chest stands that looks through another lens as this one does through its own.
 * @param {ChestPose} chest @param {Intrinsics} lens @param {Intrinsics} other
 * @returns {ChestPose}
 */
export function beforeLens(chest, lens, other) {
  const depth = chest.notch[2] * Math.sqrt((other.fx * other.fy) / (lens.fx * lens.fy));
  const notch = unproject(other, project(lens, chest.notch), depth);
  const turned = multiply3(turnBetween(unit(chest.notch), unit(notch)), chestRotation(chest.turn));
  return { ...chest, notch, turn: turnOf(turned) };
}

/** The angles of a chest. @param {import('../linalg.js').Mat3} rotation camera from chest */
export function turnOf(rotation) {
  const [up, out] = [column3(rotation, 1), column3(rotation, 2)];
  let level = sub(scaled(up, out[2]), scaled(out, up[2])); // in the picture's plane
  if (dot(level, up) < 0) level = scaled(level, -1);
  return {
    yaw: Math.atan2(out[0], -out[2]),
    pitch: Math.asin(clamp(-out[1], -1, 1)),
    roll: Math.atan2(level[0], -level[1]),
  };
}
