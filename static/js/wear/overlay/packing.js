/** Drawings side by side on one picture. */

const GAP_PX = 2; // between them

/**
 * Places for drawings on one picture, from its upper left, in rows.
 * @param {{ width: number, height: number }[]} regions
 */
export function packed(regions) {
  const widest = Math.max(...regions.map(({ width }) => width));
  let [x, y, row, width] = [0, 0, 0, 0];
  const corners = regions.map((region) => {
    if (x > 0 && x + region.width > widest) [x, y, row] = [0, y + row + GAP_PX, 0];
    const corner = [x, y];
    x += region.width + GAP_PX;
    row = Math.max(row, region.height);
    width = Math.max(width, corner[0] + region.width);
    return corner;
  });
  return { corners, width, height: y + row };
}
