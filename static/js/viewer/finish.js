/** What makes a drawing a picture: the ground with its shadow and its mirror, or the wall, developed. */
import { Vector3 } from 'three';
import { Camera, mirroredAt, turned } from './camera.js';

/** @typedef {import('./camera.js').View} View */
/** @typedef {import('./passes.js').Passes} Passes */
/** @typedef {import('./piece.js').Piece} Piece */
/** @typedef {import('./piece-pass.js').PiecePass} PiecePass */
/** @typedef {import('./targets.js').Sum} Sum */
/** @typedef {import('./targets.js').Targets} Targets */
/** @typedef {import('three').Matrix4} Matrix4 */
/** @typedef {import('three').WebGLRenderer} WebGLRenderer */

const MIRROR_SHARE = 2; // pixels of the picture for one of the reflection, a side
const MIRROR_SAMPLES = 4; // of a still view that the reflection needs
const WALL_SHARE = 4;
const DARK_SRGB = [0.055, 0.058, 0.066];

/** The canvas: what a picture is drawn into, and where its lower left is. */
const CANVAS = { target: null, origin: [0, 0] };

/** Finishes pictures. */
export class Finish {
  /**
   * @param {WebGLRenderer} renderer
   * @param {Targets} targets
   * @param {Passes} passes
   * @param {PiecePass} pieces
   */
  constructor(renderer, targets, passes, pieces) {
    this.renderer = renderer;
    this.targets = targets;
    this.passes = passes;
    this.pieces = pieces;
  }

  /**
   * The piece as the ground mirrors it, into the sum's own mean.
   * @param {Piece} piece
   * @param {View} view
   * @param {Matrix4[]} matrices
   * @param {{mirrored: any, count: number}} sum
   * @param {number} width
   * @param {number} height
   * @param {number} side
   * @param {[number, number]} offset
   */
  reflect(piece, view, matrices, sum, width, height, side, offset) {
    if (sum.count >= MIRROR_SAMPLES && sum.mirrored) return;
    const w = Math.ceil(width / MIRROR_SHARE);
    const h = Math.ceil(height / MIRROR_SHARE);
    sum.mirrored ??= this.targets.meanTarget(w, h);
    const camera = new Camera(piece.frame, view, w, h);
    const height0 = piece.ground ? piece.ground.worldFromGround.elements[13] : 0;
    const mirror = mirroredAt(height0);
    const drawn = this.pieces.draw(piece, camera, matrices, { fineness: 1, side, offset, keys: false, mirror });
    this.passes.gather(this.renderer, drawn, sum.mirrored, 1, 1 / (sum.count + 1));
  }

  /**
   * The finished picture, on the canvas unless told.
   * @param {Piece} piece
   * @param {Pick<View, 'azimuth'>} view
   * @param {import('./camera.js').Pinhole} camera
   * @param {{target: any, mirrored: any}} sum
   * @param {string[]} defines
   * @param {boolean} reflects
   * @param {boolean} dark
   * @param {{target: import('three').WebGLRenderTarget | null, origin: number[]}} [where]
   */
  compose(piece, view, camera, sum, defines, reflects, dark, { target, origin } = CANVAS) {
    const { renderer, passes, targets } = this;
    const { width, height } = camera;
    const page = passes.pageUniforms;
    const { picture } = piece.environment.head;
    const side = Math.min(width, height);
    page.picture.value = sum.target.texture;
    page.size.value = [width, height];
    page.origin.value = origin;
    page.ground_srgb.value = dark ? DARK_SRGB : picture.ground_srgb;
    page.shadow_tint.value = picture.shadow_tint;
    if (defines.includes('STANDS') && piece.ground) {
      const { mean, waves, side: texels, worldFromGround, halfSide } = piece.ground;
      const azimuth = view.azimuth;
      page.ground_mean.value = mean;
      page.ground_waves.value = waves;
      page.ground_side.value = texels;
      page.ground_turn.value = [Math.cos(azimuth), Math.sin(azimuth), Math.cos(2 * azimuth), Math.sin(2 * azimuth)];
      const placed = turned(worldFromGround, 0, azimuth);
      this.ground(camera, placed, halfSide);
      const [, contact] = camera.project(new Vector3().setFromMatrixPosition(placed));
      page.reflection.value = [reflects ? picture.reflection : 0, contact];
      page.mirrored.value = reflects ? this.#softened(sum.mirrored, Math.max(side * picture.reflection_blur, 0.5)) : sum.target.texture;
    }
    if (defines.includes('HANGS')) {
      const w = Math.ceil(width / WALL_SHARE);
      const h = Math.ceil(height / WALL_SHARE);
      const small = targets.blurred(w, h, 'small');
      passes.gather(renderer, sum.target, small, WALL_SHARE, 1);
      ['soft', 'wide'].forEach((name, k) => {
        const [softness, right, down, density] = picture.wall_shadows[k];
        const result = targets.blurred(w, h, name);
        const sigma = Math.max(softness * side, 0.5) / WALL_SHARE;
        passes.blur(renderer, small, targets.blurred(w, h, 'between'), result, sigma, false);
        page[`${name}_shadow`].value = result.texture;
        page[`${name}_fall`].value = [right, down, density, 0];
      });
    }
    passes.page(defines).draw(renderer, target);
  }

  /**
   * Where the ground lies whose maps are shown.
   * @param {import('./camera.js').Pinhole} camera
   * @param {Matrix4} worldFromGround its z looks up
   * @param {number} half metres, of its side
   */
  ground(camera, worldFromGround, half) {
    const page = this.passes.pageUniforms;
    page.ground_half.value = half;
    page.ground_from_world.value = worldFromGround.clone().invert();
    page.world_from_pixel.value = camera.worldFromPixel();
    page.eye_world.value = camera.eye;
  }

  /**
   * @param {import('three').WebGLRenderTarget} source linear
   * @param {number} sigma
   */
  #softened(source, sigma) {
    const { width, height } = source;
    const result = this.targets.blurred(width, height, 'mirrored');
    this.passes.blur(this.renderer, source, this.targets.blurred(width, height, 'between'), result, sigma, true);
    return result.texture;
  }
}
