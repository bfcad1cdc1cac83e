/**
 * A configuration shown by pictures of its turn, drawn on the server: for browsers without WebGL2.
 * Coarse views are fetched first; at rest the view is fetched as fine as the screen shows it.
 */
import { pictureAddress } from '../service.js';
import { coarseFirst, nearestView, pictureSize, viewAt } from '../views.js';

/** @typedef {import('../service.js').Piece} Configuration */
/** @typedef {import('./orbit.js').Pose} Pose */

const FETCHES_AT_ONCE = 2;
const MOVING_SIZE = 720;
const AGAIN_MS = 2000;
const ELEVATION = 0.4; // radians, of words alone

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Draws on a 2D canvas that lies where the poster does. */
export class FramesPainter {
  solid = false;
  hasStones = false;
  hasHands = false;
  glows = false;
  lit = '';
  dark = false;
  worn = false;
  hand = null;
  turnable = {};
  samples = 1;
  tookMs = Infinity; // nothing turns by itself
  /** @type {'true' | 'show'} */ look = 'true';
  /** @type {import('./camera.js').Frame} */
  frame = {
    fieldOfView: 0.19,
    distance: 1,
    target: [0, 0, 0],
    azimuth: 0,
    elevation: ELEVATION,
    center: [0.5, 0.5],
    stands: true,
  };
  limits = {
    elevation: /** @type {[number, number]} */ ([ELEVATION, ELEVATION]),
    zoom: /** @type {[number, number]} */ ([0, 0]),
    reach: 0,
  };
  /** @type {Map<number, ImageBitmap>} */ #pictures = new Map();
  /** @type {{view: number, bitmap: ImageBitmap} | null} */ #sharp = null;
  /** @type {Configuration | null} */ #configuration = null;
  /** @type {AbortSignal | undefined} */ #signal;

  /**
   * @param {{views: number, sizes: readonly number[], poster: HTMLImageElement}} offered
   * @param {() => void} changed a picture arrived
   */
  constructor({ views, sizes, poster }, changed) {
    this.views = views;
    this.sizes = sizes;
    this.poster = poster;
    this.changed = changed;
  }

  get ready() {
    return this.#sharp !== null;
  }

  /**
   * @param {Configuration} configuration
   * @param {AbortSignal} signal
   * @param {Pose} pose that is shown first
   * @returns {Promise<boolean>}
   */
  async show(configuration, signal, pose) {
    const view = this.viewOf(pose);
    const bitmap = await this.#load(configuration, view, MOVING_SIZE, signal);
    this.release();
    this.#configuration = configuration;
    this.#signal = signal;
    this.#sharp = { view, bitmap };
    this.#fetchAll(configuration, signal);
    return true;
  }

  /** @param {Pose} pose */
  viewOf({ azimuth }) {
    return viewAt((azimuth / (2 * Math.PI)) * this.views, this.views);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Pose} pose
   * @param {unknown} _fit
   * @param {number} sample
   * @returns {boolean}
   */
  draw(canvas, pose, _fit, sample) {
    const view = this.viewOf(pose);
    if (sample > 0) this.#sharpen(view, canvas.clientWidth * devicePixelRatio);
    const nearest = nearestView(view, this.#pictures, this.views);
    const bitmap = this.#sharp?.view === view ? this.#sharp.bitmap : (this.#pictures.get(nearest ?? -1) ?? this.#sharp?.bitmap);
    if (!bitmap) return false;
    if (canvas.width !== bitmap.width) canvas.width = canvas.height = bitmap.width;
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    canvas.dataset.shown = String(this.#sharp?.view === view ? view : (nearest ?? this.#sharp?.view));
    return true;
  }

  /**
   * @param {Configuration} configuration
   * @param {AbortSignal} signal
   */
  #fetchAll(configuration, signal) {
    const waiting = coarseFirst(this.views);
    const fetchSome = async () => {
      for (let view = waiting.shift(); view !== undefined && !signal.aborted; view = waiting.shift()) {
        try {
          const bitmap = await this.#load(configuration, view, MOVING_SIZE, signal);
          this.#pictures.set(view, bitmap);
          this.changed();
        } catch {
          if (signal.aborted) return;
          await pause(AGAIN_MS);
          waiting.push(view);
        }
      }
    };
    for (let index = 0; index < FETCHES_AT_ONCE; index += 1) fetchSome();
  }

  /**
   * @param {number} view
   * @param {number} wantedPx
   */
  async #sharpen(view, wantedPx) {
    const size = pictureSize(wantedPx, this.sizes);
    const signal = this.#signal;
    if (!this.#configuration || !signal || this.#sharp?.view === view || size <= MOVING_SIZE) return;
    const bitmap = await this.#load(this.#configuration, view, size, signal).catch(() => null);
    if (!bitmap) return; // the coarser one stays
    this.#sharp?.bitmap.close();
    this.#sharp = { view, bitmap };
    this.changed();
  }

  /**
   * @param {Configuration} configuration
   * @param {number} view
   * @param {number} size
   * @param {AbortSignal} signal
   * @returns {Promise<ImageBitmap>}
   */
  async #load(configuration, view, size, signal) {
    const format = formatOf(this.poster.currentSrc);
    const response = await fetch(pictureAddress(configuration.urls, view, pictureSize(size, this.sizes), format), { signal });
    if (!response.ok) throw new Error(`picture ${view}: ${response.status}`);
    const bitmap = await createImageBitmap(await response.blob());
    if (signal.aborted) {
      bitmap.close();
      signal.throwIfAborted();
    }
    return bitmap;
  }

  release() {
    for (const bitmap of this.#pictures.values()) bitmap.close();
    this.#pictures.clear();
    this.#sharp?.bitmap.close();
    this.#sharp = null;
  }
}

/**
 * The format that the browser chose for the poster: it can show that one.
 * @param {string} address of the picture
 */
export function formatOf(address) {
  return /\.(avif|webp|png|jpg)(?:[?#]|$)/.exec(address)?.[1] ?? 'webp';
}
