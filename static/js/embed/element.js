import lookText from '../../css/look.css?sheet&in=.look';
import roomText from '../../css/room.css?sheet&in=.desk';
import sheetText from '../../css/embed.css?sheet';
import { hear, _ } from '../words.js';
import { bring, optionForm } from './controls.js';
import { Refusal, embedDocument, optionTexts, picture, pictureSet, price, readOptions, summary } from './document.js';
import { node } from './node.js';

/** @typedef {import('./document.js').EmbedDocument} EmbedDocument */
/** @typedef {import('../parure-ar.js').ParureAR} ParureAR */
/** @typedef {HTMLElement & { show?(configuration: any): unknown }} Piece until it is defined, a picture */

const NEAR = '300px'; // of the screen's edge: the viewer is fetched
const SLOW_MS = 400;
const INTENT = ['pointerenter', 'focusin', 'touchstart'];
const INNER = ['ready', 'error', 'turned', 'variantchange']; // what the piece itself says
const TURNED = ['hotspots', 'dimensions', 'true-size', 'coin', 'look', 'picture', 'film', 'full-screen', 'help'];
const USUAL = ['hotspots', 'dimensions', 'full-screen', 'help']; // unless the host names its own
const POSTER_PX = 960;

/** @type {CSSStyleSheet[]} */
let sheets = [];

/** The embed's styles; made once, adopted by every root that needs them. */
function styles() {
  if (sheets.length === 0) {
    // computed where it is set, so that it means the same below: what rem would be on a page of one's own
    CSS.registerProperty?.({ name: '--parure-rem', syntax: '<length>', inherits: true, initialValue: '16px' });
    sheets = [lookText, roomText, sheetText].map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
  }
  return sheets;
}

/**
 * <parure-viewer product key options features choose theme language currency no-shadow>: a piece on a page
 * of another origin.
 *
 * Fires "ready", "configuration-changed", "price", "add-to-cart", "try-on", "ar" and "error"; see
 * docs/embed.md. `options` is a query (metal=platinum_950&carat=1.2) or a JSON object; `features` are
 * words out of options, price, cart, try-on, ar; `choose` names the options that are offered. With
 * `no-shadow` the host's own styles reach in.
 */
export class ParureEmbed extends HTMLElement {
  static observedAttributes = ['product', 'key', 'options', 'features', 'choose', 'theme', 'language', 'currency'];

  /** @type {AbortController | undefined} */ #connection;
  /** @type {AbortController | undefined} */ #asking;
  /** @type {EmbedDocument | undefined} */ #document;
  /** @type {Record<string, string>} */ #options = {};
  /** @type {Piece | undefined} */ #piece;
  #open = false; // whether the piece is to turn
  #frame = node('div', { class: 'parure' });
  #stage = node('div', { class: 'look' });
  #panel = node('div', { class: 'desk' });
  #status = node('p', { class: 'word', role: 'status' });
  /** @type {HTMLFormElement | undefined} */ #form;
  #queued = false;
  #fresh = false; // whether attributes name another piece
  #ready = false;
  #said = '';

