/**
 * What the shopper chose for the room: for this visit, and on the device only after a second consent.
 * Never anything of a picture.
 */

/** @typedef {'agreed' | 'side' | 'facing' | 'finger' | 'hand' | 'ear'} Name */

const KEY = 'parure.fitting';
const LONGEST = 64; // of a value that is worth keeping

/** @type {Map<string, string>} of this visit */
const visit = new Map();

export class Keeping {
  /** @type {Storage | null} */ #storage = storage();
  /** Whether the device remembers. */ remembers = false;

  constructor() {
    const text = this.#storage?.getItem(KEY);
    if (!text) return;
    this.remembers = true;
    for (const [name, value] of Object.entries(read(text))) if (!visit.has(name)) visit.set(name, value);
  }

  /** @param {Name} name */
  get(name) {
    return visit.get(name);
  }

  /**
   * @param {Name} name
   * @param {string} value
   */
  set(name, value) {
    visit.set(name, value);
    this.#write();
  }

  /**
   * The second consent, or its end: then what was kept on the device is gone at once.
   * @param {boolean} on
   */
  remember(on) {
    this.remembers = on && this.#storage !== null;
    if (this.remembers) this.#write();
    else this.#storage?.removeItem(KEY);
  }

  #write() {
    if (!this.remembers) return;
    try {
      this.#storage?.setItem(KEY, JSON.stringify(Object.fromEntries(visit)));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.remembers = false; // the device has no room; this visit knows it all the same
    }
  }
}

/** The device's memory; null where a browser keeps a page from it. */
function storage() {
  try {
    return globalThis.localStorage;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/**
 * @param {string} text
 * @returns {Record<string, string>} plain words alone, whoever wrote them there
 */
function read(text) {
  try {
    const kept = Object.entries(JSON.parse(text) ?? {});
    return Object.fromEntries(kept.filter((one) => typeof one[1] === 'string' && one[1].length <= LONGEST));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
