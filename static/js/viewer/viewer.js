/**
 * One viewer at work: it brings together what draws, moves and is offered. Loaded when somebody means to
 * look.
 *
 * What each part does: `layout` how large everything is, `motion` where it looks from, `inspection` near
 * and far, `turning` by itself, `parts` a watch's bezel and crown,
 * `moves` by hand and keys, `actions` by words, `easel` the picture,
 * `overlay` what lies over it, `narrator` what is said. Each knows those before it alone.
 */
import { Actions } from './actions.js';
import { Controls } from './controls.js';
import { Easel } from './easel.js';
import { Gestures } from './gestures.js';
import { Inspection } from './inspection.js';
import { Layout } from './layout.js';
import { localCoin } from './measure.js';
import { Motion } from './motion.js';
import { Moves } from './moves.js';
import { Narrator } from './narrator.js';
import { Overlay } from './overlay.js';
import { openPainter } from './painter.js';
import { Parts } from './parts.js';
import { posterOf } from './poster.js';
import { HELD, MOVING, NOTHING, STILL, scheduler } from './scheduler.js';
import { SolidPainter } from './solid.js';
import { Turning } from './turning.js';

/** @typedef {import('../parure-viewer.js').ParureViewer} ParureViewer */
/** @typedef {import('../service.js').Piece} Configuration */
/** @typedef {import('./painter.js').Painter} Painter */

const WORDS = {
  kind: _('piece that can be turned'),
  preparing: _('Preparing your piece…'),
  failed: _('The piece cannot be drawn at the moment.'),
};
const SETTLED_MS = 250; // after which a choice stands, and its file is made with care
const SLOW_MS = 400; // before a sentence says that something takes its time
const LONGEST_STEP_MS = 100; // of a movement, after a pause
const LATER_MS = 500; // until it looks again whether something moves by itself

let made = 0;

/** The working part of a <parure-viewer>. */
export class Viewer {
  #end = new AbortController();
  #visible = true;
  #lastMs = 0;
  #later = 0;
  #begun = false;
  #film = ''; // its address
  #coming = false; // whether what is shown in a hurry is being made with care

