/** Says where the piece is seen from, once it rests: to those who hear the page, and to scripts. */
import { viewWords } from './orbit.js';

/** @typedef {import('../parure-viewer.js').ParureViewer} ParureViewer */
/** @typedef {import('./controls.js').Controls} Controls */
/** @typedef {import('./motion.js').Motion} Motion */

const WORDS = {
  seen: (/** @type {string} */ words) => _('Seen {words}.', { words }),
  help: _('Arrow keys turn it, plus and minus come closer, Enter inspects a detail, 0 shows the whole piece.'),
};

/** Of one viewer. */
export class Narrator {
  aloud = false; // whether the next view is said at once
  about = document.createElement('p');

  /**
   * @param {ParureViewer} host
   * @param {Motion} motion
   * @param {Controls} controls
   * @param {string} id
   */
  constructor(host, motion, controls, id) {
    this.host = host;
    this.motion = motion;
    this.controls = controls;
    this.about.className = 'unseen';
    this.about.id = `${id}-view`;
  }

  /** Tells the view that was reached. */
  tell() {
    const { motion, host } = this;
    const words = viewWords(motion.pose);
    motion.resting = true;
    this.controls.turned(motion.pose.azimuth, words);
    this.about.textContent = `${WORDS.seen(words)} ${WORDS.help}`;
    if (this.aloud) host.tell(WORDS.seen(words));
    this.aloud = false;
    const { azimuth, elevation, zoom } = motion.pose;
    host.dispatchEvent(new CustomEvent('turned', { detail: { azimuth, elevation, zoom, words }, bubbles: true }));
  }
}
import { _ } from '../words.js';
