/**
 * One visit to the mirror: the camera or a photo, one frame at a time, tracked, dressed and shown.
 *
 *     closed → opening → live ⇄ held        the camera
 *                      ↘ away                the page was hidden: the camera is let go
 *     closed → photo                         a picture that stands still
 *     any → refused                          with the reason; another way may be tried
 *
 * What is shown is always a whole frame with what was solved in that very frame; until the nets are there,
 * the camera's own picture. Frames are handed to the worker and never queued, kept or sent.
 */
import { NoPicture } from './camera.js';
import { Dresser } from './dresser.js';
import { Eye, paint } from './eye.js';
import { Frames } from './frames.js';
import { readPhoto } from './picture.js';

/** @typedef {import('./camera.js').Facing} Facing */
/** @typedef {import('./camera.js').Refused} Refused */
/** @typedef {import('./types.js').Asked} Asked */
/** @typedef {import('./types.js').Solved} Solved */
/** @typedef {'closed' | 'opening' | 'live' | 'held' | 'photo' | 'away' | 'refused'} State */

const TAKEN_PX = 1600; // longer side of a picture that is kept

/**
 * How a mirror differs from a visit: how its camera is mounted, and whether hands and faces are looked for
 * whatever is worn.
 * @typedef {import('./eye.js').Mounted & { watching?: boolean }} Standing
 */

/**
 * Fires "state" { state, reason? }, "progress" { loaded, total }, "ready" { asked }, "frame" { solved, first } and
 * "camera" { facing, several }; each is a CustomEvent.
 */
export class Session extends EventTarget {
  /** @type {State} */ #state = 'closed';
  /** @type {Asked[]} */ #asked = [];
  /** @type {Solved | undefined} of the picture that is shown */ #last;
  /** @type {ImageBitmap | undefined} a picture that stands still */ #still;
  #life = new AbortController();
  #mirrored = false;
  #opening = 0; // counts what was opened, so that what comes late is let go
  #dresser;
  #eye;
  #frames;

