/** What is seen, kept as a file on the visitor's own device: a picture at once, a film once it is drawn. */
import { _ } from '../words.js';

/** @typedef {{ say(words: string): void, tell(words: string): void }} Teller */

const WORDS = {
  saved: _('Saved on this device.'),
  savedFilm: _('The film is saved on this device.'),
  coming: _('Your film is being made. It will be saved on this device as soon as it is there.'),
  failed: _('The film cannot be made at the moment. Try again in some minutes.'),
};
const KEPT_MS = 60_000; // that a file's address is good for: a phone may ask before it takes the file
const SLOW_MS = 400; // before a sentence says that it takes its time
const AGAIN_MS = 5_000; // where the service does not say when to ask again
const PATIENCE_MS = 600_000;
const LATER = [502, 503, 504]; // it is busy, or a proxy before it gave up

/**
 * @param {Blob} blob
 * @param {string} name of the file
 */
export function keep(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

/**
 * Keeps what is seen.
 * @param {HTMLCanvasElement} canvas
 * @param {string} name
 * @param {Teller} teller
 */
export function keepPicture(canvas, name, teller) {
  canvas.toBlob((blob) => {
    if (!blob) return;
    keep(blob, `${name}.png`);
    teller.tell(WORDS.saved);
  }, 'image/png');
}

/**
 * Keeps a film of a turn, which the service may draw only now. It is fetched here: the browser would open
 * what comes from another origin than the page's in place of the page.
 * @param {string} address
 * @param {string} name
 * @param {Teller} teller
 * @param {AbortSignal} signal
 */
export async function keepFilm(address, name, teller, signal) {
  const slow = setTimeout(() => teller.say(WORDS.coming), SLOW_MS);
  const film = await fetched(address, signal).catch(() => null);
  clearTimeout(slow);
  if (signal.aborted) return;
  teller.say(film ? '' : WORDS.failed);
  if (!film) return;
  keep(film, `${name}.mp4`);
  teller.tell(WORDS.savedFilm);
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<Blob | null>} null: it does not come
 */
async function fetched(address, signal) {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(address, { signal });
    if (answer.ok) return answer.blob();
    if (!LATER.includes(answer.status) || performance.now() > end) return null;
    const wait = Number(answer.headers.get('Retry-After')) * 1e3 || AGAIN_MS;
    await new Promise((resolve) => setTimeout(resolve, wait));
    signal.throwIfAborted();
  }
}
