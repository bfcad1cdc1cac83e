/**
 * One viewer at work: its picture, its movements, its controls. Loaded when somebody means to look.
 */
import { step } from '../damper.js';
import { Controls, WORDS as CONTROL_WORDS } from './controls.js';
import { FramesPainter } from './frames.js';
import { Gestures } from './gestures.js';
import { calibrated, localCoin, sizesMm } from './measure.js';
import { approached, bounded, home, metresPerPixel, nearestTurn, shifted, viewWords, zoomAt, zoomed } from './orbit.js';
import { Overlay } from './overlay.js';
import { HELD, MOVING, NOTHING, STILL, scheduler } from './scheduler.js';
import { askScreen } from './screen.js';
import { SolidPainter } from './solid.js';

/** @typedef {import('../parure-viewer.js').ParureViewer} ParureViewer */
/** @typedef {import('../service.js').Piece} Configuration */
/** @typedef {import('./orbit.js').Pose} Pose */
/** @typedef {import('./gestures.js').Point} Point */
/** @typedef {import('./controls.js').Side} Side */

const WORDS = {
  kind: _('piece that can be turned'),
  seen: (/** @type {string} */ words) => _('Seen {words}.', { words }),
  help: _('Arrow keys turn it, plus and minus come closer, Enter inspects a detail, 0 shows the whole piece.'),
  wheel: _('Click the piece first, or hold Ctrl, to come closer with the wheel'),
  show: _('Show look: the fire and the colour of the stones are exaggerated.'),
  trueSize: _('Shown at its true size.'),
  saved: _('Saved on this device.'),
  preparing: _('Preparing your piece…'),
  failed: _('The piece cannot be drawn at the moment.'),
};

const SETTLE_MS = 110; // of what a hand moves
const GLIDE_MS = 180; // of movement that goes on when it is let go
const SLOWLY_MS = 240; // of what a word or a key moves
const TURN_MS = 26_000; // of a turn by itself
const IDLE_MS = 5_000; // before it begins
const IDLE_AGAIN_MS = 20_000; // before it begins again, once it was touched
const QUICK_MS = 45; // a picture: slower ones do not turn by themselves
const HAND_MS = 1_000; // between two positions of a watch's hands
const CALM_HAND_MS = 60_000; // where less motion is asked for
const SLOW_MS = 400; // before a sentence says that something takes its time
const WHEEL_HINT_MS = 2_500;
const STEP = Math.PI / 18; // of an arrow key
const TILT = Math.PI / 36;
const NUDGE = 28; // CSS pixels
const NEARER = 0.35; // doublings
const INSPECTED = 1.6; // doublings from the whole piece
const NEAR_SPOT = 36; // CSS pixels, of a double tap from a place that is pointed out
const FILL = 0.9; // of the width that a piece and what is beside it may take
const BAR_ROOM = 56; // CSS pixels, of the bar below
const LINES_ROOM = 44; // CSS pixels, of the lines that measure it
/** @type {Record<Exclude<Side, 'above'>, number>} */
const SIDES = { front: 0, left: Math.PI / 2, back: Math.PI, right: -Math.PI / 2 };

let made = 0;

/** The working part of a <parure-viewer>. */
export class Viewer {
  /** @type {SolidPainter | FramesPainter} */ #painter;
  /** @type {Pose} */ #pose;
  /** @type {Pose} */ #target;
  /** @type {import('./orbit.js').Fit} */ #fit = { focal: 1, scale: 1, right: 0, down: 0 };
  #canvas = document.createElement('canvas');
  /** @type {Controls | null} */ #controls = null;
  /** @type {Overlay} */ #overlay;
  #end = new AbortController();
  #id = `parure-viewer-${(made += 1)}`;
  #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #settleMs = SETTLE_MS;
  #changed = true; // since the last picture
  #sample = 0;
  #held = false;
  #visible = true;
  #lastMs = 0;
  #touchedMs = performance.now();
  #touched = false;
  #turning = false;
  #turned = 0; // radians of a turn by itself
  #paused = false;
  #handsMs = 0;
  #aside = 0; // CSS pixels that the piece makes room for a coin
  #resting = true; // whether the last movement was told
  #spoken = false; // whether it is to be said aloud
  #size = { width: 1, height: 1 };
  #poster = { x: 0, y: 0, side: 1 };
  #trueSize = 0; // CSS pixels for a millimetre; 0: any size
  #hintTimer = 0;
  drawn = 0;

