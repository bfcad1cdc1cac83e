/** The configuration that a viewer's attributes name. */
import { Refusal, UNREACHABLE, configure } from '../service.js';
import { _ } from '../words.js';

/** @typedef {import('../service.js').Piece} Piece */

export const NOT_FOUND = _('This piece cannot be shown: it was not found.');

/**
 * What an element says of what it shows.
 * @typedef {object} Named
 * @property {string | null} product
 * @property {string | null} options a query
 * @property {string | null} hash
 * @property {string | null} src
 */

/**
 * @param {Named} named
 * @param {AbortSignal} signal
 * @returns {Promise<Piece & { description?: string }>}
 * @throws {Refusal} with a sentence for whoever looks
 */
export async function namedPiece({ product, options, hash, src }, signal) {
  if (hash) return byHash(hash, signal);
  if (src) return fetched(src, signal);
  return configure(product ?? '', Object.fromEntries(new URLSearchParams(options ?? '')), signal);
}

/**
 * @param {string} address of a document
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 * @throws {Refusal}
 */
async function fetched(address, signal) {
  const response = await fetch(address, { signal }).catch(() => {
    signal.throwIfAborted();
    throw new Refusal(UNREACHABLE);
  });
  const document = response.ok ? await response.json().catch(() => null) : null;
  if (document === null) throw new Refusal(NOT_FOUND);
  return document;
}

/**
 * What can be shown of a configuration that only its hash is known of.
 * @param {string} hash
 * @param {AbortSignal} signal
 * @returns {Promise<Piece>}
 */
async function byHash(hash, signal) {
  const spin = await fetched(`/api/v1/renders/${hash}/spin.json`, signal);
  const picture = spin.frames[0].url.replace('/0.webp', '/{view}.{format}').replace(/\bw=\d+/, 'w={size}');
  const model = `/api/v1/models/${hash}.glb`;
  return { product: spin.product, options: {}, hash, urls: { page: '', model, picture } };
}
