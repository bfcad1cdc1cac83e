/**
 * Steady jewels: filters over time for one stream. Each object follows one thing.
 *
 * Landmarks are smoothed before the pose, in units of the palm, so that near and far hands behave
 * alike (Casiez, Roussel, Vogel: 1 Euro Filter, CHI 2012). What is left jumps only when the
 * detector changes its mind about depth; the rotation gate holds such jumps back.
 * Twin of tryon/smoothing.py.
 */
import { add, clamp, column3, fromAxisAngle, multiply3, norm, radians, scaled, sub, transposed3 } from './linalg.js';

/** @typedef {import('./linalg.js').Vec3} Vec3 */
/** @typedef {import('./linalg.js').Mat3} Mat3 */
/** @typedef {import('./types.js').Hand} Hand */

const CONTRARY_FRAMES = 8; // a locked hand changes its label after so many contrary ones
const NOISE_PACE = 0.2; // units of scale per second: slower motion may be noise, and is not foreseen

/** How much of a new value a low-pass takes in. @param {number} cutoffHz @param {number} elapsed */
function takenIn(cutoffHz, elapsed) {
  const turns = 2 * Math.PI * cutoffHz * elapsed;
  return turns / (turns + 1);
}

/** Smooths rows of numbers: still things strongly, moving things hardly. */
export class OneEuro {
  /** @type {Float64Array | null} */ #value = null;
  #given = new Float64Array(0); // the last value as it came
  #speed = new Float64Array(0);

  /**
   * @param {number} cutoffHz of the low-pass while nothing moves; lower is steadier
   * @param {number} speedGain growth of the cutoff per unit of speed (units per second)
   * @param {number} speedCutoffHz
   * @param {number} foresight share of the steadied speed at which the value is thought to go on
   *     until the next one comes; 1 would not trail at all, and overshoot where a motion ends
   */
  constructor(cutoffHz, speedGain, speedCutoffHz = 1, foresight = 0) {
    this.cutoffHz = cutoffHz;
    this.speedGain = speedGain;
    this.speedCutoffHz = speedCutoffHz;
    this.foresight = foresight;
  }

  /**
   * The smoothed value, a new array.
   * @param {ArrayLike<number>} value rows, one after the other
   * @param {number} width numbers in a row: they are smoothed alike, by their common speed
   * @param {number} elapsed seconds since the last value
   * @param {number} scale the unit of length in which the speed counts
   * @returns {Float64Array}
   */
  smooth(value, width, elapsed, scale = 1) {
    const before = this.#value;
    if (before === null || elapsed <= 0) {
      this.#value = this.#given = Float64Array.from(value);
      this.#speed = new Float64Array(value.length);
      return this.#value;
    }
    const since = this.foresight ? this.#given : before;
    const speed = this.#speed;
    const speedShare = takenIn(this.speedCutoffHz, elapsed);
    const given = new Float64Array(value.length);
    const out = new Float64Array(value.length);
    for (let row = 0; row < value.length; row += width) {
      let square = 0;
      for (let k = row; k < row + width; k++) {
        given[k] = value[k];
        speed[k] += speedShare * ((value[k] - since[k]) / elapsed - speed[k]);
        square += speed[k] * speed[k];
      }
      // points move together: the fastest direction opens the filter for x, y (and z) alike
      const pace = Math.sqrt(square) / scale;
      const share = takenIn(this.cutoffHz + this.speedGain * pace, elapsed);
      const sure = (this.foresight * pace * pace) / (pace * pace + NOISE_PACE * NOISE_PACE);
      for (let k = row; k < row + width; k++) {
        const expected = before[k] + sure * elapsed * speed[k];
        out[k] = expected + share * (value[k] - expected);
      }
    }
    this.#given = given;
    this.#value = out;
    return out;
  }
}

/**
 * Steadies a rotation, and lets it turn no faster than the motion in the image explains.
 *
 * A still hand's rotation is averaged, a turning one's is followed. A flip is a turn without motion
 * in the image: it is let in slowly, so one that lasts is followed within half a second and a short
 * one hardly shows.
 */
export class RotationGate {
  /** @type {Mat3 | null} */ #rotation = null;
  /** @type {Vec3} */ #speed = [0, 0, 0];

  /**
   * @param {object} [settings]
   * @param {number} [settings.cutoffHz] of the low-pass while nothing turns
   * @param {number} [settings.speedGain] growth of the cutoff per radian a second
   * @param {number} [settings.freely] radians per second without any motion in the image
   * @param {number} [settings.explained] radians per palm length moved
   */
  constructor({ cutoffHz = 0.12, speedGain = 2, freely = radians(120), explained = 2.5 } = {}) {
    this.cutoffHz = cutoffHz;
    this.speedGain = speedGain;
    this.freely = freely;
    this.explained = explained;
  }

  /**
   * The gated rotation.
   * @param {Mat3} rotation
   * @param {number} movedPalms the motion in the image since the last
   * @param {number} elapsed seconds
   * @returns {Mat3}
   */
  gate(rotation, movedPalms, elapsed) {
    if (this.#rotation === null || elapsed <= 0) {
      this.#rotation = rotation;
      return rotation;
    }
    let turn = rotationVector(multiply3(rotation, transposed3(this.#rotation)));
    const change = sub(scaled(turn, 1 / elapsed), this.#speed);
    this.#speed = add(this.#speed, scaled(change, takenIn(1, elapsed)));
    turn = scaled(turn, takenIn(this.cutoffHz + this.speedGain * norm(this.#speed), elapsed));
    const limit = this.freely * elapsed + this.explained * movedPalms;
    const angle = norm(turn);
    if (angle > 1e-9) {
      this.#rotation = multiply3(fromAxisAngle(turn, Math.min(angle, limit)), this.#rotation);
    }
    return this.#rotation;
  }
}

/**
 * Axis times angle, radians, of a rotation.
 * @param {Mat3} turn @returns {Vec3}
 */
export function rotationVector(turn) {
  let axis = [turn[7] - turn[5], turn[2] - turn[6], turn[3] - turn[1]];
  const sine = norm(axis);
  const angle = Math.atan2(sine, turn[0] + turn[4] + turn[8] - 1);
  if (sine < 1e-6) {
    if (angle < 1) return scaled(axis, 0.5);
    // half a turn: the axis that stays is every column of the turn and the identity
    const whole = turn.map((value, k) => value + (k % 4 === 0 ? 1 : 0));
    const longest = [0, 1, 2].reduce((best, k) => (whole[4 * k] > whole[4 * best] ? k : best), 0);
    axis = column3(whole, longest);
  }
  return scaled(axis, angle / norm(axis));
}

/** Which hand it is, once and for all: a label changes only after eight contrary frames. */
export class HandLock {
  #contrary = 0;

  /** @param {Hand} hand */
  constructor(hand) {
    this.hand = hand;
  }

  /** The locked label. @param {Hand} seen */
  lock(seen) {
    this.#contrary = seen === this.hand ? 0 : this.#contrary + 1;
    if (this.#contrary >= CONTRARY_FRAMES) {
      this.hand = seen;
      this.#contrary = 0;
    }
    return this.hand;
  }
}

/** An opacity that follows its target no faster than `seconds` from nothing to all. */
export class Fade {
  opacity = 0;

  /** @param {number} seconds */
  constructor(seconds = 0.15) {
    this.seconds = seconds;
  }

  /** The opacity now. @param {number} target @param {number} elapsed seconds */
  follow(target, elapsed) {
    const most = elapsed / this.seconds;
    this.opacity += clamp(target - this.opacity, -most, most);
    return this.opacity;
  }
}
