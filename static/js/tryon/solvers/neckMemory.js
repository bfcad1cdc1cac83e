/**
 * What a stream remembers of one wearer of necklaces, and what that makes steady.
 * Twin of tryon/solvers/neck_memory.py.
 */
import { beside, cameraFromChest, chestPose, neckEdges } from '../anchors/neck.js';
import { looking, wornUnder } from '../covers/collar.js';
import { warped } from '../covers/masks.js';
import { movedAll, projectAll } from '../frames.js';
import { roundEven } from '../image.js';
import { add, clamp, sub } from '../linalg.js';
import { OneEuro } from '../smoothing.js';
import { atOnce, turned } from './neckSides.js';

/** @typedef {import('../types.js').Frame} Frame */
/** @typedef {import('../anchors/head.js').HeadPose} HeadPose */
/** @typedef {import('../anchors/neck.js').ChestPose} ChestPose */
/** @typedef {import('../anchors/neck.js').NeckEdges} NeckEdges */
/** @typedef {import('../covers/collar.js').Look} Look */
/** @typedef {import('../covers/collar.js').Wear} Wear */
/** @typedef {import('../covers/tones.js').SkinTone} SkinTone */
/** @typedef {import('./neckSides.js').Turning} Turning */

const EDGES_EVERY = 3; // frames
const VEIL_EVERY = 8;
const OUTLINE_EVERY = 10;
const UNTOLD = 0.7; // of the last turn that is left when a look at the outline does not tell it
const REMEMBERED_MS = 1100; // no mask is older
/** Of the chest, metres on the mean body: what moves as the silhouette of neck and shoulders does. */
const STANDS = [0, 0, 0, 0.12, 0, -0.03, -0.12, 0, -0.03, 0, 0.07, -0.04];

/**
 * A look for what hides one necklace, under way.
 * @typedef {object} Looking
 * @property {number} index of the necklace
 * @property {Generator<undefined, Wear, undefined>} steps
 * @property {number[]} notchPx where the notch was when it began
 */

/** What a stream knows of one wearer. */
export class Remembered {
  turn = new OneEuro(0.35, 1.2);
  fromHead = new OneEuro(0.05, 1, 0.25);
  edges = new OneEuro(0.4, 2);
  breadth = new OneEuro(0.15, 0);
  /** @type {NeckEdges | null} between the frames they are looked for in */ held = null;
  /** @type {number | null} */ base = null;
  frames = 0;
  /** @type {{ skin: SkinTone, hair: SkinTone } | null} */ tones = null;
  /** @type {Map<number, { wear: Wear, notchPx: number[] }>} */ wears = new Map();
  /** @type {Map<number, number>} the frame the last look began in */ looked = new Map();
  /** @type {Looking | null} */ looking = null;
  /** @type {Turning | null} a look at the outline, under way */ turning = null;
  /** @type {number | null} radians that the last ones told */ turned = null;
  outline = new OneEuro(0.15, 0);
  /** @type {Map<number, import('../smoothing.js').Fade>} */ fades = new Map();
  /** @type {Map<number, import('../dangling.js').Pendulum>} */ pendulums = new Map();
  /** @type {Map<number, Float64Array>} pixels of the chest by the frame's time */ stood = new Map();
}

/**
 * Keep in mind where the chest is in this frame, for masks of it that come later.
 * @param {Frame} frame @param {ChestPose} chest @param {Remembered} known
 */
export function standsNow({ timeMs, intrinsics }, chest, { stood }) {
  const where = movedAll(cameraFromChest(chest), STANDS, chest.size);
  for (let k = 2; k < where.length; k += 3) if (where[k] <= 0.02) return;
  for (const time of stood.keys()) if (time < timeMs - REMEMBERED_MS) stood.delete(time);
  stood.set(timeMs, projectAll(intrinsics, where));
}

/**
 * The person mask where the wearer is now: an older one is moved as the chest has moved.
 * @param {Frame} frame @param {Remembered | null} known
 */
export function personNow({ image, seen, timeMs }, known) {
  const person = seen.person ?? null;
  const now = known?.stood.get(timeMs);
  const then = person && known?.stood.get(person.timeMs);
  return person && now && then ? warped(person, then, now, image.width, image.height) : person;
}

/**
 * The chest in a stream: its turn, its place against the head and its edges as filters see them.
 * @param {Frame} frame @param {HeadPose} head
 * @param {import('../types.js').BodyLandmarks | null} body
 * @param {Remembered} known @param {number} elapsed
 */
