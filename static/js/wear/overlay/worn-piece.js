/** A piece as it is worn: where its parts lie, which programs draw them, what hides them. */
import { Matrix4, RawShaderMaterial, Vector3 } from 'three';
import { rowsInto } from '../../viewer/geometry.js';
import { orphan } from '../../viewer/kept.js';
import { skinRadiance } from './light.js';
import { NOBODY, fillLimbs } from './limb-slots.js';
import { MAX_LIMBS } from './limbs.js';
import { inRow, probeOf, probesAt } from './probes.js';

/** @typedef {import('../../viewer/materials.js').Uniforms} Uniforms */
/** @typedef {import('../../viewer/piece.js').Drawn} Drawn */
/** @typedef {import('../../viewer/piece.js').Piece} Piece */
/** @typedef {import('../types.js').DrawnWorn} DrawnWorn */
/** @typedef {import('../types.js').Laid} Laid */
/** @typedef {import('../types.js').Light} Light */
/** @typedef {import('./care.js').Care} Care */
/** @typedef {import('./limbs.js').LimbUniforms} LimbUniforms */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./probes.js').Probed} Probed */
/** @typedef {import('./skin.js').Skin} Skin */
/** @typedef {import('three').Material} Material */

const FEW_LIMBS = 3; // a wearer with a neighbour on each side
/** How many limbs programs know, with the wearer. */
export const LIMB_COUNTS = Object.freeze([0, FEW_LIMBS, MAX_LIMBS]);
const LEFT_OUT = ['TAKES_SHADOWS']; // the page's studio throws none on what is worn

const SEEN_PIXELS = 2000; // for a metre: as near as pieces are usually seen

/** A loaded piece with what it has to do with skin. */
export class WornPiece {
  /** @type {Map<string, RawShaderMaterial>} programs by what they know */
  #variants = new Map();
  /** @type {Laid | null | undefined} */ #laid;
  /** @type {Probed | null} */ #probed = null;
  /** @type {Map<Drawn, RawShaderMaterial>} looks as the viewer has them */
  #looks = new Map();
  /** @type {WeakMap<Drawn, LimbUniforms>} */ #hiding = new WeakMap();

  /**
   * @param {Piece} piece
   * @param {Skin} skin
   * @param {ReturnType<typeof import('./limb-slots.js').limbSlots>} limbs its own, which the skin's shadow shares
   */
  constructor(piece, skin, limbs) {
    this.piece = piece;
    this.skin = skin;
    this.limbs = limbs;
    this.hanging = new Set(/** @type {string[]} */ (piece.hanging));
    /** Limbs that its wearer may have: programs for other numbers are made when they are met. */
    this.usual = piece.anchor === 'neck' || piece.anchor === 'ear' ? [0] : [FEW_LIMBS, MAX_LIMBS];
    this.probes = piece.things.map(({ mesh }) => probeOf(mesh.geometry));
    for (const thing of piece.things) {
      const { mesh } = thing;
      this.#looks.set(thing, /** @type {RawShaderMaterial} */ (mesh.material));
      mesh.onBeforeRender = () => {
        const hiding = this.#hiding.get(thing);
        if (!hiding) return;
        fillLimbs(this.limbs, hiding);
        /** @type {RawShaderMaterial} */ (mesh.material).uniformsNeedUpdate = true;
      };
    }
  }

  /** Its things' points, model frame, as it was laid last. */
  get probed() {
    this.#probed ??= inRow(this.piece.things.map((thing, k) => probesAt(this.probes[k], this.#places(thing))));
    return this.#probed;
  }

