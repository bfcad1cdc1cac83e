/**
 * The camera's frames, one after the other: taken, solved in the worker, drawn and shown in their order.
 * One that comes while others are under way is dropped: none waits, none is kept.
 */
import { Pace } from './pace.js';

/** @typedef {import('./dresser.js').Dresser} Dresser */
/** @typedef {import('./eye.js').Eye} Eye */
/** @typedef {import('./types.js').Solved} Solved */
/** @typedef {{}} Run of frames that belong together */

const DRAWN_AHEAD = 2; // frames that may wait to be drawn while the next is tracked

/**
 * Who shows them.
 * @typedef {object} Shows
 * @property {(side: number) => void} plain the camera's own picture, its longer side so many pixels
 * @property {(solved: Solved, quality: number) => Promise<void>} draw a frame with what is worn in it
 * @property {(solved: Solved) => void} shown it is seen now, and theirs from now on
 */

export class Frames {
  /** @type {Run | null} what goes on; null: the camera is not followed */ #run = null;
  #pace = new Pace();
  #taking = false; // a frame is being taken off the camera
  #takenMs = -Infinity;
  #drawing = Promise.resolve(); // frames are shown in their order
  #toDraw = 0;
  leastMs = 0; // between two frames that are worked on

  /**
   * @param {Eye} eye
   * @param {Dresser} dresser
   * @param {Shows} shows
   */
  constructor(eye, dresser, shows) {
    this.eye = eye;
    this.dresser = dresser;
    this.shows = shows;
  }

  /** Follow the camera, which is open. */
  begin() {
    const run = (this.#run = {});
    this.#next(run);
  }

  /** Frames that are under way are shown no more. */
  end() {
    this.#run = null;
  }

  /** @param {Run} run */
  #next(run) {
    this.eye.next((now) => {
      if (run !== this.#run) return;
      this.#frame(now, run);
      this.#next(run);
    });
  }

  /**
   * @param {number} now
   * @param {Run} run
   */
  async #frame(now, run) {
    const { eye, dresser } = this;
    if (!eye.sees || this.#taking) return;
    const { side } = this.#pace.care;
    if (!dresser.dressed) return this.shows.plain(side);
    if (dresser.busy || this.#toDraw >= DRAWN_AHEAD || now - this.#takenMs < this.leastMs) return;
    this.#taking = true;
    this.#takenMs = now;
    const image = await eye.grab(side, 'medium').finally(() => (this.#taking = false));
    if (!image) return;
    if (run !== this.#run || dresser.busy) return image.close();
    const solved = await dresser.solve(image, now);
    if (!solved) return;
    if (run === this.#run) this.#wearOn(solved, run);
    else solved.image.close();
  }

  /**
   * Show a solved frame after those before it.
   * @param {Solved} solved
   * @param {Run} run
   */
  #wearOn(solved, run) {
    this.#toDraw += 1;
    this.#drawing = this.#drawing.then(async () => {
      if (run === this.#run) await this.shows.draw(solved, this.#pace.care.quality);
      this.#toDraw -= 1;
      if (run !== this.#run) return solved.image.close();
      this.#pace.note(performance.now());
      this.shows.shown(solved);
    });
  }
}
