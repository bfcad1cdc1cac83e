/** What a browser remembers for the page; until the page is left where it keeps nothing, as in frames of other shops. */

/** @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} Memory */

/** @type {Map<string, string>} */
const visit = new Map();
/** @type {Memory} */
const ofThisPage = {
  getItem: (name) => visit.get(name) ?? null,
  setItem: (name, value) => void visit.set(name, value),
  removeItem: (name) => void visit.delete(name),
};

/**
 * @param {'localStorage' | 'sessionStorage'} kind
 * @returns {Memory}
 */
export function memory(kind) {
  try {
    return globalThis[kind] ?? ofThisPage;
  } catch (error) {
    if (error instanceof DOMException) return ofThisPage;
    throw error;
  }
}
