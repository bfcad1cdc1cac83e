/** What the fitting room is told by the page that it opens in, and by the service. */

/** @typedef {import('./types.js').Anchor} Anchor */
/** @typedef {{ product: string, options: Record<string, string>, hash: string, description?: string, price?: string }} WornPiece */
/**
 * What the service says about trying a product on.
 * @typedef {object} ToldPiece
 * @property {string} name
 * @property {Anchor} anchor
 * @property {string} title
 * @property {string} mirrored
 * @property {string} worn
 * @property {string} placing
 * @property {string} not_in_photo
 * @property {string} not_in_mirror
 * @property {{ field: string, name: string, values: [string, string][], usual: string }[]} choices
 * @property {[string, string][]} references
 */
/**
 * @typedef {object} Told
 * @property {string} house
 * @property {string} consent
 * @property {string} agreement
 * @property {string | null} privacy
 * @property {Record<string, ToldPiece>} pieces
 */
/**
 * @typedef {object} Visit
 * @property {Told} told
 * @property {WornPiece[]} pieces
 * @property {Element[]} options of the page, which move in
 * @property {() => void} [taken] a picture was taken
 * @property {() => void} closed
 */

export {};
