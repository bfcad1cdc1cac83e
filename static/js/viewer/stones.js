/** The stones of a piece: their programs, and what they see of the materials about them. */
import { orphan } from './kept.js';
import { settingMap } from './maps.js';
import { gemMaterial } from './materials.js';
import { gemUniforms } from './uniforms.js';

/** @typedef {import('./environment.js').Environment} Environment */
/** @typedef {import('./glb.js').Glb} Glb */
/** @typedef {import('./materials.js').Uniforms} Uniforms */
/** @typedef {import('three').Mesh} Mesh */
/** @typedef {import('three').RawShaderMaterial} RawShaderMaterial */

/**
 * How stones are traced.
 * @typedef {object} Care
 * @property {number} bounces of a ray, at most
 * @property {boolean} full each colour by itself
 * @property {'true' | 'show'} look
 * @property {(metres: number) => number} pixels how large a length at the piece is seen
 */

/** All stones of one piece. */
export class Stones {
  /** @type {Map<string, {live: RawShaderMaterial, still: RawShaderMaterial, uniforms: Uniforms}>} */
  #gems = new Map();
  /** @type {import('three').Texture[]} */ #maps = [];
  #shared;
  #settingMaterials;

  /**
   * @param {any} about what the file says of its piece
   * @param {Uniforms} shared
   * @param {Environment} environment
   */
  constructor(about, shared, environment) {
    this.about = about;
    this.environment = environment;
    this.#shared = gemUniforms(shared, environment);
    this.#settingMaterials = Float32Array.from(about.setting.materials ?? []);
  }

  /**
   * Both programs of a stone: the shared path, and one for each colour.
   * @param {Glb} glb
   * @param {Mesh} mesh
   * @param {any} about what the file says of its node
   */
  cut(glb, mesh, about) {
    const stone = this.about.stones[about.stone];
    const [quick, careful] = this.about.refinements;
    const defines = { ...this.environment.defines, ...stone.defines, REFINEMENTS: `${quick}` };
    if (stone.maps !== undefined) defines.HAS_SETTING = '1';
    const map = stone.maps === undefined ? null : settingMap(glb, stone, this.about.setting);
    if (map) this.#maps.push(map);
    const uniforms = {
      ...this.#shared,
      planes: { value: glb.numbers(stone.planes).array },
      ior: { value: [1, 1, 1] },
      absorption: { value: [0, 0, 0] },
      bounces: { value: 1 },
      setting_map: { value: map },
      setting_materials: { value: this.#settingMaterials },
      setting_skin: { value: -1 },
    };
    const live = gemMaterial(defines, uniforms);
    const still = gemMaterial({ ...defines, FULL_DISPERSION: '1', REFINEMENTS: `${careful}` }, uniforms);
    this.#gems.set(mesh.uuid, { live, still, uniforms });
    mesh.material = live;
  }

  /**
   * Chooses how a stone is traced.
   * @param {Mesh} mesh
   * @param {any} about
   * @param {Care} care
   */
  trace(mesh, about, { bounces, full, look, pixels }) {
    const gem = this.#gems.get(mesh.uuid);
    if (!gem) return;
    const { small } = this.about;
    const little = pixels(about.radius) < small.px;
    const optic = this.about.optics[about.optic];
    const shown = look === 'show' ? optic.show : optic;
    gem.uniforms.ior.value = shown.ior;
    gem.uniforms.absorption.value = shown.absorption;
    gem.uniforms.bounces.value = little ? Math.min(bounces, small.bounces) : bounces;
    mesh.material = full && !little ? gem.still : gem.live;
  }

  /**
   * Lets a stone wear the program of still pictures, so that it can be compiled.
   * @param {Mesh} mesh
   */
  wearStill(mesh) {
    mesh.material = this.#gems.get(mesh.uuid)?.still ?? mesh.material;
  }

  /**
   * The metal about the stones is another.
   * @param {string} option
   * @param {string} choice
   */
  choose(option, choice) {
    const base = this.about.setting.materials ?? [];
    const rows = this.about.setting.choices?.[option] ?? {};
    const touched = new Set(Object.values(rows).flatMap((row) => Object.keys(row)));
    for (const row of touched) {
      const at = 4 * Number(row);
      this.#settingMaterials.set(rows[choice]?.[row] ?? base.slice(at, at + 4), at);
    }
  }

  /** Lets go of all that a lost context held. */
  forget() {
    orphan(...this.#maps);
    for (const { live, still } of this.#gems.values()) orphan(live, still);
  }

  dispose() {
    for (const { live, still } of this.#gems.values()) {
      live.dispose();
      still.dispose();
    }
    for (const map of this.#maps) map.dispose();
    this.#gems.clear();
  }
}
