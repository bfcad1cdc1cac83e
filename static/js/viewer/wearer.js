/** The hand of hand.js as a mesh that is drawn with a piece, in the same light. */
import { BufferAttribute, InstancedBufferGeometry, InstancedInterleavedBuffer, InterleavedBufferAttribute, Matrix4, Mesh } from 'three';
import { rowsInto } from './geometry.js';
import { figure } from './hand.js';
import { surfaceMaterial } from './materials.js';

/** @typedef {import('./piece.js').Drawn} Drawn */
/** @typedef {import('./materials.js').Look} Look */

/** Unglazed porcelain: it says how large, and not whose. @type {Look} */
const PORCELAIN = {
  defines: ['HAS_DIFFUSE', 'TAKES_SHADOWS'],
  uniforms: {
    base_color: [0.5, 0.475, 0.445, 1],
    metallic: 0,
    roughness: 0.62,
    dielectric_f0: [0.03, 0.03, 0.03],
    dielectric_f90: 1,
    transmission: 0,
    emissive: [0, 0, 0],
  },
  images: {},
  blends: false,
  double_sided: false,
};
const STRIDE = 12; // numbers of an instance's place

/**
 * @param {'finger' | 'wrist'} seat
 * @param {{across: number, deep: number}} inside of the piece, mm
 * @param {import('./environment.js').Environment} environment
 * @param {import('./materials.js').Uniforms} shared
 * @returns {Promise<Mesh>}
 */
export async function handMesh(seat, inside, environment, shared) {
  const { positions, normals, openness, triangles } = await figure(seat, inside);
  const geometry = new InstancedBufferGeometry();
  const places = new InstancedInterleavedBuffer(new Float32Array(STRIDE), STRIDE);
  rowsInto(places, 0, new Matrix4());
  geometry.instanceCount = 1;
  ['place_x', 'place_y', 'place_z'].forEach((name, k) => geometry.setAttribute(name, new InterleavedBufferAttribute(places, 4, 4 * k)));
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  geometry.setAttribute('normal', new BufferAttribute(normals, 3));
  geometry.setAttribute('openness', new BufferAttribute(openness, 4));
  geometry.setIndex(new BufferAttribute(triangles, 1));
  const mesh = new Mesh(geometry, surfaceMaterial(PORCELAIN, environment.defines, shared, {}));
  mesh.frustumCulled = false;
  mesh.matrixAutoUpdate = mesh.matrixWorldAutoUpdate = false;
  return mesh;
}

/**
 * How near the surfaces of a ring come to the finger's axis, metres.
 * @param {Drawn[]} drawn
 */
export function insideRadius(drawn) {
  let least = Infinity; // squared
  for (const { mesh, about, matrices } of drawn) {
    if (about.stone !== undefined) continue;
    const positions = mesh.geometry.getAttribute('position');
    for (const { elements: e } of matrices) {
      for (let k = 0; k < positions.count; k++) {
        const px = positions.getX(k);
        const py = positions.getY(k);
        const pz = positions.getZ(k);
        const x = e[0] * px + e[4] * py + e[8] * pz + e[12];
        const z = e[2] * px + e[6] * py + e[10] * pz + e[14];
        least = Math.min(least, x * x + z * z);
      }
    }
  }
  return Math.sqrt(least);
}
