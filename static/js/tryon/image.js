/**
 * Pictures and the few operations on them that the solver needs, with OpenCV's own results.
 *
 * Bytes: `blurred8`, and `reduced8` of reduction.js, are OpenCV's to the last bit; `warped8` gives
 * one value in fifty thousand, a tie, the neighbouring level. Floats: sums are double here and single
 * there; results agree to 1e-6 of their size.
 */
import { clamp } from './linalg.js';

/**
 * Pixels of bytes, row by row; RGB in the first three channels.
 * @typedef {object} Picture
 * @property {Uint8Array | Uint8ClampedArray} data
 * @property {number} width
 * @property {number} height
 * @property {number} channels
 */

/**
 * Numbers over a grid, row by row.
 * @typedef {object} Field
 * @property {Float32Array} data
 * @property {number} width
 * @property {number} height
 * @property {number} channels
 */

/** To the nearest whole number, halves to the even one. @param {number} value */
export function roundEven(value) {
  const low = Math.floor(value);
  const over = value - low;
  if (over !== 0.5) return over < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

/** @param {number} width @param {number} height @param {number} channels @returns {Field} */
export const field = (width, height, channels) => ({
  data: new Float32Array(width * height * channels),
  width,
  height,
  channels,
});

/** @param {number} width @param {number} height @returns {Picture} RGB */
export const picture = (width, height) => ({
  data: new Uint8Array(width * height * 3),
  width,
  height,
  channels: 3,
});

/**
 * A rectangle of a picture, RGB.
 * @param {Picture} image @param {number} x @param {number} y @param {number} width
 * @param {number} height
 */
export function cropped(image, x, y, width, height) {
  const out = picture(width, height);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = ((y + row) * image.width + x + column) * image.channels;
      for (let k = 0; k < 3; k++) out.data[to++] = image.data[from + k];
    }
  }
  return out;
}

/** Mirrored left to right. @param {Picture} image @returns {Picture} RGB */
export function mirrored8({ data, width, height, channels }) {
  const out = picture(width, height);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = width - 1; column >= 0; column--) {
      const from = (row * width + column) * channels;
      for (let k = 0; k < 3; k++) out.data[to++] = data[from + k];
    }
  }
  return out;
}

/**
 * Samples a picture along lines, bilinearly; beyond its border the border goes on.
 * @param {Picture} image
 * @param {readonly number[]} m (2, 3) pixels of the image from those of the result
 * @param {number} width @param {number} height
 * @returns {Picture} RGB
 */
export function warped8(image, m, width, height) {
  const out = picture(width, height);
  const [a, b, c, d, e, f] = m.map(Math.fround); // places are worked out in single precision
  const sampled = [0, 0, 0];
  for (let y = 0, to = 0; y < height; y++) {
    const right = Math.fround(Math.fround(b * y) + c);
    const down = Math.fround(Math.fround(e * y) + f);
    for (let x = 0; x < width; x++) {
      sample8(image, Math.fround(a * x + right), Math.fround(d * x + down), sampled);
      for (let k = 0; k < 3; k++) out.data[to++] = roundEven(sampled[k]);
    }
  }
  return out;
}

/**
 * Samples a picture at places, as `warped8` does.
 * @param {Picture} image
 * @param {ArrayLike<number>} places (n, 2) pixels, the first one's centre at 0
 * @returns {Picture} RGB, one row of n
 */
export function remapped8(image, places) {
  const out = picture(places.length / 2, 1);
  const sampled = [0, 0, 0];
  for (let at = 0, to = 0; at < places.length; at += 2) {
    sample8(image, Math.fround(places[at]), Math.fround(places[at + 1]), sampled);
    for (let k = 0; k < 3; k++) out.data[to++] = roundEven(sampled[k]);
  }
  return out;
}

/** @param {Picture} image @param {number} x @param {number} y @param {number[]} out (3,) */
function sample8({ data, width, height, channels }, x, y, out) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const x0 = clamp(left, 0, width - 1) * channels;
  const x1 = clamp(left + 1, 0, width - 1) * channels;
  const y0 = clamp(top, 0, height - 1) * width * channels;
  const y1 = clamp(top + 1, 0, height - 1) * width * channels;
  for (let k = 0; k < 3; k++) {
    const above = Math.fround(data[y0 + x0 + k] + right * (data[y0 + x1 + k] - data[y0 + x0 + k]));
    const below = Math.fround(data[y1 + x0 + k] + right * (data[y1 + x1 + k] - data[y1 + x0 + k]));
    out[k] = above + down * Math.fround(below - above);
  }
}

/**
 * Which cells a kernel covers: beyond its border a line is mirrored at its last cell.
 * @param {number} size of the line @param {number} reach of the kernel to either side
 * @returns {Int32Array} (size + 2 reach,) from the first cell's first to the last one's last
 */
function covers(size, reach) {
  const cells = new Int32Array(size + 2 * reach);
  for (let k = 0; k < cells.length; k++) {
    let at = size === 1 ? 0 : k - reach;
    while (at < 0 || at >= size) at = at < 0 ? -at : 2 * (size - 1) - at;
    cells[k] = at;
  }
  return cells;
}

