/**
 * Where a viewer looks from, in numbers that can be damped: bounded, moved by pixels, said in words.
 * Azimuth is the piece's turn; the light stands still. Metres and radians.
 */
import { step } from '../damper.js';

/** @typedef {import('./camera.js').View} View */
/** @typedef {import('./camera.js').Frame} Frame */

/**
 * How a piece is looked at, against how its file frames it.
 * @typedef {object} Pose
 * @property {number} azimuth
 * @property {number} elevation above the horizon
 * @property {number} zoom doublings of the piece's size; 0 is the poster
 * @property {number} x of the point looked at, from the frame's own, in axes that turn with the piece
 * @property {number} y
 * @property {number} z
 */

/**
 * @typedef {object} Limits
 * @property {[number, number]} elevation
 * @property {[number, number]} zoom
 * @property {number} reach metres, of the point looked at
 */

/**
 * How the poster lies on the canvas, so that the picture takes its place without a step.
 * @typedef {object} Fit
 * @property {number} focal CSS pixels of the canvas
 * @property {number} scale of distances: the canvas's shorter side, in sides of the poster
 * @property {number} right CSS pixels that the poster's middle lies from the canvas's
 * @property {number} down
 */

const WORDS = {
  sides: [
    _('from the front'),
    _('from the front left'),
    _('from the left'),
    _('from the back left'),
    _('from the back'),
    _('from the back right'),
    _('from the right'),
    _('from the front right'),
  ],
  above: _('from above'),
  highAbove: _('well above'),
  aLittleAbove: _('a little above'),
  below: _('a little below'),
  close: _('close'),
};

const DEGREE = Math.PI / 180;
const STANDING = [3 * DEGREE, 86 * DEGREE]; // never from under the ground
const HANGING = [-30 * DEGREE, 50 * DEGREE];
const FARTHEST = -1.5; // doublings: on a small screen there is a coin beside it
const CLOSEST = 3.2;
const LEAST_ROOM = 1.25; // radii between the eye and the point looked at
const FRAMED = 9; // radii of what the frame holds, from which it is seen
const REST = { azimuth: 5e-4, elevation: 5e-4, zoom: 1e-3, x: 1e-6, y: 1e-6, z: 1e-6 };
const NUMBERS = /** @type {(keyof Pose)[]} */ (Object.keys(REST));
const CLOSE = 0.9; // doublings from which a view is called close

/**
 * @param {Frame} frame
 * @returns {Pose}
 */
export function home(frame) {
  return { azimuth: 0, elevation: frame.elevation, zoom: 0, x: 0, y: 0, z: 0 };
}

/**
 * @param {Frame} frame
 * @param {number} radius of the piece
 * @returns {Limits}
 */
export function limitsOf(frame, radius) {
  const [low, high] = frame.stands ? STANDING : HANGING;
  const near = Math.min(radius, frame.distance / FRAMED); // a pendant's chain may leave the frame
  const room = Math.log2(frame.distance / (near * LEAST_ROOM));
  return {
    elevation: [Math.min(low, frame.elevation), Math.max(high, frame.elevation)],
    zoom: [FARTHEST, Math.max(Math.min(CLOSEST, room), 0.5)],
    reach: near,
  };
}

/**
 * @param {number} value
 * @param {readonly [number, number]} range
 */
function within(value, [low, high]) {
  return Math.min(Math.max(value, low), high);
}

/**
 * The nearest pose that may be taken.
 * @param {Pose} pose
 * @param {Limits} limits
 * @returns {Pose}
 */
export function bounded(pose, limits) {
  const away = Math.hypot(pose.x, pose.y, pose.z);
  const share = away > limits.reach ? limits.reach / away : 1;
  return {
    azimuth: pose.azimuth,
    elevation: within(pose.elevation, limits.elevation),
    zoom: within(pose.zoom, limits.zoom),
    x: pose.x * share,
    y: pose.y * share,
    z: pose.z * share,
  };
}

/**
 * A step of the way from one pose to another, damped; the other itself once it is reached.
 * @param {Pose} pose
 * @param {Pose} target
 * @param {number} elapsedMs
 * @param {number} settleMs
 * @returns {Pose}
 */