export function followed({ image, intrinsics }, head, body, known, elapsed) {
  const seen = chestPose(head, body, intrinsics);
  const angles = known.turn.smooth([seen.turn.yaw, seen.turn.pitch, seen.turn.roll], 1, elapsed);
  const middle = head.cameraFromHead.translation;
  const offset = known.fromHead.smooth(sub(seen.notch, middle), 3, elapsed, 0.1);
  const turn = { yaw: angles[0], pitch: angles[1], roll: angles[2] };
  const chest = { ...seen, turn, notch: add(middle, offset) };
  if (!known.held || known.frames % EDGES_EVERY === 0) {
    known.held = steadyEdges(neckEdges(image, chest, head, intrinsics), known, EDGES_EVERY * elapsed);
  }
  return { chest: beside(chest, known.held), edges: known.held };
}

/**
 * Edges that come and go move nothing at once.
 * @param {NeckEdges} edges @param {Remembered} known @param {number} elapsed
 */
function steadyEdges(edges, known, elapsed) {
  const [pulled, sure] = known.edges.smooth([edges.trust * edges.side, edges.trust], 1, elapsed, 0.02);
  const trust = clamp(sure, 0, 1);
  const side = trust > 1e-3 ? pulled / trust : 0;
  const [breadth] = known.breadth.smooth([edges.trust * (edges.breadth - 1)], 1, elapsed);
  return { ...edges, side, trust, breadth: 1 + breadth / Math.max(trust, 1e-3) };
}

/**
 * The chest turned as the neck's outline tells, smoothly from look to look. A look begins every so
 * many frames and takes a step in each in which no edges are looked for; only the first one is taken
 * at once, so that nothing moves when a wearer comes into view.
 * @param {ChestPose} chest @param {Remembered} known @param {number} elapsed
 * @param {Frame | null} frame null: nobody looked for people yet
 * @param {(person: import('../types.js').PersonMask) => Turning} look at this frame
 */
export function turnedSlowly(chest, known, elapsed, frame, look) {
  if (known.turned === null || (!known.turning && known.frames % OUTLINE_EVERY === 0)) {
    const person = frame && personNow(frame, known);
    if (person && known.turned === null) known.turned = atOnce(look(person)) ?? 0;
    else if (person) known.turning = look(person);
  }
  if (known.turning && known.frames % EDGES_EVERY) {
    const { done, value } = known.turning.next();
    if (done) {
      known.turning = null;
      known.turned = value ?? UNTOLD * (known.turned ?? 0);
    }
  }
  return turned(chest, known.outline.smooth([known.turned ?? 0], 1, elapsed)[0]);
}

/**
 * What hides one necklace: the newest that is known, moved as the notch has moved. One look is under
 * way at a time, a step of it in each frame in which no edges are looked for. Only a wearer who comes
 * into view is looked at in one go: a chain that is seen already, before it was known where people
 * are, waits for its first look too.
 * @param {Remembered} known @param {number} index of the necklace
 * @param {number[]} notchPx in this frame @param {() => Look} look at this frame
 * @returns {Wear | null} null: none is known yet
 */
export function wearNow(known, index, notchPx, look) {
  const { wears, looked, frames } = known;
  if (frames === 0) wears.set(index, { wear: wornUnder(look()), notchPx });
  if (!looked.has(index)) looked.set(index, frames === 0 ? 0 : frames - VEIL_EVERY);
  if (!known.looking) {
    const [longest, since] = [...looked].reduce((first, each) => (each[1] < first[1] ? each : first));
    if (longest === index && frames - since >= VEIL_EVERY) {
      known.looking = { index, steps: looking(look()), notchPx };
      looked.set(index, frames);
    }
  }
  const underWay = known.looking;
  if (underWay && underWay.index === index && frames % EDGES_EVERY) {
    const { done, value } = underWay.steps.next();
    if (done) {
      wears.set(index, { wear: value, notchPx: underWay.notchPx });
      known.looking = null;
    }
  }
  const newest = wears.get(index);
  if (!newest) return null;
  const { wear, notchPx: there } = newest;
  const { hides, region } = wear.veil;
  const [x, y] = notchPx.map((value, axis) => roundEven(value - there[axis]));
  return { ...wear, veil: { hides, region: { ...region, x: region.x + x, y: region.y + y } } };
}
