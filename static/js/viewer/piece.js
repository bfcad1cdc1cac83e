/** A piece as the page draws it: its surfaces and stones on the GPU, its frame, what it may wear. */
import {
  ClampToEdgeWrapping,
  DataArrayTexture,
  DataTexture,
  HalfFloatType,
  LinearFilter,
  Matrix4,
  Mesh,
  NearestFilter,
  RGBAFormat,
  RedFormat,
  Scene,
  Vector3,
} from 'three';
import { matrixOf } from './camera.js';
import { geometryOf, rowsInto } from './geometry.js';
import { gemMaterial, pictureTexture, surfaceMaterial } from './materials.js';
import { orphan } from './passes.js';
import { gemUniforms, sharedUniforms } from './uniforms.js';
import { half, settingTexels, signedHalf, smoothMaps } from './unpack.js';

/** @typedef {import('./glb.js').Glb} Glb */
/** @typedef {import('./environment.js').Environment} Environment */
/** @typedef {import('./materials.js').Uniforms} Uniforms */
/** @typedef {import('three').RawShaderMaterial} RawShaderMaterial */

const BEATS_S = 8; // of a movement: 28 800 vibrations an hour
const DAY_S = 86_400;
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
  /** Angles by kind of `turning`. @type {Record<string, number>} */ turnedTo = {};
  /** Whether stones can be traced colour by colour: their programs are ready. */
  careful = false;
  /** Of the day, as the hands show it. @type {number | undefined} */ seconds;
  #users = 0;
  /** @type {Drawn[]} */ #drawn = [];
  /** @type {RawShaderMaterial[]} */ #looks = [];
  /** @type {import('three').Texture[]} */ #textures = [];
  /** @type {Map<string, {live: RawShaderMaterial, still: RawShaderMaterial, uniforms: Uniforms}>} */
  #gems = new Map();

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
    for (const scene of [this.surfaces, this.stones, this.clear]) {
      scene.matrixWorldAutoUpdate = scene.matrixAutoUpdate = false;
    }
    this.modelMatrix = new Matrix4(); // only tells three.js which way triangles are wound
    this.shared = sharedUniforms(environment);
    this.gemShared = gemUniforms(this.shared, environment);
    this.settingMaterials = Float32Array.from(this.about.setting.materials ?? []);
    this.#takeLooks(environment, pictures);
    for (const number of glb.json.nodes[0].children) this.#take(glb, glb.json.nodes[number], environment);
    this.ground = this.about.ground ? this.#ground(glb) : null;
    this.turns = this.#drawn.filter((one) => one.about.turn_period);
    this.shownSeconds = /** @type {number} */ (root.shown_seconds ?? 0);
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
    for (const [option, choice] of Object.entries(options)) {
      const base = this.about.setting.materials ?? [];
      const rows = this.about.setting.choices?.[option] ?? {};
      const touched = new Set(Object.values(rows).flatMap((row) => Object.keys(row)));
      for (const row of touched) {
        const at = 4 * Number(row);
        this.settingMaterials.set(rows[choice]?.[row] ?? base.slice(at, at + 4), at);
      }
    }
    this.wears = { ...this.wears, ...options };
    return true;
  }

  /** Tells apart how the piece looks from one view. */
  get state() {
    return `${JSON.stringify(this.wears)} ${this.posture}`;
  }

  /** Tells apart how its parts stand. */
  get posture() {
    return `${this.seconds ?? ''} ${JSON.stringify(this.turnedTo)}`;
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
   * Turns a watch's hands to a time of day; returns whether anything moved.
   * @param {number} timeMs since 1970, as Date.now() gives it
   */
  animate(timeMs) {
    if (this.turns.length === 0) return false;
    const now = new Date(timeMs);
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
    const seconds = Math.floor(((timeMs - midnight) / 1000) * BEATS_S) / BEATS_S;
    if (seconds === this.seconds) return false;
    this.seconds = seconds;
    for (const { about, places, matrices } of this.turns) {
      const share = ((seconds - this.shownSeconds + DAY_S) / about.turn_period) % 1;
      const turn = new Matrix4().makeRotationZ(-2 * Math.PI * share);
      rowsInto(places, 0, new Matrix4().multiplyMatrices(matrices[0], turn));
      places.needsUpdate = true;
    }
    return true;
  }

  /** What of it can be turned by hand, and in how many clicks. @type {Record<string, number | null>} */
  get turning() {
    const found = this.#drawn.flatMap(({ about }) => (about.turning ? [about.turning] : []));
    return Object.fromEntries(found.map(({ kind, clicks }) => [kind, clicks ?? null]));
  }

  /**
   * Turns a watch's bezel or crown, anticlockwise as one looks at it from outside.
   * @param {string} kind of `turning`
   * @param {number} angle radians from where the file has it
   */
  turn(kind, angle) {
    for (const { about, places, matrices } of this.#drawn) {
      if (about.turning?.kind !== kind) continue;
      const point = new Vector3(...about.turning.point);
      const turned = new Matrix4()
        .makeTranslation(point)
        .multiply(new Matrix4().makeRotationAxis(new Vector3(...about.turning.axis), angle))
        .multiply(new Matrix4().makeTranslation(point.negate()));
      matrices.forEach((matrix, k) => rowsInto(places, k, turned.clone().multiply(matrix)));
      places.needsUpdate = true;
    }
    this.turnedTo = { ...this.turnedTo, [kind]: angle };
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
   * @param {{bounces: number, full: boolean, look: 'true' | 'show', pixels: (metres: number) => number}} care
   *   `pixels`: how large a length at the piece is seen
   */
  traceStones({ bounces, full, look, pixels }) {
    const { small } = this.about;
    for (const { mesh, about } of this.#drawn) {
      if (about.stone === undefined) continue;
      const little = pixels(about.radius) < small.px;
      const gem = this.#gems.get(mesh.uuid);
      if (!gem) continue;
      const optic = this.about.optics[about.optic];
      const shown = look === 'show' ? optic.show : optic;
      gem.uniforms.ior.value = shown.ior;
      gem.uniforms.absorption.value = shown.absorption;
      gem.uniforms.bounces.value = little ? Math.min(bounces, small.bounces) : bounces;
      mesh.material = full && !little ? gem.still : gem.live;
    }
  }

  /** Lets stones wear the programs of still pictures, so that they can be compiled. */
  wearStill() {
    for (const { mesh } of this.#drawn) mesh.material = this.#gems.get(mesh.uuid)?.still ?? mesh.material;
  }

  /** Lets go of all that a lost context held. */
  forget() {
    orphan(...this.#drawn.map(({ mesh }) => mesh.geometry), ...this.#looks, ...this.#textures);
    for (const { live, still } of this.#gems.values()) orphan(live, still);
  }

  /** Frees everything on the GPU. */
  dispose() {
    for (const { mesh } of this.#drawn) mesh.geometry.dispose();
    for (const material of this.#looks) material.dispose();
    for (const gem of this.#gems.values()) {
      gem.live.dispose();
      gem.still.dispose();
    }
    for (const texture of this.#textures) texture.dispose();
    for (const scene of [this.surfaces, this.stones, this.clear]) scene.clear();
    this.#drawn = [];
    this.#gems.clear();
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
   * @param {Environment} environment
   */
  #take(glb, node, environment) {
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
      this.#cut(glb, mesh, about, environment);
      this.stones.add(mesh);
    } else {
      mesh.material = this.#looks[about.look];
      (this.about.looks[about.look].blends ? this.clear : this.surfaces).add(mesh);
    }
  }

  /**
   * Both programs of a stone: the shared path, and one for each colour.
   * @param {Glb} glb
   * @param {Mesh} mesh
   * @param {any} about
   * @param {Environment} environment
   */
  #cut(glb, mesh, about, environment) {
    const stone = this.about.stones[about.stone];
    const [quick, careful] = this.about.refinements;
    const defines = { ...environment.defines, ...stone.defines, REFINEMENTS: `${quick}` };
    if (stone.maps !== undefined) defines.HAS_SETTING = '1';
    const uniforms = {
      ...this.gemShared,
      planes: { value: glb.numbers(stone.planes).array },
      ior: { value: [1, 1, 1] },
      absorption: { value: [0, 0, 0] },
      bounces: { value: 1 },
      setting_map: { value: stone.maps === undefined ? null : this.#settingMap(glb, stone) },
      setting_materials: { value: this.settingMaterials },
      setting_skin: { value: -1 },
    };
    const live = gemMaterial(defines, uniforms);
    const still = gemMaterial({ ...defines, FULL_DISPERSION: '1', REFINEMENTS: `${careful}` }, uniforms);
    this.#gems.set(mesh.uuid, { live, still, uniforms });
    mesh.material = live;
  }

  /**
   * @param {Glb} glb
   * @param {any} stone
   */
  #settingMap(glb, stone) {
    const { near, far } = this.about.setting;
    const texels = settingTexels(glb.bytes(stone.maps), near, far);
    const map = new DataArrayTexture(texels, stone.side, stone.side, stone.layers);
    map.type = HalfFloatType;
    map.format = RGBAFormat;
    map.minFilter = map.magFilter = NearestFilter;
    map.needsUpdate = true;
    this.#textures.push(map);
    return map;
  }

  /** @param {Glb} glb */
  #ground(glb) {
    const { side, half_side: halfSide, steps, mean, waves } = this.about.ground;
    const [whole] = smoothMaps(glb.bytes(mean), side, false);
    const turns = smoothMaps(glb.bytes(waves), side / 2, true);
    const taken = Uint16Array.from(whole, (step) => half(step / steps[0]));
    const series = new Uint16Array(turns[0].length * 4);
    turns.forEach((wave, k) => wave.forEach((step, at) => (series[4 * at + k] = signedHalf(step / steps[1]))));
    const meanTexture = new DataTexture(taken, side, side, RedFormat, HalfFloatType);
    const wavesTexture = new DataTexture(series, side / 2, side / 2, RGBAFormat, HalfFloatType);
    for (const texture of [meanTexture, wavesTexture]) {
      texture.minFilter = texture.magFilter = LinearFilter;
      texture.wrapS = texture.wrapT = ClampToEdgeWrapping;
      texture.needsUpdate = true;
      this.#textures.push(texture);
    }
    return {
      mean: meanTexture,
      waves: wavesTexture,
      side,
      halfSide,
      worldFromGround: matrixOf(this.about.ground.world_from_ground),
    };
  }
}
