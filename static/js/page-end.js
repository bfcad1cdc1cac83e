/** The page's end of what a page and a frame of a piece say to each other. */
import { VERSION, isMessage } from './messages.js';

const ANSWER_MS = 30_000;

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
  /** @type {Map<string, { resolve(detail: any): void, reject(error: Error): void }>} unanswered */ #open = new Map();

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
      const settle = (/** @type {(value: any) => void} */ end) => (/** @type {any} */ value) => {
        clearTimeout(late);
        this.#open.delete(id);
        end(value);
      };
      const ends = { resolve: settle(resolve), reject: settle(reject) };
      const late = setTimeout(() => ends.reject(new Error(`The frame did not answer "${type}".`)), ANSWER_MS);
      this.#open.set(id, ends);
      this.frame.contentWindow?.postMessage({ parure: VERSION, type, id, detail }, this.origin);
    });
  }

  /** Listen no more: nothing that was asked is answered any more. */
  close() {
    this.#connection.abort();
    for (const { reject } of [...this.#open.values()]) reject(new Error('The frame is listened to no more.'));
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
