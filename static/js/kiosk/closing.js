/**
 * Pictures closed with AES-GCM, 256 bits: nonce (12 bytes), ciphertext, tag. The key is made here,
 * stands in the fragment of a link, and is sent to nobody.
 *
 * Browsers lend their own cipher on loopback and over https alone. Phones reach the mirror over
 * plain http in the boutique's own network: there a cipher in JavaScript opens pictures.
 */
import { gcm } from '@noble/ciphers/aes.js';

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const NONCE = 12;

/**
 * @param {ArrayBuffer} picture
 * @returns {Promise<{ closed: Blob, key: string }>} the key in base64url
 */
export async function close(picture) {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await turned('encrypt', key, nonce, new Uint8Array(picture));
  const text = btoa(String.fromCharCode(...key));
  key.fill(0);
  const word = text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return { closed: new Blob([nonce, sealed]), key: word };
}

/**
 * @param {ArrayBuffer} closed
 * @param {string} word the key, base64url
 * @returns {Promise<Bytes>} the picture; rejects when the key is not its own or the picture was changed
 */
export async function opened(closed, word) {
  const text = atob(word.replaceAll('-', '+').replaceAll('_', '/'));
  const key = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  return turned('decrypt', key, new Uint8Array(closed, 0, NONCE), new Uint8Array(closed, NONCE));
}

/**
 * @param {'encrypt' | 'decrypt'} way
 * @param {Bytes} key
 * @param {Bytes} iv
 * @param {Bytes} data
 * @returns {Promise<Bytes>}
 */
async function turned(way, key, iv, data) {
  if (!crypto.subtle) return /** @type {Bytes} */ (gcm(key, iv)[way](data));
  const name = 'AES-GCM';
  const cipher = await crypto.subtle.importKey('raw', key, name, false, [way]);
  return new Uint8Array(await crypto.subtle[way]({ name, iv }, cipher, data));
}
