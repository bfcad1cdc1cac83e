/** Hands and faces in frames, by MediaPipe Tasks on the processor: the twin of tryon/landmarks.py. */
import { FaceLandmarker, HandLandmarker } from '@mediapipe/tasks-vision';
import { opaque } from './net.js';
import { started } from './task-runtime.js';
import { seenTwice } from './second-look.js';

/** @typedef {import('../tryon/types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('../tryon/types.js').HandLandmarks} HandLandmarks */
/** @typedef {import('../tryon/image.js').Picture} Picture */
/** @typedef {import('@mediapipe/tasks-vision').NormalizedLandmark} Point */

const [STREAM_HANDS, PHOTO_HANDS] = [2, 4];
const [STREAM_FACES, PHOTO_FACES] = [1, 6];
const LEAST_SCORE = 0.5; // of detection, presence and tracking
const HANDS = {
  minHandDetectionConfidence: LEAST_SCORE,
  minHandPresenceConfidence: LEAST_SCORE,
  minTrackingConfidence: LEAST_SCORE,
};
const FACES = {
  minFaceDetectionConfidence: LEAST_SCORE,
  minFacePresenceConfidence: LEAST_SCORE,
  minTrackingConfidence: LEAST_SCORE,
};
const WARM_PX = 64;

/** What both landmarkers share: their clock, and how frames are looked at. */
class Landmarker {
  #clock = 0;

  /** @param {HandLandmarker | FaceLandmarker} task @param {Record<'VIDEO' | 'IMAGE', object>} modes */
  constructor(task, modes) {
    this.task = task;
    this.modes = modes;
    /** @type {'VIDEO' | 'IMAGE'} */ this.mode = 'VIDEO';
  }

  /** @param {boolean} streaming whether frames follow one another */
  async follow(streaming) {
    const mode = streaming ? 'VIDEO' : 'IMAGE';
    if (mode === this.mode) return;
    await this.task.setOptions({ runningMode: mode, ...this.modes[mode] });
    this.mode = mode;
  }

  /**
   * @param {ImageData | ImageBitmap} image
   * @param {number} timeMs
   * @returns {any}
   */
  look(image, timeMs) {
    if (this.mode === 'IMAGE') return this.task.detect(image);
    this.#clock = Math.max(Math.round(timeMs), this.#clock + 1);
    return this.task.detectForVideo(image, this.#clock);
  }

  /** The first look takes a second, whatever it is at: it is had while nobody waits. */
  warm() {
    if (this.#clock === 0 && this.mode === 'VIDEO') this.look(new ImageData(WARM_PX, WARM_PX), 0);
  }

  close() {
    this.task.close();
  }
}

/** Finds hands in one stream of unmirrored frames, or in single photos. */
export class HandTracker extends Landmarker {
  /** @param {WebAssembly.Module} runtime @param {Uint8Array} net */
  static async open(runtime, net) {
    const options = { baseOptions: { modelAssetBuffer: net, delegate: /** @type {const} */ ('CPU') }, ...HANDS };
    const modes = { VIDEO: { numHands: STREAM_HANDS }, IMAGE: { numHands: PHOTO_HANDS } };
    const task = await started(runtime, (files) =>
      HandLandmarker.createFromOptions(files, { ...options, ...modes.VIDEO, runningMode: 'VIDEO' }),
    );
    return new HandTracker(task, modes);
  }

  /**
   * Hands in one frame, best score first.
   * @param {ImageData} image @param {number} timeMs
   * @returns {HandLandmarks[]}
   */
  detect(image, timeMs) {
    let hands = this.#hands(image, timeMs);
    if (this.mode === 'IMAGE') {
      const photo = { data: image.data, width: image.width, height: image.height, channels: 4 };
      hands = seenTwice(hands, photo, (crop) => this.#hands(opaque(crop), 0));
    }
    return hands.sort((a, b) => b.score - a.score);
  }

  /** @param {ImageData} image @param {number} timeMs @returns {HandLandmarks[]} */
  #hands(image, timeMs) {
    const { width, height } = image;
    const { landmarks, worldLandmarks, handedness } = this.look(image, timeMs);
    return landmarks.map((/** @type {Point[]} */ points, /** @type {number} */ k) => ({
      pointsPx: Float64Array.from(points.flatMap(({ x, y }) => [x * width, y * height])),
      world: Float64Array.from(worldLandmarks[k].flatMap((/** @type {Point} */ { x, y, z }) => [x, y, z])),
      hand: handedness[k][0].categoryName === 'Left' ? 'left' : 'right',
      score: handedness[k][0].score,
      depthsPx: Float64Array.from(points, ({ z }) => z * width),
    }));
  }
}

/** Finds faces in one stream of unmirrored frames, or in single photos. */
export class FaceTracker extends Landmarker {
  /** @param {WebAssembly.Module} runtime @param {Uint8Array} net */
  static async open(runtime, net) {
    const options = { baseOptions: { modelAssetBuffer: net, delegate: /** @type {const} */ ('CPU') }, ...FACES };
    const modes = { VIDEO: { numFaces: STREAM_FACES }, IMAGE: { numFaces: PHOTO_FACES } };
    const task = await started(runtime, (files) =>
      FaceLandmarker.createFromOptions(files, { ...options, ...modes.VIDEO, runningMode: 'VIDEO' }),
    );
    return new FaceTracker(task, modes);
  }

  /**
   * Faces in one frame; MediaPipe tells no score, so each has 1.
   * @param {ImageData} image @param {number} timeMs
   * @returns {FaceLandmarks[]}
   */
  detect(image, timeMs) {
    const { width, height } = image;
    return this.look(image, timeMs).faceLandmarks.map((/** @type {Point[]} */ points) => ({
      pointsPx: Float64Array.from(points.flatMap(({ x, y }) => [x * width, y * height])),
      depthsPx: Float64Array.from(points, ({ z }) => z * width),
      score: 1,
    }));
  }
}
