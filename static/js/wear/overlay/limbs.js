/**
 * Occluders as uniforms: those that can reach a thing, brought into its model's frame; and the bands
 * well inside their outlines behind which everything is gone. Twin of viewer/render/limbs.py and
 * limb_pass.py.
 */
import { add, back3, cross, dot, norm, scaled, sub, unit } from '../../tryon/linalg.js';

/** @typedef {import('../../tryon/types.js').Occluder} Occluder */
/** @typedef {import('../../tryon/linalg.js').Vec3} Vec3 */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./probes.js').Probed} Probed */

export const MAX_LIMBS = 16; // as chunks/limbs.glsl has room for, with the wearer's
const WIDEST = 0.95; // of the radius: there the skin still stands in front of the axis
const SHARE = 0.98; // of the width that hides entirely, for what is seen a little from the side
const WEARER_DEPTH = 0.3; // radii behind its axis a wearer hides entirely; the shader says 0.2
const LEAST_SINE = 0.3; // between axis and view: limbs that point at the eye have no band

/**
 * A limb, camera frame; what is stretched is in the space in which a flattened limb is round.
 * @typedef {object} Limb
 * @property {Vec3} start
 * @property {Vec3} axis from start to end
 * @property {[number, number]} radii
 * @property {number} softness
 * @property {number} flatness
 * @property {Vec3} flat unit; 0 where it is round
 * @property {number} stretch what stretching adds to a vector's part along `flat`
 * @property {Vec3} roundStart stretched
 * @property {Vec3} roundAxis stretched
 */

/**
 * Uniforms of chunks/limbs.glsl.
 * @typedef {object} LimbUniforms
 * @property {number} count with limb 0
 * @property {number} wearer 1: limb 0 wears the jewel; 0: there is no limb 0
 * @property {Float32Array<ArrayBuffer>} start (16, 4)
 * @property {Float32Array<ArrayBuffer>} axis (16, 4)
 * @property {Float32Array<ArrayBuffer>} terms (16, 4)
 * @property {Float32Array<ArrayBuffer>} flat (16, 4)
 */

/** @param {readonly Occluder[]} occluders @returns {Limb[]} */
export function limbsOf(occluders) {
  return occluders.map(({ start, end, startRadius, endRadius, softness, flat, flatness }) => {
    const axis = sub(end, start);
    const thinner = flat ?? [0, 0, 0];
    const stretch = flat ? 1 / flatness - 1 : 0;
    const stretched = (/** @type {Vec3} */ v) => add(v, scaled(thinner, stretch * dot(thinner, v)));
    return {
      start, axis, radii: [startRadius, endRadius], softness, flatness, flat: thinner, stretch,
      roundStart: stretched(start), roundAxis: stretched(axis),
    }; // prettier-ignore
  });
}

/**
 * Whether a limb may hide something near a point, seen from the origin.
 * @param {Limb} limb
 * @param {Float64Array} points (n, 3) camera frame, metres
 * @param {number} at where the point begins
 * @param {number} gap metres about it in which the thing lies
 * @param {boolean} wears it hides only what is behind its axis
 */
function reaches(limb, points, at, gap, wears) {
  const { start, axis, radii, flatness } = limb;
  const [x, y, z] = [points[at], points[at + 1], points[at + 2]];
  const distance = Math.sqrt(x * x + y * y + z * z);
  const ray = 1 / Math.max(distance, 1e-9);
  const ahead = (start[0] * x + start[1] * y + start[2] * z) * ray;
  const along = (axis[0] * x + axis[1] * y + axis[2] * z) * ray;
  const both = dot(axis, start);
  const length2 = dot(axis, axis);
  const share = Math.min(Math.max((ahead * along - both) / Math.max(length2 - along * along, 1e-12), 0), 1);
  const depth = ahead + along * share;
  const miss2 = dot(start, start) + share * (2 * both + share * length2) - depth * depth;
  const radius = (radii[0] + (radii[1] - radii[0]) * share) * Math.max(flatness, 1);
  if (miss2 >= (radius + gap) ** 2 || distance + gap <= depth - radius) return false;
  return !wears || behind(limb, [x, y, z], gap);
}

/** Whether a point may lie behind a limb's axis, where the limb is round. @param {Limb} limb @param {Vec3} point @param {number} gap */
function behind({ roundStart, roundAxis, flat, stretch, flatness }, point, gap) {
  const seen = add(point, scaled(flat, stretch * dot(flat, point)));
  const share = Math.min(Math.max(dot(sub(seen, roundStart), roundAxis) / Math.max(dot(roundAxis, roundAxis), 1e-12), 0), 1);
  const distance2 = dot(seen, seen);
  const nearest = dot(seen, roundStart) + share * dot(seen, roundAxis);
  return (distance2 - nearest) / Math.sqrt(Math.max(distance2, 1e-18)) > -gap / Math.min(flatness, 1);
}

