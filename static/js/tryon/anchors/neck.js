/**
 * The chest before the camera: where a necklace hangs. The head may turn, the chest stays.
 *
 * Chest frame: origin at the suprasternal notch, +x to the wearer's left, +Y up, +Z out of the
 * chest. Twin of tryon/anchors/neck.py, where the figures' sources stand.
 */
import { focalOf, moved, project, unproject } from '../frames.js';
import { cropped } from '../image.js';
import { reduced8 } from '../reduction.js';
import {
  add, along, apply3, clamp, columns3, cross, dot, norm, perpendicular, radians, scaled, sub, unit, unit2,
} from '../linalg.js';
import { findContour, HALF_SPAN } from './contour.js';
import { smoothstep } from './evidence.js';
import { CHIN, pointAt } from './head.js';

/** @typedef {import('../linalg.js').Vec3} Vec3 */
/** @typedef {import('../frames.js').Intrinsics} Intrinsics */
/** @typedef {import('../types.js').BodyLandmarks} BodyLandmarks */
/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('./head.js').HeadPose} HeadPose */

/**
 * How a chest stands before the camera, radians.
 * @typedef {object} ChestTurn
 * @property {number} yaw to the picture's right
 * @property {number} pitch tilted up
 * @property {number} roll clockwise in the picture
 */

/**
 * One chest in the camera's frame, metres.
 * @typedef {object} ChestPose
 * @property {ChestTurn} turn
 * @property {Vec3} notch
 * @property {number} size of the body over the mean one's, as the head's
 * @property {number} shoulders 0..1, how far its turn and place are known by the shoulders
 * @property {number} confidence 0..1
 */

/**
 * What the neck's two edges in the picture say.
 * @typedef {object} NeckEdges
 * @property {number} side metres by which the neck's middle stands to the picture's right of expected
 * @property {number} breadth of the neck over the mean body's at the head's size
 * @property {number} trust 0..1
 * @property {number} turn radians, of the neck's axis against the expected, clockwise
 */

const [LEFT_SHOULDER, RIGHT_SHOULDER] = [11, 12];
const [SEEN_FROM, SEEN] = [0.25, 0.65]; // visibilities of a shoulder between which it counts
// What is left of the head's turns in a chest whose shoulders are not seen.
const [HEAD_YAW, HEAD_ROLL, HEAD_PITCH] = [0.25, 0.5, 0.15];
const LEVEL_PITCH = radians(-10); // of the canonical face's frame, when somebody looks straight
const YAW_EXCESS = 0.18; // per radian, of the yaw by the shoulders' depths
const TURNED_AWAY = [radians(78), radians(98)]; // yaws between which the chest goes out of sight
const EDGE_ON = [0.47, 0.56];
const CHIN_OVER_SHOULDERS = 0.6;
const [MOST_ROLL, MOST_PITCH] = [radians(40), radians(20)];
const PIVOT = [0, -0.05, -0.03]; // head frame, metres of the mean body
const NOTCH_FROM_PIVOT = [0, -0.119, 0.035]; // chest frame
const NOTCH_FROM_SHOULDERS = [0, 0.004, 0.045]; // chest frame, from the joints' middle
const SHOULDERS_BEHIND = 0.01; // metres from the head's middle to the shoulders' joints
const SHOULDER_JOINTS = 0.315; // metres between them, as the net places them on a mean body
const SHOULDERS_SHARE = 0.4; // against the head, in placing the notch
const GAP_DOUBT = 0.055; // metres between the two by which the shoulders count half as much

/** Camera from chest. @param {ChestTurn} turn */
export function chestRotation({ yaw, pitch, roll }) {
  const level = Math.cos(pitch);
  const out = [Math.sin(yaw) * level, -Math.sin(pitch), -Math.cos(yaw) * level];
  const up = unit(perpendicular([Math.sin(roll), -Math.cos(roll), 0], out));
  return columns3(cross(up, out), up, out);
}

/** @param {ChestPose} chest @returns {import('../frames.js').RigidTransform} */
export const cameraFromChest = (chest) => ({ rotation: chestRotation(chest.turn), translation: chest.notch });

