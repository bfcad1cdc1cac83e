import { atRest, releaseSpeed, step } from './damper.js';
import { pictureAddress } from './service.js';
import { coarseFirst, nearestView, pictureSize, viewAt, viewWords } from './views.js';
import { _ } from './words.js';

/** @typedef {import('./service.js').Piece} Piece */

const SETTLE_MS = 110;
const GLIDE_MS = 180;
const SPEED_WINDOW_MS = 80;
const REST_VIEWS = 0.05;
const TURNS_PER_WIDTH = 1;
const QUIET_BEFORE_FETCH_MS = 1500;
const SHARPEN_AFTER_MS = 250;
const SLOW_MS = 400;
const FETCHES_AT_ONCE = 2;
const MOVING_SIZE = 720;
const AGAIN_MS = 2000;
const RESTING_MS = 500;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * <jewel-turntable views sizes>: a poster that can be turned.
 *
 * Holds an <img> (the poster, from the server), an <input type="range"> and a [data-status]. The
 * other views are fetched when somebody means to turn it, coarse ones first, and drawn on a canvas
 * over the poster. Emits "turned" with { view }.
 */
export class JewelTurntable extends HTMLElement {
  /** @type {AbortController | undefined} */ #connection;
  /** @type {AbortController | undefined} */ #fetching;
  /** @type {Piece | undefined} */ #configuration;
  /** @type {Map<number, ImageBitmap>} */ #pictures = new Map();
  /** @type {{ view: number, bitmap: ImageBitmap } | undefined} */ #sharp;
  /** @type {import('./damper.js').Motion} */ #motion = { position: 0, target: 0 };
  /** @type {{ id: number, x: number, target: number } | undefined} */ #drag;
  /** @type {{ timeMs: number, value: number }[]} */ #samples = [];
  /** @type {HTMLCanvasElement} */ #canvas = document.createElement('canvas');
  #frame = 0;
  #lastMs = 0;
  #sharpenTimer = 0;
  #wanted = false;
  #calm = matchMedia('(prefers-reduced-motion: reduce)');

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    const stage = this.#stage;
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#canvas.hidden = true;
    stage.append(this.#canvas);
    stage.addEventListener('pointerdown', this.#press, { signal });
    stage.addEventListener('pointermove', this.#move, { signal });
    stage.addEventListener('pointerup', this.#lift, { signal });
    stage.addEventListener('pointercancel', this.#lift, { signal });
    stage.addEventListener('dragstart', (event) => event.preventDefault(), { signal });
    this.addEventListener('pointerenter', this.#want, { signal });
    this.addEventListener('focusin', this.#want, { signal });
    this.addEventListener('keydown', this.#key, { signal });
    this.#range.addEventListener('input', this.#slide, { signal });
    const idle = setTimeout(this.#want, QUIET_BEFORE_FETCH_MS);
    signal.addEventListener('abort', () => clearTimeout(idle));
    this.#announce();
  }

  disconnectedCallback() {
    this.#connection?.abort();
    this.#fetching?.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#sharpenTimer);
    this.#forget();
    this.#canvas.remove();
  }

  /** Whether the fetching of views rests, because something else needs the machine more. */
  resting = false;

  /** How many views there are. */
  get views() {
    return Number(this.getAttribute('views'));
  }

  /** The view now shown, 0 is the poster. */
  get view() {
    return viewAt(this.#motion.position, this.views);
  }

  /**
   * Show a configuration: the first one is already there as the poster.
   * @param {Piece} configuration
   */
  async show(configuration) {
    const first = this.#configuration === undefined;
    this.#configuration = configuration;
    if (first) return;
    this.#fetching?.abort();
    const fetching = new AbortController();
    this.#fetching = fetching;
    const slow = setTimeout(() => this.#say(_('Drawing your piece…')), SLOW_MS);
    this.toggleAttribute('waiting', true);
    try {
      const view = viewAt(this.#motion.target, this.views);
      const bitmap = await this.#load(view, this.#restSize, fetching.signal);
      this.#forget();
      this.#sharp = { view, bitmap };
      this.#draw();
      this.#say('');
      if (this.#wanted) this.#fetchAll(fetching.signal);
    } catch (error) {
      if (!fetching.signal.aborted) this.#say(_('The picture cannot be drawn at the moment.'));
    } finally {
      clearTimeout(slow);
      if (this.#fetching === fetching) this.toggleAttribute('waiting', false);
    }
  }

  get #stage() {
    return /** @type {HTMLElement} */ (this.querySelector('[data-stage]'));
  }

  get #range() {
    return /** @type {HTMLInputElement} */ (this.querySelector('input[type="range"]'));
  }

  get #sizes() {
    return (this.getAttribute('sizes') ?? '').split(' ').map(Number);
  }

  /** Pixels that the picture fills on this screen. */
  get #restSize() {
    return pictureSize(this.#stage.clientWidth * devicePixelRatio, this.#sizes);
  }

  /** Fetch the other views: somebody means to turn the piece, or the page has been quiet. */
  #want = () => {
    if (this.#wanted || !this.#configuration) return;
    this.#wanted = true;
    this.#fetching ??= new AbortController();
    this.#fetchAll(this.#fetching.signal);
  };

  /** @param {AbortSignal} signal */
  #fetchAll(signal) {
    const waiting = coarseFirst(this.views);
    const size = Math.min(this.#restSize, MOVING_SIZE);
    const fetchSome = async () => {
      for (let view = waiting.shift(); view !== undefined; view = waiting.shift()) {
        while (this.resting && !signal.aborted) await pause(RESTING_MS);
        if (signal.aborted) return;
        try {
          const bitmap = await this.#load(view, size, signal);
          this.#pictures.set(view, bitmap);
        } catch (error) {
          if (signal.aborted) return;
          await pause(AGAIN_MS);
          waiting.push(view);
        }
        if (!atRest(this.#motion) || this.#drag) this.#draw();
      }
    };
    for (let index = 0; index < FETCHES_AT_ONCE; index += 1) fetchSome();
  }

  /**
   * @param {number} view
   * @param {number} size
   * @param {AbortSignal} signal
   * @returns {Promise<ImageBitmap>}
   */
  async #load(view, size, signal) {
    const configuration = /** @type {Piece} */ (this.#configuration);
    const response = await fetch(pictureAddress(configuration.urls, view, size), { signal });
    if (!response.ok) throw new Error(`picture ${view}: ${response.status}`);
    const bitmap = await createImageBitmap(await response.blob());
    if (signal.aborted) {
      bitmap.close();
      signal.throwIfAborted();
    }
    return bitmap;
  }

  /** @param {PointerEvent} event */
  #press = (event) => {
    if (event.button !== 0 || this.#drag) return;
    this.#want();
    this.#drag = { id: event.pointerId, x: event.clientX, target: this.#motion.target };
    this.#samples = [];
    this.#stage.setPointerCapture(event.pointerId);
  };

  /** @param {PointerEvent} event */
  #move = (event) => {
    if (event.pointerId !== this.#drag?.id) return;
    const turned = ((event.clientX - this.#drag.x) / this.#stage.clientWidth) * TURNS_PER_WIDTH;
    const target = this.#drag.target + turned * this.views;
    this.#samples.push({ timeMs: event.timeStamp, value: target });
    if (this.#samples.length > 12) this.#samples.shift();
    this.#turnTo(target);
  };

  /** @param {PointerEvent} event */
  #lift = (event) => {
    if (event.pointerId !== this.#drag?.id) return;
    this.#drag = undefined;
    if (this.#samples.length === 0) return;
    const speed = releaseSpeed(this.#samples, event.timeStamp, SPEED_WINDOW_MS);
    const glide = this.#calm.matches ? 0 : speed * GLIDE_MS;
    this.#turnTo(Math.round(this.#motion.target + glide));
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const quarter = Math.round(this.views / 4);
    const at = Math.round(this.#motion.target);
    /** @type {Record<string, number>} */
    const targets = {
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      PageUp: at + quarter,
      PageDown: at - quarter,
      Home: at - viewAt(at, this.views),
    };
    if (!(event.key in targets) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#want();
    this.#turnTo(targets[event.key]);
  };

  #slide = () => {
    const now = Math.round(this.#motion.target);
    this.#turnTo(now - viewAt(now, this.views) + Number(this.#range.value) - 1);
  };

  /** @param {number} target in views */
  #turnTo(target) {
    const position = this.#calm.matches ? target : this.#motion.position;
    this.#motion = { position, target };
    this.toggleAttribute('turned', true);
    clearTimeout(this.#sharpenTimer);
    if (this.#frame === 0) {
      this.#lastMs = performance.now();
      this.#frame = requestAnimationFrame(this.#tick);
    }
  }

  /** @param {number} nowMs */
  #tick = (nowMs) => {
    const elapsed = Math.max(nowMs - this.#lastMs, 0);
    this.#lastMs = nowMs;
    this.#motion = step(this.#motion, elapsed, SETTLE_MS, REST_VIEWS);
    this.#draw();
    if (!atRest(this.#motion)) {
      this.#frame = requestAnimationFrame(this.#tick);
      return;
    }
    this.#frame = 0;
    this.#announce();
    if (!this.#drag) this.#sharpenTimer = window.setTimeout(this.#sharpen, SHARPEN_AFTER_MS);
  };

  /** At rest the view is fetched as fine as the screen shows it. */
  #sharpen = async () => {
    const view = this.view;
    const signal = this.#fetching?.signal;
    if (!signal || this.#sharp?.view === view) return;
    if (this.#restSize <= MOVING_SIZE && this.#pictures.has(view)) return;
    try {
      const bitmap = await this.#load(view, this.#restSize, signal);
      this.#sharp?.bitmap.close();
      this.#sharp = { view, bitmap };
      if (this.view === view) this.#draw();
    } catch (error) {
      if (!signal.aborted) this.#say(_('The picture cannot be drawn at the moment.'));
    }
  };

  #draw() {
    const view = this.view;
    const nearest = nearestView(view, this.#pictures, this.views);
    const bitmap =
      this.#sharp?.view === view
        ? this.#sharp.bitmap
        : this.#pictures.get(nearest ?? -1) ?? this.#sharp?.bitmap;
    if (!bitmap) return;
    const canvas = this.#canvas;
    if (canvas.width !== bitmap.width) canvas.width = canvas.height = bitmap.width;
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    canvas.hidden = false;
    this.toggleAttribute('painted', true);
    this.dataset.shown = String(this.#sharp?.view === view ? view : (nearest ?? this.#sharp?.view));
  }

  #announce() {
    const view = this.view;
    const words = viewWords(view, this.views);
    this.#range.value = String(view + 1);
    this.#range.setAttribute('aria-valuetext', words);
    this.dispatchEvent(new CustomEvent('turned', { detail: { view }, bubbles: true }));
  }

  /** @param {string} words */
  #say(words) {
    const status = this.querySelector('[data-status]');
    if (status) status.textContent = words;
  }

  #forget() {
    for (const bitmap of this.#pictures.values()) bitmap.close();
    this.#pictures.clear();
    this.#sharp?.bitmap.close();
    this.#sharp = undefined;
  }
}

customElements.define('jewel-turntable', JewelTurntable);
