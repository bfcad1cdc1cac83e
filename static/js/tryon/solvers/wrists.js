/**
 * Watches and bracelets on wrists.
 *
 * For each hand: steady the landmarks, lift them into the camera's frame, find the forearm, place
 * the wrist, put the pieces side by side along it, let loose ones hang, gate their turning, fade
 * them by confidence. Twin of tryon/solvers/wrists.py; what a model tells of
 * wrists comes with it (`WristPiece`).
 */
import { AT } from '../anchors/armGuess.js';
import { armOccluders } from '../anchors/armOccluders.js';
import { clearOf } from '../anchors/armWorn.js';
import { insideImage, smoothstep } from '../anchors/evidence.js';
import { depthOf, lift } from '../anchors/handFrame.js';
import { placeAlong, rest } from '../anchors/hanging.js';
import { sideBySide } from '../anchors/sideBySide.js';
import { WRIST } from '../anchors/skeleton.js';
import { movedAlong, placeWrist } from '../anchors/wrist.js';
import { CAMERA_DOWN } from '../dangling.js';
import { compose } from '../frames.js';
import { dot } from '../linalg.js';
import { OneEuro } from '../smoothing.js';
import { HandTracks, palmLengthPx } from '../tracks.js';
import { handPlacement } from './handPlacement.js';
import {
  faded, forearmOf, gated, INVISIBLE, ownBandsOf, sleeveOf, SOLID, steadyForearm, steadySleeve, toneOf, WristFilter,
} from './wristMemory.js';
import { handsBefore, wristVeil } from './wristVeils.js';

/** @typedef {import('../types.js').Frame} Frame */
/** @typedef {import('../types.js').Hand} Hand */
/** @typedef {import('../types.js').HandLandmarks} HandLandmarks */
/** @typedef {import('../types.js').Layer} Layer */
/** @typedef {import('../types.js').Model} Model */
/** @typedef {import('../types.js').Wearable} Wearable */
/** @typedef {import('../types.js').WristForm} WristForm */
/** @typedef {import('../types.js').WristPiece} WristPiece */
/** @typedef {import('../anchors/armWorn.js').OwnBand} OwnBand */
/** @typedef {import('../anchors/handFrame.js').HandPose} HandPose */
/** @typedef {import('../anchors/hanging.js').Loop} Loop */
/** @typedef {import('../anchors/sleeve.js').Sleeve} Sleeve */
/** @typedef {import('./wristMemory.js').Hanging} Hanging */
/** @typedef {import('../anchors/wrist.js').WristAnchor} WristAnchor */
/** @typedef {import('../tracks.js').HandTrack} HandTrack */

/** @typedef {{ wearable: Wearable, piece: WristPiece, index: number }} Wanted one piece for one hand */

const LEAST_PALM_PX = 8;
const LEAST_ARM = 0.2; // confidence in a forearm below which no sleeve is looked for on it
const PUSHED = 0.18; // palms that a sleeve pushes a piece towards the hand, at most
const SAME_WRIST = 0.004; // of the section: pieces made for one wrist are drawn together
const [HANGS, HANGS_STILL] = [0.8, 0.65]; // share of gravity from which a chain hangs below
const TURNS = 0.15; // share along the arm at which charms turn to the other side of their chain
const HALF_TURN = [-1, 0, 0, 0, -1, 0, 0, 0, 1];

/** Places watches and bracelets, for one stream or for photos. */
export class WristSolver {
  /** @type {HandTracks | null} */ #tracks;
  /** @type {Map<number, WristFilter>} by the hand's identity */ #filters = new Map();
  /** @type {Wanted[]} */ #pieces;

