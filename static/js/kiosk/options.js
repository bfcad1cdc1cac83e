/** Every option of the piece that is worn: the configurator's own panels, and where it is worn. */
import { fill, name, panels, picture } from '../configure/form.js';
import { _ } from '../words.js';

/** @typedef {import('./link.js').Worn} Worn */

const TYPED_MS = 700; // after the last key of an engraving
const FINGERS = ['thumb', 'index', 'middle', 'ring', 'little'];

/** The panels of one piece at a time. */
export class Options {
  #form;
  #places;
  #change;
  #move;
  #address = '';
  /** @type {Worn | undefined} */ #worn;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #typing;

  /**
   * @param {ParentNode} root holds form[data-options] and [data-places]
   * @param {(option: string, value: string) => void} change
   * @param {(to: Record<string, string>) => void} move
   */
  constructor(root, change, move) {
    this.#form = /** @type {HTMLFormElement} */ (root.querySelector('form[data-options]'));
    this.#places = /** @type {HTMLElement} */ (root.querySelector('[data-places]'));
    this.#change = change;
    this.#move = move;
    this.#form.addEventListener('submit', (event) => event.preventDefault());
    this.#form.addEventListener('input', (event) => this.#typed(event));
    this.#form.addEventListener('change', (event) => this.#chosen(event));
    this.#form.addEventListener('click', (event) => this.#stepped(event));
    this.#form.addEventListener('toggle', ({ target }) => target instanceof HTMLDetailsElement && picture(target), true);
    this.#places.addEventListener('change', ({ target }) => {
      if (target instanceof HTMLSelectElement) this.#move({ [target.name]: target.value });
    });
  }

  /**
   * @param {Worn | undefined} worn
   * @param {string | undefined} choosers the address of its panels
   */
  async show(worn, choosers) {
    this.#worn = worn;
    this.#place(worn);
    if (!worn || !choosers) {
      this.#address = '';
      this.#form.replaceChildren();
      return;
    }
    if (choosers !== this.#address) {
      this.#address = choosers;
      const answer = await fetch(choosers);
      const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : '', 'text/html');
      if (choosers !== this.#address) return; // another piece meanwhile
      for (const guide of page.querySelectorAll('dialog, .ways-to')) guide.remove();
      this.#form.replaceChildren(...panels(page));
    }
    if (this.#worn) fill(panels(this.#form), this.#worn);
  }

  /** @param {Event} event */
  #typed({ target }) {
    if (!(target instanceof HTMLInputElement) || target.type === 'radio') return;
    const panel = target.closest('details');
    if (panel instanceof HTMLDetailsElement && target.type === 'range') name(panel);
    if (target.type !== 'text') return;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#change(target.name, target.value), TYPED_MS);
  }

  /** @param {Event} event */
  #chosen({ target }) {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
    clearTimeout(this.#typing);
    this.#change(target.name, target.value);
  }

  /** @param {Event} event */
  #stepped({ target }) {
    const button = target instanceof Element ? target.closest('[data-step]') : null;
    const range = button?.parentElement?.querySelector('input');
    if (!(button instanceof HTMLElement) || !range) return;
    range.stepUp(Number(button.dataset.step));
    range.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** @param {Worn | undefined} worn */
  #place(worn) {
    const asked = worn ? asks(worn) : [];
    this.#places.hidden = asked.length === 0;
    for (const select of this.#places.querySelectorAll('label')) select.remove();
    this.#places.append(
      ...asked.map(({ id, words, value, choices }) => {
        const label = document.createElement('label');
        const select = document.createElement('select');
        select.name = id;
        select.append(...choices.map(([key, text]) => new Option(text, key, key === value, key === value)));
        label.append(words, ' ', select);
        return label;
      }),
    );
  }
}

/**
 * Where a piece may be worn.
 * @param {Worn} worn
 * @returns {{ id: string, words: string, value: string, choices: [string, string][] }[]}
 */
function asks({ anchor, finger, hand, ear }) {
  /** @type {[string, string][]} */
  const hands = [['any', _('Either hand')], ['left', _('Left hand')], ['right', _('Right hand')]];
  /** @type {[string, string][]} */
  const ears = [['both', _('Both ears')], ['left', _('Left ear')], ['right', _('Right ear')]];
  const fingers = [_('Thumb'), _('Index finger'), _('Middle finger'), _('Ring finger'), _('Little finger')];
  const named = /** @type {[string, string][]} */ (FINGERS.map((id, at) => [id, fingers[at]]));
  if (anchor === 'finger') {
    return [
      { id: 'finger', words: _('Finger'), value: finger, choices: named },
      { id: 'hand', words: _('Hand'), value: hand ?? 'any', choices: hands },
    ];
  }
  if (anchor === 'wrist') return [{ id: 'hand', words: _('Hand'), value: hand ?? 'any', choices: hands }];
  if (anchor === 'ear') return [{ id: 'ear', words: _('Ear'), value: ear ?? 'both', choices: ears }];
  return [];
}
