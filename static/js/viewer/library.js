/** Pieces and lights by their addresses, each loaded once and shared by all who show it. */
import { answerOf } from '../ahead.js';
import { ours } from '../home.js';
import { Environment } from './environment.js';
import { Glb } from './glb.js';
import { Piece } from './piece.js';

const WORDS = {
  missing: 'The piece could not be fetched',
  unreadable: 'The piece is not in the form that this page reads',
};
const ENVIRONMENTS = '/api/v1/environments';
const BUSY = 503;
const TRIES = 12;
const AGAIN_S = 2; // where it is not said, or not to pages of others
const LONGEST_S = 15;

/** What a page has loaded and not let go of. */
export class Library {
  /** @type {Map<string, Promise<Piece>>} */ #pieces = new Map();
  /** @type {Map<string, Promise<Environment>>} */ #environments = new Map();
  /** @type {Set<Piece | Environment>} */ #held = new Set();
  /** @type {WeakMap<Piece, string>} */ #names = new WeakMap();
  #number = 0;

  /**
   * @param {(piece: Piece) => Promise<void>} ready is waited for before a piece is handed out
   * @param {(piece: Piece, name: string) => void} released nobody needs it any more
   */
  constructor(ready, released) {
    this.ready = ready;
    this.released = released;
  }

  /**
   * Tells a piece from others for as long as the page is open.
   * @param {Piece} piece
   */
  nameOf(piece) {
    return this.#names.get(piece) ?? '';
  }

  /**
   * The piece of a viewer's file, shared by all who ask for it; release it when it is done with.
   * @param {string} url
   * @param {{signal?: AbortSignal}} [options] a signal ends the waiting, not what others wait for
   * @returns {Promise<Piece>}
   */
  async load(url, { signal } = {}) {
    signal?.throwIfAborted();
    let loading = this.#pieces.get(url);
    if (!loading) {
      loading = this.#load(url);
      this.#pieces.set(url, loading);
      loading.catch(() => this.#pieces.delete(url));
    }
    const piece = (await loading).keep();
    if (signal?.aborted) {
      piece.release();
      signal.throwIfAborted();
    }
    return piece;
  }

  /** @param {string} url */
  async #load(url) {
    const glb = await Glb.open(await fetched(url));
    const about = glb.json.nodes?.[0]?.extras?.parure?.viewer;
    if (about === undefined) throw new Error(`${WORDS.unreadable}: ${url}`);
    const images = Array.from(glb.json.images ?? [], (_, k) => glb.picture(k));
    const [environment, ...pictures] = await Promise.all([this.#environment(about.environment), ...images]);
    const piece = new Piece(glb, environment, pictures);
    const name = `piece ${(this.#number += 1)}`;
    this.#names.set(piece, name);
    piece.onreleased = () => {
      this.#pieces.delete(url);
      this.#held.delete(piece);
      this.released(piece, name);
      piece.dispose();
    };
    this.#held.add(piece);
    await this.ready(piece);
    return piece;
  }

  /** @param {string} id */
  #environment(id) {
    let loading = this.#environments.get(id);
    if (!loading) {
      loading = fetched(ours(`${ENVIRONMENTS}/${id}.bin`)).then((data) => {
        const environment = new Environment(data);
        this.#held.add(environment);
        return environment;
      });
      this.#environments.set(id, loading);
      loading.catch(() => this.#environments.delete(id));
    }
    return loading;
  }

  /** Lets go of all that a lost context held. */
  forget() {
    for (const one of this.#held) one.forget();
  }

  /** Frees everything; pieces that are in use too. */
  dispose() {
    for (const one of this.#held) one.dispose();
    this.#held.clear();
    this.#pieces.clear();
    this.#environments.clear();
  }
}

/**
 * A file; where the service has more to do than it can, it is asked again when it said.
 * @param {string} url
 */
export async function fetched(url) {
  for (let tries = 1; ; tries += 1) {
    const response = await answerOf(url);
    if (response.ok) return response.arrayBuffer();
    if (response.status !== BUSY || tries === TRIES) throw new Error(`${WORDS.missing}: ${response.status} ${url}`);
    const seconds = Math.min(Number(response.headers.get('Retry-After')) || AGAIN_S, LONGEST_S);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1e3));
  }
}
