/**
 * Rings on fingers.
 *
 * For each hand: steady the landmarks, lift them into the camera's frame. For each finger that wears
 * something: measure it in the image once, place its rings upon one another, gate their turning,
 * fade them by confidence. Fingers are layers of their own, the nearest last.
 * Twin of tryon/solvers/rings.py; a model of another size than its finger's first is drawn larger
 * or smaller (`Worn.size`) where Python builds it anew.
 */
import { insideImage, smoothstep, unhidden } from '../anchors/evidence.js';
import { findOutline, placeRing } from '../anchors/finger.js';
import { at as jointAt, depthOf, lift } from '../anchors/handFrame.js';
import { fingerOccluders, hiddenShare } from '../anchors/occluders.js';
import { PROXIMAL } from '../anchors/skeleton.js';
import { handColours } from '../anchors/skin.js';
import { placeOfStack, stacked } from '../anchors/stack.js';
import { project } from '../frames.js';
import { along, column3, norm, sub } from '../linalg.js';
import { Fade, OneEuro, RotationGate } from '../smoothing.js';
import { HandTracks } from '../tracks.js';
import { handPlacement } from './handPlacement.js';

/** @typedef {import('../types.js').Finger} Finger */
/** @typedef {import('../types.js').Frame} Frame */
/** @typedef {import('../types.js').Hand} Hand */
/** @typedef {import('../types.js').HandLandmarks} HandLandmarks */
/** @typedef {import('../types.js').Layer} Layer */
/** @typedef {import('../types.js').Wearable} Wearable */
/** @typedef {import('../anchors/finger.js').FingerAnchor} FingerAnchor */
/** @typedef {import('../anchors/finger.js').Outline} Outline */
/** @typedef {import('../anchors/handFrame.js').HandPose} HandPose */
/** @typedef {import('../tracks.js').HandTrack} HandTrack */

const DEFAULT_INNER_DIAMETER = 0.0172; // metres: EU 54, for a model that does not say
const ALIKE = 1e-3; // difference of inner diameters that nobody sees, share
const COLOURS_EVERY = 8; // frames of a stream: a hand's colours change slowly
const [INVISIBLE, SOLID] = [0.6, 0.72]; // confidences between which a jewel fades in
const STAYS = 0.15; // by how much lower they are for a jewel that is shown

/** What is remembered of one finger of one hand. */
class FingerFilter {
  outline = new OneEuro(0.4, 0.6);
  at = new OneEuro(1, 0.5);
  gate = new RotationGate();
  fade = new Fade();
}

/**
 * The rings of one finger, the first nearest the hand.
 * @typedef {object} OnFinger
 * @property {Finger} finger
 * @property {Wearable[]} rings
 * @property {number[]} sizes of each, so that all have the first one's inner diameter
 * @property {number} innerDiameter metres
 * @property {import('../anchors/stack.js').Stack} stack
 */

/** Places rings on hands, for one stream or for photos. */
export class RingSolver {
  /** @type {HandTracks | null} */ #tracks;
  /** @type {Map<number, Map<Finger, FingerFilter>>} by the hand's identity */ #filters = new Map();
  /** @type {Map<number, { found: Float64Array, framesLeft: number }>} */ #colours = new Map();
  /** @type {Record<Hand, OnFinger[]>} */ #worn;

  /**
   * @param {readonly Wearable[]} wearables of those on one finger the first sits nearest the hand
   * @param {boolean} smoothing the frames follow one another, and what is found is made steady
   */
  constructor(wearables, smoothing) {
    this.#tracks = smoothing ? new HandTracks() : null;
    this.#worn = { left: wornBy(wearables, 'left'), right: wornBy(wearables, 'right') };
  }

