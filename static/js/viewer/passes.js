/** Full-screen passes and the targets they draw into. */
import {
  Camera as ThreeCamera,
  ConstantAlphaFactor,
  CustomBlending,
  DepthTexture,
  DoubleSide,
  GLSL3,
  BufferGeometry,
  HalfFloatType,
  LinearFilter,
  Mesh,
  NearestFilter,
  NoBlending,
  OneMinusConstantAlphaFactor,
  RawShaderMaterial,
  RedFormat,
  RGBAFormat,
  Scene,
  UnsignedByteType,
  UnsignedIntType,
  WebGLRenderTarget,
} from 'three';
import { BLUR, GATHER, KEY, PAGE } from './shaders.js';

/** @typedef {import('./materials.js').Uniforms} Uniforms */
/** @typedef {import('three').WebGLRenderer} WebGLRenderer */

const SIZES_KEPT = 3; // of pictures, with their targets
const SUMS_PIXELS = 8e6; // of the still views under way, altogether
const SUMS_KEPT = 8; // however small

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

/**
 * Lets three.js forget what a lost context held of its objects: there is nothing left to free, and the
 * next picture uploads them anew.
 * @param {...object} objects geometries, materials, textures
 */
export function orphan(...objects) {
  // what would free it are the only listeners that these objects have
  for (const object of objects) delete (/** @type {{_listeners?: object}} */ (object)._listeners);
}

/** Things by name of which only those used last are kept. @template T */
export class Kept {
  /** @type {Map<string, T>} */ #items = new Map();

  /**
   * @param {number} most weight that is kept; the item used last is kept in any case
   * @param {(item: T) => void} free
   * @param {(item: T) => number} [weigh]
   */
  constructor(most, free, weigh = () => 1) {
    this.most = most;
    this.free = free;
    this.weigh = weigh;
  }

  /**
   * @param {string} name
   * @param {() => T} make
   */
  get(name, make) {
    const item = this.#items.get(name) ?? make();
    this.#items.delete(name);
    this.#items.set(name, item);
    let weight = 0;
    for (const kept of this.#items.values()) weight += this.weigh(kept);
    for (const [oldest, gone] of this.#items) {
      if (weight <= this.most || gone === item) break;
      weight -= this.weigh(gone);
      this.#items.delete(oldest);
      this.free(gone);
    }
    return item;
  }

  /** @param {(item: T) => boolean} unwanted */
  drop(unwanted) {
    for (const [name, item] of this.#items) {
      if (!unwanted(item)) continue;
      this.#items.delete(name);
      this.free(item);
    }
  }

  clear() {
    for (const item of this.#items.values()) this.free(item);
    this.forget();
  }

  /** Lets go of everything without freeing it. */
  forget() {
    this.#items.clear();
  }
}

/** Draws single triangles over whole targets. */
export class ScreenPass {
  #scene = new Scene();
  #camera = new ThreeCamera();
  #geometry = new BufferGeometry();

  /**
   * @param {{vertex: string, fragment: string}} shader
   * @param {Uniforms} uniforms
   * @param {string[]} [defines]
   */
  constructor(shader, uniforms, defines = []) {
    this.uniforms = uniforms;
    this.material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: shader.vertex,
      fragmentShader: shader.fragment,
      defines: Object.fromEntries(defines.map((name) => [name, '1'])),
      uniforms,
      depthTest: false,
      depthWrite: false,
      blending: NoBlending,
      side: DoubleSide,
    });
    this.#geometry.setDrawRange(0, 3); // the shader goes by the corners' numbers alone
    const mesh = new Mesh(this.#geometry, this.material);
    mesh.frustumCulled = false;
    this.#scene.add(mesh);
    this.#scene.matrixWorldAutoUpdate = false;
  }

  /**
   * @param {WebGLRenderer} renderer
   * @param {WebGLRenderTarget | null} target
   */
  draw(renderer, target) {
    renderer.setRenderTarget(target);
    renderer.render(this.#scene, this.#camera);
  }

  forget() {
    orphan(this.material, this.#geometry);
  }

  dispose() {
    this.material.dispose();
    this.#geometry.dispose();
  }
}

/** Everything that is drawn beside the piece itself. */
export class Passes {
  /** @type {Kept<WebGLRenderTarget>} */ #drawings = new Kept(SIZES_KEPT * 2, (one) => one.dispose());
  /** @type {Kept<WebGLRenderTarget>} */ #blurs = new Kept(SIZES_KEPT * 4, (one) => one.dispose());
  /** @type {Kept<{target: WebGLRenderTarget, mirrored: WebGLRenderTarget | null, count: number, piece: string}>} */
  #sums = new Kept(
    SUMS_PIXELS,
    (sum) => {
      sum.target.dispose();
      sum.mirrored?.dispose();
    },
    ({ target }) => target.width * target.height + SUMS_PIXELS / SUMS_KEPT,
  );
  /** @type {Map<string, ScreenPass>} */ #pages = new Map();
  /** @type {WebGLRenderTarget | null} */ #key = null;

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
        'picture', 'size', 'exposure', 'ground_srgb', 'shadow_tint', 'ground_mean', 'ground_waves',
        'ground_turn', 'ground_from_world', 'world_from_pixel', 'eye_world', 'ground_half',
        'ground_side', 'mirrored', 'reflection', 'soft_shadow', 'wide_shadow', 'soft_fall', 'wide_fall',
      ].map((name) => [name, { value: /** @type {any} */ (null) }]),
    ); // prettier-ignore
    this.pageUniforms.exposure.value = 1;
  }

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

  /**
   * Frees what belongs to a piece.
   * @param {string} piece
   */
  drop(piece) {
    this.#sums.drop((sum) => sum.piece === piece);
  }

  get #screens() {
    return [this.gatherPass, this.blurPass, this.developPass, ...this.#pages.values()];
  }

  /** Lets go of all that a lost context held. */
  forget() {
    for (const kept of [this.#drawings, this.#blurs, this.#sums]) kept.forget();
    for (const pass of this.#screens) pass.forget();
    orphan(this.keyMaterial);
    this.#key = null;
  }

  dispose() {
    for (const kept of [this.#drawings, this.#blurs, this.#sums]) kept.clear();
    for (const pass of this.#screens) pass.dispose();
    this.keyMaterial.dispose();
    this.#key?.depthTexture?.dispose();
    this.#key?.dispose();
  }
}
