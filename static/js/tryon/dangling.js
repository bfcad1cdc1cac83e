/**
 * What hangs: it stays plumb when the head leans and swings when the head moves.
 *
 * A swinging part is a physical pendulum about its hinge: two damped harmonic oscillators, whose
 * motion between two frames is known in closed form, stable at any frame rate.
 * Twin of tryon/dangling.py.
 */
import { moved } from './frames.js';
import {
  add, along, apply3, clamp, column3, cross, dot, fromAxisAngle, multiply3, norm, perpendicular,
  radians, scaled, sub, turnBetween, unit,
} from './linalg.js';

/** @typedef {import('./linalg.js').Vec3} Vec3 */
/** @typedef {import('./frames.js').RigidTransform} RigidTransform */
/** @typedef {import('./anchors/stack.js').Mesh} Mesh */

const GRAVITY = 9.81; // metres a second squared
/** Unless the camera's own gravity is known. @type {Vec3} */
export const CAMERA_DOWN = [0, 1, 0];
const DAMPING = 0.1; // of critical: jump rings and air let a swing die away in about five periods
const WIDEST = radians(50); // of a swing
/** Of critical, of what rubs on a chest. */
export const ON_SKIN_DAMPING = 0.22;
const OFF_CHEST = radians(25); // that a pendant swings off the chest at most; into it, never
const DEEP_SHARE = 0.5; // how far the hinge's motion in depth is believed
const TOWARDS_NECK = 0.016; // metres that a hanging piece may swing in below the lobe
/** Metres of a pendulum. */
export const LEAST_LENGTH = 2e-3;
const MOST_TURN = radians(40); // of a wire in its hole

/**
 * Length of the simple pendulum of the same period, and the whole drop, metres: of shells of even
 * thickness, each triangle's mass in its middle.
 * @param {readonly Mesh[]} parts in the model's frame
 * @param {Vec3} hinge
 */
export function pendulumOf(parts, hinge) {
  let [below, inertia, lowest] = [0, 0, 0];
  for (const { positions: p, triangles } of parts) {
    for (let k = 1; k < p.length; k += 3) lowest = Math.min(lowest, p[k] - hinge[1]);
    for (let k = 0; k < triangles.length; k += 3) {
      const [a, b, c] = [0, 1, 2].map((corner) => {
        const at = 3 * triangles[k + corner];
        return [p[at], p[at + 1], p[at + 2]];
      });
      const mass = norm(cross(sub(b, a), sub(c, a)));
      const [, y, z] = sub(scaled(add(add(a, b), c), 1 / 3), hinge);
      below -= mass * y;
      inertia += mass * (y * y + z * z);
    }
  }
  return {
    length: Math.max(inertia / Math.max(below, 1e-12), LEAST_LENGTH),
    drop: Math.max(-lowest, LEAST_LENGTH),
  };
}

/** The swing of one hanging piece through a stream. */
export class Pendulum {
  /** @type {Vec3 | null} */ #hinge = null;
  /** @type {Vec3} */ #hingeSpeed = [0, 0, 0];
  /** @type {Vec3} */ #offset = [0, 0, 0];
  /** @type {Vec3} */ #speed = [0, 0, 0];

  /**
   * @param {number} length metres, of the simple pendulum
   * @param {number} damping of critical
   */
  constructor(length, damping = DAMPING) {
    this.length = length;
    this.damping = damping;
    this.pulse = Math.sqrt(GRAVITY / length);
  }

