/** A piece as the page draws it: its surfaces and stones on the GPU, its frame, what it may wear. */
import { Matrix4, Mesh, Scene, Vector3 } from 'three';
import { boundsOf } from './bounds.js';
import { matrixOf, turned } from './camera.js';
import { geometryOf } from './geometry.js';
import { orphan } from './kept.js';
import { groundMaps } from './maps.js';
import { pictureTexture, surfaceMaterial } from './materials.js';
import { Mechanism } from './mechanism.js';
import { Stones } from './stones.js';
import { sharedUniforms } from './uniforms.js';
import { handMesh, insideRadius } from './wearer.js';

/** @typedef {import('./glb.js').Glb} Glb */
/** @typedef {import('./environment.js').Environment} Environment */
/** @typedef {import('three').RawShaderMaterial} RawShaderMaterial */

const DARK_GAIN = 0.03; // of the studio's light, when watches glow

/**
 * One mesh with its instances.
 * @typedef {object} Drawn
 * @property {Mesh} mesh
 * @property {any} about what the file says of its node
 * @property {Vector3} center model frame
 * @property {import('three').InstancedInterleavedBuffer} places
 * @property {Matrix4[]} matrices of the instances, model frame
 */

/**
 * A place that is pointed at.
 * @typedef {object} Hotspot
 * @property {string} name of the part
 * @property {string} about what kind of part it is
 * @property {[number, number, number]} position model frame
 * @property {[number, number, number]} normal
 */

/** A loaded piece; made by `Stage.load`. */
export class Piece {
  /** Called once when nobody needs the piece any more. @type {() => void} */
  onreleased = () => {};
  /** What it wears beside what its file says. @type {Record<string, string>} */ wears = {};
  /** Whether stones can be traced colour by colour: their programs are ready. */
  careful = false;
  #users = 0;
  /** @type {Drawn[]} */ #drawn = [];
  /** @type {RawShaderMaterial[]} */ #looks = [];
  /** @type {import('three').Texture[]} */ #textures = [];
  #stones;
  /** @type {Promise<void> | null} */ #hand = null;
  /** @type {Mesh | null} */ #mesh = null; // of the hand
  /** @type {number | undefined} */ #insideMm;

