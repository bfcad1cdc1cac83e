/** Trying an embedded piece on: asked for, opened over the page, closed again; what does it is fetched on a press. */
import { unreachable } from './document.js';

/** @typedef {import('./document.js').EmbedDocument} EmbedDocument */
/** @typedef {import('./element.js').ParureEmbed} ParureEmbed */
/** @typedef {import('./try-on.js').TryOn} TryOn */
/** @typedef {import('./try-on.js').Worn} Worn */

/**
 * What the piece does for it.
 * @typedef {object} Helper
 * @property {() => EmbedDocument | undefined} told what is shown
 * @property {(detail: Record<string, unknown>) => boolean} tell false: the page goes its own way
 * @property {() => void} dress more styles are to be adopted
 * @property {(on: boolean) => void} rest the machine is the mirror's
 * @property {(error: unknown) => void} fail
 */

/** Of one embedded piece. */
export class Trying {
  /** @type {TryOn | undefined} */ #open;
  #entering = false; // while what opens is fetched

  /**
   * @param {ParureEmbed} host
   * @param {HTMLElement} root where the dialog stands
   * @param {Helper} helper
   */
  constructor(host, root, helper) {
    this.host = host;
    this.root = root;
    this.helper = helper;
  }

  /** The button was pressed. The camera is the service's alone: it opens in a frame of its own. */
  async ask() {
    const { host, root, helper } = this;
    const page = helper.told()?.configuration.urls.page;
    if (!page || this.#open || this.#entering || !helper.tell({ state: 'asked', url: `${page}#try-on` })) return;
    this.#entering = true;
    const came = await import('./try-on.js').catch(() => null);
    this.#entering = false;
    if (!came) return helper.fail(unreachable());
    const told = helper.told();
    if (!told || !host.isConnected) return;
    helper.dress();
    this.#open = came.TryOn.open(host, root, told, {
      tell: (state) => helper.tell({ state }),
      changed: ({ product, options }) => host.configure({ product, options }).catch(helper.fail),
      rest: (on) => {
        helper.rest(on);
        if (!on) this.#open = undefined;
      },
    });
  }

  /**
   * What the page shows is worn too, while it is open.
   * @param {Worn} configuration
   */
  wear(configuration) {
    this.#open?.wear(configuration);
  }

  close() {
    this.#open?.close();
  }
}
