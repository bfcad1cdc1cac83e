/**
 * Necklaces on people.
 *
 * For each face: the chest below it, the neck's edges, the wearer's girth, the necklace laid round
 * it, what hides it, and how sure all that is. Twin of tryon/solvers/necks.py, but that hair,
 * collars and hands are looked for only where a person mask was seen.
 */
import { chestBody, faceBody } from '../anchors/chest.js';
import { smoothstep } from '../anchors/evidence.js';
import { AXIS_FROM_NOTCH, cameraFromChest, chestRotation, NECK_HALF } from '../anchors/neck.js';
import { photoChest } from '../anchors/neckPhoto.js';
import { wornUnder } from '../covers/collar.js';
import { faceTone, hairTone, withLengths } from '../covers/tones.js';
import { ON_SKIN_DAMPING, Pendulum, swayedOnChest } from '../dangling.js';
import { drape, MEAN_BASE, stepped } from '../drape.js';
import { compose, focalOf, moved, project } from '../frames.js';
import { add, apply3, clamp, radians, scaled, sub } from '../linalg.js';
import { Fade } from '../smoothing.js';
import { inPicture, lookAt } from './neckCovers.js';
import { followed, personNow, Remembered, standsNow, turnedSlowly, wearNow } from './neckMemory.js';
import { atOnce, turned, turning } from './neckSides.js';

/** @typedef {import('../linalg.js').Vec3} Vec3 */
/** @typedef {import('../frames.js').RigidTransform} RigidTransform */
/** @typedef {import('../types.js').BodyLandmarks} BodyLandmarks */
/** @typedef {import('../types.js').Frame} Frame */
/** @typedef {import('../types.js').Layer} Layer */
/** @typedef {import('../types.js').Wearable} Wearable */
/** @typedef {import('../types.js').Worn} Worn */
/** @typedef {import('../drape.js').Draped} Draped */
/** @typedef {import('../anchors/canonical.js').CanonicalFace} CanonicalFace */
/** @typedef {import('../anchors/head.js').HeadPose} HeadPose */
/** @typedef {import('../anchors/neck.js').ChestPose} ChestPose */
/** @typedef {import('../anchors/neck.js').NeckEdges} NeckEdges */
/** @typedef {import('../faceTracks.js').FaceTrack} FaceTrack */

const [INVISIBLE, SOLID] = [0.25, 0.5]; // confidences between which a necklace fades in
const PLUMB = 0.035; // metres of drop at which half of the chest's roll is left in the chain
const SAME_ROLL = radians(0.7); // of a chest, at which long and short chains hang alike
const LAYER_GAP = 1.2e-3; // metres by which a longer necklace lies over a shorter one
const GIRTH_DOUBT = 0.5; // of the breadth seen, drawn to the mean body's
const GIRTH_HOLD = 0.012; // metres that a girth must change by before a necklace is laid anew
const NEAREST = 0.2; // metres from the lens to a head; nearer there is no picture of a neck
const FAR_BODY = 1.2; // face heights between a face and another person's
const [LEAST_NECK_PX, ENOUGH_NECK_PX] = [10, 18];
const [HIDDEN, SHOWN] = [0.14, 0.34]; // shares of the chain that can be seen, between which it fades in
const TONE_EVERY = 20; // frames of a stream

/** Places necklaces on everybody whose face is seen, for one stream or for photos. */
export class NeckSolver {
  /** @type {Map<number, Remembered>} by the face's identity */ #known = new Map();
  #wearables;
  #heads;
  #face;

