/** Maps of a piece's file as textures: what stones see of their setting, and the shadow on the ground. */
import {
  ClampToEdgeWrapping,
  DataArrayTexture,
  DataTexture,
  HalfFloatType,
  LinearFilter,
  NearestFilter,
  RGBAFormat,
  RedFormat,
} from 'three';
import { matrixOf } from './camera.js';
import { half, settingTexels, signedHalf, smoothMaps } from './unpack.js';

/** @typedef {import('./glb.js').Glb} Glb */

/**
 * The setting of a cut, seen from the middle of each of its stones.
 * @param {Glb} glb
 * @param {any} stone
 * @param {{near: number, far: number}} range of distances
 */
export function settingMap(glb, stone, { near, far }) {
  const texels = settingTexels(glb.bytes(stone.maps), near, far);
  const map = new DataArrayTexture(texels, stone.side, stone.side, stone.layers);
  map.type = HalfFloatType;
  map.format = RGBAFormat;
  map.minFilter = map.magFilter = NearestFilter;
  map.needsUpdate = true;
  return map;
}

/**
 * What the piece takes of the light on the ground: its mean over a turn, and how it goes round.
 * @param {Glb} glb
 * @param {any} ground
 */
export function groundMaps(glb, { side, half_side: halfSide, steps, mean, waves, world_from_ground: worldFromGround }) {
  const [whole] = smoothMaps(glb.bytes(mean), side, false);
  const turns = smoothMaps(glb.bytes(waves), side / 2, true);
  // a step is a byte: there are no more halves than that
  const shades = Uint16Array.from({ length: 256 }, (_, step) => half(step / steps[0]));
  const swings = Uint16Array.from({ length: 256 }, (_, step) => signedHalf((step - 128) / steps[1]));
  const taken = new Uint16Array(whole.length);
  for (let k = 0; k < whole.length; k += 1) taken[k] = shades[whole[k]];
  const texels = turns[0].length;
  const series = new Uint16Array(texels * 4);
  turns.forEach((wave, k) => {
    for (let at = 0; at < texels; at += 1) series[4 * at + k] = swings[wave[at] + 128];
  });
  const maps = {
    mean: new DataTexture(taken, side, side, RedFormat, HalfFloatType),
    waves: new DataTexture(series, side / 2, side / 2, RGBAFormat, HalfFloatType),
  };
  for (const texture of Object.values(maps)) {
    texture.minFilter = texture.magFilter = LinearFilter;
    texture.wrapS = texture.wrapT = ClampToEdgeWrapping;
    texture.needsUpdate = true;
  }
  return { ...maps, side, halfSide, worldFromGround: matrixOf(worldFromGround) };
}
