/** How far what it takes has come; said only when it takes longer than one notices. */
import { html } from '../viewer/markup.js';
import { _, figures } from '../words.js';

const SLOW_MS = 400;
const MEGABYTE = 1e6;
const WORDS = { label: _('Getting the mirror ready'), soon: _('A moment more…') };

export class Progress {
  #bar = html('progress', { max: '1', 'aria-label': WORDS.label });
  #words = html('p', {}, WORDS.label);
  root = html('div', { class: 'fitting-progress', hidden: true }, this.#words, this.#bar);
  #timer = 0;
  #ready = false;

  /**
   * @param {number} loaded bytes
   * @param {number} total
   */
  note(loaded, total) {
    if (total <= 0) return;
    this.#bar.value = loaded / total;
    const format = figures(document.documentElement.lang || 'en', { least: 1, most: 1 });
    const size = (/** @type {number} */ bytes) => format.format(bytes / MEGABYTE);
    this.#words.textContent = loaded < total ? _('Getting the mirror ready: {loaded} of {total} MB', { loaded: size(loaded), total: size(total) }) : WORDS.soon;
  }

  /**
   * Somebody waits, or not any more.
   * @param {boolean} on
   */
  wait(on) {
    clearTimeout(this.#timer);
    if (!on || this.#ready) this.root.hidden = true;
    else this.#timer = setTimeout(() => (this.root.hidden = this.#ready), SLOW_MS);
  }

  done() {
    this.#ready = true;
    this.wait(false);
  }
}
