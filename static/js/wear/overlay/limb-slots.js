/** Limbs as the uniforms of a piece's programs. */
import { MAX_LIMBS } from './limbs.js';

/** @typedef {import('./limbs.js').LimbUniforms} LimbUniforms */

/** Nobody's limbs. @type {LimbUniforms} */
export const NOBODY = {
  count: 0,
  wearer: 0,
  start: new Float32Array(4 * MAX_LIMBS).fill(1),
  axis: new Float32Array(4 * MAX_LIMBS),
  terms: new Float32Array(4 * MAX_LIMBS),
  flat: new Float32Array(4 * MAX_LIMBS),
};

/** Limbs as uniforms, filled in for each thing that is drawn. */
export function limbSlots() {
  return {
    limb_count: { value: 0 },
    limb_wearer: { value: 0 },
    limb_start: { value: new Float32Array(4 * MAX_LIMBS) },
    limb_axis: { value: new Float32Array(4 * MAX_LIMBS) },
    limb_terms: { value: new Float32Array(4 * MAX_LIMBS) },
    limb_flat: { value: new Float32Array(4 * MAX_LIMBS) },
  };
}

/**
 * @param {ReturnType<typeof limbSlots>} slots
 * @param {LimbUniforms} limbs
 */
export function fillLimbs(slots, { count, wearer, start, axis, terms, flat }) {
  slots.limb_count.value = count;
  slots.limb_wearer.value = wearer;
  slots.limb_start.value = start;
  slots.limb_axis.value = axis;
  slots.limb_terms.value = terms;
  slots.limb_flat.value = flat;
}