/**
 * Where the chest below a head is.
 * @param {HeadPose} head
 * @param {BodyLandmarks | null} body of the same person, where it was found
 * @param {Intrinsics} intrinsics
 * @param {number} alongShare of the shoulders against the head, in placing the notch along the body
 * @returns {ChestPose}
 */
export function chestPose(head, body, intrinsics, alongShare = SHOULDERS_SHARE) {
  const seen = shouldersSeen(body);
  const byHead = turnByHead(head);
  let turn = byHead;
  if (body && seen > 0) {
    const byBody = turnByShoulders(head, body, intrinsics);
    turn = {
      yaw: (1 - seen) * byHead.yaw + seen * byBody.yaw,
      pitch: (1 - seen) * byHead.pitch + seen * byBody.pitch,
      roll: (1 - seen) * byHead.roll + seen * byBody.roll,
    };
  }
  const size = head.size.value;
  const rotation = chestRotation(turn);
  const pivot = moved(head.cameraFromHead, scaled(PIVOT, size));
  let notch = along(pivot, size, apply3(rotation, NOTCH_FROM_PIVOT));
  if (body && seen > 0) {
    const depth = head.cameraFromHead.translation[2] + size * SHOULDERS_BEHIND;
    const middle = unproject(intrinsics, shouldersMiddle(body), depth);
    let other = along(middle, size, apply3(rotation, NOTCH_FROM_SHOULDERS));
    other = scaled(other, notch[2] / Math.max(other[2], 1e-3));
    const gap = sub(other, notch);
    const trust = seen / (1 + (norm(gap) / size / GAP_DOUBT) ** 2);
    const up = [rotation[1], rotation[4], rotation[7]];
    const upwards = scaled(up, dot(up, gap));
    notch = along(notch, trust * SHOULDERS_SHARE, sub(gap, upwards));
    notch = along(notch, trust * alongShare, upwards);
  }
  let confidence = 1 - smoothstep(TURNED_AWAY[0], TURNED_AWAY[1], Math.abs(turn.yaw));
  if (body) confidence *= 1 - seen * (1 - smoothstep(EDGE_ON[0], EDGE_ON[1], chestShows(head, body)));
  return { turn, notch, size, shoulders: seen, confidence };
}

/** @param {BodyLandmarks} body */
function shouldersMiddle({ pointsPx: p }) {
  const [left, right] = [2 * LEFT_SHOULDER, 2 * RIGHT_SHOULDER];
  return [0.5 * (p[left] + p[right]), 0.5 * (p[left + 1] + p[right + 1])];
}

/** How far both shoulders can be believed, 0..1. @param {BodyLandmarks | null} body */
export function shouldersSeen(body) {
  if (!body) return 0;
  return smoothstep(SEEN_FROM, SEEN, Math.min(body.visibility[LEFT_SHOULDER], body.visibility[RIGHT_SHOULDER]));
}

/**
 * How much of the chest's front can be seen at all: about 1 from the front, 0.4 of a back.
 * @param {HeadPose} head @param {BodyLandmarks} body
 */
export function chestShows(head, body) {
  const p = body.pointsPx;
  const pxPerMetre = 1e3 / head.scale.mmPerPx.value;
  const [left, right] = [2 * LEFT_SHOULDER, 2 * RIGHT_SHOULDER];
  const breadth = Math.hypot(p[left] - p[right], p[left + 1] - p[right + 1]) / pxPerMetre;
  const { rotation } = head.cameraFromHead;
  const [upX, upY] = [rotation[1], rotation[4]];
  const length = Math.max(Math.hypot(upX, upY), 1e-6);
  const middle = shouldersMiddle(body);
  const [x, y] = [head.face.pointsPx[2 * CHIN] - middle[0], head.face.pointsPx[2 * CHIN + 1] - middle[1]];
  const over = (x * upX + y * upY) / length / Math.max(head.height * pxPerMetre, 1e-6);
  return breadth / (SHOULDER_JOINTS * head.size.value) + CHIN_OVER_SHOULDERS * over;
}

