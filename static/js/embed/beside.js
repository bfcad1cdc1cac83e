/** The place beside an embedded piece; what stands in it is fetched when a feature wants it. */
import { unreachable } from './document.js';
import { node } from './node.js';

/** @typedef {import('./panel.js').Answers} Answers */
/** @typedef {import('./panel.js').Panel} Panel */

const FEATURES = ['options', 'price', 'cart', 'try-on', 'ar'];

export class Beside {
  root = node('div', { class: 'desk', hidden: '' });
  /** @type {Panel | undefined} */ panel;

  /** @param {Answers} answers */
  constructor(answers) {
    this.answers = answers;
  }

  /**
   * @param {readonly string[]} features
   * @returns {Promise<boolean>} whether it came now, with styles that are to be adopted
   * @throws {import('./document.js').Refusal} it did not come
   */
  async bring(features) {
    if (this.panel || !features.some((word) => FEATURES.includes(word))) return false;
    const { Panel } = await import('./panel.js').catch(() => {
      throw unreachable();
    });
    this.panel ??= new Panel(this.root, this.answers);
    return true;
  }
}