/** @param {number} sigma @param {number} reach sigmas on either side @returns {Float64Array} */
function gaussian(sigma, reach) {
  const count = roundEven(sigma * reach * 2 + 1) | 1;
  const kernel = new Float64Array(count);
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const x = (k - (count - 1) / 2) / sigma;
    sum += kernel[k] = Math.exp(-0.5 * x * x);
  }
  return kernel.map((value) => value / sum);
}

/**
 * A Gaussian blur of bytes, in the 8 bits of fraction that OpenCV gives its kernel.
 * @param {Picture} image @param {number} sigma pixels @returns {Picture} RGB
 */
export function blurred8(image, sigma) {
  const kernel = fixedPoint(gaussian(sigma, 3));
  const reach = (kernel.length - 1) / 2;
  const { width, height, channels, data } = image;
  const row = 3 * width;
  const across = new Int32Array(row * height);
  const columns = covers(width, reach).map((column) => column * channels);
  for (let y = 0, to = 0; y < height; y++) {
    const line = y * width * channels;
    for (let x = 0; x < width; x++, to += 3) {
      let r = 0;
      let g = 0;
      let b = 0;
      for (let k = 0; k < kernel.length; k++) {
        const from = line + columns[x + k];
        r = (r + Math.imul(kernel[k], data[from])) | 0;
        g = (g + Math.imul(kernel[k], data[from + 1])) | 0;
        b = (b + Math.imul(kernel[k], data[from + 2])) | 0;
      }
      across[to] = r;
      across[to + 1] = g;
      across[to + 2] = b;
    }
  }
  const out = picture(width, height);
  const lines = covers(height, reach).map((line) => line * row);
  const sums = new Int32Array(row);
  for (let y = 0; y < height; y++) {
    sums.fill(1 << 15);
    for (let k = 0; k < kernel.length; k++) {
      const [weight, line] = [kernel[k], lines[y + k]];
      for (let x = 0; x < row; x++) sums[x] += Math.imul(weight, across[line + x]);
    }
    for (let x = 0, to = y * row; x < row; x++) out.data[to++] = sums[x] >> 16;
  }
  return out;
}

/** 256ths that sum up to 1; each rounding error goes on to the next. @param {Float64Array} kernel */
function fixedPoint(kernel) {
  const half = (kernel.length - 1) / 2;
  const out = new Int32Array(kernel.length);
  let [error, sum] = [0, 0];
  for (let k = 0; k < half; k++) {
    const value = kernel[k] * 256 + error;
    const whole = roundEven(value);
    error = value - whole;
    out[k] = out[kernel.length - 1 - k] = whole;
    sum += 2 * whole;
  }
  out[half] = 256 - sum;
  return out;
}

/**
 * A Gaussian blur of numbers.
 * @param {Field} image @param {number} sigmaX cells @param {number} sigmaY cells
 * @returns {Field}
 */
export function blurred({ data, width, height, channels }, sigmaX, sigmaY) {
  const row = width * channels;
  const across = new Float32Array(data.length);
  const kernel = gaussian(sigmaX, 4);
  const cells = covers(width, (kernel.length - 1) / 2);
  const line = new Float32Array(cells.length * channels);
  const steps = new Int32Array(kernel.length).map((_, k) => k * channels);
  const sums = new Float64Array(row);
  for (let y = 0; y < height; y++) {
    for (let k = 0, to = 0; k < cells.length; k++) {
      const from = y * row + cells[k] * channels;
      for (let channel = 0; channel < channels; channel++) line[to++] = data[from + channel];
    }
    weighed(line, kernel, steps, 0, sums);
    across.set(sums, y * row);
  }
  const out = new Float32Array(data.length);
  const down = gaussian(sigmaY, 4);
  const lines = covers(height, (down.length - 1) / 2).map((each) => each * row);
  for (let y = 0; y < height; y++) {
    weighed(across, down, lines, y, sums);
    out.set(sums, y * row);
  }
  return { data: out, width, height, channels };
}

/**
 * Sums of a kernel over lines that begin at some places, six of them at a time.
 * @param {Float32Array} data @param {Float64Array} kernel as long on either side of its middle
 * @param {Int32Array} starts in the data, of which those from `first` on count
 * @param {number} first @param {Float64Array} sums written into
 */
function weighed(data, kernel, starts, first, sums) {
  const half = kernel.length >> 1;
  const [middle, most] = [starts[first + half], kernel[half]];
  for (let x = 0; x < sums.length; x++) sums[x] = most * data[middle + x];
  let k = 0;
  for (let last = first + kernel.length - 1; k + 3 <= half; k += 3, last -= 3) {
    const [p, q, r] = [kernel[k], kernel[k + 1], kernel[k + 2]];
    const [a, c, e] = [starts[first + k], starts[first + k + 1], starts[first + k + 2]];
    const [b, d, f] = [starts[last], starts[last - 1], starts[last - 2]];
    for (let x = 0; x < sums.length; x++) {
      sums[x] += p * (data[a + x] + data[b + x]) + q * (data[c + x] + data[d + x]) + r * (data[e + x] + data[f + x]);
    }
  }
  for (; k < half; k++) {
    const [weight, a, b] = [kernel[k], starts[first + k], starts[first + kernel.length - 1 - k]];
    for (let x = 0; x < sums.length; x++) sums[x] += weight * (data[a + x] + data[b + x]);
  }
}