export function approached(pose, target, elapsedMs, settleMs) {
  const next = { ...target };
  let there = true;
  for (const name of NUMBERS) {
    const motion = { position: pose[name], target: target[name] };
    next[name] = step(motion, elapsedMs, settleMs, REST[name]).position;
    there &&= next[name] === target[name];
  }
  return there ? target : next;
}

/**
 * Metres at the point looked at for a CSS pixel.
 * @param {Frame} frame
 * @param {Pose} pose
 * @param {Fit} fit
 */
export function metresPerPixel(frame, pose, fit) {
  return distanceOf(frame, pose, fit) / fit.focal;
}

/**
 * @param {Frame} frame
 * @param {Pose} pose
 * @param {Fit} fit
 */
function distanceOf(frame, pose, fit) {
  return frame.distance * fit.scale * 2 ** -pose.zoom;
}

/**
 * The zoom at which a metre takes so many CSS pixels.
 * @param {Frame} frame
 * @param {Fit} fit
 * @param {number} pixelsPerMetre
 */
export function zoomAt(frame, fit, pixelsPerMetre) {
  return Math.log2((frame.distance * fit.scale * pixelsPerMetre) / fit.focal);
}

/**
 * How the stage is to draw a pose.
 * @param {Frame} frame
 * @param {Pose} pose
 * @param {Fit} fit
 * @returns {View}
 */
export function viewOf(frame, pose, fit) {
  const distance = distanceOf(frame, pose, fit);
  const [x, y, z] = frame.target;
  const cosine = Math.cos(pose.azimuth);
  const sine = Math.sin(pose.azimuth);
  const metres = distance / fit.focal;
  const up = fit.down * metres;
  return {
    azimuth: pose.azimuth,
    elevation: pose.elevation,
    distance,
    target: [
      x + pose.x * cosine + pose.z * sine - fit.right * metres,
      y + pose.y + up * Math.cos(pose.elevation),
      z - pose.x * sine + pose.z * cosine - up * Math.sin(pose.elevation),
    ],
  };
}

/**
 * The pose whose picture is shifted by so much.
 * @param {Pose} pose
 * @param {number} right metres
 * @param {number} down
 * @returns {Pose}
 */
export function shifted(pose, right, down) {
  const cosine = Math.cos(pose.azimuth);
  const sine = Math.sin(pose.azimuth);
  const across = -right;
  const y = down * Math.cos(pose.elevation);
  const deep = -down * Math.sin(pose.elevation);
  return {
    ...pose,
    x: pose.x + across * cosine - deep * sine,
    y: pose.y + y,
    z: pose.z + across * sine + deep * cosine,
  };
}

/**
 * Zoomed, with the place under the pointer kept there.
 * @param {Pose} pose
 * @param {number} doublings
 * @param {{right: number, down: number}} place of the pointer from the point looked at, metres now
 * @param {Limits} limits
 * @returns {Pose}
 */
export function zoomed(pose, doublings, { right, down }, limits) {
  const zoom = within(pose.zoom + doublings, limits.zoom);
  const kept = 2 ** (pose.zoom - zoom) - 1; // metres there shrink for those here
  return { ...shifted(pose, right * kept, down * kept), zoom };
}

/**
 * The same side of the piece, whatever turns were made: the nearest to `azimuth` of all.
 * @param {number} wanted
 * @param {number} azimuth
 */
export function nearestTurn(wanted, azimuth) {
  const whole = 2 * Math.PI;
  return wanted + whole * Math.round((azimuth - wanted) / whole);
}

/**
 * "from the front left, a little above"
 * @param {Pose} pose
 */
export function viewWords({ azimuth, elevation, zoom }) {
  const count = WORDS.sides.length;
  const side = ((Math.round((azimuth * count) / (2 * Math.PI)) % count) + count) % count;
  const degrees = elevation / DEGREE;
  const words = degrees > 72 ? [WORDS.above] : [WORDS.sides[side]];
  if (degrees > 42 && degrees <= 72) words.push(WORDS.highAbove);
  if (degrees > 8 && degrees <= 42) words.push(WORDS.aLittleAbove);
  if (degrees < -8) words.push(WORDS.below);
  if (zoom > CLOSE) words.push(WORDS.close);
  return words.join(', ');
}
import { _ } from '../words.js';
