/**
 * Large files of the service, fetched with their progress told and checked against their SHA-256 before
 * anything uses them. Where a page is not secure, and so has nothing to hash with, the browser checks
 * them itself as it fetches (Subresource Integrity), and their length is checked too.
 */

/**
 * A file that never changes.
 * @typedef {object} Asset
 * @property {string} file its address
 * @property {number} bytes of it, unpacked
 * @property {string} sha256 64 hexadecimal digits
 */

/** Why what is needed could not be had; as the window is told. */
export class Failure extends Error {
  /** @param {Extract<import('./types.js').FromWorker, { is: 'failed' }>['reason']} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const SILENT_MS = 20_000; // without a byte, after which nobody is there
const BUSY = 503;
const TRIES = 12;
const AGAIN_S = 2;
const LONGEST_S = 15;
const MISSING = 404;

/** Counts the bytes of all files that are on their way. */
export class Progress {
  loaded = 0;
  total = 0;

  /** @param {(loaded: number, total: number) => void} told */
  constructor(told) {
    this.told = told;
  }

  /** @param {number} total bytes that are to come besides */
  expect(total) {
    this.total += total;
    this.told(this.loaded, this.total);
  }

  /** @param {number} loaded bytes that came */
  note(loaded) {
    this.loaded += loaded;
    this.told(Math.min(this.loaded, this.total), this.total);
  }
}

/**
 * The bytes of a file, checked.
 * @param {Asset} asset
 * @param {Progress} progress
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {Failure} it did not come, or not as it should be
 */
export async function fetchAsset({ file, bytes, sha256 }, progress) {
  const secure = globalThis.crypto?.subtle !== undefined;
  progress.expect(bytes);
  const response = await answer(file, secure ? {} : { integrity: `sha256-${base64(sha256)}` });
  const data = new Uint8Array(bytes);
  let at = 0;
  for await (const chunk of chunks(response)) {
    if (at + chunk.length > bytes) throw new Failure('damaged');
    data.set(chunk, at);
    at += chunk.length;
    progress.note(chunk.length);
  }
  if (at !== bytes || (secure && (await digest(data)) !== sha256)) throw new Failure('damaged');
  return data;
}

/**
 * A document of the service; where it has more to do than it can, it is asked again when it said.
 * @param {string} address
 * @returns {Promise<any>}
 * @throws {Failure}
 */
export async function fetchDocument(address) {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(address).catch(offline);
    if (response.ok) return response.json().catch(() => Promise.reject(new Failure('damaged')));
    if (response.status === MISSING) throw new Failure('unknown-piece');
    if (response.status !== BUSY || tries === TRIES) throw new Failure('offline');
    const seconds = Math.min(Number(response.headers.get('Retry-After')) || AGAIN_S, LONGEST_S);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1e3));
  }
}

/** @param {string} file @param {RequestInit} how */
async function answer(file, how) {
  const response = await fetch(file, how).catch(offline);
  if (!response.ok) throw new Failure('offline');
  return response;
}

/** @returns {never} */
function offline() {
  throw new Failure('offline');
}

/**
 * What comes, as it comes.
 * @param {Response} response
 * @returns {AsyncGenerator<Uint8Array>}
 */
async function* chunks(response) {
  if (!response.body) throw new Failure('offline');
  const reader = response.body.getReader();
  for (;;) {
    let timer = 0;
    const silence = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Failure('offline')), SILENT_MS);
    });
    const read = reader.read().catch(offline);
    const { done, value } = await Promise.race([read, /** @type {Promise<never>} */ (silence)]).finally(() =>
      clearTimeout(timer),
    );
    if (done) return;
    yield value;
  }
}

/** @param {Uint8Array<ArrayBuffer>} data */
async function digest(data) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {string} hexadecimal */
function base64(hexadecimal) {
  const pairs = hexadecimal.match(/../g) ?? [];
  return btoa(String.fromCharCode(...pairs.map((pair) => Number.parseInt(pair, 16))));
}