  /**
   * @param {ParureViewer} host
   * @param {HTMLElement} place that holds the poster
   * @param {Painter} painter
   */
  constructor(host, place, painter) {
    const id = `parure-viewer-${(made += 1)}`;
    const { signal } = this.#end;
    const coin = localCoin(navigator.language);
    this.host = host;
    this.place = place;
    this.painter = painter;
    this.easel = new Easel(painter);
    this.layout = new Layout(host, place, painter);
    this.motion = new Motion(painter, this.layout, this.easel.refresh);
    this.controls = new Controls(id, coin.name);
    this.narrator = new Narrator(host, this.motion, this.controls, id);
    this.overlay = new Overlay(host.language, (spot) => this.#lookAt(spot));
    this.inspection = new Inspection(painter, this.motion, this.overlay, this.controls);
    this.turning = new Turning(host, painter, this.motion, this.controls);
    this.parts = new Parts(host, painter, this.motion, this.controls);
    this.moves = new Moves(host, this.inspection, this.turning, this.parts, this.narrator, this.controls);
    this.actions = new Actions(host, painter, this.moves, this.overlay, coin, this.easel, signal);
  }

  /**
   * @param {ParureViewer} host
   * @param {HTMLElement} place
   * @param {{views: number, sizes: readonly number[]}} turn in pictures, for browsers without WebGL2
   */
  static async open(host, place, turn) {
    const poster = /** @type {HTMLImageElement} */ (place.querySelector('img'));
    const painter = await openPainter({ ...turn, poster }, () => viewer.easel.refresh());
    const viewer = new Viewer(host, place, painter);
    return viewer;
  }

  /**
   * Shows a configuration; the view is kept.
   * @param {Configuration} configuration
   * @param {AbortSignal} signal
   */
  async show(configuration, signal) {
    const { host, painter } = this;
    const slow = setTimeout(() => host.say(WORDS.preparing), SLOW_MS);
    try {
      const ended = AbortSignal.any([signal, this.#end.signal]);
      const another = await painter.show(configuration, ended, this.motion.pose);
      if (this.#end.signal.aborted) return painter.release();
      if (!this.#begun) this.#begin();
      if (another) this.#take(configuration);
      this.place.setAttribute('aria-label', posterOf(host).alt);
      this.easel.refresh();
      host.say('');
      this.#refine(ended);
    } catch (error) {
      if (signal.aborted || this.#end.signal.aborted) return;
      host.say(WORDS.failed);
      host.dispatchEvent(new CustomEvent('error', { detail: { message: String(error) } }));
    } finally {
      clearTimeout(slow);
    }
  }

  /**
   * Where the piece came in a hurry, has it made with care and shows that, unseen.
   * @param {AbortSignal} signal
   */
  async #refine(signal) {
    const { painter, easel } = this;
    this.#coming = painter instanceof SolidPainter && painter.hurried;
    if (!(painter instanceof SolidPainter) || !painter.hurried) return;
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    if (signal.aborted) return;
    const refined = await painter.refine(signal).catch(() => false); // what is shown is good enough
    if (signal.aborted) return;
    this.#coming = false;
    if (refined) easel.renew();
  }

  /** Whether the picture is as fine as it gets. */
  get still() {
    return this.easel.still && !this.#coming;
  }

  /** Something outside changed that matters to when it draws. */
  wake() {
    scheduler.wake();
  }

  /** The first configuration is there. */
  #begin() {
    const { signal } = this.#end;
    const { host, place, painter, controls, easel } = this;
    this.#begun = true;
    this.motion.begin();
    if (host.look === 'show') this.look('show');
    place.append(easel.canvas);
    place.tabIndex = 0;
    place.setAttribute('role', 'application');
    place.setAttribute('aria-roledescription', WORDS.kind);
    place.setAttribute('aria-describedby', this.narrator.about.id);
    host.append(this.narrator.about, this.overlay.root);
    new Gestures(place, this.moves, signal);
    controls.slider.addEventListener('input', this.#slide, { signal });
    host.addEventListener('focusin', () => this.turning.wait(), { signal });
    document.addEventListener('visibilitychange', easel.refresh, { signal });
    if (painter instanceof SolidPainter) painter.stage.addEventListener('restored', easel.refresh, { signal });
    this.#watch(signal);
    this.#measure();
    scheduler.add(this);
  }

  /** @param {AbortSignal} signal */
  #watch(signal) {
    const resized = new ResizeObserver(() => this.#measure());
    const seen = new IntersectionObserver(([entry]) => {
      this.#visible = entry.isIntersecting;
      scheduler.wake();
    });
    resized.observe(this.place);
    seen.observe(this.host);
    signal.addEventListener('abort', () => {
      resized.disconnect();
      seen.disconnect();
    });
  }

  #measure() {
    this.layout.measure();
    this.easel.refresh();
  }

  /**
   * Another file: what can be done with it may be something else too.
   * @param {Configuration} configuration
   */
  #take(configuration) {
    const { host, painter, controls, parts } = this;
    const solid = painter instanceof SolidPainter;
    if (solid) {
      this.overlay.point(painter.hotspots);
      this.motion.bound();
    }
    if (painter.dark && !painter.glows) this.actions.dark(false);
    if (painter.worn && !painter.hand) this.actions.wear(false);
    if (parts.chosen && !(parts.chosen in painter.turnable)) parts.choose(null);
    this.#film = configuration.urls.model.replace(/\.glb\b/, '.mp4');
    const first = !controls.bar.isConnected;
    if (first) host.append(controls.bar, controls.panel);
    this.offer();
    this.narrator.tell();
    if (first) host.dispatchEvent(new CustomEvent('ready', { detail: { solid }, bubbles: true }));
  }

  /** Offers what the piece and its host have. */
  offer() {
    const { host, painter } = this;
    if (!painter.ready) return;
    const solid = painter instanceof SolidPainter;
    this.controls.offer(host.features, {
      solid,
      stones: painter.hasStones,
      spots: solid && painter.hotspots.length > 0,
      moves: solid && (this.turning.wanted || painter.hasHands),
      hand: painter.hand !== null,
      glows: painter.glows,
      bezel: 'bezel' in painter.turnable,
      crown: 'crown' in painter.turnable,
      film: this.#film,
    });
  }

  /** @param {import('./actions.js').Look} look */
  look(look) {
    this.actions.look(look);
  }

  #slide = () => {
    this.moves.touch();
    this.motion.turnTo((Number(this.controls.slider.value) * Math.PI) / 180);
  };

  /** @param {import('./piece.js').Hotspot} spot */
  #lookAt(spot) {
    this.moves.touch();
    this.narrator.aloud = true;
    this.inspection.lookAt(spot);
  }

  /**
   * Moves on to now, and says how urgently a picture is wanted. Called once a frame.
   * @param {number} nowMs
   */
  wants(nowMs) {
    const elapsed = Math.min(Math.max(nowMs - this.#lastMs, 0), LONGEST_STEP_MS);
    this.#lastMs = nowMs;
    const { easel, host, moves, motion, turning } = this;
    if (!this.#visible || document.hidden || host.resting || !this.painter.ready) return NOTHING;
    turning.consider(moves.held || this.overlay.busy || this.parts.chosen !== null || this.controls.unfolded || host.matches(':focus-within'));
    if (turning.on) {
      turning.advance(elapsed);
      easel.changed = true;
    } else if (motion.approach(elapsed)) easel.changed = true;
    if (this.layout.makeRoom(this.#aside, elapsed, motion.calm)) easel.changed = true;
    if (easel.changed) return turning.on && !moves.held ? MOVING : HELD;
    if (moves.held) return this.#stillWants();
    if (!motion.resting && motion.pose === motion.target) this.narrator.tell();
    if (!turning.paused) easel.moveHands(motion.calm);
    return this.#stillWants();
  }

  /** Room beside the piece, for a coin and the open panel. */
  get #aside() {
    if (!this.painter.solid) return 0;
    return (this.overlay.aside(this.motion.pixelsPerMm) + this.controls.panelWidth * this.layout.towardsEnd) / 2;
  }

  #stillWants() {
    if (this.easel.unfinished) return this.easel.waits ? NOTHING : STILL;
    if (!this.turning.paused && (this.painter.hasHands || this.turning.wanted)) this.#wakeLater();
    return NOTHING;
  }

  /** Looks again in a moment; nothing runs in between. */
  #wakeLater() {
    if (this.#later) return;
    this.#later = window.setTimeout(() => {
      this.#later = 0;
      if (!this.#end.signal.aborted) scheduler.wake();
    }, LATER_MS);
  }

  /** One picture. */
  draw() {
    const { easel, motion } = this;
    const drawn = easel.draw(motion.pose, this.layout, !this.turning.paused);
    if (drawn === null) return;
    if (drawn === 'moved') this.#follow();
    this.host.toggleAttribute('painted', true);
  }

  /** Everything over the piece goes where the piece is. */
  #follow() {
    const { painter, motion, layout } = this;
    if (!(painter instanceof SolidPainter)) return;
    this.overlay.follow({
      box: painter.box,
      stands: painter.frame.stands,
      pixelsPerMm: motion.pixelsPerMm,
      project: (position, normal) => painter.project(motion.pose, layout, { position, normal }),
    });
  }

  /** The host is gone: nothing is kept. */
  close() {
    const { host, place } = this;
    this.#end.abort();
    clearTimeout(this.#later);
    this.moves.close();
    scheduler.remove(this);
    this.painter.release();
    for (const part of [this.controls.bar, this.controls.panel, this.overlay.root, this.narrator.about, this.easel.canvas]) part.remove();
    for (const name of ['tabindex', 'role', 'aria-roledescription', 'aria-describedby', 'aria-label']) place.removeAttribute(name);
    for (const name of ['painted', 'turned', 'hinted', 'grasping', 'darkened']) host.removeAttribute(name);
  }
}
import { _ } from '../words.js';