  /**
   * @param {readonly Wearable[]} wearables pieces, and on which hand each is worn
   * @param {boolean} smoothing the frames follow one another, and what is found is made steady
   */
  constructor(wearables, smoothing) {
    this.#pieces = wearables.map((wearable, index) => {
      const { wrist: piece } = wearable.model;
      if (!piece) throw new TypeError('a wrist piece comes with what its model tells of wrists');
      return { wearable, piece, index };
    });
    this.#tracks = smoothing ? new HandTracks() : null;
  }

  /**
   * Layers of each hand that wears something: one for each size of wrist worn on it.
   * @param {Frame} frame @returns {Layer[]}
   */
  solve(frame) {
    return this.#steadied(frame).flatMap(({ landmarks, track }) => {
      const wanted = this.#pieces.filter(({ wearable: { hand } }) => !hand || hand === landmarks.hand);
      if (wanted.length === 0 || palmLengthPx(landmarks.pointsPx) <= LEAST_PALM_PX) return [];
      return this.#layers(frame, landmarks, track, wanted);
    });
  }

  /**
   * @param {Frame} frame @param {HandLandmarks} landmarks @param {HandTrack | null} track
   * @param {Wanted[]} wanted
   * @returns {Layer[]}
   */
  #layers(frame, landmarks, track, wanted) {
    const camera = frame.intrinsics;
    const pose = lift(landmarks, camera);
    const remembered = track && this.#filter(track);
    const tone = toneOf(frame, landmarks, remembered);
    let forearm = forearmOf(frame, pose, tone, remembered, track);
    if (remembered && track) forearm = steadyForearm(forearm, pose, remembered, track);
    /** @type {Sleeve | null} */ let sleeve = null;
    /** @type {OwnBand[]} */ let own = [];
    if (forearm.confidence > LEAST_ARM) {
      sleeve = sleeveOf(frame, forearm, tone, remembered);
      if (remembered && track) sleeve = steadySleeve(sleeve, remembered, track);
      own = ownBandsOf(frame, forearm, tone, remembered);
    }
    const covered = coveredBy(sleeve);
    const { section } = wanted[0].piece;
    let wrist = placeWrist(pose, forearm, section, camera, AT, covered);
    wrist = seen(wrist, frame);
    if (remembered && track) wrist = gated(wrist, remembered, track);
    const opacity =
      remembered && track
        ? faded(wrist, remembered, track)
        : smoothstep(INVISIBLE, SOLID, wrist.confidence);
    const before = opacity > 0 ? handsBefore(frame, landmarks, pose) : [];
    const veil = opacity > 0 ? wristVeil(frame, tone, forearm, wrist, sleeve, before) : null;
    const places = placesOf(wanted, wrist, sleeve, own, remembered, track);
    const rooms = roomsOf(wanted, places, wrist);
    const away = depthOf(pose, [WRIST]);
    return bySection(wanted).map((group) => {
      const other = group[0].piece.section;
      let here = wrist;
      if (other.halfBreadth !== section.halfBreadth || other.halfDepth !== section.halfDepth) {
        here = forSection(placeWrist(pose, forearm, other, camera, AT, covered), wrist);
      }
      const pieces = group.map(({ wearable, piece, index }) => {
        const upArm = /** @type {number} */ (places.get(index)) * here.metresPerPalm;
        const anchor = movedAlong(here, here.fromJoint - upArm, camera);
        const { rotation } = anchor.cameraFromAnchor;
        const { form, hanging } = formOf(piece, rotation, remembered?.hangings.get(index));
        remembered?.hangings.set(index, hanging);
        const cameraFromModel = piece.dial
          ? compose(anchor.cameraFromAnchor, wornOn(landmarks.hand))
          : compose(
              anchor.cameraFromAnchor,
              rest(form.loop, anchor.section, piece.wears, rotation, rooms.get(index)),
            );
        const worn = [{ model: form.model, size: 1, cameraFromModel, opacity, wearer: 0, onSkin: false }];
        return { placement: handPlacement(wearable.product, anchor, pose, away), worn, veil };
      });
      return { pieces, occluders: armOccluders(here, pose), bodies: [], seenOn: landmarks, ownBands: own.length };
    });
  }

  /**
   * @param {Frame} frame
   * @returns {{ landmarks: HandLandmarks, track: HandTrack | null }[]}
   */
  #steadied({ seen: { hands }, timeMs }) {
    if (this.#tracks === null) return hands.map((landmarks) => ({ landmarks, track: null }));
    const tracked = this.#tracks.update(hands, timeMs);
    const alive = new Set(this.#tracks.alive.map((track) => track.identity));
    for (const identity of this.#filters.keys()) if (!alive.has(identity)) this.#filters.delete(identity);
    return tracked;
  }

  /** @param {HandTrack} track */
  #filter(track) {
    const known = this.#filters.get(track.identity) ?? new WristFilter();
    this.#filters.set(track.identity, known);
    return known;
  }
}

/** That the arm's edges are cloth's where its breadth is taken, 0..1. @param {Sleeve | null} sleeve */
const coveredBy = (sleeve) =>
  sleeve ? sleeve.confidence * (1 - smoothstep(AT - 0.1, AT + 0.25, sleeve.fromPalms)) : 0;

/** Less confident where the wrist leaves the image. @param {WristAnchor} wrist @param {Frame} frame */
function seen(wrist, { image: { width, height } }) {
  const [x, y] = wrist.centerPx;
  const room = Math.min(x, y, width - x, height - y) / wrist.widthPx;
  return { ...wrist, confidence: wrist.confidence * insideImage(room) };
}

/**
 * Metres along +Y about a piece's middle. The case, not the crown, is in a watch's middle.
 * @param {WristPiece} piece @param {Hand} hand
 */
function extentOf({ dial, loop: { low, high } }, hand) {
  if (dial) return hand === 'right' ? { low: -high, high: -low } : { low, high };
  return { low: -0.5 * (high - low), high: 0.5 * (high - low) };
}

