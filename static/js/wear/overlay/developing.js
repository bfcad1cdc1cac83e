/** What makes samples a drawing on the canvas: filtered and developed, as soft and noisy as the camera's picture. */
import { DataTexture, HalfFloatType, RedFormat, UnsignedByteType } from 'three';
import { ScreenPass } from '../../viewer/screen-pass.js';
import { BLUR } from '../../viewer/shaders.js';
import { common } from './regions.js';
import { LAY, RESOLVE } from './shaders.js';
import { softening } from './softening.js';

/** @typedef {import('../../tryon/types.js').PixelRegion} PixelRegion */
/** @typedef {import('./shot-pass.js').Shot} Shot */
/** @typedef {import('./targets.js').ShotTargets} ShotTargets */
/** @typedef {import('three').WebGLRenderTarget} WebGLRenderTarget */

export const SHADOW_STEP = 2; // pixels a side for one sample of a shadow
const LEAST_NOISE = 0.3; // grey levels; less drowns in the rounding to 8 bits

/** Finishes shots; belongs to one context. */
export class Developing {
  /** @type {Map<string, ScreenPass>} */ #passes = new Map();
  /** @type {DataTexture | null} */ #kept = null;
  #unshaded = unshaded();

  /**
   * @param {import('three').WebGLRenderer} renderer
   * @param {ShotTargets} targets
   */
  constructor(renderer, targets) {
    this.renderer = renderer;
    this.targets = targets;
  }

  /**
   * Samples to pixels: sRGB, premultiplied, the first row lowest.
   * @param {Shot} shot
   * @param {WebGLRenderTarget} target
   * @param {WebGLRenderTarget | null} shadows
   */
  resolved({ region, window, dressed, light, samples, share }, target, shadows) {
    const { width, height } = region;
    const drawing = this.targets.get('drawing', width, height);
    this.renderer.setRenderTarget(drawing);
    drawing.scissorTest = false;
    this.renderer.clear(true, false, false);
    const [left, top] = [window.x - region.x, window.y - region.y];
    const whole = window.width === width && window.height === height;
    const { shadow_srgb: shadowSrgb } = dressed[0].piece.piece.environment.head.worn;
    const parts = [...(whole || !shadows ? [] : [{ count: 0, x: 0, y: 0, width, height }]), { count: samples, ...window, x: left, y: top }];
    for (const part of parts) {
      const { uniforms } = this.#resolve(part.count);
      uniforms.samples.value = target.texture;
      uniforms.sample_texel.value = [1 / target.width, 1 / target.height];
      uniforms.window.value = [left, top, window.height];
      uniforms.shadows.value = shadows?.texture ?? this.#unshaded;
      uniforms.shadow_window.value = shadows ? shadowWindow(shadows, width, height) : [0, 0, 0, 0];
      uniforms.exposure.value = light.exposure;
      uniforms.shadow_srgb.value = shadowSrgb;
      uniforms.target_height.value = height;
      drawing.viewport.set(part.x, part.y, part.width, part.height);
      this.#resolve(part.count).draw(this.renderer, drawing);
    }
    return this.#blurred(drawing, width, height, softening(light, share));
  }

