/**
 * The page's one WebGL2 context. Every viewer's picture is drawn here and handed over as a bitmap, so
 * that twenty viewers hold one context.
 *
 * A picture that moves is drawn with `sample: 0`, as well as it stays smooth. Of one that is still,
 * samples 1, 2, 3 … `samplesOf(quality)` are asked for one after the other, and each makes it finer.
 */
import { Camera as ThreeCamera, LinearSRGBColorSpace, Matrix4, Vector3, WebGLRenderer } from 'three';
import { Camera, Placement, clipFromLight, mirroredAt, turned } from './camera.js';
import { Environment } from './environment.js';
import { ours } from '../home.js';
import { Glb } from './glb.js';
import { Passes } from './passes.js';
import { Piece } from './piece.js';
import { Governor, TIERS, sampleOffset } from './quality.js';

/** @typedef {import('./camera.js').View} View */
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
 */

const WORDS = {
  missing: 'The piece could not be fetched',
  unreadable: 'The piece is not in the form that this page reads',
};
const ENVIRONMENTS = '/api/v1/environments';
const MIRROR_SHARE = 2; // pixels of the picture for one of the reflection, a side
const MIRROR_SAMPLES = 4; // of a still view that the reflection needs
const WALL_SHARE = 4;
const KEY_ROOM = 1.02;
const DARK_SRGB = [0.055, 0.058, 0.066];
// What moves is shaded as if it had more samples than it has: it glitters a little, and metal does not
// change its look when it comes to rest.
const MOVING_SIDE = 1.6;

/** @type {Promise<Stage | null> | null} */
let opened = null;

/** The page's stage; null where there is no WebGL2. */
export function openStage() {
  opened ??= Promise.resolve(Stage.open());
  return opened;
}