  /**
   * @param {HTMLCanvasElement} canvas shows the picture, unmirrored
   * @param {HTMLVideoElement} video never seen, but in the document, or some browsers stop it
   * @param {Standing} [standing]
   */
  constructor(canvas, video, { watching = false, ...mounted } = {}) {
    super();
    this.canvas = canvas;
    this.#eye = new Eye(video, mounted);
    const told = {
      progress: (/** @type {number} */ loaded, /** @type {number} */ total) => this.#tell('progress', { loaded, total }),
      ready: (/** @type {Asked[]} */ asked) => this.#tell('ready', { asked }),
      refused: (/** @type {Refused} */ reason) => this.#refuse(reason),
    };
    this.#dresser = new Dresser(told, { watching });
    this.#frames = new Frames(this.#eye, this.#dresser, {
      plain: (side) => this.#eye.paint(canvas, side),
      draw: (solved, quality) => this.#draw(solved, quality),
      shown: (solved) => this.#shown(solved),
    });
    const { signal } = this.#life;
    document.addEventListener('visibilitychange', () => document.hidden && this.leave(), { signal });
    addEventListener('pagehide', () => this.leave(), { signal });
  }

  get state() {
    return this.#state;
  }

  /** Whether the picture is shown as a mirror shows it: a camera's that looks at who looks at the screen. */
  get mirrored() {
    return this.#mirrored;
  }

  /** What was solved in the picture that is shown. */
  get solved() {
    return this.#last;
  }

  /** The picture without anything worn, while it stands still. */
  get plain() {
    return this.#still;
  }

  /** Milliseconds between two frames that are worked on, at least. @param {number} least */
  set leastMs(least) {
    this.#frames.leastMs = least;
  }

  /**
   * What is worn from now on; the first time, what it takes is fetched. No camera is opened.
   * @param {Asked[]} asked
   */
  async wear(asked) {
    this.#asked = asked;
    await this.#dresser.prepare(asked);
    if (this.#asked !== asked) return;
    if (this.#still) await this.#dressStill();
    else this.#dresser.follow(asked);
  }

  /**
   * Open a camera and show it; the browser may ask for leave.
   * @param {Facing} facing
   */
  async open(facing) {
    const mine = (this.#opening += 1);
    this.#stop();
    this.#become('opening');
    let camera;
    try {
      camera = await this.#eye.open(facing, () => mine === this.#opening, () => this.#refuse('unplugged'));
    } catch (error) {
      if (!(error instanceof NoPicture)) throw error;
      return this.#refuse(error.reason);
    }
    if (!camera) return;
    this.#mirrored = camera.facing === 'user';
    this.#dresser.follow(this.#asked);
    this.#become('live');
    this.#tell('camera', { facing: camera.facing, several: camera.several });
    this.#frames.begin();
  }

  /**
   * Show a photo instead.
   * @param {Blob} file
   */
  async show(file) {
    const mine = (this.#opening += 1);
    this.#stop();
    this.#become('opening');
    try {
      const photo = await readPhoto(file);
      if (mine !== this.#opening) return photo.close();
      this.#still = photo;
      this.#mirrored = false;
    } catch (error) {
      if (!(error instanceof NoPicture)) throw error;
      if (mine === this.#opening) this.#refuse(error.reason);
      return;
    }
    paint(this.canvas, this.#still, [this.#still.width, this.#still.height]);
    this.#become('photo');
    await this.#dressStill();
  }

  /** Keep the picture as it is now; on with the camera where it gives none. */
  async hold() {
    if (this.#state !== 'live' || !this.#last) return;
    const mine = this.#opening;
    this.#frames.end();
    this.#become('held');
    const image = await this.#eye.grab(TAKEN_PX, 'high');
    if (mine !== this.#opening || this.state !== 'held') return image?.close();
    if (!image) return this.resumable ? this.resume() : this.#goAway();
    this.#forgetStill(); // of a press before
    this.#still = image;
    this.#tell('held', {});
    await this.#dressStill();
  }

  /** On with the camera after `hold`, if it is still there. */
  resume() {
    if (this.#state !== 'held' || !this.resumable) return;
    this.#forgetStill();
    this.#dresser.follow(this.#asked);
    this.#become('live');
    this.#frames.begin();
  }

  /**
   * The picture that stands still, with other pieces worn.
   * @param {Asked[]} asked
   * @returns {Promise<HTMLCanvasElement | null>} null: it went away meanwhile
   */
  async beside(asked) {
    const canvas = document.createElement('canvas');
    const solved = await this.#dresser.solveStill(() => this.#still, asked);
    if (!solved) return null;
    await this.#dresser.draw(solved, canvas);
    solved.image.close();
    return canvas;
  }

  /** Nobody looks: the camera is let go, and what it showed. A picture that stands still stays. */
  leave() {
    if (this.#state === 'held') this.#eye.shut();
    else if (this.#state === 'live' || this.#state === 'opening') this.#goAway();
  }

  /** Whether the camera that `hold` stopped at can go on. */
  get resumable() {
    return this.#eye.camera !== undefined;
  }

  /** The end: nothing of anybody is left. */
  close() {
    this.#opening += 1;
    this.#stop();
    this.#dresser.close();
    this.#life.abort();
    this.#become('closed');
  }

  /**
   * @param {Solved} solved
   * @param {number} [quality] without it as good as it gets
   */
  async #draw(solved, quality) {
    const mine = this.#opening;
    await this.#dresser.draw(solved, this.canvas, quality);
    if (mine !== this.#opening) this.#blank();
  }

  async #dressStill() {
    const still = this.#still;
    const solved = await this.#dresser.solveStill(() => this.#still, this.#asked);
    if (!solved) return;
    if (still !== this.#still) return solved.image.close();
    await this.#draw(solved);
    if (still !== this.#still) return solved.image.close();
    this.#shown(solved);
  }

  /** @param {Solved} solved that is seen now */
  #shown(solved) {
    const first = !this.#last;
    this.#last?.image.close();
    this.#last = solved;
    this.#tell('frame', { solved, first });
  }

  #forgetStill() {
    this.#still?.close();
    this.#still = undefined;
  }

  #goAway() {
    this.#opening += 1;
    this.#stop();
    this.#become('away');
  }

  /** Everything that was seen goes; what it takes to see more stays. */
  #stop() {
    this.#frames.end();
    this.#eye.shut();
    this.#forgetStill();
    this.#last?.image.close();
    this.#last = undefined;
    this.#blank();
  }

  /** Nothing of anybody stays on the glass. */
  #blank() {
    this.canvas.width = this.canvas.height = 1;
  }

  /** @param {Refused} reason */
  #refuse(reason) {
    this.#opening += 1;
    this.#stop();
    this.#become('refused', reason);
  }

  /**
   * @param {State} state
   * @param {Refused} [reason]
   */
  #become(state, reason) {
    this.#state = state;
    this.#tell('state', { state, reason });
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
