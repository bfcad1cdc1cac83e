/** The outline of some points in the plane, and how far inside it a point lies. */

/**
 * The convex hull of points, once round (Andrew's monotone chain, 1979).
 * @param {ArrayLike<number>} points (n, 2) @returns {number[][]}
 */
export function convexHull(points) {
  const sorted = [];
  for (let k = 0; k < points.length; k += 2) sorted.push([points[k], points[k + 1]]);
  sorted.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return [...halfHull(sorted), ...halfHull(sorted.reverse())];
}

/** @param {number[][]} points in order @returns {number[][]} without the last */
function halfHull(points) {
  /** @type {number[][]} */ const hull = [];
  for (const point of points) {
    while (hull.length > 1 && turn(hull[hull.length - 2], hull[hull.length - 1], point) <= 0) hull.pop();
    hull.push(point);
  }
  return hull.slice(0, -1);
}

/** @param {number[]} a @param {number[]} b @param {number[]} c */
const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/**
 * Distance of a point to the hull of others, positive inside.
 * @param {ArrayLike<number>} points (n, 2) @param {number} x @param {number} y
 */
export function signedDistance(points, x, y) {
  const hull = convexHull(points);
  let [inside, least] = [true, Infinity];
  hull.forEach((start, k) => {
    const end = hull[(k + 1) % hull.length];
    const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
    const along = ((x - start[0]) * dx + (y - start[1]) * dy) / Math.max(dx * dx + dy * dy, 1e-12);
    const share = Math.min(Math.max(along, 0), 1);
    least = Math.min(least, Math.hypot(x - start[0] - share * dx, y - start[1] - share * dy));
    if (turn(start, end, [x, y]) < 0) inside = false;
  });
  return inside ? least : -least;
}
