/** What a hand and the keys do to one viewer. */
import { scheduler } from './scheduler.js';

/** @typedef {import('./controls.js').Controls} Controls */
/** @typedef {import('./gestures.js').Command} Command */
/** @typedef {import('./gestures.js').Moves} Movements */
/** @typedef {import('./gestures.js').Point} Point */
/** @typedef {import('./inspection.js').Inspection} Inspection */
/** @typedef {import('./narrator.js').Narrator} Narrator */
/** @typedef {import('./parts.js').Parts} Parts */
/** @typedef {import('./turning.js').Turning} Turning */

const WORDS = {
  wheel: _('Click the piece first, or hold Ctrl, to come closer with the wheel'),
};
const WHEEL_HINT_MS = 2_500;
const STEP = Math.PI / 18; // of an arrow key
const TILT = Math.PI / 36;
const NUDGE = 28; // CSS pixels
const NEARER = 0.35; // doublings

/** Gestures and commands, as movements. @implements {Movements} */
export class Moves {
  held = false;
  #grasped = false;
  #hintTimer = 0;

  /**
   * @param {HTMLElement} host
   * @param {Inspection} inspection
   * @param {Turning} turning
   * @param {Parts} parts
   * @param {Narrator} narrator
   * @param {Controls} controls
   */
  constructor(host, inspection, turning, parts, narrator, controls) {
    this.host = host;
    this.inspection = inspection;
    this.motion = inspection.motion;
    this.turning = turning;
    this.parts = parts;
    this.narrator = narrator;
    this.controls = controls;
  }

  /** Somebody did something. */
  touch() {
    this.turning.touch();
    this.host.toggleAttribute('turned', true);
  }

  press() {
    this.held = true;
    this.touch();
  }

  /** @param {Point} at */
  grasp(at) {
    this.#grasped = this.parts.grasp(at);
    return this.#grasped;
  }

  /** @param {Point} at */
  drag(at) {
    this.parts.drag(at);
  }

  lift() {
    this.held = false;
    if (this.#grasped) this.parts.tell();
    this.#grasped = false;
    this.turning.wait();
    scheduler.wake();
  }

  /**
   * @param {number} right CSS pixels
   * @param {number} down
   */
  turn(right, down) {
    this.motion.turn(right, down);
  }

  /**
   * @param {number} right CSS pixels
   * @param {number} down
   */
  pan(right, down) {
    this.motion.pan(right, down);
  }

  /**
   * @param {number} doublings
   * @param {Point} at
   */
  zoom(doublings, at) {
    this.touch();
    this.inspection.freeSize();
    return this.motion.zoom(doublings, at);
  }

  /** @param {number} rightPerMs CSS pixels */
  glide(rightPerMs) {
    this.motion.glide(rightPerMs);
  }

  /** @param {Point} at */
  inspect(at) {
    this.narrator.aloud = true;
    this.inspection.inspect(at);
  }

  /** The page scrolls, and somebody may have meant the piece. */
  wheelMissed() {
    if (this.host.hasAttribute('hinted')) return;
    this.host.toggleAttribute('hinted', true);
    this.controls.hint.textContent = WORDS.wheel;
    this.#hintTimer = window.setTimeout(() => {
      this.host.toggleAttribute('hinted', false);
      this.parts.hint();
    }, WHEEL_HINT_MS);
  }

  /** @param {Command} name */
  command(name) {
    this.touch();
    this.narrator.aloud = true;
    const { motion, inspection } = this;
    const { middle } = motion.layout;
    /** @type {Record<Command, () => void>} */
    const actions = {
      left: () => motion.turnBy(-STEP, 0),
      right: () => motion.turnBy(STEP, 0),
      quarterLeft: () => motion.turnBy(-Math.PI / 2, 0),
      quarterRight: () => motion.turnBy(Math.PI / 2, 0),
      up: () => motion.turnBy(0, TILT),
      down: () => motion.turnBy(0, -TILT),
      panLeft: () => motion.pan(-NUDGE, 0),
      panRight: () => motion.pan(NUDGE, 0),
      panUp: () => motion.pan(0, -NUDGE),
      panDown: () => motion.pan(0, NUDGE),
      nearer: () => this.zoom(NEARER, middle),
      farther: () => this.zoom(-NEARER, middle),
      inspect: () => inspection.inspect(middle),
      whole: () => inspection.whole(),
      home: () => inspection.home(),
    };
    actions[name]();
  }

  close() {
    clearTimeout(this.#hintTimer);
  }
}
import { _ } from '../words.js';
