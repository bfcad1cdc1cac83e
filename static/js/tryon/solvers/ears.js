/**
 * Earrings on ears.
 *
 * For each face: its head's pose and size, both lobes on it, what shows of them, and how what hangs
 * from them swings. Twin of tryon/solvers/ears.py; what its models tell of how they hang comes with
 * them (`Model.hung`).
 */
import { CHEEK, lobeBody, movedTo, offTheFace, placeEar, shownByTurn } from '../anchors/ear.js';
import { insideImage, smoothstep } from '../anchors/evidence.js';
import { headBody } from '../anchors/headMesh.js';
import { axesPx, lobeEvidence, lobeFound, movedPx } from '../anchors/lobe.js';
import { together } from '../anchors/lobePair.js';
import { faceTone, hairTone, usualColour } from '../covers/tones.js';
import { CAMERA_DOWN, keptOffNeck, Pendulum, plumb, swung } from '../dangling.js';
import { moved } from '../frames.js';
import { roundEven } from '../image.js';
import { column3, radians } from '../linalg.js';
import { signedDistance } from '../outline.js';
import { Fade, OneEuro } from '../smoothing.js';

/** @typedef {import('../types.js').Ear} Ear */
/** @typedef {import('../types.js').Frame} Frame */
/** @typedef {import('../types.js').Layer} Layer */
/** @typedef {import('../types.js').Veil} Veil */
/** @typedef {import('../types.js').Wearable} Wearable */
/** @typedef {import('../types.js').Worn} Worn */
/** @typedef {import('../anchors/ear.js').EarAnchor} EarAnchor */
/** @typedef {import('../anchors/head.js').HeadPose} HeadPose */
/** @typedef {import('../anchors/lobe.js').LobeFound} LobeFound */
/** @typedef {import('../anchors/canonical.js').CanonicalFace} CanonicalFace */
/** @typedef {import('../covers/tones.js').SkinTone} SkinTone */
/** @typedef {import('../faceTracks.js').FaceTrack} FaceTrack */

const [INVISIBLE, SOLID] = [0.36, 0.44]; // confidences between which an earring fades in
const STAYS = 0.1; // by how much lower they are for one that is shown, so that it does not flicker
const HYSTERESIS = radians(0.5); // of the turn at which an ear goes behind the cheek
const [LEAST_HEIGHT_PX, SURE_HEIGHT_PX] = [9, 16]; // of an ear, below which an earring is a speck
const [UNDER_HAND, BESIDE_HAND] = [-0.05, 0.1]; // ear heights from a lobe to a hand's outline
const IN_SIGHT = 0.5; // share of an ear from which its lobe tells where the other is
const LOOK_EVERY = 4; // frames of a stream between two looks for a lobe: ears stay on their heads
const TONES_EVERY = 45; // frames of a stream between two looks at skin and hair
const EARS = /** @type {const} */ (['left', 'right']);

/** What is remembered of one ear of one face. */
class EarFilter {
  /** @type {{ found: LobeFound, lobePx: number[] } | null} */ look = null;
  framesToLook = 0;
  shift = new OneEuro(0.25, 1); // of face heights
  shows = new OneEuro(0.7, 0);
  fade = new Fade();
  /** @type {Map<number, Pendulum>} by the wearable's index */ pendulums = new Map();
}

/** Places earrings on faces, for one stream or for photos. */
export class EarSolver {
  /** @type {Map<number, Record<Ear, EarFilter>>} by the face's identity */ #filters = new Map();
  /** @type {Map<number, { skin: SkinTone, hair: SkinTone, framesLeft: number }>} */ #colours = new Map();
  #wearables;
  #heads;
  #face;

  /**
   * @param {readonly Wearable[]} wearables earrings, and on which ear each is worn
   * @param {import('../faceTracks.js').Heads} heads shared with the frame's other solvers
   * @param {CanonicalFace} face
   */
  constructor(wearables, heads, face) {
    this.#wearables = wearables;
    this.#heads = heads;
    this.#face = face;
  }

