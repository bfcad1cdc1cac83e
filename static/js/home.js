/** Where the service is: where its scripts come from, whatever page they stand in. */

export const HOME = new URL('/', import.meta.url).origin;

/**
 * An address of the service; braces to fill in stay as they are.
 * @param {string} path
 */
export function ours(path) {
  return path.startsWith('/') && !path.startsWith('//') ? `${HOME}${path}` : path;
}
