/**
 * CIE Lab of sRGB, with OpenCV's own results.
 *
 * `labOf` interpolates in the same table as OpenCV's float Lab, which is a third of a unit off the
 * exact conversion, and differs from it in its last bit once in a thousand; `labOf8` differs from
 * the bytes once in ten thousand.
 */
import { field, roundEven } from './image.js';

/** @typedef {import('./image.js').Picture} Picture */
/** @typedef {import('./image.js').Field} Field */

const BASE = 1 << 14; // of the table's numbers
const SIDE = 33; // of the table
/** @type {Int16Array | null} (SIDE, SIDE, SIDE, 3) by red, green, blue */
let labTable = null;

function makeLabTable() {
  const linear = Array.from({ length: SIDE }, (_, k) => {
    const value = k / (SIDE - 1);
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  /** @param {number} t */
  const root = (t) => (t > 216 / 24389 ? Math.cbrt(t) : (841 / 108) * t + 16 / 116);
  const table = new Int16Array(SIDE ** 3 * 3);
  let to = 0;
  for (const r of linear) {
    for (const g of linear) {
      for (const b of linear) {
        const x = root((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.950456);
        const luminance = 0.212671 * r + 0.71516 * g + 0.072169 * b;
        const y = root(luminance);
        const z = root((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.088754);
        const lightness = luminance > 216 / 24389 ? 116 * y - 16 : (24389 / 27) * luminance;
        table[to++] = roundEven((BASE * lightness) / 100);
        table[to++] = roundEven((BASE * (500 * (x - y) + 128)) / 256);
        table[to++] = roundEven((BASE * (200 * (y - z) + 128)) / 256);
      }
    }
  }
  return table;
}

/**
 * CIE Lab of sRGB bytes.
 * @param {Picture} image @param {number} lightness what its lightness is multiplied by
 * @returns {Field}
 */
export function labOf(image, lightness = 1) {
  const table = (labTable ??= makeLabTable());
  const { width, height, channels, data } = image;
  const out = field(width, height, 3);
  for (let from = 0, to = 0; to < out.data.length; from += channels, to += 3) {
    const r = STEP[data[from]];
    const g = STEP[data[from + 1]];
    const b = STEP[data[from + 2]];
    const [rw, gw, bw] = [(r >> 5) & 15, (g >> 5) & 15, (b >> 5) & 15];
    const [r0, g0, b0] = [r >> 9, g >> 9, b >> 9];
    let [l, a, c] = [0, 0, 0];
    for (let corner = 0; corner < 8; corner++) {
      const weight =
        (corner & 4 ? rw : 16 - rw) * (corner & 2 ? gw : 16 - gw) * (corner & 1 ? bw : 16 - bw);
      if (weight === 0) continue;
      const at = 3 * (((r0 + (corner >> 2)) * SIDE + g0 + ((corner >> 1) & 1)) * SIDE + b0 + (corner & 1));
      l += weight * table[at];
      a += weight * table[at + 1];
      c += weight * table[at + 2];
    }
    out.data[to] = (lightness * 100 * ((l + 2048) >> 12)) / BASE;
    out.data[to + 1] = (256 * ((a + 2048) >> 12)) / BASE - 128;
    out.data[to + 2] = (256 * ((c + 2048) >> 12)) / BASE - 128;
  }
  return out;
}

const FINE = 1 << 15; // of the roots of light
/** Light of a byte of sRGB, in eighths of a level. */
const LINEAR = Int32Array.from({ length: 256 }, (_, k) => {
  const value = k / 255;
  return roundEven(8 * 255 * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
});
/** Lab's function of eighths of a level. */
const ROOT = Int32Array.from({ length: 8 * 384 }, (_, k) => {
  const t = k / (8 * 255);
  return roundEven(FINE * (t > 216 / 24389 ? Math.cbrt(t) : (841 / 108) * t + 16 / 116));
});

/**
 * CIE Lab of sRGB bytes in bytes, as OpenCV has it: lightness 0..255, a and b about 128.
 * @param {Picture} image @returns {Uint8Array} (height, width, 3)
 */
export function labOf8({ data, width, height, channels }) {
  const out = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < out.length; from += channels, to += 3) {
    const [r, g, b] = [LINEAR[data[from]], LINEAR[data[from + 1]], LINEAR[data[from + 2]]];
    const x = ROOT[(1777 * r + 1541 * g + 778 * b + 2048) >> 12];
    const y = ROOT[(871 * r + 2929 * g + 296 * b + 2048) >> 12];
    const z = ROOT[(73 * r + 448 * g + 3575 * b + 2048) >> 12];
    out[to] = (296 * y - 1336934 + (FINE >> 1)) >> 15;
    out[to + 1] = (500 * (x - y) + 128 * FINE + (FINE >> 1)) >> 15;
    out[to + 2] = (200 * (y - z) + 128 * FINE + (FINE >> 1)) >> 15;
  }
  return out;
}

/** Where a byte lies in the table. */
const STEP = Int32Array.from({ length: 256 }, (_, k) => roundEven(Math.fround(k / 255) * BASE));