  /**
   * One layer for each face, far ones first.
   * @param {Frame} frame @returns {Layer[]}
   */
  solve(frame) {
    const found = this.#heads.update(frame.seen.faces, frame.intrinsics, frame.timeMs);
    const { alive } = this.#heads;
    for (const kept of [this.#filters, this.#colours]) {
      for (const identity of kept.keys()) if (!alive.has(identity)) kept.delete(identity);
    }
    found.sort((a, b) => b.head.cameraFromHead.translation[2] - a.head.cameraFromHead.translation[2]);
    return found.map(({ head, track }) => this.#layer(frame, head, track));
  }

  /** @param {Frame} frame @param {HeadPose} head @param {FaceTrack | null} track @returns {Layer} */
  #layer(frame, head, track) {
    /** @type {Layer} */ const layer = { pieces: [], occluders: [], bodies: [], seenOn: head.face };
    const ears = EARS.filter((ear) => this.#wearables.some((wearable) => !wearable.ear || wearable.ear === ear)).map(
      (ear) => {
        const remembered = track && this.#filter(track, ear);
        const anchor = placeEar(head, ear, frame.intrinsics, this.#face.points);
        return { ear, remembered, anchor, confidence: confidenceOf(anchor, head, frame, remembered) };
      },
    );
    const looks = this.#looks(
      frame,
      head,
      ears.filter(({ confidence }) => confidence > 0),
      track,
    );
    for (const { ear, remembered, anchor: expected, confidence: told } of ears) {
      let [anchor, confidence] = [expected, told];
      /** @type {Veil | null} */ let veil = null;
      if (confidence > 0) {
        const found = foundOn(frame, head, anchor, track, remembered, looks.get(ear));
        ({ anchor, veil } = found);
        confidence *= found.shows * offTheFace(anchor, head);
      }
      const opacity = opacityOf(confidence, remembered, track);
      if (opacity > 0) {
        if (layer.bodies.length === 0) layer.bodies.push(headBody(head, this.#face));
        layer.bodies.push(lobeBody(anchor, head));
      }
      this.#wearables.forEach((wearable, index) => {
        if (wearable.ear && wearable.ear !== ear) return;
        const worn = wornOn(wearable, index, anchor, opacity, remembered, track);
        const placement = placementOf(wearable, anchor, head, confidence);
        layer.pieces.push({ placement, worn, veil });
      });
    }
    return layer;
  }

  /**
   * What is found of the lobes in this frame; in a stream both are looked for now and then.
   * @param {Frame} frame @param {HeadPose} head
   * @param {{ ear: Ear, anchor: EarAnchor, remembered: EarFilter | null }[]} ears
   * @param {FaceTrack | null} track @returns {Map<Ear, LobeFound>}
   */
  #looks({ image, intrinsics, seen: { person } }, head, ears, track) {
    let due = !track;
    for (const { remembered } of ears) {
      if (!remembered) continue;
      remembered.framesToLook -= 1;
      due ||= !remembered.look || remembered.framesToLook <= 0;
    }
    if (!due || ears.length === 0) return new Map();
    const { skin, hair } = this.#coloursOf(image, head, track, person);
    const evidence = ears.map(({ ear, anchor }) => {
      const heightPx = heightPxOf(head, anchor, intrinsics);
      return { ear, seen: lobeEvidence(image, anchor, heightPx, skin, hair, person) };
    });
    const inSight = ears.filter(({ anchor }) => shownByTurn(anchor.turn) > IN_SIGHT);
    const heights = person && inSight.length === EARS.length ? together(evidence[0].seen, evidence[1].seen) : null;
    const p = head.face.pointsPx;
    return new Map(
      evidence.map(({ ear, seen }) => {
        const cheek = usualColour(image, CHEEK[ear].map((k) => [p[2 * k], p[2 * k + 1]]));
        return [ear, lobeFound(seen, cheek, heights?.[ear])];
      }),
    );
  }

  /**
   * The skin and hair of a face, looked at now and then.
   * @param {import('../image.js').Picture} image @param {HeadPose} head
   * @param {FaceTrack | null} track @param {import('../types.js').PersonMask | null} [person]
   * @returns {{ skin: SkinTone, hair: SkinTone }}
   */
  #coloursOf(image, head, track, person) {
    if (!track) {
      const skin = faceTone(image, head.face);
      return { skin, hair: hairTone(image, head.face, skin, person) };
    }
    let colours = this.#colours.get(track.identity);
    if (!colours || colours.framesLeft <= 0) {
      const skin = faceTone(image, head.face);
      colours = { skin, hair: hairTone(image, head.face, skin, person), framesLeft: TONES_EVERY };
      this.#colours.set(track.identity, colours);
    }
    colours.framesLeft -= 1;
    return colours;
  }

  /** @param {FaceTrack} track @param {Ear} ear */
  #filter(track, ear) {
    const both = this.#filters.get(track.identity) ?? { left: new EarFilter(), right: new EarFilter() };
    this.#filters.set(track.identity, both);
    return both[ear];
  }
}

/**
 * Of a face seen from the front at the ear's distance, pixels.
 * @param {HeadPose} head @param {EarAnchor} anchor @param {import('../types.js').Intrinsics} camera
 */
const heightPxOf = (head, anchor, camera) => (head.height * camera.fy) / anchor.cameraFromAnchor.translation[2];

/**
 * The ear moved to where its lobe is seen, how surely it shows, and strands before it.
 * @param {Frame} frame @param {HeadPose} head @param {EarAnchor} anchor
 * @param {FaceTrack | null} track @param {EarFilter | null} remembered
 * @param {LobeFound | undefined} found in this frame
 * @returns {{ anchor: EarAnchor, shows: number, veil: Veil | null }}
 */
