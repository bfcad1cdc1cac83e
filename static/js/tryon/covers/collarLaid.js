/** What was judged on a reduced picture laid over a necklace's region; twin of the end of tryon/covers/collar.py. */
import { grid, stretched, taken } from '../grids.js';
import { roundEven } from '../image.js';
import { clamp } from '../linalg.js';
import { BARE } from './collarRules.js';
import { CERTAIN, CERTAIN_NOT, decided, edgeLines } from './cover.js';
import { Drawing } from './drawn.js';

/** @typedef {import('./collar.js').Look} Look */
/** @typedef {import('./collar.js').Work} Work */
/** @typedef {{ hides: Float32Array, width: number, height: number }} Hiding a veil in the making */

const LEAST_TRUST = 0.35; // in colours, below which nothing is hidden: half hidden looks like a ghost
const [OUTSIDE, WITHIN] = [0.45, 0.8]; // person shares between which a chain leaves the silhouette
const REACH = 0.008; // metres to either side of a covered chain that its collar hides

/** The part of a reduced picture that shows a necklace's region, and the way from there to its pixels. */
export class Laid {
  /** @type {Float32Array | null} over the region, the person */ body;
  #look;
  #small;
  #bodily;
  #scale;
  #offset;
  #low;
  #size;

  /** @param {Look} look @param {Work} work @param {Float32Array | null} bodily */
  constructor(look, work, bodily) {
    const { region } = look;
    const { small, wide } = work;
    const limits = [small.width, small.height];
    const [first, size] = [[region.x - wide.x, region.y - wide.y], [region.width, region.height]];
    this.#look = look;
    this.#scale = [small.width / wide.width, small.height / wide.height];
    const offset = this.#scale.map((scale, k) => (first[k] + 0.5) * scale - 0.5);
    this.#low = offset.map((value, k) => clamp(Math.floor(value), 0, limits[k] - 2));
    this.#size = offset.map((value, k) => {
      const high = Math.max(Math.ceil(value + this.#scale[k] * size[k]) + 1, this.#low[k] + 2);
      return Math.min(high, limits[k]) - this.#low[k];
    });
    this.#offset = offset.map((value, k) => value - this.#low[k]);
    this.#small = { ...small, data: this.#part(small.data, small.width, 3), width: this.#size[0], height: this.#size[1] };
    this.#bodily = bodily && this.#part(bodily, small.width, 1);
    this.body = this.#bodily && this.#large(this.#bodily);
    this.width = small.width;
  }

  /**
   * @template {Float32Array | Uint8Array | Uint8ClampedArray} T
   * @param {T} values over the reduced picture @param {number} columns @param {number} channels
   * @returns {T}
   */
  #part(values, columns, channels) {
    const [[left, top], [width, height]] = [this.#low, this.#size];
    const out = /** @type {T} */ (values.slice(0, width * height * channels));
    for (let row = 0; row < height; row++) {
      const from = ((top + row) * columns + left) * channels;
      out.set(values.subarray(from, from + width * channels), row * width * channels);
    }
    return out;
  }

