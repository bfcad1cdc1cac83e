/**
 * What dresses pictures: the tracking worker and what draws, fetched when somebody first wears something.
 * One frame is under way at a time; stills are solved one after the other, each on its own.
 */
import { fetchEngine, supported } from './engine.js';

/** @typedef {import('./camera.js').Refused} Refused */
/** @typedef {import('./types.js').Asked} Asked */
/** @typedef {import('./types.js').Overlay} Overlay */
/** @typedef {import('./types.js').Solved} Solved */
/** @typedef {import('./types.js').Tracking} Tracking */

/**
 * Who is told how it goes.
 * @typedef {object} Told
 * @property {(loaded: number, total: number) => void} progress bytes
 * @property {(asked: Asked[]) => void} ready this can be worn
 * @property {(reason: Refused) => void} refused it cannot; another try begins anew
 */

const LOOK_AGAIN_MS = 10;
const done = () => {};

/** Puts on what is asked for. */
export class Dresser {
  /** @type {Tracking | undefined} */ #tracking;
  /** @type {Promise<Overlay | null> | undefined} */ #overlay;
  /** @type {Promise<void> | undefined} */ #preparing;
  /** @type {((solved: Solved | null) => void) | undefined} */ #waiting;
  /** @type {(() => void) | undefined} */ #readied;
  #turn = Promise.resolve(); // stills are solved one after the other
  #closed = false;
  #time = 0;
  /** @type {Asked[] | undefined} what the tracking was given last */ #worn;
  dressed = false; // whether what is asked for can be drawn
  following = true; // frames follow one another

  /**
   * @param {Told} told
   * @param {{ watching?: boolean }} [options] of the tracking
   */
  constructor(told, options) {
    this.told = told;
    this.options = options;
  }

  /** Whether a frame would have to wait. */
  get busy() {
    return !this.#tracking || this.#tracking.busy || this.#waiting !== undefined;
  }

  /**
   * Fetches what it takes, the first time.
   * @param {Asked[]} asked what is worn first, so that it comes beside the nets
   */
  prepare(asked) {
    this.#preparing ??= this.#prepare(asked);
    return this.#preparing;
  }

  /** @param {Asked[]} asked */
  async #prepare(asked) {
    if (!supported()) return this.told.refused('unsupported');
    let engine;
    try {
      engine = await fetchEngine();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // so browsers say that a module did not come
      this.#preparing = undefined;
      return this.told.refused('offline');
    }
    if (this.#closed) return;
    const overlay = engine.openOverlay();
    /** @type {import('./types.js').TrackingListener} */
    const listener = {
      progress: (loaded, total) => this.told.progress(loaded, total),
      known: (files) => overlay.then((one) => one?.prepare(files)).catch(() => {}), // if it fails, `ready` tells
      ready: (files) => this.#readyFor(files),
      solved: (solved) => (this.#waiting ? this.#answer(solved) : solved.image.close()),
      failed: (reason) => this.fail(reason),
    };
    const tracking = engine.openTracking(listener, this.options);
    this.#overlay = overlay;
    this.#tracking = tracking;
    this.follow(asked);
    if ((await overlay) === null && this.#overlay === overlay) this.fail('unsupported');
  }

  /** @param {string[]} files */
  async #readyFor(files) {
    const [overlay, readied, worn] = [this.#overlay, this.#readied, this.#worn];
    try {
      await (await overlay)?.prepare(files);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return this.fail('offline'); // the piece did not come
    }
    if (overlay !== this.#overlay) return;
    this.dressed = true;
    if (readied === this.#readied) this.#ready(); // else another set was asked for meanwhile, which tells itself
    this.told.ready(worn ?? []);
  }

  /**
   * Frames follow one another, and this is worn in them.
   * @param {Asked[]} asked
   */
  follow(asked) {
    if (!this.#tracking || (this.#worn === asked && this.following)) return;
    this.#worn = asked;
    this.following = true;
    this.#tracking.wear(asked, true);
  }

  /**
   * A frame with what is worn in it; null: it went away meanwhile. Only while not `busy`.
   * @param {ImageBitmap} image handed over
   * @param {number} now
   * @returns {Promise<Solved | null>}
   */
  solve(image, now) {
    const tracking = this.#tracking;
    if (!tracking) {
      image.close();
      return Promise.resolve(null);
    }
    this.#time = Math.max(now, this.#time + 1); // times of frames only grow
    return new Promise((resolve) => {
      this.#waiting = resolve;
      tracking.frame(image, this.#time);
    });
  }

  /**
   * A picture that stands still, solved after those that were asked for before it.
   * @param {() => ImageBitmap | undefined} picture none: it is not wanted any more
   * @param {Asked[]} asked
   * @returns {Promise<Solved | null>}
   */
  solveStill(picture, asked) {
    const solving = this.#turn.then(async () => {
      const [still, tracking] = [picture(), this.#tracking];
      if (!still || !tracking) return null;
      while (this.#waiting) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      this.following = false;
      await new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
        this.#readied = resolve;
        tracking.wear(asked, false);
      });
      if (still !== picture() || tracking !== this.#tracking) return null;
      return this.solve(await createImageBitmap(still), performance.now());
    });
    this.#turn = solving.then(done, done); // one that fails holds up none after it
    return solving;
  }

  /**
   * A solved picture with its jewels.
   * @param {Solved} solved
   * @param {HTMLCanvasElement} canvas
   * @param {number} [quality] without it as good as it gets
   */
  async draw(solved, canvas, quality) {
    try {
      await (await this.#overlay)?.draw(solved, canvas, quality);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.fail('broken'); // its worker is gone
    }
  }

  /** @param {Refused} reason */
  fail(reason) {
    this.#letGo();
    this.#preparing = undefined; // another try begins anew
    this.told.refused(reason);
  }

  /** The end. */
  close() {
    this.#closed = true;
    this.#letGo();
  }

  #letGo() {
    this.#tracking?.close();
    this.#overlay?.then((overlay) => overlay?.close());
    this.#tracking = this.#overlay = this.#worn = undefined;
    this.dressed = false;
    this.#answer(null);
    this.#ready();
  }

  #ready() {
    this.#readied?.();
    this.#readied = undefined;
  }

  /** @param {Solved | null} solved */
  #answer(solved) {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(solved);
  }
}
