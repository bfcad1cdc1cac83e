/** What makes a drawing as soft as the camera's picture: evenly, and further where something moved. */

const OWN_BLUR_PX = 0.45; // of a drawing itself
const LEAST_BLUR_PX = 0.25; // less cannot be seen

/** @typedef {{ way: [number, number], sigma: number }} Softening a Gaussian one way, x right and y down; pixels */

/**
 * Gaussians to be laid on one after the other.
 * @param {Pick<import('../types.js').Light, 'blurPx' | 'movedPx' | 'way'>} light
 * @param {number} share pixels of the drawing for one of the picture
 * @returns {Softening[]}
 */
export function softening({ blurPx, movedPx, way = 0 }, share) {
  const lacking = (/** @type {number} */ blur) => Math.sqrt(Math.max((share * blur) ** 2 - OWN_BLUR_PX ** 2, 0));
  const across = lacking(blurPx);
  const further = Math.sqrt(Math.max(lacking(movedPx ?? blurPx) ** 2 - across ** 2, 0));
  /** @type {Softening[]} */ const found = [];
  if (across >= LEAST_BLUR_PX) found.push({ way: [1, 0], sigma: across }, { way: [0, 1], sigma: across });
  if (further >= LEAST_BLUR_PX) found.push({ way: [Math.cos(way), Math.sin(way)], sigma: further });
  return found;
}
