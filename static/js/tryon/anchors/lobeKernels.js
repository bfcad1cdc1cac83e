/** What a lobe's round end is correlated with; twin of the kernels of tryon/anchors/lobe.py. */
import { mirrored } from '../grids.js';
import { clamp, radians } from '../linalg.js';

/** Of a patch about a lobe: pixels in a face height. */
export const PATCH_PX = 200;
const RIM_RADII = [0.026, 0.034]; // face heights from the piercing to the lobe's rim
const RIM_WIDTH = 0.008;
const [RIM_FROM, RIM_TO] = [radians(-50), radians(80)]; // from below towards outwards
const LOBE_RADIUS = 0.02;

/**
 * The cells of a kernel that weigh anything.
 * @typedef {{ right: Int32Array, down: Int32Array, weight: Float64Array, reach: number }} Kernel
 */

/** @param {{ right: number, down: number, weight: number }[]} cells @returns {Kernel} */
const kernelOf = (cells) => ({
  right: Int32Array.from(cells, ({ right }) => right),
  down: Int32Array.from(cells, ({ down }) => down),
  weight: Float64Array.from(cells, ({ weight }) => weight),
  reach: Math.max(...cells.map(({ right, down }) => Math.max(Math.abs(right), Math.abs(down)))),
});

/**
 * Inside minus outside a lobe's rim, about its piercing; it sums up to nothing.
 * @param {number} radius face heights
 */
function rimKernel(radius) {
  /** @type {Map<string, { right: number, down: number, weight: number }>} */ const cells = new Map();
  const count = 33;
  for (let k = 0; k < count; k++) {
    const angle = RIM_FROM + ((RIM_TO - RIM_FROM) * k) / (count - 1);
    for (const [side, sign] of [[-RIM_WIDTH, 1], [RIM_WIDTH, -1]]) {
      const x = (radius + side) * PATCH_PX * Math.sin(angle);
      const y = (radius + side) * PATCH_PX * Math.cos(angle);
      const [column, row] = [Math.floor(x), Math.floor(y)];
      for (const [i, j] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
        const share = (i ? x - column : 1 - x + column) * (j ? y - row : 1 - y + row);
        const key = `${column + i} ${row + j}`;
        const cell = cells.get(key) ?? { right: column + i, down: row + j, weight: 0 };
        cell.weight += (sign * share) / count;
        cells.set(key, cell);
      }
    }
  }
  return kernelOf([...cells.values()]);
}

/** The mean over a lobe's disc. */
function discKernel() {
  const radius = LOBE_RADIUS * PATCH_PX;
  const reach = Math.ceil(radius);
  const cells = [];
  for (let down = -reach; down <= reach; down++) {
    for (let right = -reach; right <= reach; right++) {
      const weight = clamp(radius + 0.5 - Math.hypot(right, down), 0, 1);
      if (weight > 0) cells.push({ right, down, weight });
    }
  }
  const sum = cells.reduce((total, cell) => total + cell.weight, 0);
  return kernelOf(cells.map((cell) => ({ ...cell, weight: cell.weight / sum })));
}

export const RIMS = RIM_RADII.map(rimKernel);
export const DISC = discKernel();

/**
 * A picture's correlation with a kernel; beyond its border it is mirrored at its last pixel.
 * @param {Float32Array} data (side, side) @param {number} side @param {Kernel} kernel
 */
export function correlated(data, side, { right, down, weight, reach }) {
  const wide = side + 2 * reach;
  const around = new Float32Array(wide * wide);
  for (let y = 0, to = 0; y < wide; y++) {
    const line = mirrored(y - reach, side) * side;
    for (let x = 0; x < wide; x++) around[to++] = data[line + mirrored(x - reach, side)];
  }
  const steps = right.map((value, k) => down[k] * wide + value);
  const out = new Float32Array(side * side);
  for (let y = 0, to = 0; y < side; y++) {
    const line = (y + reach) * wide + reach;
    for (let x = 0; x < side; x++, to++) {
      let sum = 0;
      for (let k = 0; k < steps.length; k++) sum += weight[k] * around[line + x + steps[k]];
      out[to] = sum;
    }
  }
  return out;
}
