/**
 * The service worker of try-on: keeps what tracking takes, so that a second visit starts from it.
 *
 * Its scope is the folder of built files, so it sees no page and nobody's data: only what the tracking
 * worker asks for, and that worker itself. It keeps addresses that never change and that it was told
 * of, and drops all others; where it is refused, as in private windows, the browser's own cache does.
 */

/** @typedef {{ keep: string[] }} Told every address that is worth keeping, in full */

const SHELF = 'parure-tracking';
const MOST_BYTES = 64e6; // on the shelf; what tracking takes is a third of that
const UNCHANGING = /^\/(static\/[\w./-]+-[\w]{8}\.\w+|api\/v1\/nets\/[0-9a-f]{64}\.task)$/;

const scope = /** @type {any} */ (self);

scope.addEventListener('install', () => scope.skipWaiting());
scope.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener('fetch', (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== 'GET' || !mayKeep(request.url)) return; // as if nobody were here
  event.respondWith(caches.match(request.url, { cacheName: SHELF }).then((kept) => kept ?? fetch(request)));
});

scope.addEventListener('message', (/** @type {any} */ event) => {
  const { keep } = /** @type {Told} */ (event.data);
  event.waitUntil(restock(keep.filter(mayKeep)).then(() => event.ports[0]?.postMessage('kept')));
});

/** @param {string} address */
function mayKeep(address) {
  const { origin, pathname } = new URL(address);
  return origin === scope.location.origin && UNCHANGING.test(pathname);
}

/**
 * Puts on the shelf what is not there and takes off what is not asked for any more.
 * @param {string[]} wanted
 */
async function restock(wanted) {
  const shelf = await caches.open(SHELF);
  for (const request of await shelf.keys()) if (!wanted.includes(request.url)) await shelf.delete(request);
  let room = MOST_BYTES;
  for (const address of wanted) {
    const kept = await shelf.match(address);
    const response = kept ?? (await fetch(address).catch(() => null)); // mostly out of the browser's cache
    if (!response?.ok || response.type !== 'basic') continue;
    room -= (await response.clone().arrayBuffer()).byteLength;
    if (room < 0) return;
    if (!kept) await shelf.put(address, response);
  }
}
