/**
 * What a page and the frame of a piece in it say to each other, version 1; docs/embed.md has it all.
 *
 *     frame → page   ready, configuration-changed, price, add-to-cart, try-on, resized, error,
 *                    and done or error with the id of a command
 *     page → frame   hello, configure, set-options, open, close
 *
 * A message is `{ parure: 1, type, id?, detail? }`. Each side listens to the other's window at an
 * origin it knows and to nobody else, and names that origin when it speaks: never "*".
 */

export const VERSION = 1;
export const COMMANDS = ['hello', 'configure', 'set-options', 'open', 'close'];

/** @typedef {{ parure: number, type: string, id?: string, detail?: any }} Message */

/**
 * Whether something is a message of this protocol, of whatever version.
 * @param {any} data
 * @returns {data is Message}
 */
export function isMessage(data) {
  return typeof data === 'object' && data !== null && Number.isInteger(data.parure) && typeof data.type === 'string';
}
