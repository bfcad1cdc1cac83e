/** Numbers out of the bytes that viewer/web packs: predicted planes, setting maps, half floats. */

const HALF_STEPS = 1 << 10;

/**
 * A number as the bits of a half float, rounded to the nearest; 0 to 65504.
 * @param {number} value
 */
export function half(value) {
  if (value < 2 ** -14) return Math.round(value * 2 ** 24);
  const exponent = Math.floor(Math.log2(value));
  const bits = Math.round((value / 2 ** exponent) * HALF_STEPS) - HALF_STEPS;
  return ((exponent + 15) << 10) + bits; // a mantissa that is full carries into the exponent
}

/**
 * A signed number as the bits of a half float.
 * @param {number} value
 */
export function signedHalf(value) {
  return value < 0 ? half(-value) | 0x8000 : half(value);
}

/**
 * Undoes the prediction from the left, upper and upper left neighbours, in place.
 * @param {Int32Array} rest (height, width) what each texel has beyond what its neighbours foretell
 * @param {number} width
 * @param {number} [height]
 */
export function summed(rest, width, height = width) {
  for (let y = 0, at = 0; y < height; y++) {
    let left = 0;
    for (let x = 0; x < width; x++, at++) {
      left += rest[at];
      rest[at] = y > 0 ? rest[at - width] + left : left;
    }
  }
  return rest;
}

/**
 * Undoes the prediction by the median edge detector, in place: a plane through the left, upper and upper
 * left neighbours, between the least and the greatest of the first two.
 * @param {Int32Array} rest (side, side)
 * @param {number} side
 */
export function foretold(rest, side) {
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at++) {
      const left = x > 0 ? rest[at - 1] : 0;
      const upper = y > 0 ? rest[at - side] : 0;
      const plane = left + upper - (x > 0 && y > 0 ? rest[at - side - 1] : 0);
      const least = left < upper ? left : upper;
      const most = left < upper ? upper : left;
      rest[at] += plane < least ? least : plane > most ? most : plane;
    }
  }
  return rest;
}

/**
 * Smooth maps of whole numbers.
 * @param {Uint8Array} bytes of (count, height, width), modulo 256
 * @param {number} width
 * @param {boolean} signed -128 to 127, else 0 to 255
 * @param {number} [height]
 * @returns {Int32Array[]}
 */
export function smoothMaps(bytes, width, signed, height = width) {
  const texels = width * height;
  return Array.from({ length: Math.floor(bytes.length / texels) }, (_, k) => {
    const map = summed(Int32Array.from(bytes.subarray(k * texels, (k + 1) * texels)), width, height);
    for (let at = 0; at < texels; at += 1) map[at] = signed ? (map[at] << 24) >> 24 : map[at] & 255;
    return map;
  });
}

/**
 * One level of an environment: the step of each texel's radiance, (3, side, side).
 * @param {Uint8Array} bytes six planes
 * @param {number} side
 */
export function levelSteps(bytes, side) {
  const texels = side * side;
  const planes = [0, 1, 2].map((channel) => {
    const low = 2 * channel * texels;
    const rest = new Int32Array(texels);
    for (let k = 0; k < texels; k++) {
      const zigzag = bytes[low + k] | (bytes[low + texels + k] << 8);
      rest[k] = zigzag & 1 ? -((zigzag + 1) >> 1) : zigzag >> 1;
    }
    return foretold(rest, side);
  });
  const [green, red, blue] = planes;
  for (let k = 0; k < texels; k++) {
    red[k] += green[k];
    blue[k] += green[k];
  }
  return [red, green, blue];
}

/**
 * Setting maps as half floats: normal x, normal y, side of normal z and material, distance.
 * @param {Uint8Array} bytes (texels, 4)
 * @param {number} near distance of byte 1
 * @param {number} far distance of byte 255
 */
export function settingTexels(bytes, near, far) {
  const across = Uint16Array.from({ length: 256 }, (_, k) => signedHalf((k / 255) * 2 - 1));
  const material = Uint16Array.from({ length: 256 }, (_, k) =>
    signedHalf((k & 1 ? -1 : 1) * ((k >> 1) + 0.5)),
  );
  const distance = Uint16Array.from({ length: 256 }, (_, k) =>
    half(near * (far / near) ** ((k - 1) / 254)),
  );
  const texels = new Uint16Array(bytes.length);
  for (let k = 0; k < bytes.length; k += 4) {
    if (bytes[k + 3] === 0) continue;
    texels[k] = across[bytes[k]];
    texels[k + 1] = across[bytes[k + 1]];
    texels[k + 2] = material[bytes[k + 2]];
    texels[k + 3] = distance[bytes[k + 3]];
  }
  return texels;
}
