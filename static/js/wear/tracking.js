/**
 * The tracking worker as the window sees it: one frame under way at a time, an answer for each, an end
 * to waiting. `close` ends the worker, and with it all that it held.
 */
import { ours } from '../home.js';
import { keep } from './kept.js';

/** @typedef {import('./types.js').FromWorker} FromWorker */
/** @typedef {import('./types.js').Laid} Laid */
/** @typedef {import('./types.js').Needs} Needs */
/** @typedef {import('./types.js').Solved} Solved */
/** @typedef {import('./types.js').ToWorker} ToWorker */
/** @typedef {import('./types.js').Tracking} Tracking */
/** @typedef {import('./types.js').TrackingListener} TrackingListener */

const NEEDS = '/api/v1/tracking.json';
const SILENT_MS = 15_000; // over a frame, after which the worker is taken for dead; a photo's looks say when each is over

/**
 * Starts what tracks; what it takes is fetched when something is asked to be worn.
 * @param {TrackingListener} listener
 * @param {{ watching?: boolean }} [options] whether hands and faces are looked for whatever is worn
 * @returns {Tracking}
 */
export function openTracking(listener, { watching = false } = {}) {
  return new WindowTracking(listener, watching);
}

/** @implements {Tracking} */
class WindowTracking {
  /** @type {Worker | null} */ #worker = null;
  /** @type {Needs | null} */ #needs = null;
  /** @type {ToWorker[]} said before the worker was there */ #early = [];
  /** @type {Map<number, Laid>} how chains lie, by the worker's numbers */ #laid = new Map();
  #listener;
  #wears = 0; // sets asked for
  #closed = false;
  #busy = false;
  #silence = 0;

  /** @param {TrackingListener} listener @param {boolean} watching */
  constructor(listener, watching) {
    this.#listener = listener;
    this.#begin(watching);
  }

  get busy() {
    return this.#busy;
  }

  /** @param {import('./types.js').Asked[]} asked @param {boolean} streaming */
  wear(asked, streaming) {
    this.#say({ do: 'wear', number: (this.#wears += 1), asked, streaming });
  }

  /** @param {ImageBitmap} image @param {number} timeMs */
  frame(image, timeMs) {
    if (this.#busy || this.#closed) return image.close();
    this.#busy = true;
    this.#listen();
    this.#say({ do: 'frame', image, timeMs }, [image]);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#silence);
    this.#worker?.terminate();
    this.#worker = null;
    for (const message of this.#early) if (message.do === 'frame') message.image.close();
    this.#early = [];
    this.#laid.clear();
    this.#busy = false;
  }

  #listen() {
    clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => this.#fail('broken'), SILENT_MS);
  }

  /** @param {boolean} watching */
  async #begin(watching) {
    const needs = await fetchNeeds();
    if (this.#closed) return;
    if (!needs) return this.#fail('offline');
    this.#needs = needs;
    const worker = new Worker(needs.worker, { type: 'module', name: 'tracking' });
    worker.addEventListener('message', ({ data }) => this.#hear(data));
    worker.addEventListener('messageerror', () => this.#fail('broken'));
    worker.addEventListener('error', () => this.#fail('broken'));
    this.#worker = worker;
    worker.postMessage({ do: 'begin', needs, watching });
    for (const message of this.#early) worker.postMessage(message, message.do === 'frame' ? [message.image] : []);
    this.#early = [];
  }

  /** @param {ToWorker} message @param {Transferable[]} [moved] */
  #say(message, moved = []) {
    if (this.#closed) return;
    if (this.#worker) this.#worker.postMessage(message, moved);
    else this.#early.push(message);
  }

  /** @param {FromWorker} message */
  #hear(message) {
    if (this.#closed) return;
    if (message.is === 'progress') this.#listener.progress(message.loaded, message.total);
    if (message.is === 'known') this.#listener.known?.(message.files);
    if (message.is === 'ready' && message.number === this.#wears) this.#listener.ready(message.files);
    if ('fetched' in message) keep(/** @type {Needs} */ (this.#needs), message.fetched);
    if (message.is === 'failed') this.#fail(message.reason);
    if (message.is === 'looking' && this.#busy) this.#listen();
    if (message.is === 'solved') {
      clearTimeout(this.#silence);
      this.#busy = false;
      for (const laid of message.laid) this.#laid.set(laid.number, laid);
      this.#listener.solved(this.#resolved(message.solved));
    }
  }

  /** Chains named by numbers become how they lie. @param {import('./types.js').SentSolved} sent @returns {Solved} */
  #resolved(sent) {
    const layers = sent.layers.map((layer) => ({
      ...layer,
      pieces: layer.pieces.map((piece) => ({
        ...piece,
        worn: piece.worn.map((each) => ({ ...each, laid: each.laid === null ? null : this.#laidOf(each.laid) })),
      })),
    }));
    return { ...sent, layers };
  }

  /** @param {number} number */
  #laidOf(number) {
    return /** @type {Laid} */ (this.#laid.get(number));
  }

  /** @param {Extract<FromWorker, { is: 'failed' }>['reason']} reason */
  #fail(reason) {
    if (this.#closed) return;
    this.close();
    this.#listener.failed(reason);
  }
}

/** @returns {Promise<Needs | null>} null: the service did not answer */
async function fetchNeeds() {
  try {
    const response = await fetch(ours(NEEDS));
    return response.ok ? await response.json() : null;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return null; // no answer, or none of ours
    throw error;
  }
}
