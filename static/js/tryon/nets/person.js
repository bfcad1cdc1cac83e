/**
 * Where people are in an image: selfie segmentation, and the outlines that the pose net sees.
 * Twin of tryon/nets/person.py, where it says what was looked at and why photos take a median.
 */
import { roundEven } from '../image.js';
import { reduced8 } from '../reduction.js';
import { CHIN, faceHeight, onGrid } from './pose.js';
import { meanCrop } from './regions.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('../types.js').PersonMask} PersonMask */
/** @typedef {import('./pose.js').Body} Body */
/** @typedef {import('./pose.js').Grid} Grid */
/** @typedef {import('./pose.js').Run} Run */
/** @typedef {import('./regions.js').Region} Region */

const SIDE_PX = 256;
const PHOTO_GRID_PX = 640; // along the long side of a photo's mask
const STREAM_GRID_PX = 256;
const CLOSE_FACES = 4; // face heights along the side of a close look
const CLOSE_BELOW_CHIN_FACES = 0.3; // of its centre
const EDGE_PX = 24; // of a close look, over which it gives way to the whole image

/** Tells people from background. */
export class PersonFinder {
  /** @param {Run} run the net @param {boolean} streaming one quick look; otherwise the median of several, finer */
  constructor(run, streaming) {
    this.run = run;
    this.streaming = streaming;
  }

  /**
   * Where people are in one image.
   * @param {Picture} image @param {readonly FaceLandmarks[]} faces in it
   * @param {readonly Body[]} bodies in it, with the outlines that the pose net saw
   * @param {number} timeMs when it was taken
   * @returns {PersonMask}
   */
  find(image, faces, bodies, timeMs) {
    const whole = this.#look(reduced8(image, SIDE_PX, SIDE_PX));
    const grid = gridOf(image, this.streaming ? STREAM_GRID_PX : PHOTO_GRID_PX);
    const mask = { ...grid, share: resized(whole, grid), timeMs };
    if (this.streaming) return mask;
    const closer = faces.reduce((share, face) => this.#closer(image, closeRegion(face), grid, share), mask.share);
    if (!bodies.length) return { ...mask, share: closer };
    const seen = mostOf(bodies.map(({ outlines }) => onGrid(outlines, image, grid)));
    return { ...mask, share: mask.share.map((first, k) => median(first, closer[k], seen[k])) };
  }

  /**
   * A mask with a close look laid over it, soft at the look's borders.
   * @param {Picture} image @param {Region} region @param {Grid} grid @param {Float32Array} share
   */
  #closer(image, region, grid, share) {
    const look = onGrid([{ region, share: this.#look(meanCrop(region, image, SIDE_PX)) }], image, grid);
    const trust = onGrid([{ region, share: softSquare() }], image, grid);
    return share.map((value, k) => value + trust[k] * (look[k] - value));
  }

  /** @param {Picture} square */
  #look(square) {
    return this.run(square)[0];
  }
}

/**
 * The pose net's own outlines as a mask over a whole image.
 * @param {Picture} image @param {readonly Body[]} bodies @param {number} timeMs
 * @returns {PersonMask}
 */
export function outlineMask(image, bodies, timeMs) {
  const grid = gridOf(image, STREAM_GRID_PX);
  return { ...grid, share: mostOf(bodies.map(({ outlines }) => onGrid(outlines, image, grid))), timeMs };
}

/** The square about a head, its hair and its neck. @param {FaceLandmarks} face @returns {Region} */
export function closeRegion(face) {
  const height = faceHeight(face);
  const [x, y] = [face.pointsPx[2 * CHIN], face.pointsPx[2 * CHIN + 1]];
  return { xPx: x, yPx: y + CLOSE_BELOW_CHIN_FACES * height, sidePx: CLOSE_FACES * height, rotation: 0 };
}

/** A mask's rows and columns, with the proportions of the image. @param {Picture} image @param {number} longSidePx */
export function gridOf({ width, height }, longSidePx) {
  const factor = Math.min(longSidePx / Math.max(width, height), 1);
  return { rows: Math.max(roundEven(factor * height), 1), columns: Math.max(roundEven(factor * width), 1) };
}

/**
 * The net's square stretched over a grid, bilinearly.
 * @param {Float32Array} share (256, 256) @param {Grid} grid
 */
export function resized(share, { rows, columns }) {
  const [down, across] = [placesOf(rows), placesOf(columns)];
  const out = new Float32Array(rows * columns);
  for (let row = 0, to = 0; row < rows; row++) {
    const { at: top, next: below, part: y } = down[row];
    for (let column = 0; column < columns; column++, to++) {
      const { at: left, next: right, part: x } = across[column];
      const over = share[top * SIDE_PX + left] * (1 - x) + share[top * SIDE_PX + right] * x;
      const under = share[below * SIDE_PX + left] * (1 - x) + share[below * SIDE_PX + right] * x;
      out[to] = over * (1 - y) + under * y;
    }
  }
  return out;
}

/** Between which of the net's cells those of a line lie. @param {number} count */
function placesOf(count) {
  return Array.from({ length: count }, (_, k) => {
    const place = Math.min(Math.max(((k + 0.5) * SIDE_PX) / count - 0.5, 0), SIDE_PX - 1);
    const at = Math.floor(place);
    return { at, next: Math.min(at + 1, SIDE_PX - 1), part: place - at };
  });
}

/** (256, 256) 1 inside, falling to 0 at the border. */
function softSquare() {
  const line = Float32Array.from({ length: SIDE_PX }, (_, k) => Math.min(Math.min(k + 1, SIDE_PX - k) / EDGE_PX, 1));
  return Float32Array.from({ length: SIDE_PX ** 2 }, (_, k) => Math.min(line[Math.floor(k / SIDE_PX)], line[k % SIDE_PX]));
}

/** @param {readonly Float32Array[]} shares each as large */
const mostOf = ([first, ...others]) => others.reduce((most, share) => most.map((value, k) => Math.max(value, share[k])), first);

/** @param {number} a @param {number} b @param {number} c */
const median = (a, b, c) => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
