/** A line of engraving before it is cut: the engraver's own outlines, in every typeface on offer. */
import { _ } from '../words.js';

const WORDS = { sample: () => _('Forever') };
const QUIET_MS = 120; // between two letters of somebody who writes

/** @type {Map<string, Promise<SVGElement | null>>} */
const drawn = new Map();
let timer = 0;

/**
 * Show the line as it is being written, soon.
 * @param {HTMLFormElement} form
 */
export function preview(form) {
  clearTimeout(timer);
  timer = setTimeout(() => draw(form), QUIET_MS);
}

/** @param {HTMLFormElement} form */
async function draw(form) {
  const data = new FormData(form);
  const text = String(data.get('engraving') ?? '').trim();
  const face = String(data.get('typeface') ?? 'serif');
  const places = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('details[open] [data-line]'));
  const jobs = [...places].map((place) => put(place, text || WORDS.sample(), place.dataset.line ?? face));
  const large = /** @type {HTMLElement | null} */ (form.querySelector('[data-engraved]'));
  if (large) jobs.push(text ? put(large, text, face) : Promise.resolve(large.replaceChildren()));
  await Promise.all(jobs);
}

/**
 * @param {HTMLElement} place
 * @param {string} text
 * @param {string} face
 */
async function put(place, text, face) {
  const wanted = `${face}/${text}`;
  place.dataset.wanted = wanted;
  const line = await outlines(text, face);
  if (place.dataset.wanted === wanted && line) place.replaceChildren(line.cloneNode(true));
}

/**
 * @param {string} text
 * @param {string} face
 */
function outlines(text, face) {
  const address = `/api/v1/engravings/${face}.svg?${new URLSearchParams({ text })}`;
  let line = drawn.get(address);
  if (!line) {
    line = fetched(address);
    drawn.set(address, line);
  }
  return line;
}

/**
 * Null where the line cannot be engraved: the form says why when it is chosen.
 * @param {string} address
 */
async function fetched(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml');
    return /** @type {SVGElement} */ (/** @type {unknown} */ (document.importNode(page.documentElement, true)));
  } catch {
    return null; // out of reach: the line itself can still be read in its field
  }
}
