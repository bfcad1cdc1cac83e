/**
 * Mouse, touch, wheel and keys of a viewer, as movements in CSS pixels. One finger turns and a swipe up
 * or down scrolls the page; two fingers zoom and move. The wheel belongs to the page until the piece
 * was clicked, or while Ctrl is held.
 */
import { releaseSpeed } from '../damper.js';

/** @typedef {{x: number, y: number}} Point */

/**
 * What is done with the movements; places are CSS pixels from the upper left of the element.
 * @typedef {object} Moves
 * @property {() => void} press somebody takes hold
 * @property {(at: Point) => boolean} grasp whether a part that can be turned by itself lies there
 * @property {(at: Point) => void} drag that part
 * @property {() => void} lift nobody holds it any more
 * @property {(right: number, down: number) => void} turn
 * @property {(right: number, down: number) => void} pan
 * @property {(doublings: number, at: Point) => boolean} zoom false at the end of it
 * @property {(rightPerMs: number) => void} glide on, as it is let go
 * @property {(at: Point) => void} inspect
 * @property {() => void} wheelMissed the page scrolls instead
 * @property {(name: Command) => void} command
 */
/** @typedef {'left' | 'right' | 'up' | 'down' | 'panLeft' | 'panRight' | 'panUp' | 'panDown' | 'nearer' | 'farther' | 'quarterLeft' | 'quarterRight' | 'home' | 'inspect' | 'whole'} Command */

const SPEED_WINDOW_MS = 80;
const SAMPLES = 12;
const TAP_MOVES = 8; // pixels that a tap may slip
const SECOND_TAP_MS = 350;
const SECOND_TAP_AWAY = 32;
const WHEEL_PER_DOUBLING = 420; // pixels of scrolling
const PINCH_PER_DOUBLING = 90; // of a touch pad, which browsers tell as Ctrl and wheel
const LINE = 16; // pixels
const LARGEST_STEP = 0.5; // doublings of one event

/** @type {Record<string, Command>} */
const KEYS = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'quarterRight',
  PageDown: 'quarterLeft',
  '+': 'nearer',
  '=': 'nearer',
  '-': 'farther',
  _: 'farther',
  0: 'home',
  Home: 'home',
  Enter: 'inspect',
  Escape: 'whole',
};
/** @type {Record<string, Command>} */
const SHIFTED = { ArrowLeft: 'panLeft', ArrowRight: 'panRight', ArrowUp: 'panUp', ArrowDown: 'panDown' };

/**
 * What a key means; undefined where it is none of the viewer's.
 * @param {Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>} event
 * @returns {Command | undefined}
 */
export function commandOf({ key, altKey, ctrlKey, metaKey, shiftKey }) {
  if (altKey || ctrlKey || metaKey) return undefined;
  return (shiftKey ? SHIFTED[key] : undefined) ?? KEYS[key];
}

/** Listens to an element until its signal is aborted. */
export class Gestures {
  /** @type {Map<number, Point>} */ #pointers = new Map();
  /** @type {{timeMs: number, value: number}[]} */ #samples = [];
  /** @type {{at: Point, timeMs: number} | null} */ #tapped = null;
  #slipped = 0;
  #pans = false;
  #grasped = false;
  #clicked = false;

