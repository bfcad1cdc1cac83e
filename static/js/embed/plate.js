/** The piece on a host's page: a picture of it until it can be turned. */
import { picture, pictureSet } from './document.js';
import { node } from './node.js';

/** @typedef {import('./document.js').EmbedDocument} EmbedDocument */
/** @typedef {HTMLElement & { show?(configuration: any): unknown, open?(): unknown, resting?: boolean }} Piece until it is defined, a picture */

const POSTER_PX = 960;
const LEAST_PX = 320;
export const HANDED_ON = ['auto-turn', 'look']; // attributes that are the piece's own
const TURNED = [
  'hotspots', 'dimensions', 'true-size', 'coin', 'hand', 'look', 'dark', 'parts', 'picture', 'film', 'full-screen', 'help',
]; // prettier-ignore
const USUAL = ['hotspots', 'dimensions', 'dark', 'parts', 'full-screen', 'help']; // unless the host names its own

/**
 * @param {HTMLElement} host
 * @param {readonly string[]} features
 * @param {HTMLElement} picture
 * @returns {Piece}
 */
export function hung(host, features, picture) {
  const wanted = features.filter((word) => TURNED.includes(word));
  const piece = /** @type {Piece} */ (document.createElement('parure-piece'));
  piece.className = 'ground';
  piece.setAttribute('features', (wanted.length > 0 ? wanted : USUAL).join(' '));
  piece.append(node('div', { class: 'plate', 'data-stage': '' }, picture));
  for (const name of HANDED_ON) handOn(host, piece, name);
  return piece;
}

/**
 * @param {HTMLElement} host
 * @param {EmbedDocument} told
 */
export function pictureOf(host, { name, configuration }) {
  const sizes = `${Math.max(Math.round(host.clientWidth), LEAST_PX)}px`;
  const source = node('source', { type: 'image/avif', srcset: pictureSet(configuration, 'avif'), sizes });
  const image = node('img', {
    crossorigin: 'anonymous',
    sizes,
    srcset: pictureSet(configuration, 'webp'),
    src: picture(configuration, 'webp', POSTER_PX),
    width: POSTER_PX,
    height: POSTER_PX,
    alt: altOf(name, configuration),
    draggable: 'false',
  });
  return node('picture', {}, source, image);
}

/**
 * What the picture shows, in words.
 * @param {string} name
 * @param {{ description: string }} configuration
 */
export function altOf(name, { description }) {
  return `${name}: ${description}`;
}

/**
 * Gives the piece one of the host's attributes that are its own.
 * @param {HTMLElement} host
 * @param {Piece | undefined} piece
 * @param {string} name
 */
export function handOn(host, piece, name) {
  const value = host.getAttribute(name);
  if (value === null) piece?.removeAttribute(name);
  else piece?.setAttribute(name, value);
}
