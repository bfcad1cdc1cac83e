/** The page of a product: a short choice, and the piece tried on. */
import { Design } from './configure/design.js';
import './mirror.js';
import './photo.js';

/** @typedef {import('./mirror.js').TryOnMirror} TryOnMirror */
/** @typedef {import('./parure-viewer.js').ParureViewer} ParureViewer */
/** @typedef {import('./photo.js').TryOnPhoto} TryOnPhoto */

const design = new Design();
const viewer = /** @type {ParureViewer} */ (document.querySelector('parure-viewer'));
const mirror = /** @type {TryOnMirror} */ (document.querySelector('try-on-mirror'));
const photo = /** @type {TryOnPhoto} */ (document.querySelector('try-on-photo'));
const wearing = /** @type {HTMLFormElement} */ (document.querySelector('#wearing'));

function dress() {
  const { product, options } = design.now;
  const worn = { product, options, place: Object.fromEntries(new FormData(wearing)) };
  mirror.worn = worn;
  photo.worn = worn;
}

document.addEventListener('mirror', (event) => {
  viewer.resting = /** @type {CustomEvent} */ (event).detail.state !== 'closed';
});
design.addEventListener('configured', dress);
wearing.addEventListener('change', dress);
dress();
design.ready.then(() => document.documentElement.classList.add('live'));
