/** Points that stand for the things of a piece where only their extent matters. */
import { Vector3 } from 'three';

/** @typedef {import('three').BufferGeometry} BufferGeometry */
/** @typedef {import('three').Matrix4} Matrix4 */

/**
 * Of all that is drawn of a piece, one thing after the other.
 * @typedef {object} Probed
 * @property {Float64Array} points (n, 3) metres
 * @property {Float64Array} gaps (n,) metres from any place of the thing to the nearest of its points, at most
 * @property {number[]} firsts the first point of each thing
 */

/**
 * A mesh's points, in its own frame.
 * @typedef {{ points: Float64Array, gap: number, middle: [number, number, number], radius: number }} Probe
 */

const CELLS = 12; // along the longest side
const FEW_INSTANCES = 4; // of a mesh: more are told by their middles

/**
 * One vertex for each cell of a grid over a mesh.
 * @param {BufferGeometry} geometry
 * @returns {Probe}
 */
export function probeOf(geometry) {
  const places = geometry.getAttribute('position');
  const xyz = new Float64Array(3 * places.count);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let k = 0; k < places.count; k++) {
    const at = [places.getX(k), places.getY(k), places.getZ(k)];
    for (let axis = 0; axis < 3; axis++) {
      xyz[3 * k + axis] = at[axis];
      low[axis] = Math.min(low[axis], at[axis]);
      high[axis] = Math.max(high[axis], at[axis]);
    }
  }
  const cell = Math.max(...high.map((value, axis) => value - low[axis]), 1e-9) / CELLS;
  /** @type {Map<number, number>} */
  const chosen = new Map();
  const stands = new Uint32Array(places.count); // which vertex stands for each
  for (let k = 0; k < places.count; k++) {
    const [i, j, l] = [0, 1, 2].map((axis) => Math.floor((xyz[3 * k + axis] - low[axis]) / cell));
    const key = i + 64 * (j + 64 * l);
    const first = chosen.get(key) ?? k;
    chosen.set(key, first);
    stands[k] = first;
  }
  const points = Float64Array.from([...chosen.values()].flatMap((k) => [xyz[3 * k], xyz[3 * k + 1], xyz[3 * k + 2]]));
  const middle = /** @type {[number, number, number]} */ (low.map((value, axis) => (value + high[axis]) / 2));
  let radius2 = 0;
  for (let k = 0; k < xyz.length; k += 3) {
    radius2 = Math.max(radius2, (xyz[k] - middle[0]) ** 2 + (xyz[k + 1] - middle[1]) ** 2 + (xyz[k + 2] - middle[2]) ** 2);
  }
  return { points, gap: gapOf(geometry, xyz, stands), middle, radius: Math.sqrt(radius2) };
}

/**
 * How far a mesh reaches from the vertices that stand for it, at most: seen at corners and middles.
 * @param {BufferGeometry} geometry
 * @param {Float64Array} xyz
 * @param {Uint32Array} stands
 */
function gapOf(geometry, xyz, stands) {
  const index = geometry.getIndex();
  const corners = index ? index.array : Uint32Array.from({ length: xyz.length / 3 }, (_, k) => k);
  let gap2 = 0;
  const away2 = (/** @type {number} */ vertex, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) => {
    const at = 3 * stands[vertex];
    return (xyz[at] - x) ** 2 + (xyz[at + 1] - y) ** 2 + (xyz[at + 2] - z) ** 2;
  };
  for (let k = 0; k < corners.length; k += 3) {
    const [a, b, c] = [corners[k], corners[k + 1], corners[k + 2]];
    const [x, y, z] = [0, 1, 2].map((axis) => (xyz[3 * a + axis] + xyz[3 * b + axis] + xyz[3 * c + axis]) / 3);
    gap2 = Math.max(gap2, Math.min(away2(a, x, y, z), away2(b, x, y, z), away2(c, x, y, z)));
    for (const corner of [a, b, c]) gap2 = Math.max(gap2, away2(corner, xyz[3 * corner], xyz[3 * corner + 1], xyz[3 * corner + 2]));
  }
  return Math.sqrt(gap2);
}

/**
 * A mesh's probes at its instances, model frame.
 * @param {Probe} probe
 * @param {Matrix4[]} matrices
 * @returns {{ points: number[], gap: number }}
 */
export function probesAt({ points, gap, middle, radius }, matrices) {
  const place = new Vector3();
  const scale = Math.max(0, ...matrices.map((matrix) => matrix.getMaxScaleOnAxis()));
  if (matrices.length > FEW_INSTANCES) {
    const middles = matrices.flatMap((matrix) => place.fromArray(middle).applyMatrix4(matrix).toArray());
    return { points: middles, gap: radius * scale };
  }
  const moved = matrices.flatMap((matrix) => {
    const found = [];
    for (let k = 0; k < points.length; k += 3) found.push(...place.fromArray(points, k).applyMatrix4(matrix).toArray());
    return found;
  });
  return { points: moved, gap: gap * scale };
}

/**
 * Probes of things in a row.
 * @param {{ points: number[], gap: number }[]} things
 * @returns {Probed}
 */
export function inRow(things) {
  /** @type {number[]} */
  const firsts = [];
  let count = 0;
  for (const { points } of things) {
    firsts.push(count);
    count += points.length / 3;
  }
  const all = new Float64Array(3 * count);
  const gaps = new Float64Array(count);
  things.forEach(({ points, gap }, k) => {
    all.set(points, 3 * firsts[k]);
    gaps.fill(gap, firsts[k], firsts[k] + points.length / 3);
  });
  return { points: all, gaps, firsts };
}