  /**
   * @param {Glb} glb
   * @param {Environment} environment
   * @param {ImageBitmap[]} pictures of the file, in its order
   */
  constructor(glb, environment, pictures) {
    const root = glb.json.nodes[0].extras.parure;
    this.about = root.viewer;
    this.environment = environment;
    this.anchor = /** @type {string | null} */ (root.anchor);
    this.hanging = /** @type {string[]} */ (root.hanging ?? []); // parts that swing
    this.sectionMm = /** @type {[number, number] | undefined} */ (root.section_mm);
    this.frame = /** @type {import('./camera.js').Frame} */ (this.about.frame);
    this.center = new Vector3().fromArray(this.about.center);
    this.radius = /** @type {number} */ (this.about.radius);
    this.sizeMm = /** @type {[number, number, number]} */ (this.about.size_mm);
    this.hotspots = /** @type {Hotspot[]} */ (this.about.hotspots);
    this.shown = this.about.shown.map((/** @type {any} */ one) => ({
      worldFromModel: matrixOf(one.world_from_model),
      axis: /** @type {number} */ (one.axis),
      mirrored: /** @type {boolean} */ (one.mirrored),
    }));
    this.surfaces = new Scene();
    this.stones = new Scene();
    this.clear = new Scene();
    this.wearer = new Scene(); // the hand it is worn on, while that is shown
    for (const scene of [this.surfaces, this.stones, this.clear, this.wearer]) {
      scene.matrixWorldAutoUpdate = scene.matrixAutoUpdate = false;
    }
    this.modelMatrix = new Matrix4(); // only tells three.js which way triangles are wound
    this.shared = sharedUniforms(environment);
    this.#stones = new Stones(this.about, this.shared, environment);
    this.#takeLooks(environment, pictures);
    for (const number of glb.json.nodes[0].children) this.#take(glb, glb.json.nodes[number]);
    this.ground = this.about.ground ? groundMaps(glb, this.about.ground) : null;
    if (this.ground) this.#textures.push(this.ground.mean, this.ground.waves);
    this.mechanism = new Mechanism(this.#drawn, root.shown_seconds ?? 0);
    this.takesShadows = this.about.looks.some((/** @type {any} */ look) => look.defines.includes('TAKES_SHADOWS'));
    /** What it may wear without another file: choices by option. @type {Record<string, string[]>} */
    this.variants = {};
    for (const { about } of this.#drawn) {
      if (about.choices) {
        const known = new Set([...(this.variants[about.slot] ?? []), ...Object.keys(about.choices)]);
        this.variants[about.slot] = [...known];
      }
    }
  }

  /** What is drawn of it, for who draws it otherwise. @type {readonly Drawn[]} */
  get things() {
    return this.#drawn;
  }

  /** Counts one more user. */
  keep() {
    this.#users += 1;
    return this;
  }

  /** One user less; the last one frees the piece. */
  release() {
    this.#users -= 1;
    if (this.#users === 0) this.onreleased();
  }

  /**
   * Puts on other materials; false, and nothing changes, where that takes another file.
   * @param {Record<string, string>} options choice by option
   */
  choose(options) {
    const known = Object.entries(options).every(([option, choice]) =>
      this.#drawn.some(({ about }) => about.slot === option && about.choices?.[choice] !== undefined),
    );
    if (!known) return false;
    for (const { mesh, about } of this.#drawn) {
      const worn = about.choices?.[options[about.slot]];
      if (worn === undefined) continue;
      if (about.stone === undefined) mesh.material = this.#looks[worn];
      else about.optic = worn;
    }
    for (const [option, choice] of Object.entries(options)) this.#stones.choose(option, choice);
    this.wears = { ...this.wears, ...options };
    return true;
  }

  /** Tells apart how the piece looks from one view. */
  get state() {
    return `${JSON.stringify(this.wears)} ${this.mechanism.posture}`;
  }

  /** Where on a hand it is worn; null where it is not. @returns {'finger' | 'wrist' | null} */
  get seat() {
    if (this.anchor === 'finger') return 'finger';
    return this.anchor === 'wrist' && this.sectionMm ? 'wrist' : null;
  }

  /** Half the width and the depth of what is inside it, mm. */
  get insideMm() {
    if (this.seat === 'finger') {
      this.#insideMm ??= insideRadius(this.#drawn) * 1e3;
      return { across: this.#insideMm, deep: this.#insideMm };
    }
    const [across, deep] = /** @type {[number, number]} */ (this.sectionMm);
    return { across, deep };
  }

  /** Makes the hand that it can be shown on. */
  async prepareHand() {
    if (!this.seat) return;
    this.#hand ??= handMesh(this.seat, this.insideMm, this.environment, this.shared).then((mesh) => {
      mesh.matrixWorld = this.modelMatrix;
      this.#mesh = mesh;
    });
    await this.#hand;
  }

  /**
   * Puts it on the hand that was made, or takes it off.
   * @param {boolean} on
   */
  wear(on) {
    if (!this.#mesh || on === this.wearer.children.length > 0) return;
    if (on) this.wearer.add(this.#mesh);
    else this.wearer.clear();
  }

  get glows() {
    return this.#drawn.some(({ about }) => about.glow !== undefined);
  }

  /**
   * Lets luminous paint glow, or not.
   * @param {boolean} dark
   */
  glow(dark) {
    const gain = dark ? DARK_GAIN : 1;
    this.shared.environment_gain.value.setScalar(gain);
    for (const { mesh, about } of this.#drawn) {
      if (about.glow !== undefined) mesh.material = this.#looks[dark ? about.glow : about.look];
    }
  }

  /**
   * Where it and its twin stand as it is turned, world from model.
   * @param {number} azimuth
   * @returns {Matrix4[]}
   */
  placed(azimuth) {
    return this.shown.map((/** @type {any} */ { worldFromModel, axis, mirrored }) => {
      const matrix = turned(worldFromModel, axis, azimuth);
      return mirrored ? matrix.multiply(new Matrix4().makeScale(-1, 1, 1)) : matrix;
    });
  }

  /** The upright box about all of it. @param {Matrix4[]} placed world from model */
  bounds(placed) {
    return boundsOf(this.#drawn, placed);
  }

  /**
   * Readies all uniforms that a pass shares.
   * @param {{clip: Matrix4, placement: import('./camera.js').Placement, samplePlace: [number, number, number]}} pass
   */
  prepare({ clip, placement, samplePlace }) {
    this.shared.clip_from_model.value.copy(clip);
    this.shared.eye_model.value.copy(placement.eyeModel);
    this.shared.environment_from_model.value.copy(placement.environmentFromModel);
    this.shared.sample_place.value.set(...samplePlace);
    this.modelMatrix.makeScale(placement.mirrored ? -1 : 1, 1, 1);
    const eye = placement.eyeModel;
    for (const one of this.#drawn) {
      if (one.mesh.parent === this.clear) one.mesh.userData.far = eye.distanceTo(one.center);
    }
    this.clear.children.sort((a, b) => b.userData.far - a.userData.far);
  }

  /**
   * Chooses how stones are traced.
   * @param {import('./stones.js').Care} care
   */
  traceStones(care) {
    for (const { mesh, about } of this.#drawn) {
      if (about.stone !== undefined) this.#stones.trace(mesh, about, care);
    }
  }

  /** Lets stones wear the programs of still pictures, so that they can be compiled. */
  wearStill() {
    for (const { mesh } of this.#drawn) this.#stones.wearStill(mesh);
  }

  /** Lets go of all that a lost context held. */
  forget() {
    orphan(...this.#drawn.map(({ mesh }) => mesh.geometry), ...this.#looks, ...this.#textures);
    if (this.#mesh) orphan(this.#mesh.geometry, /** @type {object} */ (this.#mesh.material));
    this.#stones.forget();
  }

  /** Frees everything on the GPU. */
  dispose() {
    for (const { mesh } of this.#drawn) mesh.geometry.dispose();
    for (const material of this.#looks) material.dispose();
    this.#mesh?.geometry.dispose();
    /** @type {RawShaderMaterial | undefined} */ (this.#mesh?.material)?.dispose();
    this.#stones.dispose();
    for (const texture of this.#textures) texture.dispose();
    for (const scene of [this.surfaces, this.stones, this.clear]) scene.clear();
    this.#drawn = [];
  }

  /**
   * @param {Environment} environment
   * @param {ImageBitmap[]} bitmaps
   */
  #takeLooks(environment, bitmaps) {
    const textures = bitmaps.map(pictureTexture);
    this.#textures.push(...textures);
    this.#looks = this.about.looks.map((/** @type {import('./materials.js').Look} */ look) => {
      const pictures = Object.fromEntries(
        Object.entries(look.images).map(([sampler, number]) => [sampler, textures[number]]),
      );
      return surfaceMaterial(look, environment.defines, this.shared, pictures);
    });
  }

  /**
   * @param {Glb} glb
   * @param {any} node
   */
  #take(glb, node) {
    const about = node.extras.parure;
    const { geometry, places, matrices } = geometryOf(glb, node, this.about.openness_scale);
    const layered = about.stone !== undefined;
    const mesh = new Mesh(geometry);
    mesh.frustumCulled = false;
    mesh.matrixAutoUpdate = mesh.matrixWorldAutoUpdate = false;
    mesh.matrixWorld = this.modelMatrix;
    const middle = matrices.reduce(
      (sum, matrix) => sum.add(new Vector3().setFromMatrixPosition(matrix)),
      new Vector3(),
    );
    const center = middle.divideScalar(matrices.length);
    this.#drawn.push({ mesh, about, center, places, matrices });
    if (layered) {
      this.#stones.cut(glb, mesh, about);
      this.stones.add(mesh);
    } else {
      mesh.material = this.#looks[about.look];
      (this.about.looks[about.look].blends ? this.clear : this.surfaces).add(mesh);
    }
  }
}
