/** Meshes of the viewer's file on the GPU: vertices, and the places of instances. */
import {
  BufferAttribute,
  InstancedBufferGeometry,
  InstancedInterleavedBuffer,
  InterleavedBuffer,
  InterleavedBufferAttribute,
  Matrix4,
  Quaternion,
  Vector3,
} from 'three';

/** @typedef {import('./glb.js').Glb} Glb */

const INSTANCING = 'EXT_mesh_gpu_instancing';
/** glTF's names of attributes, and the shaders'. */
const ATTRIBUTES = { POSITION: 'position', NORMAL: 'normal', TANGENT: 'tangent', TEXCOORD_0: 'uv' };

/**
 * A node's mesh with its instances.
 * @param {Glb} glb
 * @param {any} node
 * @param {number} opennessScale
 */
export function geometryOf(glb, node, opennessScale) {
  const about = node.extras.parure;
  const { attributes: numbers, indices } = glb.json.meshes[node.mesh].primitives[0];
  const geometry = new InstancedBufferGeometry();
  const matrices = placesOf(glb, node);
  const layered = about.stone !== undefined; // each with its own map of its setting
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
  for (const [theirs, ours] of Object.entries(ATTRIBUTES)) {
    if (numbers[theirs] !== undefined) geometry.setAttribute(ours, attribute(glb, numbers[theirs]));
  }
  if (numbers._OPENNESS !== undefined) {
    geometry.setAttribute('openness', openness(glb, numbers._OPENNESS, opennessScale));
  }
  if (indices !== undefined) geometry.setIndex(new BufferAttribute(glb.numbers(indices).array, 1));
  return { geometry, places, matrices };
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
export function rowsInto(places, instance, matrix) {
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
  const shares = new Float32Array(array.length);
  for (let k = 0; k < array.length; k += 1) shares[k] = (array[k] * scale) / 127;
  return new BufferAttribute(shares, 4);
}