  /**
   * As soft as the camera's picture is.
   * @param {WebGLRenderTarget} drawing
   * @param {number} width
   * @param {number} height
   * @param {import('./softening.js').Softening[]} along
   * @returns {WebGLRenderTarget}
   */
  #blurred(drawing, width, height, along) {
    if (!along.length) return drawing;
    let [from, to] = [drawing, this.targets.get('between', width, height)];
    this.renderer.setRenderTarget(to);
    this.renderer.clear(true, false, false);
    const pass = this.#pass('blur', () => new ScreenPass(BLUR, slots(['source', 'axis', 'scale', 'sigma'])));
    const { uniforms } = pass;
    uniforms.scale.value = [1 / drawing.width, 1 / drawing.height];
    for (const { way: [x, y], sigma } of along) {
      uniforms.sigma.value = sigma;
      uniforms.source.value = from.texture;
      uniforms.axis.value = [x / drawing.width, y / drawing.height];
      to.viewport.set(0, 0, width, height);
      pass.draw(this.renderer, to);
      [from, to] = [to, from];
    }
    return from;
  }

  /**
   * On the canvas, without what stands before it.
   * @param {Shot} shot
   * @param {WebGLRenderTarget} drawing
   * @param {[number, number]} origin
   */
  lay({ region, veils, light, share, seed }, drawing, origin) {
    const { width, height } = region;
    const kept = keptOf(veils, region, share);
    const grainy = (light.noise ?? 0) >= LEAST_NOISE;
    const names = [...(kept ? ['VEILED'] : []), ...(grainy ? ['GRAINY'] : [])];
    const pass = this.#pass(`lay ${names}`, () => new ScreenPass(LAY, slots(['drawing', 'origin', 'height', 'kept', 'noise', 'seed']), names));
    const { uniforms } = pass;
    uniforms.drawing.value = drawing.texture;
    uniforms.origin.value = origin;
    uniforms.height.value = height;
    uniforms.noise.value = (light.noise ?? 0) / 255;
    uniforms.seed.value = seed;
    if (kept) uniforms.kept.value = this.#texture(kept, width, height);
    const { renderer } = this;
    renderer.setRenderTarget(null);
    renderer.setViewport(...origin, width, height);
    pass.draw(renderer, null);
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} width
   * @param {number} height
   */
  #texture(bytes, width, height) {
    if (this.#kept?.image.width !== width || this.#kept.image.height !== height) {
      this.#kept?.dispose();
      this.#kept = new DataTexture(bytes, width, height, RedFormat, UnsignedByteType);
      this.#kept.unpackAlignment = 1;
    }
    this.#kept.image.data = bytes;
    this.#kept.needsUpdate = true;
    return this.#kept;
  }

  /** @param {number} count of samples along a side of a pixel */
  #resolve(count) {
    const names = [
      'samples', 'sample_texel', 'window', 'shadows', 'shadow_window', 'exposure', 'shadow_srgb', 'target_height',
    ]; // prettier-ignore
    return this.#pass(`resolve ${count}`, () => new ScreenPass(RESOLVE, slots(names), { SUPERSAMPLING: `${count}` }));
  }

  /**
   * @param {string} name
   * @param {() => ScreenPass} make
   */
  #pass(name, make) {
    const found = this.#passes.get(name) ?? make();
    this.#passes.set(name, found);
    return found;
  }

  /** Lets go of all that a lost context held. */
  forget() {
    this.#kept = null;
    this.#unshaded = unshaded();
    for (const pass of this.#passes.values()) pass.forget();
  }

  dispose() {
    this.#kept?.dispose();
    this.#unshaded.dispose();
    for (const pass of this.#passes.values()) pass.dispose();
  }
}

/** No shadow anywhere. */
function unshaded() {
  const texture = new DataTexture(new Uint16Array(1), 1, 1, RedFormat, HalfFloatType);
  texture.needsUpdate = true;
  return texture;
}

/** @param {string[]} names @returns {import('../../viewer/materials.js').Uniforms} */
const slots = (names) => Object.fromEntries(names.map((name) => [name, { value: /** @type {any} */ (null) }]));

/**
 * Texture coordinates of the shadows: step from pixel to pixel, and the centre of the last.
 * @param {WebGLRenderTarget} target
 * @param {number} width
 * @param {number} height
 */
function shadowWindow(target, width, height) {
  const [across, down] = [Math.ceil(width / SHADOW_STEP), Math.ceil(height / SHADOW_STEP)];
  return [across / width / target.width, down / height / target.height, (across - 0.5) / target.width, (down - 0.5) / target.height];
}

/**
 * What veils leave of a region, its first row first; null where none reaches it.
 * @param {Shot['veils']} veils in the frame's pixels
 * @param {PixelRegion} region in those of the drawing
 * @param {number} share
 */
function keptOf(veils, region, share) {
  const { x, y, width, height } = region;
  const there = { x: x / share, y: y / share, width: width / share, height: height / share };
  const reaching = veils.filter((veil) => common(veil.region, there));
  if (!reaching.length) return null;
  const kept = new Uint8Array(width * height).fill(255);
  for (const { hides, region: of } of reaching) {
    const rights = Int32Array.from({ length: width }, (_, column) => Math.floor((x + column + 0.5) / share) - of.x);
    for (let row = 0; row < height; row++) {
      const down = Math.floor((y + row + 0.5) / share) - of.y;
      if (down < 0 || down >= of.height) continue;
      for (let column = 0; column < width; column++) {
        const right = rights[column];
        if (right < 0 || right >= of.width) continue;
        const hidden = hides[down * of.width + right];
        if (hidden <= 0) continue;
        const at = row * width + column;
        kept[at] = Math.round(kept[at] * (1 - Math.min(hidden, 1)));
      }
    }
  }
  return kept;
}
