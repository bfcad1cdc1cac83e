/**
 * The page's one WebGL2 context. Every viewer's picture is drawn here and handed over as a bitmap, so
 * that twenty viewers hold one context. While something is tried on a worker may have a stage of its own
 * (wear/overlay-worker.js): nothing here needs a document.
 *
 * A picture that moves is drawn with `sample: 0`, as well as it stays smooth. Of one that is still,
 * samples 1, 2, 3 … `samplesOf(quality)` are asked for one after the other, and each makes it finer.
 *
 *     const stage = await openStage();
 *     const piece = await stage.load('/api/v1/models/HASH.glb?profile=viewer');
 *     const picture = stage.draw(piece, { ...piece.frame, azimuth: 0 }, { width: 640, height: 640 });
 *     piece.release();
 */
import { Camera as ThreeCamera, LinearSRGBColorSpace, Vector3, WebGLRenderer } from 'three';
import { Camera } from './camera.js';
import { Finish } from './finish.js';
import { Library } from './library.js';
import { Passes } from './passes.js';
import { PiecePass } from './piece-pass.js';
import { Governor, TIERS, sampleOffset } from './quality.js';
import { Targets } from './targets.js';

/** @typedef {import('./camera.js').View} View */
/** @typedef {import('./piece.js').Piece} Piece */
/** @typedef {import('./quality.js').Tier} Tier */

/**
 * What is drawn, and how.
 * @typedef {object} Drawing
 * @property {number} width pixels
 * @property {number} height
 * @property {number} [sample] 0 while something moves; else which of a still view's
 * @property {number} [count] samples that are drawn at once, beginning with that one
 * @property {number} [quality] of quality.js's tiers; without it the stage's own choice
 * @property {'true' | 'show'} [look] 'show' exaggerates fire and colour: whoever shows it says so
 * @property {boolean} [transparent] nothing but the piece and its shadow
 * @property {boolean} [bare] no shadow either
 * @property {boolean} [dark] the lights are out, and luminous paint glows
 * @property {boolean} [worn] on a hand, for scale
 */

const POLL_MS = 4; // between two looks whether a picture is drawn

/** @type {Promise<Stage | null> | null} */
let opened = null;

/** The page's stage; null where there is no WebGL2. */
export function openStage() {
  opened ??= Promise.resolve(Stage.open());
  return opened;
}

/** When the frame that is drawn now began; a worker has no such time. */
const frameMs = () => Number(globalThis.document?.timeline.currentTime ?? performance.now());

/** Draws pieces. Fires `lost` and `restored` as the context goes and comes back. */
export class Stage extends EventTarget {
  #camera = new ThreeCamera(); // three.js wants one; the shaders have our own
  #targets = new Targets();
  #passes = new Passes();
  #library = new Library((piece) => this.#compiled(piece), (piece, name) => this.#released(piece, name));
  #pieces;
  #finish;
  lost = false;
  handed = 0; // pictures of viewers
  governor = new Governor();

  /** The stage, or null where the browser has no WebGL2. */
  static open() {
    const canvas = typeof OffscreenCanvas === 'undefined' ? document.createElement('canvas') : new OffscreenCanvas(8, 8);
    const options = { alpha: true, antialias: false, depth: false, stencil: false, powerPreference: 'high-performance' };
    let surface = canvas;
    let context = /** @type {WebGL2RenderingContext | null} */ (canvas.getContext('webgl2', options));
    if (context === null && typeof document !== 'undefined') {
      // some browsers have OffscreenCanvas without WebGL2
      surface = document.createElement('canvas');
      context = /** @type {WebGL2RenderingContext | null} */ (surface.getContext('webgl2', options));
    }
    if (context === null || context.getExtension('EXT_color_buffer_float') === null) {
      if (context?.getExtension('EXT_color_buffer_half_float') == null) return null;
    }
    return new Stage(surface, context);
  }

