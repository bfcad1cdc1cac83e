/** Where a worn piece is: camera from model, with its size over the file's own, mirrored or not. */
import { Matrix3, Matrix4, Vector3 } from 'three';
import { multiply3 } from '../../tryon/linalg.js';

/** @typedef {import('../../tryon/linalg.js').Mat3} Mat3 */
/** @typedef {import('../../tryon/linalg.js').Vec3} Vec3 */
/** @typedef {import('../../tryon/types.js').Intrinsics} Intrinsics */
/** @typedef {import('../../tryon/types.js').PixelRegion} PixelRegion */

/** A point of the file is seen at `rotation · size · mirror · point + translation`, OpenCV's camera frame. */
export class Place {
  /** @param {Pick<import('../types.js').DrawnWorn, 'cameraFromModel' | 'size' | 'mirrored'>} worn */
  constructor({ cameraFromModel, size, mirrored }) {
    this.rotation = /** @type {Mat3} */ (Array.from(cameraFromModel.rotation));
    this.translation = /** @type {Vec3} */ (Array.from(cameraFromModel.translation));
    this.size = size;
    this.mirrored = mirrored;
    const [a, b, c, d, e, f, g, h, i] = this.rotation.map((value, k) => (mirrored && k % 3 === 0 ? -value : value));
    const [x, y, z] = this.translation;
    /** Rotation and mirror, row by row. @type {Mat3} */
    this.turned = [a, b, c, d, e, f, g, h, i];
    this.cameraFromModel = new Matrix4().set(
      size * a, size * b, size * c, x, size * d, size * e, size * f, y, size * g, size * h, size * i, z, 0, 0, 0, 1,
    ); // prettier-ignore
    this.eye = new Vector3(
      -(a * x + d * y + g * z) / size, -(b * x + e * y + h * z) / size, -(c * x + f * y + i * z) / size,
    ); // prettier-ignore
  }

  /** @param {ArrayLike<number>} environmentFromCamera (3, 3) */
  environmentFromModel(environmentFromCamera) {
    const [a, b, c, d, e, f, g, h, i] = multiply3(/** @type {Mat3} */ (Array.from(environmentFromCamera)), this.turned);
    return new Matrix3().set(a, b, c, d, e, f, g, h, i);
  }

  /**
   * Many points of the model, camera frame.
   * @param {ArrayLike<number>} points (n, 3)
   * @param {Float64Array} [out] (n, 3)
   */
  apply(points, out = new Float64Array(points.length)) {
    const [a, b, c, d, e, f, g, h, i] = this.turned;
    const { size: s, translation: t } = this;
    for (let k = 0; k < points.length; k += 3) {
      const [x, y, z] = [s * points[k], s * points[k + 1], s * points[k + 2]];
      out[k] = a * x + b * y + c * z + t[0];
      out[k + 1] = d * x + e * y + f * z + t[1];
      out[k + 2] = g * x + h * y + i * z + t[2];
    }
    return out;
  }
}

/**
 * Off-axis OpenGL projection of one region of the picture, from OpenCV's camera frame: the region fills
 * the viewport, its top row is the viewport's. The flip between the two happens here and nowhere else.
 * @param {Intrinsics} intrinsics of the whole picture
 * @param {PixelRegion} region
 * @param {number} near metres
 * @param {number} far
 */
export function clipFromCamera({ fx, fy, cx, cy }, { x, y, width, height }, near, far) {
  const depth = far - near;
  // prettier-ignore
  return new Matrix4().set(
    (2 * fx) / width, 0, (2 * (cx - x)) / width - 1, 0,
    0, (-2 * fy) / height, 1 - (2 * (cy - y)) / height, 0,
    0, 0, (far + near) / depth, (-2 * far * near) / depth,
    0, 0, 1, 0,
  );
}
