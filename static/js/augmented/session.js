/**
 * A piece in the room that a phone or a headset sees, by WebXR: at its true size, upright on a table.
 * This file asks for the session at once, as long as the press that leads here counts; what draws is
 * fetched beside it.
 */
import { Guide } from './guide.js';
import { Placing, level } from './placing.js';

/** @typedef {import('../ar.js').Shown} Shown */
/** @typedef {import('../viewer/solid.js').SolidPainter} SolidPainter */
/** @typedef {import('./painter.js').RoomPainter} RoomPainter */

const LONGEST_STEP_MS = 100; // of a movement, after a pause

/** One session, from the press to its end. */
export class RoomSession {
  /** Resolves as it ends, whoever ended it. @type {Promise<void>} */ ended;
  #placing = new Placing();
  #end = new AbortController();
  #guide;
  #lastMs = 0;
  /** @type {XRSession | undefined} */ #session;
  /** @type {XRReferenceSpace | undefined} */ #space;
  /** @type {XRHitTestSource | undefined} */ #rays;
  /** @type {XRHitTestResult | undefined} */ #hit;
  /** @type {XRAnchor | undefined} */ #anchor;
  /** Metres from the anchor to the piece. @type {number[] | undefined} */ #beside;
  /** @type {SolidPainter | undefined} */ #solid;
  /** @type {RoomPainter | undefined} */ #painter;
  /** @type {import('../viewer/scheduler.js').Scheduler | undefined} */ #scheduler;
  /** @type {() => void} */ #finished = () => {};