/** Draws pieces. Fires `lost` and `restored` as the context goes and comes back. */
export class Stage extends EventTarget {
  /** @type {Map<string, Promise<Piece>>} */ #pieces = new Map();
  /** @type {Map<string, Promise<Environment>>} */ #environments = new Map();
  /** What has been loaded and not freed. @type {Set<Piece | Environment>} */ #held = new Set();
  #passes = new Passes();
  #camera = new ThreeCamera();
  #number = 0;
  /** @type {WeakMap<Piece, string>} */ #names = new WeakMap();
  /** @type {Piece | null} */ #keyOf = null;
  #keyFor = '';
  lost = false;
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
    canvas.addEventListener('webglcontextlost', () => {
      this.lost = true;
      this.dispatchEvent(new Event('lost'));
    });
    canvas.addEventListener('webglcontextrestored', () => {
      this.#passes.forget();
      this.#keyOf = null;
      for (const one of this.#held) one.forget();
      this.lost = false;
      this.dispatchEvent(new Event('restored'));
    });
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
  async load(url, { signal } = {}) {
    signal?.throwIfAborted();
    let loading = this.#pieces.get(url);
    if (!loading) {
      loading = this.#load(url);
      this.#pieces.set(url, loading);
      loading.catch(() => this.#pieces.delete(url));
    }
    const piece = (await loading).keep();
    if (signal?.aborted) {
      piece.release();
      signal.throwIfAborted();
    }
    return piece;
  }

  /** @param {string} url */
  async #load(url) {
    const glb = await Glb.open(await fetched(url));
    const about = glb.json.nodes?.[0]?.extras?.parure?.viewer;
    if (about === undefined) throw new Error(`${WORDS.unreadable}: ${url}`);
    const images = Array.from(glb.json.images ?? [], (_, k) => glb.picture(k));
    const [environment, ...pictures] = await Promise.all([this.#environment(about.environment), ...images]);
    const piece = new Piece(glb, environment, pictures);
    const name = `piece ${(this.#number += 1)}`;
    this.#names.set(piece, name);
    piece.onreleased = () => {
      this.#pieces.delete(url);
      if (this.#keyOf === piece) this.#keyOf = null;
      this.#held.delete(piece);
      this.#passes.drop(name);
      piece.dispose();
    };
    this.#held.add(piece);
    await this.#compiled(piece);
    return piece;
  }

  /** @param {string} id */
  #environment(id) {
    let loading = this.#environments.get(id);
    if (!loading) {
      loading = fetched(ours(`${ENVIRONMENTS}/${id}.bin`)).then((data) => {
        const environment = new Environment(data);
        this.#held.add(environment);
        return environment;
      });
      this.#environments.set(id, loading);
      loading.catch(() => this.#environments.delete(id));
    }
    return loading;
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
   * Draws a piece; null while the context is lost.
   * @param {Piece} piece
   * @param {View} view
   * @param {Drawing} drawing
   * @returns {ImageBitmap | OffscreenCanvas | HTMLCanvasElement | null}
   */
  draw(piece, view, { width, height, sample = 0, count = 1, quality, look = 'true', transparent = false, bare = false, dark = false }) {
    if (this.lost) return null;
    const { renderer } = this;
    const tier = this.#tier(quality);
    if (sample === 0 && quality === undefined) this.governor.note(performance.now());
    renderer.info.reset();
    this.#size(width, height);
    const camera = new Camera(piece.frame, view, width, height);
    const still = sample > 0;
    const name = this.#names.get(piece) ?? '';
    const { azimuth, elevation, distance, target } = view;
    const seen = [azimuth, elevation, distance, ...target, look, dark, piece.state, piece.careful, tier.name];
    const sum = this.#passes.sum(still ? name : '', still ? seen.join() : '', width, height);
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
    const matrices = this.#matrices(piece, view);
    const ground = bare ? null : piece.ground;
    const reflects = ground !== null && !transparent && tier.reflection;
    for (let drawn = 0; drawn < (still ? count : 1); drawn++) {
      const offset = sampleOffset(sum.count % (side * side), side);
      const how = { fineness, side, offset, keys: tier.keyShadows };
      const drawing = this.#drawPiece(piece, camera, matrices, how);
      this.#passes.gather(renderer, drawing, sum.target, fineness, 1 / (sum.count + 1));
      if (reflects) this.#reflect(piece, view, matrices, sum, width, height, side, offset);
      sum.count += 1;
    }
    const defines = [
      ...(ground ? ['STANDS'] : !piece.frame.stands && !bare ? ['HANGS'] : []),
      ...(transparent || bare ? ['CLEAR'] : []),
    ];
    this.#compose(piece, view, camera, sum, defines, reflects, dark);
    return this.#handedOver();
  }

  /** Frees everything; pieces that are in use too. */
  dispose() {
    for (const one of this.#held) one.dispose();
    this.#held.clear();
    this.#pieces.clear();
    this.#environments.clear();
    this.#passes.dispose();
    this.renderer.dispose();
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
    const [worldFromModel] = this.#matrices(piece, view);
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

  /**
   * Where the piece and its twin stand, turned.
   * @param {Piece} piece
   * @param {View} view
   */
  #matrices(piece, view) {
    return piece.shown.map((/** @type {any} */ { worldFromModel, axis, mirrored }) => {
      const matrix = turned(worldFromModel, axis, view.azimuth);
      return mirrored ? matrix.multiply(new Matrix4().makeScale(-1, 1, 1)) : matrix;
    });
  }

  /**
   * The piece alone: linear, premultiplied.
   * @param {Piece} piece
   * @param {Camera} camera
   * @param {Matrix4[]} matrices
   * @param {{fineness: number, side: number, offset: [number, number], keys: boolean, mirror?: Matrix4}} how
   */
  #drawPiece(piece, camera, matrices, { fineness, side, offset, keys, mirror }) {
    const { renderer } = this;
    const target = this.#passes.drawing(camera.width * fineness, camera.height * fineness);
    const placements = matrices.map((matrix) => new Placement(matrix, camera, mirror));
    const depths = placements.map((one) => one.depths(piece.center, piece.radius));
    const near = Math.min(...depths.map(([nearest]) => nearest));
    const far = Math.max(...depths.map(([, farthest]) => farthest));
    const [right, down] = side > 1 ? offset.map((k) => (k + 0.5) / side - 0.5) : [0, 0];
    const clipFromView = camera.clipFromView(near, far, right, down);
    // the rows of a target count from below, those of the samples too
    /** @type {[number, number, number]} */
    const samplePlace = side > 1 ? [side, offset[0], side - 1 - offset[1]] : [MOVING_SIDE, 0, 0];
    const passes = placements.map((placement) => ({
      clip: new Matrix4().multiplyMatrices(clipFromView, placement.viewFromModel),
      placement,
      samplePlace,
    }));
    let cleared = false;
    passes.forEach((pass, k) => {
      const shadows = keys && piece.takesShadows && !mirror;
      if (shadows) this.#drawKey(piece, pass.placement, `${k}`);
      piece.shared.key_strength.value = shadows ? this.#strength : 0;
      piece.prepare(pass);
      renderer.setRenderTarget(target);
      if (!cleared) renderer.clear(true, true, false);
      cleared = true;
      renderer.render(piece.surfaces, this.#camera);
      renderer.render(piece.stones, this.#camera);
    });
    if (piece.clear.children.length > 0) {
      for (const pass of passes) {
        piece.shared.key_strength.value = 0;
        piece.prepare(pass);
        renderer.setRenderTarget(target);
        renderer.render(piece.clear, this.#camera);
      }
    }
    return target;
  }

  #strength = 0;

  /**
   * Draws the piece as the key light sees it.
   * @param {Piece} piece
   * @param {Placement} placement
   * @param {string} which of the shown
   */
  #drawKey(piece, placement, which) {
    const { key } = piece.environment.head;
    const { shared } = piece;
    const rotation = placement.environmentFromModel;
    const towards = new Vector3(...key.direction).applyMatrix3(rotation.clone().transpose());
    const radius = piece.radius * KEY_ROOM;
    const name = [which, ...towards.toArray(), piece.posture].join();
    const target = this.#passes.key(key.texels);
    const clip = clipFromLight(towards, piece.center, radius);
    const across = 0.5 / radius;
    shared.key_depth.value = target.depthTexture;
    shared.key_model.value.copy(towards);
    shared.key_from_model.value.makeScale(0.5, 0.5, 0.5).setPosition(0.5, 0.5, 0.5).multiply(clip);
    shared.key_sizes.value = [
      key.search * across,
      key.least_blur_texels / key.texels,
      key.blur,
      key.bias_texels / key.texels,
    ];
    this.#strength = key.strength;
    if (this.#keyOf === piece && this.#keyFor === name) return;
    this.#keyOf = piece;
    this.#keyFor = name;
    const { keyMaterial, keyUniforms } = this.#passes;
    keyUniforms.clip_from_model.value = /** @type {any} */ (clip);
    // what is being drawn may not be read
    shared.key_depth.value = null;
    piece.surfaces.overrideMaterial = keyMaterial;
    this.renderer.setRenderTarget(target);
    this.renderer.clear(true, true, false);
    this.renderer.render(piece.surfaces, this.#camera);
    piece.surfaces.overrideMaterial = null;
    shared.key_depth.value = target.depthTexture;
  }

  /**
   * The piece as the ground mirrors it, into the sum's own mean.
   * @param {Piece} piece
   * @param {View} view
   * @param {Matrix4[]} matrices
   * @param {{mirrored: any, count: number}} sum
   * @param {number} width
   * @param {number} height
   * @param {number} side
   * @param {[number, number]} offset
   */
  #reflect(piece, view, matrices, sum, width, height, side, offset) {
    if (sum.count >= MIRROR_SAMPLES && sum.mirrored) return;
    const w = Math.ceil(width / MIRROR_SHARE);
    const h = Math.ceil(height / MIRROR_SHARE);
    sum.mirrored ??= this.#passes.meanTarget(w, h);
    const camera = new Camera(piece.frame, view, w, h);
    const height0 = piece.ground ? piece.ground.worldFromGround.elements[13] : 0;
    const mirror = mirroredAt(height0);
    const drawn = this.#drawPiece(piece, camera, matrices, { fineness: 1, side, offset, keys: false, mirror });
    this.#passes.gather(this.renderer, drawn, sum.mirrored, 1, 1 / (sum.count + 1));
  }

  /**
   * The finished picture on the canvas.
   * @param {Piece} piece
   * @param {View} view
   * @param {Camera} camera
   * @param {{target: any, mirrored: any}} sum
   * @param {string[]} defines
   * @param {boolean} reflects
   * @param {boolean} dark
   */
  #compose(piece, view, camera, sum, defines, reflects, dark) {
    const { renderer } = this;
    const { width, height } = camera;
    const passes = this.#passes;
    const page = passes.pageUniforms;
    const { picture } = piece.environment.head;
    const side = Math.min(width, height);
    page.picture.value = sum.target.texture;
    page.size.value = [width, height];
    page.ground_srgb.value = dark ? DARK_SRGB : picture.ground_srgb;
    page.shadow_tint.value = picture.shadow_tint;
    if (defines.includes('STANDS') && piece.ground) {
      const { mean, waves, side: texels, halfSide, worldFromGround } = piece.ground;
      const azimuth = view.azimuth;
      const placed = turned(worldFromGround, 0, azimuth);
      page.ground_mean.value = mean;
      page.ground_waves.value = waves;
      page.ground_side.value = texels;
      page.ground_half.value = halfSide;
      page.ground_turn.value = [Math.cos(azimuth), Math.sin(azimuth), Math.cos(2 * azimuth), Math.sin(2 * azimuth)];
      page.ground_from_world.value = placed.clone().invert();
      page.world_from_pixel.value = camera.worldFromPixel();
      page.eye_world.value = camera.eye;
      const [, contact] = camera.project(new Vector3().setFromMatrixPosition(placed));
      page.reflection.value = [reflects ? picture.reflection : 0, contact];
      page.mirrored.value = reflects ? this.#softened(sum.mirrored, Math.max(side * picture.reflection_blur, 0.5)) : sum.target.texture;
    }
    if (defines.includes('HANGS')) {
      const w = Math.ceil(width / WALL_SHARE);
      const h = Math.ceil(height / WALL_SHARE);
      const small = passes.blurred(w, h, 'small');
      passes.gather(renderer, sum.target, small, WALL_SHARE, 1);
      ['soft', 'wide'].forEach((name, k) => {
        const [softness, right, down, density] = picture.wall_shadows[k];
        const result = passes.blurred(w, h, name);
        const sigma = Math.max(softness * side, 0.5) / WALL_SHARE;
        passes.blur(renderer, small, passes.blurred(w, h, 'between'), result, sigma, false);
        page[`${name}_shadow`].value = result.texture;
        page[`${name}_fall`].value = [right, down, density, 0];
      });
    }
    passes.page(defines).draw(renderer, null);
  }

  /**
   * @param {import('three').WebGLRenderTarget} source linear
   * @param {number} sigma
   */
  #softened(source, sigma) {
    const { width, height } = source;
    const result = this.#passes.blurred(width, height, 'mirrored');
    this.#passes.blur(this.renderer, source, this.#passes.blurred(width, height, 'between'), result, sigma, true);
    return result.texture;
  }

  #handedOver() {
    const { canvas } = this;
    return canvas instanceof HTMLCanvasElement ? canvas : canvas.transferToImageBitmap();
  }
}

/**
 * @param {string} url
 */
async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${WORDS.missing}: ${response.status} ${url}`);
  return response.arrayBuffer();
}
