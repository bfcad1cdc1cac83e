/**
 * Hands through a stream: who is who from frame to frame, with steadied landmarks.
 * Twin of tryon/tracks.py.
 */
import { KNUCKLES, PALM } from './anchors/skeleton.js';
import { HandLock, OneEuro } from './smoothing.js';

/** @typedef {import('./types.js').HandLandmarks} HandLandmarks */

const SAME_HAND_PALMS = 1; // how far a hand's centre can move between two frames, palm lengths
/** Seconds that a hand can go unseen and be the same hand after. */
export const REMEMBERED = 0.25;
/** Seconds between two frames after which every hand is a new one. */
export const PAUSE = 1.5;
/** Seconds: a slower stream is filtered as if it ran at this pace. */
export const LONGEST_STEP = 0.1;

/** One hand followed through the stream. */
export class HandTrack {
  points = new OneEuro(0.7, 1.2, 2, 0.95); // gain: Hz per palm length a second
  depths = new OneEuro(0.6, 2.5);
  world = new OneEuro(1, 40); // gain: Hz per metre a second
  score = new OneEuro(0.5, 0); // a hand turned through its edge is doubted for some frames only
  /** @type {HandLandmarks | null} steadied, of the last frame it was seen in */ landmarks = null;
  seenMs = 0;
  elapsed = 0; // seconds between the last two sightings; 0 at the first
  movedPalms = 0; // greatest motion of a palm landmark between them

  /** @param {number} identity @param {import('./types.js').Hand} hand */
  constructor(identity, hand) {
    this.identity = identity;
    this.lock = new HandLock(hand);
  }
}

/** All hands of one stream. */
export class HandTracks {
  /** @type {HandTrack[]} */ alive = [];
  #born = 0;
  #lastMs = 0;

  /**
   * Steadied landmarks with their tracks, in the order of their identities.
   * @param {readonly HandLandmarks[]} hands @param {number} timeMs
   * @returns {{ landmarks: HandLandmarks, track: HandTrack }[]}
   */
  update(hands, timeMs) {
    // in a slow stream a hand of the frame before is not forgotten
    const oldestMs = Math.min(timeMs - 1e3 * REMEMBERED, Math.max(this.#lastMs, timeMs - 1e3 * PAUSE));
    this.alive = this.alive.filter((track) => track.seenMs >= oldestMs);
    this.#lastMs = timeMs;
    const tracks = matched(hands, this.alive, distance, SAME_HAND_PALMS, (hand) => {
      const track = new HandTrack(this.#born++, hand.hand);
      this.alive.push(track);
      return track;
    });
    return hands
      .map((hand, k) => ({ landmarks: steady(hand, tracks[k], timeMs), track: tracks[k] }))
      .sort((a, b) => a.track.identity - b.track.identity);
  }
}

/**
 * The track of each thing seen: nearest first; what is left over is born.
 * @template Seen, Track
 * @param {readonly Seen[]} seen
 * @param {readonly Track[]} alive
 * @param {(seen: Seen, track: Track) => number} distanceOf
 * @param {number} farthest
 * @param {(seen: Seen) => Track} bear
 * @returns {Track[]}
 */
export function matched(seen, alive, distanceOf, farthest, bear) {
  const pairs = seen.flatMap((each, s) => alive.map((track, t) => [distanceOf(each, track), s, t]));
  pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  /** @type {Map<number, Track>} */ const taken = new Map();
  const used = new Set();
  const known = [...alive];
  for (const [apart, s, t] of pairs) {
    if (apart > farthest || taken.has(s) || used.has(t)) continue;
    taken.set(s, known[t]);
    used.add(t);
  }
  return seen.map((each, s) => taken.get(s) ?? bear(each));
}

/**
 * Mean distance from the wrist to the four knuckles, pixels; a palm seen end-on keeps its breadth.
 * @param {Float64Array} points (21, 2)
 */
export function palmLengthPx(points) {
  let reach = 0;
  for (const k of KNUCKLES) {
    reach += Math.hypot(points[2 * k] - points[0], points[2 * k + 1] - points[1]) / KNUCKLES.length;
  }
  const spread = Math.hypot(points[10] - points[34], points[11] - points[35]) / 0.72;
  return Math.max(reach, spread, 1);
}

/**
 * Between the centres of two palms, palm lengths; a contrary label counts as a fifth.
 * @param {HandLandmarks} hand @param {HandTrack} track
 */
function distance(hand, track) {
  const before = /** @type {HandLandmarks} */ (track.landmarks).pointsPx;
  let [x, y] = [0, 0];
  for (const k of PALM) {
    x += (hand.pointsPx[2 * k] - before[2 * k]) / PALM.length;
    y += (hand.pointsPx[2 * k + 1] - before[2 * k + 1]) / PALM.length;
  }
  const contrary = hand.hand === track.lock.hand ? 0 : 0.2;
  return Math.hypot(x, y) / palmLengthPx(hand.pointsPx) + contrary;
}

/**
 * @param {HandLandmarks} hand @param {HandTrack} track @param {number} timeMs
 * @returns {HandLandmarks}
 */
function steady(hand, track, timeMs) {
  const before = track.landmarks;
  track.elapsed = before ? Math.min((timeMs - track.seenMs) / 1e3, LONGEST_STEP) : 0;
  const palm = palmLengthPx(hand.pointsPx);
  const pointsPx = track.points.smooth(hand.pointsPx, 2, track.elapsed, palm);
  // all joints by their common speed: a hand turns as one
  const depthsPx = hand.depthsPx && track.depths.smooth(hand.depthsPx, 21, track.elapsed, palm);
  const steadied = {
    ...hand,
    pointsPx,
    depthsPx,
    world: track.world.smooth(hand.world, 3, track.elapsed),
    hand: track.lock.lock(hand.hand),
    score: track.score.smooth([hand.score], 1, track.elapsed)[0],
  };
  if (before) {
    let most = 0;
    for (const k of PALM) {
      const x = pointsPx[2 * k] - before.pointsPx[2 * k];
      most = Math.max(most, Math.hypot(x, pointsPx[2 * k + 1] - before.pointsPx[2 * k + 1]));
    }
    track.movedPalms = most / palm;
  }
  track.landmarks = steadied;
  track.seenMs = timeMs;
  return steadied;
}
