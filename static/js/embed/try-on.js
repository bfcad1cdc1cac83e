/**
 * A piece tried on over a merchant's page: the service's own page in a frame that has the camera, in a
 * dialog as large as a telephone's screen. Where the page's policy forbids the frame, a window opens.
 */
import tryOnText from '../../css/embed-try-on.css?sheet';
import { HOME } from '../home.js';
import { PageEnd } from '../page-end.js';
import { _ } from '../words.js';
import { unreachable } from './document.js';
import { node } from './node.js';
import { bringStyles } from './sheets.js';

/** @typedef {import('./document.js').EmbedDocument} EmbedDocument */
/** @typedef {import('./element.js').ParureEmbed} ParureEmbed */
/** @typedef {{ product: string, options: Record<string, string>, hash: string }} Worn */

/**
 * @typedef {object} Wearing
 * @property {(state: string) => void} tell what happens: opened, captured, closed
 * @property {(configuration: Worn) => void} changed another configuration is worn
 * @property {(on: boolean) => void} rest the piece on the page lets the machine to the camera
 */

const LATE_MS = 15_000; // after which another way is offered
const ALLOWED = 'camera; web-share';
const HANDED_ON = ['key', 'currency', 'theme', 'choose']; // attributes that are the frame's too

let forbidden = false; // frames, by the page's policy, which stays while the page does
let still = /** @type {CSSStyleSheet | undefined} */ (undefined);

bringStyles(tryOnText);

export class TryOn {
  #life = new AbortController();
  #status = node('p', { role: 'status' }, _('One moment…'));
  #elsewhere = node('a', { class: 'button', target: '_blank', rel: 'noopener', hidden: '' }, _('Open it in a window of its own'));
  #cover = node('div', { class: 'try-on-cover' });
  #here = location.href;
  #left = false; // by the way back
  #opened = false;

  /**
   * @param {ParureEmbed} host
   * @param {HTMLElement} root where the dialog stands
   * @param {EmbedDocument} told
   * @param {Wearing} wearing
   * @returns {TryOn | undefined} none where a window opened instead
   */
  static open(host, root, told, wearing) {
    return forbidden && openWindow(pageOf(told)) ? undefined : new TryOn(host, root, told, wearing);
  }

  /**
   * @param {ParureEmbed} host
   * @param {HTMLElement} root
   * @param {EmbedDocument} told
   * @param {Wearing} wearing
   */
  constructor(host, root, told, wearing) {
    this.told = told;
    this.wearing = wearing;
    this.held = /** @type {ShadowRoot | Document} */ (root.getRootNode()).activeElement;
    this.hash = told.configuration.hash;
    const title = `${_('Try it on')}: ${told.name}`;
    const close = node('button', { type: 'button', class: 'quiet', autofocus: '' }, _('Close'));
    close.addEventListener('click', () => this.close());
    this.#elsewhere.href = pageOf(told);
    this.#cover.append(this.#status, this.#elsewhere, close);
    this.frame = node('iframe', { src: addressOf(host, told), title, allow: ALLOWED });
    this.dialog = node('dialog', { class: 'try-on', 'aria-label': title }, this.frame, this.#cover);
    this.#listen();
    root.append(this.dialog);
    this.end = new PageEnd(this.frame);
    this.#hear();
    this.dialog.showModal();
    holdPage(true);
    history.pushState(history.state, ''); // so that the way back leads to the page
    wearing.rest(true);
  }

  /**
   * What the page shows is worn, if it is something else.
   * @param {Worn} configuration
   */
  wear({ product, options, hash }) {
    if (hash === this.hash) return;
    this.hash = hash;
    this.end.send('configure', { product, options }).catch(() => undefined); // the frame says itself what cannot be
  }

  close() {
    this.dialog.close();
  }

  #listen() {
    const { signal } = this.#life;
    const late = setTimeout(() => this.#offer(unreachable().message), LATE_MS);
    signal.addEventListener('abort', () => clearTimeout(late));
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      if (effectiveDirective === 'frame-src' && blockedURI.startsWith(HOME)) this.#forbid();
    }, { signal });
    addEventListener('popstate', () => {
      this.#left = true;
      this.close();
    }, { signal });
    this.dialog.addEventListener('close', () => this.#closed(), { once: true });
  }

  #hear() {
    const hear = (/** @type {string} */ type, /** @type {(detail: any) => void} */ act) =>
      this.end.addEventListener(type, (event) => act(/** @type {CustomEvent} */ (event).detail), { signal: this.#life.signal });
    hear('try-on', ({ state }) => {
      if (state === 'opened') this.#open();
      else if (state === 'captured') this.wearing.tell(state);
      else if (state === 'closed') this.close();
    });
    hear('configuration-changed', (configuration) => {
      if (configuration.hash === this.hash) return;
      this.hash = configuration.hash;
      this.wearing.changed(configuration);
    });
    hear('error', ({ message }) => !this.#opened && this.#offer(message));
  }

  #open() {
    if (this.#opened) return;
    this.#opened = true;
    this.#cover.hidden = true;
    this.frame.focus();
    this.wearing.tell('opened');
  }

  /** The frame did not come: a sentence why, and another way. @param {string} words */
  #offer(words) {
    if (this.#opened) return;
    this.#status.textContent = words;
    this.#elsewhere.hidden = false;
    this.#elsewhere.focus();
  }

  #forbid() {
    forbidden = true;
    if (openWindow(pageOf(this.told))) this.close();
    else this.#offer('');
  }

  #closed() {
    this.#life.abort();
    this.end.close();
    this.dialog.remove();
    holdPage(false);
    if (!this.#left && location.href === this.#here) history.back();
    /** @type {HTMLElement | null} */ (this.held)?.focus({ preventScroll: true });
    this.wearing.rest(false);
    if (this.#opened) this.wearing.tell('closed');
  }
}

/**
 * The page that opens where no frame may be.
 * @param {EmbedDocument} told
 */
function pageOf({ configuration }) {
  return `${configuration.urls.page}#try-on`;
}

/**
 * @param {ParureEmbed} host
 * @param {EmbedDocument} told
 */
function addressOf(host, { configuration, language }) {
  const { product, options } = configuration;
  const features = host.features.includes('options') ? 'options' : '';
  const asked = new URLSearchParams({ ...options, lang: language, features });
  for (const name of HANDED_ON) {
    const value = host.getAttribute(name);
    if (value) asked.set(name, value);
  }
  return `${HOME}/embed/${encodeURIComponent(product)}?${asked}#try-on`;
}

/** @param {string} url @returns {boolean} whether it was let open */
function openWindow(url) {
  const opened = window.open(url, '_blank');
  if (opened) opened.opener = null;
  return opened !== null;
}

/** The page behind neither scrolls nor moves aside. @param {boolean} on */
function holdPage(on) {
  still ??= new CSSStyleSheet();
  const gutter = innerWidth > document.documentElement.clientWidth ? 'scrollbar-gutter: stable;' : '';
  if (on) still.replaceSync(`:root { overflow: hidden !important; ${gutter} }`);
  const others = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
  document.adoptedStyleSheets = on ? [...others, still] : others;
}
