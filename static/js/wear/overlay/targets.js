/** Targets that shots are drawn into, kept while they may be wanted again. */
import { HalfFloatType, LinearFilter, RGBAFormat, RedFormat, UnsignedByteType, WebGLRenderTarget } from 'three';
import { Kept } from '../../viewer/kept.js';

const STEP = 64; // pixels: sizes are rounded up, so that a region that breathes keeps its target
const TARGETS_KEPT = 24;

/** @param {number} side */
const rounded = (side) => Math.ceil(side / STEP) * STEP;

/** Of one context. */
export class ShotTargets {
  /** @type {Kept<WebGLRenderTarget>} */ #targets = new Kept(TARGETS_KEPT, (one) => one.dispose());

  /**
   * A target at least so large, of which that part is drawn into: samples and shadows in linear light
   * with depth, drawings in sRGB bytes.
   * @param {'samples' | 'shadows' | 'drawing' | 'between'} use
   * @param {number} width
   * @param {number} height
   */
  get(use, width, height) {
    const [w, h] = [rounded(width), rounded(height)];
    const linear = use === 'samples' || use === 'shadows';
    const target = this.#targets.get(`${use} ${w}x${h}`, () => {
      return new WebGLRenderTarget(w, h, {
        type: linear ? HalfFloatType : UnsignedByteType,
        format: use === 'shadows' ? RedFormat : RGBAFormat,
        minFilter: LinearFilter,
        magFilter: LinearFilter,
        depthBuffer: linear,
        stencilBuffer: false,
        generateMipmaps: false,
      });
    });
    target.viewport.set(0, 0, width, height);
    return target;
  }

  /** Lets go of all that a lost context held. */
  forget() {
    this.#targets.forget();
  }

  dispose() {
    this.#targets.clear();
  }
}
