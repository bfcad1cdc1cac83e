/**
 * The client of the try-on stream: one frame under way at a time, so that nothing ever queues.
 *
 * No DOM but the WebSocket, which tests replace.
 */

/** @typedef {import('./service.js').Worn} Worn */
/** @typedef {{ placements: unknown[] }} Report */
/**
 * @typedef {object} Listener
 * @property {(jpeg: ArrayBuffer) => void} picture a frame came back
 * @property {(report: Report) => void} report what was placed on it
 * @property {() => void} ready the next frame may be sent
 * @property {(code: string, message: string) => void} refused a frame, a setting or the whole
 * @property {() => void} lost the connection ended without being asked to
 */

export class TryOnStream {
  /** @type {WebSocket} */ #socket;
  /** @type {Listener} */ #listener;
  #underWay = false;
  #refused = false;
  #closed = false;

  /**
   * @param {string} url
   * @param {Worn} worn
   * @param {Listener} listener
   * @param {(url: string) => WebSocket} connect
   */
  constructor(url, worn, listener, connect = (address) => new WebSocket(address)) {
    this.#listener = listener;
    this.#socket = connect(url);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onopen = () => {
      this.wear(worn);
      listener.ready();
    };
    this.#socket.onmessage = (event) => this.#receive(event.data);
    this.#socket.onclose = () => {
      if (!this.#closed && !this.#refused) listener.lost();
    };
  }

  /** Whether a frame may be sent now. */
  get idle() {
    return this.#socket.readyState === 1 && !this.#underWay;
  }

  /**
   * Wear something else from the next frame on.
   * @param {Worn} worn
   */
  wear({ place, ...piece }) {
    if (this.#socket.readyState !== 1) return;
    this.#socket.send(JSON.stringify({ ...piece, ...place, report: true }));
  }

  /**
   * Send a frame; only when `idle`.
   * @param {ArrayBuffer} jpeg
   */
  send(jpeg) {
    this.#underWay = true;
    this.#socket.send(jpeg);
  }

  close() {
    this.#closed = true;
    this.#socket.close(1000);
  }

  /** @param {ArrayBuffer | string} data */
  #receive(data) {
    if (this.#closed) return;
    if (data instanceof ArrayBuffer) {
      this.#listener.picture(data);
      return;
    }
    const message = JSON.parse(data);
    this.#underWay = false; // a report follows its picture; an error takes its place
    if ('error' in message) {
      this.#refused = message.error === 'Busy';
      this.#listener.refused(message.error, message.message);
    } else {
      this.#listener.report(message);
    }
    if (!this.#refused) this.#listener.ready();
  }
}