  /**
   * @param {readonly Wearable[]} wearables necklaces; all are worn at once
   * @param {import('../faceTracks.js').Heads} heads shared with the frame's other solvers
   * @param {CanonicalFace} face
   */
  constructor(wearables, heads, face) {
    this.#wearables = wearables.map((wearable, index) => {
      const { strung } = wearable.model;
      if (!strung) throw new TypeError('a necklace comes with what its model tells of its line');
      return { wearable, strung, index };
    });
    this.#heads = heads;
    this.#face = face;
  }

  /**
   * One layer for each wearer, or for each necklace, those farther away first.
   * @param {Frame} frame @returns {Layer[]}
   */
  solve(frame) {
    const heads = this.#heads.update(frame.seen.faces, frame.intrinsics, frame.timeMs);
    const { alive } = this.#heads;
    for (const identity of this.#known.keys()) if (!alive.has(identity)) this.#known.delete(identity);
    heads.sort((a, b) => b.head.cameraFromHead.translation[2] - a.head.cameraFromHead.translation[2]);
    const bodies = [...frame.seen.bodies];
    return heads.flatMap(({ head, track }) => {
      if (head.cameraFromHead.translation[2] < NEAREST) return [];
      return this.#layers(frame, head, track, bodyOf(head, bodies));
    });
  }

  /**
   * One, or one for each necklace where a leaning chest lets them hang unlike its own way: what
   * hides a chain's far half turns with it, else the chain would sink in on one side.
   * @param {Frame} frame @param {HeadPose} head @param {FaceTrack | null} track
   * @param {BodyLandmarks | null} body
   * @returns {Layer[]}
   */
  #layers(frame, head, track, body) {
    const known = track && this.#remembered(track);
    const elapsed = track ? track.elapsed : 0;
    const { chest: expected, edges } = known
      ? followed(frame, head, body, known, elapsed)
      : photoChest(frame.image, head, body, frame.intrinsics, this.#face.points);
    const base = baseOf(expected, edges, known);
    if (known) standsNow(frame, expected, known);
    const told = frame.seen.person || (known && known.wears.size > 0);
    const tones = told ? tonesOf(frame, head, known) : null;
    const draped = this.#wearables
      .map((each) => ({ ...each, lies: drape(each.strung, base) }))
      .sort((a, b) => a.lies.drop - b.lies.drop || a.index - b.index);
    const chest = turnedBySides(frame, expected, draped[0].lies, tones, known, elapsed);
    const apart = Math.abs(chest.turn.roll) > SAME_ROLL;
    const neckPx = neckPxOf(chest, edges, frame);
    /** @type {Layer[]} */ const layers = [];
    /** @type {Layer['pieces']} */ let pieces = [];
    draped.forEach(({ wearable, lies, index }, over) => {
      const place = placeOf(chest, lies, over * LAYER_GAP);
      const wear = tones && wearOf(frame, head, body, lies, place, tones, known, index);
      const sure = chest.confidence * inPicture(frame, lies, place) * smoothstep(LEAST_NECK_PX, ENOUGH_NECK_PX, neckPx);
      let shown = wear ? smoothstep(HIDDEN, SHOWN, wear.shown) : 1;
      if (!known) shown = shown > 0.5 ? 1 : 0; // a half seen one would be a ghost
      const confidence = sure * shown;
      let opacity = smoothstep(INVISIBLE, SOLID, sure) * shown;
      if (known) {
        const fade = known.fades.get(index) ?? new Fade();
        known.fades.set(index, fade);
        opacity = fade.follow(opacity, elapsed);
      }
      const placement = placementOf(wearable, chest, head, neckPx, frame, confidence);
      const worn = wornOn(wearable, lies, index, chest, place, opacity, known, elapsed);
      pieces.push({ placement, worn, veil: wear ? wear.veil : null });
      if (!apart && over < draped.length - 1) return;
      const onSkin = over === 0 ? place : placeOf(chest, lies, 0);
      const bodies = [chestBody(onSkin, base), faceBody(head, this.#face)];
      layers.push({ pieces, occluders: [], bodies, seenOn: head.face });
      pieces = [];
    });
    if (known) known.frames += 1;
    return layers;
  }

  /** @param {FaceTrack} track */
  #remembered({ identity }) {
    const known = this.#known.get(identity) ?? new Remembered();
    this.#known.set(identity, known);
    return known;
  }
}

/**
 * Whose nose is on this face; taken out of the list.
 * @param {HeadPose} head @param {BodyLandmarks[]} bodies
 */
function bodyOf({ face: { pointsPx: p } }, bodies) {
  const height = Math.hypot(p[20] - p[304], p[21] - p[305]);
  const gaps = bodies.map(({ pointsPx }) => Math.hypot(pointsPx[0] - p[2], pointsPx[1] - p[3]));
  const nearest = gaps.indexOf(Math.min(...gaps));
  return nearest >= 0 && gaps[nearest] < FAR_BODY * Math.max(height, 1) ? bodies.splice(nearest, 1)[0] : null;
}

/**
 * The wearer's skin and hair, in a stream looked at now and then.
 * @param {Frame} frame @param {HeadPose} head @param {Remembered | null} known
 */
function tonesOf(frame, { face }, known) {
  if (known?.tones && known.frames % TONE_EVERY) return known.tones;
  const skin = faceTone(frame.image, face);
  const person = personNow(frame, known);
  const hair = hairTone(frame.image, face, skin, person);
  const tones = { skin, hair: withLengths(frame.image, face, skin, hair, person) };
  if (known) known.tones = tones;
  return tones;
}

/**
 * The chest turned as the outline of the neck tells, by its shortest necklace.
 * @param {Frame} frame @param {ChestPose} chest @param {Draped} lies
 * @param {ReturnType<typeof tonesOf> | null} tones @param {Remembered | null} known
 * @param {number} elapsed
 */
function turnedBySides(frame, chest, lies, tones, known, elapsed) {
  /** @param {import('../types.js').PersonMask} person */
  const look = (person) => turning(frame, chest, lies, (pose) => placeOf(pose, lies, 0), /** @type {any} */ (tones), person);
  if (known) return turnedSlowly(chest, known, elapsed, tones ? frame : null, look);
  const angle = frame.seen.person ? atOnce(look(frame.seen.person)) : null;
  return angle === null ? chest : turned(chest, angle);
}

/**
 * The veil; a stream looks for it in steps, and an older one follows the notch.
 * @param {Frame} frame @param {HeadPose} head @param {BodyLandmarks | null} body
 * @param {Draped} lies @param {RigidTransform} place @param {ReturnType<typeof tonesOf>} tones
 * @param {Remembered | null} known @param {number} index
 */
function wearOf(frame, { face }, body, lies, place, tones, known, index) {
  const look = () => lookAt(frame, face, body, lies, place, tones, personNow(frame, known));
  return known ? wearNow(known, index, project(frame.intrinsics, place.translation), look) : wornUnder(look());
}

/**
 * Metres round the base of the neck, in steps.
 * @param {ChestPose} chest @param {NeckEdges} edges @param {Remembered | null} known
 */
function baseOf(chest, edges, known) {
  const seen = clamp(edges.breadth, 0.75, 1.45);
  const share = edges.trust * (1 - GIRTH_DOUBT * Math.abs(Math.log(seen)));
  const base = MEAN_BASE * chest.size * (1 + share * (seen - 1));
  if (!known) return stepped(base);
  if (known.base === null || Math.abs(base - known.base) > GIRTH_HOLD) known.base = stepped(base);
  return known.base;
}

/**
 * Camera from necklace: the longer it is, the plumber it hangs below a leaning neck.
 * @param {ChestPose} chest @param {Draped} lies @param {number} over metres off the skin
 * @returns {RigidTransform}
 */
function placeOf(chest, lies, over) {
  const angle = chest.turn.roll * (1 - PLUMB / (PLUMB + Math.max(lies.drop, 0)));
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  const turn = [c, -s, 0, s, c, 0, 0, 0, 1];
  const middle = scaled(AXIS_FROM_NOTCH, lies.base / MEAN_BASE);
  const translation = add(sub(middle, apply3(turn, middle)), [0, 0, over]);
  return compose(cameraFromChest(chest), { rotation: turn, translation });
}

/** @param {ChestPose} chest @param {NeckEdges} edges @param {Frame} frame */
function neckPxOf(chest, edges, { intrinsics }) {
  const breadth = 1 + edges.trust * (edges.breadth - 1);
  return (2 * NECK_HALF * chest.size * breadth * focalOf(intrinsics)) / chest.notch[2];
}

/**
 * The necklace; in a stream what hangs from it sways as the wearer moves.
 * @param {Wearable} wearable @param {Draped} lies @param {number} index
 * @param {ChestPose} chest @param {RigidTransform} place @param {number} opacity
 * @param {Remembered | null} known @param {number} elapsed
 * @returns {Worn[]}
 */
function wornOn({ model }, lies, index, chest, place, opacity, known, elapsed) {
  const placed = { model, size: lies.size, opacity, wearer: null, onSkin: true, draped: lies };
  /** @type {Worn} */ const whole = { ...placed, cameraFromModel: place, shows: 'all' };
  if (!known || !lies.hinge || !lies.hung) return [whole];
  const pendulum = known.pendulums.get(index) ?? new Pendulum(lies.pendulumLength, ON_SKIN_DAMPING);
  known.pendulums.set(index, pendulum);
  const hangs = pendulum.swing(moved(place, lies.hinge), elapsed);
  const swayed = swayedOnChest(place, lies.hinge, hangs, chestRotation(chest.turn));
  return [
    { ...whole, shows: 'links' },
    { ...placed, cameraFromModel: swayed, shows: 'hanging' },
  ];
}

/**
 * @param {Wearable} wearable @param {ChestPose} chest @param {HeadPose} head @param {number} neckPx
 * @param {Frame} frame @param {number} confidence
 * @returns {import('../types.js').Placement}
 */
function placementOf(wearable, chest, head, neckPx, { intrinsics }, confidence) {
  const placed = cameraFromChest(chest);
  const centerPx = project(intrinsics, placed.translation);
  const above = project(intrinsics, moved(placed, [0, 0.03 * chest.size, 0]));
  const [x, y] = [above[0] - centerPx[0], above[1] - centerPx[1]];
  const length = Math.max(Math.hypot(x, y), 1e-9);
  const farther = chest.notch[2] / head.cameraFromHead.translation[2];
  const { value, low, high } = head.scale.mmPerPx;
  const mmPerPx = { value: farther * value, low: farther * low, high: farther * high };
  return {
    product: wearable.product,
    anchor: 'neck',
    finger: null,
    hand: null,
    ear: null,
    side: null,
    confidence,
    cameraFromAnchor: placed,
    centerPx,
    axisPx: [x / length, y / length],
    widthPx: neckPx,
    scale: { source: head.scale.source, mmPerPx },
  };
}
