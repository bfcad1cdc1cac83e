/** Looks of surfaces and optics of stones as three.js materials round the project's own shaders. */
import {
  CustomBlending,
  DoubleSide,
  FrontSide,
  GLSL3,
  LinearFilter,
  LinearMipmapLinearFilter,
  NoBlending,
  OneFactor,
  OneMinusSrcAlphaFactor,
  RawShaderMaterial,
  RepeatWrapping,
  Texture,
} from 'three';
import { GEM, SURFACE } from './shaders.js';

const ANISOTROPY = 4;
// Nobody wears what a page shows alone: no program walks limbs that are not there.
const NOBODY = { LIMBS: '0' };

/** @typedef {Record<string, {value: any}>} Uniforms */

/**
 * A surface's material.
 * @typedef {object} Look
 * @property {string[]} defines
 * @property {Record<string, number | number[]>} uniforms
 * @property {Record<string, number>} images numbers of pictures by sampler
 * @property {boolean} blends
 * @property {boolean} double_sided
 */

/**
 * @param {Look} look
 * @param {Record<string, string>} defines of the environment
 * @param {Uniforms} shared
 * @param {Record<string, Texture>} pictures by sampler
 */
export function surfaceMaterial(look, defines, shared, pictures) {
  /** @type {Uniforms} */
  const own = {};
  for (const [name, value] of Object.entries(look.uniforms)) {
    own[name] = { value: Array.isArray(value) ? Float32Array.from(value) : value };
  }
  for (const [name, picture] of Object.entries(pictures)) own[name] = { value: picture };
  const made = new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: SURFACE.vertex,
    fragmentShader: SURFACE.fragment,
    defines: {
      ...defines,
      ...Object.fromEntries(look.defines.map((name) => [name, '1'])),
      ONE_OF_MANY: '1',
      ...NOBODY,
    },
    uniforms: { ...shared, ...own },
    side: look.double_sided ? DoubleSide : FrontSide,
  });
  if (look.blends) {
    made.transparent = true;
    made.blending = CustomBlending;
    made.blendSrc = OneFactor;
    made.blendDst = OneMinusSrcAlphaFactor;
    made.depthWrite = false;
  } else {
    made.blending = NoBlending;
  }
  return made;
}

/**
 * A stone's program.
 * @param {Record<string, string>} defines of the stone and the environment
 * @param {Uniforms} uniforms
 */
export function gemMaterial(defines, uniforms) {
  return new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: GEM.vertex,
    fragmentShader: GEM.fragment,
    defines: { ...defines, BOUNCES: 'bounces', ...NOBODY },
    uniforms,
    side: FrontSide,
    blending: NoBlending,
  });
}

/**
 * A picture of a material on the GPU, as numbers: no colour management.
 * @param {ImageBitmap} picture
 */
export function pictureTexture(picture) {
  const texture = new Texture(/** @type {any} */ (picture));
  texture.flipY = false;
  texture.wrapS = texture.wrapT = RepeatWrapping;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.magFilter = LinearFilter;
  texture.anisotropy = ANISOTROPY;
  texture.generateMipmaps = true;
  texture.needsUpdate = true;
  return texture;
}
