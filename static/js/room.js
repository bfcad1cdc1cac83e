/** The page /ar: one configuration and the way into augmented reality. */
import './parure-ar.js';

/** @typedef {import('./parure-ar.js').ParureAR} ParureAR */

const data = /** @type {HTMLElement} */ (document.querySelector('#configuration'));
const ar = /** @type {ParureAR} */ (document.querySelector('parure-ar'));
ar.shown = JSON.parse(data.textContent ?? '');
