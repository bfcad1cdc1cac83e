/** The picture of one viewer: what it lacks, and how it is shown. */
import { scheduler } from './scheduler.js';
import { SolidPainter } from './solid.js';

/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {import('./orbit.js').Pose} Pose */
/** @typedef {import('./painter.js').Painter} Painter */

const HAND_MS = 1_000; // between two positions of a watch's hands
const CALM_HAND_MS = 60_000; // where less motion is asked for
const DISSOLVE_MS = 700; // as eyes get used to the dark

/** A canvas, and how fine its picture is. */
export class Easel {
  canvas = document.createElement('canvas');
  changed = true; // since the last picture
  drawn = 0; // pictures
  #sample = 0;
  #fine = true; // whether the pictures of this still view are shown as they come
  #handsMs = 0;
  #waits = false; // for a picture that is not shown
  #covered = false; // the canvas keeps what it shows until the next picture is finished

  /** @param {Painter} painter */
  constructor(painter) {
    this.painter = painter;
    this.canvas.setAttribute('aria-hidden', 'true');
    if (!painter.solid) this.canvas.dataset.flat = '';
  }

  /** Something changed that the picture has to follow. */
  refresh = () => {
    this.changed = true;
    scheduler.wake();
  };

  /** Whether every picture of the view is drawn. */
  get still() {
    return !this.changed && !this.unfinished;
  }

  /** Whether a picture that is not shown is still being drawn. */
  get waits() {
    return this.#waits;
  }

  /** Whether a still view may become finer. */
  get unfinished() {
    return this.#sample < this.painter.samples;
  }

  /**
   * Lets what is shown now give way slowly to what comes.
   * @param {boolean} calm at once
   */
  dissolve(calm) {
    if (calm || !this.canvas.isConnected) return;
    const before = /** @type {HTMLCanvasElement} */ (this.canvas.cloneNode());
    before.getContext('2d')?.drawImage(this.canvas, 0, 0);
    this.canvas.after(before);
    const fading = before.animate([{ opacity: 1 }, { opacity: 0 }], { duration: DISSOLVE_MS, easing: 'ease-in-out' });
    fading.finished.then(() => before.remove(), () => before.remove());
  }

  /**
   * Moves a watch's hands on, once the view is finished.
   * @param {boolean} calm
   */
  moveHands(calm) {
    const { painter } = this;
    if (!(painter instanceof SolidPainter) || !painter.hasHands || this.unfinished) return;
    const now = Date.now();
    if (now - this.#handsMs < (calm ? CALM_HAND_MS : HAND_MS)) return;
    this.#handsMs = now;
    if (painter.animate(now)) this.#sample = 0;
  }

  /** Draws the still view again, and shows it once it is as fine as what it replaces. */
  renew() {
    this.#sample = 0;
    this.#fine = false;
    this.#covered = true;
    scheduler.wake();
  }

  /**
   * One picture: of a movement, or one more of a still view. Watch hands that moved are shown once they
   * are drawn as finely as what they replace.
   * @param {Pose} pose
   * @param {Layout} layout
   * @param {boolean} runs whether a watch's hands do
   * @returns {'moved' | 'finer' | null} null while the context is lost
   */
  draw(pose, { fit }, runs) {
    const { painter } = this;
    const moving = this.changed;
    if (moving && runs && painter instanceof SolidPainter && painter.hasHands) painter.animate(Date.now());
    const sample = moving ? 0 : this.#sample + 1;
    const done = sample >= painter.samples;
    const shown = moving || done || (!this.#covered && (this.#handsMs === 0 || this.#fine));
    this.changed = false;
    if (!painter.draw(this.canvas, pose, fit, sample, shown)) {
      this.#sample = painter.samples; // until the context is back
      return null;
    }
    this.#sample = sample;
    this.#fine = moving || (this.#fine && !done);
    this.#covered &&= !moving && !done;
    if (!shown && painter instanceof SolidPainter) this.#wait(painter);
    this.drawn += 1;
    return moving ? 'moved' : 'finer';
  }

  /** @param {SolidPainter} painter */
  async #wait(painter) {
    this.#waits = true;
    await painter.stage.finished();
    this.#waits = false;
    scheduler.wake();
  }
}
