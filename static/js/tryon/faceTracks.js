/**
 * Faces through a stream: who is who from frame to frame, steadied, each with its own size.
 *
 * `Heads` is what the solvers of ears and necks ask: poses of all heads in a frame, the same person
 * under the same number, in photos and in streams. Twin of tryon/face_tracks.py.
 */
import { CHIN, FACE_TOP, headPose } from './anchors/head.js';
import { HEAD_SPREAD, MEAN_HEAD, scaleOf } from './anchors/iris.js';
import { scaled } from './linalg.js';
import { OneEuro, RotationGate } from './smoothing.js';
import { LONGEST_STEP, matched, PAUSE, REMEMBERED } from './tracks.js';

/** @typedef {import('./types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('./frames.js').Intrinsics} Intrinsics */
/** @typedef {import('./anchors/head.js').HeadPose} HeadPose */
/** @typedef {import('./anchors/iris.js').HeadSize} HeadSize */

const SAME_FACE_HEIGHTS = 0.8; // how far a face's middle can move between two frames
const SPEED_CUTOFF_HZ = 5;
const SIZE_MEMORY = 90; // sightings whose sizes are averaged: a head does not grow
const SAME_MISTAKE = 0.6; // share of a size's doubt that many looks at the same irises leave
const EYE_CORNERS = [33, 263];

/** One face followed through the stream. */
export class FaceTrack {
  points = new OneEuro(0.3, 20, SPEED_CUTOFF_HZ); // gain: Hz per face height a second
  depths = new OneEuro(0.3, 10, SPEED_CUTOFF_HZ);
  gate = new RotationGate({ cutoffHz: 0.6, speedGain: 15, explained: 8 });
  /** @type {HeadSize} mean of its sightings */ size = MEAN_HEAD;
  sizesSeen = 0; // by the iris
  /** @type {FaceLandmarks | null} steadied, of the last frame it was seen in */ landmarks = null;
  seenMs = 0;
  elapsed = 0; // seconds between the last two sightings; 0 at the first
  movedHeights = 0; // median motion of its landmarks between them, face heights

  /** @param {number} identity */
  constructor(identity) {
    this.identity = identity;
  }
}

/** All faces of one stream. */
export class FaceTracks {
  /** @type {FaceTrack[]} */ alive = [];
  #born = 0;
  #lastMs = 0;

