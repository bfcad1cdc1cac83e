import { kept } from './service.js';
import { TryOnStream } from './stream.js';
import { _ } from './words.js';

/** @typedef {import('./service.js').Worn} Worn */

const FRAME_WIDTH = 960;
const QUALITY = 0.8;
const NOBODY_AFTER_MS = 1500;
const SLOW_MS = 400;

/** @type {Record<string, string>} */
const CAMERA_WORDS = {
  NotAllowedError: _(
    'The camera stays closed: this page was not allowed to use it. Allow it beside the address, or try a photo instead.',
  ),
  NotFoundError: _('No camera was found on this device. You can try a photo instead.'),
  NotReadableError: _('Another program is using the camera. Close it there, then open the mirror again.'),
  OverconstrainedError: _('This camera cannot be used. You can try a photo instead.'),
};
const INSECURE = _('The live mirror needs a secure connection (https). You can try a photo here instead.');
const OFFLINE = _('You are offline. The mirror opens again when the connection is back.');
const LOST = _('The connection was lost; nothing was kept. Open the mirror again when you like.');

/**
 * <try-on-mirror>: the camera as a mirror, with the jewel worn.
 *
 * Frames go to the shop's server one at a time; exactly the frame that comes back is shown, turned
 * about as a mirror does. Holds [data-open], [data-close], [data-save] buttons, a <canvas>, a
 * <video> that is never seen, and a [data-status]. Attribute `state`: closed, opening, live; emits
 * "mirror" when it opens or closes. `data-nobody` says what to do when nobody is seen.
 */
export class TryOnMirror extends HTMLElement {
  /** @type {AbortController | undefined} */ #connection;
  /** @type {AbortController | undefined} */ #session;
  /** @type {TryOnStream | undefined} */ #stream;
  /** @type {Worn | undefined} */ #worn;
  /** @type {HTMLCanvasElement} */ #capture = document.createElement('canvas');
  #capturing = false;
  #seenMs = 0;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.#button('open').addEventListener('click', this.#open, { signal });
    this.#button('close').addEventListener('click', () => this.close(''), { signal });
    this.#button('save').addEventListener('click', this.#save, { signal });
    document.addEventListener('visibilitychange', this.#hidden, { signal });
    window.addEventListener('pagehide', () => this.close(''), { signal });
    this.setAttribute('state', 'closed');
  }

  disconnectedCallback() {
    this.#connection?.abort();
    this.close('');
  }

  /** @param {Worn} worn */
  set worn(worn) {
    this.#worn = worn;
    this.#stream?.wear(worn);
  }

