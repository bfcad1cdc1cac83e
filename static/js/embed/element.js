import { Asking } from './asking.js';
import { Beside } from './beside.js';
import { Refusal, optionTexts, price, readOptions, summary } from './document.js';
import { node } from './node.js';
import { HANDED_ON, altOf, handOn, hung, pictureOf } from './plate.js';
import { dress } from './sheets.js';
import { Trying } from './trying.js';

/** @typedef {import('./document.js').EmbedDocument} EmbedDocument */
/** @typedef {import('./plate.js').Piece} Piece */

const NEAR = '300px'; // of the screen's edge: the viewer is fetched
const INTENT = ['pointerenter', 'focusin', 'touchstart'];
const INNER = ['ready', 'error', 'turned', 'variantchange']; // what the piece itself says

/**
 * <parure-viewer product key options features choose theme look auto-turn language currency no-shadow>:
 * a piece on a page of another origin.
 *
 * Attributes: `options` is a query (metal=platinum_950&carat=1.2) or a JSON object; `features` are words
 * out of options, price, cart, try-on, ar and the viewer's own; `choose` names the options that are
 * offered; `theme` is "light" or "dark"; `look`, `auto-turn` are the viewer's. With `no-shadow` the
 * host's own styles reach in. An <img> in it is taken for the poster.
 *
 * Properties and methods: `configuration`, `features`, `configure({ product, options })`,
 * `setOptions(options)`, `open()`, `close()`.
 *
 * Events: "ready", "configuration-changed", "price", "add-to-cart", "try-on", "ar", "error"; their details
 * are in docs/embed.md.
 */
export class ParureEmbed extends HTMLElement {
  static observedAttributes = [
    'product', 'key', 'options', 'features', 'choose', 'theme', 'look', 'auto-turn', 'language', 'currency',
  ]; // prettier-ignore

