/**
 * Pictures closed with AES-GCM, 256 bits: nonce (12 bytes), ciphertext, tag. The key is made here,
 * stands in the fragment of a link, and is sent to nobody.
 *
 * Browsers open WebCrypto on loopback and over https alone.
 */

const NONCE = 12;

/**
 * @param {ArrayBuffer} picture
 * @returns {Promise<{ closed: Blob, key: string }>} the key in base64url
 */
export async function close(picture) {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const cipher = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, cipher, picture);
  const text = btoa(String.fromCharCode(...key));
  const word = text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return { closed: new Blob([nonce, sealed]), key: word };
}

/**
 * @param {ArrayBuffer} closed
 * @param {string} word the key, base64url
 * @returns {Promise<ArrayBuffer>} the picture; rejects when the key is not its own
 */
export async function opened(closed, word) {
  const text = atob(word.replaceAll('-', '+').replaceAll('_', '/'));
  const key = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const cipher = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  const nonce = new Uint8Array(closed, 0, NONCE);
  return crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, cipher, closed.slice(NONCE));
}
