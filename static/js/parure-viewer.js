/**
 * <parure-viewer>: a piece that can be turned, looked at closely and measured.
 *
 * This file is light: a poster, the attributes, and when to begin. What draws is loaded when somebody
 * means to look, or when the viewer is seen, somebody is there and the page is idle.
 */
import { askAhead, viewerFile } from './ahead.js';
import { Refusal } from './service.js';
import { NOT_FOUND, namedPiece } from './viewer/named.js';
import { describe, furnish, hang, posterOf } from './viewer/poster.js';
import { whenSeen } from './viewer/unasked.js';

/** @typedef {import('./service.js').Piece} Piece */
/** @typedef {import('./viewer/viewer.js').Viewer} Viewer */
/** @typedef {import('./viewer/controls.js').Feature} Feature */

const ALL = 'hotspots dimensions true-size coin hand look dark parts picture film full-screen help';
const INTENT = ['pointerenter', 'focusin', 'touchstart'];
const VIEWS = 36; // of a turn in pictures
const SIZES = [480, 720, 960, 1440];

/**
 * Attributes: `product` and `options` (as an address's query), or `hash`, or `src` (a configuration's
 * document), unless a page hands a configuration over by `show`; `language`; `features`, words of what is
 * offered beside the piece, all of them without it; `look`, "true" or "show"; `auto-turn`; `theme`,
 * "light" or "dark", of what stands beside the ground; `sizes`, pixels of the pictures there are; `alt`.
 * It may hold [data-stage] with a poster, and [data-status].
 *
 * Properties: `configuration`, `look`, `resting` (it lets the machine to others); to be read `pose`,
 * `still`, `turning`, `drawn`, `lit`, `pixelsPerMm`. Methods: `show(configuration)`.
 *
 * Events, which bubble: "ready" { solid }, "turned" { azimuth, elevation, zoom, words }, "variantchange"
 * { product, options, hash }; and "error" { message }, which does not.
 */
export class ParureViewer extends HTMLElement {
  static observedAttributes = ['product', 'options', 'hash', 'src', 'look', 'features'];

