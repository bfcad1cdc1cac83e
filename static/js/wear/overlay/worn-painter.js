/** Paints what is worn in a solved frame, on whatever thread its stage lives. */
import { Camera } from 'three';
import { Glb } from '../../viewer/glb.js';
import { Library, fetched } from '../../viewer/library.js';
import { careOf, samplesOf } from './care.js';
import { STUDIO, Studios } from './light.js';
import { limbSlots } from './limb-slots.js';
import { packed } from './packing.js';
import { Place } from './place.js';
import { about, common, grouped, united, windowOf } from './regions.js';
import { rehearsal } from './rehearsal.js';
import { ShotPass } from './shot-pass.js';
import { Skin } from './skin.js';
import { WornPiece } from './worn-piece.js';

/** @typedef {import('../../tryon/types.js').Intrinsics} Intrinsics */
/** @typedef {import('../../tryon/types.js').PixelRegion} PixelRegion */
/** @typedef {import('../../viewer/stage.js').Stage} Stage */
/** @typedef {import('../types.js').DrawnLayer} DrawnLayer */
/** @typedef {import('./care.js').Care} Care */
/** @typedef {import('./shot-pass.js').Dressed} Dressed */
/** @typedef {import('./shot-pass.js').Shot} Shot */

/**
 * What is painted: a solved frame without its picture.
 * @typedef {object} Scene
 * @property {number} width of the frame, pixels
 * @property {number} height
 * @property {number} timeMs
 * @property {Intrinsics} intrinsics
 * @property {DrawnLayer[]} layers back first
 */

/**
 * Drawings side by side on one picture, premultiplied, each to be laid over a region of the frame.
 * @typedef {object} Painted
 * @property {ImageBitmap | HTMLCanvasElement} picture
 * @property {{ from: PixelRegion, region: PixelRegion }[]} parts back first
 */

const STEP = 128; // pixels by which the canvas grows
const MOST_PX = 4096;
const PIECES_KEPT = 6;
const REHEARSED = [1, 3]; // tiers: one sample a pixel, and four

/** Holds the pieces that are worn. */
export class Painter {
  /** @type {Map<string, Promise<WornPiece>>} */ #loading = new Map();
  /** @type {Map<string, WornPiece>} */ #pieces = new Map();
  /** @type {Set<string>} */ #wanted = new Set();
  /** @type {Map<import('../../viewer/environment.js').Environment, Studios>} */ #studios = new Map();
  #library = new Library(async () => {}, () => {});
  #camera = new Camera(); // three.js wants one; the shaders have their own
  #pass;
  #size = [0, 0];

