/**
 * How much care a picture gets, by the time that frames take. A still picture is always drawn with
 * all care, sample by sample; what moves is drawn as well as it stays smooth.
 */

/**
 * @typedef {object} Tier
 * @property {string} name
 * @property {number} pixelRatio most device pixels for a CSS pixel, a side
 * @property {number} fineness samples for a pixel, a side, while it moves
 * @property {number} bounces of rays inside stones while it moves
 * @property {number} stillBounces
 * @property {number} samples of a pixel, a side, when it is still
 * @property {boolean} keyShadows
 * @property {boolean} reflection on the ground
 */

/** @type {readonly Tier[]} coarsest first */
export const TIERS = Object.freeze([
  { name: 'least', pixelRatio: 0.6, fineness: 1, bounces: 3, stillBounces: 8, samples: 3, keyShadows: false, reflection: false },
  { name: 'low', pixelRatio: 1, fineness: 1, bounces: 3, stillBounces: 8, samples: 4, keyShadows: false, reflection: false },
  { name: 'medium', pixelRatio: 1.5, fineness: 1, bounces: 5, stillBounces: 10, samples: 4, keyShadows: true, reflection: false },
  { name: 'high', pixelRatio: 2, fineness: 1, bounces: 8, stillBounces: 10, samples: 4, keyShadows: true, reflection: true },
  { name: 'highest', pixelRatio: 2, fineness: 2, bounces: 10, stillBounces: 10, samples: 5, keyShadows: true, reflection: true },
]);

const SLOW_MS = 24; // more than one frame in two is missed at 60 a second
const QUICK_MS = 18;
const SLOW_FRAMES = 6; // in a row, until a tier is given up
const QUICK_FRAMES = 90; // in a row, until a finer one is tried
const PAUSE_MS = 1000; // longer gaps are no frames of one movement
const TRIES = 2; // of a tier that turned out too slow

/** Chooses the tier by how soon the frames of a movement follow each other. */
export class Governor {
  #slow = 0;
  #quick = 0;
  #last = -Infinity;
  #given = new Array(TIERS.length).fill(0);

  /** @param {number} [level] where to begin */
  constructor(level = 3) {
    this.level = level;
  }

  get tier() {
    return TIERS[this.level];
  }

  /**
   * A picture of a movement is drawn now; returns whether the tier changed.
   * @param {number} nowMs of its frame: several pictures of one count once
   */
  note(nowMs) {
    const took = nowMs - this.#last;
    if (took === 0) return false;
    this.#last = nowMs;
    if (took > PAUSE_MS) {
      this.#slow = this.#quick = 0;
      return false;
    }
    // a very slow frame counts for several
    this.#slow = took > SLOW_MS ? this.#slow + Math.min(took / SLOW_MS, SLOW_FRAMES / 2) : 0;
    this.#quick = took < QUICK_MS ? this.#quick + 1 : 0;
    if (this.#slow >= SLOW_FRAMES && this.level > 0) {
      this.#given[this.level] += 1;
      return this.#move(this.level - 1);
    }
    const finer = this.level + 1;
    if (this.#quick >= QUICK_FRAMES && finer < TIERS.length && this.#given[finer] < TRIES) {
      return this.#move(finer);
    }
    return false;
  }

  /** @param {number} level */
  #move(level) {
    this.level = level;
    this.#slow = this.#quick = 0;
    return true;
  }
}

/**
 * Column and row of a sample among those of a pixel; early ones lie well apart.
 * @param {number} number
 * @param {number} side
 * @returns {[number, number]}
 */
export function sampleOffset(number, side) {
  const count = side * side;
  const stride = count % 3 === 0 ? 7 : 9;
  const at = (number * stride) % count;
  return [at % side, Math.floor(at / side)];
}
