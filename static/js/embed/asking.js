/** What an embedded piece asks of the service: one wish at a time, the newest. */
import { hear, _ } from '../words.js';
import { embedDocument } from './document.js';

/** @typedef {import('./document.js').EmbedDocument} EmbedDocument */
/** @typedef {import('./document.js').Wish} Wish */

const SLOW_MS = 400; // before a sentence says that it takes its time

/** Of one embedded piece. */
export class Asking {
  /** @type {AbortController | undefined} */ #now;

  /** @param {HTMLElement} status where a sentence stands */
  constructor(status) {
    this.status = status;
  }

  /**
   * @param {Wish} wish
   * @returns {Promise<EmbedDocument | null>} null: another wish came meanwhile
   * @throws {import('./document.js').Refusal}
   */
  async ask(wish) {
    this.stop();
    const asking = new AbortController();
    this.#now = asking;
    const waiting = _('One moment…');
    const slow = setTimeout(() => (this.status.textContent = waiting), SLOW_MS);
    try {
      const told = await embedDocument(wish, asking.signal);
      await hear(told.words, told.language);
      asking.signal.throwIfAborted();
      return told;
    } catch (error) {
      if (asking.signal.aborted) return null;
      throw error;
    } finally {
      clearTimeout(slow);
      if (this.#now === asking && this.status.textContent === waiting) this.status.textContent = '';
    }
  }

  stop() {
    this.#now?.abort();
  }
}