  /** @param {Stage} stage whose context it draws in */
  constructor(stage) {
    this.stage = stage;
    this.#pass = new ShotPass(stage.renderer);
    stage.addEventListener('restored', this.#forget);
  }

  /**
   * Loads what will be painted. A few of those that were painted before stay: designs are compared.
   * @param {readonly string[]} files addresses
   */
  async prepare(files) {
    const wanted = (this.#wanted = new Set(files));
    await Promise.all([...wanted].map((file) => this.#load(file)));
    for (const file of wanted) {
      const piece = this.#pieces.get(file);
      if (!piece) continue;
      this.#pieces.delete(file); // the last used are last
      this.#pieces.set(file, piece);
    }
    for (const [file, piece] of this.#pieces) {
      if (this.#pieces.size <= PIECES_KEPT) break;
      if (this.#wanted.has(file)) continue; // by whoever asked last
      this.#pieces.delete(file);
      this.#loading.delete(file);
      piece.dispose();
    }
  }

  /** @param {string} file */
  #load(file) {
    let loading = this.#loading.get(file);
    if (!loading) {
      loading = this.#loaded(file);
      this.#loading.set(file, loading);
      loading.catch(() => this.#loading.delete(file));
    }
    return loading;
  }

  /** @param {string} file */
  async #loaded(file) {
    const [piece, data] = await Promise.all([this.#library.load(file), fetched(skinFile(file))]);
    const limbs = limbSlots();
    const worn = new WornPiece(piece, new Skin(Glb.open(data), piece.about.setting, limbs), limbs);
    this.#studiosOf(piece.environment).of(STUDIO.keySoftness);
    await this.#compiled(worn);
    this.#pieces.set(file, worn);
    if (typeof document === 'undefined') this.#rehearse(file, worn);
    return worn;
  }

  /**
   * Paints it once where nobody sees it: whatever waits to be made on the way is made now. In a window
   * that would hold up the page.
   * @param {string} file
   * @param {WornPiece} worn
   */
  #rehearse(file, worn) {
    const scene = rehearsal(file, worn);
    for (const quality of REHEARSED) {
      const painted = this.paint(scene, quality);
      if (painted && 'close' in painted.picture) painted.picture.close();
    }
  }

  /**
   * Compiles what moving pictures need; what photos need follows beside them.
   * @param {WornPiece} worn
   */
  async #compiled(worn) {
    const { renderer } = this.stage;
    if (this.stage.lost || !renderer.extensions.has('KHR_parallel_shader_compile')) return;
    const { surfaces, stones, clear } = worn.piece;
    const scenes = [surfaces, stones, clear, ...(worn.skin.shadow ? [worn.skin.shadow.scene] : [])];
    for (const count of worn.usual) {
      worn.ready(count, careOf(0));
      await Promise.all(scenes.map((scene) => renderer.compileAsync(scene, this.#camera)));
    }
  }

  /**
   * Paints a frame's jewels; null while the context is lost, or where there are none in the picture.
   * @param {Scene} scene
   * @param {number} [quality] a tier of what moves; without it with all care
   * @returns {Painted | null}
   */
  paint(scene, quality) {
    const parts = this.draw(scene, quality);
    return parts && { picture: this.picture(), parts };
  }

  /**
   * Draws them on the stage's canvas, and says where.
   * @param {Scene} scene
   * @param {number} [quality]
   * @returns {Painted['parts'] | null}
   */
  draw(scene, quality) {
    const { stage } = this;
    if (stage.lost) return null;
    const care = careOf(quality);
    const shots = scene.layers.flatMap((layer) => this.#shots(scene, layer, care));
    if (!shots.length) return null;
    const places = packed(shots.map(({ region }) => region));
    this.#resize(places.width, places.height);
    const { renderer, canvas } = stage;
    renderer.info.reset();
    renderer.setRenderTarget(null);
    renderer.clear(true, false, false);
    const parts = shots.map((shot, k) => {
      const { width, height } = shot.region;
      const [x, y] = places.corners[k];
      this.#pass.draw(shot, [x, canvas.height - y - height]);
      const region = { x: shot.region.x / shot.share, y: shot.region.y / shot.share, width: width / shot.share, height: height / shot.share };
      return { from: { x, y, width, height }, region };
    });
    renderer.setViewport(0, 0, canvas.width, canvas.height);
    return parts;
  }

  /** What was drawn. */
  picture() {
    const { canvas } = this.stage;
    return 'transferToImageBitmap' in canvas ? canvas.transferToImageBitmap() : canvas;
  }

  /** The studios that a frame's light wants, made before it is drawn. @param {Scene} scene */
  lit({ layers }) {
    for (const { pieces, light } of layers) {
      for (const { file } of pieces.flatMap(({ worn }) => worn)) {
        const piece = this.#pieces.get(file);
        if (piece) this.#studiosOf(piece.piece.environment).of((light ?? STUDIO).keySoftness);
      }
    }
  }

  /**
   * What of a layer is drawn together: jewels that may hide each other.
   * @param {Scene} scene
   * @param {DrawnLayer} layer
   * @param {Care} care
   * @returns {Shot[]}
   */
  #shots({ width, height, timeMs, intrinsics: whole }, layer, care) {
    const { share } = care;
    const intrinsics = { fx: whole.fx * share, fy: whole.fy * share, cx: whole.cx * share, cy: whole.cy * share };
    const frame = { x: 0, y: 0, width: Math.round(width * share), height: Math.round(height * share) };
    const light = layer.light ?? STUDIO;
    const regions = layer.pieces.flatMap(({ worn: all, veil }) =>
      all.flatMap((worn) => {
        const piece = this.#pieces.get(worn.file);
        if (!piece || worn.opacity <= 0) return [];
        const place = new Place(worn);
        piece.lay(worn.laid);
        const { points, gaps, firsts } = piece.probed;
        const probed = { points: place.apply(points), gaps: gaps.map((gap) => worn.size * gap), firsts };
        const covered = about(intrinsics, probed.points, (k) => probed.gaps[k]);
        const skin = piece.skin.shadow && (worn.onSkin || worn.wearer !== null) ? about(intrinsics, place.apply(piece.skin.shadow.points), () => 0) : null;
        const inside = covered && common(skin ? united(covered, skin) : covered, frame);
        if (!covered || !inside) return [];
        return [{ region: inside, member: { dressed: { piece, worn, place, probed }, covered, veil } }];
      }),
    );
    return grouped(regions).map(({ region, members }) => {
      const covered = members.map((one) => one.covered).reduce(united);
      const window = windowOf(region, covered);
      const studio = this.#studiosOf(members[0].dressed.piece.piece.environment).of(light.keySoftness);
      return {
        intrinsics, region, window, light, studio, care, share,
        dressed: members.map(({ dressed }) => dressed),
        occluders: layer.occluders,
        bodies: layer.bodies,
        samples: samplesOf(care, window, light.blurPx * share),
        veils: [...new Set(members.flatMap(({ veil }) => (veil ? [veil] : [])))],
        seed: Math.round(timeMs) % 65_536,
      }; // prettier-ignore
    });
  }

  /** @param {import('../../viewer/environment.js').Environment} environment */
  #studiosOf(environment) {
    const found = this.#studios.get(environment) ?? new Studios(this.stage.renderer, environment);
    this.#studios.set(environment, found);
    return found;
  }

  /**
   * A canvas at least so large; it breathes in steps.
   * @param {number} width
   * @param {number} height
   */
  #resize(width, height) {
    const wanted = [width, height].map((side) => Math.min(Math.ceil(side / STEP) * STEP, MOST_PX));
    const fits = wanted.every((side, k) => side <= this.#size[k] && 2 * side > this.#size[k]);
    if (!fits) this.#size = wanted;
    const [w, h] = this.#size;
    const { canvas, renderer } = this.stage;
    if (canvas.width !== w || canvas.height !== h) renderer.setSize(w, h, false);
  }

  #forget = () => {
    this.#library.forget();
    this.#pass.forget();
    for (const studios of this.#studios.values()) studios.forget();
    for (const piece of this.#pieces.values()) piece.forget();
  };

  /** What is held on the GPU, to see leaks by. */
  get memory() {
    return this.stage.memory;
  }

  close() {
    this.stage.removeEventListener('restored', this.#forget);
    for (const piece of this.#pieces.values()) piece.dispose();
    this.#pieces.clear();
    this.#loading.clear();
    for (const part of [this.#library, this.#pass, ...this.#studios.values()]) part.dispose();
  }
}

/**
 * What a piece has to do with skin, beside the file that it is drawn by.
 * @param {string} file
 */
export function skinFile(file) {
  const address = new URL(file, globalThis.location.href);
  if (address.searchParams.has('profile')) address.searchParams.set('profile', 'skin');
  else address.pathname = address.pathname.replace(/worn\.glb$/, 'worn-skin.glb');
  return address.href;
}
