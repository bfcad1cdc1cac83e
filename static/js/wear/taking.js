/** Pictures that are taken in the mirror: at once or in a while, compared with others, saved, shared. */
import { html } from '../viewer/markup.js';
import { _ } from '../words.js';
import { asFile, countDown, save, share } from './stills.js';

/** @typedef {import('./compare.js').Compare} Compare */
/** @typedef {import('./compare.js').Design} Design */
/** @typedef {import('./controls.js').Controls} Controls */
/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./wardrobe.js').Wardrobe} Wardrobe */

/**
 * What it works with.
 * @typedef {object} Parts
 * @property {Session} session
 * @property {Wardrobe} wardrobe
 * @property {Compare} compare
 * @property {Controls} controls
 * @property {(words: string) => void} hear says it to who does not see
 * @property {() => void} [taken]
 */

const SECONDS = 3; // of the timer
const WORDS = {
  taken: _('The picture is taken. It is on this device alone.'),
  saved: _('Saved on this device.'),
};

export class Taking {
  /** Over the mirror: seconds that are left. */
  count = html('p', { class: 'fitting-count', 'aria-live': 'assertive' });
  /** @type {AbortController | undefined} */ #counting;

  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    parts.compare.addEventListener('chosen', (event) => this.#beside(/** @type {CustomEvent} */ (event).detail.design));
  }

  async take() {
    const { session, hear, taken } = this.parts;
    const waiting = new AbortController();
    session.addEventListener('held', () => {
      hear(WORDS.taken);
      taken?.();
    }, { signal: waiting.signal, once: true });
    await session.hold();
    waiting.abort(); // the camera gave none
  }

  /** Take it in a while, or not after all. */
  async later() {
    if (this.#counting && !this.#counting.signal.aborted) return this.#counting.abort();
    this.#counting = new AbortController();
    const came = await countDown(SECONDS, this.#counting.signal, (left) => {
      this.count.textContent = left ? String(left) : '';
      this.parts.controls.counting(left > 0);
    });
    this.#counting = undefined;
    if (came) this.take();
  }

  /** Nothing is waited for any more. */
  stop() {
    this.#counting?.abort();
  }

  /** Compare, or end it. */
  async compare() {
    const { session, wardrobe, compare, controls } = this.parts;
    if (compare.on) {
      compare.end();
      return controls.comparing(false);
    }
    if (session.state === 'live') await session.hold();
    if (!session.plain) return; // it went away meanwhile
    const [now, ...before] = wardrobe.designs;
    compare.begin(before, now.words);
    controls.comparing(true);
  }

  async save() {
    save(await this.#file());
    this.parts.hear(WORDS.saved);
  }

  /** @param {string} title */
  async share(title) {
    await share(await this.#file(), title);
  }

  #file() {
    return asFile(this.parts.session.canvas, this.parts.wardrobe.name);
  }

  /** @param {Design} design to stand beside what is worn */
  async #beside({ asked }) {
    const { session, compare } = this.parts;
    const { plain } = session;
    if (!plain) return;
    if (asked) {
      const canvas = await session.beside(asked);
      if (canvas && compare.on) compare.show(canvas);
      return;
    }
    const canvas = html('canvas', { width: String(plain.width), height: String(plain.height) });
    canvas.getContext('2d', { alpha: false })?.drawImage(plain, 0, 0);
    compare.show(canvas);
  }
}