  /**
   * @param {OffscreenCanvas | HTMLCanvasElement} canvas
   * @param {WebGL2RenderingContext | null} context
   */
  constructor(canvas, context) {
    super();
    this.canvas = canvas;
    this.renderer = new WebGLRenderer({ canvas, context: /** @type {any} */ (context) });
    this.renderer.outputColorSpace = LinearSRGBColorSpace;
    this.renderer.autoClear = false;
    this.renderer.sortObjects = false;
    this.renderer.info.autoReset = false;
    this.renderer.setClearColor(0, 0);
    this.#pieces = new PiecePass(this.renderer, this.#targets, this.#passes);
    this.#finish = new Finish(this.renderer, this.#targets, this.#passes, this.#pieces);
    canvas.addEventListener('webglcontextlost', () => {
      this.lost = true;
      this.dispatchEvent(new Event('lost'));
    });
    canvas.addEventListener('webglcontextrestored', () => {
      for (const part of [this.#targets, this.#passes, this.#pieces, this.#library]) part.forget();
      this.lost = false;
      this.dispatchEvent(new Event('restored'));
    });
  }

  /** What draws a piece elsewhere than on the canvas, as augmented/painter.js does. */
  get tools() {
    return { renderer: this.renderer, targets: this.#targets, passes: this.#passes, pieces: this.#pieces, finish: this.#finish };
  }

  /** Most device pixels for a CSS pixel that are worth drawing now. */
  get pixelRatio() {
    return Math.min(globalThis.devicePixelRatio ?? 1, this.governor.tier.pixelRatio);
  }

  /**
   * How many samples a still view takes.
   * @param {number} [quality]
   */
  samplesOf(quality) {
    return this.#tier(quality).samples ** 2;
  }

  /** What is held on the GPU, to see leaks by. */
  get memory() {
    const { geometries, textures } = this.renderer.info.memory;
    return { geometries, textures, programs: this.renderer.info.programs?.length ?? 0 };
  }

  /**
   * The piece of a viewer's file, shared by all who ask for it; release it when it is done with.
   * @param {string} url
   * @param {{signal?: AbortSignal}} [options] a signal ends the waiting, not what others wait for
   * @returns {Promise<Piece>}
   */
  load(url, options) {
    return this.#library.load(url, options);
  }

  /**
   * @param {Piece} piece
   * @param {string} name
   */
  #released(piece, name) {
    this.#pieces.forget(piece);
    this.#targets.drop(name);
  }

  /**
   * Compiles what the first picture needs, and beside it what a still one needs of stones. Where that
   * cannot be done beside the page's own work it is left to the pictures.
   * @param {Piece} piece
   */
  async #compiled(piece) {
    const parallel = this.renderer.extensions.has('KHR_parallel_shader_compile');
    piece.careful = !parallel;
    if (this.lost || !parallel) return;
    const scenes = [piece.surfaces, piece.stones, piece.clear];
    await Promise.all(scenes.map((scene) => this.renderer.compileAsync(scene, this.#camera)));
    piece.wearStill();
    this.renderer.compileAsync(piece.stones, this.#camera).then(() => (piece.careful = true));
  }

  /**
   * Lets a piece have the programs of one that looks the same, before that one goes with them.
   * @param {Piece} piece
   */
  inherit(piece) {
    if (this.lost) return;
    for (const scene of [piece.surfaces, piece.stones, piece.clear]) this.renderer.compile(scene, this.#camera);
  }

  /**
   * Draws a piece; null while the context is lost.
   * @param {Piece} piece
   * @param {View} view
   * @param {Drawing} drawing
   * @returns {ImageBitmap | OffscreenCanvas | HTMLCanvasElement | null}
   */
  draw(piece, view, { width, height, sample = 0, count = 1, quality, look = 'true', transparent = false, bare = false, dark = false, worn = false }) {
    if (this.lost) return null;
    const { renderer } = this;
    const tier = this.#tier(quality);
    if (sample === 0 && quality === undefined) this.governor.note(frameMs());
    renderer.info.reset();
    this.#size(width, height);
    const camera = new Camera(piece.frame, view, width, height);
    const still = sample > 0;
    const name = this.#library.nameOf(piece);
    const { azimuth, elevation, distance, target } = view;
    const seen = [azimuth, elevation, distance, ...target, look, dark, worn, piece.state, piece.careful, tier.name];
    const sum = this.#targets.sum(still ? name : '', still ? seen.join() : '', width, height);
    if (sample !== sum.count + 1) sum.count = 0;
    const fineness = still ? 1 : tier.fineness;
    const side = still ? tier.samples : 1;
    const bounces = still ? tier.stillBounces : tier.bounces;
    piece.traceStones({
      bounces,
      full: still && piece.careful,
      look,
      pixels: (metres) => (metres * camera.focal) / view.distance,
    });
    piece.glow(dark);
    piece.wear(worn);
    const matrices = piece.placed(view.azimuth);
    const ground = bare || worn ? null : piece.ground; // on a hand it stands nowhere
    const reflects = ground !== null && !transparent && tier.reflection;
    for (let drawn = 0; drawn < (still ? count : 1); drawn++) {
      const offset = sampleOffset(sum.count % (side * side), side);
      const how = { fineness, side, offset, keys: tier.keyShadows };
      const drawing = this.#pieces.draw(piece, camera, matrices, how);
      this.#passes.gather(renderer, drawing, sum.target, fineness, 1 / (sum.count + 1));
      if (reflects) this.#finish.reflect(piece, view, matrices, sum, width, height, side, offset);
      sum.count += 1;
    }
    const defines = [
      ...(ground ? ['STANDS'] : !piece.frame.stands && !bare && !worn ? ['HANGS'] : []),
      ...(transparent || bare ? ['CLEAR'] : []),
    ];
    this.#finish.compose(piece, view, camera, sum, defines, reflects, dark);
    return this.#handedOver();
  }

  /**
   * When all that was asked for is drawn. What nobody shows is not waited for by the browser: without
   * this, it would pile up before the next picture that somebody waits for.
   */
  async finished() {
    const context = /** @type {WebGL2RenderingContext} */ (this.renderer.getContext());
    const fence = context.fenceSync(context.SYNC_GPU_COMMANDS_COMPLETE, 0);
    if (!fence) return; // the context is lost
    context.flush();
    while (!this.lost && context.getSyncParameter(fence, context.SYNC_STATUS) === context.UNSIGNALED) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    context.deleteSync(fence);
  }

  /** Frees everything; pieces that are in use too. */
  dispose() {
    for (const part of [this.#library, this.#targets, this.#passes, this.renderer]) part.dispose();
    this.renderer.forceContextLoss();
  }

  /**
   * Where a point of the piece is seen: pixels from the upper left, and whether it faces the viewer.
   * @param {Piece} piece
   * @param {View} view
   * @param {{width: number, height: number}} size
   * @param {{position: [number, number, number], normal?: [number, number, number]}} place model frame
   */
  project(piece, view, { width, height }, { position, normal }) {
    const camera = new Camera(piece.frame, view, width, height);
    const [worldFromModel] = piece.placed(view.azimuth);
    const point = new Vector3(...position).applyMatrix4(worldFromModel);
    const [x, y] = camera.project(point);
    const facing = normal
      ? new Vector3(...normal).transformDirection(worldFromModel).dot(camera.eye.clone().sub(point)) > 0
      : true;
    return { x, y, facing };
  }

  /**
   * @param {number | undefined} quality
   * @returns {Tier}
   */
  #tier(quality) {
    return quality === undefined ? this.governor.tier : TIERS[Math.min(Math.max(quality, 0), TIERS.length - 1)];
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #size(width, height) {
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.renderer.setSize(width, height, false);
    }
  }

  #handedOver() {
    const { canvas } = this;
    this.handed += 1;
    return 'transferToImageBitmap' in canvas ? canvas.transferToImageBitmap() : canvas; // a worker knows no HTMLCanvasElement
  }
}