  connectedCallback() {
    this.#connection = new AbortController();
    const root = this.hasAttribute('no-shadow') ? this : (this.shadowRoot ?? this.attachShadow({ mode: 'open' }));
    const styled = /** @type {ShadowRoot | Document} */ (root instanceof ShadowRoot ? root : this.getRootNode());
    const adopted = styled.adoptedStyleSheets;
    if (!adopted.includes(styles()[0])) styled.adoptedStyleSheets = [...adopted, ...styles()];
    this.#frame.replaceChildren(this.#stage, this.#panel, this.#status);
    root.replaceChildren(this.#frame);
    this.#takeOptions();
    this.#look();
    this.#ask();
    const near = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.open();
    }, { rootMargin: NEAR });
    near.observe(this);
    const { signal } = this.#connection;
    signal.addEventListener('abort', () => near.disconnect());
    for (const intent of INTENT) this.addEventListener(intent, () => this.open(), { signal, passive: true, once: true });
    for (const type of INNER) this.#stage.addEventListener(type, (event) => event.stopPropagation(), { signal });
  }

  disconnectedCallback() {
    this.#connection?.abort();
    this.#asking?.abort();
    this.close();
    this.#ready = false;
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    if (!this.#connection || before === now) return;
    if (name === 'theme') this.#look();
    else if (name === 'features' || name === 'choose') this.#draw();
    else {
      this.#fresh ||= name === 'options' || name === 'product';
      if (this.#queued) return;
      this.#queued = true; // several attributes are often set one after the other
      queueMicrotask(() => {
        this.#queued = false;
        if (this.#fresh) this.#takeOptions();
        this.#fresh = false;
        this.#ask();
      });
    }
  }

  /** What is shown, as events tell it; null before the first. */
  get configuration() {
    return this.#document ? summary(this.#document) : null;
  }

  get features() {
    return (this.getAttribute('features') ?? '').split(/\s+/).filter(Boolean);
  }

  /**
   * Show another piece, or this one with exactly these options.
   * @param {{ product?: string, options?: Record<string, unknown> }} wish
   * @returns {Promise<ReturnType<typeof summary> | null>} what it came to
   * @throws {Refusal} why it cannot be; what was shown stays
   */
  async configure({ product, options = {} }) {
    return this.#decide(optionTexts(options), product ?? this.#product);
  }

  /**
   * Change some options and leave the rest.
   * @param {Record<string, unknown>} options
   * @returns {Promise<ReturnType<typeof summary> | null>}
   * @throws {Refusal}
   */
  async setOptions(options) {
    return this.#decide({ ...this.#options, ...optionTexts(options) }, this.#product);
  }

  /** Let the piece be turned, as soon as there is one. */
  async open() {
    this.#open = true;
    if (!this.#document) return;
    await import('./turning.js'); // after the words of the language, which it reads as it comes
    if (this.#open && this.#document) this.#piece?.show?.(this.#document.configuration);
  }

  /** Let go of what turns it, and show the picture. */
  close() {
    this.#open = false;
    this.#piece?.remove();
    this.#piece = undefined;
    if (this.#document && this.isConnected) this.#hang(this.#document);
  }

  get #product() {
    return this.getAttribute('product') ?? '';
  }

  #takeOptions() {
    try {
      this.#options = readOptions(this.getAttribute('options'));
    } catch (error) {
      this.#fail(error);
    }
  }

  #ask() {
    this.#decide(this.#options, this.#product).catch((error) => this.#fail(error));
  }

  /**
   * @param {Record<string, string>} options
   * @param {string} product
   */
  async #decide(options, product) {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const slow = setTimeout(() => this.#say(_('One moment…')), SLOW_MS);
    try {
      const told = await embedDocument(
        {
          product,
          options,
          key: this.getAttribute('key') ?? '',
          language: this.getAttribute('language') ?? '',
          currency: this.getAttribute('currency') ?? '',
        },
        asking.signal,
      );
      await hear(told.words, told.language);
      asking.signal.throwIfAborted();
      this.#options = told.configuration.options;
      if (product !== this.#product) this.#setQuietly('product', product);
      this.#take(told);
      return this.configuration;
    } catch (error) {
      if (asking.signal.aborted) return null;
      throw error;
    } finally {
      clearTimeout(slow);
      if (this.#asking === asking && this.#said === _('One moment…')) this.#say('');
    }
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #setQuietly(name, value) {
    const connection = this.#connection;
    this.#connection = undefined;
    this.setAttribute(name, value);
    this.#connection = connection;
  }

  /** @param {EmbedDocument} told */
  #take(told) {
    const before = this.#document;
    this.#document = told;
    this.#say('');
    this.#draw();
    this.#hang(told);
    if (this.#open) this.open();
    const changed = before?.configuration.hash !== told.configuration.hash;
    if (!this.#ready) {
      this.#ready = true;
      this.#tell('ready', this.configuration);
    }
    if (changed) this.#tell('configuration-changed', this.configuration);
    const [was, is] = [before && price(before.configuration), price(told.configuration)];
    if (!before || was?.amount !== is?.amount || was?.currency !== is?.currency) this.#tell('price', is);
  }

  #look() {
    const theme = this.getAttribute('theme');
    this.#frame.classList.toggle('light', theme === 'light');
    this.#frame.classList.toggle('dark', theme === 'dark');
  }

  /** Everything but the piece itself. */
  #draw() {
    const told = this.#document;
    if (!told) return;
    const { features } = this;
    const { configuration } = told;
    this.#frame.lang = told.language;
    this.#frame.dir = told.direction;
    /** @type {Node[]} */
    const parts = [];
    if (features.includes('price')) {
      const words = configuration.price?.words ?? _('Price on request');
      parts.push(
        node('p', { class: 'name' }, told.name),
        node('p', { class: 'about' }, configuration.description),
        node('p', { class: 'price' }, words),
      );
      if (configuration.price?.demonstration) parts.push(node('p', { class: 'aside' }, _('A demonstration’s price, tax included')));
    }
    if (features.includes('options')) {
      const offered = this.#offered(told);
      if (!this.#form || !bring(this.#form, offered)) this.#form = optionForm(offered, this.#choose);
      parts.push(this.#form);
    }
    const actions = this.#actions(features);
    if (actions.length > 0) parts.push(node('div', { class: 'actions' }, ...actions));
    const held = /** @type {ShadowRoot | Document} */ (this.#frame.getRootNode()).activeElement;
    this.#panel.replaceChildren(...parts);
    if (held instanceof HTMLElement && this.#panel.contains(held)) held.focus({ preventScroll: true });
    this.#panel.hidden = parts.length === 0;
  }

  /**
   * The options that may be chosen here: those of the attribute `choose`, or all.
   * @param {EmbedDocument} told
   */
  #offered({ options }) {
    const wanted = this.getAttribute('choose')?.split(/\s+/).filter(Boolean);
    return wanted ? options.filter(({ id }) => wanted.includes(id)) : options;
  }

  /** @param {string[]} features */
  #actions(features) {
    /** @type {Node[]} */
    const actions = [];
    if (features.includes('cart')) {
      const button = node('button', { type: 'button', class: 'button' }, _('Add to bag'));
      button.addEventListener('click', () => this.#tell('add-to-cart', { ...this.configuration, quantity: 1 }));
      actions.push(button);
    }
    if (features.includes('try-on')) {
      const button = node('button', { type: 'button', class: 'button plain' }, _('Try it on'));
      button.addEventListener('click', this.#tryOn);
      actions.push(button);
    }
    if (features.includes('ar')) actions.push(this.#room());
    return actions;
  }

  /** @type {ParureAR | undefined} */ #ar;

  #room() {
    this.#ar ??= /** @type {ParureAR} */ (document.createElement('parure-ar'));
    import('../parure-ar.js').then(() => {
      const told = this.#document;
      if (told && this.#ar) this.#ar.shown = { name: told.name, urls: told.configuration.urls };
    });
    return this.#ar;
  }

  #tryOn = () => {
    const told = this.#document;
    if (!told) return;
    const url = `${told.configuration.urls.page}#try-on`;
    // the camera is this service's alone: it opens on its own page, where the shopper is told so
    if (this.#tell('try-on', { ...this.configuration, url })) window.open(url, '_blank', 'noopener');
  };

  /**
   * @param {string} id
   * @param {string} value
   */
  #choose = (id, value) => {
    this.setOptions({ [id]: value }).catch((error) => this.#fail(error));
  };

  /**
   * The piece: a picture of it until it can be turned.
   * @param {EmbedDocument} told
   */
  #hang({ name, configuration }) {
    const alt = `${name}: ${configuration.description}`;
    const shown = this.#piece?.querySelector('img');
    if (shown) {
      shown.alt = alt;
      if (this.#piece?.show) return; // it takes care of its picture
    }
    const sizes = `${Math.max(Math.round(this.clientWidth), 320)}px`;
    const source = node('source', { type: 'image/avif', srcset: pictureSet(configuration, 'avif'), sizes });
    const image = node('img', {
      crossorigin: 'anonymous',
      sizes,
      srcset: pictureSet(configuration, 'webp'),
      src: picture(configuration, 'webp', POSTER_PX),
      width: POSTER_PX,
      height: POSTER_PX,
      alt,
      draggable: 'false',
    });
    const place = node('div', { class: 'plate', 'data-stage': '' }, node('picture', {}, source, image));
    const wanted = this.features.filter((word) => TURNED.includes(word));
    const piece = /** @type {Piece} */ (document.createElement('parure-piece'));
    piece.className = 'ground';
    piece.setAttribute('features', (wanted.length > 0 ? wanted : USUAL).join(' '));
    for (const name of ['auto-turn', 'look']) {
      const value = this.getAttribute(name);
      if (value !== null) piece.setAttribute(name, value);
    }
    piece.append(place);
    this.#piece?.remove();
    this.#piece = piece;
    this.#stage.replaceChildren(piece);
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof Refusal)) throw error;
    this.#say(error.message);
    if (this.#form && this.#document) bring(this.#form, this.#offered(this.#document));
    this.#tell('error', { code: error.code, message: error.message }, false);
  }

  /** @param {string} words */
  #say(words) {
    this.#said = words;
    this.#status.textContent = words;
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   * @param {boolean} [bubbles]
   * @returns {boolean} whether nobody prevented what comes next
   */
  #tell(type, detail, bubbles = true) {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles, composed: true, cancelable: true }));
  }
}
