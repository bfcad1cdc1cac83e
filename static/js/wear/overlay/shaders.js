/** Shaders that only what is worn needs, beside the viewer's. */
import bodyVertex from '../../../shaders/body.vert.glsl';
import depthFragment from '../../../shaders/depth.frag.glsl';
import layFragment from '../../../shaders/lay.frag.glsl';
import resolveFragment from '../../../shaders/resolve.frag.glsl';
import screenVertex from '../../../shaders/screen.vert.glsl';
import shadowFragment from '../../../shaders/shadow.frag.glsl';
import shadowVertex from '../../../shaders/shadow.vert.glsl';
import softenFragment from '../../../shaders/soften.frag.glsl';
import { expanded } from '../../viewer/shaders.js';

export const BODY = { vertex: expanded(bodyVertex), fragment: expanded(depthFragment) };
export const SHADOW = { vertex: expanded(shadowVertex), fragment: expanded(shadowFragment) };
export const RESOLVE = { vertex: expanded(screenVertex), fragment: expanded(resolveFragment) };
export const LAY = { vertex: expanded(screenVertex), fragment: expanded(layFragment) };
export const SOFTEN = { vertex: expanded(screenVertex), fragment: expanded(softenFragment) };
