/** Files that are asked for beside the code that will read them, so that neither waits for the other. */

/** @type {Map<string, Promise<Response>>} */
const asked = new Map();

/** @param {string} url */
export function askAhead(url) {
  if (asked.has(url)) return;
  const answer = fetch(url);
  answer.catch(() => asked.delete(url)); // whoever reads it asks again, and is told
  asked.set(url, answer);
}

/**
 * The answer that was asked for ahead, given once; else one that is asked for now.
 * @param {string} url
 */
export function answerOf(url) {
  const answer = asked.get(url);
  asked.delete(url);
  return answer ?? fetch(url);
}

/**
 * The file that the viewer draws a configuration from.
 * @param {{ model: string }} urls
 * @param {string} [like] hash of a piece whose file is there: a file that is not will do in a hurry
 */
export function viewerFile({ model }, like) {
  const address = new URL(model, document.baseURI);
  address.searchParams.set('profile', 'viewer');
  if (like) address.searchParams.set('like', like);
  return address.href;
}
