/** The ring that fills while a hand does something, at the hand; and the countdown of a picture. */
import { _ } from '../words.js';

/** @typedef {import('./glass.js').KioskGlass} KioskGlass */
/**
 * @typedef {object} Doing what a hand is doing, as a frame tells it
 * @property {boolean} armed
 * @property {'palm' | 'left' | 'right' | 'pinch' | 'hold' | null} doing
 * @property {number} progress
 * @property {[number, number] | null} at
 */

const DONE_MS = 500; // that a full ring is seen
const LOST_MS = 150; // that a hand may be lost for
const LATE_MS = 1500; // that the word of its being done may come after the hand's last frame
const CENTRE = /** @type {[number, number]} */ ([0.5, 0.5]);
const EDGE = 0.14; // of the screen: the ring stays whole

/** Follows the frames. */
export class Ring {
  #root;
  #words;
  #glass;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #going;
  #followedMs = -Infinity; // when a hand was last seen doing something

  /**
   * @param {HTMLElement} root
   * @param {KioskGlass} glass
   */
  constructor(root, glass) {
    this.#root = root;
    this.#words = /** @type {HTMLElement} */ (root.querySelector('[data-ring-words]'));
    this.#glass = glass;
  }

  /** @param {Doing} gesture */
  follow({ doing, progress, at }) {
    if (!doing) {
      if (!this.#root.hidden && !this.#going) this.#go(LOST_MS);
      return;
    }
    clearTimeout(this.#going);
    this.#going = undefined;
    this.#followedMs = performance.now();
    const [x, y] = this.#glass.place(at ?? CENTRE).map((share) => Math.min(1 - EDGE, Math.max(EDGE, share)));
    this.#root.style.setProperty('--x', `${100 * x}%`);
    this.#root.style.setProperty('--y', `${100 * y}%`);
    this.#root.style.setProperty('--share', String(progress));
    this.#root.hidden = false;
    const words = said(doing);
    if (this.#words.textContent !== words) this.#words.textContent = words;
  }

  /** It is done: the ring is seen full for a moment. Frames may be left out, so none of them says so. */
  full() {
    if (performance.now() - this.#followedMs > LATE_MS) return;
    this.#root.style.setProperty('--share', '1');
    this.#root.hidden = false;
    this.#words.textContent = '';
    clearTimeout(this.#going);
    this.#go(DONE_MS);
  }

  /** Nothing is done any more. */
  clear() {
    this.#hide();
    this.#followedMs = -Infinity;
  }

  #hide() {
    clearTimeout(this.#going);
    this.#going = undefined;
    this.#root.hidden = true;
    this.#words.textContent = '';
  }

  /** @param {number} ms */
  #go(ms) {
    this.#going = setTimeout(() => this.#hide(), ms);
  }
}

/** @param {string} doing */
function said(doing) {
  if (doing === 'palm') return _('Hold your palm still');
  if (doing === 'hold') return _('Hold on for a picture');
  if (doing === 'left') return _('Next piece');
  if (doing === 'right') return _('Previous piece');
  return '';
}

/** Counts down in front of everything. */
export class Countdown {
  #root;
  #run = 0;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  get counting() {
    return !this.#root.hidden;
  }

  /**
   * @param {number} seconds
   * @returns {Promise<boolean>} false: it was stopped
   */
  async count(seconds) {
    const run = (this.#run += 1);
    for (let left = seconds; left > 0; left -= 1) {
      this.#root.textContent = String(left);
      this.#root.hidden = false;
      await new Promise((later) => setTimeout(later, 1000));
      if (run !== this.#run) return false;
    }
    this.stop();
    return true;
  }

  /** Count no further. */
  stop() {
    this.#run += 1;
    this.#root.hidden = true;
    this.#root.textContent = '';
  }
}
