/**
 * Operations on grids of single numbers, with OpenCV's own results but for its single precision.
 */
import { clamp } from './linalg.js';

/** @typedef {import('./image.js').Field} Field of one channel */

/** @param {Float32Array} data (height, width) @param {number} width @returns {Field} */
export const grid = (data, width) => ({ data, width, height: data.length / width, channels: 1 });

/**
 * A value between cells, bilinearly; beyond its border a grid's border goes on.
 * @param {Float32Array} data @param {number} width @param {number} height
 * @param {number} x @param {number} y cells, the first one's centre at 0
 */
export function valueAt(data, width, height, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const x0 = clamp(left, 0, width - 1);
  const x1 = clamp(left + 1, 0, width - 1);
  const y0 = clamp(top, 0, height - 1) * width;
  const y1 = clamp(top + 1, 0, height - 1) * width;
  const above = data[y0 + x0] + (x - left) * (data[y0 + x1] - data[y0 + x0]);
  const below = data[y1 + x0] + (x - left) * (data[y1 + x1] - data[y1 + x0]);
  return above + (y - top) * (below - above);
}

/**
 * Values at places that go on evenly across and down a grid.
 * @param {Field} from
 * @param {number} stepX @param {number} firstX cells of it a column, and at the first one's centre
 * @param {number} stepY @param {number} firstY
 * @param {number} width @param {number} height of the result
 * @returns {Float32Array} (height, width)
 */
export function stretched({ data, width: columns, height: rows }, stepX, firstX, stepY, firstY, width, height) {
  const out = new Float32Array(width * height);
  const left = new Int32Array(width);
  const right = new Int32Array(width);
  const share = new Float64Array(width);
  for (let x = 0; x < width; x++) {
    const at = stepX * x + firstX;
    const low = Math.floor(at);
    left[x] = clamp(low, 0, columns - 1);
    right[x] = clamp(low + 1, 0, columns - 1);
    share[x] = at - low;
  }
  for (let y = 0, to = 0; y < height; y++) {
    const at = stepY * y + firstY;
    const low = Math.floor(at);
    const above = clamp(low, 0, rows - 1) * columns;
    const below = clamp(low + 1, 0, rows - 1) * columns;
    for (let x = 0; x < width; x++, to++) {
      const [l, r, s] = [left[x], right[x], share[x]];
      const upper = data[above + l] + s * (data[above + r] - data[above + l]);
      const lower = data[below + l] + s * (data[below + r] - data[below + l]);
      out[to] = upper + (at - low) * (lower - upper);
    }
  }
  return out;
}

/**
 * A grid made larger, its corners kept.
 * @param {Field} from @param {number} width @param {number} height
 */
export function enlarged(from, width, height) {
  const [stepX, stepY] = [from.width / width, from.height / height];
  return stretched(from, stepX, 0.5 * stepX - 0.5, stepY, 0.5 * stepY - 0.5, width, height);
}

/**
 * The mean about each cell; beyond its border a grid is mirrored at its last cell.
 * @param {Float32Array} data (height, width) @param {number} width
 * @param {number} side of the square, odd @returns {Float32Array}
 */
export function boxed(data, width, side) {
  const height = data.length / width;
  const reach = side >> 1;
  const sums = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    const line = y * width;
    let sum = 0;
    for (let k = -reach; k <= reach; k++) sum += data[line + mirrored(k, width)];
    for (let x = 0; x < width; x++) {
      sums[line + x] = sum;
      sum += data[line + mirrored(x + reach + 1, width)] - data[line + mirrored(x - reach, width)];
    }
  }
  const out = new Float32Array(data.length);
  const column = new Float64Array(width);
  for (let k = -reach; k <= reach; k++) {
    const line = mirrored(k, height) * width;
    for (let x = 0; x < width; x++) column[x] += sums[line + x];
  }
  const weight = 1 / (side * side);
  for (let y = 0; y < height; y++) {
    const [next, last] = [mirrored(y + reach + 1, height) * width, mirrored(y - reach, height) * width];
    for (let x = 0; x < width; x++) {
      out[y * width + x] = column[x] * weight;
      column[x] += sums[next + x] - sums[last + x];
    }
  }
  return out;
}

/** Where a line's cell lies that is mirrored at its ends. @param {number} at @param {number} size */
export function mirrored(at, size) {
  if (size === 1) return 0;
  let cell = at;
  while (cell < 0 || cell >= size) cell = cell < 0 ? -cell : 2 * (size - 1) - cell;
  return cell;
}

/**
 * The largest, or the least, of a rectangle about each cell; beyond the border there is nothing.
 * @template {Float32Array | Uint8Array} T
 * @param {T} data (height, width) @param {number} width
 * @param {number} before @param {number} after cells of the rectangle to either side
 * @param {boolean} [least]
 * @returns {T}
 */
export function widest(data, width, before, after, least = false) {
  const across = /** @type {T} */ (data.slice());
  const out = /** @type {T} */ (data.slice());
  const height = data.length / width;
  for (let y = 0; y < height; y++) {
    const line = y * width;
    for (let x = 0; x < width; x++) {
      let best = data[line + x];
      for (let k = Math.max(x - before, 0); k <= Math.min(x + after, width - 1); k++) {
        const value = data[line + k];
        if (least ? value < best : value > best) best = value;
      }
      across[line + x] = best;
    }
  }
  for (let y = 0; y < height; y++) {
    const [first, last] = [Math.max(y - before, 0) * width, Math.min(y + after, height - 1) * width];
    for (let x = 0; x < width; x++) {
      let best = across[y * width + x];
      for (let k = first + x; k <= last + x; k += width) {
        const value = across[k];
        if (least ? value < best : value > best) best = value;
      }
      out[y * width + x] = best;
    }
  }
  return out;
}

/** The middle one of some numbers, or the mean of both. @param {Float32Array | number[]} values */
export function median(values) {
  const sorted = values instanceof Float32Array ? values.slice().sort() : [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}
