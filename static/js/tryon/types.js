/**
 * The values that flow through a frame's way: track, solve, smooth, render.
 *
 * Shapes, units and frames are those of Python's tryon/types.py; arrays of points are flat. Values
 * flow frozen: steps return new ones and write into none they were given.
 */

/** @typedef {import('./linalg.js').Vec3} Vec3 */
/** @typedef {import('./linalg.js').Mat3} Mat3 */
/** @typedef {import('./frames.js').RigidTransform} RigidTransform */
/** @typedef {import('./frames.js').Intrinsics} Intrinsics */
/** @typedef {import('./frames.js').PixelRegion} PixelRegion */

/** @typedef {'left' | 'right'} Hand the wearer's own */
/** @typedef {'left' | 'right'} Ear the wearer's own */
/** @typedef {'thumb' | 'index' | 'middle' | 'ring' | 'little'} Finger */
/** @typedef {'dorsal' | 'palmar'} Side which side of the hand the camera sees */

/**
 * One detected hand in an unmirrored image, MediaPipe's 21-joint order.
 * @typedef {object} HandLandmarks
 * @property {Float64Array} pointsPx (21, 2) x right, y down
 * @property {Float64Array} world (21, 3) metres, camera axes, origin at the hand's centre
 * @property {Hand} hand
 * @property {number} score 0..1
 * @property {Float64Array | null} [spreadPx] (21,) between two looks; absent: one look
 * @property {Float64Array | null} [depthsPx] (21,) away from the camera, pixels, against the wrist
 */

/**
 * One face in an unmirrored image, MediaPipe's 478 points: 468 of the mesh, 5 for each iris.
 * @typedef {object} FaceLandmarks
 * @property {Float64Array} pointsPx (478, 2) x right, y down
 * @property {Float64Array} depthsPx (478,) away from the camera, pixels, against the head's middle
 * @property {number} score 0..1
 */

/**
 * A value and the bounds between which it lies in 95 of 100 cases.
 * @typedef {{ value: number, low: number, high: number }} Interval
 */

/**
 * How large the body is drawn, and how that is known.
 * @typedef {{ source: string, mmPerPx: Interval }} Scale
 */

/**
 * A limb: a cone with round ends that hides what lies behind or inside it. Camera frame, metres.
 * @typedef {object} Occluder
 * @property {Vec3} start
 * @property {Vec3} end
 * @property {number} startRadius
 * @property {number} endRadius
 * @property {number} softness share of the radius over which the silhouette fades
 * @property {Vec3 | null} flat unit, square to the axis: thinner that way
 * @property {number} flatness its radius along `flat` over its radius across
 */

/**
 * A part of a body as a surface that hides what lies behind it.
 * @typedef {object} BodyMesh
 * @property {Float64Array} positions (n, 3) camera frame, metres
 * @property {Int32Array} triangles (m, 3), both sides hide
 * @property {number} setBack metres away from the camera, along each ray
 */

export const FINGERS = /** @type {const} */ (['thumb', 'index', 'middle', 'ring', 'little']);
