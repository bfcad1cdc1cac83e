/** Depth of bodies and of the inside of limbs, drawn first: what they hide entirely is never shaded. */
import { BufferAttribute, BufferGeometry, DoubleSide, DynamicDrawUsage, GLSL3, Matrix4, Mesh, NoBlending, RawShaderMaterial, Scene } from 'three';
import { orphan } from '../../viewer/kept.js';
import { limbBands } from './limbs.js';
import { BODY } from './shaders.js';

/** @typedef {import('../../tryon/types.js').BodyMesh} BodyMesh */
/** @typedef {import('./limbs.js').Limb} Limb */

/** Triangles in the camera's frame that hide what lies behind them. */
export class Hiders {
  #geometry = new BufferGeometry();
  uniforms = { clip_from_camera: { value: new Matrix4() }, set_back: { value: 0 } };
  #material = new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: BODY.vertex,
    fragmentShader: BODY.fragment,
    uniforms: this.uniforms,
    side: DoubleSide,
    colorWrite: false,
    blending: NoBlending,
  });
  scene = new Scene();
  /** How near and how far they reach, metres. */
  depths = [Infinity, 0];
  #capacity = 0;

  constructor() {
    const mesh = new Mesh(this.#geometry, this.#material);
    mesh.frustumCulled = false;
    mesh.matrixAutoUpdate = mesh.matrixWorldAutoUpdate = false;
    this.scene.matrixWorldAutoUpdate = false;
    this.scene.add(mesh);
  }

  get any() {
    return this.#geometry.drawRange.count > 0;
  }

  /**
   * Bodies of a layer, each set back by its own: away from the camera, along each ray.
   * @param {readonly BodyMesh[]} bodies
   */
  takeBodies(bodies) {
    const count = bodies.reduce((sum, { triangles }) => sum + triangles.length, 0);
    const places = this.#room(count);
    this.depths = [Infinity, 0];
    let to = 0;
    for (const { positions, triangles, setBack } of bodies) {
      for (const vertex of triangles) {
        const [x, y, z] = [positions[3 * vertex], positions[3 * vertex + 1], positions[3 * vertex + 2]];
        const farther = 1 + setBack / Math.max(Math.hypot(x, y, z), 1e-6);
        places[to++] = x * farther;
        places[to++] = y * farther;
        places[to++] = z * farther;
        this.depths[0] = Math.min(this.depths[0], z);
        this.depths[1] = Math.max(this.depths[1], z * farther);
      }
    }
    this.#filled(count);
  }

  /**
   * @param {readonly Limb[]} limbs
   * @param {ReadonlySet<number>} wearers
   */
  takeLimbs(limbs, wearers) {
    const corners = limbBands(limbs, wearers);
    this.#room(corners.length / 3).set(corners);
    this.depths = [Infinity, 0];
    for (let k = 2; k < corners.length; k += 3) {
      this.depths[0] = Math.min(this.depths[0], corners[k]);
      this.depths[1] = Math.max(this.depths[1], corners[k]);
    }
    this.#filled(corners.length / 3);
  }

  /** @param {number} count of vertices */
  #room(count) {
    if (count > this.#capacity) {
      this.#capacity = 2 ** Math.ceil(Math.log2(Math.max(count, 64)));
      const attribute = new BufferAttribute(new Float32Array(3 * this.#capacity), 3);
      attribute.setUsage(DynamicDrawUsage);
      this.#geometry.dispose();
      this.#geometry.setAttribute('position', attribute);
    }
    return /** @type {Float32Array} */ (this.#geometry.getAttribute('position')?.array ?? new Float32Array(0));
  }

  /** @param {number} count */
  #filled(count) {
    this.#geometry.setDrawRange(0, count);
    const attribute = /** @type {BufferAttribute | undefined} */ (this.#geometry.getAttribute('position'));
    if (!attribute || count === 0) return;
    attribute.clearUpdateRanges();
    attribute.addUpdateRange(0, 3 * count);
    attribute.needsUpdate = true;
  }

  /** Lets go of all that a lost context held. */
  forget() {
    orphan(this.#geometry, this.#material);
  }

  dispose() {
    this.#geometry.dispose();
    this.#material.dispose();
  }
}
