/**
 * Draws a piece into the frames of a session, by the page's own stage. Of each view only the window is
 * drawn in which the piece and its shadow are seen, so that what is small can be drawn finely.
 */
import { CustomBlending, Matrix4, OneFactor, OneMinusDstAlphaFactor, WebGLRenderTarget } from 'three';
import { Pinhole } from '../viewer/camera.js';
import { ScreenPass } from '../viewer/screen-pass.js';
import { RETICLE } from '../viewer/shaders.js';
import { Cover } from './cover.js';
import { Footing } from './footing.js';
import { frustum, windowOf } from './window.js';

/** @typedef {import('../viewer/piece.js').Piece} Piece */
/** @typedef {import('../viewer/stage.js').Stage} Stage */
/** @typedef {import('./placing.js').Placing} Placing */
/** @typedef {import('./window.js').Window} Window */

const SAMPLES = { least: 0.3e6, low: 0.5e6, medium: 0.9e6, high: 1.8e6, highest: 3e6 }; // of a view, by tier
const FINEST = 3; // samples for a pixel, a side
const RING = 1.16; // of the circle that the piece turns in
const LEAST_RING = 0.012; // metres

/** Of one piece in one session. */
export class RoomPainter {
  #reticle = new ScreenPass(RETICLE, {
    size: { value: [0, 0] },
    origin: { value: [0, 0] },
    world_from_pixel: { value: null },
    eye_world: { value: null },
    place_world: { value: null },
    radius: { value: 0 },
  });
  #target;
  #cover;

  /**
   * @param {Stage} stage
   * @param {Piece} piece
   * @param {XRWebGLLayer} layer
   */
  constructor(stage, piece, layer) {
    this.stage = stage;
    this.piece = piece;
    this.layer = layer;
    this.footing = new Footing(piece);
    this.#cover = new Cover(stage, piece, this.footing);
    this.#target = new WebGLRenderTarget(layer.framebufferWidth, layer.framebufferHeight);
    const { material } = this.#reticle;
    material.blending = CustomBlending; // under what is drawn already
    material.blendSrc = material.blendSrcAlpha = OneMinusDstAlphaFactor;
    material.blendDst = material.blendDstAlpha = OneFactor;
  }

  /**
   * One frame.
   * @param {readonly XRView[]} views
   * @param {Placing} placing
   */
  draw(views, placing) {
    if (this.stage.lost || placing.state === 'seeking') return;
    const { layer } = this;
    for (const view of views) {
      const viewport = layer.getViewport(view);
      if (viewport && viewport.width > 0) this.#view(view, viewport, placing);
    }
    this.stage.tools.renderer.setRenderTarget(null);
  }

  /**
   * @param {XRView} view
   * @param {XRViewport} viewport
   * @param {Placing} placing
   */
  #view(view, viewport, placing) {
    const { stage, piece, footing } = this;
    const viewFromWorld = new Matrix4().fromArray(view.transform.inverse.matrix).multiply(roomFromWorld(placing, footing));
    const lens = frustum(view.projectionMatrix, viewport.width, viewport.height);
    const whole = new Pinhole(viewFromWorld, viewport.width, viewport.height, lens.focal, lens.center);
    const window = windowOf(whole, footing.corners);
    if (!window) return;
    const { left, top, width, height } = window;
    const camera = new Pinhole(viewFromWorld, width, height, lens.focal, [lens.center[0] - left, lens.center[1] - top]);
    const origin = [viewport.x + left, viewport.y + viewport.height - top - height];
    const { finish, targets, passes, pieces, renderer } = stage.tools;
    const { tier } = stage.governor;
    const samples = SAMPLES[/** @type {keyof typeof SAMPLES} */ (tier.name)];
    const fineness = Math.min(Math.max(Math.floor(Math.sqrt(samples / (width * height))), 1), FINEST);
    const distance = camera.eye.distanceTo(footing.foot);
    piece.traceStones({ bounces: tier.bounces, full: false, look: 'true', pixels: (metres) => (metres * camera.focal) / distance });
    piece.glow(false);
    piece.wear(false);
    const matrices = footing.placed(placing.turn);
    this.#cover.draw();
    const sum = targets.sum('', '', width, height);
    const drawing = pieces.draw(piece, camera, matrices, { fineness, side: 1, offset: [0, 0], keys: tier.keyShadows });
    passes.gather(renderer, drawing, sum.target, fineness, 1);
    this.#cover.lay(camera, placing.turn);
    const where = { target: this.#within(origin, window), origin };
    finish.compose(piece, { azimuth: placing.turn }, camera, sum, ['COVERS', 'CLEAR'], false, false, where);
    if (placing.state === 'aiming') this.#ring(camera, where);
  }

  /**
   * The session's frame, of which only a window is drawn into.
   * @param {number[]} origin
   * @param {Window} window
   */
  #within([x, y], { width, height }) {
    const target = this.#target;
    target.viewport.set(x, y, width, height);
    target.scissor.set(x, y, width, height);
    target.scissorTest = true;
    // three.js's types leave it out; its own sessions draw by it
    /** @type {any} */ (this.stage.renderer).setRenderTargetFramebuffer(target, this.layer.framebuffer);
    return target;
  }

  /**
   * @param {Pinhole} camera
   * @param {{target: WebGLRenderTarget, origin: number[]}} where
   */
  #ring(camera, { target, origin }) {
    const { uniforms } = this.#reticle;
    uniforms.size.value = [camera.width, camera.height];
    uniforms.origin.value = origin;
    uniforms.world_from_pixel.value = camera.worldFromPixel();
    uniforms.eye_world.value = camera.eye;
    uniforms.place_world.value = this.footing.foot;
    uniforms.radius.value = Math.max(this.footing.radius * RING, LEAST_RING);
    this.#reticle.draw(this.stage.renderer, target);
  }

  dispose() {
    this.#reticle.dispose();
    this.#cover.dispose();
    this.stage.renderer.setRenderTarget(null);
  }
}

/**
 * Where the stage's world stands in the room: never made larger or smaller.
 * @param {Placing} placing
 * @param {Footing} footing
 */
function roomFromWorld({ place, facing }, { foot }) {
  return new Matrix4()
    .makeTranslation(...place)
    .multiply(new Matrix4().makeRotationY(facing))
    .multiply(new Matrix4().makeTranslation(-foot.x, -foot.y, -foot.z));
}
