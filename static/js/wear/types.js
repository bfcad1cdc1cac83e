/**
 * What flows while a piece is tried on in the page: the shopper's camera or photo in, the same picture
 * with the jewels worn out. Nothing of a frame is ever sent to a server.
 *
 *     session.js   camera or photo, one frame at a time, mirrored on the canvas     in the window
 *       ├─ dresser.js  what both workers below are asked, and in which order
 *       ├─ tracking.js ⇄ tracking-worker.js   landmarks and solving                in a worker
 *       │     facts.js   what a piece tells of how it is worn, from the server
 *       └─ overlay.js    the jewels of a solved frame, drawn by the viewer's stage
 *
 * A frame is handed to the worker and comes back with what was solved in it, so that the overlay is
 * laid over that very frame. Old frames are dropped and never queued.
 */

/** @typedef {import('../tryon/types.js').Anchor} Anchor */
/** @typedef {import('../tryon/types.js').Ear} Ear */
/** @typedef {import('../tryon/types.js').Finger} Finger */
/** @typedef {import('../tryon/types.js').Hand} Hand */
/** @typedef {import('../tryon/types.js').Model} Model */
/** @typedef {import('../tryon/types.js').Occluder} Occluder */
/** @typedef {import('../tryon/types.js').BodyMesh} BodyMesh */
/** @typedef {import('../tryon/types.js').Placement} Placement */
/** @typedef {import('../tryon/types.js').Veil} Veil */
/** @typedef {import('../tryon/types.js').Worn} SolvedWorn */

/**
 * One piece that is asked for, and where.
 * @typedef {object} Asked
 * @property {string} product
 * @property {string} hash of its configuration
 * @property {Finger} [finger]
 * @property {Hand | null} [hand]
 * @property {Ear | null} [ear]
 */

/**
 * Where the links of a chain lie on this wearer, against where the file has them. Its number tells it
 * from all others for as long as they lie so: who draws keeps what it made of it by that.
 *
 * A node of the file says in `extras.parure.links` which links its instances are, in their order; all
 * nodes without it move as one. An instance at `place` is drawn at `links[k] · place`, whether metal
 * or stone; what hangs (`extras.parure.hanging` of the root names its parts) at `hung · place`.
 * @typedef {object} Laid
 * @property {number} number
 * @property {Float64Array} links (n, 4, 4) by rows, similarities: model as worn from model as in the file
 * @property {Float64Array | null} hung (4, 4) the same for all that hangs; null: where the file has it
 */

/**
 * A jewel of a solved frame, ready to be drawn: `Worn` with its model named by a viewer's file.
 *
 * A piece has one file, whatever forms it takes: the viewer's own of its configuration (a ring's, of
 * the configuration in its finger's size), or, where it is worn in another shape than it is shown, as
 * a strap that is closed on a wrist, a file like it (`…/worn.glb`). Addresses are absolute, as
 * `viewerFile` of ahead.js gives them. Forms are made of that file: parts of it (`shows`), its mirror
 * image, links laid elsewhere. A point of the file is drawn at `cameraFromModel · size · mirror · laid`,
 * the mirror being diag(-1, 1, 1).
 * @typedef {Omit<SolvedWorn, 'model' | 'draped' | 'shows'> & {
 *   file: string,
 *   mirrored: boolean,
 *   shows: 'all' | 'links' | 'hanging',
 *   laid: Laid | null,
 * }} DrawnWorn `shows`: all of it, what does not hang, or only what hangs
 */

/**
 * What is worn on one part of one body; layers are laid one over the other, back first.
 * @typedef {object} DrawnLayer
 * @property {{ placement: Placement, worn: DrawnWorn[], veil: Veil | null }[]} pieces
 * @property {Occluder[]} occluders
 * @property {BodyMesh[]} bodies
 * @property {Light | null} light read off the skin that it is worn on; null: the studio's
 */

/**
 * How the studio's light is turned and tinted to the picture's; viewer/render/types.py `Lighting`.
 * @typedef {object} Light
 * @property {Float64Array} environmentFromCamera (3, 3)
 * @property {[number, number, number]} tint linear sRGB
 * @property {number} exposure
 * @property {[number, number, number] | null} skin linear sRGB beside the jewel
 * @property {number} keySoftness 0..1
 * @property {number} shadow strength, 0..1
 * @property {number} blurPx of the camera's own picture
 * @property {number | null} [movedPx] the same along `way`, where something moved
 * @property {number} [way] radians, from x to y
 * @property {number} [noise] of the camera's own picture, grey levels
 */

/**
 * What the picture lacks for the piece to be worn, worst first; guidance has words and a picture for each.
 * @typedef {'nobody' | 'dark' | 'far' | 'near' | 'cut-off' | 'wrong-side' | 'covered' | 'own-jewellery' | 'moving'} Lack
 */

