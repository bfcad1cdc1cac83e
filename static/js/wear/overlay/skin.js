/**
 * What a piece has to do with the skin beneath it: what its metal mirrors, what its stones see past
 * their setting, and the shadow that it throws. Read from the file of viewer/web/skin_file.py.
 */
import {
  BufferAttribute, BufferGeometry, ClampToEdgeWrapping, CustomBlending, DataTexture, DynamicDrawUsage, FrontSide, GLSL3,
  HalfFloatType, InterleavedBuffer, InterleavedBufferAttribute, LinearFilter, Matrix4, Mesh, OneFactor,
  OneMinusSrcColorFactor, RGBAFormat, RawShaderMaterial, RepeatWrapping, Scene, Vector3,
} from 'three'; // prettier-ignore
import { orphan } from '../../viewer/kept.js';
import { settingMap } from '../../viewer/maps.js';
import { signedHalf, smoothMaps } from '../../viewer/unpack.js';
import { SHADOW } from './shaders.js';

/** @typedef {import('../../viewer/glb.js').Glb} Glb */
/** @typedef {import('../../viewer/materials.js').Uniforms} Uniforms */

const STRIDE = 8; // numbers of a vertex of the patch: place, normal, place on the map
const MOST_STEPS = 127;

/** The shadow of a piece on its wearer's skin. */
export class SkinShadow {
  /**
   * @param {Glb} glb
   * @param {any} about `shadow` of the file
   * @param {Uniforms} limbs that hide it
   */
  constructor(glb, about, limbs) {
    const vertices = floats(glb.bytes(about.vertices));
    this.count = vertices.length / STRIDE;
    this.map = shadowMap(glb, about);
    this.uniforms = {
      clip_from_model: { value: new Matrix4() },
      eye_model: { value: new Vector3() },
      blocked_map: { value: this.map },
      light_model: { value: [0, 0, 0, 0] },
      strength: { value: 0 },
      ...limbs,
    };
    this.geometry = new BufferGeometry();
    const rows = new InterleavedBuffer(vertices, STRIDE);
    rows.setUsage(DynamicDrawUsage);
    this.geometry.setAttribute('position', new InterleavedBufferAttribute(rows, 3, 0));
    this.geometry.setAttribute('normal', new InterleavedBufferAttribute(rows, 3, 3));
    this.geometry.setAttribute('uv', new InterleavedBufferAttribute(rows, 2, 6));
    const triangles = glb.bytes(about.triangles);
    const corners = new Uint32Array(triangles.buffer, triangles.byteOffset, triangles.byteLength / 4);
    this.geometry.setIndex(new BufferAttribute(corners, 1));
    this.material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: SHADOW.vertex,
      fragmentShader: SHADOW.fragment,
      uniforms: this.uniforms,
      side: FrontSide,
      transparent: true,
      blending: CustomBlending,
      blendSrc: OneFactor,
      blendDst: OneMinusSrcColorFactor,
      depthWrite: false,
    });
    this.mesh = new Mesh(this.geometry, this.material);
    this.mesh.frustumCulled = false;
    this.mesh.matrixAutoUpdate = this.mesh.matrixWorldAutoUpdate = false;
    this.scene = new Scene();
    this.scene.matrixWorldAutoUpdate = false;
    this.scene.add(this.mesh);
    this.rows = rows;
    /** As the file has it, (n, 8). */
    this.built = vertices.slice();
    /** Where it lies now, (n, 3) model frame. */
    this.points = new Float64Array(3 * this.count);
    this.#taken();
  }

  /**
   * Skin goes with what throws the shadow on it.
   * @param {((vertex: number) => Matrix4 | null) | null} moved as worn from as in the file; null: as in the file
   */
  lay(moved) {
    const rows = /** @type {Float32Array} */ (this.rows.array);
    rows.set(this.built);
    const [place, normal] = [new Vector3(), new Vector3()];
    for (let k = 0; moved && k < this.count; k++) {
      const matrix = moved(k);
      if (!matrix) continue;
      place.fromArray(this.built, STRIDE * k).applyMatrix4(matrix).toArray(rows, STRIDE * k);
      normal.fromArray(this.built, STRIDE * k + 3).transformDirection(matrix).toArray(rows, STRIDE * k + 3);
    }
    this.rows.needsUpdate = true;
    this.#taken();
  }

  #taken() {
    const rows = this.rows.array;
    for (let k = 0; k < this.count; k++) {
      for (let axis = 0; axis < 3; axis++) this.points[3 * k + axis] = rows[STRIDE * k + axis];
    }
  }

  /** Lets go of all that a lost context held. */
  forget() {
    orphan(this.geometry, this.material, this.map);
  }

  dispose() {
    this.geometry.dispose();
    this.material.dispose();
    this.map.dispose();
  }
}

/** @param {Uint8Array} bytes */
const floats = (bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

/**
 * The light that the piece keeps from each place, as four harmonics.
 * @param {Glb} glb
 * @param {any} about
 */
function shadowMap(glb, { map, rows, columns, wraps, step }) {
  const planes = smoothMaps(glb.bytes(map), columns, true, rows);
  const halves = Uint16Array.from({ length: 2 * MOST_STEPS + 2 }, (_, k) => signedHalf((k - MOST_STEPS - 1) * step));
  const texels = new Uint16Array(4 * rows * columns);
  planes.forEach((plane, channel) => plane.forEach((value, at) => (texels[4 * at + channel] = halves[value + MOST_STEPS + 1])));
  const texture = new DataTexture(texels, columns, rows, RGBAFormat, HalfFloatType);
  texture.minFilter = texture.magFilter = LinearFilter;
  texture.wrapS = wraps ? RepeatWrapping : ClampToEdgeWrapping;
  texture.wrapT = ClampToEdgeWrapping;
  texture.needsUpdate = true;
  return texture;
}

/** What a piece's file of skin says. */
export class Skin {
  /**
   * @param {Glb} glb
   * @param {{near: number, far: number}} range of the distances in setting maps
   * @param {Uniforms} limbs that hide what lies on it
   */
  constructor(glb, range, limbs) {
    const { mirrored, material, settings, shadow } = glb.json.nodes[0].extras.parure.skin;
    this.mirrored = /** @type {{ squares: number[], rest: number[], radius: number }} */ (mirrored);
    /** Number of skin among what stones see. @type {number} */
    this.material = material;
    /** Of each stone of the viewer's file, in its order. */
    this.settings = settings.map((/** @type {any} */ one) => (one ? settingMap(glb, one, range) : null));
    this.shadow = shadow ? new SkinShadow(glb, shadow, limbs) : null;
  }

  /** Lets go of all that a lost context held. */
  forget() {
    this.shadow?.forget();
    for (const map of this.settings) if (map) orphan(map);
  }

  dispose() {
    this.shadow?.dispose();
    for (const map of this.settings) map?.dispose();
  }
}
