/**
 * The last way: the house's own server tries a piece on, after the shopper agreed to exactly that. A photo,
 * also measured beside a card or a coin, or the mirror frame by frame.
 */
import '../mirror.js';
import '../photo.js';
import { html } from '../viewer/markup.js';
import { _ } from '../words.js';
import { PICTURES } from './picture.js';

/** @typedef {import('../mirror.js').TryOnMirror} TryOnMirror */
/** @typedef {import('../photo.js').TryOnPhoto} TryOnPhoto */
/** @typedef {import('../service.js').Worn} Worn */
/** @typedef {import('./visit.js').ToldPiece} ToldPiece */

const WORDS = {
  photo: _('In a photo'),
  choose: _('Choose a photo'),
  drop: _('or drop it here'),
  beside: _('Beside the hand lies'),
  why: _('Beside a card or a coin, the hand flat on a table, the piece is shown at its true size, and we say how it fits.'),
  save: _('Save the picture'),
  another: _('Choose another photo'),
  mirror: _('In the mirror'),
  open: _('Open the camera'),
  nothing: _('Nothing is recorded; close it whenever you like'),
  close: _('Close the camera'),
};

/** Both ways to be helped. */
export class House {
  root = html('div', { class: 'helped' });
  #photo = /** @type {TryOnPhoto} */ (document.createElement('try-on-photo'));
  #mirror = /** @type {TryOnMirror} */ (document.createElement('try-on-mirror'));

  /**
   * @param {string} product
   * @param {ToldPiece} piece
   */
  constructor(product, piece) {
    Object.assign(this.#photo.dataset, { nobody: piece.not_in_photo, placing: piece.placing, worn: piece.worn });
    const input = html('input', { type: 'file', accept: PICTURES });
    this.#photo.append(
      html('h3', {}, WORDS.photo),
      html(
        'div',
        { class: 'frame' },
        html('img', { alt: '', width: '4', height: '3' }),
        html('label', { class: 'drop' }, input, html('span', { class: 'button' }, WORDS.choose), html('span', { class: 'aside' }, WORDS.drop)),
      ),
      ...beside(piece),
      html(
        'div',
        { class: 'actions' },
        html('a', { class: 'button', href: '#try-on', 'data-save': `${product}.jpg` }, WORDS.save),
        html('button', { type: 'button', class: 'quiet', 'data-again': true }, WORDS.another),
      ),
      html('p', { class: 'status', role: 'status', 'data-status': true }),
    );
    this.#mirror.dataset.nobody = piece.not_in_mirror;
    this.#mirror.append(
      html('h3', {}, WORDS.mirror),
      html(
        'div',
        { class: 'frame' },
        html('canvas', { width: '16', height: '9', role: 'img', 'aria-label': piece.mirrored }),
        html('video', { playsinline: true, muted: true, 'aria-hidden': 'true' }),
        html('div', { class: 'drop' }, html('button', { type: 'button', class: 'button', 'data-open': true }, WORDS.open), html('span', { class: 'aside' }, WORDS.nothing)),
      ),
      html(
        'div',
        { class: 'actions' },
        html('button', { type: 'button', class: 'button', 'data-save': true }, WORDS.save),
        html('button', { type: 'button', class: 'quiet', 'data-close': true }, WORDS.close),
      ),
      html('p', { class: 'status', role: 'status', 'data-status': true }),
    );
    this.root.append(this.#photo, this.#mirror);
  }

  /** @param {Worn} worn */
  wear(worn) {
    this.#photo.worn = worn;
    this.#mirror.worn = worn;
  }
}

/** @param {ToldPiece} piece */
function beside({ references }) {
  if (references.length === 0) return [];
  const options = references.map(([value, words]) => html('option', { value }, words));
  return [
    html('label', { class: 'field' }, html('span', {}, WORDS.beside), html('select', { name: 'reference', 'aria-describedby': 'reference-why' }, ...options)),
    html('p', { class: 'aside', id: 'reference-why' }, WORDS.why),
  ];
}
