/**
 * Coordinate frames and the pinhole camera, as in Python's models3d/frames.py.
 *
 * Camera frame (OpenCV): x right, y down, z forward, metres. A transform `aFromB` maps b to a.
 */
import { add, apply3, back3, identity, multiply3, scaled, transposed3 } from './linalg.js';

/** @typedef {import('./linalg.js').Vector} Vector */
/** @typedef {import('./linalg.js').Vec3} Vec3 */
/** @typedef {import('./linalg.js').Mat3} Mat3 */

/**
 * A rotation followed by a translation.
 * @typedef {{ rotation: Mat3, translation: Vec3 }} RigidTransform
 */

/**
 * A pinhole camera without distortion, in pixels of the image it belongs to.
 * @typedef {{ fx: number, fy: number, cx: number, cy: number }} Intrinsics
 */

/**
 * Whole pixels; it may reach beyond the image.
 * @typedef {{ x: number, y: number, width: number, height: number }} PixelRegion
 */

/** @returns {RigidTransform} the transform that changes nothing */
export const unmoved = () => ({ rotation: identity(), translation: [0, 0, 0] });

/** @param {RigidTransform} aFromB @returns {RigidTransform} */
export function inverse({ rotation, translation }) {
  return { rotation: transposed3(rotation), translation: scaled(back3(rotation, translation), -1) };
}

/**
 * `aFromB` and `bFromC` give `aFromC`.
 * @param {RigidTransform} aFromB @param {RigidTransform} bFromC @returns {RigidTransform}
 */
export function compose(aFromB, bFromC) {
  return {
    rotation: multiply3(aFromB.rotation, bFromC.rotation),
    translation: add(apply3(aFromB.rotation, bFromC.translation), aFromB.translation),
  };
}

/** @param {RigidTransform} aFromB @param {Vector} point @returns {Vec3} */
export const moved = ({ rotation, translation }, point) => add(apply3(rotation, point), translation);

/**
 * Many points at once.
 * @param {RigidTransform} aFromB
 * @param {ArrayLike<number>} points (n, 3)
 * @param {number} size that the points are multiplied by first
 * @returns {Float64Array} (n, 3)
 */
export function movedAll({ rotation: m, translation: t }, points, size = 1) {
  const out = new Float64Array(points.length);
  for (let k = 0; k < points.length; k += 3) {
    const [x, y, z] = [size * points[k], size * points[k + 1], size * points[k + 2]];
    out[k] = m[0] * x + m[1] * y + m[2] * z + t[0];
    out[k + 1] = m[3] * x + m[4] * y + m[5] * z + t[1];
    out[k + 2] = m[6] * x + m[7] * y + m[8] * z + t[2];
  }
  return out;
}

/**
 * Square pixels, the centre of the image.
 * @param {number} width @param {number} height
 * @param {number} fov radians from top to bottom
 * @returns {Intrinsics}
 */
export function fromVerticalFov(width, height, fov) {
  const focal = height / (2 * Math.tan(fov / 2));
  return { fx: focal, fy: focal, cx: width / 2, cy: height / 2 };
}

/** One focal length for both axes. @param {Intrinsics} camera */
export const focalOf = ({ fx, fy }) => Math.sqrt(fx * fy);

/**
 * A camera-frame point on the image, pixels.
 * @param {Intrinsics} camera @param {Vector} point metres, in front of the camera
 * @returns {number[]} (2,)
 */
export function project({ fx, fy, cx, cy }, point) {
  if (!(point[2] > 0)) throw new RangeError(`point behind the camera: z = ${point[2]} m`);
  return [(point[0] / point[2]) * fx + cx, (point[1] / point[2]) * fy + cy];
}

/**
 * Many points at once.
 * @param {Intrinsics} camera @param {ArrayLike<number>} points (n, 3) @returns {Float64Array} (n, 2)
 */
export function projectAll({ fx, fy, cx, cy }, points) {
  const out = new Float64Array((points.length / 3) * 2);
  for (let k = 0, to = 0; k < points.length; k += 3, to += 2) {
    if (!(points[k + 2] > 0)) throw new RangeError(`point behind the camera: z = ${points[k + 2]} m`);
    out[to] = (points[k] / points[k + 2]) * fx + cx;
    out[to + 1] = (points[k + 1] / points[k + 2]) * fy + cy;
  }
  return out;
}

/**
 * The camera-frame point on the ray of a pixel.
 * @param {Intrinsics} camera @param {Vector} pixel @param {number} depth metres, its z
 * @returns {Vec3}
 */
export function unproject({ fx, fy, cx, cy }, pixel, depth = 1) {
  return [((pixel[0] - cx) / fx) * depth, ((pixel[1] - cy) / fy) * depth, depth];
}

/**
 * The rays of the first `count` pixels, at z = 1.
 * @param {Intrinsics} camera @param {ArrayLike<number>} pixels (n, 2) @param {number} count
 * @returns {Float64Array} (count, 3)
 */
export function rays({ fx, fy, cx, cy }, pixels, count = pixels.length / 2) {
  const out = new Float64Array(3 * count);
  for (let k = 0; k < count; k++) {
    out[3 * k] = (pixels[2 * k] - cx) / fx;
    out[3 * k + 1] = (pixels[2 * k + 1] - cy) / fy;
    out[3 * k + 2] = 1;
  }
  return out;
}
