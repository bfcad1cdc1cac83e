/**
 * <parure-viewer>: a piece that can be turned, looked at closely and measured.
 *
 * This file is light: a poster, the attributes, and when to begin. What draws is loaded when somebody
 * means to look, or when the viewer is seen, somebody is there and the page is idle.
 */
import { askAhead, viewerFile } from './ahead.js';
import { configure } from './service.js';

/** @typedef {import('./service.js').Piece} Piece */
/** @typedef {import('./viewer/viewer.js').Viewer} Viewer */
/** @typedef {import('./viewer/controls.js').Feature} Feature */

const WORDS = {
  piece: _('The piece'),
  missing: _('This piece cannot be shown: it was not found.'),
};
const ALL = 'hotspots dimensions true-size coin hand look dark parts picture film full-screen help';
const IDLE_MS = 1200; // that a page gets for itself, before the viewer loads unasked
const IDLE_LIMIT_MS = 4000;
const SIGNS = ['pointermove', 'touchstart', 'keydown', 'scroll', 'wheel']; // that somebody is there
const INTENT = ['pointerenter', 'focusin', 'touchstart'];
const VIEWS = 36; // of a turn in pictures
const SIZES = [480, 720, 960, 1440];
const POSTER_PX = 960;

/**
 * Attributes: `product` and `options` (as an address's query), or `hash`, or `src` (a configuration's
 * document), unless a page hands a configuration over by `show`; `language`; `features`, words of what is
 * offered beside the piece, all of them without it; `look`, "true" or "show"; `auto-turn`; `theme`,
 * "light" or "dark", of what stands beside the ground; `sizes`, pixels of the pictures there are; `alt`.
 * It may hold [data-stage] with a poster, and [data-status].
 *
 * Properties: `configuration`, `look`, `resting` (it lets the machine to others); to be read `pose`,
 * `still`, `turning`, `drawn`, `pixelsPerMm`. Methods: `show(configuration)`.
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
    this.#furnish();
    for (const intent of INTENT) this.addEventListener(intent, this.#open, { signal, passive: true });
    const seen = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      seen.disconnect();
      this.#openIdle(signal);
    });
    seen.observe(this);
    signal.addEventListener('abort', () => seen.disconnect());
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
    const poster = /** @type {HTMLImageElement} */ (this.querySelector('[data-stage] img'));
    const hung = before ? before.hash !== configuration.hash : !poster.hasAttribute('src');
    if (hung && !this.drawn) await this.#hang(poster, configuration, signal);
    if (this.#viewer) await this.#take(this.#viewer, configuration, signal);
    if (signal.aborted || !before) return;
    const { product, options, hash } = configuration;
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

  /** What the page did not bring. */
  #furnish() {
    if (!this.querySelector('[data-stage]')) {
      const stage = document.createElement('div');
      stage.className = 'plate';
      stage.dataset.stage = '';
      const poster = document.createElement('img');
      poster.alt = this.getAttribute('alt') ?? WORDS.piece;
      poster.width = poster.height = POSTER_PX;
      stage.append(poster);
      this.classList.add('ground');
      this.prepend(stage);
    }
    for (const [name, role] of [['status', 'status'], ['heard', 'status'], ['note', '']]) {
      if (this.querySelector(`[data-${name}]`)) continue;
      const line = document.createElement('p');
      line.dataset[name] = '';
      line.className = { status: 'status', heard: 'unseen', note: 'viewer-note' }[name] ?? '';
      if (role) line.setAttribute('role', role);
      this.append(line);
    }
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
      if (hash) await this.show(await byHash(hash, signal));
      else if (src) await this.show(await (await fetched(src, signal)).json());
      else if (product) {
        const options = Object.fromEntries(new URLSearchParams(this.getAttribute('options') ?? ''));
        const configuration = await configure(product, options, signal);
        this.#describe(configuration.description);
        await this.show(configuration);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.say(error instanceof Error && error.message ? error.message : WORDS.missing);
      this.dispatchEvent(new CustomEvent('error', { detail: { message: String(error) } }));
    }
  }

  /** @param {string} description */
  #describe(description) {
    const poster = this.querySelector('[data-stage] img');
    if (poster?.getAttribute('alt') === WORDS.piece) poster.setAttribute('alt', description);
  }

  /**
   * Puts the picture of a configuration up.
   * @param {HTMLImageElement} poster
   * @param {Piece} configuration
   * @param {AbortSignal} signal
   */
  async #hang(poster, { urls }, signal) {
    const address = (/** @type {string} */ format, /** @type {number} */ size) =>
      urls.picture.replace('{view}', '0').replace('{format}', format).replace('{size}', String(size));
    const set = (/** @type {string} */ format) => this.#sizes.map((size) => `${address(format, size)} ${size}w`).join(', ');
    this.toggleAttribute('waiting', poster.hasAttribute('src'));
    const source = poster.parentElement?.querySelector('source');
    source?.setAttribute('srcset', set('avif'));
    if (!poster.sizes) poster.sizes = '100vw';
    poster.srcset = set('webp');
    poster.src = address('webp', POSTER_PX);
    await poster.decode().catch(() => undefined); // what cannot be seen is told by the alternative text
    if (!signal.aborted) this.toggleAttribute('waiting', false);
  }

  get #sizes() {
    return this.getAttribute('sizes')?.split(' ').map(Number) ?? SIZES;
  }

  /**
   * Opens unasked: once the page is loaded, somebody is there, and nothing else wants the machine.
   * @param {AbortSignal} signal
   */
  #openIdle(signal) {
    const saves = /** @type {any} */ (navigator).connection?.saveData === true;
    if (saves) return; // on intent alone
    const idle = () => {
      if (signal.aborted || !drawsQuickly()) return;
      if ('requestIdleCallback' in globalThis) requestIdleCallback(() => !signal.aborted && this.#open(), { timeout: IDLE_LIMIT_MS });
      else this.#open();
    };
    const wait = () => {
      const timer = setTimeout(idle, IDLE_MS);
      signal.addEventListener('abort', () => clearTimeout(timer));
    };
    const begin = () => {
      const noticed = new AbortController();
      signal.addEventListener('abort', () => noticed.abort());
      const notice = () => {
        noticed.abort();
        wait();
      };
      for (const sign of SIGNS) addEventListener(sign, notice, { signal: noticed.signal, passive: true, capture: true });
    };
    if (document.readyState === 'complete') begin();
    else addEventListener('load', begin, { once: true, signal });
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

const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i; // names of renderers
/** @type {boolean | undefined} */
let quick;

/**
 * Whether a graphics processor draws: in software a page would stand still for what nobody asked for, so
 * the viewer waits there until somebody means to look.
 */
function drawsQuickly() {
  if (quick === undefined) {
    const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
    const about = context?.getExtension('WEBGL_debug_renderer_info');
    // not every browser counts software among the caveats
    quick = context !== null && !SOFTWARE.test(about ? context.getParameter(about.UNMASKED_RENDERER_WEBGL) : '');
    context?.getExtension('WEBGL_lose_context')?.loseContext();
  }
  return quick;
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 */
async function fetched(address, signal) {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(WORDS.missing);
  return response;
}

/**
 * What can be shown of a configuration that only its hash is known of.
 * @param {string} hash
 * @param {AbortSignal} signal
 * @returns {Promise<Piece>}
 */
async function byHash(hash, signal) {
  const spin = await (await fetched(`/api/v1/renders/${hash}/spin.json`, signal)).json();
  const picture = spin.frames[0].url.replace('/0.webp', '/{view}.{format}').replace(/\bw=\d+/, 'w={size}');
  const model = `/api/v1/models/${hash}.glb`;
  return { product: spin.product, options: {}, hash, urls: { page: '', model, picture } };
}

if (!customElements.get('parure-viewer')) customElements.define('parure-viewer', ParureViewer);
import { _ } from './words.js';
