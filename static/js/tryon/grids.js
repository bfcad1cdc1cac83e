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
  const share = new Float64Array(width);
  for (let x = 0; x < width; x++) {
    const at = clamp(stepX * x + firstX, 0, columns - 1);
    left[x] = Math.min(Math.floor(at), Math.max(columns - 2, 0));
    share[x] = at - left[x];
  }
  const line = new Float64Array(columns + 1); // its last cell twice, for a single column
  for (let y = 0, to = 0; y < height; y++) {
    const at = clamp(stepY * y + firstY, 0, rows - 1);
    const low = Math.floor(at);
    const above = low * columns;
    const below = Math.min(low + 1, rows - 1) * columns;
    for (let x = 0; x < columns; x++) line[x] = data[above + x] + (at - low) * (data[below + x] - data[above + x]);
    line[columns] = line[columns - 1];
    for (let x = 0; x < width; x++) {
      const k = left[x];
      out[to++] = line[k] + share[x] * (line[k + 1] - line[k]);
    }
  }
  return out;
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
  for (let step = -before; step <= after; step++) if (step) taken(data, across, width, step, 0, least);
  const out = /** @type {T} */ (across.slice());
  for (let step = -before; step <= after; step++) if (step) taken(across, out, width, 0, step, least);
  return out;
}

/**
 * Each cell becomes the larger, or the lesser, of itself and of another grid's cell beside it.
 * @param {Float32Array | Uint8Array} data @param {Float32Array | Uint8Array} out written into
 * @param {number} width @param {number} right @param {number} down to that cell
 * @param {boolean} [least]
 */
export function taken(data, out, width, right, down, least = false) {
  const height = out.length / width;
  const [first, last] = [Math.max(-right, 0), Math.min(width - right, width)];
  const away = down * width + right;
  for (let y = Math.max(-down, 0); y < Math.min(height - down, height); y++) {
    const end = y * width + last;
    if (least) {
      for (let k = y * width + first; k < end; k++) if (data[k + away] < out[k]) out[k] = data[k + away];
    } else {
      for (let k = y * width + first; k < end; k++) if (data[k + away] > out[k]) out[k] = data[k + away];
    }
  }
}

/** The middle one of some numbers, or the mean of both. @param {Float32Array | number[]} values */
export function median(values) {
  const sorted = values instanceof Float32Array ? values.slice().sort() : [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}
