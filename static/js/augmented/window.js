/** Which part of a view a piece is seen in: pixels from the view's upper left. */

/** @typedef {{left: number, top: number, width: number, height: number}} Window */

const SIDES = [96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048]; // few, so that targets can be kept
const MARGIN = 4; // pixels
const NEAREST = 0.02; // metres

/**
 * A projection's focal lengths and where it looks, pixels from the upper left.
 * @param {ArrayLike<number>} projection clip from view, column by column
 * @param {number} width pixels
 * @param {number} height
 * @returns {{focal: [number, number], center: [number, number]}}
 */
export function frustum(projection, width, height) {
  return {
    focal: [(projection[0] * width) / 2, (projection[5] * height) / 2],
    center: [(width / 2) * (1 - projection[8]), (height / 2) * (1 + projection[9])],
  };
}

/**
 * The part of a view that holds some points; null where it is out of sight.
 * @param {{width: number, height: number, project: (point: any) => [number, number, number]}} camera
 * @param {readonly any[]} points
 * @returns {Window | null}
 */
export function windowOf(camera, points) {
  const { width, height } = camera;
  const seen = points.map((point) => camera.project(point));
  if (seen.every(([, , depth]) => depth < NEAREST)) return null;
  if (seen.some(([, , depth]) => depth < NEAREST)) return { left: 0, top: 0, width, height };
  const across = span(seen.map(([x]) => x), width);
  const down = span(seen.map(([, y]) => y), height);
  return across && down && { left: across.start, top: down.start, width: across.length, height: down.length };
}

/**
 * @param {number[]} values
 * @param {number} most
 */
function span(values, most) {
  const low = Math.max(Math.min(...values) - MARGIN, 0);
  const high = Math.min(Math.max(...values) + MARGIN, most);
  if (low >= high) return null;
  const length = Math.min(SIDES.find((side) => side >= high - low + 1) ?? most, most);
  const start = Math.round(Math.min(Math.max((low + high - length) / 2, 0), most - length));
  return { start, length };
}
