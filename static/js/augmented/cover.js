/**
 * The shadow under a piece: what covers the table, dark and sharp where it nearly touches,
 * faint and wide from what is higher.
 */
import { Camera as ThreeCamera, DoubleSide, GLSL3, LinearFilter, Matrix4, NoBlending, RawShaderMaterial, WebGLRenderTarget } from 'three';
import { turned } from '../viewer/camera.js';
import { KEY } from '../viewer/shaders.js';

/** @typedef {import('../viewer/piece.js').Piece} Piece */
/** @typedef {import('../viewer/stage.js').Stage} Stage */
/** @typedef {import('./footing.js').Footing} Footing */

const TEXELS = 384; // a side
/** Height of what casts it, width of its edge, metres; density. */
const FALLS = /** @type {const} */ ({ soft: [0.0018, 0.0006, 0.6], wide: [1, 0.004, 0.42] });

/** Of one piece. */
export class Cover {
  /** @type {Record<string, WebGLRenderTarget>} */ #targets = {};
  #drawn = false;
  #camera = new ThreeCamera(); // three.js wants one; the shader has its own
  #clip = { clip_from_model: { value: new Matrix4() } };
  #material = new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: KEY.vertex,
    fragmentShader: KEY.fragment,
    uniforms: /** @type {any} */ (this.#clip),
    side: DoubleSide,
    blending: NoBlending,
    depthTest: false,
    depthWrite: false,
  });

  /**
   * @param {Stage} stage
   * @param {Piece} piece
   * @param {Footing} footing
   */
  constructor(stage, piece, footing) {
    this.stage = stage;
    this.piece = piece;
    this.footing = footing;
  }

  /** Draws it once: it turns with the piece. */
  draw() {
    if (this.#drawn) return;
    this.#drawn = true;
    const between = this.#target('between');
    const plain = this.#target('plain');
    for (const [name, [height, edge]] of Object.entries(FALLS)) {
      this.#covered(plain, height);
      const sigma = Math.max((edge / (2 * this.footing.half)) * TEXELS, 0.8);
      this.stage.tools.passes.blur(this.stage.renderer, plain, between, this.#target(name), sigma, false);
    }
  }

  /**
   * Lays it under the piece.
   * @param {import('../viewer/camera.js').Pinhole} camera
   * @param {number} turn
   */
  lay(camera, turn) {
    const { finish, passes } = this.stage.tools;
    const page = passes.pageUniforms;
    for (const [name, [, , density]] of Object.entries(FALLS)) {
      page[`${name}_shadow`].value = this.#target(name).texture;
      page[`${name}_fall`].value = [0, 0, density, 0];
    }
    finish.ground(camera, this.#worldFromGround(turn), this.footing.half);
  }

  /** @param {number} turn */
  #worldFromGround(turn) {
    const { foot } = this.footing;
    const upwards = new Matrix4().makeRotationX(-Math.PI / 2).setPosition(foot);
    return turned(upwards, foot.x, turn);
  }

  dispose() {
    this.#material.dispose();
    for (const target of Object.values(this.#targets)) target.dispose();
  }

  /**
   * What covers the table, of all that is lower than a height.
   * @param {WebGLRenderTarget} target
   * @param {number} height
   */
  #covered(target, height) {
    const { renderer } = this.stage.tools;
    const { half } = this.footing;
    // seen from above, the height as depth: what is higher is cut off
    const clipFromGround = new Matrix4().set(1 / half, 0, 0, 0, 0, 1 / half, 0, 0, 0, 0, 1 / height, 0, 0, 0, 0, 1);
    const clipFromWorld = clipFromGround.multiply(this.#worldFromGround(0).invert());
    renderer.setRenderTarget(target);
    renderer.clear(true, false, false);
    for (const worldFromModel of this.footing.placed(0)) {
      this.#clip.clip_from_model.value.multiplyMatrices(clipFromWorld, worldFromModel);
      for (const scene of [this.piece.surfaces, this.piece.stones]) {
        scene.overrideMaterial = this.#material;
        renderer.render(scene, this.#camera);
        scene.overrideMaterial = null;
      }
    }
  }

  /** @param {string} name */
  #target(name) {
    return (this.#targets[name] ??= new WebGLRenderTarget(TEXELS, TEXELS, {
      minFilter: LinearFilter,
      magFilter: LinearFilter,
      depthBuffer: false,
      generateMipmaps: false,
    }));
  }
}
