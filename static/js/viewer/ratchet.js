/** Parts that are turned by hand: how far a hand turned one, and where it then stands. Radians, anticlockwise. */

/** @typedef {import('./gestures.js').Point} Point */

/**
 * A circle as it is seen.
 * @typedef {object} Seen
 * @property {Point} center
 * @property {Point} across where one of its points is seen
 * @property {Point} up and the one a quarter turn on
 */

/**
 * A place of the screen on the plane of a circle: its angle, and its distance from the middle in radii.
 * Null where the circle is seen edge on.
 * @param {Seen} seen
 * @param {Point} at
 */
export function onCircle({ center, across, up }, at) {
  const [ax, ay] = [across.x - center.x, across.y - center.y];
  const [ux, uy] = [up.x - center.x, up.y - center.y];
  const size = ax * uy - ay * ux;
  if (Math.abs(size) < 1e-3 * (ax * ax + ay * ay + ux * ux + uy * uy)) return null;
  const [x, y] = [at.x - center.x, at.y - center.y];
  const a = (x * uy - y * ux) / size;
  const u = (y * ax - x * ay) / size;
  return { angle: Math.atan2(u, a), radii: Math.hypot(a, u) };
}

/**
 * The shortest way from one angle to another.
 * @param {number} from
 * @param {number} to
 */
export function between(from, to) {
  const whole = 2 * Math.PI;
  return ((((to - from) % whole) + 1.5 * whole) % whole) - whole / 2;
}

/** A part that a hand turns; with clicks it goes one way alone, as a diver's bezel does. */
export class Ratchet {
  #pulled = 0; // since the last click

  /**
   * @param {number} [clicks] of a whole turn
   * @param {number} [angle] where it stands
   */
  constructor(clicks, angle = 0) {
    this.click = clicks === undefined ? 0 : (2 * Math.PI) / clicks;
    this.angle = angle;
  }

  /**
   * Turned by a hand; returns whether it moved.
   * @param {number} angle
   */
  pull(angle) {
    if (this.click === 0) {
      this.angle += angle;
      return angle !== 0;
    }
    this.#pulled = Math.max(this.#pulled + angle, 0);
    const clicks = Math.floor(this.#pulled / this.click + 1e-6);
    this.#pulled = Math.max(this.#pulled - clicks * this.click, 0);
    this.angle += clicks * this.click;
    return clicks > 0;
  }

  /** On to where it stood first, the way that it goes. */
  home() {
    const whole = 2 * Math.PI;
    this.#pulled = 0;
    this.angle = this.click === 0 ? 0 : whole * Math.ceil(this.angle / whole - 1e-6);
  }

  /** The minute of a dial that the mark of a bezel points at. */
  get minute() {
    const minutes = (-this.angle * 60) / (2 * Math.PI);
    return (((Math.round(minutes * 2) / 2) % 60) + 60) % 60;
  }
}
