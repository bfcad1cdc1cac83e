/** The passes that draw a piece itself: what the key light sees of it, its surfaces, its stones, its glass. */
import { Camera as ThreeCamera, Matrix4, Vector3 } from 'three';
import { Placement, clipFromLight } from './camera.js';

/** @typedef {import('./camera.js').Pinhole} Camera */
/** @typedef {import('./passes.js').Passes} Passes */
/** @typedef {import('./piece.js').Piece} Piece */
/** @typedef {import('./targets.js').Targets} Targets */
/** @typedef {import('three').WebGLRenderer} WebGLRenderer */

const KEY_ROOM = 1.02;
const HAND = 0.25; // metres that a hand reaches about the piece it wears
// What moves is shaded as if it had more samples than it has: it glitters a little, and metal does not
// change its look when it comes to rest.
const MOVING_SIDE = 1.6;

/** Draws pieces into targets. */
export class PiecePass {
  #camera = new ThreeCamera(); // three.js wants one; the shaders have our own
  #targets;
  /** @type {Piece | null} */ #keyOf = null;
  #keyFor = '';
  #strength = 0; // of the key light

  /**
   * @param {WebGLRenderer} renderer
   * @param {Targets} targets
   * @param {Passes} passes
   */
  constructor(renderer, targets, passes) {
    this.renderer = renderer;
    this.#targets = targets;
    this.passes = passes;
  }

  /**
   * The piece alone: linear, premultiplied.
   * @param {Piece} piece
   * @param {Camera} camera
   * @param {Matrix4[]} matrices
   * @param {{fineness: number, side: number, offset: [number, number], keys: boolean, mirror?: Matrix4}} how
   */
  draw(piece, camera, matrices, { fineness, side, offset, keys, mirror }) {
    const { renderer } = this;
    const target = this.#targets.drawing(camera.width * fineness, camera.height * fineness);
    const placements = matrices.map((matrix) => new Placement(matrix, camera, mirror));
    const worn = piece.wearer.children.length > 0;
    const radius = worn ? Math.max(piece.radius, HAND) : piece.radius;
    const depths = placements.map((one) => one.depths(piece.center, radius));
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
      const shadows = keys && (piece.takesShadows || worn) && !mirror;
      if (shadows) this.#key(piece, pass.placement, `${k}`);
      piece.shared.key_strength.value = shadows ? this.#strength : 0;
      piece.prepare(pass);
      renderer.setRenderTarget(target);
      if (!cleared) renderer.clear(true, true, false);
      cleared = true;
      renderer.render(piece.surfaces, this.#camera);
      if (worn && !mirror) renderer.render(piece.wearer, this.#camera);
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

  /**
   * What the key light saw is no longer there.
   * @param {Piece} [piece] of that one; without it of any
   */
  forget(piece) {
    if (!piece || this.#keyOf === piece) this.#keyOf = null;
  }

  /**
   * Draws the piece as the key light sees it.
   * @param {Piece} piece
   * @param {Placement} placement
   * @param {string} which of the shown
   */
  #key(piece, placement, which) {
    const { key } = piece.environment.head;
    const { shared } = piece;
    const rotation = placement.environmentFromModel;
    const towards = new Vector3(...key.direction).applyMatrix3(rotation.clone().transpose());
    const radius = piece.radius * KEY_ROOM;
    const name = [which, ...towards.toArray(), piece.mechanism.posture].join();
    const target = this.#targets.key(key.texels);
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
    const { keyMaterial, keyUniforms } = this.passes;
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
}
