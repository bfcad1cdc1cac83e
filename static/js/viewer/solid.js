/** A configuration drawn in three dimensions, by the page's stage. */
import { viewerFile } from '../ahead.js';
import { girthOf, handFor } from './hand.js';
import { openStage } from './stage.js';
import { limitsOf, viewOf } from './orbit.js';

/** @typedef {import('../service.js').Piece} Configuration */
/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {import('./piece.js').Piece} Solid */
/** @typedef {import('./orbit.js').Pose} Pose */
/** @typedef {import('./orbit.js').Fit} Fit */

const MOST_PIXELS = 3.2e6; // of a picture
const MOST_RATIO = 2; // device pixels for a CSS pixel of a still picture
const SLOW_MS = 45; // a picture of a movement, from which it is drawn coarser than the screen
const QUICK_MS = 18;
const LEAST_SHARE = 0.4; // of the screen's pixels, a side
const STILL_MS = 6000; // that a still view may take to become as fine as it gets
const LEAST_SAMPLES = 4;
const SPOTS = 6; // places that are pointed out, one of a kind: a watch has so many with its engraving

/** What other viewers of the same piece made it wear last. @type {WeakMap<Solid, string>} */
const worn = new WeakMap();

/** Draws on a 2D canvas. */
export class SolidPainter {
  solid = true;
  /** @type {Solid | null} */ #piece = null;
  /** What was shown before: going back is at once, and equal programs are not made anew. @type {Solid | null} */
  #former = null;
  /** Where each configuration's file is, by hash. @type {Map<string, string>} */ #files = new Map();
  #like = '';
  /** The one that is shown, where its file was made in a hurry. @type {Configuration | null} */ #hurried = null;
  /** What a watch's hands were last moved to. @type {number | null} */ #timeMs = null;
  /** @type {Record<string, string>} */ #options = {};
  /** @type {Record<string, string>} */ #wears = {};
  /** @type {'true' | 'show'} */ look = 'true';
  dark = false;
  worn = false;
  /** How far parts were turned by hand: radians by kind. @type {Record<string, number>} */ turned = {};
  #share = 1; // of the screen's pixels, a side, while something moves
  /** What the last picture took of a still view, milliseconds. */
  #stillMs = 0;
  /** What the last picture took of a movement, milliseconds. */
  tookMs = Infinity;