/** The angle by which a head stands beside the picture's middle. @param {HeadPose} head */
function asideOf({ cameraFromHead: { translation } }) {
  return -Math.atan2(translation[0], translation[2]); // of a chest that faces the camera
}

/** A little of the head's own turn about the line of sight to it. @param {HeadPose} head */
function turnByHead(head) {
  const r = head.cameraFromHead.rotation;
  const aside = asideOf(head);
  const yaw = Math.atan2(r[2], -r[8]);
  const pitch = Math.asin(clamp(-r[5], -1, 1)) - LEVEL_PITCH;
  const roll = Math.atan2(r[1], -r[4]);
  return {
    yaw: aside + HEAD_YAW * wrapped(yaw - aside),
    pitch: clamp(HEAD_PITCH * pitch, -MOST_PITCH, MOST_PITCH),
    roll: clamp(HEAD_ROLL * roll, -MOST_ROLL, MOST_ROLL),
  };
}

/**
 * Yaw by the depths of the shoulders, roll by their places in the picture.
 * @param {HeadPose} head @param {BodyLandmarks} body @param {Intrinsics} intrinsics
 */
function turnByShoulders(head, body, intrinsics) {
  const span = sub(pointAt(body.world, LEFT_SHOULDER), pointAt(body.world, RIGHT_SHOULDER));
  const z = head.cameraFromHead.translation[2];
  const turned = Math.atan2(span[2], span[0]);
  // the net looks at its crop as if it were the middle
  const yaw = asideOf(head) + turned * (1 - YAW_EXCESS * Math.min(Math.abs(turned), 1.6));
  const breadth = SHOULDER_JOINTS * head.size.value;
  const nearer = 0.5 * breadth * Math.sin(yaw); // the shoulder that comes forward looks lower
  const [left, right] = [LEFT_SHOULDER, RIGHT_SHOULDER].map((joint, k) => {
    const pixel = [body.pointsPx[2 * joint], body.pointsPx[2 * joint + 1]];
    return unproject(intrinsics, pixel, z + (k === 0 ? nearer : -nearer));
  });
  const [across, down] = sub(left, right);
  const whole = Math.max(Math.hypot(across, down), breadth); // as if seen from the front
  const roll = Math.asin(clamp(down / whole, -1, 1));
  return { yaw, pitch: turnByHead(head).pitch, roll: clamp(roll, -MOST_ROLL, MOST_ROLL) };
}

/** @param {number} angle radians */
function wrapped(angle) {
  const turn = 2 * Math.PI;
  return ((((angle + Math.PI) % turn) + turn) % turn) - Math.PI;
}

// ---------------------------------------------------------------- the neck's edges

/** Metres, half the breadth of a mean neck where its edges are looked for. */
export const NECK_HALF = 0.051;
/** Of the neck's base: its middle, metres, chest frame. */
export const AXIS_FROM_NOTCH = [0, 0.026, -0.049];
const HEAD_END = [0, -0.045, -0.03]; // head frame: where the neck's axis meets the head
const ENOUGH_PX = 60; // of a neck's breadth to look for its edges in
const [EDGE_FROM, EDGE_SURE] = [0.25, 0.6]; // confidences of an edge
const SIDE_SHARE = 0.85; // how far two sure edges draw the neck's middle to theirs
const MOST_SIDE = 0.035; // metres
const WIDTHS = [0.8, 1.32]; // of the mean neck's breadth: others are hair's, a collar's, a jaw's

/** @type {NeckEdges} */
const UNSEEN = { side: 0, breadth: 1, trust: 0, turn: 0 };

/**
 * Measure the neck between jaw and collar.
 * @param {Picture} image @param {ChestPose} chest @param {HeadPose} head
 * @param {Intrinsics} intrinsics
 * @returns {NeckEdges}
 */
