/** Hair that comes down from a head, told from cloth of its colour; twin of tryon/covers/head_hair.py. */
import { boxed, grid, median, taken, widest } from '../grids.js';
import { blurred } from '../image.js';
import { clamp } from '../linalg.js';

const ROOTED = 0.35; // share of hair over which it is followed
const USUAL_SHARE = 0.65; // of what the head's own hair looks like hair
const STRANDY = [0.35, 0.6]; // of the unevenness of the head's own hair, below which cloth is no hair
const LEAST_UNEVEN = 0.09; // natural logarithm of lightness: black cloth is as uneven by its noise alone
const STRANDS_SIDE = 5; // of the reduced picture

/**
 * 1 where what looks like hair hangs together with the head's, else 0. A black dress is as black as
 * hair, but bare shoulders lie between the two, or it is plainer.
 * @param {Float32Array} light (rows, columns) logarithm of the lightness of head and chest, reduced
 * @param {Float32Array} like how far each pixel looks like hair
 * @param {number} columns
 * @param {number} chinRow what lies above it is the head's own
 */
export function ownHair(light, like, columns, chinRow) {
  const strands = strandy(light, like, columns, chinRow);
  const hair = like.map((value, k) => value * strands[k]);
  const chin = chinRow * columns;
  const sure = hair.subarray(0, chin).filter((value) => value > ROOTED);
  const least = sure.length ? Math.max(ROOTED, USUAL_SHARE * median(sure)) : ROOTED;
  const seen = widest(widest(above(hair, least), columns, 1, 1), columns, 1, 1, true);
  const open = widest(widest(seen, columns, 1, 1, true), columns, 1, 1);
  seen.set(open.subarray(chin), chin); // a wisp hides none
  const own = hanging(heldAbove(seen, columns, chin), columns, chinRow);
  return blurred(grid(crossed(own, columns), columns), 0.8, 0.8).data;
}

/**
 * What hangs together with what lies above the chin, side by side.
 * @param {Uint8Array} seen @param {number} columns @param {number} chin cells above the chin
 */
function heldAbove(seen, columns, chin) {
  const held = new Uint8Array(seen.length);
  const open = new Int32Array(seen.length);
  let count = 0;
  /** @param {number} at */
  const reach = (at) => {
    if (!seen[at] || held[at]) return;
    held[at] = 1;
    open[count++] = at;
  };
  for (let at = 0; at < Math.min(chin, seen.length); at++) reach(at);
  while (count > 0) {
    const at = open[--count];
    const column = at % columns;
    if (column > 0) reach(at - 1);
    if (column < columns - 1) reach(at + 1);
    if (at >= columns) reach(at - columns);
    if (at < seen.length - columns) reach(at + columns);
  }
  return held;
}

/**
 * Of hair below the chin what comes down, by at most as far sideways: cloth is no such thing.
 * @param {Uint8Array} held written into @param {number} columns @param {number} chinRow
 */
function hanging(held, columns, chinRow) {
  for (let at = Math.max(chinRow, 1) * columns; at < held.length; at++) {
    const [above, column] = [at - columns, at % columns];
    const left = column > 0 && held[above - 1];
    const right = column < columns - 1 && held[above + 1];
    if (!held[above] && !left && !right) held[at] = 0;
  }
  return held;
}

/** 1 where a share is larger than another, else 0. @param {Float32Array} share @param {number} least */
function above(share, least) {
  const out = new Uint8Array(share.length);
  for (let k = 0; k < out.length; k++) if (share[k] > least) out[k] = 1;
  return out;
}

/** Grown by one cell up, down and to the sides. @param {Uint8Array} own @param {number} columns */
function crossed(own, columns) {
  const out = Float32Array.from(own);
  for (const [right, down] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) taken(own, out, columns, right, down);
  return out;
}

/**
 * How far each pixel is as uneven as the hair above the chin; strands are, plain cloth is not.
 * @param {Float32Array} light @param {Float32Array} like @param {number} columns
 * @param {number} chinRow
 */
export function strandy(light, like, columns, chinRow) {
  const alike = Float32Array.from(above(like, ROOTED));
  const own = widest(alike, columns, 1, 0, true); // skin and collar beside it make it not uneven
  /** @param {Float32Array} values */
  const about = (values) => boxed(values, columns, STRANDS_SIDE);
  const weight = about(own).map((value) => value + 1e-4);
  const mean = about(light.map((value, k) => value * own[k])).map((value, k) => value / weight[k]);
  const square = about(light.map((value, k) => value * value * own[k]));
  const uneven = square.map((value, k) => Math.sqrt(Math.max(value / weight[k] - mean[k] * mean[k], 0)));
  const head = alike.subarray(0, chinRow * columns);
  const surely = widest(head, columns, 1, 1, true);
  const known = uneven.subarray(0, head.length).filter((_, k) => surely[k] > 0);
  if (known.length < STRANDS_SIDE ** 2) return new Float32Array(like.length).fill(1);
  const usual = Math.max(median(known), LEAST_UNEVEN);
  const [low, high] = [STRANDY[0] * usual, STRANDY[1] * usual];
  return uneven.map((value) => clamp((value - low) / Math.max(high - low, 1e-6), 0, 1));
}