  /**
   * One layer for each finger that wears something, the nearest last.
   * @param {Frame} frame @returns {Layer[]}
   */
  solve(frame) {
    /** @type {{ distance: number, layer: Layer }[]} */ const found = [];
    for (const { landmarks, track } of this.#steadied(frame)) {
      const worn = this.#worn[landmarks.hand];
      if (worn.length === 0) continue;
      const pose = lift(landmarks, frame.intrinsics);
      const colours = this.#coloursOf(frame, landmarks, track);
      for (const each of worn) {
        const distance = depthOf(pose, PROXIMAL[each.finger]);
        found.push({ distance, layer: this.#layer(frame, pose, colours, track, each) });
      }
    }
    return found.sort((a, b) => b.distance - a.distance).map(({ layer }) => layer);
  }

  /**
   * @param {Frame} frame @param {HandPose} pose @param {Float64Array} colours
   * @param {HandTrack | null} track @param {OnFinger} worn
   * @returns {Layer}
   */
  #layer(frame, pose, colours, track, { finger, rings, sizes, innerDiameter, stack }) {
    const camera = frame.intrinsics;
    const remembered = track && this.#filter(track, finger);
    let outline = findOutline(frame.image, pose, finger, colours);
    if (remembered) outline = steadyOutline(outline, pose, remembered, track);
    let anchor = placeRing(pose, finger, outline, camera, innerDiameter);
    if (rings.length > 1) {
      const place = placeOfStack(outline.at, stack, phalanxOf(pose, finger, outline, anchor));
      outline = { ...outline, at: place };
      anchor = placeRing(pose, finger, outline, camera, innerDiameter);
    }
    const occluders = fingerOccluders(anchor, pose, outline.at);
    const hidden = hiddenShare(anchor, occluders.slice(1));
    anchor = seen(anchor, frame, unhidden(hidden, outline.presence));
    if (remembered) anchor = gated(anchor, remembered, track);
    const opacity = remembered
      ? faded(anchor, remembered, track)
      : smoothstep(INVISIBLE, SOLID, anchor.confidence);
    const away = depthOf(pose, PROXIMAL[finger]);
    const pieces = rings.map(({ product, model }, k) => {
      const placed = movedAlong(anchor, stack.offsets[k], camera);
      const cameraFromModel = placed.cameraFromAnchor;
      return {
        placement: handPlacement(product, placed, pose, away),
        worn: [{ model, size: sizes[k], cameraFromModel, opacity, wearer: 0, onSkin: false }],
        veil: null,
      };
    });
    return { pieces, occluders, bodies: [], seenOn: pose.landmarks };
  }

  /**
   * @param {Frame} frame
   * @returns {{ landmarks: HandLandmarks, track: HandTrack | null }[]}
   */
  #steadied({ seen: { hands }, timeMs }) {
    if (this.#tracks === null) return hands.map((landmarks) => ({ landmarks, track: null }));
    const tracked = this.#tracks.update(hands, timeMs);
    const alive = new Set(this.#tracks.alive.map((track) => track.identity));
    for (const kept of [this.#filters, this.#colours]) {
      for (const identity of kept.keys()) if (!alive.has(identity)) kept.delete(identity);
    }
    return tracked;
  }

  /**
   * The hand's own colours; in a stream they are learned anew now and then.
   * @param {Frame} frame @param {HandLandmarks} landmarks @param {HandTrack | null} track
   */
  #coloursOf({ image }, landmarks, track) {
    if (track === null) return handColours(image, landmarks.pointsPx);
    let known = this.#colours.get(track.identity);
    if (!known || known.framesLeft <= 0) {
      known = { found: handColours(image, landmarks.pointsPx), framesLeft: COLOURS_EVERY };
      this.#colours.set(track.identity, known);
    }
    known.framesLeft -= 1;
    return known.found;
  }

  /** @param {HandTrack} track @param {Finger} finger */
  #filter(track, finger) {
    const fingers = this.#filters.get(track.identity) ?? new Map();
    this.#filters.set(track.identity, fingers);
    if (!fingers.has(finger)) fingers.set(finger, new FingerFilter());
    return /** @type {FingerFilter} */ (fingers.get(finger));
  }
}

/**
 * The rings that one hand wears, finger by finger.
 * @param {readonly Wearable[]} wearables @param {Hand} hand
 * @returns {OnFinger[]}
 */
function wornBy(wearables, hand) {
  /** @type {Map<Finger, Wearable[]>} */ const wanted = new Map();
  for (const wearable of wearables) {
    if (wearable.hand && wearable.hand !== hand) continue;
    const finger = wearable.finger ?? 'ring';
    wanted.set(finger, [...(wanted.get(finger) ?? []), wearable]);
  }
  return [...wanted].map(([finger, rings]) => onFinger(finger, rings));
}

/** @param {Finger} finger @param {Wearable[]} rings @returns {OnFinger} */
function onFinger(finger, rings) {
  const inner = rings.map(({ model }) => model.innerDiameter || DEFAULT_INNER_DIAMETER);
  const sizes = inner.map((own) => (Math.abs(inner[0] / own - 1) < ALIKE ? 1 : inner[0] / own));
  const parts = rings.map(({ model }, k) =>
    model.parts.map(({ positions, triangles }) => ({
      positions: sizes[k] === 1 ? positions : Float64Array.from(positions, (value) => sizes[k] * value),
      triangles,
    })),
  );
  return { finger, rings, sizes, innerDiameter: inner[0], stack: stacked(parts) };
}

/**
 * Length of the bone in metres, on the scale of the ring.
 * @param {HandPose} pose @param {Finger} finger @param {Outline} outline
 * @param {FingerAnchor} anchor
 */
function phalanxOf(pose, finger, outline, anchor) {
  const [start, end] = PROXIMAL[finger].map((joint) => jointAt(pose.joints, joint));
  const lifted = start[2] + outline.at * (end[2] - start[2]);
  return (norm(sub(end, start)) * anchor.cameraFromAnchor.translation[2]) / lifted;
}

/**
 * The anchor of a ring further on along the same finger.
 * @param {FingerAnchor} anchor @param {number} offset metres
 * @param {import('../frames.js').Intrinsics} camera
 * @returns {FingerAnchor}
 */
function movedAlong(anchor, offset, camera) {
  if (offset === 0) return anchor;
  const { rotation, translation } = anchor.cameraFromAnchor;
  const center = along(translation, offset, column3(rotation, 1));
  return {
    ...anchor,
    cameraFromAnchor: { rotation, translation: center },
    centerPx: project(camera, center),
    widthPx: (anchor.widthPx * translation[2]) / center[2],
  };
}

/**
 * The outline in units of the palm, filtered.
 * @param {Outline} outline @param {HandPose} pose @param {FingerFilter} remembered
 * @param {HandTrack} track
 * @returns {Outline}
 */
function steadyOutline(outline, { palmPx }, remembered, { elapsed }) {
  const measured = [Math.log(outline.widthPx / palmPx), outline.shiftPx / palmPx, outline.turn];
  const [width, shift, turn] = remembered.outline.smooth(measured, 1, elapsed);
  return {
    ...outline,
    at: remembered.at.smooth([outline.at], 1, elapsed)[0],
    widthPx: Math.exp(width) * palmPx,
    shiftPx: shift * palmPx,
    turn,
  };
}

/**
 * @param {FingerAnchor} anchor @param {FingerFilter} remembered @param {HandTrack} track
 * @returns {FingerAnchor}
 */
function gated(anchor, remembered, track) {
  const { rotation, translation } = anchor.cameraFromAnchor;
  const steadied = remembered.gate.gate(rotation, track.movedPalms, track.elapsed);
  return { ...anchor, cameraFromAnchor: { rotation: steadied, translation } };
}

/**
 * How solid the ring is: it comes and goes slowly, and only when the doubt is large.
 * @param {FingerAnchor} anchor @param {FingerFilter} remembered @param {HandTrack} track
 */
function faded(anchor, { fade }, track) {
  const grace = fade.opacity > 0.5 ? STAYS : 0;
  return fade.follow(smoothstep(INVISIBLE - grace, SOLID - grace, anchor.confidence), track.elapsed);
}

/**
 * Less confident where the ring is behind something or leaves the image.
 * @param {FingerAnchor} anchor @param {Frame} frame @param {number} shown
 * @returns {FingerAnchor}
 */
function seen(anchor, { image: { width, height } }, shown) {
  const [x, y] = anchor.centerPx;
  const room = Math.min(x, y, width - x, height - y) / anchor.widthPx;
  return { ...anchor, confidence: anchor.confidence * insideImage(room) * shown };
}
