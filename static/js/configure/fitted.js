/** A design tried on: its options stay at hand in the fitting room, and what they change is worn at once. */
import { Door } from '../fitting.js';

/** @typedef {import('./design.js').Design} Design */
/** @typedef {import('../parure-viewer.js').ParureViewer} ParureViewer */

/** @param {Design} design */
export function offerFitting(design) {
  const viewer = /** @type {ParureViewer} */ (document.querySelector('parure-viewer'));
  const form = /** @type {Element} */ (document.querySelector('#options'));
  const status = /** @type {Element} */ (document.querySelector('#options ~ [data-status]'));
  const tried = /** @type {HTMLElement} */ (document.querySelector('[data-tried]'));
  const door = new Door({
    pieces: () => {
      const { product, options, hash, description, price } = design.now;
      return [{ product, options, hash, description, price: price?.words }];
    },
    options: () => [form, status],
    rest: (open) => {
      viewer.resting = open; // the machine is the mirror's
      tried.textContent = '';
    },
    say: (words) => (tried.textContent = words),
  });
  design.addEventListener('configured', () => door.wear());
  design.ready.then(() => door.listen());
}
