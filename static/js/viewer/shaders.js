/**
 * Shader sources: the bodies of static/shaders that Python's renderer uses too, put together by the
 * same rule. A body includes chunks by `#include "chunks/name.glsl"`, each at most once.
 */
import anisotropic from '../../shaders/chunks/anisotropic.glsl';
import developed from '../../shaders/chunks/developed.glsl';
import environment from '../../shaders/chunks/environment.glsl';
import film from '../../shaders/chunks/film.glsl';
import fresnel from '../../shaders/chunks/fresnel.glsl';
import ggx from '../../shaders/chunks/ggx.glsl';
import keyShadow from '../../shaders/chunks/key_shadow.glsl';
import limbs from '../../shaders/chunks/limbs.glsl';
import octahedral from '../../shaders/chunks/octahedral.glsl';
import place from '../../shaders/chunks/place.glsl';
import precision from '../../shaders/chunks/precision.glsl';
import sampling from '../../shaders/chunks/sampling.glsl';
import skin from '../../shaders/chunks/skin.glsl';
import tone from '../../shaders/chunks/tone.glsl';
import blurFragment from '../../shaders/blur.frag.glsl';
import depthFragment from '../../shaders/depth.frag.glsl';
import gatherFragment from '../../shaders/gather.frag.glsl';
import gemFragment from '../../shaders/gem.frag.glsl';
import gemVertex from '../../shaders/gem.vert.glsl';
import keyVertex from '../../shaders/key.vert.glsl';
import pageFragment from '../../shaders/page.frag.glsl';
import reticleFragment from '../../shaders/reticle.frag.glsl';
import screenVertex from '../../shaders/screen.vert.glsl';
import surfaceFragment from '../../shaders/surface.frag.glsl';
import surfaceVertex from '../../shaders/surface.vert.glsl';

/** @type {Record<string, string>} */
const CHUNKS = {
  'chunks/anisotropic.glsl': anisotropic,
  'chunks/developed.glsl': developed,
  'chunks/environment.glsl': environment,
  'chunks/film.glsl': film,
  'chunks/fresnel.glsl': fresnel,
  'chunks/ggx.glsl': ggx,
  'chunks/key_shadow.glsl': keyShadow,
  'chunks/limbs.glsl': limbs,
  'chunks/octahedral.glsl': octahedral,
  'chunks/place.glsl': place,
  'chunks/precision.glsl': precision,
  'chunks/sampling.glsl': sampling,
  'chunks/skin.glsl': skin,
  'chunks/tone.glsl': tone,
};
const INCLUDE = /^#include "([\w/.]+)"\s*$/gm;

/**
 * A body with its chunks in place.
 * @param {string} text
 * @param {Set<string>} [included]
 * @returns {string}
 */
export function expanded(text, included = new Set()) {
  return text.replace(INCLUDE, (_, /** @type {string} */ name) => {
    if (included.has(name)) return '';
    included.add(name);
    const chunk = CHUNKS[name];
    if (chunk === undefined) throw new Error(`there is no shader ${name}`);
    return expanded(chunk, included);
  });
}

export const SURFACE = { vertex: expanded(surfaceVertex), fragment: expanded(surfaceFragment) };
// How often rays are reflected is told at run time: another quality needs no other program.
export const GEM = {
  vertex: expanded(gemVertex),
  fragment: `uniform highp int bounces;\n${expanded(gemFragment)}`,
};
export const KEY = { vertex: expanded(keyVertex), fragment: expanded(depthFragment) };
export const GATHER = { vertex: expanded(screenVertex), fragment: expanded(gatherFragment) };
export const BLUR = { vertex: expanded(screenVertex), fragment: expanded(blurFragment) };
export const PAGE = { vertex: expanded(screenVertex), fragment: expanded(pageFragment) };
export const RETICLE = { vertex: expanded(screenVertex), fragment: expanded(reticleFragment) };