  /**
   * @param {ParureViewer} host
   * @param {HTMLElement} place that holds the poster
   * @param {SolidPainter | FramesPainter} painter
   */
  constructor(host, place, painter) {
    this.host = host;
    this.place = place;
    this.#painter = painter;
    this.#pose = this.#target = { azimuth: 0, elevation: 0, zoom: 0, x: 0, y: 0, z: 0 };
    this.#overlay = new Overlay(host.language, (spot) => this.#lookAt(spot));
    this.coin = localCoin(navigator.language);
    this.about = document.createElement('p');
    this.about.className = 'unseen';
    this.about.id = `${this.#id}-view`;
  }

  /**
   * @param {ParureViewer} host
   * @param {HTMLElement} place
   * @param {{views: number, sizes: number[]}} pictures for browsers without WebGL2
   */
  static async open(host, place, pictures) {
    const painter = (await SolidPainter.open()) ?? new FramesPainter(pictures, () => viewer.#refresh());
    const viewer = new Viewer(host, place, painter);
    return viewer;
  }

  /**
   * Shows a configuration; the view is kept.
   * @param {Configuration} configuration
   * @param {AbortSignal} signal
   */
  async show(configuration, signal) {
    const first = !this.#painter.ready;
    const slow = setTimeout(() => this.host.say(WORDS.preparing), SLOW_MS);
    try {
      const ended = AbortSignal.any([signal, this.#end.signal]);
      const another = await this.#painter.show(configuration, ended, this.#pose);
      if (this.#end.signal.aborted) return this.#painter.release();
      if (first) this.#begin();
      if (another) this.#take(configuration);
      this.#refresh();
      this.host.say('');
    } catch (error) {
      if (signal.aborted || this.#end.signal.aborted) return;
      this.host.say(WORDS.failed);
      this.host.dispatchEvent(new CustomEvent('error', { detail: { message: String(error) } }));
    } finally {
      clearTimeout(slow);
    }
  }

  /** Whether every picture of the view is drawn. */
  get still() {
    return !this.#changed && this.#sample >= this.#painter.samples;
  }

  get pose() {
    return this.#pose;
  }

  get solid() {
    return this.#painter.solid;
  }

  get turning() {
    return this.#turning;
  }

  /** Something outside changed that matters to when it draws. */
  wake() {
    scheduler.wake();
  }

  /** The first configuration is there. */
  #begin() {
    const { signal } = this.#end;
    const { host, place } = this;
    this.#pose = this.#target = home(this.#painter.frame);
    this.#canvas.setAttribute('aria-hidden', 'true');
    if (!this.solid) this.#canvas.dataset.flat = '';
    place.append(this.#canvas);
    place.tabIndex = 0;
    place.setAttribute('role', 'application');
    place.setAttribute('aria-roledescription', WORDS.kind);
    place.setAttribute('aria-describedby', this.about.id);
    host.append(this.about, this.#overlay.root);
    new Gestures(place, this.#moves, signal);
    host.addEventListener('click', this.#click, { signal });
    host.addEventListener('focusin', () => (this.#touchedMs = performance.now()), { signal });
    document.addEventListener('fullscreenchange', this.#screenChanged, { signal });
    document.addEventListener('visibilitychange', () => this.#refresh(), { signal });
    const resized = new ResizeObserver(() => this.#measure());
    resized.observe(place);
    const seen = new IntersectionObserver(([entry]) => {
      this.#visible = entry.isIntersecting;
      scheduler.wake();
    });
    seen.observe(host);
    signal.addEventListener('abort', () => {
      resized.disconnect();
      seen.disconnect();
    });
    if (this.#painter instanceof SolidPainter) {
      const { stage } = this.#painter;
      stage.addEventListener('restored', () => this.#refresh(), { signal });
    }
    this.#measure();
    scheduler.add(this);
  }

  /**
   * Another file: what can be offered may be another too.
   * @param {Configuration} configuration
   */
  #take(configuration) {
    const painter = this.#painter;
    const solid = painter instanceof SolidPainter;
    const first = this.#controls === null;
    if (solid) {
      this.#overlay.point(painter.hotspots);
      this.#target = this.#bounded(this.#target);
    }
    const film = configuration.urls.model.replace(/\.glb\b/, '.mp4');
    const open = this.#controls?.unfolded ?? false;
    if (!first) this.#controls?.remove();
    const controls = new Controls(this.host.features, {
      solid,
      stones: painter.hasStones,
      spots: solid && painter.hotspots.length > 0,
      moves: solid && (this.host.hasAttribute('auto-turn') || painter.hasHands),
      coin: this.coin.name,
      film,
      id: this.#id,
    });
    this.#controls = controls;
    controls.slider.addEventListener('input', () => this.#slide(Number(controls.slider.value)));
    this.host.append(controls.bar, controls.panel);
    if (open) controls.unfold(true);
    this.#tell();
    if (first) this.host.dispatchEvent(new CustomEvent('ready', { detail: { solid }, bubbles: true }));
  }

  /** Something changed that the picture has to follow. */
  #refresh() {
    this.#changed = true;
    scheduler.wake();
  }

  /** Where the poster lies, and how large everything is. */
  #measure() {
    const around = this.place.getBoundingClientRect();
    const poster = /** @type {HTMLElement} */ (this.place.querySelector('img')).getBoundingClientRect();
    this.#size = { width: Math.max(around.width, 1), height: Math.max(around.height, 1) };
    this.#poster = { x: poster.left - around.left, y: poster.top - around.top, side: Math.max(poster.width, 1) };
    this.#fitted();
    this.#refresh();
  }

  #fitted() {
    const { width, height } = this.#size;
    const { x, y, side } = this.#poster;
    const shorter = Math.min(width, height);
    const { center, fieldOfView } = this.#painter.frame;
    this.#fit = {
      focal: shorter / (2 * Math.tan(fieldOfView / 2)),
      scale: shorter / side,
      right: x + center[0] * side - center[0] * width - this.#aside,
      down: y + center[1] * side - center[1] * height,
    };
  }

  /** On which side the panel opens: 1 the right, -1 the left. */
  get #towardsEnd() {
    return getComputedStyle(this.host).direction === 'rtl' ? -1 : 1;
  }

  get #limits() {
    const limits = this.#painter.limits;
    if (!this.#trueSize) return limits;
    const zoom = this.#zoomOf(this.#trueSize);
    return { ...limits, zoom: /** @type {[number, number]} */ ([Math.min(zoom, limits.zoom[0]), Math.max(zoom, limits.zoom[1])]) };
  }

  /** @param {Pose} pose */
  #bounded(pose) {
    return bounded(pose, this.#limits);
  }

  /** @param {number} pixelsPerMm */
  #zoomOf(pixelsPerMm) {
    return zoomAt(this.#painter.frame, this.#fit, pixelsPerMm * 1e3);
  }

  /** CSS pixels that a millimetre of the piece takes now. */
  get pixelsPerMm() {
    return 1e-3 / metresPerPixel(this.#painter.frame, this.#pose, this.#fit);
  }

  /**
   * @param {Pose} target
   * @param {number} settleMs
   */
  #moveTo(target, settleMs) {
    this.#target = this.#bounded(target);
    if (this.#calm.matches) this.#pose = this.#target;
    this.#settleMs = settleMs;
    this.#resting = false;
    this.#refresh();
  }

  /** Somebody did something. */
  #touch() {
    this.#touchedMs = performance.now();
    this.#touched = true;
    this.#stopTurning();
    this.host.toggleAttribute('turned', true);
  }

  /** @type {import('./gestures.js').Moves} */
  #moves = {
    press: () => {
      this.#held = true;
      this.#touch();
    },
    lift: () => {
      this.#held = false;
      this.#touchedMs = performance.now();
      scheduler.wake();
    },
    turn: (right, down) => {
      const { azimuth, elevation } = this.#target;
      const turned = azimuth + (right / this.#size.width) * 2 * Math.PI;
      const tilted = elevation + (down / this.#size.height) * Math.PI * 0.6;
      this.#moveTo({ ...this.#target, azimuth: turned, elevation: tilted }, SETTLE_MS);
    },
    pan: (right, down) => {
      const metres = metresPerPixel(this.#painter.frame, this.#pose, this.#fit);
      this.#moveTo(shifted(this.#target, right * metres, down * metres), SETTLE_MS);
    },
    zoom: (doublings, at) => {
      this.#touch();
      this.#leaveTrueSize();
      const before = this.#target;
      this.#moveTo(zoomed(before, doublings, this.#placeOf(at), this.#limits), SETTLE_MS);
      return this.#target.zoom !== before.zoom;
    },
    glide: (rightPerMs) => {
      if (this.#calm.matches) return;
      const azimuth = this.#target.azimuth + ((rightPerMs * GLIDE_MS) / this.#size.width) * 2 * Math.PI;
      this.#moveTo({ ...this.#target, azimuth }, GLIDE_MS);
    },
    inspect: (at) => this.#inspect(at),
    wheelMissed: () => {
      if (this.host.hasAttribute('hinted')) return;
      this.host.toggleAttribute('hinted', true);
      const hint = this.#controls?.hint;
      if (hint) hint.textContent = WORDS.wheel;
      this.#hintTimer = window.setTimeout(() => {
        this.host.toggleAttribute('hinted', false);
        if (hint) hint.textContent = CONTROL_WORDS.hint;
      }, WHEEL_HINT_MS);
    },
    command: (name) => this.#command(name),
  };

  /**
   * Metres from the point looked at to a place of the screen.
   * @param {Point} at
   */
  #placeOf({ x, y }) {
    const { center } = this.#painter.frame;
    const metres = metresPerPixel(this.#painter.frame, this.#target, this.#fit);
    return {
      right: (x - center[0] * this.#size.width - this.#fit.right) * metres,
      down: (y - center[1] * this.#size.height - this.#fit.down) * metres,
    };
  }

  /** @param {import('./gestures.js').Command} name */
  #command(name) {
    this.#touch();
    this.#spoken = true;
    const at = this.#target;
    const middle = { x: this.#painter.frame.center[0] * this.#size.width + this.#fit.right, y: this.#painter.frame.center[1] * this.#size.height + this.#fit.down };
    const turn = (/** @type {number} */ azimuth) => this.#moveTo({ ...at, azimuth: at.azimuth + azimuth }, SLOWLY_MS);
    const tilt = (/** @type {number} */ elevation) => this.#moveTo({ ...at, elevation: at.elevation + elevation }, SLOWLY_MS);
    /** @type {Record<import('./gestures.js').Command, () => void>} */
    const actions = {
      left: () => turn(-STEP),
      right: () => turn(STEP),
      quarterLeft: () => turn(-Math.PI / 2),
      quarterRight: () => turn(Math.PI / 2),
      up: () => tilt(TILT),
      down: () => tilt(-TILT),
      panLeft: () => this.#moves.pan(-NUDGE, 0),
      panRight: () => this.#moves.pan(NUDGE, 0),
      panUp: () => this.#moves.pan(0, -NUDGE),
      panDown: () => this.#moves.pan(0, NUDGE),
      nearer: () => this.#moves.zoom(NEARER, middle),
      farther: () => this.#moves.zoom(-NEARER, middle),
      inspect: () => this.#inspect(middle),
      whole: () => this.#whole(),
      home: () => this.#goHome(),
    };
    actions[name]();
  }

  /** The whole piece, from the side that is seen. */
  #whole() {
    this.#leaveTrueSize();
    this.#moveTo({ ...this.#target, zoom: this.#wholeZoom, x: 0, y: 0, z: 0 }, SLOWLY_MS);
  }

  #goHome() {
    const first = home(this.#painter.frame);
    this.#whole();
    this.#moveTo({ ...this.#target, azimuth: nearestTurn(0, this.#target.azimuth), elevation: first.elevation }, SLOWLY_MS);
  }

  /**
   * Zooms to a place, or back.
   * @param {Point} at
   */
  #inspect(at) {
    if (!this.solid) return;
    if (this.#target.zoom > this.#wholeZoom + INSPECTED / 2) return this.#whole();
    this.#leaveTrueSize();
    const near = this.#spotNear(at);
    if (near) return this.#lookAt(near, false);
    const { right, down } = this.#placeOf(at);
    this.#moveTo({ ...shifted(this.#target, -right, -down), zoom: INSPECTED }, SLOWLY_MS);
  }

  /**
   * A place that is pointed out and lies under the finger.
   * @param {Point} at
   */
  #spotNear(at) {
    const painter = this.#painter;
    if (!(painter instanceof SolidPainter)) return undefined;
    return painter.hotspots.find((spot) => {
      const { x, y, facing } = painter.project(this.#pose, this.#fit, this.#size, spot);
      return facing && Math.hypot(x - at.x, y - at.y) < NEAR_SPOT;
    });
  }

  /**
   * @param {import('./piece.js').Hotspot} spot
   * @param {boolean} [turn] to the side that shows it best
   */
  #lookAt(spot, turn = true) {
    const painter = this.#painter;
    if (!(painter instanceof SolidPainter)) return;
    this.#touch();
    this.#leaveTrueSize();
    this.#spoken = true;
    const { azimuth, elevation, x, y, z } = painter.facing(spot);
    const at = this.#target;
    this.#moveTo(
      {
        azimuth: turn && azimuth !== null ? nearestTurn(azimuth, at.azimuth) : at.azimuth,
        elevation: turn ? Math.max(elevation, painter.frame.elevation) : at.elevation,
        zoom: INSPECTED,
        x,
        y,
        z,
      },
      SLOWLY_MS,
    );
  }

  /** @param {number} degrees */
  #slide(degrees) {
    this.#touch();
    this.#moveTo({ ...this.#target, azimuth: nearestTurn((degrees * Math.PI) / 180, this.#target.azimuth) }, SLOWLY_MS);
  }

  /** @param {MouseEvent} event */
  #click = (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-do]'));
    const controls = this.#controls;
    const name = button?.dataset.do;
    if (!name || !controls || !this.host.contains(button)) return;
    if (name.startsWith('side-')) return this.#turnTo(/** @type {Side} */ (name.slice(5)));
    if (name.startsWith('look-')) return this.#look(name === 'look-show' ? 'show' : 'true');
    /** @type {Record<string, () => void>} */
    const actions = {
      open: () => this.#unfold(!controls.unfolded),
      close: () => this.#unfold(false),
      turn: () => this.#pauseOrTurn(),
      nearer: () => this.#command('nearer'),
      farther: () => this.#command('farther'),
      whole: () => this.#command('home'),
      hotspots: () => this.#toggle('spots', 'hotspots'),
      dimensions: () => this.#toggle('dimensions', 'dimensions'),
      coin: () => this.#toggleCoin(),
      'true-size': () => this.#toggleTrueSize(),
      measure: () => this.#measureScreen(),
      picture: () => this.#save(),
      'full-screen': () => this.#fill(),
    };
    actions[name]?.();
  };

  /** @param {boolean} on */
  #unfold(on) {
    this.#refit(() => this.#controls?.unfold(on));
  }

  /** @param {Side} side */
  #turnTo(side) {
    this.#touch();
    this.#spoken = true;
    const { azimuth } = this.#target;
    const { elevation } = this.#painter.frame;
    if (side === 'above') return this.#moveTo({ ...this.#target, elevation: Math.PI / 2 }, SLOWLY_MS);
    this.#moveTo({ ...this.#target, azimuth: nearestTurn(SIDES[side], azimuth), elevation }, SLOWLY_MS);
  }

  /** @param {'true' | 'show'} look */
  #look(look) {
    this.#painter.look = look;
    this.#controls?.press('look-true', look === 'true');
    this.#controls?.press('look-show', look === 'show');
    this.host.note(look === 'show' ? WORDS.show : '');
    this.#refresh();
  }

  /**
   * @param {'spots' | 'dimensions'} what
   * @param {string} name of the button
   */
  #toggle(what, name) {
    const on = !this.#overlay[what];
    this.#refit(() => (this.#overlay[what] = on));
    this.#controls?.press(name, on);
    if (on && what === 'dimensions' && this.#painter instanceof SolidPainter) {
      this.host.tell(this.#overlay.lengths(this.#painter.box));
    }
  }

  #toggleCoin() {
    const on = this.#overlay.coin === null;
    this.#refit(() => (this.#overlay.coin = on ? this.coin : null));
    this.#controls?.press('coin', on);
  }

  /** The zoom at which the piece, and what is shown beside it, has room; 0 is the poster's. */
  get #wholeZoom() {
    const painter = this.#painter;
    const { coin, dimensions } = this.#overlay;
    const panel = this.#controls?.panelWidth ?? 0;
    if (!(painter instanceof SolidPainter) || (!coin && !dimensions && !panel)) return 0;
    const [wide, high, deep] = sizesMm(painter.box);
    const across = Math.hypot(wide, deep) + this.#overlay.aside(1);
    const upright = high + deep / 2;
    const margin = dimensions ? LINES_ROOM : 0;
    const room = [(this.#size.width - panel) * FILL - 2 * margin, this.#size.height * FILL - BAR_ROOM - 2 * margin];
    return Math.min(this.#zoomOf(room[0] / across), this.#zoomOf(room[1] / upright), 0);
  }

  /** Shows the whole piece again, if that was seen, once something takes or gives room. */
  #refit(/** @type {() => void} */ change) {
    const { zoom, x, y, z } = this.#target;
    const whole = !this.#trueSize && Math.abs(zoom - this.#wholeZoom) < 1e-6 && x === 0 && y === 0 && z === 0;
    change();
    this.#stopTurning();
    if (whole) this.#moveTo({ ...this.#target, zoom: this.#wholeZoom }, SLOWLY_MS);
    this.#refresh();
  }

  async #toggleTrueSize() {
    if (this.#trueSize) {
      this.#whole();
      return;
    }
    const known = calibrated(localStorage, devicePixelRatio);
    if (known === null) return this.#measureScreen();
    this.#showTrueSize(known);
  }

  async #measureScreen() {
    this.#stopTurning();
    const measured = await askScreen(this.host, this.coin);
    if (measured !== null && !this.#end.signal.aborted) this.#showTrueSize(measured);
  }

  /** @param {number} pixelsPerMm */
  #showTrueSize(pixelsPerMm) {
    this.#touch();
    this.#trueSize = pixelsPerMm;
    this.#controls?.press('true-size', true);
    const again = this.#controls?.button('measure');
    if (again) again.hidden = false;
    this.host.tell(WORDS.trueSize);
    this.#moveTo({ ...this.#target, zoom: this.#zoomOf(pixelsPerMm), x: 0, y: 0, z: 0 }, SLOWLY_MS);
  }

  #leaveTrueSize() {
    if (!this.#trueSize) return;
    this.#trueSize = 0;
    this.#controls?.press('true-size', false);
    this.#target = this.#bounded(this.#target);
  }

  #pauseOrTurn() {
    if (this.#turning) this.#paused = true;
    else {
      this.#paused = false;
      this.#turned = 0;
      if (this.host.hasAttribute('auto-turn')) this.#turning = true;
    }
    if (this.#paused) this.#stopTurning();
    this.#tellPause();
    scheduler.wake();
  }

  #stopTurning() {
    if (!this.#turning) return;
    this.#turning = false;
    this.#target = this.#pose;
    this.#resting = false;
    this.#tellPause();
  }

  #tellPause() {
    const { pause } = this.#controls ?? {};
    if (pause) pause.textContent = this.#turning ? CONTROL_WORDS.pause : CONTROL_WORDS.resume;
  }

  /**
   * Whether the piece may begin to turn now.
   * @param {number} nowMs
   */
  #mayTurn(nowMs) {
    if (this.#turning || this.#paused || this.#held || this.#calm.matches || !this.solid) return false;
    if (!this.host.hasAttribute('auto-turn') || this.#painter.tookMs > QUICK_MS || this.#turned >= 2 * Math.PI) return false;
    if (this.#target.zoom > 0.01 || this.#overlay.dimensions || this.#overlay.coin || this.#overlay.spots) return false;
    if (this.#controls?.unfolded || this.host.contains(document.activeElement)) return false;
    return nowMs - this.#touchedMs > (this.#touched ? IDLE_AGAIN_MS : IDLE_MS);
  }

  #save() {
    this.#canvas.toBlob((blob) => {
      if (!blob) return;
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `${this.host.configuration?.product ?? 'parure'}${this.#painter.look === 'show' ? '-show' : ''}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      this.host.tell(WORDS.saved);
    }, 'image/png');
  }

  #fill() {
    if (document.fullscreenElement === this.host) document.exitFullscreen();
    else if (this.host.requestFullscreen) this.host.requestFullscreen().catch(() => this.#fillPage());
    else this.#fillPage();
  }

  /** Where a browser lends no screen, the page itself is filled. */
  #fillPage() {
    this.host.toggleAttribute('filling');
    this.#screenChanged();
  }

  #screenChanged = () => {
    const full = document.fullscreenElement === this.host || this.host.hasAttribute('filling');
    const button = this.#controls?.button('full-screen');
    if (button) button.textContent = full ? CONTROL_WORDS.leaveFullScreen : CONTROL_WORDS.fullScreen;
  };

  /**
   * Moves on to now, and says how urgently a picture is wanted. Called once a frame.
   * @param {number} nowMs
   */
  wants(nowMs) {
    const elapsed = Math.min(Math.max(nowMs - this.#lastMs, 0), 100);
    this.#lastMs = nowMs;
    if (!this.#visible || document.hidden || this.host.resting || !this.#painter.ready) return NOTHING;
    if (this.#mayTurn(performance.now())) {
      this.#turning = true;
      this.#turned = 0;
      this.#tellPause();
    }
    if (this.#turning) this.#turnOn(elapsed);
    else if (this.#pose !== this.#target) {
      this.#pose = approached(this.#pose, this.#target, elapsed, this.#settleMs);
      this.#changed = true;
    }
    this.#makeRoom(elapsed);
    if (this.#held) return this.#changed ? HELD : this.#stillWants();
    if (this.#changed) return this.#turning ? MOVING : HELD;
    if (!this.#resting && this.#pose === this.#target) this.#tell();
    this.#moveHands();
    return this.#stillWants();
  }

  #stillWants() {
    if (this.#sample < this.#painter.samples) return STILL;
    if (this.#painter.hasHands && !this.#paused) this.#wakeLater();
    else if (this.host.hasAttribute('auto-turn') && !this.#paused) this.#wakeLater();
    return NOTHING;
  }

  #later = 0;

  /** Looks again in a moment; nothing runs in between. */
  #wakeLater() {
    if (this.#later) return;
    this.#later = window.setTimeout(() => {
      this.#later = 0;
      if (!this.#end.signal.aborted) scheduler.wake();
    }, HAND_MS / 2);
  }

  /** @param {number} elapsedMs */
  #turnOn(elapsedMs) {
    const turned = (elapsedMs / TURN_MS) * 2 * Math.PI;
    this.#turned += turned;
    this.#pose = this.#target = { ...this.#pose, azimuth: this.#pose.azimuth + turned };
    this.#changed = true;
    if (this.#turned < 2 * Math.PI) return;
    this.#turning = false; // once round, and it rests
    this.#resting = false;
    this.#tellPause();
  }

  /**
   * Room beside the piece for the coin and the open panel, taken as slowly as everything moves.
   * @param {number} elapsedMs
   */
  #makeRoom(elapsedMs) {
    const panel = this.#controls?.panelWidth ?? 0;
    const target = this.solid ? (this.#overlay.aside(this.pixelsPerMm) + panel * this.#towardsEnd) / 2 : 0;
    if (target === this.#aside) return;
    const calm = this.#calm.matches;
    this.#aside = calm ? target : step({ position: this.#aside, target }, elapsedMs, SETTLE_MS, 0.25).position;
    this.#fitted();
    this.#changed = true;
  }

  #moveHands() {
    if (!(this.#painter instanceof SolidPainter) || !this.#painter.hasHands || this.#paused) return;
    const now = Date.now();
    if (this.#sample < this.#painter.samples || now - this.#handsMs < (this.#calm.matches ? CALM_HAND_MS : HAND_MS)) return;
    this.#handsMs = now;
    if (this.#painter.animate(now)) this.#sample = 0;
  }

  /**
   * One picture: of a movement, or one more of a still view. Watch hands that moved are shown once they
   * are drawn as finely as what they replace.
   */
  draw() {
    const painter = this.#painter;
    const moving = this.#changed;
    if (moving && painter instanceof SolidPainter && painter.hasHands && !this.#paused) painter.animate(Date.now());
    const sample = moving ? 0 : this.#sample + 1;
    const shown = moving || this.#handsMs === 0 || this.#fine || sample >= painter.samples;
    if (!painter.draw(this.#canvas, this.#pose, this.#fit, sample, shown)) {
      this.#changed = false;
      this.#sample = painter.samples; // until the context is back
      return;
    }
    this.#sample = sample;
    this.#fine = moving || (this.#fine && sample < painter.samples);
    this.#changed = false;
    this.drawn += 1;
    if (moving) this.#follow();
    this.host.toggleAttribute('painted', true);
  }

  #fine = true; // whether the pictures of this still view are shown as they come

  /** Everything over the piece goes where the piece is. */
  #follow() {
    const painter = this.#painter;
    if (!(painter instanceof SolidPainter)) return;
    this.#overlay.follow({
      box: painter.box,
      pixelsPerMm: this.pixelsPerMm,
      project: (position, normal) => painter.project(this.#pose, this.#fit, this.#size, { position, normal }),
    });
  }

  /** Says where the piece is seen from, once it rests. */
  #tell() {
    const words = viewWords(this.#pose);
    this.#resting = true;
    this.#controls?.turned(this.#pose.azimuth, words);
    this.about.textContent = `${WORDS.seen(words)} ${WORDS.help}`;
    if (this.#spoken) this.host.tell(WORDS.seen(words));
    this.#spoken = false;
    const { azimuth, elevation, zoom } = this.#pose;
    this.host.dispatchEvent(new CustomEvent('turned', { detail: { azimuth, elevation, zoom, words }, bubbles: true }));
  }

  /** The host is gone: nothing is kept. */
  close() {
    this.#end.abort();
    clearTimeout(this.#later);
    clearTimeout(this.#hintTimer);
    scheduler.remove(this);
    this.#painter.release();
    this.#controls?.remove();
    this.#overlay.root.remove();
    this.about.remove();
    this.#canvas.remove();
    this.place.removeAttribute('tabindex');
    for (const name of ['role', 'aria-roledescription', 'aria-describedby']) this.place.removeAttribute(name);
    for (const name of ['painted', 'turned', 'hinted']) this.host.removeAttribute(name);
  }
}
import { _ } from '../words.js';
