/**
 * Limbs and lines drawn over a region, and softened.
 *
 * Python draws them with OpenCV's antialiased lines; here a pixel is covered by its distance to the
 * shape's edge, which lies where OpenCV's lies and is as soft.
 */
import { grid } from '../grids.js';
import { blurred } from '../image.js';

const OUTWARDS = 0.65; // pixels that OpenCV's antialiased edge lies outside the line's own
const ODD = 0.5; // more of it where the width is an odd number of pixels
const EDGE = 0.36; // pixels, spread of that edge
const SPREADS = 3.5; // beyond which nothing is covered, or all
const STEPS = 256; // of the table, a spread
/** Share of the normal distribution below so many spreads. */
const NORMAL = Float32Array.from({ length: 2 * SPREADS * STEPS + 1 }, (_, k) => normal(k / STEPS - SPREADS));

/** Abramowitz and Stegun, 26.2.17. @param {number} z */
function normal(z) {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) * series;
  return z > 0 ? 1 - tail : tail;
}

/** Shapes over a region. */
export class Drawing {
  /** @type {Float32Array} (height, width) share that they cover */ mask;
  #any = false;
  #width;
  #height;

  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.#width = width;
    this.#height = height;
    this.mask = new Float32Array(width * height);
  }

  /**
   * A line with round ends.
   * @param {readonly ArrayLike<number>[]} points (2,) pixels of the region
   * @param {number} width whole pixels
   */
  line(points, width) {
    const half = 0.5 * width + OUTWARDS;
    const broader = half + (width % 2 ? ODD : 0);
    for (let k = 1; k < points.length; k++) this.#segment(points[k - 1], points[k], half, broader);
  }

  /**
   * @param {ArrayLike<number>} start @param {ArrayLike<number>} end
   * @param {number} half width of its ends @param {number} broader and between them
   */
  #segment(start, end, half, broader) {
    const [x0, y0] = [start[0], start[1]];
    const [dx, dy] = [end[0] - x0, end[1] - y0];
    const square = Math.max(dx * dx + dy * dy, 1e-9);
    this.#about([start, end], broader, (x, y) => {
      const along = ((x - x0) * dx + (y - y0) * dy) / square;
      const share = Math.min(Math.max(along, 0), 1);
      const [ax, ay] = [x - x0 - share * dx, y - y0 - share * dy];
      return Math.sqrt(ax * ax + ay * ay) - (share === along ? broader : half);
    });
  }

  /**
   * A convex shape.
   * @param {readonly ArrayLike<number>[]} corners in order, either way round
   */
  polygon(corners) {
    let area = 0;
    const sides = corners.map((corner, k) => {
      const next = corners[(k + 1) % corners.length];
      area += corner[0] * next[1] - next[0] * corner[1];
      const [dx, dy] = [next[0] - corner[0], next[1] - corner[1]];
      const length = Math.max(Math.hypot(dx, dy), 1e-9);
      return { x: corner[0], y: corner[1], a: dy / length, b: -dx / length };
    });
    const sign = area < 0 ? -1 : 1;
    this.#about(corners, OUTWARDS, (px, py) => {
      let most = -Infinity;
      for (const { x, y, a, b } of sides) most = Math.max(most, sign * ((px - x) * a + (py - y) * b));
      return most - OUTWARDS;
    });
  }

  /**
   * @param {readonly ArrayLike<number>[]} points @param {number} half
   * @param {(x: number, y: number) => number} away pixels off a shape, negative inside
   */
  #about(points, half, away) {
    const reach = half + SPREADS * EDGE;
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const { 0: x, 1: y } of points) {
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
    const first = Math.max(Math.ceil(left - reach), 0);
    const last = Math.min(Math.floor(right + reach), this.#width - 1);
    const { mask } = this;
    for (let y = Math.max(Math.ceil(top - reach), 0); y <= Math.min(bottom + reach, this.#height - 1); y++) {
      for (let x = first, at = y * this.#width + first; x <= last; x++, at++) {
        const spreads = -away(x, y) / EDGE;
        if (spreads <= -SPREADS || mask[at] === 1) continue;
        this.#any = true;
        const covers = spreads >= SPREADS ? 1 : NORMAL[Math.round((spreads + SPREADS) * STEPS)];
        mask[at] += (1 - mask[at]) * covers;
      }
    }
  }

  /** The mask, blurred; null where it covers nothing. @param {number} sigma pixels */
  softened(sigma) {
    return this.#any ? blurred(grid(this.mask, this.#width), sigma, sigma).data : null;
  }
}
