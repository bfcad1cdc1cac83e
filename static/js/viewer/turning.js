/** The piece turning by itself: once round, when it is left alone, and never where less motion is asked for unless told. */
import { WORDS } from './controls.js';
import { scheduler } from './scheduler.js';

/** @typedef {import('./controls.js').Controls} Controls */
/** @typedef {import('./motion.js').Motion} Motion */
/** @typedef {import('./painter.js').Painter} Painter */

const TURN_MS = 26_000; // of a turn
const IDLE_MS = 5_000; // before it begins
const IDLE_AGAIN_MS = 20_000; // before it begins again, once it was touched
const QUICK_MS = 45; // a picture: slower ones do not turn by themselves
const NEAR = 0.01; // doublings from which a part is looked at, not the piece

/** Of one viewer. */
export class Turning {
  on = false;
  /** Whether everything that moves by itself rests: somebody asked for it. */
  paused = false;
  #turned = 0; // radians of this turn
  #touchedMs = performance.now();
  #touched = false;

  /**
   * @param {HTMLElement} host with `auto-turn`, or without
   * @param {Painter} painter
   * @param {Motion} motion
   * @param {Controls} controls
   */
  constructor(host, painter, motion, controls) {
    this.host = host;
    this.painter = painter;
    this.motion = motion;
    this.controls = controls;
  }

  get wanted() {
    return this.host.hasAttribute('auto-turn');
  }

  /** Somebody is here; it waits. */
  wait() {
    this.#touchedMs = performance.now();
  }

  /** Somebody did something. */
  touch() {
    this.wait();
    this.#touched = true;
    this.stop();
  }

  stop() {
    if (!this.on) return;
    this.on = false;
    this.motion.stop();
    this.#tell();
  }

  /** A word was pressed. */
  toggle() {
    this.paused = this.on;
    this.#turned = 0;
    if (this.paused) this.stop();
    else this.on = this.wanted;
    this.#tell();
    scheduler.wake();
  }

  /**
   * Begins, if it may now.
   * @param {boolean} busy something is looked at
   */
  consider(busy) {
    if (this.on || this.paused || busy || this.motion.calm || !this.painter.solid || !this.wanted) return;
    if (this.painter.tookMs > QUICK_MS || this.#turned >= 2 * Math.PI || this.motion.target.zoom > NEAR) return;
    if (performance.now() - this.#touchedMs <= (this.#touched ? IDLE_AGAIN_MS : IDLE_MS)) return;
    this.on = true;
    this.#turned = 0;
    this.#tell();
  }

  /** @param {number} elapsedMs */
  advance(elapsedMs) {
    const turned = (elapsedMs / TURN_MS) * 2 * Math.PI;
    this.#turned += turned;
    this.motion.spin(turned);
    if (this.#turned < 2 * Math.PI) return;
    this.on = false; // once round, and it rests
    this.motion.resting = false;
    this.#tell();
  }

  #tell() {
    this.controls.pause.textContent = this.on ? WORDS.pause : WORDS.resume;
  }
}
