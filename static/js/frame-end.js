/** The frame's end of what a page and a frame of a piece say to each other. */
import { COMMANDS, VERSION, isMessage } from './messages.js';

/** @typedef {import('./messages.js').Message} Message */
/** @typedef {(type: string, detail: any) => any} Obey does a command; throws with a sentence why not */

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
  /** @type {Map<string, Message>} the newest of each type, while nobody is known who could hear it */ #unsaid = new Map();
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
   * Tell the page around; until it is known who that is, the newest of each type is kept.
   * @param {string} type
   * @param {any} [detail]
   * @param {string} [id] of the command that this answers
   */
  say(type, detail, id) {
    if (window.parent === window) return;
    /** @type {Message} */
    const message = { parure: VERSION, type, ...(id === undefined ? {} : { id }), detail };
    if (this.#host) return window.parent.postMessage(message, this.#host);
    this.#unsaid.delete(type); // said again, it is later than what was said between
    this.#unsaid.set(type, message);
  }

  /** @param {MessageEvent} event */
  #hear = async ({ source, origin, data }) => {
    if (source !== window.parent || !this.partners.includes(origin) || !isMessage(data)) return;
    this.#host = origin;
    for (const message of this.#unsaid.values()) window.parent.postMessage(message, origin);
    this.#unsaid.clear();
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
