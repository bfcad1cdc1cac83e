/** The pinhole of a picture that says nothing about its camera. Twin of tryon/media/lens.py. */

/** @typedef {import('./frames.js').Intrinsics} Intrinsics */

const DIAGONAL_35MM = Math.hypot(36, 24); // by which CIPA DCG-001 defines the 35 mm equivalent
/** Main cameras of phones are 24..28 mm equivalent, front cameras 23..30 after their crop. */
export const ASSUMED_FOCAL_35MM = 28;

/**
 * Square pixels and the principal point in the middle.
 * @param {number} width @param {number} height @param {number} focal35mm millimetres
 * @returns {Intrinsics}
 */
export function intrinsicsOfFocal(width, height, focal35mm) {
  const focal = (focal35mm * Math.hypot(width, height)) / DIAGONAL_35MM;
  return { fx: focal, fy: focal, cx: width / 2, cy: height / 2 };
}

/** @param {number} width @param {number} height */
export const assumedIntrinsics = (width, height) => intrinsicsOfFocal(width, height, ASSUMED_FOCAL_35MM);