  /**
   * Asks for a session; must be called while somebody's press still counts.
   * @param {XRSystem} xr
   * @param {Shown} shown
   * @param {HTMLElement} host that the guide stands in
   * @throws {DOMException} NotAllowedError: it was refused; others: this device cannot
   */
  static async open(xr, shown, host) {
    const room = new RoomSession(shown);
    host.append(room.#guide.root);
    try {
      const session = await xr.requestSession('immersive-ar', {
        requiredFeatures: ['hit-test'],
        optionalFeatures: ['dom-overlay', 'anchors'],
        domOverlay: { root: room.#guide.root },
      });
      room.#begin(session);
    } catch (error) {
      room.#guide.root.remove();
      throw error;
    }
    return room;
  }

  /** @param {Shown} shown */
  constructor(shown) {
    this.shown = shown;
    this.ended = new Promise((resolve) => (this.#finished = resolve));
    this.#guide = new Guide(
      {
        settle: () => (this.#placing.state === 'placed' ? this.#lift() : this.#setDown()),
        setDown: () => this.#setDown(),
        drag: (pixels) => this.#placing.drag(pixels),
        step: (way) => this.#placing.step(way),
        close: () => this.close(),
      },
      shown.name,
    );
    this.#guide.show('preparing');
  }

  /** Ends it. */
  close() {
    this.#session?.end().catch(() => undefined); // it ended meanwhile
  }

  get state() {
    return this.#placing.state;
  }

  /** @param {XRSession} session */
  #begin(session) {
    this.#session = session;
    session.addEventListener('end', this.#over);
    // where nothing lies over the picture, as in headsets, a pinch or a trigger sets it down
    session.addEventListener('select', () => (this.#placing.state === 'placed' ? this.#lift() : this.#setDown()));
    this.#guide.root.querySelector('button')?.focus();
    this.#prepare(session).catch((error) => {
      if (this.#end.signal.aborted) return;
      this.#guide.show('failed');
      this.#guide.root.dispatchEvent(new CustomEvent('error', { detail: { message: String(error) }, bubbles: true }));
    });
  }

  /** @param {XRSession} session */
  async #prepare(session) {
    const { signal } = this.#end;
    const [{ SolidPainter }, { RoomPainter }, { scheduler }, space, viewer] = await Promise.all([
      import('../viewer/solid.js'),
      import('./painter.js'),
      import('../viewer/scheduler.js'),
      session.requestReferenceSpace('local'),
      session.requestReferenceSpace('viewer'),
    ]);
    const solid = await SolidPainter.open();
    if (!solid) throw new Error('there is no WebGL2');
    this.#rays = await session.requestHitTestSource?.({ space: viewer });
    const { model, options } = this.shown;
    await solid.show({ product: '', hash: '', options, urls: { page: '', picture: '', model } }, signal);
    if (signal.aborted) return solid.release();
    this.#solid = solid;
    const gl = /** @type {WebGL2RenderingContext} */ (solid.stage.renderer.getContext());
    await gl.makeXRCompatible();
    if (signal.aborted) return;
    const layer = new XRWebGLLayer(session, gl, {
      antialias: false,
      depth: false,
      framebufferScaleFactor: XRWebGLLayer.getNativeFramebufferScaleFactor(session),
    });
    await session.updateRenderState({ baseLayer: layer });
    scheduler.held = true; // the page's own pictures rest meanwhile
    this.#scheduler = scheduler;
    this.#space = space;
    this.#painter = new RoomPainter(solid.stage, solid.piece, layer);
    solid.dress();
    session.requestAnimationFrame(this.#frame);
  }

  /**
   * @param {number} nowMs
   * @param {XRFrame} frame
   */
  #frame = (nowMs, frame) => {
    const { session } = frame;
    session.requestAnimationFrame(this.#frame);
    const space = /** @type {XRReferenceSpace} */ (this.#space);
    const pose = frame.getViewerPose(space);
    const elapsed = Math.min(nowMs - this.#lastMs, LONGEST_STEP_MS);
    this.#lastMs = nowMs;
    if (!pose || session.visibilityState === 'hidden') return;
    this.#follow(frame, space);
    const { x, y, z } = pose.transform.position;
    this.#placing.advance(nowMs, elapsed, this.#found(frame, space), [x, y, z]);
    this.#guide.show(this.#placing.state);
    this.#solid?.stage.governor.note(nowMs);
    this.#painter?.draw(pose.views, this.#placing);
  };

  /**
   * Where the middle of the view meets something that a piece can stand on.
   * @param {XRFrame} frame
   * @param {XRReferenceSpace} space
   */
  #found(frame, space) {
    this.#hit = undefined;
    if (!this.#rays || this.#placing.state === 'placed') return null;
    for (const hit of frame.getHitTestResults(this.#rays)) {
      const pose = hit.getPose(space);
      const place = pose && level(pose.transform.matrix);
      if (!place) continue;
      this.#hit = hit;
      return place;
    }
    return null;
  }

  /**
   * The room becomes better known as one looks about: what stands in it moves along.
   * @param {XRFrame} frame
   * @param {XRReferenceSpace} space
   */
  #follow(frame, space) {
    const pose = this.#anchor && frame.getPose(this.#anchor.anchorSpace, space);
    if (!pose) return;
    const { x, y, z } = pose.transform.position;
    const { place } = this.#placing;
    const [right, up, back] = (this.#beside ??= [place[0] - x, place[1] - y, place[2] - z]);
    this.#placing.moved([x + right, y + up, z + back]);
  }

  #setDown() {
    const hit = this.#hit;
    if (!this.#placing.setDown()) return;
    hit?.createAnchor?.()?.then(
      (anchor) => (this.#placing.state === 'placed' ? (this.#anchor = anchor) : anchor.delete()),
      () => undefined, // it stands there all the same
    );
  }

  #lift() {
    this.#anchor?.delete();
    this.#anchor = this.#beside = undefined;
    this.#placing.lift(this.#lastMs);
  }

  /** It ended: by the button, by the device, or because nobody wears it any more. */
  #over = () => {
    this.#end.abort();
    this.#guide.root.remove();
    this.#painter?.dispose();
    this.#solid?.release();
    if (this.#scheduler) this.#scheduler.held = false;
    this.#finished();
  };
}
