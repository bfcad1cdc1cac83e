/** Asks the browser to keep what tracking takes; without a word where it will not. */
import { HOME, ours } from '../home.js';

/** @typedef {import('./types.js').Needs} Needs */

const SCOPE = '/static/';
const LATER_MS = 4000; // the first frames have the network and the processor to themselves

/** @type {{ needs: Needs, fetched: readonly string[] } | undefined} told last, while nothing was asked for it yet */
let told;

/**
 * Keep what tracking takes, or, where the house wants nothing kept, forget it. What is told one after the
 * other is asked for once.
 * @param {Needs} needs
 * @param {readonly string[]} fetched all that the worker took so far, in full
 */
export function keep(needs, fetched) {
  const { serviceWorker } = navigator;
  if (!serviceWorker || HOME !== location.origin) return; // not secure, or a merchant's page
  if (!told) setTimeout(() => keepTold(serviceWorker), needs.keeper === null ? 0 : LATER_MS);
  told = { needs, fetched };
}

/** @param {ServiceWorkerContainer} serviceWorker */
async function keepTold(serviceWorker) {
  if (!told) return;
  const { needs, fetched } = told;
  told = undefined;
  try {
    if (needs.keeper === null) return await forget(serviceWorker);
    const registration = await serviceWorker.register(needs.keeper, { scope: SCOPE });
    const active = await activated(registration);
    const assets = [needs.runtime, needs.hands, needs.faces, needs.person, needs.bodies];
    const current = assets.flatMap((asset) => (asset ? [ours(asset.file)] : []));
    active?.postMessage({ keep: fetched, current: [...fetched, ...current] });
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error; // refused: private, or full
  }
}

/** @param {ServiceWorkerContainer} serviceWorker */
async function forget(serviceWorker) {
  const registration = await serviceWorker.getRegistration(SCOPE);
  await registration?.unregister();
  await globalThis.caches?.delete('parure-tracking');
}

/** @param {ServiceWorkerRegistration} registration @returns {Promise<ServiceWorker | null>} */
function activated(registration) {
  const coming = registration.installing ?? registration.waiting;
  if (!coming) return Promise.resolve(registration.active);
  return new Promise((resolve) => {
    coming.addEventListener('statechange', () => {
      if (coming.state === 'activated') resolve(coming);
      else if (coming.state === 'redundant') resolve(null);
    });
  });
}
