/** How large a viewer is, where its poster lies, and how the piece makes room for what is beside it. */
import { step } from '../damper.js';

/** @typedef {import('./painter.js').Painter} Painter */
/** @typedef {import('./gestures.js').Point} Point */

const SETTLE_MS = 110; // of the room that is made
const NEAR = 0.25; // CSS pixels: there

/** CSS pixels of one viewer. */
export class Layout {
  size = { width: 1, height: 1 };
  /** @type {import('./orbit.js').Fit} */ fit = { focal: 1, scale: 1, right: 0, down: 0 };
  #poster = { x: 0, y: 0, side: 1 };
  #aside = 0; // to the left of where the poster has the piece

  /**
   * @param {HTMLElement} host
   * @param {HTMLElement} place that holds the poster
   * @param {Painter} painter
   */
  constructor(host, place, painter) {
    this.host = host;
    this.place = place;
    this.painter = painter;
  }

  /** Learns where everything is. */
  measure() {
    const around = this.place.getBoundingClientRect();
    const poster = /** @type {HTMLElement} */ (this.place.querySelector('img')).getBoundingClientRect();
    this.size = { width: Math.max(around.width, 1), height: Math.max(around.height, 1) };
    this.#poster = { x: poster.left - around.left, y: poster.top - around.top, side: Math.max(poster.width, 1) };
    this.#fitted();
  }

  /**
   * Moves the piece aside, as slowly as everything moves.
   * @param {number} target CSS pixels
   * @param {number} elapsedMs
   * @param {boolean} calm at once
   * @returns {boolean} whether it moved
   */
  makeRoom(target, elapsedMs, calm) {
    if (target === this.#aside) return false;
    this.#aside = calm ? target : step({ position: this.#aside, target }, elapsedMs, SETTLE_MS, NEAR).position;
    this.#fitted();
    return true;
  }

  /** Where the point looked at is seen. @returns {Point} */
  get middle() {
    const { center } = this.painter.frame;
    return { x: center[0] * this.size.width + this.fit.right, y: center[1] * this.size.height + this.fit.down };
  }

  /** On which side what opens beside the piece stands: 1 the right, -1 the left. */
  get towardsEnd() {
    return getComputedStyle(this.host).direction === 'rtl' ? -1 : 1;
  }

  #fitted() {
    const { width, height } = this.size;
    const { x, y, side } = this.#poster;
    const shorter = Math.min(width, height);
    const { center, fieldOfView } = this.painter.frame;
    this.fit = {
      focal: shorter / (2 * Math.tan(fieldOfView / 2)),
      scale: shorter / side,
      right: x + center[0] * side - center[0] * width - this.#aside,
      down: y + center[1] * side - center[1] * height,
    };
  }
}
