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
/** @typedef {'finger' | 'wrist' | 'neck' | 'ear'} Anchor where on the body a jewel sits */

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
 * One person's joints in an unmirrored image, MediaPipe's 33-joint order.
 * @typedef {object} BodyLandmarks
 * @property {Float64Array} pointsPx (33, 2)
 * @property {Float64Array} world (33, 3) metres, camera axes, origin between the hips
 * @property {Float64Array} visibility (33,) 0..1
 * @property {number} score
 * @property {number} timeMs of the frame it was seen in, which may lie some frames back
 */

/**
 * Where people are, over a whole image, at the resolution of the net.
 * @typedef {object} PersonMask
 * @property {Float32Array} share (rows, columns) 0 background .. 1 person
 * @property {number} rows
 * @property {number} columns
 * @property {number} timeMs of the frame it was seen in, which may lie some frames back
 */

/**
 * What the trackers found in one frame.
 * @typedef {object} Seen
 * @property {readonly HandLandmarks[]} hands
 * @property {readonly FaceLandmarks[]} faces
 * @property {readonly BodyLandmarks[]} bodies fewer than faces where they were not looked for
 * @property {PersonMask | null} [person] null or absent: nobody looked, or not lately
 */

/**
 * One camera frame with what was found in it: what solvers work on.
 * @typedef {object} Frame
 * @property {import('./image.js').Picture} image unmirrored
 * @property {Seen} seen
 * @property {Intrinsics} intrinsics
 * @property {number} timeMs
 */

/**
 * What a solver needs to know of a jewel. Parts are in the model's own frame.
 * @typedef {object} Model
 * @property {Anchor | null} anchor null: a foreign model that does not say is worn as a ring
 * @property {number | null} innerDiameter metres, of the finger hole or wrist section
 * @property {readonly import('./anchors/stack.js').Mesh[]} parts
 * @property {Record<Ear, Hung>} [hung] of earrings: the piece of each ear
 * @property {WristPiece} [wrist] of what is worn at the wrist
 * @property {import('./drape.js').Strung} [strung] of necklaces
 */

/**
 * A shape that a piece takes on a wrist.
 * @typedef {object} WristForm
 * @property {Model} model
 * @property {import('./anchors/hanging.js').Loop} loop
 * @property {WristForm} [turned] its charms on the other side of its chain
 */

/**
 * What a model tells of wrists.
 * @typedef {object} WristPiece
 * @property {import('./anchors/wrist.js').Section} section of the wrist it is made for
 * @property {import('./anchors/hanging.js').Wears} wears
 * @property {boolean} dial
 * @property {import('./anchors/hanging.js').Loop} loop
 * @property {WristForm} below a chain that hangs on the palm's side; what is no chain is `even`
 * @property {WristForm} even with its ease all round
 * @property {number} lopsided metres that charms bring its middle off its links, towards the hand
 * @property {number} halfBand metres along the arm that it covers all round, either way
 */

/**
 * An earring taken apart into what is held and what swings.
 * @typedef {object} Hung
 * @property {Model} still
 * @property {Model | null} swinging
 * @property {Vec3} hinge model frame, metres
 * @property {number} pendulumLength metres: of the simple pendulum of the same period
 * @property {number} drop metres from the hinge to the lowest point
 * @property {boolean} turns in its hole, until it hangs plumb: hooks and hoops, but no stud
 */

/**
 * A model and where the wearer asked for it.
 * @typedef {object} Wearable
 * @property {string} product
 * @property {Model} model
 * @property {Finger} [finger] of rings
 * @property {Hand | null} [hand] of rings and of what is worn at the wrist; absent: any hand
 * @property {Ear | null} [ear] of earrings; absent: both
 */

/**
 * One model placed before the camera.
 * @typedef {object} Worn
 * @property {Model} model
 * @property {number} size over the model's own
 * @property {RigidTransform} cameraFromModel
 * @property {number} opacity
 * @property {number | null} wearer index of the layer's occluder that wears it; null: it lies on skin
 * @property {boolean} onSkin worn without such an occluder, as at a neck or an ear
 * @property {import('./drape.js').Draped} [draped] of a necklace: where its links are
 * @property {'all' | 'links' | 'hanging'} [shows] what of a necklace
 */

/**
 * Where one jewel sits in one frame.
 * @typedef {object} Placement
 * @property {string} product
 * @property {Anchor} anchor
 * @property {Finger | null} finger
 * @property {Hand | null} hand
 * @property {Ear | null} ear
 * @property {Side | null} side
 * @property {number} confidence 0..1; fades the jewel
 * @property {RigidTransform} cameraFromAnchor
 * @property {number[]} centerPx (2,) the anchor's origin in the image
 * @property {number[]} axisPx (2,) +Y of the anchor in the image, unit length
 * @property {number} widthPx of the finger, wrist or neck at the jewel; of an ear, its height
 * @property {Scale | null} scale
 */

/**
 * What stands before a jewel in the image: hair, a sleeve, a collar.
 * @typedef {object} Veil
 * @property {Float32Array} hides (region.height, region.width) 0..1
 * @property {PixelRegion} region
 */

/**
 * One jewel in one frame, ready to be drawn.
 * @typedef {{ placement: Placement, worn: Worn[], veil: Veil | null }} WornPiece
 */

/**
 * What is worn on one part of one body: drawn together, hidden by the same things. Distances are
 * not comparable between layers; they are laid one over the other, back first.
 * @typedef {object} Layer
 * @property {WornPiece[]} pieces
 * @property {Occluder[]} occluders
 * @property {BodyMesh[]} bodies
 * @property {HandLandmarks | FaceLandmarks | null} seenOn whose skin tells the light
 * @property {number} [ownBands] that an arm wears of its wearer's own
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
