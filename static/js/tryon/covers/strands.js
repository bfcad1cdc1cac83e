/**
 * Locks of hair as light as skin, told by their run of light and dark: skin is smooth.
 * Twin of tryon/covers/strands.py.
 */
import { boxed, grid, median, widest } from '../grids.js';
import { blurred, roundEven } from '../image.js';
import { reduced8, reducedField } from '../reduction.js';
import { clamp } from '../linalg.js';
import { convexHull } from '../outline.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../types.js').PixelRegion} PixelRegion */

const FINE = 3; // samples across a cell of the reduced picture
const SOFT = 1.2; // cells over which the light of one strand changes
const LOCK = 2.5; // cells over which strands lie side by side
const [STEP, STEP_SHARE] = [3.5, 2.3]; // cells; a lone edge is so much as uneven as it is steep
const LEAST_UNEVEN = 0.05; // natural logarithm of the light
const OVER_SKIN = 2; // times as uneven as the wearer's own cheeks
const BESIDE = 0.55; // of what is most uneven nearby: beside a lock some of its unevenness is seen
const NEARBY = 7; // cells
const BUSY = 0.7; // so uneven is such a share of a lock: of chains there is less
const DENSE = [0.45, 0.6];
const NOISE = 3; // grey levels
const SURELY = 1.25; // times all these
const LIKE_SKIN = [0.35, 0.55]; // strangeness up to which what is uneven is no cloth
const CHEEKS = [50, 280, 205, 425, 101, 330, 117, 346]; // of the face's points

/**
 * How finely the light changes, natural logarithm, over what noise does.
 * @typedef {object} Unevenness
 * @property {Float32Array} energy its mean square in each cell
 * @property {Float32Array} about its RMS about each, without what a lone edge there explains
 */

/**
 * Where something uneven has the colours of skin or is among hair, 0..1.
 * @param {Unevenness} uneven of head and chest
 * @param {Float32Array} strange (rows, columns) how unlike skin the same is, reduced
 * @param {Float32Array} hair (rows, columns) what of it is hair by its colour
 * @param {number} columns
 * @param {number[][]} face the face's points on it, columns and rows
 */
export function strands({ energy, about }, strange, hair, columns, face) {
  const rows = strange.length / columns;
  const cheeks = CHEEKS.map((point) => {
    const [x, y] = face[point];
    return about[clamp(roundEven(y), 0, rows - 1) * columns + clamp(roundEven(x), 0, columns - 1)];
  });
  const skin = Math.max(LEAST_UNEVEN, OVER_SKIN * median(cheeks));
  const most = widest(about, columns, NEARBY >> 1, NEARBY >> 1);
  const least = most.map((value) => Math.max(skin, BESIDE * value));
  const busy = boxed(energy.map((value, k) => Number(value > (BUSY * least[k]) ** 2)), columns, NEARBY);
  const [low, high] = LIKE_SKIN;
  const fits = boxed(strange.map((value, k) => Math.max(clamp((high - value) / (high - low), 0, 1), hair[k])), columns, 5);
  const within = filled(face, columns, rows);
  return about.map((value, k) => {
    if (within[k]) return 0;
    const share = clamp((value - least[k]) / ((SURELY - 1) * least[k]), 0, 1);
    const dense = clamp((busy[k] - DENSE[0]) / (DENSE[1] - DENSE[0]), 0, 1);
    return share * dense * clamp(2 * fits[k], 0, 1);
  });
}

/**
 * The logarithm of the light of head and chest, a few samples for each reduced cell.
 * @param {Picture} image @param {PixelRegion} wide what of it shows them
 * @param {number} columns @param {number} rows of the reduced picture
 */
export function fineLight(image, wide, columns, rows) {
  const grey = greyOf(image, wide);
  const { data, width } = grey.height > FINE * rows ? reduced8(grey, FINE * columns, FINE * rows) : grey;
  const light = new Float32Array(data.length);
  for (let k = 0; k < light.length; k++) light[k] = LOG[data[k]];
  return grid(light, width);
}

/**
 * How uneven each cell is.
 * @param {import('../image.js').Field} light by `fineLight` @param {number} columns @param {number} rows
 * @returns {Unevenness}
 */
export function unevenness(light, columns, rows) {
  const { width, height } = light;
  const coarse = reducedField(light, columns, rows);
  const soft = blurred(light, (SOFT * height) / rows, (SOFT * height) / rows).data;
  const squares = soft;
  for (let k = 0; k < squares.length; k++) {
    const off = light.data[k] - soft[k];
    squares[k] = off * off;
  }
  const energy = reducedField(grid(squares, width), columns, rows);
  for (let k = 0; k < energy.length; k++) {
    const noise = NOISE * Math.exp(-coarse[k]);
    energy[k] = Math.max(energy[k] - noise * noise, 0);
  }
  const even = blurred(grid(coarse, columns), STEP, STEP).data;
  const locks = blurred(grid(energy, columns), LOCK, LOCK).data;
  const about = locks.map((value, k) => {
    const column = k % columns;
    const across = column > 0 && column < columns - 1 ? even[k + 1] - even[k - 1] : 0;
    const down = k >= columns && k < even.length - columns ? even[k + columns] - even[k - columns] : 0;
    const step = (0.5 * STEP_SHARE) ** 2 * (across * across + down * down);
    return Math.sqrt(Math.max(value - step, 0));
  });
  return { energy, about };
}

/** Of a grey level. */
const LOG = Float32Array.from({ length: 256 }, (_, k) => Math.log(k + 16));

/**
 * A window in grey, as OpenCV has it.
 * @param {Picture} image @param {PixelRegion} window @returns {Picture} of one channel
 */
function greyOf({ data, width: line, channels }, { x, y, width, height }) {
  const out = new Uint8Array(width * height);
  for (let row = 0, k = 0; row < height; row++) {
    let at = ((y + row) * line + x) * channels;
    for (let column = 0; column < width; column++, at += channels) {
      out[k++] = (9798 * data[at] + 19235 * data[at + 1] + 3735 * data[at + 2] + 16384) >> 15;
    }
  }
  return { data: out, width, height, channels: 1 };
}

/**
 * 1 within the outline of some points, and on it.
 * @param {number[][]} points @param {number} columns @param {number} rows
 */
function filled(points, columns, rows) {
  const hull = convexHull(points.flatMap(([x, y]) => [roundEven(x), roundEven(y)]));
  const first = new Int32Array(rows).fill(columns);
  const last = new Int32Array(rows).fill(-1);
  hull.forEach(([x, y], k) => {
    const [toX, toY] = hull[(k + 1) % hull.length];
    const steps = Math.max(Math.abs(toX - x), Math.abs(toY - y), 1);
    for (let step = 0; step <= steps; step++) {
      const column = Math.round(x + ((toX - x) * step) / steps);
      const row = Math.round(y + ((toY - y) * step) / steps);
      if (row < 0 || row >= rows) continue;
      first[row] = Math.min(first[row], column);
      last[row] = Math.max(last[row], column);
    }
  });
  const out = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    out.fill(1, from + Math.max(first[row], 0), from + Math.max(Math.min(last[row] + 1, columns), Math.max(first[row], 0)));
  }
  return out;
}