function foundOn({ intrinsics }, head, anchor, track, remembered, found) {
  const heightPx = heightPxOf(head, anchor, intrinsics);
  if (found && remembered) {
    remembered.look = { found, lobePx: movedPx(anchor, found.shift, heightPx) };
    remembered.framesToLook = LOOK_EVERY;
  }
  if (!remembered?.look || !track) {
    if (!found) throw new TypeError('a lobe that was never looked for has no place');
    const lobePx = movedPx(anchor, found.shift, heightPx);
    return { anchor: movedTo(anchor, lobePx, intrinsics), shows: found.shows, veil: found.strands };
  }
  const { found: last, lobePx: before } = remembered.look;
  const shift = remembered.shift.smooth(last.shift, 2, track.elapsed);
  const [shows] = remembered.shows.smooth([last.shows], 1, track.elapsed);
  const lobePx = movedPx(anchor, shift, heightPx);
  const veil = carried(last.strands, [lobePx[0] - before[0], lobePx[1] - before[1]]);
  return { anchor: movedTo(anchor, lobePx, intrinsics), shows, veil };
}

/**
 * That this ear's lobe is seen, 0..1: a product of shares, each for one doubt.
 * @param {EarAnchor} anchor @param {HeadPose} head @param {Frame} frame
 * @param {EarFilter | null} remembered
 */
function confidenceOf(anchor, head, { image: { width, height }, seen: { hands } }, remembered) {
  const [x, y] = anchor.lobePx;
  const room = Math.min(x, y, width - x, height - y) / anchor.heightPx;
  const shown = remembered !== null && remembered.fade.opacity > 0.5;
  let clear = 1; // that no hand lies over the lobe, as far as hands were looked for
  for (const hand of hands) {
    const away = -signedDistance(hand.pointsPx, x, y) / anchor.heightPx;
    clear = Math.min(clear, smoothstep(UNDER_HAND, BESIDE_HAND, away));
  }
  return (
    insideImage(2 * room) *
    smoothstep(LEAST_HEIGHT_PX, SURE_HEIGHT_PX, anchor.heightPx) *
    shownByTurn(anchor.turn, shown ? HYSTERESIS : -HYSTERESIS) *
    Math.min(1, 2 * head.face.score) *
    clear
  );
}

/**
 * The veil of an earlier frame where the lobe is now.
 * @param {Veil | null} veil @param {number[]} moved pixels @returns {Veil | null}
 */
function carried(veil, [x, y]) {
  if (!veil) return null;
  const { region } = veil;
  return { ...veil, region: { ...region, x: region.x + roundEven(x), y: region.y + roundEven(y) } };
}

/**
 * How solid an earring is: it comes and goes slowly, and only when the doubt is large.
 * @param {number} confidence @param {EarFilter | null} remembered @param {FaceTrack | null} track
 */
function opacityOf(confidence, remembered, track) {
  if (!remembered || !track) return smoothstep(INVISIBLE, SOLID, confidence);
  const grace = remembered.fade.opacity > 0.5 ? STAYS : 0;
  return remembered.fade.follow(smoothstep(INVISIBLE - grace, SOLID - grace, confidence), track.elapsed);
}

/**
 * The model of this ear, or its still and its swinging part.
 * @param {Wearable} wearable @param {number} index @param {EarAnchor} anchor @param {number} opacity
 * @param {EarFilter | null} remembered @param {FaceTrack | null} track
 * @returns {Worn[]}
 */
function wornOn({ model }, index, anchor, opacity, remembered, track) {
  const pair = model.hung?.[anchor.ear];
  if (!pair) throw new TypeError('an earring comes with what hangs of it for each ear');
  const place = pair.turns ? plumb(anchor.cameraFromAnchor, CAMERA_DOWN) : anchor.cameraFromAnchor;
  const placed = { size: 1, opacity, wearer: null };
  const still = { ...placed, model: pair.still, cameraFromModel: place, onSkin: true };
  if (!pair.swinging) return [still];
  let hangs = CAMERA_DOWN;
  if (remembered && track) {
    const pendulum = remembered.pendulums.get(index) ?? new Pendulum(pair.pendulumLength);
    remembered.pendulums.set(index, pendulum);
    hangs = pendulum.swing(moved(place, pair.hinge), track.elapsed);
  }
  hangs = keptOffNeck(hangs, column3(place.rotation, 2), pair.drop);
  const cameraFromModel = swung(place, pair.hinge, hangs);
  return [still, { ...placed, model: pair.swinging, cameraFromModel, onSkin: false }];
}

/**
 * @param {Wearable} wearable @param {EarAnchor} anchor @param {HeadPose} head
 * @param {number} confidence
 * @returns {import('../types.js').Placement}
 */
const placementOf = (wearable, anchor, head, confidence) => ({
  product: wearable.product,
  anchor: 'ear',
  finger: null,
  hand: null,
  ear: anchor.ear,
  side: null,
  confidence,
  cameraFromAnchor: anchor.cameraFromAnchor,
  centerPx: anchor.lobePx,
  axisPx: axesPx(anchor).up,
  widthPx: anchor.heightPx,
  scale: head.scale,
});