/**
 * Uniforms for each thing that is drawn of one jewel, then for its wearer's skin.
 * @param {readonly Limb[]} limbs
 * @param {number | null} wearer index of the limb that wears it
 * @param {Place} place of the jewel
 * @param {Probed} probed its things' points, camera frame
 * @returns {LimbUniforms[]}
 */
export function limbUniforms(limbs, wearer, place, { points, gaps, firsts }) {
  const things = firsts.length;
  if (limbs.length === 0) return Array.from({ length: things + 1 }, () => NO_LIMBS);
  const rows = limbs.map((limb) => row(limb, place));
  /** @type {Map<string, LimbUniforms>} */
  const made = new Map();
  const onSkin = new Array(limbs.length).fill(false);
  if (wearer !== null) onSkin[wearer] = true;
  const of = (/** @type {boolean[]} */ hides) => {
    const key = hides.map(Number).join('');
    const found = made.get(key) ?? uniforms(rows, hides, wearer);
    made.set(key, found);
    return found;
  };
  const each = Array.from(firsts, (first, k) => {
    const last = k + 1 < things ? firsts[k + 1] : gaps.length;
    const hides = limbs.map((limb, number) => {
      for (let at = first; at < last; at++) {
        if (reaches(limb, points, 3 * at, gaps[at], number === wearer)) return true;
      }
      return false;
    });
    hides.forEach((one, number) => (onSkin[number] ||= one));
    return of(hides);
  });
  return [...each, of(onSkin)];
}

/**
 * A limb's four rows, model frame.
 * @param {Limb} limb
 * @param {Place} place
 * @returns {number[][]}
 */
function row({ roundStart, roundAxis, radii, softness, flat, stretch }, { rotation, size, mirrored }) {
  const turned = (/** @type {Vec3} */ v) => {
    const [x, y, z] = back3(rotation, v);
    return [mirrored ? -x : x, y, z];
  };
  const start = scaled(turned(roundStart), 1 / size);
  const axis = scaled(turned(roundAxis), 1 / size);
  return [
    [...start, radii[0] / size],
    [...axis, (radii[1] - radii[0]) / size],
    [dot(start, axis), Math.max(dot(axis, axis), 1e-12), dot(start, start), 1 / Math.max(softness, 1e-3)],
    [...turned(flat), stretch],
  ];
}

/**
 * @param {number[][][]} rows of all limbs
 * @param {boolean[]} chosen which of them
 * @param {number | null} wearer
 * @returns {LimbUniforms}
 */
function uniforms(rows, chosen, wearer) {
  const wears = wearer !== null && chosen[wearer];
  const room = [0, 1, 2, 3].map(() => new Float32Array(4 * MAX_LIMBS));
  for (let k = 0; k < MAX_LIMBS; k++) room[0][4 * k + 3] = 1; // nobody's limb hides nothing, but is not to divide by nothing
  if (wears) rows[/** @type {number} */ (wearer)].forEach((values, table) => room[table].set(values, 0));
  let count = 1;
  rows.forEach((tables, k) => {
    if (!chosen[k] || k === wearer || count === MAX_LIMBS) return;
    tables.forEach((values, table) => room[table].set(values, 4 * count));
    count += 1;
  });
  const [start, axis, terms, flat] = room;
  return { count: wears || count > 1 ? count : 0, wearer: wears ? 1 : 0, start, axis, terms, flat };
}

const NO_LIMBS = uniforms([], [], null);

/**
 * Corners of triangles behind which limbs hide everything.
 * @param {readonly Limb[]} limbs
 * @param {ReadonlySet<number>} wearers indices of those that wear something: they hide their far half only
 * @returns {number[]} (n, 3) camera frame
 */
export function limbBands(limbs, wearers) {
  return limbs.flatMap(({ roundStart: start, roundAxis, radii, softness, flat, flatness }, number) => {
    const end = add(start, roundAxis);
    const view = unit(add(start, end));
    const axis = unit(roundAxis);
    const across = cross(axis, view);
    const sine = norm(across);
    const side = scaled(across, 1 / Math.max(sine, 1e-9));
    let away = unit(cross(side, axis)); // view without axis
    if (dot(away, view) < 0) away = scaled(away, -1);
    const widths = radii.map((radius) => radius * SHARE * Math.min(1 - softness, WIDEST));
    if (sine <= LEAST_SINE || Math.min(...widths) <= 0) return [];
    const depths = radii.map((radius) => (wearers.has(number) ? (WEARER_DEPTH * radius) / Math.max(sine, LEAST_SINE) : 0));
    const [a, b] = [add(start, scaled(away, depths[0])), add(end, scaled(away, depths[1]))];
    const [near, far] = widths.map((width) => scaled(side, width));
    const corners = [sub(a, near), add(a, near), add(b, far), sub(a, near), add(b, far), sub(b, far)];
    // back from the space in which flattened limbs are round
    return corners.flatMap((corner) => add(corner, scaled(flat, (flatness - 1) * dot(flat, corner))));
  });
}