export function neckEdges(image, chest, head, intrinsics) {
  const base = along(chest.notch, chest.size, apply3(chestRotation(chest.turn), AXIS_FROM_NOTCH));
  const top = moved(head.cameraFromHead, scaled(HEAD_END, head.size.value));
  const end = along(base, 0.1 * chest.size, unit(sub(top, base)));
  if (Math.min(base[2], end[2]) <= 0.02) return UNSEEN;
  const [startPx, endPx] = [project(intrinsics, base), project(intrinsics, end)];
  const mm = (chest.size * focalOf(intrinsics)) / base[2];
  const widthPx = 2 * NECK_HALF * mm;
  const [x, y] = [0.5 * (startPx[0] + endPx[0]), 0.5 * (startPx[1] + endPx[1])];
  if (widthPx < 12 || !(x > 0 && x < image.width && y > 0 && y < image.height)) return UNSEEN;
  const chin = project(intrinsics, pointAt(head.points, CHIN));
  const reach = [endPx[0] - startPx[0], endPx[1] - startPx[1]];
  const square = reach[0] * reach[0] + reach[1] * reach[1];
  const underChin = ((chin[0] - startPx[0]) * reach[0] + (chin[1] - startPx[1]) * reach[1]) / square;
  const high = clamp(underChin - 0.03, 0.06, 0.5);
  const low = high - 0.28;
  const less = Math.max(Math.trunc(widthPx / ENOUGH_PX), 1);
  const across = unit2([-reach[1], reach[0]]).map((value) => HALF_SPAN * widthPx * value);
  const around = [low, high].flatMap((share) =>
    [-1, 1].map((side) => startPx.map((value, k) => value + share * reach[k] + side * across[k])),
  );
  const { small, corner } = reducedAbout(image, around, less);
  const contour = findContour(small, {
    startPx: startPx.map((value, k) => (value - corner[k]) / less),
    endPx: endPx.map((value, k) => (value - corner[k]) / less),
    at: 0.5 * (low + high),
    first: low,
    last: high,
    widthPx: widthPx / less,
    leftLimitPx: Infinity,
    rightLimitPx: Infinity,
  });
  return read(contour, widthPx / less, mm / less);
}

/**
 * What of a picture holds these points, at a whole part of its size, and its corner's pixel.
 * @param {Picture} image @param {number[][]} around pixels @param {number} less so many become one
 */
function reducedAbout(image, around, less) {
  if (less === 1) return { small: image, corner: [0, 0] };
  const margin = 6 * less; // for what smooths it
  const limits = [image.width, image.height];
  const low = limits.map((limit, k) =>
    clamp(Math.floor(Math.min(...around.map((point) => point[k]))) - margin, 0, limit - less),
  );
  const high = limits.map((limit, k) =>
    clamp(Math.ceil(Math.max(...around.map((point) => point[k]))) + margin, low[k] + less, limit),
  );
  const size = high.map((value, k) => Math.floor((value - low[k]) / less));
  const crop = cropped(image, low[0], low[1], less * size[0], less * size[1]);
  return { small: reduced8(crop, size[0], size[1]), corner: low };
}

/**
 * @param {import('./contour.js').Contour} contour @param {number} widthPx @param {number} pxPerMetre
 * @returns {NeckEdges}
 */
function read({ left, right }, widthPx, pxPerMetre) {
  const sure =
    smoothstep(EDGE_FROM, EDGE_SURE, left.confidence) * smoothstep(EDGE_FROM, EDGE_SURE, right.confidence);
  const breadth = (left.offsetPx + right.offsetPx) / widthPx;
  const plausible =
    smoothstep(WIDTHS[0] - 0.12, WIDTHS[0], breadth) * (1 - smoothstep(WIDTHS[1], WIDTHS[1] + 0.12, breadth));
  return {
    side: clamp((0.5 * (right.offsetPx - left.offsetPx)) / pxPerMetre, -MOST_SIDE, MOST_SIDE),
    breadth,
    trust: Math.sqrt(sure) * plausible,
    turn: Math.atan(0.5 * (right.slope - left.slope)),
  };
}

/** The chest moved to where its neck is seen. @param {ChestPose} chest @param {NeckEdges} edges */
export const beside = (chest, edges) => ({
  ...chest,
  notch: add(chest.notch, [SIDE_SHARE * edges.trust * edges.side * chest.size, 0, 0]),
});
