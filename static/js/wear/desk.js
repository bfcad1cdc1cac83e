/** What stands beside the mirror: what is worn and where, the page's options, and how the room is laid out. */
import { html } from '../viewer/markup.js';
import { _ } from '../words.js';

/** @typedef {import('./keeping.js').Keeping} Keeping */
/** @typedef {import('./places.js').Places} Places */
/** @typedef {import('./visit.js').Visit} Visit */
/** @typedef {import('./visit.js').WornPiece} WornPiece */

const WORDS = {
  side: _('Buttons for'),
  right: _('the right thumb'),
  left: _('the left thumb'),
  remember: _('Remember on this device that I agreed, and what I chose'),
  room: _('This room'),
};

export class Desk {
  root = html('aside', { class: 'fitting-desk', id: 'fitting-desk' });
  #about = html('p', { class: 'fitting-about' });
  #price = html('p', { class: 'price' });
  #kept = html('input', { type: 'checkbox' });
  #places = html('div', {});
  /** @type {{ moved: Element, mark: Comment }[]} */ #lent = [];

  /**
   * @param {Visit} visit
   * @param {Places} places
   * @param {Keeping} keeping
   * @param {(side: string) => void} turn
   */
  constructor({ told, pieces, options }, places, keeping, turn) {
    this.keeping = keeping;
    this.places = places;
    const names = Object.values(told.pieces).map(({ name }) => name);
    this.root.append(
      html('h2', { id: 'fitting-name' }, names.join(' · ')),
      this.#about,
      this.#price,
      this.#places,
      html('div', { class: 'fitting-options' }, ...options.map((one) => this.#borrow(one))),
      html('details', { class: 'fitting-room' }, html('summary', {}, WORDS.room), this.#sides(turn), this.#memory()),
    );
    this.root.setAttribute('aria-labelledby', 'fitting-name');
    this.place();
    this.tell(pieces);
  }

  /** Where pieces are worn is chosen here again, if it was chosen elsewhere. */
  place() {
    this.#places.append(this.places.root);
  }

  /** @param {WornPiece[]} pieces */
  tell(pieces) {
    const one = pieces.length === 1 ? pieces[0] : undefined;
    this.#about.textContent = one?.description ?? '';
    this.#price.textContent = one?.price ?? '';
  }

  /** Whether the device remembers may have changed. */
  keeps() {
    this.#kept.checked = this.keeping.remembers;
  }

  /** The page gets back what it lent. */
  close() {
    for (const { moved, mark } of this.#lent) mark.replaceWith(moved);
    this.#lent = [];
  }

  /** @param {Element} moved */
  #borrow(moved) {
    const mark = document.createComment('');
    moved.replaceWith(mark);
    this.#lent.push({ moved, mark });
    return moved;
  }

  /** @param {(side: string) => void} turn */
  #sides(turn) {
    const now = this.keeping.get('side') ?? 'right';
    const radios = /** @type {const} */ (['left', 'right']).map((side) => {
      const input = html('input', { type: 'radio', name: 'fitting-side', value: side });
      input.checked = side === now;
      input.addEventListener('change', () => {
        this.keeping.set('side', side);
        turn(side);
      });
      return html('label', { class: 'choice' }, input, html('span', { class: 'words' }, html('span', {}, WORDS[side])));
    });
    return html('fieldset', {}, html('legend', {}, WORDS.side), html('div', { class: 'choices row' }, ...radios));
  }

  #memory() {
    this.#kept.checked = this.keeping.remembers;
    this.#kept.addEventListener('change', () => {
      this.keeping.remember(this.#kept.checked);
      this.keeps();
    });
    return html('label', { class: 'fitting-check' }, this.#kept, html('span', {}, WORDS.remember));
  }
}
