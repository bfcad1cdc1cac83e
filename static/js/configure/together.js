/** Pieces worn together: tried on, and kept under one short code. */
import { Door } from '../fitting.js';
import { Refusal } from '../service.js';
import { save } from './share.js';

const button = /** @type {HTMLElement} */ (document.querySelector('[data-save-set]'));
const link = /** @type {HTMLAnchorElement} */ (document.querySelector('[data-link]'));

button.addEventListener('click', async () => {
  const status = /** @type {HTMLElement} */ (document.querySelector('[data-kept]'));
  try {
    const kept = await save((button.dataset.saveSet ?? '').split(' '));
    /** @type {HTMLElement} */ (document.querySelector('[data-code]')).textContent = kept.code;
    link.href = kept.link;
    link.textContent = kept.link.replace(/^https?:\/\//, '');
    status.textContent = '';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    status.textContent = error.message;
  }
});

const tried = /** @type {HTMLElement} */ (document.querySelector('[data-tried]'));
const data = /** @type {HTMLElement} */ (document.querySelector('#pieces'));
const pieces = JSON.parse(data.textContent ?? '[]');

new Door({ pieces: () => pieces, say: (words) => (tried.textContent = words) }).listen();