  /** @type {AbortController | undefined} */ #connection;
  /** @type {AbortController | undefined} */ #showing;
  /** @type {Promise<Viewer | undefined> | undefined} */ #opening;
  /** @type {Viewer | undefined} */ #viewer;
  /** @type {Piece | undefined} */ #configuration;
  #resting = false;
  #asked = false; // whether the attributes are being read

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    furnish(this);
    for (const intent of INTENT) this.addEventListener(intent, this.#open, { signal, passive: true });
    whenSeen(this, signal, this.#open);
    if (!this.#configuration) this.#read();
  }

  disconnectedCallback() {
    this.#connection?.abort();
    this.#showing?.abort();
    this.#viewer?.close();
    this.#viewer = this.#opening = undefined;
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (name === 'look') this.#viewer?.look(this.look);
    else if (name === 'features') this.#viewer?.offer();
    else if (this.isConnected) this.#read();
  }

  /** What is shown. */
  get configuration() {
    return this.#configuration;
  }

  get language() {
    return this.getAttribute('language') ?? (this.closest('[lang]')?.getAttribute('lang') || 'en');
  }

  /** What is offered beside the piece. @returns {ReadonlySet<Feature>} */
  get features() {
    const words = (this.getAttribute('features') ?? ALL).split(/\s+/).filter((word) => word);
    return new Set(/** @type {Feature[]} */ (words));
  }

  /** Whether fire and colour are exaggerated. @returns {'true' | 'show'} */
  get look() {
    return this.getAttribute('look') === 'show' ? 'show' : 'true';
  }

  set look(look) {
    this.setAttribute('look', look);
  }

  /** Where the piece is seen from: radians, and doublings of its size. */
  get pose() {
    return this.#viewer?.motion.pose;
  }

  /** Whether the picture is as fine as it gets. */
  get still() {
    return this.#viewer?.still ?? false;
  }

  /** Hash of the last piece that was shown in its own light: another may be lit as it is. */
  get lit() {
    return this.#viewer?.painter.lit ?? '';
  }

  /** How many pictures were drawn. */
  get drawn() {
    return this.#viewer?.easel.drawn ?? 0;
  }

  /** Whether it turns by itself now. */
  get turning() {
    return this.#viewer?.turning.on ?? false;
  }

  /** CSS pixels that a millimetre of the piece takes. */
  get pixelsPerMm() {
    return this.#viewer?.motion.pixelsPerMm;
  }

  /** Whether it rests, because something else needs the machine more. */
  get resting() {
    return this.#resting;
  }

  set resting(on) {
    this.#resting = on;
    if (!on) this.#viewer?.wake();
  }

  /**
   * Show a configuration. The first one's poster is there already, if the page has one.
   * @param {Piece} configuration
   */
  async show(configuration) {
    const before = this.#configuration;
    this.#configuration = configuration;
    if (!this.isConnected) return;
    this.#showing?.abort();
    const showing = (this.#showing = new AbortController());
    const { signal } = showing;
    describe(this, configuration.description, before?.description);
    const wanted = before ? before.hash !== configuration.hash : !posterOf(this).hasAttribute('src');
    if (wanted && !this.drawn) await hang(this, configuration, this.#sizes, signal);
    if (this.#viewer) await this.#take(this.#viewer, configuration, signal);
    if (signal.aborted || !before) return;
    const { product, options, hash, description } = configuration;
    if (description && description !== before.description) this.tell(description);
    this.dispatchEvent(new CustomEvent('variantchange', { detail: { product, options, hash }, bubbles: true }));
  }

  /**
   * A sentence beside the piece.
   * @param {string} words
   */
  say(words) {
    const status = this.querySelector('[data-status]');
    if (status && status.textContent !== words) status.textContent = words;
  }

  /**
   * A sentence that is heard, not seen.
   * @param {string} words
   */
  tell(words) {
    const heard = this.querySelector('[data-heard]');
    if (heard) heard.textContent = words;
  }

  /**
   * A sentence that stays under the piece.
   * @param {string} words
   */
  note(words) {
    const note = this.querySelector('[data-note]');
    if (note) note.textContent = words;
  }

  /** The configuration that the attributes name. */
  async #read() {
    if (this.#asked) return;
    this.#asked = true;
    await Promise.resolve(); // attributes come one by one
    this.#asked = false;
    const [product, hash, src] = ['product', 'hash', 'src'].map((name) => this.getAttribute(name));
    const signal = this.#connection?.signal;
    if (!signal || (!product && !hash && !src) || this.#configuration?.hash === hash) return;
    if (product && this.#configuration?.product === product && !this.hasAttribute('options')) return;
    try {
      const configuration = await namedPiece({ product, options: this.getAttribute('options'), hash, src }, signal);
      await this.show(configuration);
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Refusal ? error.message : NOT_FOUND;
      this.say(message);
      this.dispatchEvent(new CustomEvent('error', { detail: { message } }));
    }
  }

  get #sizes() {
    return this.getAttribute('sizes')?.split(' ').map(Number) ?? SIZES;
  }

  /** Begin at once what else waits for somebody to come near, or for the page to be idle. */
  open() {
    return this.#open();
  }

  #open = async () => {
    if (this.#opening || this.#resting || !this.#configuration) return;
    const signal = /** @type {AbortController} */ (this.#connection).signal;
    const place = /** @type {HTMLElement} */ (this.querySelector('[data-stage]'));
    askAhead(viewerFile(this.#configuration.urls));
    this.#opening = import('./viewer/viewer.js').then(({ Viewer }) =>
      Viewer.open(this, place, { views: VIEWS, sizes: this.#sizes }),
    );
    const viewer = await this.#opening;
    if (signal.aborted || !viewer) return viewer?.close();
    this.#viewer = viewer;
    this.#showing ??= new AbortController();
    await this.#take(viewer, this.#configuration, this.#showing.signal);
  };

  /**
   * @param {Viewer} viewer
   * @param {Piece} configuration
   * @param {AbortSignal} signal
   */
  async #take(viewer, configuration, signal) {
    this.toggleAttribute('drawing', true);
    await viewer.show(configuration, signal);
    if (!signal.aborted) this.toggleAttribute('drawing', false);
  }
}

if (!customElements.get('parure-viewer')) customElements.define('parure-viewer', ParureViewer);
