/**
 * Pictures closed with AES-GCM, 256 bits: nonce (12 bytes), ciphertext, tag. The key is made here,
 * stands in the fragment of a link, and is sent to nobody.
 *
 * Phones reach the mirror over plain http in the boutique's own network, where browsers lend no
 * WebCrypto: a cipher in JavaScript opens pictures as well there.
 */
import { gcm } from '@noble/ciphers/aes.js';

const NONCE = 12;

/**
 * @param {ArrayBuffer} picture
 * @returns {{ closed: Blob, key: string }} the key in base64url
 */
export function close(picture) {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = gcm(key, nonce).encrypt(new Uint8Array(picture));
  const text = btoa(String.fromCharCode(...key));
  const word = text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  key.fill(0);
  return { closed: new Blob([nonce, /** @type {Uint8Array<ArrayBuffer>} */ (sealed)]), key: word };
}

/**
 * @param {ArrayBuffer} closed
 * @param {string} word the key, base64url
 * @returns {Uint8Array<ArrayBuffer>} the picture
 * @throws {Error} the key is not its own, or the picture was changed
 */
export function opened(closed, word) {
  const text = atob(word.replaceAll('-', '+').replaceAll('_', '/'));
  const key = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const nonce = new Uint8Array(closed, 0, NONCE);
  return /** @type {Uint8Array<ArrayBuffer>} */ (gcm(key, nonce).decrypt(new Uint8Array(closed, NONCE)));
}