/**
 * A solved frame.
 * @typedef {object} Solved
 * @property {ImageBitmap} image the frame it was solved in, handed back
 * @property {number} timeMs of the frame
 * @property {import('../tryon/types.js').Intrinsics} intrinsics
 * @property {DrawnLayer[]} layers back first
 * @property {Lack[]} lacks
 * @property {('person' | 'bodies')[]} without what would be looked for too, but that its net is not there (yet)
 * @property {Watched} [watched] where the tracking was told to watch and frames follow one another
 * @property {{ track: number, solve: number }} timings ms
 */

/**
 * Who stands there, for a mirror that wakes and is steered by hands. What was not looked for in this
 * frame is null.
 * @typedef {object} Watched
 * @property {import('../tryon/types.js').HandLandmarks[] | null} hands
 * @property {import('../tryon/types.js').FaceLandmarks[] | null} faces
 */

/**
 * What tracking takes, as `/api/v1/tracking.json` names it; all addresses but that never change.
 * @typedef {object} Needs
 * @property {string} worker the tracking worker's script
 * @property {string | null} keeper the service worker's script; null: the house wants none
 * @property {import('./assets.js').Asset} runtime WebAssembly
 * @property {import('./assets.js').Asset} hands the nets for hands
 * @property {import('./assets.js').Asset} faces and for faces
 * @property {import('./assets.js').Asset | null} person the net for people's outlines; null: set-up did not obtain it
 * @property {import('./assets.js').Asset | null} bodies the same for shoulders and forearms
 * @property {string} facts of a piece, with `{hash}` and `{finger}` to fill in
 */

/**
 * From the window to the tracking worker. One that is watching looks for hands and faces whatever is worn;
 * sets that are worn are counted, and a `ready` says of which it tells.
 * @typedef {{ do: 'begin', needs: Needs, watching: boolean }
 *   | { do: 'wear', number: number, asked: Asked[], streaming: boolean }
 *   | { do: 'frame', image: ImageBitmap, timeMs: number }} ToWorker
 */

/** @typedef {Omit<DrawnWorn, 'laid'> & { laid: number | null }} SentWorn on its way, its chain named by a number */
/** @typedef {Omit<DrawnLayer, 'pieces'> & { pieces: { placement: Placement, worn: SentWorn[], veil: Veil | null }[] }} SentLayer */
/** @typedef {Omit<Solved, 'layers'> & { layers: SentLayer[] }} SentSolved */

/**
 * From the tracking worker to the window. `progress` counts bytes of nets and runtime; `fetched` is all
 * that the worker has asked for, told again where more came; `looking`: a photo is still looked at; `laid` are chains that are told for the first time, and their numbers.
 * @typedef {{ is: 'progress', loaded: number, total: number }
 *   | { is: 'known', files: string[] }
 *   | { is: 'fetched', fetched: string[] }
 *   | { is: 'ready', number: number, files: string[], fetched: string[] }
 *   | { is: 'looking' }
 *   | { is: 'solved', solved: SentSolved, laid: Laid[] }
 *   | { is: 'failed', reason: 'unsupported' | 'offline' | 'damaged' | 'unknown-piece' | 'broken' }} FromWorker
 */

/**
 * Who is told by the tracking: each is called in the window.
 * @typedef {object} TrackingListener
 * @property {(loaded: number, total: number) => void} progress bytes
 * @property {(files: string[]) => void} [known] the viewer's files, before the nets are there: the overlay can load them
 * @property {(files: string[]) => void} ready what is asked for can be solved; the viewer's files to draw it by
 * @property {(solved: Solved) => void} solved
 * @property {(reason: Extract<FromWorker, { is: 'failed' }>['reason']) => void} failed
 */

/**
 * The worker as the window sees it: `openTracking(listener)` of tracking.js gives one.
 * @typedef {object} Tracking
 * @property {boolean} busy whether a frame is under way; another is taken when it is back
 * @property {(asked: Asked[], streaming: boolean) => void} wear at any time; frames follow one another or stand alone
 * @property {(image: ImageBitmap, timeMs: number) => void} frame hand a frame over
 * @property {() => void} close
 */

/**
 * What draws: `openOverlay()` of overlay.js promises one, or null where the browser has no WebGL2.
 * @typedef {object} Overlay
 * @property {(files: string[]) => Promise<void>} prepare load what will be drawn, so that no frame waits for it
 * @property {(solved: Solved, canvas: HTMLCanvasElement, quality?: number) => Promise<void>} draw
 *   the frame with its jewels on a canvas that takes the frame's size, unmirrored; `quality` 0..4, of viewer/quality.js,
 *   without it as carefully as a photo is worth. The frame stays open until the promise is kept
 * @property {() => void} close
 */

export {};
