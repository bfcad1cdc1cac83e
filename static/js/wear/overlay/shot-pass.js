/**
 * Draws one shot: what is worn in one region, with what hides it. Order, as viewer/render/renderer.py
 * has it: shadows on skin, depth of bodies and limbs, opaque surfaces, stones, clear surfaces; then
 * samples are filtered and developed, softened as the camera's picture is, and laid on the canvas.
 */
import {
  Camera, DataTexture, HalfFloatType, LinearFilter, NearestFilter, RGBAFormat, RedFormat, UnsignedByteType, WebGLRenderTarget,
} from 'three'; // prettier-ignore
import { Kept } from '../../viewer/kept.js';
import { ScreenPass } from '../../viewer/screen-pass.js';
import { BLUR } from '../../viewer/shaders.js';
import { Hiders } from './bodies.js';
import { limbUniforms, limbsOf } from './limbs.js';
import { clipFromCamera } from './place.js';
import { common } from './regions.js';
import { LAY, RESOLVE } from './shaders.js';
import { fillLimbs } from './worn-piece.js';

/** @typedef {import('../../tryon/types.js').BodyMesh} BodyMesh */
/** @typedef {import('../../tryon/types.js').Intrinsics} Intrinsics */
/** @typedef {import('../../tryon/types.js').Occluder} Occluder */
/** @typedef {import('../../tryon/types.js').PixelRegion} PixelRegion */
/** @typedef {import('../../tryon/types.js').Veil} Veil */
/** @typedef {import('../types.js').DrawnWorn} DrawnWorn */
/** @typedef {import('../types.js').Light} Light */
/** @typedef {import('./care.js').Care} Care */
/** @typedef {import('./light.js').Studio} Studio */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./worn-piece.js').WornPiece} WornPiece */

/**
 * One jewel of a shot.
 * @typedef {object} Dressed
 * @property {WornPiece} piece
 * @property {DrawnWorn} worn
 * @property {Place} place
 * @property {import('./probes.js').Probed} probed camera frame
 */

/**
 * What is drawn together; pixels are those of the drawing, which may be fewer than the frame's.
 * @typedef {object} Shot
 * @property {Intrinsics} intrinsics
 * @property {PixelRegion} region
 * @property {PixelRegion} window the part of it in which samples are taken
 * @property {Dressed[]} dressed
 * @property {Occluder[]} occluders
 * @property {BodyMesh[]} bodies
 * @property {Light} light
 * @property {Studio} studio
 * @property {number} samples along a side of a pixel
 * @property {Care} care
 * @property {{ hides: Float32Array, region: PixelRegion }[]} veils in the frame's pixels
 * @property {number} share pixels of the drawing for one of the frame, a side
 * @property {number} seed of the noise
 */

const STEP = 64; // pixels: sizes are rounded up, so that a region that breathes keeps its target
const TARGETS_KEPT = 12;
const SHADOW_STEP = 2; // pixels a side for one sample of a shadow
const SKIN_BEHIND = 8e-3; // metres that a body gives way to the shadow on its own skin
const NEAREST = 1e-3; // metres
const OWN_BLUR_PX = 0.45; // of a drawing itself
const LEAST_BLUR_PX = 0.25; // less cannot be seen
const LEAST_NOISE = 0.3; // grey levels; less drowns in the rounding to 8 bits

/** @param {number} side */
const rounded = (side) => Math.ceil(side / STEP) * STEP;

/** Draws shots; belongs to one context. */
export class ShotPass {
  #camera = new Camera(); // three.js wants one; the shaders have their own
  /** @type {Kept<WebGLRenderTarget>} */ #targets = new Kept(TARGETS_KEPT, (one) => one.dispose());
  /** @type {Map<string, ScreenPass>} */ #passes = new Map();
  #bodies = new Hiders();
  #limbs = new Hiders();
  /** @type {DataTexture | null} */ #kept = null;

  /** @param {import('three').WebGLRenderer} renderer */
  constructor(renderer) {
    this.renderer = renderer;
  }

