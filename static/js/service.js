/** Requests to this shop's own server. */
import { _ } from './words.js';

/** @typedef {{ page: string, model: string, picture: string }} Addresses */
/** @typedef {{ label: string, value: string }} Fact */
/**
 * What a page knows of the piece it came with; its words stand in the page already.
 * @typedef {object} Piece
 * @property {string} product
 * @property {Record<string, string>} options
 * @property {string} hash
 * @property {Addresses} urls
 * @property {string} [description]
 */
/** @typedef {{ words: string, demonstration: boolean }} Price */
/** @typedef {{ description: string, facts: Fact[], price: Price | null, idle: string[] }} Told */
/** @typedef {Piece & Told} Configuration */
/**
 * What is worn and where.
 * @typedef {object} Worn
 * @property {string} product
 * @property {Record<string, string>} options
 * @property {Record<string, FormDataEntryValue>} place finger, hand or ear, as the service takes them
 * @property {object[]} [also] more pieces worn at the same time
 */

/**
 * How a piece suits who wears it, measured beside a reference; girths in millimetres.
 * @typedef {object} Fit
 * @property {string} verdict
 * @property {number | null} made_for_mm
 * @property {{ value: number, low: number, high: number } | null} girth_mm
 * @property {string} sentence in the language of the page where it is untold
 */

/** A request was refused; the message is meant for the person before the screen. */
export class Refusal extends Error {}

export const UNREACHABLE = _(
  'The shop cannot be reached. Check the connection and try again; nothing was kept.',
);

/** What the visitor chose for every page of the shop; scripts are answered in the page's language. */
const HEADERS = { 'Accept-Language': document.documentElement.lang || 'en' };

/** Language and currency that the visitor chose, by their names in addresses. */
export function chosen() {
  const here = new URLSearchParams(location.search);
  return ['lang', 'currency'].flatMap((name) => {
    const value = here.get(name);
    return value ? [[name, value]] : [];
  });
}

/** @param {string} path */
export function kept(path) {
  const query = String(new URLSearchParams(chosen()));
  return query ? `${path}?${query}` : path;
}

/**
 * @param {string} url
 * @param {RequestInit} init
 * @returns {Promise<any>}
 * @throws {Refusal} the server said why not, or could not be reached
 */
export async function request(url, init) {
  let response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Refusal(UNREACHABLE);
  }
  const document = await response.json().catch(() => ({ message: UNREACHABLE }));
  if (!response.ok) throw new Refusal(document.message);
  return document;
}

/**
 * @param {string} product
 * @param {Record<string, string>} options
 * @param {AbortSignal | undefined} signal
 * @param {string} [like] hash of a piece that is shown: this one's file will be asked for, lit as that one is
 * @returns {Promise<Configuration>}
 */
export function configure(product, options, signal, like) {
  return request(kept('/api/v1/configurations'), {
    method: 'POST',
    headers: { ...HEADERS, 'Content-Type': 'application/json' },
    body: JSON.stringify({ product, options, like: like || undefined }),
    signal,
  });
}

/**
 * @param {Blob} photo
 * @param {Worn} worn
 * @param {number} longestSide pixels of the picture that comes back
 * @param {AbortSignal} signal
 * @param {string} [reference] of known size, in the photo
 * @returns {Promise<{ picture: string, placements: { fit?: Fit | null }[], image_size: [number, number] }>}
 */
export function tryOnPhoto(photo, worn, longestSide, signal, reference) {
  const form = new FormData();
  form.set('photo', photo, 'photo');
  form.set('product', worn.product);
  form.set('options', JSON.stringify(worn.options));
  for (const [field, value] of Object.entries(worn.place)) form.set(field, String(value));
  if (worn.also?.length) form.set('also', JSON.stringify(worn.also));
  if (reference) form.set('reference', reference);
  form.set('longest_side', String(longestSide));
  form.set('picture', 'true');
  return request(kept('/api/v1/tryon'), {
    method: 'POST',
    headers: { ...HEADERS, Accept: 'application/json' },
    body: form,
    signal,
  });
}

/**
 * @param {Addresses} urls
 * @param {number} view
 * @param {number} size
 * @param {string} [format]
 */
export function pictureAddress(urls, view, size, format = 'webp') {
  return urls.picture
    .replace('{view}', String(view))
    .replace('{format}', format)
    .replace('{size}', String(size));
}
