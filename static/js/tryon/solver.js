/**
 * Everything worn at once: each anchor's own solver, their layers back first.
 *
 * The twin of Python's `tryon`: a module here has the name of the module there in camelCase, its
 * functions have the names of those there, and its figures are the same. `tests/vectors` writes down
 * what Python makes of landmarks, streams and pictures; the tests beside these modules replay it, so
 * that a change on one side alone fails them.
 *
 *     frame: picture, landmarks, lens, time
 *       ├─ HandTracks, Heads         who is who from frame to frame, steadied     tracks, faceTracks
 *       ├─ lift, headPose            the hand or the head in the camera's frame   anchors/
 *       ├─ findOutline, findForearm,
 *       │  lobeFound, photoChest     what the picture itself tells                anchors/, image, covers/
 *       ├─ placeRing, placeWrist …   a jewel's frame, its size gives its distance
 *       ├─ wristVeil, wornUnder      sleeves, hands, hair, collars before them    covers/
 *       └─ Layer                     pieces, what hides them, how solid they are  solvers/
 *
 * Nothing here touches a page: it runs in a worker as well as in a window, and draws nothing. Images
 * are `Picture`s, as `ImageData` is one with `channels: 4`. Landmarks are those of an unmirrored
 * frame; only the display mirrors. What a model tells of how it is worn (`Model.hung`, `Model.wrist`,
 * `Model.strung`, the triangles of a ring) comes with it, worked out once by Python.
 *
 * Where people are comes with a frame as `seen.person`, or does not: then earlobes are looked for one
 * by one, and what lies over a chain is not looked for. Hands and the ends of chains are drawn by
 * `covers/drawn.js` where Python has OpenCV's antialiased lines: pixels at their edges differ.
 */
import { Heads } from './faceTracks.js';
import { EarSolver } from './solvers/ears.js';
import { NeckSolver } from './solvers/necks.js';
import { RingSolver } from './solvers/rings.js';
import { WristSolver } from './solvers/wrists.js';

/** @typedef {import('./types.js').Frame} Frame */
/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Wearable} Wearable */
/** @typedef {import('./anchors/canonical.js').CanonicalFace} CanonicalFace */

/** Places a whole set. */
export class SetSolver {
  /** @type {{ solve(frame: Frame): Layer[] }[]} */ #solvers = [];

  /**
   * @param {readonly Wearable[]} wearables what is worn, and where
   * @param {object} how
   * @param {boolean} how.smoothing the frames follow one another, and what is found is made steady
   * @param {CanonicalFace | null} how.face the mean head; needed for what is worn on a head
   */
  constructor(wearables, { smoothing, face }) {
    /** @param {import('./types.js').Anchor} anchor */
    const wornAt = (anchor) => wearables.filter(({ model }) => (model.anchor ?? 'finger') === anchor);
    const [necks, ears, wrists, rings] = [wornAt('neck'), wornAt('ear'), wornAt('wrist'), wornAt('finger')];
    if (necks.length || ears.length) {
      if (!face) throw new TypeError('what is worn on a head needs the mean head');
      const heads = new Heads(face.points, smoothing); // each head is posed once a frame
      if (necks.length) this.#solvers.push(new NeckSolver(necks, heads, face));
      if (ears.length) this.#solvers.push(new EarSolver(ears, heads, face));
    }
    if (wrists.length) this.#solvers.push(new WristSolver(wrists, smoothing));
    if (rings.length) this.#solvers.push(new RingSolver(rings, smoothing));
  }

  /**
   * Every layer of one frame, to be laid over it in this order.
   * @param {Frame} frame
   * @returns {Layer[]}
   */
  solve(frame) {
    return this.#solvers.flatMap((solver) => solver.solve(frame));
  }
}