  /**
   * Draws a shot on the canvas.
   * @param {Shot} shot
   * @param {[number, number]} origin of the region's lower left on the canvas
   */
  draw(shot, origin) {
    const { renderer } = this;
    const { intrinsics, region, window, dressed, studio, light, samples, care } = shot;
    const wearers = new Set(dressed.flatMap(({ worn }) => (worn.wearer === null ? [] : [worn.wearer])));
    const limbs = limbsOf(shot.occluders);
    this.#bodies.takeBodies(shot.bodies);
    this.#limbs.takeLimbs(limbs, wearers);
    const [near, far] = this.#depths(dressed);
    const clip = clipFromCamera(intrinsics, window, near, far);
    const hidden = dressed.map(({ piece, worn, place, probed }) => {
      const hiding = limbUniforms(limbs, worn.wearer, place, probed);
      const pixels = (intrinsics.fx * worn.size) / place.translation[2];
      piece.lay(worn.laid);
      piece.dress(worn, hiding, care, pixels);
      return hiding;
    });
    const shadows = this.#shadows(shot, hidden, near, far);
    const target = this.#target('samples', window.width * samples, window.height * samples, true);
    renderer.setRenderTarget(target);
    renderer.clear(true, true, false);
    this.#hide(this.#bodies, clip, 0);
    this.#hide(this.#limbs, clip, 0);
    for (const layer of /** @type {const} */ (['surfaces', 'stones', 'clear'])) {
      dressed.forEach(({ piece, worn, place, probed }, k) => {
        if (piece.piece[layer].children.length === 0) return;
        if (dressed.some((other, j) => j !== k && other.piece === piece)) {
          // the same file twice: as it is here
          piece.lay(worn.laid);
          piece.dress(worn, hidden[k], care, (intrinsics.fx * worn.size) / place.translation[2]);
        }
        piece.light(place, clip, light, studio, worn);
        renderer.render(piece.piece[layer], this.#camera);
      });
    }
    const drawing = this.#resolved(shot, target, shadows);
    this.#lay(shot, drawing, origin);
  }

  /** @param {Dressed[]} dressed @returns {[number, number]} near and far, metres, that hold jewels and bodies */
  #depths(dressed) {
    let [near, far] = [Math.min(this.#bodies.depths[0], this.#limbs.depths[0]), Math.max(this.#bodies.depths[1], this.#limbs.depths[1])];
    for (const { piece, place } of dressed) {
      const { center, radius } = piece.piece;
      const [x, y, z] = place.apply([center.x, center.y, center.z]);
      const reach = place.size * radius * 1.05;
      if (Number.isNaN(x + y)) continue;
      near = Math.min(near, z - reach);
      far = Math.max(far, z + reach);
    }
    far = Math.max(1.02 * far, 2 * NEAREST);
    return [Math.max(0.98 * near, far * 5e-3, NEAREST), far];
  }

  /**
   * @param {Hiders} hiders
   * @param {import('three').Matrix4} clip
   * @param {number} setBack metres beside their own
   */
  #hide(hiders, clip, setBack) {
    if (!hiders.any) return;
    hiders.uniforms.clip_from_camera.value.copy(clip);
    hiders.uniforms.set_back.value = setBack;
    this.renderer.render(hiders.scene, this.#camera);
  }

  /**
   * Shadows on skin, one sample for two by two pixels; null where there are none.
   * @param {Shot} shot
   * @param {import('./limbs.js').LimbUniforms[][]} hidden
   * @param {number} near
   * @param {number} far
   */
  #shadows({ intrinsics, region, dressed, light }, hidden, near, far) {
    const { renderer } = this;
    const throwing = dressed.map(({ piece, worn }, k) => {
      // one shadow for all parts of a piece that are drawn apart
      const first = dressed.findIndex((other) => other.piece === piece && other.worn.shows !== 'hanging' && other.place.mirrored === worn.mirrored);
      const throws = light.shadow > 0 && (worn.onSkin || worn.wearer !== null) && first === k;
      return throws ? piece.skin.shadow : null;
    });
    if (!throwing.some((one) => one)) return null;
    const [width, height] = [Math.ceil(region.width / SHADOW_STEP), Math.ceil(region.height / SHADOW_STEP)];
    const target = this.#target('shadows', width, height, true);
    renderer.setRenderTarget(target);
    renderer.clear(true, true, false);
    const whole = clipFromCamera(intrinsics, region, near, far);
    this.#hide(this.#bodies, whole, SKIN_BEHIND);
    dressed.forEach(({ piece, worn, place }, k) => {
      const shadow = throwing[k];
      if (!shadow) return;
      const { gradient } = piece.piece.environment.head.worn;
      const environment = place.environmentFromModel(light.environmentFromCamera).elements; // by columns
      piece.lay(worn.laid);
      const { uniforms } = shadow;
      uniforms.clip_from_model.value.multiplyMatrices(whole, place.cameraFromModel);
      uniforms.eye_model.value.copy(place.eye);
      uniforms.light_model.value = [
        gradient[0],
        ...[0, 3, 6].map((at) => environment[at] * gradient[1] + environment[at + 1] * gradient[2] + environment[at + 2] * gradient[3]),
      ];
      uniforms.strength.value = light.shadow * worn.opacity;
      fillLimbs(piece.limbs, hidden[k][hidden[k].length - 1]);
      shadow.mesh.matrixWorld.makeScale(place.mirrored ? -1 : 1, 1, 1);
      renderer.render(shadow.scene, this.#camera);
    });
    return target;
  }

  /**
   * Samples to pixels: sRGB, premultiplied, the first row lowest.
   * @param {Shot} shot
   * @param {WebGLRenderTarget} target
   * @param {WebGLRenderTarget | null} shadows
   */
  #resolved({ region, window, dressed, light, samples }, target, shadows) {
    const { width, height } = region;
    const drawing = this.#target('drawing', width, height, false);
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
      uniforms.shadows.value = (shadows ?? this.#nothing).texture;
      uniforms.shadow_window.value = shadows ? shadowWindow(shadows, width, height) : [0, 0, 0, 0];
      uniforms.exposure.value = light.exposure;
      uniforms.shadow_srgb.value = shadowSrgb;
      uniforms.target_height.value = height;
      drawing.viewport.set(part.x, part.y, part.width, part.height);
      this.#resolve(part.count).draw(this.renderer, drawing);
    }
    const blur = Math.sqrt(Math.max(light.blurPx ** 2 - OWN_BLUR_PX ** 2, 0));
    return blur < LEAST_BLUR_PX ? drawing : this.#blurred(drawing, width, height, blur);
  }

  /**
   * As soft as the camera's picture is.
   * @param {WebGLRenderTarget} drawing
   * @param {number} width
   * @param {number} height
   * @param {number} sigma pixels
   */
  #blurred(drawing, width, height, sigma) {
    const between = this.#target('between', width, height, false);
    const pass = this.#pass('blur', () => new ScreenPass(BLUR, slots(['source', 'axis', 'scale', 'sigma'])));
    const { uniforms } = pass;
    uniforms.sigma.value = sigma;
    uniforms.scale.value = [1 / drawing.width, 1 / drawing.height];
    for (const [from, to, axis] of /** @type {const} */ ([
      [drawing, between, [1 / drawing.width, 0]],
      [between, drawing, [0, 1 / drawing.height]],
    ])) {
      this.renderer.setRenderTarget(to);
      if (to === between) this.renderer.clear(true, false, false);
      uniforms.source.value = from.texture;
      uniforms.axis.value = axis;
      to.viewport.set(0, 0, width, height);
      pass.draw(this.renderer, to);
    }
    return drawing;
  }