/**
 * Palms from the wrist joint of each piece's middle, by its index.
 * @param {Wanted[]} wanted @param {WristAnchor} wrist @param {Sleeve | null} sleeve
 * @param {OwnBand[]} own @param {WristFilter | null} remembered @param {HandTrack | null} track
 */
function placesOf(wanted, wrist, sleeve, own, remembered, track) {
  const palm = wrist.metresPerPalm;
  const extents = wanted.map(({ piece }) => extentOf(piece, wrist.hand));
  const homes = wanted.map(({ piece }, k) => {
    const { low, high } = extents[k];
    let home = placeAlong(piece.wears, wrist.cameraFromAnchor.rotation);
    if (piece.wears === 'hangs') home = Math.min(home, fitsUpTo(piece.loop, wrist));
    home = clearOf(home, [high / palm, -low / palm], piece.halfBand / palm, own);
    if (sleeve) {
      // it pushes a piece a little to the hand
      const clear = sleeve.fromPalms + low / palm;
      home += sleeve.confidence * Math.min(Math.max(clear - home, -PUSHED), 0);
    }
    return palm * home;
  });
  const found = sideBySide(homes, extents, wanted.map(({ piece }) => piece.dial));
  /** @type {Map<number, number>} */ const places = new Map();
  wanted.forEach(({ index }, k) => {
    let place = found[k] / palm;
    if (remembered && track) {
      const steady = remembered.places.get(index) ?? new OneEuro(0.5, 0.5);
      remembered.places.set(index, steady);
      [place] = steady.smooth([place], 1, track.elapsed);
    }
    places.set(index, place);
  });
  return places;
}

/** Palms from the wrist joint to where the arm fills a stiff loop. @param {Loop} loop @param {WristAnchor} wrist */
function fitsUpTo({ inner }, wrist) {
  const halfBreadth = 0.5 * (inner[0] + inner[inner.length / 2]);
  const room = 0.97 * halfBreadth - wrist.section.halfBreadth;
  return (wrist.fromJoint + room / Math.max(0.5 * wrist.taper, 0.04)) / wrist.metresPerPalm;
}

/**
 * Metres that each piece, by its index, has free on the side where a neighbour is nearer.
 * @param {Wanted[]} wanted @param {Map<number, number>} places @param {WristAnchor} wrist
 */
function roomsOf(wanted, places, wrist) {
  const spans = wanted.map(({ piece, index }) => {
    const extent = extentOf(piece, wrist.hand);
    const at = /** @type {number} */ (places.get(index)) * wrist.metresPerPalm;
    return { index, start: at - extent.high, end: at - extent.low };
  });
  return new Map(
    spans.map(({ index, start, end }) => {
      const others = spans.filter((span) => span.index !== index);
      return [index, Math.min(...others.map((span) => Math.max(span.start - end, start - span.end)))];
    }),
  );
}

/**
 * Pieces that were made for the same wrist stand at the same distance.
 * @param {Wanted[]} wanted
 */
function bySection(wanted) {
  /** @type {Wanted[][]} */ const groups = [];
  for (const item of wanted) {
    const group = groups.find(([first]) => {
      const share = item.piece.section.halfBreadth / first.piece.section.halfBreadth;
      return Math.abs(share - 1) < SAME_WRIST;
    });
    if (group) group.push(item);
    else groups.push([item]);
  }
  return groups;
}

/**
 * A wrist of another section, turned and trusted as the steadied one.
 * @param {WristAnchor} placed @param {WristAnchor} steadied
 */
function forSection(placed, steadied) {
  const { rotation } = steadied.cameraFromAnchor;
  const { translation } = placed.cameraFromAnchor;
  return { ...placed, cameraFromAnchor: { rotation, translation }, confidence: steadied.confidence };
}

/**
 * A piece's shape where gravity draws it there; it does not change to and fro.
 * @param {WristPiece} piece @param {import('../linalg.js').Mat3} rotation camera from anchor
 * @param {Hanging} [before] how it hung a frame ago
 * @returns {{ form: WristForm, hanging: Hanging }}
 */
function formOf(piece, rotation, before = { below: false, toHand: false }) {
  const palmar = -dot([rotation[2], rotation[5], rotation[8]], CAMERA_DOWN);
  const lower = dot([rotation[1], rotation[4], rotation[7]], CAMERA_DOWN);
  const below = palmar > (before.below ? HANGS_STILL : HANGS);
  const toHand = lower > (before.toHand ? -TURNS : TURNS);
  const turned = piece.lopsided !== 0 && toHand === piece.lopsided < 0;
  const form = below ? piece.below : piece.even;
  return { form: (turned && form.turned) || form, hanging: { below, toHand } };
}

/**
 * Anchor from a dial's model: it is read by its wearer on either wrist, turned, not mirrored.
 * @param {Hand} hand
 */
const wornOn = (hand) => ({
  rotation: hand === 'right' ? HALF_TURN : [1, 0, 0, 0, 1, 0, 0, 0, 1],
  translation: [0, 0, 0],
});
