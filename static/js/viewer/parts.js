/** A watch's bezel and crown in the shopper's hand: by dragging them, once one is chosen, or by words. */
import { WORDS as CONTROL_WORDS } from './controls.js';
import { Ratchet, between, onCircle } from './ratchet.js';
import { SolidPainter } from './solid.js';

/** @typedef {import('../parure-viewer.js').ParureViewer} ParureViewer */
/** @typedef {import('./controls.js').Controls} Controls */
/** @typedef {import('./gestures.js').Point} Point */
/** @typedef {import('./motion.js').Motion} Motion */
/** @typedef {import('./painter.js').Painter} Painter */

export const KINDS = /** @type {const} */ (['bezel', 'crown']);
/** @typedef {(typeof KINDS)[number]} Kind */

const WORDS = {
  hints: { bezel: _('Drag the bezel: it goes one way, click by click'), crown: _('Drag across the crown') },
  bezelAt: (/** @type {number} */ minute) => _('The bezel’s mark is at minute {minute}.', { minute }),
  crownTurned: _('The crown was turned.'),
};
const EDGE = 1.12; // radii: a finger's room about a bezel
const INSIDE = 0.92; // of its inner radius
const LEAST_PX = 26; // about a crown, however small it is seen
const WINDING = Math.PI / 6; // of a word

/** Of one viewer. */
export class Parts {
  /** @type {Kind | null} */ chosen = null;
  /** @type {Map<Kind, Ratchet>} */ #ratchets = new Map();
  /** @type {Point | null} */ #last = null;
  #angle = 0;

  /**
   * @param {ParureViewer} host
   * @param {Painter} painter
   * @param {Motion} motion
   * @param {Controls} controls
   */
  constructor(host, painter, motion, controls) {
    this.host = host;
    this.painter = painter;
    this.motion = motion;
    this.controls = controls;
  }

  /**
   * Lets a part be dragged, or none.
   * @param {Kind | null} kind
   */
  choose(kind) {
    this.chosen = kind;
    this.host.toggleAttribute('grasping', kind !== null);
    this.hint();
    for (const one of KINDS) this.controls.press(one, one === kind);
    const { painter, motion } = this;
    if (kind && painter instanceof SolidPainter && !this.#rim(kind)) motion.turnTo(0, painter.frame.elevation);
  }

  /** What can be done with the piece, beside it. */
  hint() {
    this.controls.hint.textContent = this.chosen ? WORDS.hints[this.chosen] : CONTROL_WORDS.hint;
  }

  /**
   * Whether the part that was chosen lies there; then it is in hand.
   * @param {Point} at
   */
  grasp(at) {
    const { chosen } = this;
    const rim = chosen && this.#rim(chosen);
    this.#last = null;
    if (!rim) return false;
    const place = onCircle(rim, at);
    if (chosen === 'bezel') {
      if (!place || place.radii > EDGE || place.radii < rim.inner * INSIDE) return false;
      this.#angle = place.angle;
    } else if (Math.hypot(at.x - rim.center.x, at.y - rim.center.y) > Math.max(LEAST_PX, radiusOf(rim))) return false;
    this.#last = at;
    return true;
  }

  /**
   * The part in hand follows.
   * @param {Point} at
   */
  drag(at) {
    const { chosen } = this;
    const rim = chosen && this.#rim(chosen);
    if (!rim || !this.#last) return;
    if (chosen === 'bezel') {
      const place = onCircle(rim, at);
      if (!place) return;
      this.#pull(chosen, between(this.#angle, place.angle));
      this.#angle = place.angle;
    } else {
      // across the stem; what lies towards us moves with the hand
      const [sx, sy] = [rim.tip.x - rim.center.x, rim.tip.y - rim.center.y];
      const along = Math.hypot(sx, sy) || 1;
      const moved = ((at.x - this.#last.x) * -sy + (at.y - this.#last.y) * sx) / along;
      this.#pull(chosen, moved / Math.max(radiusOf(rim), 1));
    }
    this.#last = at;
  }

  /** A click of the bezel, or a little of the crown. @param {Kind} kind */
  step(kind) {
    this.#pull(kind, this.#ratchet(kind).click || WINDING);
    this.tell(kind);
  }

  /** The bezel's mark back at twelve. */
  home() {
    const ratchet = this.#ratchet('bezel');
    ratchet.home();
    this.#shown('bezel', ratchet.angle);
    this.tell('bezel');
  }

  /** Where the part stands, for those who hear the page. */
  tell(kind = this.chosen) {
    if (kind) this.host.tell(kind === 'bezel' ? WORDS.bezelAt(this.#ratchet(kind).minute) : WORDS.crownTurned);
  }

  /**
   * @param {Kind} kind
   * @param {number} angle radians
   */
  #pull(kind, angle) {
    const ratchet = this.#ratchet(kind);
    if (ratchet.pull(angle)) this.#shown(kind, ratchet.angle);
  }

  /**
   * @param {Kind} kind
   * @param {number} angle
   */
  #shown(kind, angle) {
    if (!(this.painter instanceof SolidPainter)) return;
    this.painter.turned = { ...this.painter.turned, [kind]: angle };
    this.motion.moved();
  }

  /** @param {Kind} kind */
  #ratchet(kind) {
    let found = this.#ratchets.get(kind);
    if (!found) {
      const { painter } = this;
      found = new Ratchet(painter instanceof SolidPainter ? painter.turnable[kind]?.clicks : undefined);
      this.#ratchets.set(kind, found);
    }
    return found;
  }

  /** @param {Kind} kind */
  #rim(kind) {
    const { painter, motion } = this;
    if (!(painter instanceof SolidPainter) || !painter.turnable[kind]) return null;
    const rim = painter.rim(kind, motion.pose, motion.layout);
    return kind === 'bezel' && !rim.center.facing ? null : rim;
  }
}

/** @param {import('./ratchet.js').Seen} rim */
function radiusOf({ center, across, up }) {
  return Math.max(...[across, up].map(({ x, y }) => Math.hypot(x - center.x, y - center.y)));
}
import { _ } from '../words.js';
