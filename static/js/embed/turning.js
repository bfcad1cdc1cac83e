/** The viewer of an embedded piece, fetched when it is wanted. */

/** @typedef {import('./document.js').EmbedDocument} EmbedDocument */
/** @typedef {HTMLElement & { show(configuration: any): unknown }} Viewer */

/**
 * @param {EmbedDocument} told
 * @param {HTMLElement} stage
 * @returns {Viewer | undefined} nothing where the picture has to do
 */
export function makeViewer(told, stage) {
  return undefined;
}
