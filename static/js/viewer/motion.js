/** Where one viewer looks from, and on its way to where: bounded, damped, at once where less motion is asked for. */
import { approached, bounded, home, metresPerPixel, nearestTurn, shifted, zoomAt, zoomed } from './orbit.js';

/** @typedef {import('./orbit.js').Pose} Pose */
/** @typedef {import('./gestures.js').Point} Point */
/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {import('./painter.js').Painter} Painter */

export const SETTLE_MS = 110; // of what a hand moves
export const SLOWLY_MS = 240; // of what a word or a key moves
const GLIDE_MS = 180; // of movement that goes on when it is let go
const TILT = Math.PI * 0.6; // of a drag over all of the height

/** The pose of one viewer. */
export class Motion {
  /** @type {Pose} */ pose = { azimuth: 0, elevation: 0, zoom: 0, x: 0, y: 0, z: 0 };
  /** @type {Pose} */ target = this.pose;
  /** CSS pixels for a millimetre that are asked for; 0: any. */
  trueSize = 0;
  /** Doublings that it may be farther off than it usually may. */
  farther = 0;
  resting = true; // whether the last movement was told
  #settleMs = SETTLE_MS;
  #calm = matchMedia('(prefers-reduced-motion: reduce)');

  /**
   * @param {Painter} painter
   * @param {Layout} layout
   * @param {() => void} moved
   */
  constructor(painter, layout, moved) {
    this.painter = painter;
    this.layout = layout;
    this.moved = moved;
  }

  /** Whether less motion is asked for. */
  get calm() {
    return this.#calm.matches;
  }

  /** Takes the poster's view. */
  begin() {
    this.pose = this.target = home(this.painter.frame);
  }

  get limits() {
    const { limits } = this.painter;
    const [far, near] = limits.zoom;
    const zoom = this.trueSize ? this.zoomOf(this.trueSize) : near;
    return { ...limits, zoom: /** @type {[number, number]} */ ([Math.min(zoom, far - this.farther), Math.max(zoom, near)]) };
  }

  /** @param {number} pixelsPerMm */
  zoomOf(pixelsPerMm) {
    return zoomAt(this.painter.frame, this.layout.fit, pixelsPerMm * 1e3);
  }

  /** CSS pixels that a millimetre of the piece takes now. */
  get pixelsPerMm() {
    return 1e-3 / metresPerPixel(this.painter.frame, this.pose, this.layout.fit);
  }

  /** Other limits hold. */
  bound() {
    this.target = bounded(this.target, this.limits);
  }

  /**
   * @param {Partial<Pose>} target what is to be another
   * @param {number} settleMs
   */
  moveTo(target, settleMs) {
    this.target = bounded({ ...this.target, ...target }, this.limits);
    if (this.calm) this.pose = this.target;
    this.#settleMs = settleMs;
    this.resting = false;
    this.moved();
  }

  /**
   * A step of the way; returns whether it moved.
   * @param {number} elapsedMs
   */
  approach(elapsedMs) {
    if (this.pose === this.target) return false;
    this.pose = approached(this.pose, this.target, elapsedMs, this.#settleMs);
    return true;
  }

  /** @param {number} azimuth */
  spin(azimuth) {
    this.pose = this.target = { ...this.pose, azimuth: this.pose.azimuth + azimuth };
  }

  /** Stays where it is. */
  stop() {
    this.target = this.pose;
    this.resting = false;
  }

  /**
   * Turned by a hand.
   * @param {number} right CSS pixels
   * @param {number} down
   */
  turn(right, down) {
    const { width, height } = this.layout.size;
    const { azimuth, elevation } = this.target;
    this.moveTo({ azimuth: azimuth + (right / width) * 2 * Math.PI, elevation: elevation + (down / height) * TILT }, SETTLE_MS);
  }

  /**
   * @param {number} azimuth
   * @param {number} elevation
   */
  turnBy(azimuth, elevation) {
    this.moveTo({ azimuth: this.target.azimuth + azimuth, elevation: this.target.elevation + elevation }, SLOWLY_MS);
  }

  /**
   * By the shortest way.
   * @param {number} azimuth
   * @param {number} [elevation]
   */
  turnTo(azimuth, elevation = this.target.elevation) {
    this.moveTo({ azimuth: nearestTurn(azimuth, this.target.azimuth), elevation }, SLOWLY_MS);
  }

  /**
   * Goes on as it is let go.
   * @param {number} rightPerMs CSS pixels
   */
  glide(rightPerMs) {
    if (this.calm) return;
    const turned = ((rightPerMs * GLIDE_MS) / this.layout.size.width) * 2 * Math.PI;
    this.moveTo({ azimuth: this.target.azimuth + turned }, GLIDE_MS);
  }

  /**
   * @param {number} right CSS pixels
   * @param {number} down
   */
  pan(right, down) {
    const metres = metresPerPixel(this.painter.frame, this.pose, this.layout.fit);
    this.moveTo(shifted(this.target, right * metres, down * metres), SETTLE_MS);
  }

  /**
   * @param {number} doublings
   * @param {Point} at that stays where it is
   * @returns {boolean} false at the end of the zoom
   */
  zoom(doublings, at) {
    const before = this.target;
    this.moveTo(zoomed(before, doublings, this.placeOf(at), this.limits), SETTLE_MS);
    return this.target.zoom !== before.zoom;
  }

  /**
   * Brings a place into the middle.
   * @param {Point} at
   * @param {number} zoom
   */
  center(at, zoom) {
    const { right, down } = this.placeOf(at);
    this.moveTo({ ...shifted(this.target, -right, -down), zoom }, SLOWLY_MS);
  }

  /**
   * Metres from the point looked at to a place of the screen.
   * @param {Point} at
   */
  placeOf({ x, y }) {
    const { middle, fit } = this.layout;
    const metres = metresPerPixel(this.painter.frame, this.target, fit);
    return { right: (x - middle.x) * metres, down: (y - middle.y) * metres };
  }
}
