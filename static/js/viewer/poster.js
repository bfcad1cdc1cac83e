/** The picture that stands in a viewer before it draws, and the lines beside it. */
import { pictureAddress } from '../service.js';
import { _ } from '../words.js';

/** @typedef {import('../service.js').Piece} Piece */

const POSTER_PX = 960;
const UNTOLD = _('The piece'); // until it is known what it shows
const LINES = [
  { name: 'status', look: 'status', role: 'status' },
  { name: 'heard', look: 'unseen', role: 'status' },
  { name: 'note', look: 'viewer-note', role: null },
];

/**
 * What the page did not bring: a stage with room for a poster, and lines for what is said.
 * @param {HTMLElement} viewer
 */
export function furnish(viewer) {
  if (!viewer.querySelector('[data-stage]')) {
    const stage = document.createElement('div');
    stage.className = 'plate';
    stage.dataset.stage = '';
    const poster = document.createElement('img');
    poster.alt = viewer.getAttribute('alt') ?? UNTOLD;
    poster.width = poster.height = POSTER_PX;
    stage.append(poster);
    viewer.classList.add('ground');
    viewer.prepend(stage);
  }
  for (const { name, look, role } of LINES) {
    if (viewer.querySelector(`[data-${name}]`)) continue;
    const line = document.createElement('p');
    line.dataset[name] = '';
    line.className = look;
    if (role) line.setAttribute('role', role);
    viewer.append(line);
  }
}

/** @param {HTMLElement} viewer */
export function posterOf(viewer) {
  return /** @type {HTMLImageElement} */ (viewer.querySelector('[data-stage] img'));
}

/**
 * Says what the poster shows now; the words that a page has beside the description stay.
 * @param {HTMLElement} viewer
 * @param {string | undefined} description
 * @param {string | undefined} before of what was shown before
 */
export function describe(viewer, description, before) {
  const poster = posterOf(viewer);
  if (!description) return;
  if (poster.alt === UNTOLD) poster.alt = description;
  else if (before) poster.alt = poster.alt.replace(before, () => description);
}

/**
 * Puts the picture of a configuration up; until it is there the one before it waits.
 * @param {HTMLElement} viewer
 * @param {Piece} configuration
 * @param {readonly number[]} sizes pixels of the pictures there are
 * @param {AbortSignal} signal
 */
export async function hang(viewer, { urls }, sizes, signal) {
  const poster = posterOf(viewer);
  const set = (/** @type {string} */ format) => sizes.map((size) => `${pictureAddress(urls, 0, size, format)} ${size}w`).join(', ');
  viewer.toggleAttribute('waiting', poster.hasAttribute('src'));
  poster.parentElement?.querySelector('source')?.setAttribute('srcset', set('avif'));
  if (!poster.sizes) poster.sizes = '100vw';
  poster.srcset = set('webp');
  poster.src = pictureAddress(urls, 0, POSTER_PX);
  await poster.decode().catch(() => undefined); // what cannot be seen is told by the alternative text
  if (!signal.aborted) viewer.toggleAttribute('waiting', false);
}