  /** @param {Float32Array} part */
  #large(part) {
    const { region } = this.#look;
    const [[stepX, stepY], [x, y]] = [this.#scale, this.#offset];
    return stretched(grid(part, this.#size[0]), stepX, x, stepY, y, region.width, region.height);
  }

  /** Over the region. @param {Float32Array} values over the reduced picture */
  large(values) {
    return this.#large(this.#part(values, this.width, 1));
  }

  /** The largest value there. @param {Float32Array} values over the reduced picture */
  most(values) {
    return this.#part(values, this.width, 1).reduce((most, value) => Math.max(most, value), 0);
  }

  /**
   * A share over the region, its edges moved onto the image's own; nothing where it is not decided.
   * @param {Float32Array} share over the reduced picture
   * @param {Float32Array | null} mask over the region
   */
  alongEdges(share, mask) {
    const { region, image, skin } = this.#look;
    const { data } = image;
    const { body } = this;
    const part = this.#part(share, this.width, 1);
    const out = new Float32Array(region.width * region.height);
    const trust = skin.trust * decided(part, this.#bodily);
    if (trust < LEAST_TRUST || this.most(share) < BARE) return out;
    const { slope, level, mixture: [red, green, blue, one] } = edgeLines(part, this.#small);
    const [slopes, levels] = [this.#large(slope), this.#large(level)];
    for (let row = 0, k = 0; row < region.height; row++) {
      let at = ((region.y + row) * image.width + region.x) * image.channels;
      for (let column = 0; column < region.width; column++, k++, at += image.channels) {
        const mixture = red * data[at] + green * data[at + 1] + blue * data[at + 2] + one;
        const laid = (slopes[k] * mixture + levels[k] - CERTAIN_NOT) / (CERTAIN - CERTAIN_NOT);
        if (!(laid > 0)) continue;
        const share = laid < 1 ? laid : 1;
        out[k] = share * (body ? body[k] : 1) * (mask ? mask[k] : 1);
      }
    }
    return out;
  }
}

/**
 * 1 off the person's silhouette, where no chain can lie, 0 on it and as near as it is thick. It begins
 * where the silhouette of the mean body and the wearer's own differ.
 * @param {Float32Array} body (height, width) @param {number} width @param {number} breadthPx
 */
export function outside(body, width, breadthPx) {
  const reach = Math.max(roundEven(0.5 * breadthPx), 1);
  const near = body.slice();
  for (let down = -reach; down <= reach; down++) {
    const half = roundEven(Math.sqrt(reach * reach - down * down)); // of an ellipse's row
    for (let right = -half; right <= half; right++) taken(body, near, width, right, down);
  }
  return near.map((value) => 1 - clamp((value - OUTSIDE) / (WITHIN - OUTSIDE), 0, 1));
}

/**
 * Let a chain end along a line, softly at its first point.
 * @param {Hiding} veil @param {number[][]} points pixels of the region
 * @param {{ thick: number, sigma: number }} ending pixels
 */
export function hideAlong(veil, points, { thick, sigma }) {
  const width = Math.max(roundEven(thick), 3);
  const soft = Math.max(sigma, 0.5);
  drawnOver(veil, points, 0.5 * width + 4 * soft + 3, (drawing, moved) => {
    drawing.line(moved, width);
    return drawing.softened(soft);
  });
}

/**
 * Lay the collar over a chain from its first covered point on.
 * @param {Hiding} veil @param {Float32Array} covered over the region @param {number[][]} points
 * @param {number} pxPerMetre
 */
export function hideBeyond(veil, covered, points, pxPerMetre) {
  const width = Math.max(roundEven(2 * REACH * pxPerMetre), 3);
  drawnOver(
    veil,
    points,
    0.5 * width + 3,
    (drawing, moved) => {
      drawing.line(moved, width);
      return drawing.mask;
    },
    covered,
  );
}

/**
 * @param {Hiding} veil written into @param {number[][]} points @param {number} room pixels about them
 * @param {(drawing: Drawing, points: number[][]) => Float32Array | null} draw in the window about them
 * @param {Float32Array} [share] over the region, what of it is drawn
 */
function drawnOver({ hides, width, height }, points, room, draw, share) {
  const [low, high] = [Math.min, Math.max].map((most, side) =>
    [width, height].map((limit, axis) => {
      const end = most(...points.map((point) => point[axis]));
      return clamp(side ? Math.ceil(end + room) + 1 : Math.floor(end - room), 0, limit);
    }),
  );
  const [across, down] = [high[0] - low[0], high[1] - low[1]];
  if (across <= 0 || down <= 0) return;
  const drawn = draw(new Drawing(across, down), points.map(([x, y]) => [x - low[0], y - low[1]]));
  if (!drawn) return;
  for (let row = 0, k = 0; row < down; row++) {
    let to = (low[1] + row) * width + low[0];
    for (let column = 0; column < across; column++, k++, to++) {
      hides[to] = Math.max(hides[to], drawn[k] * (share ? share[to] : 1));
    }
  }
}