  /** @type {AbortController | undefined} */ #connection;
  /** @type {EmbedDocument | undefined} */ #document;
  /** @type {Record<string, string>} */ #options = {};
  /** @type {Piece | undefined} */ #piece;
  /** The host's own picture of the piece, which stands until there is more. @type {HTMLImageElement | null} */
  #poster = null;
  #open = false; // whether the piece is to turn
  #wanted = false; // at once
  #frame = node('div', { class: 'parure' });
  #stage = node('div', { class: 'look' });
  #beside = new Beside({ choose: (id, value) => this.#choose(id, value), buy: () => this.#buy(), tryOn: () => this.#trying.ask() });
  #trying = new Trying(this, this.#frame, {
    told: () => this.#document,
    tell: (detail) => this.#tell('try-on', { ...this.configuration, ...detail }),
    dress: () => this.#dress(),
    rest: (on) => {
      if (this.#piece) this.#piece.resting = on;
    },
    fail: (error) => this.#fail(error),
  });
  #status = node('p', { class: 'word', role: 'status' });
  #asking = new Asking(this.#status);
  #queued = false;
  #fresh = false; // whether attributes name another piece
  #ready = false;

  connectedCallback() {
    this.#connection = new AbortController();
    const root = this.hasAttribute('no-shadow') ? this : (this.shadowRoot ?? this.attachShadow({ mode: 'open' }));
    this.#frame.replaceChildren(this.#stage, this.#beside.root, this.#status);
    this.#poster = this.#document ? null : this.querySelector(':scope > img');
    root.replaceChildren(this.#frame);
    this.#dress();
    if (this.#poster) {
      this.#poster.draggable = false;
      this.#put(hung(this, this.features, this.#poster));
    }
    this.#takeOptions();
    this.#look();
    this.#ask();
    const near = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.#approach();
    }, { rootMargin: NEAR });
    near.observe(this);
    const { signal } = this.#connection;
    signal.addEventListener('abort', () => near.disconnect());
    for (const intent of INTENT) this.addEventListener(intent, () => this.open(), { signal, passive: true, once: true });
    for (const type of INNER) this.#stage.addEventListener(type, (event) => event.stopPropagation(), { signal });
  }

  disconnectedCallback() {
    this.#connection?.abort();
    this.#asking.stop();
    this.#trying.close();
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
    else if (HANDED_ON.includes(name)) handOn(this, this.#piece, name);
    else if (name === 'features' || name === 'choose') this.#furnish().then(() => this.#draw(), (error) => this.#fail(error));
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

  /** What can be chosen beside the piece, for a page of our own to lend to the fitting room. */
  get offered() {
    dress(document);
    return this.#beside.panel ? [this.#beside.panel.offered] : [];
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

  /** Let the piece be turned, as soon as there is one; unasked it waits until the page is idle. */
  open() {
    this.#wanted = true;
    return this.#approach();
  }

  /** Somebody may want it to turn. */
  async #approach() {
    this.#open = true;
    if (!this.#document) return;
    await import('./turning.js'); // after the words of the language, which it reads as it comes
    if (!this.#open || !this.#document) return;
    this.#dress();
    this.#piece?.show?.(this.#document.configuration);
    if (this.#wanted) this.#piece?.open?.();
  }

  /** Let go of what turns it, and show the picture. */
  close() {
    this.#open = this.#wanted = false;
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
    const [key, language, currency] = ['key', 'language', 'currency'].map((name) => this.getAttribute(name) ?? '');
    const asked = this.#asking.ask({ product, options, key, language, currency });
    const [told] = await Promise.all([asked, this.#furnish()]);
    if (told === null) return null;
    this.#options = told.configuration.options;
    if (product !== this.#product) this.#setQuietly('product', product);
    this.#take(told);
    return this.configuration;
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
    this.#status.textContent = '';
    this.#draw();
    this.#hang(told);
    if (this.#open) this.#approach();
    const changed = before?.configuration.hash !== told.configuration.hash;
    if (!this.#ready) {
      this.#ready = true;
      this.#tell('ready', this.configuration);
    }
    if (changed) this.#tell('configuration-changed', this.configuration);
    if (this.configuration) this.#trying.wear(this.configuration);
    const [was, is] = [before && price(before.configuration), price(told.configuration)];
    if (!before || was?.amount !== is?.amount || was?.currency !== is?.currency) this.#tell('price', is);
  }

  async #furnish() {
    if (await this.#beside.bring(this.features)) this.#dress();
  }

  #dress() {
    if (this.isConnected) dress(/** @type {ShadowRoot | Document} */ (this.#frame.getRootNode()));
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
    this.#frame.lang = told.language;
    this.#frame.dir = told.direction;
    this.#beside.panel?.draw(told, this.features, this.#offeredIds);
  }

  /** The options that may be chosen here; all without the attribute `choose`. */
  get #offeredIds() {
    return this.getAttribute('choose')?.split(/\s+/).filter(Boolean);
  }

  #buy() {
    this.#tell('add-to-cart', { ...this.configuration, quantity: 1 });
  }

  /**
   * @param {string} id
   * @param {string} value
   */
  #choose(id, value) {
    this.setOptions({ [id]: value }).catch((error) => this.#fail(error));
  }

  /** @param {EmbedDocument} told */
  #hang(told) {
    const shown = this.#piece?.querySelector('img');
    if (shown) {
      const stays = this.#piece?.show || shown === this.#poster;
      this.#poster = null; // of the first configuration alone
      shown.alt = altOf(told.name, told.configuration);
      if (stays) return;
    }
    this.#put(hung(this, this.features, pictureOf(this, told)));
  }

  /** @param {Piece} piece */
  #put(piece) {
    this.#piece?.remove();
    this.#piece = piece;
    this.#stage.replaceChildren(piece);
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof Refusal)) throw error;
    this.#status.textContent = error.message;
    if (this.#document) this.#beside.panel?.restore(this.#document, this.#offeredIds);
    this.#tell('error', { code: error.code, message: error.message }, false);
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
