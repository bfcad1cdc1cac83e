/**
 * Where the key light stands, from how skin is shaded over surfaces whose normals are known: many
 * lamps are tried, and the answer is their mean, weighted by how well they explain what is seen.
 * Twin of tryon/appearance/shading.py, where the way is explained.
 */

/** @typedef {import('../linalg.js').Vec3} Vec3 */

/**
 * The strongest light.
 * @typedef {object} Key
 * @property {Vec3} direction unit, towards it: x right, y down, z away from the camera
 * @property {number} hardness 0 the light is even .. 1 it all comes from one small place
 */

const COUNT = 24; // directions, and their mirror images: left and right are alike
const FARTHEST_BEHIND = 0.35; // of a lamp's unit direction, away from the camera
const SHARES = [0.2, 0.5, 0.85]; // of the light on a surface that faces the lamp
const WRAPS = [0, 0.6]; // cosines: how far beyond a right angle a lamp still lights
const SPREAD = 0.1; // natural logarithm: of skin's own unevenness
const STRANGE = 2.5; // spreads at which a place is no shading: a highlight, a scar, a beard
const EVIDENCE = 28; // independent places that the samples amount to, at most
const USUAL = [0, -0.6, -0.8]; // where lamps stand: above, behind the camera
const USUAL_BELIEF = 1.2;
const LEAST_SAMPLES = 12;

/** @type {Key} */
export const NO_KEY = { direction: USUAL, hardness: 0.5 };

/** Directions that are tried, (d, 3). */
const DIRECTIONS = (() => {
  const half = Array.from({ length: COUNT }, (_, k) => {
    const z = -1 + ((1 + FARTHEST_BEHIND) * (k + 0.5)) / COUNT; // even on the sphere: a Fibonacci spiral
    const turn = Math.PI * (1 + Math.sqrt(5)) * (k + 0.5);
    const across = Math.sqrt(1 - z * z);
    return [across * Math.cos(turn), across * Math.sin(turn), z];
  });
  return [...half, ...half.map(([x, y, z]) => [-x, y, z])];
})();
const KINDS = WRAPS.flatMap((wrap) => SHARES.map((share) => ({ wrap, share })));

/**
 * The lamp that explains the light on skin.
 * @param {Float64Array} light (n,) linear, any unit
 * @param {Float64Array} normals (n, 3) unit, outward
 * @param {Int32Array} group (n,) which surface each belongs to, from 0
 * @returns {Key}
 */
export function findKey(light, normals, group) {
  const count = light.length;
  if (count < LEAST_SAMPLES) return NO_KEY;
  const groups = group.reduce((most, one) => Math.max(most, one), 0) + 1;
  const members = new Float64Array(groups);
  for (const one of group) members[one] += 1;
  const means = new Float64Array(groups);
  const seen = apart(light.map((value) => Math.log(Math.max(value, 1e-3))));
  const beliefs = new Float64Array(KINDS.length * DIRECTIONS.length);
  const cosines = new Float64Array(count);
  const lit = new Float64Array(count);
  DIRECTIONS.forEach(([x, y, z], d) => {
    for (let k = 0; k < count; k++) cosines[k] = normals[3 * k] * x + normals[3 * k + 1] * y + normals[3 * k + 2] * z;
    KINDS.forEach(({ wrap, share }, kind) => {
      for (let k = 0; k < count; k++) lit[k] = Math.log(1.02 - share + share * Math.max((cosines[k] + wrap) / (1 + wrap), 0));
      const explained = apart(lit);
      let misfit = 0;
      for (let k = 0; k < count; k++) misfit += Math.min(((seen[k] - explained[k]) / SPREAD) ** 2, STRANGE ** 2);
      const usual = x * USUAL[0] + y * USUAL[1] + z * USUAL[2];
      beliefs[kind * DIRECTIONS.length + d] = (-0.5 * Math.min(count, EVIDENCE) * misfit) / count + USUAL_BELIEF * usual;
    });
  });
  const most = beliefs.reduce((a, b) => Math.max(a, b), -Infinity);
  const towards = [0, 0, 0];
  let [sum, hardness] = [0, 0];
  KINDS.forEach(({ wrap, share }, kind) => {
    DIRECTIONS.forEach((direction, d) => {
      const belief = Math.exp(beliefs[kind * DIRECTIONS.length + d] - most);
      sum += belief;
      hardness += belief * share * (1 - 0.5 * wrap);
      for (let axis = 0; axis < 3; axis++) towards[axis] += belief * direction[axis];
    });
  });
  const length = Math.max(Math.hypot(...towards) / sum, 1e-6) * sum;
  return { direction: towards.map((value) => value / length), hardness: hardness / sum };

  /** Less the mean of each group, in place: only ratios within a group count. @param {Float64Array} values */
  function apart(values) {
    means.fill(0);
    for (let k = 0; k < count; k++) means[group[k]] += values[k];
    for (let k = 0; k < count; k++) values[k] -= means[group[k]] / Math.max(members[group[k]], 1);
    return values;
  }
}
