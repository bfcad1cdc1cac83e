/** What the words beside one viewer do when they are pressed. */
import { FullScreen } from './full-screen.js';
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
  saved: _('Saved on this device.'),
};
const KEPT_MS = 1000; // that a saved picture's address is good for

/** Of one viewer. */
export class Actions {
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
    this.trueSize = new TrueSize(host, this.inspection, this.controls, coin, signal);
    this.fullScreen = new FullScreen(host, this.controls, signal);
    host.addEventListener('click', this.#click, { signal });
  }

  /** @param {MouseEvent} event */
  #click = (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-do]'));
    const name = button?.dataset.do;
    if (!name || !this.host.contains(button)) return;
    if (name.startsWith('side-')) return this.#turnTo(/** @type {Side} */ (name.slice(5)));
    if (name.startsWith('look-')) return this.look(/** @type {Look} */ (name.slice(5)));
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
      'true-size': () => this.#sized(() => this.trueSize.toggle()),
      measure: () => this.#sized(() => this.trueSize.measure()),
      picture: () => this.#save(),
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
  #sized(act) {
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

  /** Keeps what is seen as a file. */
  #save() {
    this.easel.canvas.toBlob((blob) => {
      if (!blob) return;
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `${this.host.configuration?.product ?? 'parure'}${this.painter.look === 'show' ? '-show' : ''}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
      this.host.tell(WORDS.saved);
    }, 'image/png');
  }
}
import { _ } from '../words.js';
