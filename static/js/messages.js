/**
 * What a page and the frame of a piece in it say to each other, version 1; docs/embed.md has it all.
 *
 *     frame → page   ready, configuration-changed, price, add-to-cart, try-on, resized, error,
 *                    and done or error with the id of a command
 *     page → frame   hello, configure, set-options, open, close
 *
 * A message is `{ parure: 1, type, id?, detail? }`. Each side listens to the other's window at an
 * origin it knows and to nobody else, and names that origin when it speaks: never "*".
 */

export const VERSION = 1;
export const COMMANDS = ['hello', 'configure', 'set-options', 'open', 'close'];
const ANSWER_MS = 30_000;

/** @typedef {{ parure: number, type: string, id?: string, detail?: any }} Message */
/** @typedef {(type: string, detail: any) => any} Obey does a command; throws with a sentence why not */

/**
 * Whether something is a message of this protocol, of whatever version.
 * @param {any} data
 * @returns {data is Message}
 */
export function isMessage(data) {
  return typeof data === 'object' && data !== null && Number.isInteger(data.parure) && typeof data.type === 'string';
}

/**
 * The page around a frame: the first of what the browser says that is a partner; null while unknown.
 * @param {readonly string[]} partners origins
 * @param {{ ancestors: readonly string[], referrer: string }} told
 */
export function hostOf(partners, { ancestors, referrer }) {
  const around = ancestors[0] ?? (referrer ? new URL(referrer).origin : '');
  return partners.includes(around) ? around : null;
}

/** The frame's end: says what happens, and does what the page around it asks. */
export class FrameEnd {
  /** @type {Message[]} */ #unsaid = [];
  /** @type {string | null} */ #host;

  /**
   * @param {readonly string[]} partners origins that may frame this page
   * @param {Obey} obey
   * @param {AbortSignal} signal
   */
  constructor(partners, obey, signal) {
    this.partners = partners;
    this.obey = obey;
    const ancestors = 'ancestorOrigins' in location ? [...location.ancestorOrigins] : [];
    this.#host = hostOf(partners, { ancestors, referrer: document.referrer });
    if (window.parent !== window) addEventListener('message', this.#hear, { signal });
  }

  /**
   * Tell the page around; kept until it is known who that is.
   * @param {string} type
   * @param {any} [detail]
   * @param {string} [id] of the command that this answers
   */
  say(type, detail, id) {
    if (window.parent === window) return;
    /** @type {Message} */
    const message = { parure: VERSION, type, ...(id === undefined ? {} : { id }), detail };
    if (this.#host) window.parent.postMessage(message, this.#host);
    else this.#unsaid.push(message);
  }

  /** @param {MessageEvent} event */
  #hear = async ({ source, origin, data }) => {
    if (source !== window.parent || !this.partners.includes(origin) || !isMessage(data)) return;
    this.#host = origin;
    for (const message of this.#unsaid.splice(0)) window.parent.postMessage(message, origin);
    const { type, id, detail } = data;
    if (data.parure !== VERSION) {
      this.say('error', { code: 'version', message: `This frame speaks version ${VERSION}.` }, id);
    } else if (!COMMANDS.includes(type)) {
      this.say('error', { code: 'command', message: `There is no command "${type}".` }, id);
    } else {
      try {
        const done = await this.obey(type, detail ?? {});
        if (id !== undefined) this.say('done', done, id);
      } catch (error) {
        this.say('error', { code: type, message: error instanceof Error ? error.message : String(error) }, id);
      }
    }
  };
}

/**
 * The page's end of a frame.
 * @param {HTMLIFrameElement} frame its `src` is a page `/embed/…` of the service
 * @returns {PageEnd}
 */
export function connect(frame) {
  return new PageEnd(frame);
}

/** Sends commands to a frame and fires what it says, as events whose `detail` it is. */
export class PageEnd extends EventTarget {
  #connection = new AbortController();
  #number = 0;
  #ready = false;
  /** @type {Map<string, { resolve(detail: any): void, reject(error: Error): void }>} */ #open = new Map();

  /** @param {HTMLIFrameElement} frame */
  constructor(frame) {
    super();
    this.frame = frame;
    this.origin = new URL(frame.src).origin;
    const { signal } = this.#connection;
    addEventListener('message', this.#hear, { signal });
    frame.addEventListener('load', this.#greet, { signal });
    this.#greet();
  }

  /**
   * @param {string} type one of the commands
   * @param {any} [detail]
   * @returns {Promise<any>} what the frame answers; rejects with its sentence
   */
  send(type, detail = {}) {
    const id = `${(this.#number += 1)}`;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`The frame did not answer "${type}".`)), ANSWER_MS);
      const settle = (/** @type {(value: any) => void} */ end) => (/** @type {any} */ value) => {
        clearTimeout(late);
        this.#open.delete(id);
        end(value);
      };
      this.#open.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.frame.contentWindow?.postMessage({ parure: VERSION, type, id, detail }, this.origin);
    });
  }

  /** Listen no more. */
  close() {
    this.#connection.abort();
  }

  #greet = () => {
    const { contentDocument, contentWindow } = this.frame;
    if (contentDocument?.URL === 'about:blank') return; // not there yet: its load will be heard
    contentWindow?.postMessage({ parure: VERSION, type: 'hello' }, this.origin);
  };

  /** @param {MessageEvent} event */
  #hear = ({ source, origin, data }) => {
    if (source !== this.frame.contentWindow || origin !== this.origin || !isMessage(data)) return;
    const asked = data.id === undefined ? undefined : this.#open.get(data.id);
    if (asked && data.type === 'done') asked.resolve(data.detail);
    else if (asked && data.type === 'error') asked.reject(new Error(data.detail.message));
    else if (data.type !== 'ready' || !this.#ready) {
      this.#ready ||= data.type === 'ready'; // said again to a page that may have come too late
      this.dispatchEvent(new CustomEvent(data.type, { detail: data.detail }));
    }
  };
}
