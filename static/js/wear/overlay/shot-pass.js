/**
 * Draws one shot: what is worn in one region, with what hides it. Order, as viewer/render/renderer.py
 * has it: shadows on skin, depth of bodies and limbs, opaque surfaces, stones, clear surfaces; then
 * samples are filtered and developed, softened as the camera's picture is, and laid on the canvas.
 */
import { Camera } from 'three';
import { Hiders } from './bodies.js';
import { Developing, SHADOW_STEP } from './developing.js';
import { fillLimbs } from './limb-slots.js';
import { limbUniforms, limbsOf } from './limbs.js';
import { clipFromCamera } from './place.js';
import { ShotTargets } from './targets.js';

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

const SKIN_BEHIND = 8e-3; // metres that a body gives way to the shadow on its own skin
const NEAREST = 1e-3; // metres

/** Draws shots; belongs to one context. */
export class ShotPass {
  #camera = new Camera(); // three.js wants one; the shaders have their own
  #targets = new ShotTargets();
  #developing;
  #bodies = new Hiders();
  #limbs = new Hiders();

  /** @param {import('three').WebGLRenderer} renderer */
  constructor(renderer) {
    this.renderer = renderer;
    this.#developing = new Developing(renderer, this.#targets);
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
    const target = this.#targets.get('samples', window.width * samples, window.height * samples);
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
    const drawing = this.#developing.resolved(shot, target, shadows);
    this.#developing.lay(shot, drawing, origin);
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
    const target = this.#targets.get('shadows', width, height);
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

  /** Lets go of all that a lost context held. */
  forget() {
    for (const part of [this.#targets, this.#developing, this.#bodies, this.#limbs]) part.forget();
  }

  dispose() {
    for (const part of [this.#targets, this.#developing, this.#bodies, this.#limbs]) part.dispose();
  }
}
