/** What can be pressed below the mirror, in a thumb's reach; which of it depends on what is shown. */
import { html } from '../viewer/markup.js';
import { _ } from '../words.js';
import { button, photoButton } from './leaves.js';

/** @typedef {import('./session.js').State} State */

/**
 * @typedef {object} Deeds
 * @property {() => void} take
 * @property {() => void} later
 * @property {() => void} again
 * @property {() => void} turn
 * @property {(photo: File) => void} photo
 * @property {() => void} compare
 * @property {() => void} save
 * @property {() => void} share
 * @property {() => void} close
 * @property {(open: boolean) => void} desk
 */

const WORDS = {
  take: _('Take the picture'),
  later: _('In 3 s'),
  stop: _('Stop'),
  again: _('Back to the mirror'),
  turn: _('Other camera'),
  photo: _('Photo'),
  compare: _('Compare'),
  save: _('Save'),
  share: _('Share'),
  close: _('Close'),
  change: _('Change'),
};
/** @type {Record<string, State[]>} when each is there */
const WHEN = {
  take: ['live'],
  later: ['live'],
  turn: ['live'],
  photo: ['live', 'photo'],
  again: ['held', 'photo'],
  compare: ['live', 'held', 'photo'],
  share: ['held', 'photo'],
  save: ['held', 'photo'],
};

export class Controls {
  root = html('div', { class: 'fitting-bar' });
  /** @type {Record<string, HTMLElement>} */ #parts;
  #several = false;
  #shares;
  /** @type {State} */ #state = 'closed';

  /**
   * @param {Deeds} deeds
   * @param {boolean} shares whether the system can be handed a picture
   */
  constructor(deeds, shares) {
    this.#shares = shares;
    const word = (/** @type {string} */ words, /** @type {() => void} */ act) => button(words, 'fitting-word', act);
    const take = html('button', { type: 'button', class: 'fitting-shutter', 'aria-label': WORDS.take });
    take.addEventListener('click', deeds.take);
    this.#parts = {
      again: word(WORDS.again, deeds.again),
      photo: photoButton(WORDS.photo, 'fitting-word', deeds.photo),
      turn: word(WORDS.turn, deeds.turn),
      later: word(WORDS.later, deeds.later),
      compare: word(WORDS.compare, deeds.compare),
      share: word(WORDS.share, deeds.share),
      save: button(WORDS.save, 'button', deeds.save),
      take,
    };
    this.counting(false);
    const change = word(WORDS.change, () => {
      const open = change.getAttribute('aria-expanded') !== 'true';
      change.setAttribute('aria-expanded', String(open));
      deeds.desk(open);
    });
    change.setAttribute('aria-expanded', 'false');
    change.setAttribute('aria-controls', 'fitting-desk');
    change.classList.add('fitting-change');
    const { take: shutter, save, ...words } = this.#parts;
    this.root.append(
      html('div', { class: 'fitting-head' }, word(WORDS.close, deeds.close), change),
      html('div', { class: 'fitting-words' }, ...Object.values(words)),
      shutter,
      save,
    );
    this.become('closed');
  }

  /** @param {State} state */
  become(state) {
    this.#state = state;
    for (const [name, part] of Object.entries(this.#parts)) {
      const there = WHEN[name].includes(state) && (name !== 'turn' || this.#several) && (name !== 'share' || this.#shares);
      part.hidden = !there;
    }
    if (state === 'opening') this.able(false);
    this.comparing(false);
  }

  /**
   * Whether there is a picture that could be taken.
   * @param {boolean} on
   */
  able(on) {
    for (const name of ['take', 'later', 'compare']) /** @type {HTMLButtonElement} */ (this.#parts[name]).disabled = !on;
  }

  /** @param {boolean} several */
  cameras(several) {
    this.#several = several;
    this.become(this.#state);
  }

  /** @param {boolean} on */
  counting(on) {
    const what = html('span', { class: 'unseen' }, WORDS.take);
    this.#parts.later.replaceChildren(on ? WORDS.stop : WORDS.later, ...(on ? [] : [what]));
  }

  /** @param {boolean} on */
  comparing(on) {
    this.#parts.compare.setAttribute('aria-pressed', String(on));
  }

  /** @param {string} name of what to press next */
  focus(name) {
    this.#parts[name].focus({ preventScroll: true });
  }
}
