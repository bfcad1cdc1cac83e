/**
 * How much care the mirror takes, by how long its frames take: the size of the frames that are tracked,
 * and the tier that the jewels are drawn in. Coarser soon, finer slowly, so that it never swings.
 */

/**
 * @typedef {object} Care
 * @property {number} side longer side of a frame, pixels
 * @property {number} quality of viewer/quality.js's tiers
 */

/** @type {readonly Care[]} coarsest first */
export const CARES = Object.freeze([
  { side: 640, quality: 0 },
  { side: 800, quality: 1 },
  { side: 960, quality: 2 },
  { side: 1280, quality: 3 },
]);

const SLOW_MS = 60; // from frame to frame: fewer than 16 a second
const QUICK_MS = 36; // about what a camera of 30 a second gives
const SLOW_FRAMES = 6; // in a row, until a step is given up
const QUICK_FRAMES = 120; // in a row, until a finer one is tried
const TRIES = 2; // of a step that turned out too slow
const PAUSE_MS = 1500; // longer gaps are no frames of one mirror

/** Chooses the step. */
export class Pace {
  #slow = 0;
  #quick = 0;
  #last = -Infinity;
  #given = new Array(CARES.length).fill(0);

  /** @param {number} [step] where to begin */
  constructor(step = 2) {
    this.step = step;
  }

  /** @returns {Care} */
  get care() {
    return CARES[this.step];
  }

  /**
   * A frame is shown.
   * @param {number} nowMs
   */
  note(nowMs) {
    const took = nowMs - this.#last;
    this.#last = nowMs;
    if (took > PAUSE_MS) return;
    this.#slow = took > SLOW_MS ? this.#slow + 1 : 0;
    this.#quick = took < QUICK_MS ? this.#quick + 1 : 0;
    if (this.#slow >= SLOW_FRAMES && this.step > 0) {
      this.#given[this.step] += 1;
      this.#move(this.step - 1);
    } else if (this.#quick >= QUICK_FRAMES && (this.#given[this.step + 1] ?? TRIES) < TRIES) {
      this.#move(this.step + 1);
    }
  }

  /** @param {number} step */
  #move(step) {
    this.step = step;
    this.#slow = this.#quick = 0;
  }
}
