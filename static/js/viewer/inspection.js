/** Looking closely and stepping back: one place, the whole piece with what is beside it, a side of it. */
import { SLOWLY_MS } from './motion.js';
import { home } from './orbit.js';
import { sizesMm } from './measure.js';
import { SolidPainter } from './solid.js';

/** @typedef {import('./controls.js').Controls} Controls */
/** @typedef {import('./controls.js').Side} Side */
/** @typedef {import('./gestures.js').Point} Point */
/** @typedef {import('./motion.js').Motion} Motion */
/** @typedef {import('./overlay.js').Overlay} Overlay */
/** @typedef {import('./painter.js').Painter} Painter */
/** @typedef {import('./piece.js').Hotspot} Hotspot */

const INSPECTED = 1.6; // doublings from the whole piece
const NEAR_SPOT = 36; // CSS pixels, of a double tap from a place that is pointed out
const FILL = 0.9; // of the width that a piece and what is beside it may take
const BAR_ROOM = 56; // CSS pixels, of the bar below
const LINES_ROOM = 44; // CSS pixels, of the lines that measure it
/** What is to be seen of a hand, across and up. @type {Record<'finger' | 'wrist', [number, number]>} */
const HAND_MM = { finger: [86, 112], wrist: [160, 116] };
const ON_FINGER = 1.12; // radians above the horizon: the back of the hand is seen
const ASIDE = 0.3; // radians that the fingers point aside
const FARTHER = 2; // doublings
const READABLE = 0.9; // radians above the horizon at most: inside a ring, letters are read past its shoulders
/** @type {Record<Exclude<Side, 'above'>, number>} */
const SIDES = { front: 0, left: Math.PI / 2, back: Math.PI, right: -Math.PI / 2 };

/** Of one viewer. */
export class Inspection {
  /**
   * @param {Painter} painter
   * @param {Motion} motion
   * @param {Overlay} overlay
   * @param {Controls} controls
   */
  constructor(painter, motion, overlay, controls) {
    this.painter = painter;
    this.motion = motion;
    this.overlay = overlay;
    this.controls = controls;
  }

  /** The whole piece, from the side that is seen. */
  whole() {
    this.freeSize();
    this.motion.moveTo({ zoom: this.wholeZoom, x: 0, y: 0, z: 0 }, SLOWLY_MS);
  }

  /** The view that the poster has. */
  home() {
    this.whole();
    this.motion.turnTo(0, home(this.painter.frame).elevation);
  }

  /** @param {Side} side */
  side(side) {
    if (side === 'above') return this.motion.moveTo({ elevation: Math.PI / 2 }, SLOWLY_MS);
    this.motion.turnTo(SIDES[side], this.painter.frame.elevation);
  }

  /**
   * Zooms to a place, or back.
   * @param {Point} at
   */
  inspect(at) {
    const { motion, painter } = this;
    if (!painter.solid) return;
    if (motion.target.zoom > this.wholeZoom + INSPECTED / 2) return this.whole();
    this.freeSize();
    const near = this.#spotNear(at);
    if (near) this.lookAt(near, false);
    else motion.center(at, INSPECTED);
  }

  /**
   * @param {Hotspot} spot
   * @param {boolean} [turn] to the side that shows it best
   */
  lookAt(spot, turn = true) {
    const { motion, painter } = this;
    if (!(painter instanceof SolidPainter)) return;
    this.freeSize();
    const { azimuth, elevation, x, y, z } = painter.facing(spot);
    const most = spot.about === 'engraving' ? READABLE : Math.PI / 2;
    if (turn) motion.turnTo(azimuth ?? motion.target.azimuth, Math.max(Math.min(elevation, most), painter.frame.elevation));
    motion.moveTo({ zoom: INSPECTED, x, y, z }, SLOWLY_MS);
  }

  /** The zoom at which the piece, and what is shown beside it, has room; 0 is the poster's. */
  get wholeZoom() {
    const { painter, motion } = this;
    const { coin, dimensions } = this.overlay;
    const panel = this.controls.panelWidth;
    const { width, height } = motion.layout.size;
    if (painter instanceof SolidPainter && painter.worn && painter.hand) {
      const [wide, high] = HAND_MM[painter.hand.seat];
      return Math.min(motion.zoomOf((width - panel) / wide), motion.zoomOf((height - BAR_ROOM) / high));
    }
    if (!(painter instanceof SolidPainter) || (!coin && !dimensions && !panel)) return 0;
    const [wide, high, deep] = sizesMm(painter.box);
    const across = Math.hypot(wide, deep) + this.overlay.aside(1);
    const upright = Math.max(high + deep / 2, coin ? 1.15 * coin.mm : 0);
    const margin = dimensions ? LINES_ROOM : 0;
    const room = [(width - panel) * FILL - 2 * margin, height * FILL - BAR_ROOM - 2 * margin];
    return Math.min(motion.zoomOf(room[0] / across), motion.zoomOf(room[1] / upright), 0);
  }

  /**
   * Puts the piece on a hand, seen as one looks at one's own, or takes it off.
   * @param {boolean} on
   */
  wear(on) {
    const { painter, motion } = this;
    if (!(painter instanceof SolidPainter) || !painter.hand) return;
    this.freeSize();
    painter.worn = on;
    motion.farther = on ? FARTHER : 0;
    if (!on) return this.home();
    this.whole();
    if (painter.hand.seat === 'finger') motion.turnTo(painter.handAzimuth - ASIDE, ON_FINGER);
    else motion.turnTo(0, painter.frame.elevation);
  }

  /**
   * Shows the whole piece again, if that was seen, once something takes or gives room.
   * @param {() => void} change
   */
  refit(change) {
    const { motion } = this;
    const { zoom, x, y, z } = motion.target;
    const whole = !motion.trueSize && Math.abs(zoom - this.wholeZoom) < 1e-6 && x === 0 && y === 0 && z === 0;
    change();
    if (whole) motion.moveTo({ zoom: this.wholeZoom }, SLOWLY_MS);
    motion.moved();
  }

  /**
   * A place that is pointed out and lies under the finger.
   * @param {Point} at
   */
  #spotNear(at) {
    const { painter, motion } = this;
    if (!(painter instanceof SolidPainter)) return undefined;
    return painter.hotspots.find((spot) => {
      const { x, y, facing } = painter.project(motion.pose, motion.layout, spot);
      return facing && Math.hypot(x - at.x, y - at.y) < NEAR_SPOT;
    });
  }

  /** The true size is left for a view of one's own. */
  freeSize() {
    if (!this.motion.trueSize) return;
    this.motion.trueSize = 0;
    this.controls.press('true-size', false);
    this.motion.bound();
  }
}
