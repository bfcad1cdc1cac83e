/**
 * The mirror's own page as its eye: camera, tracking and drawing of `wear/session.js`, steered by the
 * mirror's state and looked after. What stops is begun anew: the camera, or all that works on its frames. A
 * piece that cannot be shown is told to the service, which takes it off, and the others go on.
 *
 * Of each frame the landmarks go to the service, which says who is there and what a hand asks; pictures go
 * there only where a paired tablet looks, the staff check the camera, or a picture was taken.
 */
import { hindrance } from '../wear/camera.js';
import { fitted, grabbed } from '../wear/picture.js';
import { Session } from '../wear/session.js';
import { Blame } from './blame.js';
import { openNth } from './cameras.js';
import { found } from './landmarks.js';
import { Health } from './health.js';

/** @typedef {import('../wear/camera.js').Refused} Refused */
/** @typedef {import('../wear/types.js').Asked} Asked */
/** @typedef {import('../wear/types.js').Solved} Solved */
/** @typedef {import('./link.js').Link} Link */
/** @typedef {import('./link.js').State} State */
/** @typedef {{ camera: number, turned: 0 | 90 | 180 | 270 }} Mounted */

const LOOK_MS = 250;
const ASK_MS = 1000; // between two questions whether this page may be the mirror's eye
const AGAIN_MS = 500; // until the camera is opened again
const IDLE_MS = 200; // between frames while nobody is there
const STILL_MS = 30_000; // that a picture may take
const OPENING_MS = 60_000; // that the browser may take to open the camera
const [SEEN_QUALITY, STILL_QUALITY, PLAIN_QUALITY] = [0.85, 0.95, 1];
const NO_CAMERA = ['denied', 'no-camera', 'in-use', 'insecure', 'unsupported', 'unplugged'];

/** Sees for the mirror. */
export class Eye {
  #canvas;
  #video;
  #link;
  #mounted;
  /** @type {Session | null} */ #session = null;
  /** @type {Asked[]} */ #asked = [];
  #health = new Health();
  #blame = new Blame();
  #yours = false; // whether this page's camera is the mirror's
  #idle = true;
  #reopening = false;
  #renewing = false; // all that works on frames has ended, and is begun anew soon
  #client = 0; // number of the session
  #openingMs = 0; // when the camera was asked for last

