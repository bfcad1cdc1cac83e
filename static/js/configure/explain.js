/** Choices that do not go with the rest: marked before they are made, explained when they are. */
import { request } from '../service.js';
import { _ } from '../words.js';

/** @typedef {{ option: string, label: string, value: string, words: string }} Change */
/** @typedef {{ because: string, changes: Change[] }} Conflict */
/**
 * @typedef {object} Possible
 * @property {Record<string, string>} refused
 * @property {string | null} least
 * @property {string | null} greatest
 * @property {string | null} below
 * @property {string | null} above
 * @property {Conflict | null} conflict
 */

const WORDS = {
  /** @param {Change} change */
  with: ({ label, words }) => _('Take it with {option}: {choice}', { option: label, choice: words }),
  notNow: () => _('not with the rest of your design'),
};

/**
 * What one option can be beside the others.
 * @param {string} product
 * @param {Record<string, string>} options
 * @param {string} option
 * @param {{ value?: string, signal?: AbortSignal }} [asked] a value: what would have to change for it
 * @returns {Promise<Possible>}
 */
export function possible(product, options, option, { value, signal } = {}) {
  const query = new URLSearchParams(options);
  if (value !== undefined) query.set('option-value', value);
  const headers = { 'Accept-Language': document.documentElement.lang || 'en' };
  return request(`/api/v1/products/${product}/choices/${option}?${query}`, { signal, headers });
}

/**
 * Mark the choices of a panel that do not go now.
 * @param {HTMLElement} panel
 * @param {Possible} found
 */
export function mark(panel, found) {
  for (const tile of /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll('[data-choice]'))) {
    const why = found.refused[tile.dataset.choice ?? ''];
    tile.toggleAttribute('refused', why !== undefined);
    let note = tile.querySelector('[data-refused]');
    if (why === undefined) note?.remove();
    else {
      if (!note) {
        note = document.createElement('small');
        note.setAttribute('data-refused', '');
        tile.querySelector('.words')?.append(note);
      }
      note.textContent = WORDS.notNow();
      tile.title = why;
    }
    if (why === undefined) tile.removeAttribute('title');
  }
  for (const choice of panel.querySelectorAll('option')) {
    choice.toggleAttribute('data-refused', found.refused[choice.value] !== undefined);
  }
  const range = panel.querySelector('input[type="range"]');
  if (range instanceof HTMLInputElement) {
    const limits = [found.below, found.above].filter((why) => why !== null);
    place(panel).replaceChildren(...limits.map(paragraph));
  }
}

/**
 * Say why, and offer what would help.
 * @param {HTMLElement} panel
 * @param {Conflict} conflict
 * @param {(change: Change) => void} take
 */
export function explain(panel, conflict, take) {
  const reason = document.createElement('p');
  reason.textContent = conflict.because;
  const offers = conflict.changes.map((change) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'quiet';
    button.textContent = WORDS.with(change);
    button.addEventListener('click', () => take(change), { once: true });
    return button;
  });
  place(panel).replaceChildren(reason, ...offers);
}

/** @param {string} words */
function paragraph(words) {
  const made = document.createElement('p');
  made.textContent = words;
  return made;
}

/** @param {HTMLElement} panel */
export function silent(panel) {
  place(panel).replaceChildren();
}

/** @param {HTMLElement} panel */
function place(panel) {
  return /** @type {HTMLElement} */ (panel.querySelector('[data-why]'));
}
