/** What moves on a watch: hands by the time of day, a bezel and a crown by hand. */
import { Matrix4, Vector3 } from 'three';
import { rowsInto } from './geometry.js';

/** @typedef {import('./piece.js').Drawn} Drawn */

const BEATS_S = 8; // of a movement: 28 800 vibrations an hour
const DAY_S = 86_400;

/**
 * A part that the wearer turns.
 * @typedef {object} Turnable
 * @property {string} kind bezel, crown
 * @property {number[]} point of its axis, model frame
 * @property {number[]} axis unit, outwards
 * @property {number} [clicks] of a whole turn; without them it turns smoothly
 */

/** The moving parts of one piece. */
export class Mechanism {
  /** Angles by kind. @type {Record<string, number>} */ turnedTo = {};
  /** Of the day, as the hands show it. @type {number | undefined} */ seconds;
  #hands;
  #turnable;
  /** @type {Map<string, {inner: number, outer: number, height: number}>} */ #reach = new Map();

  /**
   * @param {Drawn[]} drawn
   * @param {number} shownSeconds of the day, as the file has the hands
   */
  constructor(drawn, shownSeconds) {
    this.shownSeconds = shownSeconds;
    this.#hands = drawn.filter(({ about }) => about.turn_period);
    this.#turnable = drawn.filter(({ about }) => about.turning);
  }

  get hasHands() {
    return this.#hands.length > 0;
  }

  /** What can be turned by hand, by kind. @returns {Record<string, Turnable>} */
  get turnable() {
    return Object.fromEntries(this.#turnable.map(({ about }) => [about.turning.kind, about.turning]));
  }

  /**
   * How far a kind of part reaches about its axis: nearest and farthest from it, and how high along it.
   * @param {string} kind
   * @returns {{inner: number, outer: number, height: number}} metres
   */
  reach(kind) {
    const known = this.#reach.get(kind);
    if (known) return known;
    const found = { inner: Infinity, outer: 0, height: -Infinity };
    for (const { mesh, about, matrices } of this.#turnable) {
      if (about.turning.kind !== kind) continue;
      const point = new Vector3(...about.turning.point);
      const axis = new Vector3(...about.turning.axis);
      const positions = mesh.geometry.getAttribute('position');
      for (let k = 0; k < positions.count; k++) {
        const from = new Vector3().fromBufferAttribute(positions, k).applyMatrix4(matrices[0]).sub(point);
        const height = from.dot(axis);
        const away = from.addScaledVector(axis, -height).length();
        found.inner = Math.min(found.inner, away);
        found.outer = Math.max(found.outer, away);
        found.height = Math.max(found.height, height);
      }
    }
    this.#reach.set(kind, found);
    return found;
  }

  /** Tells apart how the parts stand. */
  get posture() {
    return `${this.seconds ?? ''} ${JSON.stringify(this.turnedTo)}`;
  }

  /**
   * Turns the hands to a time of day; returns whether anything moved.
   * @param {number} timeMs since 1970, as Date.now() gives it
   */
  animate(timeMs) {
    if (!this.hasHands) return false;
    const now = new Date(timeMs);
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
    const seconds = Math.floor(((timeMs - midnight) / 1000) * BEATS_S) / BEATS_S;
    if (seconds === this.seconds) return false;
    this.seconds = seconds;
    for (const { about, places, matrices } of this.#hands) {
      const share = ((seconds - this.shownSeconds + DAY_S) / about.turn_period) % 1;
      const turn = new Matrix4().makeRotationZ(-2 * Math.PI * share);
      rowsInto(places, 0, new Matrix4().multiplyMatrices(matrices[0], turn));
      places.needsUpdate = true;
    }
    return true;
  }

  /**
   * Turns a bezel or crown, anticlockwise as one looks at it from outside.
   * @param {string} kind
   * @param {number} angle radians from where the file has it
   */
  turn(kind, angle) {
    for (const { about, places, matrices } of this.#turnable) {
      if (about.turning.kind !== kind) continue;
      const point = new Vector3(...about.turning.point);
      const turned = new Matrix4()
        .makeTranslation(point)
        .multiply(new Matrix4().makeRotationAxis(new Vector3(...about.turning.axis), angle))
        .multiply(new Matrix4().makeTranslation(point.negate()));
      matrices.forEach((matrix, k) => rowsInto(places, k, turned.clone().multiply(matrix)));
      places.needsUpdate = true;
    }
    this.turnedTo = { ...this.turnedTo, [kind]: angle };
  }
}
