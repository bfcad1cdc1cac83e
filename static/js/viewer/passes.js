/** Passes that are no part of a piece: means, blurs, the key light's depths, the finished page. */
import { ConstantAlphaFactor, CustomBlending, DoubleSide, GLSL3, NoBlending, OneMinusConstantAlphaFactor, RawShaderMaterial } from 'three';
import { orphan } from './kept.js';
import { ScreenPass } from './screen-pass.js';
import { BLUR, GATHER, KEY, PAGE } from './shaders.js';

/** @typedef {import('./materials.js').Uniforms} Uniforms */
/** @typedef {import('three').WebGLRenderer} WebGLRenderer */
/** @typedef {import('three').WebGLRenderTarget} WebGLRenderTarget */

/** Programs for everything that is drawn beside the piece itself. */
export class Passes {
  /** @type {Map<string, ScreenPass>} */ #pages = new Map();

  constructor() {
    this.gatherPass = new ScreenPass(GATHER, { drawing: { value: null }, fineness: { value: 1 } });
    const blur = () => ({
      source: { value: null },
      axis: { value: [0, 0] },
      scale: { value: [0, 0] },
      sigma: { value: 1 },
      exposure: { value: 1 },
    });
    this.blurPass = new ScreenPass(BLUR, blur());
    this.developPass = new ScreenPass(BLUR, blur(), ['DEVELOP']);
    this.keyUniforms = { clip_from_model: { value: null } };
    this.keyMaterial = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: KEY.vertex,
      fragmentShader: KEY.fragment,
      uniforms: /** @type {any} */ (this.keyUniforms),
      side: DoubleSide,
      colorWrite: false,
      blending: NoBlending,
    });
    /** @type {Uniforms} */
    this.pageUniforms = Object.fromEntries(
      [
        'picture', 'size', 'origin', 'exposure', 'ground_srgb', 'shadow_tint', 'ground_mean', 'ground_waves',
        'ground_turn', 'ground_from_world', 'world_from_pixel', 'eye_world', 'ground_half',
        'ground_side', 'mirrored', 'reflection', 'soft_shadow', 'wide_shadow', 'soft_fall', 'wide_fall',
      ].map((name) => [name, { value: /** @type {any} */ (null) }]),
    ); // prettier-ignore
    this.pageUniforms.exposure.value = 1;
  }

  /**
   * Takes a drawing into a mean; a share of 1 begins anew.
   * @param {WebGLRenderer} renderer
   * @param {WebGLRenderTarget} drawing
   * @param {WebGLRenderTarget} mean
   * @param {number} fineness
   * @param {number} share
   */
  gather(renderer, drawing, mean, fineness, share) {
    const { material, uniforms } = this.gatherPass;
    uniforms.drawing.value = drawing.texture;
    uniforms.fineness.value = fineness;
    material.blending = share < 1 ? CustomBlending : NoBlending;
    material.blendSrc = material.blendSrcAlpha = ConstantAlphaFactor;
    material.blendDst = material.blendDstAlpha = OneMinusConstantAlphaFactor;
    material.blendAlpha = share;
    this.gatherPass.draw(renderer, mean);
  }

  /**
   * A Gaussian over a picture; smaller targets thin it out.
   * @param {WebGLRenderer} renderer
   * @param {WebGLRenderTarget} source
   * @param {WebGLRenderTarget} between
   * @param {WebGLRenderTarget} result
   * @param {number} sigma texels of the source
   * @param {boolean} develop
   */
  blur(renderer, source, between, result, sigma, develop) {
    const steps = /** @type {const} */ ([
      [develop ? this.developPass : this.blurPass, source, between, [1 / source.width, 0]],
      [this.blurPass, between, result, [0, 1 / between.height]],
    ]);
    for (const [pass, from, to, axis] of steps) {
      pass.uniforms.source.value = from.texture;
      pass.uniforms.axis.value = axis;
      pass.uniforms.scale.value = [1 / to.width, 1 / to.height];
      pass.uniforms.sigma.value = sigma;
      pass.draw(renderer, to);
    }
  }

  /** @param {string[]} defines of page.frag.glsl */
  page(defines) {
    const name = defines.join();
    let found = this.#pages.get(name);
    if (!found) {
      found = new ScreenPass(PAGE, this.pageUniforms, defines);
      this.#pages.set(name, found);
    }
    return found;
  }

  get #screens() {
    return [this.gatherPass, this.blurPass, this.developPass, ...this.#pages.values()];
  }

  /** Lets go of all that a lost context held. */
  forget() {
    for (const pass of this.#screens) pass.forget();
    orphan(this.keyMaterial);
  }

  dispose() {
    for (const pass of this.#screens) pass.dispose();
    this.keyMaterial.dispose();
  }
}
