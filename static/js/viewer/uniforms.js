/** Numbers that all programs of a piece share, told once for each pass. */
import { Matrix3, Matrix4, Vector3 } from 'three';

/** @typedef {import('./environment.js').Environment} Environment */
/** @typedef {import('./materials.js').Uniforms} Uniforms */

/**
 * @param {Environment} environment
 * @returns {Uniforms}
 */
export function sharedUniforms(environment) {
  const { no_skin: skin } = environment.head;
  return {
    clip_from_model: { value: new Matrix4() },
    eye_model: { value: new Vector3() },
    environment_from_model: { value: new Matrix3() },
    environment_map: { value: environment.metals },
    environment_gain: { value: new Vector3(1, 1, 1) },
    irradiance: { value: environment.irradiance },
    opacity: { value: 1 },
    limb_count: { value: 0 },
    skin_squares: { value: skin.squares },
    skin_rest: { value: skin.rest },
    skin_radius: { value: skin.radius },
    skin_radiance: { value: [0, 0, 0] },
    sample_place: { value: new Vector3(1, 0, 0) },
    key_depth: { value: null },
    key_from_model: { value: new Matrix4() },
    key_model: { value: new Vector3(0, 1, 0) },
    key_strength: { value: 0 },
    key_sizes: { value: [0, 0, 0, 0] },
  };
}

/**
 * @param {Uniforms} shared
 * @param {Environment} environment
 * @returns {Uniforms}
 */
export function gemUniforms(shared, environment) {
  const { clip_from_model, eye_model, environment_from_model, environment_gain, opacity, limb_count } = shared;
  return {
    clip_from_model,
    eye_model,
    environment_from_model,
    environment_gain,
    opacity,
    limb_count,
    environment_map: { value: environment.stones },
    residual: { value: environment.head.residual },
  };
}