  /**
   * On the canvas, without what stands before it.
   * @param {Shot} shot
   * @param {WebGLRenderTarget} drawing
   * @param {[number, number]} origin
   */
  #lay({ region, veils, light, share, seed }, drawing, origin) {
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

  /** A target without any shadow. */
  get #nothing() {
    const target = this.#target('nothing', 1, 1, false);
    this.renderer.setRenderTarget(target);
    this.renderer.clear(true, false, false);
    return target;
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

  /**
   * A target at least so large, of which that part is drawn into.
   * @param {'samples' | 'shadows' | 'drawing' | 'between' | 'nothing'} use
   * @param {number} width
   * @param {number} height
   * @param {boolean} depth
   */
  #target(use, width, height, depth) {
    const [w, h] = [rounded(width), rounded(height)];
    const linear = use === 'samples' || use === 'shadows';
    const filter = use === 'drawing' || use === 'between' ? NearestFilter : LinearFilter;
    const target = this.#targets.get(`${use} ${w}x${h}`, () => {
      const options = { type: linear ? HalfFloatType : UnsignedByteType, format: use === 'shadows' ? RedFormat : RGBAFormat };
      return new WebGLRenderTarget(w, h, { ...options, minFilter: filter, magFilter: filter, depthBuffer: depth, stencilBuffer: false, generateMipmaps: false });
    });
    target.viewport.set(0, 0, width, height);
    return target;
  }

  /** Lets go of all that a lost context held. */
  forget() {
    this.#targets.forget();
    this.#kept = null;
    for (const part of [this.#bodies, this.#limbs, ...this.#passes.values()]) part.forget();
  }

  dispose() {
    this.#targets.clear();
    this.#kept?.dispose();
    for (const part of [this.#bodies, this.#limbs, ...this.#passes.values()]) part.dispose();
  }
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
    for (let row = 0; row < height; row++) {
      const down = Math.floor((y + row + 0.5) / share) - of.y;
      if (down < 0 || down >= of.height) continue;
      for (let column = 0; column < width; column++) {
        const right = Math.floor((x + column + 0.5) / share) - of.x;
        if (right < 0 || right >= of.width) continue;
        const at = row * width + column;
        kept[at] = Math.round(kept[at] * (1 - Math.min(Math.max(hides[down * of.width + right], 0), 1)));
      }
    }
  }
  return kept;
}
