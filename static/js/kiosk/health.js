/**
 * Whether the camera gives frames and what works on them gives them back, by the clock alone. Patience
 * grows with each thing that was begun anew, so that a slow machine is not taken for a broken one, and is
 * short again after a minute of calm.
 */

const SILENT_MS = 1500; // of the camera
const STALLED_MS = 2500; // of what works on frames
const [SLOWER, FADES, MOST_SLOW_MS] = [3, 0.8, 20_000]; // times as long as the slowest of the last frames took
const CHANGING_MS = 12_000; // the same while another piece is made ready
const FIRST_MS = 30_000; // until it has begun
const FIRST_FRAME_MS = 12_000; // a net's first look takes long
const OPENING_MS = 5000; // of the camera
const CALM_MS = 60_000;
const LONGEST = 8; // times as patient
const PAUSE_MS = 500;
const BREAKS = 3; // in a row that the staff hear of

/** Looked at a few times a second. */
export class Health {
  #now;
  #patience = 1;
  #broken = 0; // in a row
  #faultMs = -Infinity;
  #slowMs = 0; // that the last frames took
  #first = true; // no frame was given back since it was begun
  #drawnMs = 0; // the last frame was given back, or it was begun
  #dueMs = 0; // until then it may be silent
  #frames = -1; // that the camera has given
  #cameraMs = 0; // when its last frame was seen
  #openMs = 0; // until then it may be silent
  #rated = [0, 0]; // when, and how many frames then
  /** @type {number | null} frames a second of the camera */ rate = null;

  /** @param {() => number} [now] */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Whether it breaks again and again. */
  get breaks() {
    return this.#broken >= BREAKS;
  }

  /** What works on frames begins. */
  began() {
    this.#first = true;
    this.#drawnMs = this.#now();
    this.#dueMs = this.#drawnMs + FIRST_MS;
    this.opened();
  }

  /** How long no frame may be given back: of a machine that is busy, longer. */
  get #stalledMs() {
    return STALLED_MS * this.#patience + Math.min(SLOWER * this.#slowMs, MOST_SLOW_MS);
  }

  /** The camera is opened. */
  opened() {
    this.#cameraMs = this.#now();
    this.#openMs = this.#cameraMs + OPENING_MS;
    this.#frames = -1;
    this.#rated = [this.#cameraMs, -1];
  }

  /** Another piece is to be worn. */
  changing() {
    this.#dueMs = Math.max(this.#dueMs, this.#now() + CHANGING_MS);
  }

  /** It is ready. */
  ready() {
    const now = this.#now();
    this.#dueMs = now + (this.#first ? FIRST_FRAME_MS : 0);
    this.#drawnMs = now;
  }

  /** A frame was given back. @param {number} [tookMs] since the camera gave it */
  drew(tookMs = 0) {
    const now = this.#now();
    this.#slowMs = Math.max(tookMs, FADES * this.#slowMs);
    if (this.#first) this.#dueMs = now;
    this.#first = false;
    this.#drawnMs = now;
    this.#broken = 0;
    if (now - this.#faultMs > CALM_MS) this.#patience = 1;
  }

  /** How long to wait before what broke is begun again; longer each time in a row. */
  pause() {
    this.#faultMs = this.#now();
    this.#broken += 1;
    return PAUSE_MS * 2 ** Math.min(this.#broken - 1, 4);
  }

  /**
   * What has stopped.
   * @param {number} frames that the camera has given since it was opened
   * @returns {'camera' | 'stream' | null}
   */
  look(frames) {
    const now = this.#now();
    if (frames !== this.#frames) {
      this.#measure(frames, now);
      this.#frames = frames;
      this.#cameraMs = now;
    } else if (now > this.#openMs && now - this.#cameraMs > SILENT_MS * this.#patience) {
      this.#fault(now);
      this.opened();
      return 'camera';
    }
    if (now > this.#dueMs && now - this.#drawnMs > this.#stalledMs && now - this.#cameraMs < SILENT_MS) {
      this.#fault(now);
      return 'stream';
    }
    return null;
  }

  /** @param {number} frames @param {number} now */
  #measure(frames, now) {
    const [then, before] = this.#rated;
    if (before < 0 || frames < before) this.#rated = [now, frames];
    else if (now - then > 2000) {
      this.rate = Math.round((10_000 * (frames - before)) / (now - then)) / 10;
      this.#rated = [now, frames];
    }
  }

  /** @param {number} now */
  #fault(now) {
    this.#faultMs = now;
    this.#patience = Math.min(2 * this.#patience, LONGEST);
  }
}