  /**
   * Stop the camera and the stream.
   * @param {string} words why, or nothing
   */
  close(words) {
    if (!this.#session) return;
    this.#session.abort();
    this.#session = undefined;
    this.#become('closed');
    this.#say(words);
  }

  #open = async () => {
    if (this.#session || !this.#worn) return;
    if (!navigator.mediaDevices) return this.#say(INSECURE);
    if (!navigator.onLine) return this.#say(OFFLINE);
    const session = new AbortController();
    this.#session = session;
    this.#become('opening');
    const slow = setTimeout(() => this.#say(_('Opening the mirror…')), SLOW_MS);
    session.signal.addEventListener('abort', () => clearTimeout(slow));
    try {
      await this.#startCamera(session.signal);
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      if (!session.signal.aborted) {
        this.close(CAMERA_WORDS[name] ?? CAMERA_WORDS.OverconstrainedError);
      }
      return;
    }
    if (!session.signal.aborted) this.#startStream(session.signal, this.#worn);
  };

  /** @param {AbortSignal} signal */
  async #startCamera(signal) {
    const media = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' },
      audio: false,
    });
    const stop = () => media.getTracks().forEach((track) => track.stop());
    signal.addEventListener('abort', stop);
    if (signal.aborted) return stop();
    media.getVideoTracks()[0].addEventListener(
      'ended',
      () => this.close(_('The camera was taken away. Open the mirror again when you like.')),
      { signal },
    );
    this.#video.srcObject = media;
    await this.#video.play();
  }

  /**
   * @param {AbortSignal} signal
   * @param {Worn} worn
   */
  #startStream(signal, worn) {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    this.#seenMs = performance.now();
    const stream = new TryOnStream(`${scheme}://${location.host}${kept('/api/v1/tryon/stream')}`, worn, {
      picture: (jpeg) => this.#show(jpeg, signal),
      report: (report) => this.#hint(report.placements.length > 0),
      ready: () => this.#sendNext(stream, signal),
      refused: (code, message) => (code === 'Busy' ? this.close(message) : this.#say(message)),
      lost: () => this.close(navigator.onLine ? LOST : OFFLINE),
    });
    this.#stream = stream;
    signal.addEventListener('abort', () => {
      stream.close();
      this.#stream = undefined;
      this.#video.srcObject = null;
    });
  }

  /**
   * Send the next frame that the camera delivers, when the last one is back.
   * @param {TryOnStream} stream
   * @param {AbortSignal} signal
   */
  #sendNext(stream, signal) {
    if (this.#capturing || signal.aborted) return;
    this.#capturing = true;
    this.#video.requestVideoFrameCallback(async () => {
      const jpeg = signal.aborted ? null : await this.#grab();
      this.#capturing = false;
      if (jpeg && stream.idle && !signal.aborted) stream.send(jpeg);
    });
  }

  /** @returns {Promise<ArrayBuffer | null>} the camera's picture now, as JPEG */
  async #grab() {
    const video = this.#video;
    const scale = Math.min(FRAME_WIDTH / Math.max(video.videoWidth, video.videoHeight), 1);
    const canvas = this.#capture;
    const width = Math.round(video.videoWidth * scale);
    const height = Math.round(video.videoHeight * scale);
    if (width === 0) return null;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    canvas.getContext('2d', { alpha: false })?.drawImage(video, 0, 0, width, height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
    return blob ? /** @type {Blob} */ (blob).arrayBuffer() : null;
  }

  /**
   * @param {ArrayBuffer} jpeg
   * @param {AbortSignal} signal
   */
  async #show(jpeg, signal) {
    const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
    if (!signal.aborted) {
      const canvas = this.#canvas;
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        canvas.width = bitmap.width;
        canvas.height = bitmap.height;
        this.style.setProperty('--shape', `${bitmap.width} / ${bitmap.height}`);
      }
      canvas.getContext('2d', { alpha: false })?.drawImage(bitmap, 0, 0);
      this.dataset.frames = String(Number(this.dataset.frames ?? 0) + 1);
      if (this.getAttribute('state') !== 'live') {
        this.#become('live');
        this.#say('');
      }
    }
    bitmap.close();
  }

  /** @param {boolean} worn whether a jewel sits on somebody in the last frame */
  #hint(worn) {
    const now = performance.now();
    if (worn) this.#seenMs = now;
    this.toggleAttribute('worn', worn);
    this.#say(now - this.#seenMs > NOBODY_AFTER_MS ? (this.dataset.nobody ?? '') : '');
  }

  /** Save the picture as the camera saw it, not as the mirror shows it. */
  #save = () => {
    this.#canvas.toBlob((blob) => {
      if (!blob) return;
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `${this.#worn?.product ?? 'try-on'}.jpg`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      this.#say(_('Saved on this device.'));
    }, 'image/jpeg', 0.92);
  };

  #hidden = () => {
    if (document.hidden) this.close(_('The mirror closed while you were away.'));
  };

  /** @param {'closed' | 'opening' | 'live'} state */
  #become(state) {
    this.setAttribute('state', state);
    this.dispatchEvent(new CustomEvent('mirror', { detail: { state }, bubbles: true }));
  }

  get #canvas() {
    return /** @type {HTMLCanvasElement} */ (this.querySelector('canvas'));
  }

  get #video() {
    return /** @type {HTMLVideoElement} */ (this.querySelector('video'));
  }

  /** @param {string} name */
  #button(name) {
    return /** @type {HTMLButtonElement} */ (this.querySelector(`[data-${name}]`));
  }

  /** @param {string} words */
  #say(words) {
    const status = this.querySelector('[data-status]');
    if (status && status.textContent !== words) status.textContent = words;
  }
}

customElements.define('try-on-mirror', TryOnMirror);
