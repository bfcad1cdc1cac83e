/** What the words beside one viewer do when they are pressed. */
import { FullScreen } from './full-screen.js';
import { keepFilm, keepPicture } from './keeping.js';
import { SolidPainter } from './solid.js';
import { TrueSize } from './true-size.js';

/** @typedef {import('../parure-viewer.js').ParureViewer} ParureViewer */
/** @typedef {import('./controls.js').Side} Side */
/** @typedef {import('./moves.js').Moves} Moves */
/** @typedef {import('./overlay.js').Overlay} Overlay */
/** @typedef {import('./painter.js').Painter} Painter */
/** @typedef {'true' | 'show'} Look */

const WORDS = {
  show: _('Show look: the fire and the colour of the stones are exaggerated.'),
  dark: _('The lights are out; the luminous paint glows.'),
  light: _('The lights are on again.'),
  finger: (/** @type {import('./hand.js').Hand} */ { length, breadth }) =>
    _('On a hand {length} mm long and {breadth} mm wide.', { length: Math.round(length), breadth: Math.round(breadth) }),
  wrist: (/** @type {{girth: number}} */ { girth }) => _('On a wrist that measures {girth} mm round.', { girth: Math.round(girth) }),
};

/** Of one viewer. */
export class Actions {
  #filming = false; // while a film is fetched

  /**
   * @param {ParureViewer} host
   * @param {Painter} painter
   * @param {Moves} moves
   * @param {Overlay} overlay
   * @param {import('./measure.js').Coin} coin
   * @param {import('./easel.js').Easel} easel
   * @param {AbortSignal} signal
   */
  constructor(host, painter, moves, overlay, coin, easel, signal) {
    this.host = host;
    this.painter = painter;
    this.moves = moves;
    this.inspection = moves.inspection;
    this.controls = moves.controls;
    this.overlay = overlay;
    this.coin = coin;
    this.easel = easel;
    this.signal = signal;
    this.trueSize = new TrueSize(host, this.inspection, this.controls, coin, signal);
    this.fullScreen = new FullScreen(host, this.controls, signal);
    host.addEventListener('click', this.#click, { signal });
    host.addEventListener('keydown', this.#leave, { signal });
  }

  /** @param {MouseEvent} event */
  #click = (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-do]'));
    const name = button?.dataset.do;
    if (!name || !this.host.contains(button)) return;
    if (name.startsWith('side-')) return this.#turnTo(/** @type {Side} */ (name.slice(5)));
    if (name.startsWith('look-')) return this.host.setAttribute('look', name.slice(5));
    if (name === 'film') return this.#film(event, /** @type {HTMLAnchorElement} */ (button));
    const { controls, moves, overlay } = this;
    /** @type {Record<string, () => void>} */
    const actions = {
      open: () => this.#refit(() => controls.unfold(!controls.unfolded)),
      close: () => this.#refit(() => controls.unfold(false)),
      turn: () => moves.turning.toggle(),
      nearer: () => moves.command('nearer'),
      farther: () => moves.command('farther'),
      whole: () => moves.command('home'),
      hotspots: () => this.#toggle(name, !overlay.spots, (on) => (overlay.spots = on)),
      dimensions: () => this.#dimensions(),
      coin: () => this.#toggle(name, !overlay.coin, (on) => (overlay.coin = on ? this.coin : null)),
      hand: () => void this.wear(!this.painter.worn),
      'true-size': () => this.#touched(() => this.trueSize.toggle()),
      measure: () => this.#touched(() => this.trueSize.measure()),
      dark: () => this.dark(!this.painter.dark),
      bezel: () => this.#part(name),
      crown: () => this.#part(name),
      'bezel-click': () => this.#touched(() => moves.parts.step('bezel')),
      'bezel-home': () => this.#touched(() => moves.parts.home()),
      'crown-step': () => this.#touched(() => moves.parts.step('crown')),
      picture: () => keepPicture(this.easel.canvas, this.#name, this.host),
      'full-screen': () => this.fullScreen.toggle(),
    };
    actions[name]?.();
  };

  /** @param {Look} look */
  look(look) {
    this.painter.look = look;
    this.controls.press('look-true', look === 'true');
    this.controls.press('look-show', look === 'show');
    this.host.note(look === 'show' ? WORDS.show : '');
    this.easel.refresh();
  }

  /**
   * The lights go out, and luminous paint glows; or they come back.
   * @param {boolean} on
   */
  dark(on) {
    this.easel.dissolve(this.inspection.motion.calm);
    this.painter.dark = on;
    this.host.toggleAttribute('darkened', on);
    this.controls.press('dark', on);
    this.host.tell(on ? WORDS.dark : WORDS.light);
    this.easel.refresh();
  }

  /**
   * On a hand, for scale, or by itself.
   * @param {boolean} on
   */
  async wear(on) {
    const { painter, overlay, inspection } = this;
    this.moves.touch();
    this.controls.press('hand', on);
    if (on && painter instanceof SolidPainter) await painter.prepareHand();
    if (this.signal.aborted) return;
    this.easel.dissolve(inspection.motion.calm);
    overlay.coin = null;
    this.controls.press('coin', false);
    inspection.wear(on);
    const { hand } = painter;
    const words = on && hand ? WORDS[hand.seat](hand) : '';
    this.host.note(words);
    this.host.tell(words);
    this.easel.refresh();
  }

  /** @param {string} name of a part, to be turned or left */
  #part(name) {
    const { parts } = this.moves;
    const kind = /** @type {import('./parts.js').Kind} */ (name);
    this.#refit(() => parts.choose(parts.chosen === kind ? null : kind));
  }

  /** @param {Side} side */
  #turnTo(side) {
    this.moves.touch();
    this.moves.narrator.aloud = true;
    this.inspection.side(side);
  }

  /** @param {() => void} change that takes or gives room */
  #refit(change) {
    this.moves.turning.stop();
    this.inspection.refit(change);
  }

  /** @param {() => void} act */
  #touched(act) {
    this.moves.touch();
    act();
  }

  /**
   * @param {string} name of the button
   * @param {boolean} on
   * @param {(on: boolean) => void} set
   */
  #toggle(name, on, set) {
    this.#refit(() => set(on));
    this.controls.press(name, on);
  }

  #dimensions() {
    const { overlay, painter } = this;
    this.#toggle('dimensions', !overlay.dimensions, (on) => (overlay.dimensions = on));
    if (overlay.dimensions && painter instanceof SolidPainter) this.host.tell(overlay.lengths(painter.box));
  }

  /** Of the files that are kept; one in the Show look says so. */
  get #name() {
    return `${this.host.configuration?.product ?? 'parure'}${this.painter.look === 'show' ? '-show' : ''}`;
  }

  /**
   * @param {MouseEvent} event
   * @param {HTMLAnchorElement} link
   */
  async #film(event, { href }) {
    event.preventDefault();
    if (this.#filming) return;
    this.#filming = true;
    await keepFilm(href, this.host.configuration?.product ?? 'parure', this.host, this.signal);
    this.#filming = false;
  }

  /** Escape closes what is offered. @param {KeyboardEvent} event */
  #leave = (event) => {
    const { controls } = this;
    if (event.key !== 'Escape' || event.defaultPrevented || !controls.panel.contains(/** @type {Node} */ (event.target))) return;
    event.preventDefault();
    this.#refit(() => controls.unfold(false));
  };
}
import { _ } from '../words.js';