  /**
   * Steadied landmarks with their tracks, in the order of their identities.
   * @param {readonly FaceLandmarks[]} faces @param {number} timeMs
   * @returns {{ face: FaceLandmarks, track: FaceTrack }[]}
   */
  update(faces, timeMs) {
    const oldestMs = Math.min(timeMs - 1e3 * REMEMBERED, Math.max(this.#lastMs, timeMs - 1e3 * PAUSE));
    this.alive = this.alive.filter((track) => track.seenMs >= oldestMs);
    this.#lastMs = timeMs;
    const tracks = matched(faces, this.alive, distance, SAME_FACE_HEIGHTS, () => {
      const track = new FaceTrack(this.#born++);
      this.alive.push(track);
      return track;
    });
    return faces
      .map((face, k) => ({ face: steady(face, tracks[k], timeMs), track: tracks[k] }))
      .sort((a, b) => a.track.identity - b.track.identity);
  }
}

/** @typedef {{ head: HeadPose, track: FaceTrack | null }} Followed */

/** The heads in each frame of one stream, or in single photos; solvers may share them. */
export class Heads {
  /** @type {FaceTracks | null} */ #tracks;
  /** @type {{ faces: readonly FaceLandmarks[], intrinsics: Intrinsics, timeMs: number } | null} */ #asked = null;
  /** @type {Followed[]} */ #found = [];
  #mean;

  /**
   * @param {Float64Array} mean (468, 3) the canonical face's points
   * @param {boolean} smoothing the frames follow one another, and what is found is made steady
   */
  constructor(mean, smoothing) {
    this.#mean = mean;
    this.#tracks = smoothing ? new FaceTracks() : null;
  }

  /** Identities of the faces that a stream remembers. @returns {Set<number>} */
  get alive() {
    return new Set(this.#tracks?.alive.map((track) => track.identity));
  }

  /**
   * The pose of each head; without smoothing nothing is remembered and there is no track. The same
   * faces asked for again, by another solver of the frame, are not worked out twice.
   * @param {readonly FaceLandmarks[]} faces @param {Intrinsics} intrinsics @param {number} timeMs
   * @returns {Followed[]}
   */
  update(faces, intrinsics, timeMs) {
    const asked = this.#asked;
    if (asked?.faces !== faces || asked.intrinsics !== intrinsics || asked.timeMs !== timeMs) {
      this.#asked = { faces, intrinsics, timeMs };
      this.#found = this.#tracks
        ? this.#tracks.update(faces, timeMs).map(({ face, track }) => ({
            head: followed(face, track, intrinsics, this.#mean),
            track,
          }))
        : faces.map((face) => ({ head: headPose(face, intrinsics, this.#mean), track: null }));
    }
    return [...this.#found];
  }
}

/**
 * From the top of the forehead to the chin, pixels; a nodding face keeps its breadth.
 * @param {Float64Array} p (478, 2)
 */
export function faceHeightPx(p) {
  const height = apart(p, FACE_TOP, CHIN);
  return Math.max(height, 1.7 * apart(p, EYE_CORNERS[0], EYE_CORNERS[1]), 1);
}

/** @param {Float64Array} p @param {number} a @param {number} b */
const apart = (p, a, b) => Math.hypot(p[2 * a] - p[2 * b], p[2 * a + 1] - p[2 * b + 1]);

/**
 * The pose, turned no faster than the picture explains, at the size that the track knows.
 * @param {FaceLandmarks} face @param {FaceTrack} track @param {Intrinsics} intrinsics
 * @param {Float64Array} mean
 * @returns {HeadPose}
 */
function followed(face, track, intrinsics, mean) {
  const settled = track.sizesSeen >= SIZE_MEMORY;
  const measured = headPose(face, intrinsics, mean, settled ? track.size : null);
  if (!settled) rememberSize(track, measured.size);
  const grown = track.size.value / measured.size.value;
  const { rotation, translation } = measured.cameraFromHead;
  return {
    ...measured,
    cameraFromHead: {
      rotation: track.gate.gate(rotation, track.movedHeights, track.elapsed),
      translation: scaled(translation, grown),
    },
    points: measured.points.map((value) => value * grown),
    height: measured.height * grown,
    size: track.size,
    scale: scaleOf(track.size, measured.scale.mmPerPx.value / measured.size.value),
  };
}

/**
 * Mean of the sizes that irises told; what is wrong with all alike is not averaged away.
 * @param {FaceTrack} track @param {HeadSize} seen
 */
function rememberSize(track, seen) {
  if (seen.source !== 'iris') return;
  track.sizesSeen += 1;
  const before = Math.log(track.sizesSeen > 1 ? track.size.value : seen.value);
  const value = Math.exp(before + (Math.log(seen.value) - before) / track.sizesSeen);
  const left = SAME_MISTAKE + (1 - SAME_MISTAKE) / Math.sqrt(track.sizesSeen);
  track.size = { value, spread: Math.min(seen.spread * left, HEAD_SPREAD), source: 'iris' };
}

/**
 * Between the middles of two faces, face heights, and how unlike their sizes are.
 * @param {FaceLandmarks} face @param {FaceTrack} track
 */
function distance({ pointsPx: now }, track) {
  const before = /** @type {FaceLandmarks} */ (track.landmarks).pointsPx;
  let [x, y] = [0, 0];
  for (let k = 0; k < now.length; k += 2) {
    x += now[k] - before[k];
    y += now[k + 1] - before[k + 1];
  }
  const [a, b] = [faceHeightPx(now), faceHeightPx(before)];
  return (2 * Math.hypot(x, y)) / now.length / Math.max(a, b) + 0.5 * Math.abs(Math.log(a / b));
}

/** @param {FaceLandmarks} face @param {FaceTrack} track @param {number} timeMs @returns {FaceLandmarks} */
function steady(face, track, timeMs) {
  const before = track.landmarks?.pointsPx;
  track.elapsed = before ? Math.min((timeMs - track.seenMs) / 1e3, LONGEST_STEP) : 0;
  const height = faceHeightPx(face.pointsPx);
  const pointsPx = track.points.smooth(face.pointsPx, 2, track.elapsed, height);
  const depthsPx = track.depths.smooth(face.depthsPx, 1, track.elapsed, height);
  if (before) {
    const moved = new Float64Array(pointsPx.length / 2);
    for (let k = 0; k < moved.length; k++) {
      moved[k] = Math.hypot(pointsPx[2 * k] - before[2 * k], pointsPx[2 * k + 1] - before[2 * k + 1]);
    }
    track.movedHeights = median(moved) / height;
  }
  track.landmarks = { ...face, pointsPx, depthsPx };
  track.seenMs = timeMs;
  return track.landmarks;
}

/** Sorts the values. @param {Float64Array} values */
function median(values) {
  const half = values.sort().length / 2;
  return 0.5 * (values[Math.ceil(half - 1)] + values[Math.floor(half)]);
}
