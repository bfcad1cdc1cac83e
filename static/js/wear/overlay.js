/**
 * The jewels of a solved frame, laid over the very frame that was solved.
 *
 * They are painted by `overlay/worn-painter.js` with the server's own shaders: in a worker with a context of
 * its own, so that the page stays free whatever drawing takes, or, where workers have no WebGL2 or may
 * not be begun, by the page's stage. Either way the same pictures come out. A worker that has lost its
 * graphics ends, and another is begun.
 */
import { PATIENCE_MS, address } from './overlay-worker.js';
import { Lost, Renewing } from './renewing.js';

/** @typedef {import('./overlay/worn-painter.js').Painted} Painted */
/** @typedef {import('./overlay/worn-painter.js').Scene} Scene */
/** @typedef {import('./renewing.js').Paints} Paints */
/** @typedef {import('./types.js').Overlay} Overlay */
/** @typedef {import('./types.js').Solved} Solved */

const AT_ONCE = 3; // tier of the picture that stands until a careful one is there

/**
 * @param {{ worker?: boolean }} [options] where it is drawn; without it where that is best
 * @returns {Promise<Overlay | null>} null where the browser has no WebGL2
 */
export async function openOverlay({ worker = true } = {}) {
  const remote = worker && (await Remote.open());
  const paints = remote ? new Renewing(remote, () => Remote.open()) : await here();
  return paints && new Laying(paints);
}

/** Painted by the page's own stage. @returns {Promise<Paints | null>} */
async function here() {
  const [{ openStage }, { Painter }, { PatientPainter }] = await Promise.all([
    import('../viewer/stage.js'),
    import('./overlay/worn-painter.js'),
    import('./overlay/patient.js'),
  ]);
  const stage = await openStage();
  return stage && new PatientPainter(new Painter(stage));
}

/** Painted by a worker. */
class Remote {
  /** @type {Map<number, { done: (value: any) => void, fail: (reason: Error) => void }>} */ #asked = new Map();
  #number = 0;

  /** A worker that can paint; null where there is none. @returns {Promise<Paints | null>} */
  static async open() {
    try {
      const worker = new Worker(address, { type: 'module' });
      const remote = new Remote(worker);
      let timer = 0;
      const late = new Promise((done) => (timer = setTimeout(() => done(false), PATIENCE_MS)));
      const able = await Promise.race([remote.ask({ do: 'open' }), late]).finally(() => clearTimeout(timer));
      if (able) return remote;
      remote.close();
    } catch {
      // from another host than the page's, or forbidden
    }
    return null;
  }

  /** @param {Worker} worker */
  constructor(worker) {
    this.worker = worker;
    worker.onmessage = ({ data }) => {
      if ('lost' in data) return this.#fail(new Lost());
      const waiting = this.#asked.get(data.number);
      this.#asked.delete(data.number);
      if ('failed' in data) waiting?.fail(new Error(data.failed));
      else waiting?.done(data.value);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(event.message));
    };
  }

  /** What was asked for does not come. @param {Error} reason */
  #fail(reason) {
    for (const { fail } of this.#asked.values()) fail(reason);
    this.#asked.clear();
  }

  /**
   * @param {Record<string, any>} what
   * @returns {Promise<any>}
   */
  ask(what) {
    const number = (this.#number += 1);
    return new Promise((done, fail) => {
      this.#asked.set(number, { done, fail });
      this.worker.postMessage({ number, ...what });
    });
  }

  /** @param {string[]} files */
  prepare(files) {
    return this.ask({ do: 'prepare', files });
  }

  /**
   * @param {Scene} scene
   * @param {number} [quality]
   */
  paint(scene, quality) {
    return this.ask({ do: 'paint', scene, quality });
  }

  close() {
    this.worker.terminate();
    for (const { done } of this.#asked.values()) done(null);
    this.#asked.clear();
  }
}

/** Lays what is painted over frames. @implements {Overlay} */
class Laying {
  /** @param {Paints} paints */
  constructor(paints) {
    this.paints = paints;
  }

  /** @param {string[]} files */
  prepare(files) {
    return this.paints.prepare(files);
  }

  /**
   * A photo is shown as a moving picture would be until all care was taken.
   * @param {Solved} solved
   * @param {HTMLCanvasElement} canvas
   * @param {number} [quality]
   */
  async draw(solved, canvas, quality) {
    const { image, timeMs, intrinsics, layers } = solved;
    const { width, height } = image;
    if (quality === undefined && layers.length) await this.draw(solved, canvas, AT_ONCE);
    const painted = layers.length ? await this.paints.paint({ width, height, timeMs, intrinsics, layers }, quality) : null;
    if (image.width > 0) this.#lay(image, painted, canvas); // else it was let go of meanwhile
    if (painted && 'close' in painted.picture) painted.picture.close();
  }

  /**
   * @param {ImageBitmap} image
   * @param {Painted | null} painted
   * @param {HTMLCanvasElement} canvas
   */
  #lay(image, painted, canvas) {
    const { width, height } = image;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
    context.drawImage(image, 0, 0);
    for (const { from, region } of painted?.parts ?? []) {
      const { picture } = /** @type {Painted} */ (painted);
      context.drawImage(picture, from.x, from.y, from.width, from.height, region.x, region.y, region.width, region.height);
    }
  }

  close() {
    this.paints.close();
  }
}
