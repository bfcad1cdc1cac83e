/** Which part of the picture must be drawn: the jewels' own places with their shadows, and nothing else. */

/** @typedef {import('../../tryon/types.js').Intrinsics} Intrinsics */
/** @typedef {import('../../tryon/types.js').PixelRegion} PixelRegion */

const MARGIN_PX = 2; // for the softness of the edge
const NEAREST = 0.01; // metres; nothing is worn closer to the lens
const WORTH_WHILE = 0.7; // of a region: a larger part saves less than drawing the rest apart costs

/**
 * The rectangle about spheres; null where some of them are at the lens.
 * @param {Intrinsics} intrinsics
 * @param {ArrayLike<number>} points (n, 3) camera frame, metres
 * @param {(k: number) => number} gap how far from the k-th a thing may reach
 * @returns {PixelRegion | null}
 */
export function about({ fx, fy, cx, cy }, points, gap) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < points.length; k += 3) {
    const reach = gap(k / 3);
    const depth = points[k + 2];
    const nearest = depth - reach;
    if (nearest < NEAREST) return null;
    const [x, y] = [points[k] / depth, points[k + 1] / depth];
    const aside = (reach / nearest) * (1 + Math.abs(x)); // of a sphere, seen from aside
    const above = (reach / nearest) * (1 + Math.abs(y));
    left = Math.min(left, x - aside);
    right = Math.max(right, x + aside);
    top = Math.min(top, y - above);
    bottom = Math.max(bottom, y + above);
  }
  const x0 = Math.floor(left * fx + cx) - MARGIN_PX;
  const y0 = Math.floor(top * fy + cy) - MARGIN_PX;
  const x1 = Math.ceil(right * fx + cx) + MARGIN_PX;
  const y1 = Math.ceil(bottom * fy + cy) + MARGIN_PX;
  return points.length ? { x: x0, y: y0, width: x1 - x0, height: y1 - y0 } : null;
}

/**
 * What two regions have in common; null where that is nothing.
 * @param {PixelRegion} a
 * @param {PixelRegion} b
 * @returns {PixelRegion | null}
 */
export function common(a, b) {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/**
 * The rectangle about two regions.
 * @param {PixelRegion} a
 * @param {PixelRegion} b
 * @returns {PixelRegion}
 */
export function united(a, b) {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  const right = Math.max(a.x + a.width, b.x + b.width);
  const bottom = Math.max(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}

/**
 * The part of a region in which samples are taken; all of it where that saves little.
 * @param {PixelRegion} region
 * @param {PixelRegion | null} covered by jewels themselves
 * @returns {PixelRegion}
 */
export function windowOf(region, covered) {
  const window = covered && common(region, covered);
  if (!window) return { ...region, width: 1, height: 1 };
  return window.width * window.height > WORTH_WHILE * region.width * region.height ? region : window;
}

/**
 * Unites regions that overlap, until none do: jewels that may hide each other are drawn together.
 * @template T
 * @param {{ region: PixelRegion, member: T }[]} regions
 * @returns {{ region: PixelRegion, members: T[] }[]} members in their order
 */
export function grouped(regions) {
  /** @type {{ region: PixelRegion, members: number[] }[]} */
  let groups = [];
  regions.forEach(({ region }, index) => {
    let one = { region, members: [index] };
    for (;;) {
      const met = groups.filter((group) => common(group.region, one.region));
      if (!met.length) break;
      groups = groups.filter((group) => !met.includes(group));
      for (const group of met) one = { region: united(one.region, group.region), members: [...one.members, ...group.members] };
    }
    groups.push(one);
  });
  return groups.map(({ region, members }) => ({
    region,
    members: members.sort((a, b) => a - b).map((index) => regions[index].member),
  }));
}
