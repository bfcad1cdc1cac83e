/**
 * The service worker of try-on: keeps what tracking takes, so that a second visit starts from it.
 *
 * Its scope is the folder of built files, so it sees no page and nobody's data: only what the tracking
 * worker asks for, and that worker itself. It keeps addresses that never change and that it was told
 * of, and drops all others; where it is refused, as in private windows, the browser's own cache does.
 */

/** @typedef {{ keep: string[], current: string[] }} Told what to keep, and what may stay, addresses in full */

const SHELF = 'parure-tracking';
const MOST_BYTES = 64e6; // on the shelf; what tracking takes is a third of that
const UNCHANGING = /^\/(static\/[\w./-]+-[\w]{8}\.\w+|api\/v1\/nets\/[0-9a-f]{64}\.(task|tflite))$/;

const scope = /** @type {any} */ (self);

scope.addEventListener('install', () => scope.skipWaiting());
scope.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener('fetch', (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== 'GET' || !mayKeep(request.url)) return; // as if nobody were here
  event.respondWith(caches.match(request.url, { cacheName: SHELF }).then((kept) => kept ?? fetch(request)));
});

scope.addEventListener('message', (/** @type {any} */ event) => {
  const { keep, current } = /** @type {Told} */ (event.data);
  event.waitUntil(restock(keep.filter(mayKeep), current));
});

/** @param {string} address */
function mayKeep(address) {
  const { origin, pathname } = new URL(address);
  return origin === scope.location.origin && UNCHANGING.test(pathname);
}

/**
 * Puts on the shelf what is not there, and takes off what is of an older edition.
 * @param {string[]} wanted @param {string[]} current
 */
async function restock(wanted, current) {
  const shelf = await caches.open(SHELF);
  let room = MOST_BYTES;
  for (const request of await shelf.keys()) {
    const kept = current.includes(request.url) ? await shelf.match(request) : undefined;
    if (kept) room -= (await kept.arrayBuffer()).byteLength;
    else await shelf.delete(request);
  }
  for (const address of wanted) {
    if (await shelf.match(address)) continue;
    const response = await fetch(address).catch(() => null); // mostly out of the browser's own cache
    if (!response?.ok || response.type !== 'basic') continue;
    room -= (await response.clone().arrayBuffer()).byteLength;
    if (room < 0) return;
    await shelf.put(address, response);
  }
}
