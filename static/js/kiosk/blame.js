/**
 * Which piece is at fault where what is worn cannot be shown: one that never was. What was once ready is not
 * taken off, whatever breaks later; nor is anything at a first failure, which a busy service may cause.
 */

const TRIES = 2; // of what was never ready

/** Of one page. */
export class Blame {
  /** @type {Set<string>} hashes */ #proven = new Set();
  #failed = 0; // in a row

  /** These can be worn. @param {readonly string[]} hashes */
  ready(hashes) {
    for (const hash of hashes) this.#proven.add(hash);
    this.#failed = 0;
  }

  /**
   * What was worn, or was to be, ended.
   * @param {readonly string[]} hashes of all of it, the last put on last
   * @param {boolean} surely whether a piece is the reason
   * @returns {string | null} the piece that is to be left off; null: all may be tried again
   */
  failed(hashes, surely) {
    this.#failed += 1;
    if (!surely && this.#failed < TRIES) return null;
    return hashes.filter((hash) => !this.#proven.has(hash)).at(-1) ?? null;
  }
}
