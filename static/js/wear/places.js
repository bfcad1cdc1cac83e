/** Where each piece is worn, chosen while it is worn. */
import { html } from '../viewer/markup.js';
import { _ } from '../words.js';

/** @typedef {import('./keeping.js').Keeping} Keeping */
/** @typedef {import('./keeping.js').Name} Name */
/** @typedef {import('./visit.js').Told} Told */
/** @typedef {import('./visit.js').WornPiece} WornPiece */
/** @typedef {import('./types.js').Asked} Asked */

const EITHER = ['any', 'both']; // what stands for "wherever there is one"
const EARS = ['left', 'right']; // a lobe is pierced once: two pairs share the ears
const WORDS = { worn: _('Worn') };

export class Places {
  root = html('form', { class: 'fitting-places wearing' });
  /** @type {Record<string, string>[]} of each piece, by the question */ #chosen;
  /** @type {Set<number>} pieces that were laid aside */ #aside = new Set();

  /**
   * Each piece has a place of its own, like ones too: rings of one finger are stacked, pieces of one wrist
   * lie side by side, and of earrings each ear has one.
   * @param {Told} told
   * @param {WornPiece[]} pieces
   * @param {Keeping} keeping
   * @param {() => void} changed
   */
  constructor(told, pieces, keeping, changed) {
    const products = pieces.map(({ product }) => product);
    const paired = products.filter((product) => told.pieces[product].anchor === 'ear').length > 1;
    let pair = 0;
    this.#chosen = products.map((product, at) => {
      const { anchor, choices, name } = told.pieces[product];
      const like = products.filter((other) => other === product).length > 1;
      const called = like ? `${name} ${products.slice(0, at + 1).filter((other) => other === product).length}` : name;
      const ear = paired && anchor === 'ear' ? EARS[pair++] : undefined;
      if (paired && anchor === 'ear' && !ear) this.#aside.add(at);
      if (products.length > 1) this.root.append(this.#laidAside(at, called, changed));
      /** @type {Record<string, string>} */
      const place = {};
      for (const { field, name: asks, values, usual } of choices) {
        const before = keeping.get(/** @type {Name} */ (field));
        place[field] = ear ?? (values.some(([value]) => value === before) ? /** @type {string} */ (before) : usual);
        const radios = values.map(([value, words]) => {
          const input = html('input', { type: 'radio', name: `place-${at}-${field}`, value });
          input.checked = value === place[field];
          input.addEventListener('change', () => {
            place[field] = value;
            if (!ear) keeping.set(/** @type {Name} */ (field), value); // which of two is where is no habit
            changed();
          });
          return html('label', { class: 'choice' }, input, html('span', { class: 'words' }, html('span', {}, words)));
        });
        const legend = html('legend', {}, products.length > 1 ? `${called} · ${asks}` : asks);
        this.root.append(html('fieldset', {}, legend, html('div', { class: 'choices row' }, ...radios)));
      }
      return place;
    });
    this.root.addEventListener('submit', (event) => event.preventDefault());
  }

  /**
   * What is asked of the mirror.
   * @param {WornPiece[]} pieces
   * @returns {Asked[]}
   */
  asked(pieces) {
    return pieces.flatMap(({ product, hash }, at) => {
      if (this.#aside.has(at)) return [];
      const place = Object.entries(this.#chosen[at] ?? {}).map(([field, value]) => [field, EITHER.includes(value) ? null : value]);
      return [{ product, hash, ...Object.fromEntries(place) }];
    });
  }

  /** As the service takes it. @param {number} at which piece */
  place(at) {
    return { ...this.#chosen[at] };
  }

  /**
   * @param {number} at
   * @param {string} name
   * @param {() => void} changed
   */
  #laidAside(at, name, changed) {
    const box = html('input', { type: 'checkbox', checked: !this.#aside.has(at), 'aria-label': `${WORDS.worn}: ${name}` });
    box.addEventListener('change', () => {
      if (box.checked) this.#aside.delete(at);
      else this.#aside.add(at);
      changed();
    });
    return html('label', { class: 'fitting-check' }, box, html('span', {}, name));
  }
}
