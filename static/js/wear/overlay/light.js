/** The studio's light as it falls on what is worn: turned, tinted, from larger or smaller lamps. */
import { HalfFloatType, LinearFilter, LinearMipmapNearestFilter, RGBAFormat, WebGLRenderTarget } from 'three';
import { ScreenPass } from '../../viewer/screen-pass.js';
import { SOFTEN } from './shaders.js';

/** @typedef {import('../../viewer/environment.js').Environment} Environment */
/** @typedef {import('../types.js').Light} Light */
/** @typedef {import('three').Texture} Texture */
/** @typedef {import('three').WebGLRenderer} WebGLRenderer */

/** The studio as it stands where nothing is known of the picture's light. @type {Light} */
export const STUDIO = {
  environmentFromCamera: Float64Array.of(1, 0, 0, 0, -1, 0, 0, 0, -1),
  tint: [1, 1, 1],
  exposure: 1,
  skin: null,
  keySoftness: 0.5,
  shadow: 1,
  blurPx: 0,
};

/**
 * A studio on the GPU.
 * @typedef {object} Studio
 * @property {Texture} metals
 * @property {Texture} stones
 * @property {number[]} residual what is left inside a stone
 */

/** Makes studios of lamps as large as asked for, each once; all of it happens on the GPU. */
export class Studios {
  /** @type {Map<number, { studio: Studio, targets: WebGLRenderTarget[] }>} */
  #made = new Map();
  /** @type {ScreenPass | null} */ #pass = null;

  /**
   * @param {WebGLRenderer} renderer
   * @param {Environment} environment
   */
  constructor(renderer, environment) {
    this.renderer = renderer;
    this.environment = environment;
  }

  /** @param {number} softness 0..1 @returns {Studio} */
  of(softness) {
    const { steps, sparkle, residuals } = this.environment.head.worn;
    const step = Math.round(Math.min(Math.max(softness, 0), 1) * steps);
    const known = this.#made.get(step);
    if (known) return known.studio;
    const { metals, stones } = this.environment;
    const size = step / steps;
    const targets = [this.#softened(metals, size), this.#softened(stones, 0.5 + sparkle * (size - 0.5))];
    const [a, b] = targets.map((target, k) => target?.texture ?? [metals, stones][k]);
    const studio = { metals: a, stones: b, residual: residuals[step] };
    this.#made.set(step, { studio, targets: targets.filter((target) => target !== null) });
    return studio;
  }

  /**
   * The same light from larger lamps, or from smaller ones; null where they are as large as they are.
   * @param {Texture} from
   * @param {number} softness
   */
  #softened(from, softness) {
    const { size, last_level: last, worn } = this.environment.head;
    const share = 2 * softness - 1;
    if (share === 0) return null;
    const target = new WebGLRenderTarget(size, size, {
      type: HalfFloatType,
      format: RGBAFormat,
      minFilter: LinearMipmapNearestFilter,
      magFilter: LinearFilter,
      depthBuffer: false,
      generateMipmaps: false,
    });
    target.texture.mipmaps = Array.from({ length: last + 1 }, () => /** @type {any} */ ({}));
    const pass = (this.#pass ??= new ScreenPass(
      SOFTEN,
      { environment_map: { value: null }, level: { value: 0 }, wide: { value: worn.softest }, share: { value: 0 } },
      this.environment.defines,
    ));
    const { uniforms } = pass;
    for (let level = 0; level <= last; level++) {
      uniforms.environment_map.value = from;
      uniforms.level.value = level;
      // from the widest level on nothing changes
      uniforms.share.value = level < worn.softest ? (share > 0 ? share : share * worn.hardest) : 0;
      target.viewport.set(0, 0, size >> level, size >> level);
      pass.draw(this.renderer, target, level);
    }
    return target;
  }

  /** Lets go of all that a lost context held. */
  forget() {
    this.#made.clear();
    this.#pass?.forget();
  }

  dispose() {
    for (const { targets } of this.#made.values()) for (const target of targets) target.dispose();
    this.#pass?.dispose();
    this.#made.clear();
  }
}

/**
 * Light of skin beside a jewel, linear, before the exposure: what was seen, or the usual.
 * @param {Light} light
 * @param {Environment} environment
 * @returns {number[]}
 */
export function skinRadiance({ skin, exposure, tint }, environment) {
  if (skin) return skin.map((value) => value / Math.max(exposure, 1e-3));
  const { mean, skin_albedo: albedo } = environment.head.worn;
  return tint.map((gain, k) => albedo[k] * mean[k] * gain);
}

