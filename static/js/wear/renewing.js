/**
 * What paints, begun anew after its graphics were lost. They are not trusted again, though browsers say that
 * they are back: after a crash of what draws for all pages, nothing that is drawn by them is seen any more.
 * Until others are there, moving pictures go on without jewels; one that stands still waits for them.
 */

/** @typedef {import('./overlay/worn-painter.js').Painted} Painted */
/** @typedef {import('./overlay/worn-painter.js').Scene} Scene */

/**
 * What paints, wherever it is.
 * @typedef {object} Paints
 * @property {(files: string[]) => Promise<void>} prepare
 * @property {(scene: Scene, quality?: number) => Painted | null | Promise<Painted | null>} paint
 * @property {() => void} close
 */

/** The graphics were lost, and with them what was asked for. */
export class Lost extends Error {}

const AGAIN_MS = 250; // until others are begun again, where none can be yet
const PATIENCE_MS = 20_000; // without any, while pictures are asked for
const [MOST, CALM_MS] = [3, 15_000]; // losses, each so soon after the one before: something breaks them

/** Fails with `Lost` where the graphics were lost, and only then is another asked for. @implements {Paints} */
export class Renewing {
  /** @type {Paints | null} */ #paints;
  /** @type {Paints | null} not ready yet */ #next = null;
  /** @type {Promise<void> | undefined} until others are there */ #coming;
  /** @type {Error | undefined} why there are none */ #failed;
  #begin;
  #now;
  /** @type {string[]} what is to be painted */ #files = [];
  #losses = 0; // in a row
  #lostMs = -Infinity;
  #closed = false;

  /**
   * @param {Paints} paints
   * @param {() => Promise<Paints | null>} begin others; null: not now
   * @param {() => number} [now]
   */
  constructor(paints, begin, now = () => performance.now()) {
    this.#paints = paints;
    this.#begin = begin;
    this.#now = now;
  }

  /** @param {string[]} files */
  async prepare(files) {
    this.#files = files;
    await this.#asked((paints) => paints.prepare(files), true);
  }

  /**
   * @param {Scene} scene
   * @param {number} [quality]
   */
  paint(scene, quality) {
    return this.#asked((paints) => paints.paint(scene, quality), quality === undefined);
  }

  close() {
    this.#closed = true;
    this.#paints?.close();
    this.#next?.close();
    this.#paints = this.#next = null;
  }

  /**
   * @template Value
   * @param {(paints: Paints) => Value | Promise<Value>} ask
   * @param {boolean} waits for others, where there are none
   * @returns {Promise<Value | null>} null: there are none
   */
  async #asked(ask, waits) {
    while (!this.#closed) {
      if (this.#failed) throw this.#failed;
      const paints = this.#paints;
      if (!paints) {
        // begun when something is asked for: a page in the background may have no graphics for long
        this.#coming ??= this.#others();
        if (!waits) return null;
        await this.#coming;
        continue;
      }
      try {
        return await ask(paints);
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        this.#lose(paints);
      }
    }
    return null;
  }

  /** @param {Paints} paints */
  #lose(paints) {
    if (paints !== this.#paints) return; // known
    paints.close();
    this.#paints = null;
    const now = this.#now();
    this.#losses = now - this.#lostMs < CALM_MS ? this.#losses + 1 : 1;
    this.#lostMs = now;
    if (this.#losses > MOST) this.#failed = new Error('the graphics are lost again and again');
  }

  async #others() {
    const begun = this.#now();
    for (;;) {
      const next = (this.#next = await this.#begin());
      const ready = !this.#closed && (await next?.prepare(this.#files).then(() => true, () => false));
      this.#next = null;
      if (ready && !this.#closed) {
        this.#paints = next;
        break;
      }
      next?.close();
      if (this.#closed) break;
      if (this.#now() - begun > PATIENCE_MS) {
        this.#failed = new Error('the graphics do not come back');
        break;
      }
      await new Promise((later) => setTimeout(later, AGAIN_MS));
    }
    this.#coming = undefined;
  }
}
