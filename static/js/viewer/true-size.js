/** The piece at its true size on this very screen, once that was measured. */
import { calibrated } from './measure.js';
import { SLOWLY_MS } from './motion.js';
import { askScreen } from './screen.js';

/** @typedef {import('../parure-viewer.js').ParureViewer} ParureViewer */
/** @typedef {import('./controls.js').Controls} Controls */
/** @typedef {import('./inspection.js').Inspection} Inspection */
/** @typedef {import('./measure.js').Coin} Coin */

const WORDS = {
  shown: _('Shown at its true size.'),
};

/** Of one viewer. */
export class TrueSize {
  /**
   * @param {ParureViewer} host
   * @param {Inspection} inspection
   * @param {Controls} controls
   * @param {Coin} coin that a visitor is likely to have
   * @param {AbortSignal} signal
   */
  constructor(host, inspection, controls, coin, signal) {
    this.host = host;
    this.inspection = inspection;
    this.controls = controls;
    this.coin = coin;
    this.signal = signal;
  }

  async toggle() {
    if (this.inspection.motion.trueSize) return this.inspection.whole();
    const known = calibrated(devicePixelRatio);
    if (known === null) return this.measure();
    this.#show(known);
  }

  /** Asks for a card or a coin to be held to the screen. */
  async measure() {
    const measured = await askScreen(this.host, this.coin);
    if (measured !== null && !this.signal.aborted) this.#show(measured);
  }

  /** @param {number} pixelsPerMm */
  #show(pixelsPerMm) {
    const { motion } = this.inspection;
    motion.trueSize = pixelsPerMm;
    this.controls.press('true-size', true);
    this.controls.reveal('measure');
    this.host.tell(WORDS.shown);
    motion.moveTo({ zoom: motion.zoomOf(pixelsPerMm), x: 0, y: 0, z: 0 }, SLOWLY_MS);
  }
}
import { _ } from '../words.js';