  /**
   * @param {HTMLCanvasElement} canvas shows the mirror
   * @param {HTMLVideoElement} video never seen
   * @param {Link} link
   * @param {Mounted} mounted
   */
  constructor(canvas, video, link, mounted) {
    this.#canvas = canvas;
    this.#video = video;
    this.#link = link;
    this.#mounted = mounted;
    setInterval(() => this.#look(), LOOK_MS);
    setInterval(() => this.ask(), ASK_MS);
  }

  /** Whether this page shows its own camera. */
  get seeing() {
    return this.#yours;
  }

  /**
   * The service says whose camera is the mirror's.
   * @param {boolean} yours
   */
  chosen(yours) {
    if (yours === this.#yours) return;
    this.#yours = yours;
    if (yours) this.#begin();
    else this.#end();
  }

  /** @param {State} state */
  follow({ session, pieces }) {
    this.#idle = session.state === 'attract';
    this.#client = session.number;
    if (this.#session) this.#session.leastMs = this.#idle ? IDLE_MS : 0;
    const asked = pieces.map(({ product, hash, finger, hand, ear }) => ({ product, hash, finger, hand, ear }));
    if (JSON.stringify(asked) === JSON.stringify(this.#asked)) return;
    this.#asked = /** @type {Asked[]} */ (asked);
    this.#health.changing();
    if (!this.#renewing) this.#session?.wear(this.#asked);
  }

  /**
   * A picture that somebody looks at.
   * @param {'frame' | 'plain' | null} kind as it is shown, or as the camera gives it
   */
  async send(kind) {
    if (kind === 'plain') {
      const { videoWidth, videoHeight } = this.#video;
      if (!videoWidth) return;
      const upright = this.#mounted.turned % 180 ? fitted(videoHeight, videoWidth, Infinity) : fitted(videoWidth, videoHeight, Infinity);
      const image = await grabbed(this.#video, upright, this.#mounted.turned, 'high');
      const canvas = new OffscreenCanvas(image.width, image.height);
      canvas.getContext('2d', { alpha: false })?.drawImage(image, 0, 0);
      image.close();
      this.#link.picture('plain', await canvas.convertToBlob({ type: 'image/jpeg', quality: PLAIN_QUALITY }));
    } else if (kind === 'frame' && !this.#idle) {
      const jpeg = await this.#jpeg(SEEN_QUALITY);
      if (jpeg && !this.#idle) this.#link.picture('frame', jpeg);
    }
  }

  /**
   * The picture as it is now, solved again at the camera's full size and drawn with all care.
   * @returns {Promise<Blob | null>} null: there is none
   */
  async still() {
    const [session, client] = [this.#session, this.#client];
    if (!session) return null;
    const theirs = () => !this.#idle && client === this.#client; // who is forgotten is shown to nobody
    const staying = setInterval(() => theirs() && this.#link.send('touch'), ASK_MS); // no frame tells that somebody is there
    const late = new Promise((/** @type {(held: boolean) => void} */ done) => setTimeout(() => done(false), STILL_MS));
    const held = session.hold().then(() => true, () => false);
    const good = await Promise.race([held, late]);
    clearInterval(staying);
    if (session !== this.#session) return null; // it was begun anew meanwhile
    if (!good) {
      this.#renew('stalled');
      return null;
    }
    const jpeg = theirs() && ['held', 'live'].includes(session.state) ? await this.#jpeg(STILL_QUALITY) : null;
    if (session !== this.#session) return null;
    this.#health.began();
    session.resume();
    if (session.state === 'held') this.#reopen(0); // its camera is gone
    if (!jpeg || !theirs()) return null;
    this.#link.picture('still', jpeg);
    return jpeg;
  }

  /** @param {number} quality */
  #jpeg(quality) {
    return new Promise((/** @type {(jpeg: Blob | null) => void} */ done) => this.#canvas.toBlob(done, 'image/jpeg', quality));
  }

  /** Asks whether this page's camera is the mirror's: now and then, for it may be another's by now. */
  ask() {
    const hindered = hindrance();
    if (hindered) this.#link.send('camera', { problem: hindered === 'framed' ? 'denied' : hindered });
    else this.#link.send('eye');
  }

  #begin() {
    const session = new Session(this.#canvas, this.#video, {
      watching: true,
      turned: this.#mounted.turned,
      open: () => openNth(this.#mounted.camera),
    });
    this.#session = session;
    session.leastMs = this.#idle ? IDLE_MS : 0;
    session.addEventListener('ready', (event) => {
      this.#health.ready();
      this.#blame.ready(/** @type {CustomEvent<{ asked: Asked[] }>} */ (event).detail.asked.map(({ hash }) => hash));
    });
    session.addEventListener('frame', (event) => this.#drew(/** @type {CustomEvent} */ (event).detail.solved));
    session.addEventListener('state', (event) => {
      const { state, reason } = /** @type {CustomEvent} */ (event).detail;
      if (state === 'live') this.#health.opened();
      if (state === 'opening') this.#openingMs = performance.now();
      if (session === this.#session && state === 'refused') this.#refused(reason);
    });
    this.#renewing = false;
    this.#health.began();
    session.wear(this.#asked);
    session.open('user');
  }

  #end() {
    const session = this.#session;
    this.#session = null;
    session?.close();
  }

  /** @param {'broken' | 'stalled'} why */
  #renew(why) {
    this.#link.send('recovered', { part: 'stream', why });
    this.#end();
    this.#begin();
  }

  /** @param {Refused} reason */
  #refused(reason) {
    if (!NO_CAMERA.includes(reason)) {
      const wait = this.#health.pause(); // nothing that breaks at once is begun again and again
      const hash = this.#blame.failed(this.#asked.map((one) => one.hash), reason === 'unknown-piece');
      if (hash) this.#link.send('unshown', { hash });
      else if (this.#health.breaks) this.#link.send('camera', { problem: 'broken' });
      this.#renewing = true;
      setTimeout(() => this.#session?.state === 'refused' && this.#renew('broken'), wait);
      return;
    }
    this.#link.send('camera', { problem: reason });
    if (reason === 'unplugged') this.#link.send('recovered', { part: 'camera', why: 'unplugged' });
    this.#reopen(AGAIN_MS);
  }

  /** @param {number} wait ms */
  #reopen(wait) {
    if (this.#reopening) return;
    this.#reopening = true;
    setTimeout(() => {
      this.#reopening = false;
      this.#health.opened();
      this.#session?.open('user');
    }, wait);
  }

  #look() {
    const session = this.#session;
    if (!session || document.hidden) return;
    if (session.state === 'away') return this.#reopen(0);
    if (session.state === 'opening' && performance.now() - this.#openingMs > OPENING_MS) {
      this.#link.send('recovered', { part: 'camera', why: 'silent' });
      this.#reopen(0);
    }
    if (session.state !== 'live') return;
    const lacking = this.#health.look(this.#video.getVideoPlaybackQuality().totalVideoFrames);
    if (lacking === 'camera') {
      this.#link.send('recovered', { part: 'camera', why: 'silent' });
      this.#reopen(0);
    } else if (lacking === 'stream') this.#renew('stalled');
  }

  /** @param {Solved} solved */
  #drew({ image, timeMs, watched }) {
    const delay = Math.max(0, performance.now() - timeMs);
    this.#health.drew(delay);
    if (!watched) return; // a picture that stands still
    this.#link.send('watched', {
      width: image.width,
      height: image.height,
      delay_ms: Math.round(10 * delay) / 10,
      camera_rate: this.#health.rate,
      ...found(watched),
    });
  }
}
