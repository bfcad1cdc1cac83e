/**
 * Where a piece stands in a room: looked for, shown where it would stand, set down, turned by hand. It
 * always stands upright, and its size is no part of this. Room: metres, y up, as the session counts.
 */

/** @typedef {'seeking' | 'aiming' | 'placed'} State */
/** @typedef {[number, number, number]} Point */

const LEVEL = 0.85; // least cosine between a surface's normal and the vertical
const LOST_MS = 700; // that a surface may be out of sight before it is looked for again
const FOLLOW_MS = 90; // in which most of a way to the surface is made
const JUMP = 0.3; // metres: farther than that it goes at once
const TURN_MS = 180; // in which most of a turn is made
const RADIANS_PER_PIXEL = 0.009; // of a finger's way
const EIGHTH = Math.PI / 4; // of a turn, by a button

/**
 * The place on a surface that a ray met; null where nothing would stand.
 * @param {ArrayLike<number>} matrix room from surface, column by column; y is the surface's normal
 * @returns {Point | null}
 */
export function level(matrix) {
  const [right, up, back] = [matrix[12], matrix[13], matrix[14]];
  const known = Number.isFinite(right + up + back); // a device's first frame may not know where it is
  return known && matrix[5] >= LEVEL ? [right, up, back] : null;
}

/** One piece in one room. */
export class Placing {
  /** @type {State} */ state = 'seeking';
  /** @type {Point} */ place = [0, 0, 0];
  facing = 0; // radians about the vertical, towards whoever looked as it was set down
  turn = 0; // radians, by hand
  #wanted = 0; // of the turn
  #seenMs = -Infinity;

  /**
   * Goes on to now.
   * @param {number} nowMs
   * @param {number} elapsedMs
   * @param {Point | null} found where the middle of the view meets a level surface
   * @param {ArrayLike<number>} eye of whoever looks
   */
  advance(nowMs, elapsedMs, found, eye) {
    this.turn += (this.#wanted - this.turn) * (1 - Math.exp(-elapsedMs / TURN_MS));
    if (this.state === 'placed') return;
    if (found) {
      this.#seenMs = nowMs;
      this.#approach(found, elapsedMs);
      this.facing = Math.atan2(eye[0] - this.place[0], eye[2] - this.place[2]);
    } else if (nowMs - this.#seenMs > LOST_MS) {
      this.state = 'seeking';
    }
  }

  /** It stays where it is shown; false where it is shown nowhere. */
  setDown() {
    if (this.state !== 'aiming') return false;
    this.state = 'placed';
    return true;
  }

  /** It follows the view again. @param {number} nowMs */
  lift(nowMs) {
    if (this.state !== 'placed') return;
    this.state = 'aiming';
    this.#seenMs = nowMs;
  }

  /**
   * The surface that it stands on was found to be elsewhere.
   * @param {Point} place
   */
  moved(place) {
    if (this.state === 'placed') this.place = place;
  }

  /**
   * A finger goes to the right.
   * @param {number} pixels CSS pixels
   */
  drag(pixels) {
    this.#wanted += pixels * RADIANS_PER_PIXEL;
    this.turn = this.#wanted; // it stays under the finger
  }

  /** @param {1 | -1} way to the right or to the left */
  step(way) {
    this.#wanted += way * EIGHTH;
  }

  /**
   * @param {Point} found
   * @param {number} elapsedMs
   */
  #approach(found, elapsedMs) {
    const away = Math.hypot(...found.map((value, k) => value - this.place[k]));
    const share = this.state === 'seeking' || away > JUMP ? 1 : 1 - Math.exp(-elapsedMs / FOLLOW_MS);
    this.place = /** @type {Point} */ (this.place.map((value, k) => value + (found[k] - value) * share));
    this.state = 'aiming';
  }
}
