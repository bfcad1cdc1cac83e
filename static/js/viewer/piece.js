/** A piece as the page draws it: its surfaces and stones on the GPU, its frame, what it may wear. */
import {
  BufferAttribute,
  ClampToEdgeWrapping,
  DataArrayTexture,
  DataTexture,
  HalfFloatType,
  InstancedBufferGeometry,
  InstancedInterleavedBuffer,
  InterleavedBuffer,
  InterleavedBufferAttribute,
  LinearFilter,
  Matrix3,
  Matrix4,
  Mesh,
  NearestFilter,
  Quaternion,
  RGBAFormat,
  RedFormat,
  Scene,
  Vector3,
} from 'three';
import { matrixOf } from './camera.js';
import { gemMaterial, pictureTexture, surfaceMaterial } from './materials.js';
import { orphan } from './passes.js';
import { half, settingTexels, signedHalf, smoothMaps } from './unpack.js';

/** @typedef {import('./glb.js').Glb} Glb */
/** @typedef {import('./environment.js').Environment} Environment */
/** @typedef {import('./materials.js').Uniforms} Uniforms */
/** @typedef {import('three').RawShaderMaterial} RawShaderMaterial */

const INSTANCING = 'EXT_mesh_gpu_instancing';
const BEATS_S = 8; // of a movement: 28 800 vibrations an hour
const DAY_S = 86_400;
const DARK_GAIN = 0.03; // of the studio's light, when watches glow

/**
 * One mesh with its instances.
 * @typedef {object} Drawn
 * @property {Mesh} mesh
 * @property {any} about what the file says of its node
 * @property {Vector3} center model frame
 * @property {InstancedInterleavedBuffer} places
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
    const { attributes, indices } = glb.json.meshes[node.mesh].primitives[0];
    const geometry = new InstancedBufferGeometry();
    const matrices = placesOf(glb, node);
    const layered = about.stone !== undefined;
    const stride = layered ? 13 : 12;
    const rows = new Float32Array(matrices.length * stride);
    const places = new InstancedInterleavedBuffer(rows, stride);
    matrices.forEach((matrix, k) => {
      rowsInto(places, k, matrix);
      if (layered) rows[k * stride + 12] = about.layers?.[k] ?? 0;
    });
    geometry.instanceCount = matrices.length;
    ['place_x', 'place_y', 'place_z'].forEach((name, k) =>
      geometry.setAttribute(name, new InterleavedBufferAttribute(places, 4, 4 * k)),
    );
    if (layered) geometry.setAttribute('layer', new InterleavedBufferAttribute(places, 1, 12));
    geometry.setAttribute('position', attribute(glb, attributes.POSITION));
    if (attributes.NORMAL !== undefined) geometry.setAttribute('normal', attribute(glb, attributes.NORMAL));
    if (attributes.TANGENT !== undefined) geometry.setAttribute('tangent', attribute(glb, attributes.TANGENT));
    if (attributes.TEXCOORD_0 !== undefined) geometry.setAttribute('uv', attribute(glb, attributes.TEXCOORD_0));
    if (attributes._OPENNESS !== undefined) {
      geometry.setAttribute('openness', openness(glb, attributes._OPENNESS, this.about.openness_scale));
    }
    if (indices !== undefined) {
      const corners = glb.numbers(indices);
      geometry.setIndex(new BufferAttribute(corners.array, 1));
    }
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

/**
 * @param {Environment} environment
 * @returns {Uniforms}
 */
function sharedUniforms(environment) {
  const { no_skin: skin } = environment.head;
  return {
    clip_from_model: { value: new Matrix4() },
    eye_model: { value: new Vector3() },
    environment_from_model: { value: new Matrix3() },
    environment_map: { value: environment.metals },
    environment_gain: { value: new Vector3(1, 1, 1) },
    irradiance: { value: environment.irradiance },
    opacity: { value: 1 },
    limb_count: { value: 0 },
    skin_squares: { value: skin.squares },
    skin_rest: { value: skin.rest },
    skin_radius: { value: skin.radius },
    skin_radiance: { value: [0, 0, 0] },
    sample_place: { value: new Vector3(1, 0, 0) },
    key_depth: { value: null },
    key_from_model: { value: new Matrix4() },
    key_model: { value: new Vector3(0, 1, 0) },
    key_strength: { value: 0 },
    key_sizes: { value: [0, 0, 0, 0] },
  };
}

/**
 * @param {Uniforms} shared
 * @param {Environment} environment
 * @returns {Uniforms}
 */
function gemUniforms(shared, environment) {
  const { clip_from_model, eye_model, environment_from_model, environment_gain, opacity, limb_count } = shared;
  return {
    clip_from_model,
    eye_model,
    environment_from_model,
    environment_gain,
    opacity,
    limb_count,
    environment_map: { value: environment.stones },
    residual: { value: environment.head.residual },
  };
}

/**
 * The places of a node's instances, model frame.
 * @param {Glb} glb
 * @param {any} node
 * @returns {Matrix4[]}
 */
function placesOf(glb, node) {
  const { TRANSLATION, ROTATION, SCALE } = node.extensions?.[INSTANCING]?.attributes ?? {};
  if (TRANSLATION === undefined) {
    return [
      new Matrix4().compose(
        new Vector3(...(node.translation ?? [0, 0, 0])),
        new Quaternion(...(node.rotation ?? [0, 0, 0, 1])),
        new Vector3(...(node.scale ?? [1, 1, 1])),
      ),
    ];
  }
  const shifts = glb.numbers(TRANSLATION);
  const turns = ROTATION === undefined ? null : glb.numbers(ROTATION);
  const scales = SCALE === undefined ? null : glb.numbers(SCALE);
  return Array.from({ length: shifts.count }, (_, k) => {
    const turn = new Quaternion();
    if (turns) turn.fromArray(/** @type {any} */ (turns.array), k * turns.stride).normalize();
    const scale = new Vector3(1, 1, 1);
    if (scales) scale.fromArray(/** @type {any} */ (scales.array), k * scales.stride);
    return new Matrix4().compose(
      new Vector3().fromArray(/** @type {any} */ (shifts.array), k * shifts.stride),
      turn,
      scale,
    );
  });
}

/**
 * Writes an instance as the rows that the vertex shaders take.
 * @param {InterleavedBuffer} places
 * @param {number} instance
 * @param {Matrix4} matrix
 */
function rowsInto(places, instance, matrix) {
  const e = matrix.elements;
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 4; column++) {
      places.array[instance * places.stride + 4 * row + column] = e[4 * column + row];
    }
  }
}

/** @type {WeakMap<Glb, Map<number, BufferAttribute | InterleavedBufferAttribute>>} */
const attributes = new WeakMap();

/**
 * An attribute of a mesh; kinds of one part share theirs.
 * @param {Glb} glb
 * @param {number} number
 */
function attribute(glb, number) {
  const known = attributes.get(glb) ?? new Map();
  attributes.set(glb, known);
  let found = known.get(number);
  if (!found) {
    const { array, width, stride, normalized } = glb.numbers(number);
    found =
      stride === width
        ? new BufferAttribute(array, width, normalized)
        : new InterleavedBufferAttribute(new InterleavedBuffer(array, stride), width, 0, normalized);
    known.set(number, found);
  }
  return found;
}

/**
 * @param {Glb} glb
 * @param {number} number
 * @param {number} scale
 */
function openness(glb, number, scale) {
  const { array } = glb.numbers(number);
  return new BufferAttribute(Float32Array.from(array, (value) => (value * scale) / 127), 4);
}