  /**
   * @param {HTMLElement} place
   * @param {Moves} moves
   * @param {AbortSignal} signal
   */
  constructor(place, moves, signal) {
    this.place = place;
    this.moves = moves;
    place.addEventListener('pointerdown', this.#press, { signal });
    place.addEventListener('pointermove', this.#move, { signal });
    place.addEventListener('pointerup', this.#lift, { signal });
    place.addEventListener('pointercancel', this.#lift, { signal });
    place.addEventListener('pointerleave', () => (this.#clicked = false), { signal });
    place.addEventListener('keydown', this.#key, { signal });
    place.addEventListener('wheel', this.#wheel, { signal, passive: false });
    place.addEventListener('touchstart', this.#keepPage, { signal, passive: false });
    place.addEventListener('touchmove', this.#keepPage, { signal, passive: false });
    place.addEventListener('contextmenu', (event) => this.#pans && event.preventDefault(), { signal });
    place.addEventListener('dragstart', (event) => event.preventDefault(), { signal });
  }

  get held() {
    return this.#pointers.size > 0;
  }

  /** Two fingers are the viewer's, and one that holds a part: the page neither scrolls nor zooms by them. */
  #keepPage = (/** @type {TouchEvent} */ event) => {
    if ((event.touches.length > 1 || this.#grasped) && event.cancelable) event.preventDefault();
  };

  /** @param {PointerEvent} event */
  #press = (event) => {
    if (event.button > 2) return;
    this.#clicked = event.pointerType === 'mouse';
    this.#pans = event.pointerType === 'mouse' && (event.button !== 0 || event.shiftKey);
    this.place.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#at(event));
    if (this.#pointers.size === 1) {
      this.#samples = [];
      this.#slipped = 0;
      this.moves.press();
      this.#grasped = !this.#pans && this.moves.grasp(this.#at(event));
    } else {
      this.#slipped = Infinity; // two fingers do not tap
    }
  };

  /** @param {PointerEvent} event */
  #move = (event) => {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = this.#at(event);
    const others = [...this.#pointers].filter(([id]) => id !== event.pointerId);
    this.#pointers.set(event.pointerId, now);
    const right = now.x - before.x;
    const down = now.y - before.y;
    this.#slipped += Math.hypot(right, down);
    if (others.length > 0) return this.#pinch(before, now, others[0][1]);
    if (this.#grasped) return this.moves.drag(now);
    if (this.#slipped < TAP_MOVES) return;
    if (this.#pans) return this.moves.pan(right, down);
    this.#samples.push({ timeMs: event.timeStamp, value: now.x });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.moves.turn(right, down);
  };

  /**
   * One of two fingers moved.
   * @param {Point} before
   * @param {Point} now
   * @param {Point} other
   */
  #pinch(before, now, other) {
    const was = Math.hypot(before.x - other.x, before.y - other.y);
    const is = Math.hypot(now.x - other.x, now.y - other.y);
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    if (was > 0 && is > 0) this.moves.zoom(Math.log2(is / was), middle);
    this.moves.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
  }

  /** @param {PointerEvent} event */
  #lift = (event) => {
    if (!this.#pointers.delete(event.pointerId)) return;
    this.#samples = this.#pointers.size > 0 ? [] : this.#samples;
    if (this.#pointers.size > 0) return;
    const grasped = this.#grasped;
    this.#grasped = false;
    this.moves.lift();
    if (event.type === 'pointercancel') return;
    if (grasped) return;
    if (this.#slipped < TAP_MOVES) return this.#tap(this.#at(event), event.timeStamp);
    if (this.#samples.length > 0) this.moves.glide(releaseSpeed(this.#samples, event.timeStamp, SPEED_WINDOW_MS));
  };

  /**
   * @param {Point} at
   * @param {number} timeMs
   */
  #tap(at, timeMs) {
    const first = this.#tapped;
    const second = first && timeMs - first.timeMs < SECOND_TAP_MS && Math.hypot(at.x - first.at.x, at.y - first.at.y) < SECOND_TAP_AWAY;
    this.#tapped = second ? null : { at, timeMs };
    if (second) this.moves.inspect(at);
  }

  /** @param {WheelEvent} event */
  #wheel = (event) => {
    if (!event.ctrlKey && !this.#clicked && !this.place.matches(':focus-visible')) return this.moves.wheelMissed();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
    const doublings = -pixels / (event.ctrlKey && event.deltaMode === 0 && Math.abs(pixels) < 40 ? PINCH_PER_DOUBLING : WHEEL_PER_DOUBLING);
    const moved = this.moves.zoom(Math.min(Math.max(doublings, -LARGEST_STEP), LARGEST_STEP), this.#at(event));
    // at the end of the zoom the page scrolls on; with Ctrl it would be zoomed itself
    if (moved || event.ctrlKey) event.preventDefault();
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const command = event.target === this.place ? commandOf(event) : undefined;
    if (!command) return;
    if (command !== 'whole') event.preventDefault();
    this.moves.command(command);
  };

  /**
   * @param {MouseEvent} event
   * @returns {Point}
   */
  #at(event) {
    const { left, top } = this.place.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}
