/**
 * Where people are: reading a person mask, and moving an old one to where they are now.
 * Twin of tryon/covers/masks.py.
 */
import { stretched, valueAt } from '../grids.js';
import { clamp } from '../linalg.js';

/** @typedef {import('../types.js').PersonMask} PersonMask */
/** @typedef {import('../types.js').PixelRegion} PixelRegion */

const PERSON_FROM = 0.25; // person shares between which background becomes body
export const PERSON_TO = 0.6;

/**
 * The person share at a pixel of the whole image; beyond the image the nearest counts.
 * @param {PersonMask} person @param {number} x @param {number} y
 * @param {number} width @param {number} height of the image
 */
export function personAt({ share, rows, columns }, x, y, width, height) {
  const across = Math.fround((x + 0.5) * (columns / width) - 0.5);
  const down = Math.fround((y + 0.5) * (rows / height) - 0.5);
  return valueAt(share, columns, rows, across, down);
}

/**
 * 1 on people, 0 on the background, over a region of an image.
 * @param {PersonMask} person @param {PixelRegion} region inside the image
 * @param {number} width @param {number} height of the result
 * @param {{ width: number, height: number }} image
 * @returns {Float32Array} (height, width)
 */
export function bodyShare({ share, rows, columns }, region, width, height, image) {
  const [toColumns, toRows] = [columns / image.width, rows / image.height];
  const [stepX, stepY] = [region.width / width, region.height / height];
  const found = stretched(
    { data: share, width: columns, height: rows, channels: 1 },
    stepX * toColumns,
    (region.x + 0.5 * stepX) * toColumns - 0.5,
    stepY * toRows,
    (region.y + 0.5 * stepY) * toRows - 0.5,
    width,
    height,
  );
  for (let k = 0; k < found.length; k++) {
    found[k] = clamp((found[k] - PERSON_FROM) / (PERSON_TO - PERSON_FROM), 0, 1);
  }
  return found;
}

/**
 * An old mask moved with the landmarks: shifted, turned and scaled as a whole, by the similarity of
 * least squares (Umeyama, 1991). Equal landmarks, or too few of them, leave the mask as it is.
 * @param {PersonMask} mask of an earlier frame
 * @param {ArrayLike<number>} then (n, 2) landmarks, pixels, in the mask's frame
 * @param {ArrayLike<number>} now (n, 2) and in this one
 * @param {number} width @param {number} height of the frames
 * @returns {PersonMask}
 */
export function warped(mask, then, now, width, height) {
  const count = then.length / 2;
  if (count < 2 || Array.prototype.every.call(then, (value, k) => value === now[k])) return mask;
  const [thenX, thenY, nowX, nowY] = [middle(then, 0), middle(then, 1), middle(now, 0), middle(now, 1)];
  let [spread, along, across] = [0, 0, 0];
  for (let k = 0; k < then.length; k += 2) {
    const [x, y] = [then[k] - thenX, then[k + 1] - thenY];
    const [toX, toY] = [now[k] - nowX, now[k + 1] - nowY];
    spread += x * x + y * y;
    along += x * toX + y * toY;
    across += x * toY - y * toX;
  }
  if (spread < 1e-6) return mask;
  along /= spread;
  across /= spread;
  const { share, rows, columns } = mask;
  const [toColumns, toRows] = [columns / width, rows / height];
  const [shiftX, shiftY] = [nowX - along * thenX + across * thenY, nowY - across * thenX - along * thenY];
  // pixel centres: image = (mask + 0.5) / toMask - 0.5
  const [centerX, centerY] = [0.5 / toColumns - 0.5, 0.5 / toRows - 0.5];
  const [a, b] = [along, (-across * toColumns) / toRows];
  const [c, d] = [(across * toRows) / toColumns, along];
  const x = toColumns * (along * centerX - across * centerY + shiftX + 0.5) - 0.5;
  const y = toRows * (across * centerX + along * centerY + shiftY + 0.5) - 0.5;
  const moved = new Float32Array(share.length);
  const size = a * d - b * c;
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, to++) {
      const [px, py] = [column - x, row - y];
      moved[to] = valueAt(share, columns, rows, (d * px - b * py) / size, (a * py - c * px) / size);
    }
  }
  return { ...mask, share: moved };
}

/** @param {ArrayLike<number>} points (n, 2) @param {number} axis */
function middle(points, axis) {
  let sum = 0;
  for (let k = axis; k < points.length; k += 2) sum += points[k];
  return (2 * sum) / points.length;
}
