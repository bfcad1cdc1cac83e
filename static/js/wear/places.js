/** Where each piece is worn, chosen while it is worn. */
import { html } from '../viewer/markup.js';
import { _ } from '../words.js';

/** @typedef {import('./keeping.js').Keeping} Keeping */
/** @typedef {import('./keeping.js').Name} Name */
/** @typedef {import('./fitting-room.js').Told} Told */
/** @typedef {import('./fitting-room.js').WornPiece} WornPiece */
/** @typedef {import('./types.js').Asked} Asked */

const EITHER = ['any', 'both']; // what stands for "wherever there is one"
const WORDS = { worn: _('Worn') };

export class Places {
  root = html('form', { class: 'fitting-places wearing' });
  /** @type {Map<string, Record<string, string>>} by product */ #chosen = new Map();
  /** @type {Set<string>} products that were laid aside */ #aside = new Set();

  /**
   * @param {Told} told
   * @param {Keeping} keeping
   * @param {() => void} changed
   */
  constructor(told, keeping, changed) {
    const several = Object.keys(told.pieces).length > 1;
    for (const [product, piece] of Object.entries(told.pieces)) {
      /** @type {Record<string, string>} */
      const place = {};
      this.#chosen.set(product, place);
      if (several) this.root.append(this.#laidAside(product, piece.name, changed));
      for (const { field, name, values, usual } of piece.choices) {
        const before = keeping.get(/** @type {Name} */ (field));
        place[field] = values.some(([value]) => value === before) ? /** @type {string} */ (before) : usual;
        const radios = values.map(([value, words]) => {
          const input = html('input', { type: 'radio', name: `${product}-${field}`, value });
          input.checked = value === place[field];
          input.addEventListener('change', () => {
            place[field] = value;
            keeping.set(/** @type {Name} */ (field), value);
            changed();
          });
          return html('label', { class: 'choice' }, input, html('span', { class: 'words' }, html('span', {}, words)));
        });
        const legend = html('legend', {}, several ? `${piece.name} · ${name}` : name);
        this.root.append(html('fieldset', {}, legend, html('div', { class: 'choices row' }, ...radios)));
      }
    }
    this.root.addEventListener('submit', (event) => event.preventDefault());
  }

  /**
   * What is asked of the mirror.
   * @param {WornPiece[]} pieces
   * @returns {Asked[]}
   */
  asked(pieces) {
    return pieces
      .filter(({ product }) => !this.#aside.has(product))
      .map(({ product, hash }) => {
        const place = Object.entries(this.#chosen.get(product) ?? {}).map(([field, value]) => [field, EITHER.includes(value) ? null : value]);
        return { product, hash, ...Object.fromEntries(place) };
      });
  }

  /** As the service takes it. @param {string} product */
  place(product) {
    return { ...this.#chosen.get(product) };
  }

  /**
   * @param {string} product
   * @param {string} name
   * @param {() => void} changed
   */
  #laidAside(product, name, changed) {
    const box = html('input', { type: 'checkbox', checked: true, 'aria-label': `${WORDS.worn}: ${name}` });
    box.addEventListener('change', () => {
      if (box.checked) this.#aside.delete(product);
      else this.#aside.add(product);
      changed();
    });
    return html('label', { class: 'fitting-check' }, box, html('span', {}, name));
  }
}
