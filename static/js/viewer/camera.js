/**
 * Where the camera and the pieces stand. World: y up, z towards the viewer; the light stands still and
 * the piece turns about the world's vertical, as on the server's turntable. Metres and radians.
 */
import { Matrix3, Matrix4, Vector3 } from 'three';

const NEAREST = 1e-4; // metres
const ROOM = 1.02; // about the piece, in depth

/**
 * How a piece is looked at.
 * @typedef {object} View
 * @property {number} azimuth radians that the piece is turned from its best side
 * @property {number} elevation radians of the camera above the horizon
 * @property {number} distance metres from the target
 * @property {readonly [number, number, number]} target world
 */

/**
 * How the file says that a piece is framed.
 * @typedef {object} Frame
 * @property {number} fieldOfView radians, of the shorter side
 * @property {number} distance
 * @property {[number, number, number]} target
 * @property {number} azimuth
 * @property {number} elevation
 * @property {[number, number]} center where the target is seen, shares of the width and height
 * @property {boolean} stands on the ground; else it hangs before a wall
 */

/** How light falls on the pixels of a picture. */
export class Pinhole {
  /**
   * @param {Matrix4} viewFromWorld of a camera that looks along -z
   * @param {number} width pixels
   * @param {number} height
   * @param {readonly [number, number]} focal pixels, across and upwards
   * @param {readonly [number, number]} center pixels from the upper left, where it looks
   */
  constructor(viewFromWorld, width, height, focal, center) {
    this.viewFromWorld = viewFromWorld;
    this.width = width;
    this.height = height;
    this.focals = focal;
    this.center = center;
    this.eye = new Vector3().setFromMatrixPosition(viewFromWorld.clone().invert());
  }

  /** Pixels upwards that a metre takes at a metre's distance. */
  get focal() {
    return this.focals[1];
  }

  /**
   * Clip space from the camera's; a sample's place in its pixel shifts the picture.
   * @param {number} near
   * @param {number} far
   * @param {number} [right] pixels from the pixel's middle
   * @param {number} [down]
   */
  clipFromView(near, far, right = 0, down = 0) {
    const across = (2 * this.focals[0]) / this.width;
    const upward = (2 * this.focals[1]) / this.height;
    const x = 1 - (2 * (this.center[0] - right)) / this.width;
    const y = (2 * (this.center[1] - down)) / this.height - 1;
    const depth = far - near;
    // prettier-ignore
    return new Matrix4().set(
      across, 0, x, 0,
      0, upward, y, 0,
      0, 0, -(far + near) / depth, (-2 * far * near) / depth,
      0, 0, -1, 0,
    );
  }

  /** World directions through pixels, whose rows count from above. */
  worldFromPixel() {
    const [across, upward] = this.focals;
    const [x, y] = this.center;
    const pixels = new Matrix3().set(1 / across, 0, -x / across, 0, -1 / upward, y / upward, 0, 0, -1);
    return new Matrix3().setFromMatrix4(this.viewFromWorld).transpose().multiply(pixels);
  }

  /**
   * Where a point of the world is seen, pixels from the upper left, and how far off.
   * @param {Vector3} point
   * @returns {[number, number, number]}
   */
  project(point) {
    const seen = point.clone().applyMatrix4(this.viewFromWorld);
    const depth = Math.max(-seen.z, NEAREST);
    return [
      this.center[0] + (this.focals[0] * seen.x) / depth,
      this.center[1] - (this.focals[1] * seen.y) / depth,
      depth,
    ];
  }
}

/** A camera that looks at a target. */
export class Camera extends Pinhole {
  /**
   * @param {Frame} frame
   * @param {View} view
   * @param {number} width pixels
   * @param {number} height
   */
  constructor(frame, view, width, height) {
    const { elevation, distance, target } = view;
    const sine = Math.sin(elevation);
    const cosine = Math.cos(elevation);
    const focal = Math.min(width, height) / (2 * Math.tan(frame.fieldOfView / 2));
    const eye = new Vector3(target[0], target[1] + distance * sine, target[2] + distance * cosine);
    const viewFromWorld = new Matrix4()
      .set(1, 0, 0, 0, 0, cosine, -sine, 0, 0, sine, cosine, 0, 0, 0, 0, 1)
      .multiply(new Matrix4().makeTranslation(eye.clone().negate()));
    super(viewFromWorld, width, height, [focal, focal], [frame.center[0] * width, frame.center[1] * height]);
    this.eye = eye; // exactly
  }
}

/** A model as it stands turned, seen by a camera or in the mirror that the ground is. */
export class Placement {
  /**
   * @param {Matrix4} worldFromModel a rotation and a shift, of a twin mirrored
   * @param {Pinhole} camera
   * @param {Matrix4} [mirror] of the ground; the light on the piece stays as it is
   */
  constructor(worldFromModel, camera, mirror) {
    const seen = mirror ? mirror.clone().multiply(worldFromModel) : worldFromModel;
    this.viewFromModel = new Matrix4().multiplyMatrices(camera.viewFromWorld, seen);
    this.eyeModel = camera.eye.clone().applyMatrix4(seen.clone().invert());
    this.mirrored = seen.determinant() < 0;
    this.environmentFromModel = new Matrix3().setFromMatrix4(worldFromModel);
  }

  /**
   * Nearest and farthest depth of a sphere.
   * @param {Vector3} center model
   * @param {number} radius
   * @returns {[number, number]}
   */
  depths(center, radius) {
    const depth = -center.clone().applyMatrix4(this.viewFromModel).z;
    const far = (depth + radius) * ROOM;
    return [Math.max((depth - radius) / ROOM, far * 1e-3, NEAREST), far];
  }
}

/**
 * Row-major numbers of a file as a matrix.
 * @param {number[]} rows 16
 */
export function matrixOf(rows) {
  return new Matrix4().fromArray(rows).transpose();
}

/**
 * A placed model turned about a vertical axis.
 * @param {Matrix4} worldFromModel
 * @param {number} axis x of it
 * @param {number} azimuth
 */
export function turned(worldFromModel, axis, azimuth) {
  return new Matrix4()
    .makeTranslation(axis, 0, 0)
    .multiply(new Matrix4().makeRotationY(azimuth))
    .multiply(new Matrix4().makeTranslation(-axis, 0, 0))
    .multiply(worldFromModel);
}

/**
 * The world mirrored by a level ground.
 * @param {number} height
 */
export function mirroredAt(height) {
  return new Matrix4().set(1, 0, 0, 0, 0, -1, 0, 2 * height, 0, 0, 1, 0, 0, 0, 0, 1);
}

/**
 * Clip space of a parallel light that falls on a sphere, as viewer/render/visibility.py has it.
 * @param {Vector3} towards unit, model
 * @param {Vector3} center
 * @param {number} radius
 */
export function clipFromLight(towards, center, radius) {
  const helper = Math.abs(towards.y) < 0.9 ? new Vector3(0, 1, 0) : new Vector3(1, 0, 0);
  const right = helper.cross(towards).normalize();
  const up = new Vector3().crossVectors(towards, right);
  const rows = [right, up, towards.clone().negate()].map((row) => row.divideScalar(radius));
  const shift = rows.map((row) => -row.dot(center));
  const [x, y, z] = rows;
  return new Matrix4().set(x.x, x.y, x.z, shift[0], y.x, y.y, y.z, shift[1], z.x, z.y, z.z, shift[2], 0, 0, 0, 1);
}