  /** Null where there is no WebGL2. */
  static async open() {
    const stage = await openStage();
    return stage && new SolidPainter(stage);
  }

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
  }

  get ready() {
    return this.#piece !== null;
  }

  get piece() {
    return /** @type {Solid} */ (this.#piece);
  }

  get frame() {
    return this.piece.frame;
  }

  get limits() {
    return limitsOf(this.frame, this.piece.radius);
  }

  /** Corners of the upright box about what is looked at, metres. @type {number[]} */
  get box() {
    return this.piece.about.box;
  }

  get hasStones() {
    return this.piece.about.optics.length > 0;
  }

  get hasHands() {
    return this.piece.mechanism.hasHands;
  }

  /** Whether anything shines in the dark. */
  get glows() {
    return this.piece.glows;
  }

  /** The mean hand that wears such a piece, where, and the girth there, mm; null where no hand does. */
  get hand() {
    const { seat } = this.piece;
    if (!seat) return null;
    const inside = this.piece.insideMm;
    return { seat, girth: girthOf(inside), ...handFor(seat, inside) };
  }

  /** Makes the hand, and beside the page's own work. */
  prepareHand() {
    return this.piece.prepareHand();
  }

  /** The turn at which the fingers of that hand point away from the viewer. */
  get handAzimuth() {
    const { elements: e } = this.piece.shown[0].worldFromModel;
    return Math.atan2(e[4], -e[6]);
  }

  /** What can be turned by hand, by kind. */
  get turnable() {
    return this.piece.mechanism.turnable;
  }

  /** One place of each kind that may be pointed out. */
  get hotspots() {
    const { hotspots } = this.piece;
    const first = hotspots.filter(({ about }, index) => hotspots.findIndex((other) => other.about === about) === index);
    return first.slice(0, SPOTS);
  }

  /** How many pictures of a still view make the finished one. */
  get samples() {
    const most = this.stage.samplesOf();
    return Math.min(most, Math.max(LEAST_SAMPLES, Math.round(STILL_MS / (this.#stillMs + 1))));
  }

  /**
   * Takes a configuration up; at once where only what it wears is another.
   * @param {Configuration} configuration
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} whether that took another file
   */
  async show(configuration, signal) {
    if (this.#piece) {
      const wears = this.#change(this.#piece, configuration.options);
      if (wears) {
        this.#wears = wears;
        return false;
      }
    }
    const { hash, urls } = configuration;
    const file = this.#files.get(hash) ?? viewerFile(urls, this.#like);
    const piece = await this.stage.load(file, { signal });
    this.#former?.release();
    this.#former = this.#piece;
    this.#piece = piece;
    this.#files.set(hash, file);
    this.#hurried = piece.about.hurried ? configuration : null;
    if (!this.#hurried) this.#like = hash;
    this.#options = configuration.options;
    this.#wears = {};
    for (const option of Object.keys(piece.variants)) {
      if (piece.variants[option].includes(this.#options[option])) this.#wears[option] = this.#options[option];
    }
    return true;
  }

  /** The last configuration whose file was made with care: its hash. */
  get lit() {
    return this.#like;
  }

  /** Whether the file of what is shown was made in a hurry: its own light is not on it yet. */
  get hurried() {
    return this.#hurried !== null;
  }

  /**
   * Takes up the file that was made with care, in place of the hurried one.
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} whether it did
   */
  async refine(signal) {
    const configuration = this.#hurried;
    if (!configuration) return false;
    const file = viewerFile(configuration.urls);
    const piece = await this.stage.load(file, { signal });
    if (this.worn) await piece.prepareHand();
    if (signal.aborted || this.#hurried !== configuration) {
      piece.release();
      return false;
    }
    if (this.#timeMs !== null) piece.mechanism.animate(this.#timeMs);
    this.stage.inherit(piece);
    this.#piece?.release();
    this.#piece = piece;
    this.#hurried = null;
    this.#like = configuration.hash;
    this.#files.set(configuration.hash, file);
    return true;
  }

  /**
   * What the piece has to put on to be that configuration; null where it takes another file.
   * @param {Solid} piece
   * @param {Record<string, string>} options
   */
  #change(piece, options) {
    const names = new Set([...Object.keys(options), ...Object.keys(this.#options)]);
    const wears = { ...this.#wears };
    for (const name of names) {
      if (name in piece.variants && piece.variants[name].includes(options[name])) wears[name] = options[name];
      else if (options[name] !== this.#options[name]) return null;
    }
    return wears;
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Pose} pose
   * @param {Fit} fit
   * @param {number} sample 0 while something moves; else which of a still view's
   * @param {boolean} shown whether the canvas takes it
   * @returns {boolean} false while the context is lost
   */
  draw(canvas, pose, fit, sample, shown) {
    const { stage, piece } = this;
    const { clientWidth, clientHeight } = canvas;
    const finest = Math.min(devicePixelRatio, MOST_RATIO);
    const wanted = sample > 0 ? finest : stage.pixelRatio * this.#share;
    const ratio = Math.min(wanted, Math.sqrt(MOST_PIXELS / (clientWidth * clientHeight)));
    const width = Math.max(Math.round(clientWidth * ratio), 1);
    const height = Math.max(Math.round(clientHeight * ratio), 1);
    this.dress(piece);
    const began = performance.now();
    const dark = this.dark && piece.glows;
    const worn = this.worn && piece.seat !== null;
    const picture = stage.draw(piece, viewOf(this.frame, pose, fit), { width, height, sample, look: this.look, dark, worn });
    if (!picture) return false;
    if (shown) {
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      canvas.getContext('2d', { alpha: false })?.drawImage(picture, 0, 0);
    }
    if ('close' in picture) picture.close();
    this.#note(performance.now() - began, sample > 0);
    return true;
  }

  /**
   * Learns from the time of a picture. Where the coarsest care is not quick enough, pixels are spared.
   * @param {number} tookMs
   * @param {boolean} still
   */
  #note(tookMs, still) {
    if (still) {
      this.#stillMs = tookMs;
      return;
    }
    this.tookMs = tookMs;
    if (tookMs > SLOW_MS) this.#share = Math.max(this.#share * 0.8, LEAST_SHARE);
    else if (tookMs < QUICK_MS) this.#share = Math.min(this.#share * 1.1, 1);
  }

  /**
   * Lets the piece, which others may show too, be as it is here.
   * @param {Solid} [piece]
   */
  dress(piece = this.piece) {
    const { mechanism } = piece;
    for (const kind of Object.keys(mechanism.turnable)) {
      const wanted = this.turned[kind] ?? 0;
      if ((mechanism.turnedTo[kind] ?? 0) !== wanted) mechanism.turn(kind, wanted);
    }
    const wanted = JSON.stringify(this.#wears);
    if (wanted === '{}' || worn.get(piece) === wanted) return;
    piece.choose(this.#wears);
    worn.set(piece, wanted);
  }

  /** @param {number} timeMs */
  animate(timeMs) {
    this.#timeMs = timeMs;
    return this.piece.mechanism.animate(timeMs);
  }

  /**
   * Where a place of the piece is seen, CSS pixels, and whether it faces the viewer.
   * @param {Pose} pose
   * @param {{fit: Fit, size: {width: number, height: number}}} layout
   * @param {{position: [number, number, number], normal?: [number, number, number]}} place
   */
  project(pose, { fit, size }, place) {
    return this.stage.project(this.piece, viewOf(this.frame, pose, fit), size, place);
  }

  /**
   * The rim of a part that can be turned, as it is seen, and the end of its axis.
   * @param {string} kind
   * @param {Pose} pose
   * @param {{fit: Fit, size: {width: number, height: number}}} layout
   */
  rim(kind, pose, layout) {
    const { point, axis } = this.turnable[kind];
    const { inner, outer, height } = this.piece.mechanism.reach(kind);
    const [out, across, up] = axes(axis);
    const middle = point.map((value, k) => value + out[k] * height);
    const seen = (/** @type {number[]} */ way, /** @type {number} */ length) => {
      const position = /** @type {[number, number, number]} */ (middle.map((value, k) => value + way[k] * length));
      return this.project(pose, layout, { position, normal: out });
    };
    const center = seen(out, 0);
    return { center, across: seen(across, outer), up: seen(up, outer), tip: seen(out, outer), inner: inner / outer };
  }

  /**
   * The side from which a place is seen best, and where it lies as the piece faces the viewer.
   * @param {{position: [number, number, number], normal: [number, number, number]}} place
   */
  facing({ position, normal }) {
    const { elements: e } = this.piece.shown[0].worldFromModel;
    const turn = (/** @type {number[]} */ [x, y, z]) =>
      [0, 1, 2].map((row) => e[row] * x + e[row + 4] * y + e[row + 8] * z);
    const [nx, ny, nz] = turn(normal);
    const [x, y, z] = turn(position).map((value, axis) => value + e[12 + axis] - this.frame.target[axis]);
    const level = Math.hypot(nx, nz) > 0.3;
    return { azimuth: level ? Math.atan2(-nx, nz) : null, elevation: Math.asin(Math.min(Math.max(ny, -1), 1)), x, y, z };
  }

  release() {
    this.#former?.release();
    this.#piece?.release();
    this.#former = this.#piece = null;
  }
}

/**
 * A direction and two across it, right-handed.
 * @param {number[]} direction unit
 * @returns {[number, number, number][]}
 */
function axes([x, y, z]) {
  const [hx, hy, hz] = Math.abs(y) < 0.9 ? [0, 1, 0] : [1, 0, 0];
  const across = [hy * z - hz * y, hz * x - hx * z, hx * y - hy * x];
  const length = Math.hypot(...across);
  const [ax, ay, az] = across.map((value) => value / length);
  return [[x, y, z], [ax, ay, az], [y * az - z * ay, z * ax - x * az, x * ay - y * ax]];
}
