/** The camera's picture, upright: opened, asked for frame by frame, let go. */
import { NoPicture, letGo, openCamera } from './camera.js';
import { drawUpright, fitted, grabbed } from './picture.js';

/** @typedef {import('./camera.js').Facing} Facing */
/** @typedef {import('./camera.js').OpenCamera} OpenCamera */

/**
 * How a mirror differs from a visit.
 * @typedef {object} Mounted
 * @property {0 | 90 | 180 | 270} [turned] degrees clockwise that the camera was turned when it was mounted
 * @property {(facing: Facing) => Promise<OpenCamera>} [open] opens the camera
 */

export class Eye {
  /** @type {OpenCamera | undefined} */ camera;
  #turned;
  #opens;

  /**
   * @param {HTMLVideoElement} video never seen, but in the document, or some browsers stop it
   * @param {Mounted} [mounted]
   */
  constructor(video, { turned = 0, open = openCamera } = {}) {
    this.video = video;
    this.#turned = turned;
    this.#opens = open;
  }

  /** Whether it looks and gives a picture. */
  get sees() {
    return this.video.videoWidth > 0;
  }

  /**
   * Opens the camera; the browser may ask for leave.
   * @param {Facing} facing
   * @param {() => boolean} wanted whether it still is when it opens
   * @param {() => void} unplugged it was taken away
   * @returns {Promise<OpenCamera | null>} null: nobody wants it any more
   * @throws {NoPicture}
   */
  async open(facing, wanted, unplugged) {
    try {
      const camera = await this.#opens(facing);
      if (!wanted()) {
        letGo(camera.stream);
        return null;
      }
      this.camera = camera;
      camera.track.addEventListener('ended', () => this.camera === camera && unplugged());
      this.video.srcObject = camera.stream;
      await this.video.play();
      return wanted() ? camera : null;
    } catch (error) {
      if (!wanted()) return null;
      if (error instanceof DOMException) throw new NoPicture('in-use'); // it gives no picture
      throw error;
    }
  }

  /** Its light goes out. */
  shut() {
    if (this.camera) letGo(this.camera.stream);
    this.camera = undefined;
    this.video.srcObject = null;
  }

  /** When there is another frame. @param {(now: number) => void} step */
  next(step) {
    if ('requestVideoFrameCallback' in this.video) this.video.requestVideoFrameCallback(step);
    else requestAnimationFrame(step);
  }

  /**
   * The size of its picture, upright.
   * @param {number} longest side, pixels
   */
  fitted(longest) {
    const { videoWidth, videoHeight } = this.video;
    return this.#turned % 180 ? fitted(videoHeight, videoWidth, longest) : fitted(videoWidth, videoHeight, longest);
  }

  /**
   * What it sees now.
   * @param {number} longest side, pixels
   * @param {'medium' | 'high'} quality
   * @returns {Promise<ImageBitmap | null>} null: it gives no picture just now
   */
  async grab(longest, quality) {
    try {
      return await grabbed(this.video, this.fitted(longest), this.#turned, quality);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return null;
    }
  }

  /**
   * The same on a canvas.
   * @param {HTMLCanvasElement} canvas that takes its size
   * @param {number} longest side, pixels
   */
  paint(canvas, longest) {
    paint(canvas, this.video, this.fitted(longest), this.#turned);
  }
}

/**
 * @param {HTMLCanvasElement} canvas that takes the picture's size
 * @param {CanvasImageSource} source
 * @param {[number, number]} size
 * @param {number} [turned] degrees clockwise that the camera was turned
 */
export function paint(canvas, source, [width, height], turned = 0) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { alpha: false });
  if (context) drawUpright(context, source, [width, height], turned);
}
