/**
 * How a loose piece lies on a wrist: it slides along the arm, drops, and a stiff one leans.
 * Gravity decides. Twin of tryon/anchors/hanging.py.
 */
import { apply3, back3, clamp, cross, dot, fromAxisAngle, identity, perpendicular, unit } from '../linalg.js';
import { CAMERA_DOWN } from '../dangling.js';
import { smoothstep } from './evidence.js';

/** @typedef {import('../linalg.js').Vec3} Vec3 */
/** @typedef {import('../linalg.js').Mat3} Mat3 */
/** @typedef {import('../frames.js').RigidTransform} RigidTransform */
/** @typedef {import('./wrist.js').Section} Section */

/** @typedef {'sits' | 'drapes' | 'hangs'} Wears how a piece keeps its place on the wrist */

/**
 * A piece seen along the arm: how wide it is inside, and from where to where it reaches.
 * @typedef {object} Loop
 * @property {ArrayLike<number>} inner (BINS,) metres from `middle` to its inside, by the turn from +X to +Z
 * @property {number[]} middle (2,) x, z, metres, model frame
 * @property {number} low metres along +Y
 * @property {number} high
 */

const BINS = 48; // of the turn about the arm
const STEPS = 24; // of the drop that are tried
const FARTHEST_DROP = 0.6; // of the wrist's depth
const LYING = [0.15, 0.5]; // share of gravity across the arm between which a piece begins to drop
const LEAN_SHARE = 0.75; // of the lean that its ease allows
const SLIDES = [0.15, 0.6]; // share of gravity along the arm: it sticks below, slides freely above
// Where pieces sit, palms from the wrist joint: with the hand up, level, down.
const PLACES = { sits: [0.48, 0.48, 0.48], drapes: [0.42, 0.3, 0.2], hangs: [0.75, 0.34, 0.16] };

/**
 * Palms from the wrist joint at which a piece wants to sit.
 * @param {Wears} wears @param {Mat3} rotation camera from anchor
 * @param {Vec3} down unit, camera frame
 */
export function placeAlong(wears, rotation, down = CAMERA_DOWN) {
  const [upArm, level, atHand] = PLACES[wears];
  const lower = rotation[1] * down[0] + rotation[4] * down[1] + rotation[7] * down[2]; // 1: hand below
  const slides = smoothstep(SLIDES[0], SLIDES[1], Math.abs(lower));
  return level + slides * ((lower > 0 ? atHand : upArm) - level);
}

/**
 * Anchor from model: how a piece hangs on a wrist of this section. Its middle along the arm comes
 * to the anchor's origin.
 * @param {Loop} loop @param {Section} section @param {Wears} wears
 * @param {Mat3} rotation camera from anchor
 * @param {number} room metres to its neighbours on the arm, which keep it from leaning
 * @param {Vec3} down unit, camera frame
 * @returns {RigidTransform}
 */
export function rest(loop, section, wears, rotation, room = Infinity, down = CAMERA_DOWN) {
  const middleY = 0.5 * (loop.low + loop.high);
  if (wears === 'sits') return { rotation: identity(), translation: [0, -middleY, 0] };
  const gravity = back3(rotation, down);
  const lies = Math.hypot(gravity[0], gravity[2]);
  const way = [gravity[0] / Math.max(lies, 1e-9), gravity[2] / Math.max(lies, 1e-9)];
  const lean = wears === 'hangs' ? leanOf(loop, section, gravity, way, room) : identity();
  const drop = smoothstep(LYING[0], LYING[1], lies) * dropOf(loop, section, way, lean[4]);
  const [x, y, z] = apply3(lean, [-loop.middle[0], -middleY, -loop.middle[1]]);
  return { rotation: lean, translation: [x + drop * way[0], y, z + drop * way[1]] };
}

/**
 * Metres that a loop falls `way` until the wrist holds it.
 * @param {Loop} loop @param {Section} section @param {number[]} way (2,)
 * @param {number} upright cosine of its lean, which makes it lower inside
 */
function dropOf(loop, section, way, upright) {
  const lower = 1 / Math.max(upright, 0.3) - 1;
  let held = 0;
  for (let step = 0; step < STEPS; step++) {
    const drop = (FARTHEST_DROP * section.halfDepth * step) / (STEPS - 1);
    let room = Infinity;
    for (let k = 0; k < BINS; k++) {
      const angle = (2 * Math.PI * k) / BINS;
      let x = section.halfBreadth * Math.cos(angle) - drop * way[0];
      let z = section.halfDepth * Math.sin(angle) - drop * way[1];
      const stretched = (x * way[0] + z * way[1]) * lower;
      x += stretched * way[0];
      z += stretched * way[1];
      room = Math.min(room, insideAt(loop, Math.atan2(z, x)) - Math.hypot(x, z));
    }
    if (step === 0) held = Math.min(0, room - 1e-6);
    if (room < held) return (FARTHEST_DROP * section.halfDepth * Math.max(step - 1, 0)) / (STEPS - 1);
  }
  return FARTHEST_DROP * section.halfDepth;
}

/** Metres to a loop's inside. @param {Loop} loop @param {number} angle radians from +X to +Z */
function insideAt({ inner }, angle) {
  const at = (((angle / (2 * Math.PI)) * BINS) % BINS + BINS) % BINS;
  const low = Math.floor(at);
  const next = inner[(low + 1) % BINS];
  return inner[low % BINS] + (at - low) * (next - inner[low % BINS]);
}

/**
 * Anchor frame: a stiff loop turns until it stands upright, as far as its ease lets it.
 * @param {Loop} loop @param {Section} section @param {Vec3} gravity @param {number[]} way (2,)
 * @param {number} room
 * @returns {Mat3}
 */
function leanOf({ inner }, section, gravity, way, room) {
  const axis = [0, 1, 0];
  const upright = perpendicular(axis, gravity);
  if (dot(upright, upright) < 1e-4) return identity(); // the arm hangs straight down
  const goal = unit(upright);
  const turned = cross(axis, goal);
  const sine = Math.sqrt(dot(turned, turned));
  if (sine < 1e-6) return identity();
  const thick = Math.sqrt((way[0] * section.halfBreadth) ** 2 + (way[1] * section.halfDepth) ** 2);
  const k = Math.round((Math.atan2(way[1], way[0]) / (2 * Math.PI)) * BINS + BINS) % BINS;
  const high = Math.max(0.5 * (inner[k] + inner[(k + BINS / 2) % BINS]), 1e-6);
  const eased = Math.acos(Math.min(thick / high, 1));
  const beside = Math.asin(clamp(room / high, 0, 1));
  const angle = Math.min(Math.atan2(sine, dot(axis, goal)), LEAN_SHARE * eased, beside);
  return fromAxisAngle(turned, smoothstep(0.1, 0.4, Math.hypot(gravity[0], gravity[2])) * angle);
}