  /**
   * Where it hangs to, unit length, camera frame.
   * @param {Vec3} hinge metres, camera frame
   * @param {number} elapsed seconds after the last frame
   * @param {Vec3} down unit, camera frame
   * @returns {Vec3}
   */
  swing(hinge, elapsed, down = CAMERA_DOWN) {
    if (this.#hinge === null || elapsed <= 0) {
      this.#hinge = hinge;
      return down;
    }
    const [x, y, z] = sub(hinge, this.#hinge);
    const hingeSpeed = scaled([x, y, z * DEEP_SHARE], 1 / elapsed);
    const speed = sub(this.#speed, sub(hingeSpeed, this.#hingeSpeed));
    this.#swung(perpendicular(this.#offset, down), perpendicular(speed, down), elapsed);
    this.#hinge = hinge;
    this.#hingeSpeed = hingeSpeed;
    const reach = norm(this.#offset);
    const most = this.length * Math.tan(WIDEST);
    if (reach > most) {
      this.#offset = scaled(this.#offset, most / reach);
      this.#speed = [0, 0, 0];
    }
    return unit(along(down, 1 / this.length, this.#offset));
  }

  /**
   * A damped oscillator some seconds on, its hinge moving evenly.
   * @param {Vec3} offset @param {Vec3} speed @param {number} elapsed
   */
  #swung(offset, speed, elapsed) {
    const fade = this.damping * this.pulse;
    const pulse = this.pulse * Math.sqrt(1 - this.damping ** 2);
    const [c, s] = [Math.cos(pulse * elapsed), Math.sin(pulse * elapsed)];
    const left = Math.exp(-fade * elapsed);
    const across = scaled(along(speed, fade, offset), 1 / pulse);
    this.#offset = scaled(along(scaled(offset, c), s, across), left);
    const turning = scaled(along(scaled(across, c), -s, offset), left * pulse);
    this.#speed = along(turning, -fade, this.#offset);
  }
}

/**
 * The direction in which a piece hangs, turned out where jaw and neck would be in its way.
 * @param {Vec3} hangs unit, where it would hang to
 * @param {Vec3} out unit, away from the head
 * @param {number} drop metres, its length
 * @returns {Vec3}
 */
export function keptOffNeck(hangs, out, drop) {
  const deepest = -Math.min(TOWARDS_NECK / Math.max(drop, 1e-6), 1);
  const inward = dot(hangs, out);
  if (inward >= deepest) return hangs;
  const beside = unit(along(hangs, -inward, out));
  return along(scaled(out, deepest), Math.sqrt(1 - deepest ** 2), beside);
}

/**
 * An earring that turns in its hole until it hangs as plumb as the hole lets it.
 * @param {RigidTransform} cameraFromAnchor @param {Vec3} down @returns {RigidTransform}
 */
export function plumb({ rotation, translation }, down) {
  const sideways = -dot(down, column3(rotation, 0));
  const upright = -dot(down, column3(rotation, 1));
  const angle = clamp(Math.atan2(-sideways, upright), -MOST_TURN, MOST_TURN);
  return { rotation: multiply3(rotation, fromAxisAngle([0, 0, 1], angle)), translation };
}

/**
 * A pendant that is at rest on a chest, turned about its hinge as a pendulum has swung.
 * @param {RigidTransform} cameraFromModel
 * @param {Vec3} hinge model frame
 * @param {Vec3} hangs unit, camera frame: where the pendulum hangs to
 * @param {import('./linalg.js').Mat3} chest camera from chest, whose +Z is away from the skin
 * @returns {RigidTransform}
 */
export function swayedOnChest(cameraFromModel, hinge, hangs, chest) {
  const [across, out] = [column3(chest, 0), column3(chest, 2)];
  const down = dot(hangs, CAMERA_DOWN);
  const aside = Math.atan2(dot(hangs, across) - dot(CAMERA_DOWN, across), down);
  const off = clamp(Math.atan2(dot(hangs, out) - dot(CAMERA_DOWN, out), down), 0, OFF_CHEST);
  const turn = multiply3(fromAxisAngle(out, aside), fromAxisAngle(across, -off));
  return turnedAbout(cameraFromModel, hinge, turn);
}

/**
 * The place of the swinging part that hangs along `hangs`.
 * @param {RigidTransform} cameraFromModel
 * @param {Vec3} hinge model frame
 * @param {Vec3} hangs unit, camera frame
 * @returns {RigidTransform}
 */
export function swung(cameraFromModel, hinge, hangs) {
  const down = scaled(column3(cameraFromModel.rotation, 1), -1);
  return turnedAbout(cameraFromModel, hinge, turnBetween(down, hangs));
}

/**
 * @param {RigidTransform} cameraFromModel @param {Vec3} hinge model frame
 * @param {import('./linalg.js').Mat3} turn camera frame
 * @returns {RigidTransform}
 */
function turnedAbout(cameraFromModel, hinge, turn) {
  const rotation = multiply3(turn, cameraFromModel.rotation);
  return { rotation, translation: sub(moved(cameraFromModel, hinge), apply3(rotation, hinge)) };
}
