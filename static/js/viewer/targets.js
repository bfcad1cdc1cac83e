/** The targets that pictures are drawn into, kept while they may be wanted again. */
import {
  DepthTexture,
  HalfFloatType,
  LinearFilter,
  NearestFilter,
  RGBAFormat,
  RedFormat,
  UnsignedByteType,
  UnsignedIntType,
  WebGLRenderTarget,
} from 'three';
import { Kept } from './kept.js';

const SIZES_KEPT = 3; // of pictures, with their targets
const SUMS_PIXELS = 8e6; // of the still views under way, altogether
const SUMS_KEPT = 8; // however small

/**
 * The mean of a still view's drawings so far, and of what the ground mirrors.
 * @typedef {object} Sum
 * @property {WebGLRenderTarget} target
 * @property {WebGLRenderTarget | null} mirrored
 * @property {number} count
 * @property {string} piece
 */

/**
 * A linear picture.
 * @param {number} width
 * @param {number} height
 * @param {{depth?: boolean, smooth?: boolean}} [options]
 */
export function linearTarget(width, height, { depth = false, smooth = false } = {}) {
  return new WebGLRenderTarget(width, height, {
    type: HalfFloatType,
    format: RGBAFormat,
    minFilter: smooth ? LinearFilter : NearestFilter,
    magFilter: smooth ? LinearFilter : NearestFilter,
    depthBuffer: depth,
    stencilBuffer: false,
    generateMipmaps: false,
  });
}

/** Of the page's one context. */
export class Targets {
  /** @type {Kept<WebGLRenderTarget>} */ #drawings = new Kept(SIZES_KEPT * 2, (one) => one.dispose());
  /** @type {Kept<WebGLRenderTarget>} */ #blurs = new Kept(SIZES_KEPT * 4, (one) => one.dispose());
  /** @type {Kept<Sum>} */
  #sums = new Kept(
    SUMS_PIXELS,
    (sum) => {
      sum.target.dispose();
      sum.mirrored?.dispose();
    },
    ({ target }) => target.width * target.height + SUMS_PIXELS / SUMS_KEPT,
  );
  /** @type {WebGLRenderTarget | null} */ #key = null;

  /**
   * A target to draw a piece into.
   * @param {number} width
   * @param {number} height
   */
  drawing(width, height) {
    return this.#drawings.get(`${width}x${height}`, () => linearTarget(width, height, { depth: true }));
  }

  /**
   * The mean of a still view's drawings so far; of what moves there is one for each size.
   * @param {string} piece its name; none of what moves
   * @param {string} seen how it is seen and what it wears
   * @param {number} width
   * @param {number} height
   */
  sum(piece, seen, width, height) {
    return this.#sums.get(`${width}x${height} ${piece} ${seen}`, () => ({
      piece,
      target: linearTarget(width, height, { smooth: true }),
      mirrored: null,
      count: 0,
    }));
  }

  /**
   * @param {number} width
   * @param {number} height
   * @param {string} name
   */
  blurred(width, height, name) {
    return this.#blurs.get(`${name} ${width}x${height}`, () => linearTarget(width, height, { smooth: true }));
  }

  /**
   * A target for the mean of drawings.
   * @param {number} width
   * @param {number} height
   */
  meanTarget(width, height) {
    return linearTarget(width, height, { smooth: true });
  }

  /** @param {number} texels a side */
  key(texels) {
    if (this.#key === null || this.#key.width !== texels) {
      this.#key?.dispose();
      const depth = new DepthTexture(texels, texels, UnsignedIntType);
      depth.minFilter = depth.magFilter = NearestFilter;
      this.#key = new WebGLRenderTarget(texels, texels, {
        format: RedFormat,
        type: UnsignedByteType,
        minFilter: NearestFilter,
        magFilter: NearestFilter,
        depthTexture: depth,
        generateMipmaps: false,
      });
    }
    return this.#key;
  }

  /**
   * Frees what belongs to a piece.
   * @param {string} piece
   */
  drop(piece) {
    this.#sums.drop((sum) => sum.piece === piece);
  }

  /** Lets go of all that a lost context held. */
  forget() {
    for (const kept of [this.#drawings, this.#blurs, this.#sums]) kept.forget();
    this.#key = null;
  }

  dispose() {
    for (const kept of [this.#drawings, this.#blurs, this.#sums]) kept.clear();
    this.#key?.depthTexture?.dispose();
    this.#key?.dispose();
  }
}
