import sheetText from '../../css/embed.css?sheet';
import { hear, _ } from '../words.js';
import { bring, optionForm } from './controls.js';
import { Refusal, embedDocument, optionTexts, picture, pictureSet, price, readOptions, summary } from './document.js';
import { node } from './node.js';

/** @typedef {import('./document.js').EmbedDocument} EmbedDocument */
/** @typedef {import('../parure-ar.js').ParureAR} ParureAR */
/** @typedef {HTMLElement & { show(configuration: any): unknown }} Viewer */

const NEAR = '300px'; // of the screen's edge: the viewer is fetched
const SLOW_MS = 400;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/**
 * <parure-viewer product key options features theme language currency no-shadow>: a piece on a page
 * of another origin.
 *
 * Fires "ready", "configuration-changed", "price", "add-to-cart", "try-on", "ar" and "error"; see
 * docs/embed.md. `options` is a query (metal=platinum_950&carat=1.2) or a JSON object; `features` are
 * words out of options, price, cart, try-on, ar. With `no-shadow` the host's own styles reach in.
 */
export class ParureEmbed extends HTMLElement {
  static observedAttributes = ['product', 'key', 'options', 'features', 'theme', 'language', 'currency'];

  /** @type {AbortController | undefined} */ #connection;
  /** @type {AbortController | undefined} */ #asking;
  /** @type {EmbedDocument | undefined} */ #document;
  /** @type {Record<string, string>} */ #options = {};
  /** @type {Viewer | undefined} */ #viewer;
  /** @type {Promise<void> | undefined} */ #coming;
  #frame = node('div', { class: 'parure' });
  #stage = node('div', { class: 'stage' });
  #panel = node('div', { class: 'panel' });
  #status = node('p', { class: 'status', role: 'status' });
  /** @type {HTMLFormElement | undefined} */ #form;
  #queued = false;
  #ready = false;
  #said = '';

  connectedCallback() {
    this.#connection = new AbortController();
    const root = this.hasAttribute('no-shadow') ? this : (this.shadowRoot ?? this.attachShadow({ mode: 'open' }));
    sheet ??= new CSSStyleSheet();
    if (sheet.cssRules.length === 0) sheet.replaceSync(sheetText);
    const styled = root instanceof ShadowRoot ? root : document;
    if (!styled.adoptedStyleSheets.includes(sheet)) styled.adoptedStyleSheets = [...styled.adoptedStyleSheets, sheet];
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
    for (const intent of ['pointerenter', 'focusin', 'touchstart']) {
      this.addEventListener(intent, () => this.open(), { signal, passive: true, once: true });
    }
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
    else if (name === 'features') this.#draw();
    else if (!this.#queued) {
      this.#queued = true; // several attributes are often set one after the other
      queueMicrotask(() => {
        this.#queued = false;
        this.#takeOptions();
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

  /** Fetch the viewer now, and let the piece be turned. */
  async open() {
    this.#coming ??= this.#fetchViewer();
    await this.#coming;
  }

  /** Let the viewer go and show the picture. */
  close() {
    this.#coming = undefined;
    this.#viewer?.remove();
    this.#viewer = undefined;
    if (this.#document) this.#drawPoster(this.#document);
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
      if (product !== this.#product) this.setAttributeQuietly('product', product);
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
  setAttributeQuietly(name, value) {
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
    if (this.#viewer) this.#viewer.show(told.configuration);
    else this.#drawPoster(told);
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
      if (!this.#form || !bring(this.#form, told.options)) this.#form = optionForm(told.options, this.#choose);
      parts.push(this.#form);
    }
    const actions = this.#actions(features);
    if (actions.length > 0) parts.push(node('div', { class: 'actions' }, ...actions));
    const held = /** @type {ShadowRoot | Document} */ (this.#frame.getRootNode()).activeElement;
    this.#panel.replaceChildren(...parts);
    if (held instanceof HTMLElement && this.#panel.contains(held)) held.focus({ preventScroll: true });
    this.#panel.hidden = parts.length === 0;
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

  /** @param {EmbedDocument} told */
  #drawPoster({ name, configuration }) {
    if (this.#viewer) return;
    const display = { sizes: `${Math.max(Math.round(this.clientWidth), 320)}px` };
    const source = node('source', { type: 'image/avif', srcset: pictureSet(configuration, 'avif'), ...display });
    const image = node('img', {
      crossorigin: 'anonymous',
      ...display,
      srcset: pictureSet(configuration, 'webp'),
      src: picture(configuration, 'webp', 960),
      width: 960,
      height: 960,
      alt: `${name}: ${configuration.description}`,
      draggable: 'false',
    });
    this.#stage.replaceChildren(node('picture', {}, source, image));
  }

  async #fetchViewer() {
    const { makeViewer } = await import('./turning.js');
    if (!this.#connection || this.#connection.signal.aborted || !this.#document) {
      this.#coming = undefined;
      return;
    }
    this.#viewer = makeViewer(this.#document, this.#stage);
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof Refusal)) throw error;
    this.#say(error.message);
    if (this.#form && this.#document) bring(this.#form, this.#document.options);
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
