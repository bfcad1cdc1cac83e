/**
 * The door to the fitting room: light, in every page where something can be tried on. What is behind it is
 * fetched when somebody presses.
 */
import { Refusal, UNREACHABLE, kept, request } from './service.js';
import { learn } from './words.js';

/** @typedef {import('./wear/fitting-room.js').Room} Room */
/** @typedef {import('./wear/visit.js').WornPiece} WornPiece */

/**
 * @typedef {object} Fitting
 * @property {() => WornPiece[]} pieces that are worn now
 * @property {() => Element[]} [options] of the page, which move into the room meanwhile
 * @property {(open: boolean) => void} [rest] the room opened or closed
 * @property {() => void} [taken] a picture was taken in it
 * @property {(words: string) => void} say why it did not open
 */

const DOORS = '[data-fit], a[href$="#try-on"]';

/** The room of a page. */
export class Door {
  /** @type {Room | undefined} */ #room;
  #opening = false;

  /** @param {Fitting} fitting */
  constructor(fitting) {
    this.fitting = fitting;
  }

  /** Open on every press that asks for it, and when the address does. */
  listen() {
    document.addEventListener('click', (event) => {
      if (!(event.target instanceof Element) || !event.target.closest(DOORS)) return;
      event.preventDefault();
      this.open();
    });
    const asked = () => location.hash === '#try-on' && this.open();
    addEventListener('hashchange', asked);
    asked();
  }

  /** What is worn changed. */
  wear() {
    this.#room?.wear(this.fitting.pieces());
  }

  async open() {
    if (this.#opening || this.#room) return;
    this.#opening = true;
    try {
      const pieces = this.fitting.pieces();
      const products = pieces.map(({ product }) => ['product', product]);
      const address = kept('/api/v1/fitting');
      const { words, ...told } = await request(`${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams(products)}`, {
        headers: { 'Accept-Language': document.documentElement.lang },
      });
      learn(words);
      const { Room } = await import('./wear/fitting-room.js').catch(() => {
        throw new Refusal(UNREACHABLE);
      });
      const { taken, options = () => [] } = this.fitting;
      const room = new Room({ told, pieces, options: options(), taken, closed: () => this.#closed() });
      room.open();
      this.#room = room;
      this.fitting.rest?.(true);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.fitting.say(error.message);
    } finally {
      this.#opening = false;
    }
  }

  /** Close it, if it is open. */
  close() {
    this.#room?.close();
  }

  #closed() {
    this.#room = undefined;
    this.fitting.rest?.(false);
    if (location.hash === '#try-on') history.replaceState(history.state, '', location.pathname + location.search);
  }
}
