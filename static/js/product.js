/** The product page: hands each configuration to the viewer, the data sheet and the try-on. */
import './configurator.js';
import './mirror.js';
import './parure-ar.js';
import './parure-viewer.js';
import './photo.js';
import { _ } from './words.js';

/** @typedef {import('./service.js').Configuration} Configuration */
/** @typedef {import('./parure-viewer.js').ParureViewer} ParureViewer */
/** @typedef {import('./mirror.js').TryOnMirror} TryOnMirror */
/** @typedef {import('./parure-ar.js').ParureAR} ParureAR */
/** @typedef {import('./photo.js').TryOnPhoto} TryOnPhoto */

const viewer = /** @type {ParureViewer} */ (document.querySelector('parure-viewer'));
const room = /** @type {ParureAR} */ (document.querySelector('parure-ar'));
const mirror = /** @type {TryOnMirror} */ (document.querySelector('try-on-mirror'));
const photo = /** @type {TryOnPhoto} */ (document.querySelector('try-on-photo'));
const wearing = /** @type {HTMLFormElement} */ (document.querySelector('#wearing'));
const data = /** @type {HTMLElement} */ (document.querySelector('#configuration'));

/** @type {import('./service.js').Piece} */
let configuration = JSON.parse(data.textContent ?? '');

function dress() {
  const place = Object.fromEntries(new FormData(wearing));
  const worn = { product: configuration.product, options: configuration.options, place };
  mirror.worn = worn;
  room.shown = { name: document.querySelector('h1')?.textContent ?? '', urls: configuration.urls };
  photo.worn = worn;
}

/**
 * Show the options that matter now: one choice may call for others. The server draws the form.
 * @param {Configuration} configuration
 */
async function refit(configuration) {
  const form = /** @type {HTMLFormElement} */ (document.querySelector('jewel-configurator form'));
  const shown = [...form.querySelectorAll('[data-option]')].map((o) => o.getAttribute('data-option'));
  const wanted = Object.keys(configuration.options).filter((id) => !configuration.idle.includes(id));
  if (wanted.join() === shown.join()) return;
  const answer = await fetch(configuration.urls.page);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.querySelector('jewel-configurator form');
  if (!answer.ok || !fresh) return;
  const held = /** @type {HTMLInputElement | null} */ (document.activeElement);
  const place = held?.name ? `[name="${held.name}"]${held.type === 'radio' ? `[value="${held.value}"]` : ''}` : '';
  form.replaceChildren(...fresh.childNodes);
  if (place) /** @type {HTMLElement | null} */ (form.querySelector(place))?.focus();
}

/** @param {Configuration} configuration */
function describe(configuration) {
  history.replaceState(null, '', configuration.urls.page);
  for (const place of document.querySelectorAll('[data-description]')) {
    place.textContent = configuration.description;
  }
  const price = document.querySelector('[data-price]');
  if (price) price.textContent = configuration.price?.words ?? _('Price on request');
  for (const link of document.querySelectorAll('a[data-model]')) {
    link.setAttribute('href', configuration.urls.model);
  }
  const sheet = /** @type {HTMLElement} */ (document.querySelector('[data-facts]'));
  sheet.replaceChildren(
    ...configuration.facts.flatMap(({ label, value }) => {
      const term = document.createElement('dt');
      const detail = document.createElement('dd');
      term.textContent = label;
      detail.textContent = value;
      return [term, detail];
    }),
  );
}

document.addEventListener('configured', (event) => {
  const { detail } = /** @type {CustomEvent<Configuration>} */ (event);
  configuration = detail;
  viewer.show(detail);
  dress();
  describe(detail);
  refit(detail);
});
document.addEventListener('mirror', (event) => {
  viewer.resting = /** @type {CustomEvent} */ (event).detail.state !== 'closed';
});
wearing.addEventListener('change', dress);
viewer.show(configuration);
dress();
document.documentElement.classList.add('live');
