/**
 * The page's line to the mirror: messages in, commands out, opened again when it breaks.
 *
 * A binary message is 4 bytes of length (big-endian), that much JSON, then a JPEG.
 */

/** @typedef {{ type: string, [key: string]: any }} Told */
/**
 * @typedef {object} Worn a piece as the state tells it
 * @property {string} product
 * @property {string} name
 * @property {string} family
 * @property {string} anchor
 * @property {string} hash
 * @property {Record<string, string>} options
 * @property {string[]} idle options that decide nothing now
 * @property {string} finger
 * @property {string | null} hand
 * @property {string | null} ear
 */
/**
 * @typedef {object} State
 * @property {{ state: 'attract' | 'waking' | 'active' | 'leaving', number: number, left_s: number | null }} session
 * @property {Worn[]} pieces
 * @property {number} active
 * @property {boolean} undo
 * @property {boolean} preparing
 * @property {boolean} looking at a picture that was taken
 * @property {{ message: string } | null} refusal
 * @property {{ number: number, event: string, gesture?: string }[]} events
 * @property {string | null} camera_problem
 */
/**
 * @typedef {object} Listener
 * @property {(told: Told) => void} told state, done, design, price, error, eye or notes
 * @property {(header: Told, jpeg: Blob) => Promise<void>} picture a frame or a still
 * @property {(open: boolean) => void} open whether the line stands
 */

const AGAIN_MS = 500;
const LONGEST_MS = 4000;

/**
 * Take a binary message apart.
 * @param {ArrayBuffer} message
 * @returns {{ header: Told, jpeg: Blob }}
 */
export function unpacked(message) {
  const length = new DataView(message).getUint32(0);
  const text = new TextDecoder().decode(new Uint8Array(message, 4, length));
  return { header: JSON.parse(text), jpeg: new Blob([message.slice(4 + length)], { type: 'image/jpeg' }) };
}

/** A line that stays. */
export class Link {
  #path;
  #listener;
  #wait = AGAIN_MS;
  #closed = false;
  #commands = 0;
  /** @type {WebSocket | undefined} */ #socket;

  /**
   * @param {string} path of the socket; it answers in the page's language
   * @param {Listener} listener
   */
  constructor(path, listener) {
    this.#path = path;
    this.#listener = listener;
    this.#open();
  }

  /**
   * Ask the mirror for something.
   * @param {string} verb what to do
   * @param {Record<string, unknown>} [fields]
   * @returns {number} comes back as `id` with the answer
   */
  send(verb, fields = {}) {
    this.#commands += 1;
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ do: verb, id: this.#commands, ...fields }));
    }
    return this.#commands;
  }

  /**
   * Give the mirror a picture of this page's own camera.
   * @param {'frame' | 'plain' | 'still'} type
   * @param {Blob} jpeg
   */
  async picture(type, jpeg) {
    const text = new TextEncoder().encode(JSON.stringify({ type }));
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, text.length);
    const message = await new Blob([length, text, jpeg]).arrayBuffer();
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  close() {
    this.#closed = true;
    this.#socket?.close();
  }

  #open() {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const lang = document.documentElement.lang;
    const socket = new WebSocket(`${scheme}://${location.host}${this.#path}?lang=${lang}`);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#wait = AGAIN_MS;
      this.#listener.open(true);
    };
    socket.onmessage = ({ data }) => this.#take(data);
    socket.onclose = () => {
      this.#listener.open(false);
      if (this.#closed) return;
      setTimeout(() => this.#open(), this.#wait);
      this.#wait = Math.min(2 * this.#wait, LONGEST_MS);
    };
  }

  /** @param {string | ArrayBuffer} data */
  async #take(data) {
    if (typeof data === 'string') return this.#listener.told(JSON.parse(data));
    const { header, jpeg } = unpacked(data);
    await this.#listener.picture(header, jpeg);
    if (header.type === 'frame') this.send('shown', { frame: header.frame });
  }
}