  /**
   * Puts on other materials that its file has.
   * @param {Record<string, string>} options choice by option
   */
  choose(options) {
    for (const [thing, look] of this.#looks) thing.mesh.material = look;
    this.piece.choose(options);
    for (const thing of this.piece.things) this.#looks.set(thing, /** @type {RawShaderMaterial} */ (thing.mesh.material));
  }

  /**
   * Lays links and what hangs from them where the wearer has them.
   * @param {Laid | null} laid
   */
  lay(laid) {
    if (this.#laid !== undefined && laid?.number === this.#laid?.number) return;
    this.#laid = laid;
    this.#probed = null;
    for (const thing of this.piece.things) {
      this.#places(thing).forEach((matrix, k) => rowsInto(thing.places, k, matrix));
      thing.places.needsUpdate = true;
    }
    this.skin.shadow?.lay(laid ? this.#moving(laid) : null);
  }

  /**
   * Where a thing's instances are now.
   * @param {Drawn} thing
   * @returns {Matrix4[]}
   */
  #places(thing) {
    const laid = this.#laid;
    if (!laid) return thing.matrices;
    return thing.matrices.map((matrix, k) => {
      const moved = this.#moved(laid, thing, k);
      return moved ? moved.multiply(matrix) : matrix;
    });
  }

  /**
   * As worn from as in the file, of one instance.
   * @param {Laid} laid
   * @param {Drawn} thing
   * @param {number} instance
   */
  #moved({ links, hung }, { about }, instance) {
    if (this.hanging.has(about.part)) return hung ? new Matrix4().fromArray(hung).transpose() : null;
    const link = about.links?.[instance];
    return link === undefined ? null : new Matrix4().fromArray(links, 16 * link).transpose();
  }

  /**
   * Skin goes with the instance that was nearest to it.
   * @param {Laid} laid
   * @returns {(vertex: number) => Matrix4 | null}
   */
  #moving(laid) {
    const owners = this.#owners;
    return (vertex) => (owners[vertex] ? this.#moved(laid, ...owners[vertex]) : null);
  }

  /** @type {[Drawn, number][] | undefined} */ #nearest;

  /** Which instance lies nearest to each vertex of the skin, as the file has them. */
  get #owners() {
    if (this.#nearest) return this.#nearest;
    const shadow = /** @type {import('./skin.js').SkinShadow} */ (this.skin.shadow);
    /** @type {{ at: number[], owner: [Drawn, number] }[]} */
    const known = this.piece.things.flatMap((thing, number) =>
      thing.matrices.map((matrix, k) => {
        const at = new Vector3(...this.probes[number].middle).applyMatrix4(matrix).toArray();
        return { at, owner: /** @type {[Drawn, number]} */ ([thing, k]) };
      }),
    );
    this.#nearest = Array.from({ length: shadow.count }, (_, vertex) => {
      const [x, y, z] = shadow.built.subarray(8 * vertex, 8 * vertex + 3);
      let [least, nearest] = [Infinity, known[0]];
      for (const one of known) {
        const away = (one.at[0] - x) ** 2 + (one.at[1] - y) ** 2 + (one.at[2] - z) ** 2;
        if (away < least) [least, nearest] = [away, one];
      }
      return nearest.owner;
    });
    return this.#nearest;
  }

  /**
   * Chooses what is drawn of it, and by which programs.
   * @param {Pick<DrawnWorn, 'shows' | 'wearer' | 'onSkin'>} worn
   * @param {readonly LimbUniforms[]} limbs of each thing
   * @param {Care} care
   * @param {number} pixels that a metre takes where it is
   */
  dress({ shows, wearer, onSkin }, limbs, care, pixels) {
    const { piece } = this;
    const skin = wearer !== null || onSkin;
    piece.traceStones({ bounces: care.bounces, full: !care.live, look: 'true', pixels: (metres) => metres * pixels });
    piece.things.forEach((thing, k) => {
      const { mesh, about } = thing;
      const hiding = limbs[k];
      mesh.visible = shows === 'all' || (shows === 'hanging') === this.hanging.has(about.part);
      this.#hiding.set(thing, hiding);
      const stone = about.stone !== undefined;
      const base = stone ? /** @type {RawShaderMaterial} */ (mesh.material) : /** @type {RawShaderMaterial} */ (this.#looks.get(thing));
      mesh.material = this.#variant(base, hiding.count, care.live, stone && skin ? this.skin.settings[about.stone] : null);
    });
  }

  /**
   * Wears the programs for so many limbs, to be compiled.
   * @param {number} count
   * @param {Care} care
   */
  ready(count, care) {
    const limbs = { ...NOBODY, count };
    const { things, anchor } = this.piece;
    const wearer = anchor === 'finger' || anchor === 'wrist' ? 0 : null;
    this.dress({ shows: 'all', wearer, onSkin: wearer === null }, things.map(() => limbs), care, SEEN_PIXELS);
  }

  /**
   * A material for so many limbs.
   * @param {RawShaderMaterial} base
   * @param {number} count
   * @param {boolean} live shaded in a hurry
   * @param {import('three').Texture | null} setting what a stone sees with skin beneath
   */
  #variant(base, count, live, setting) {
    const known = LIMB_COUNTS.find((most) => most >= count && (most > 0 || this.usual.includes(0))) ?? MAX_LIMBS;
    const name = `${base.uuid} ${known} ${live} ${setting !== null}`;
    let made = this.#variants.get(name);
    if (!made) {
      /** @type {Record<string, any>} */
      const defines = { ...base.defines, LIMBS: `${known}` };
      for (const one of LEFT_OUT) delete defines[one];
      if (known === MAX_LIMBS) delete defines.LIMBS;
      if (live) defines.LIVE = '1';
      /** @type {Uniforms} */
      const uniforms = { ...base.uniforms, ...this.limbs };
      if (setting) {
        defines.HAS_SETTING = '1';
        uniforms.setting_map = { value: setting };
        uniforms.setting_skin = { value: this.skin.material };
      }
      const { glslVersion, vertexShader, fragmentShader, side, transparent, blending, blendSrc, blendDst, depthWrite } = base;
      made = new RawShaderMaterial({
        glslVersion, vertexShader, fragmentShader, side, transparent, blending, blendSrc, blendDst, depthWrite, defines, uniforms,
        forceSinglePass: true,
      }); // prettier-ignore
      this.#variants.set(name, made);
    }
    return made;
  }

  /**
   * Readies the uniforms that all its programs share.
   * @param {Place} place
   * @param {Matrix4} clipFromCamera
   * @param {Light} light
   * @param {import('./light.js').Studio} studio
   * @param {DrawnWorn} worn
   */
  light(place, clipFromCamera, light, studio, { opacity, wearer, onSkin }) {
    const { piece, skin } = this;
    const { shared, environment } = piece;
    const { no_skin: none, worn, last_level: last } = environment.head;
    shared.clip_from_model.value.multiplyMatrices(clipFromCamera, place.cameraFromModel);
    shared.eye_model.value.copy(place.eye);
    shared.environment_from_model.value.copy(place.environmentFromModel(light.environmentFromCamera));
    shared.environment_map.value = studio.metals;
    shared.environment_gain.value.fromArray(light.tint);
    shared.opacity.value = opacity;
    shared.sample_place.value.set(1, 0, 0);
    const { squares, rest, radius } = onSkin || wearer !== null ? skin.mirrored : none;
    const radiance = skinRadiance(light, environment);
    shared.skin_squares.value = squares;
    shared.skin_rest.value = rest;
    shared.skin_radius.value = radius;
    shared.skin_radiance.value = radiance;
    const seen = radiance.map((value, k) => value / Math.max(worn.stones_mean[k] * light.tint[k], 1e-6));
    for (const thing of piece.things) {
      if (thing.about.stone === undefined) continue;
      const { uniforms } = /** @type {RawShaderMaterial} */ (thing.mesh.material);
      uniforms.environment_map.value = studio.stones;
      uniforms.residual.value = studio.residual;
      uniforms.setting_materials.value.set([...seen, last], 4 * (skin.material - 1));
    }
    piece.modelMatrix.makeScale(place.mirrored ? -1 : 1, 1, 1);
    for (const { mesh, center } of piece.things) mesh.userData.far = place.eye.distanceTo(center);
    piece.clear.children.sort((a, b) => b.userData.far - a.userData.far);
    piece.surfaces.children.sort((a, b) => a.userData.far - b.userData.far);
  }

  /** Lets go of all that a lost context held. */
  forget() {
    this.skin.forget();
    orphan(...this.#variants.values());
  }

  dispose() {
    for (const material of this.#variants.values()) material.dispose();
    this.#variants.clear();
    this.skin.dispose();
    this.piece.release();
  }
}
