/**
 * What a viewer offers beside the piece itself: the slider that turns it, a pause, and a panel of words
 * that stays closed until it is wanted. Pure markup and its state; the viewer does the rest.
 */
import { html } from './markup.js';

export const FEATURES = /** @type {const} */ ([
  'hotspots', 'dimensions', 'true-size', 'coin', 'look', 'picture', 'film', 'full-screen', 'help',
]); // prettier-ignore
/** @typedef {(typeof FEATURES)[number]} Feature */
/** @typedef {'front' | 'left' | 'back' | 'right' | 'above'} Side */

export const WORDS = {
  turn: _('Turn the piece'),
  hint: _('Drag to turn'),
  pause: _('Pause'),
  resume: _('Let it turn'),
  open: _('Look closer'),
  close: _('Close'),
  tools: _('Ways to look at the piece'),
  view: _('Seen from'),
  sides: { front: _('The front'), left: _('The left'), back: _('The back'), right: _('The right'), above: _('Above') },
  distance: _('Distance'),
  nearer: _('Closer'),
  farther: _('Farther'),
  whole: _('The whole piece'),
  beside: _('To judge it by'),
  hotspots: _('Details'),
  dimensions: _('Dimensions'),
  trueSize: _('True size'),
  measure: _('Measure this screen again'),
  coin: (/** @type {string} */ name) => _('Beside a coin ({name})', { name }),
  light: _('Light in the stones'),
  true: _('As it is'),
  show: _('Show'),
  keep: _('To keep'),
  picture: _('Save this picture'),
  film: _('Save a film of a turn'),
  fullScreen: _('Full screen'),
  leaveFullScreen: _('Leave full screen'),
  help: _('How to move the piece'),
  helpLines: [
    _('Drag, or press the left and right arrow keys, to turn it; the up and down keys look from above and below.'),
    _('Pinch, press + and −, or turn the wheel after a click or with Ctrl, to come closer.'),
    _('Drag with two fingers or the right button, or press Shift and an arrow key, to move it aside.'),
    _('Tap twice, or press Enter, to inspect a detail; once more, Escape or 0 shows the whole piece.'),
  ],
};

/**
 * @param {string} words
 * @param {string} name of what it does, in `data-do`
 * @param {Record<string, string | boolean>} [more]
 */
function word(words, name, more = {}) {
  return html('button', { type: 'button', class: 'viewer-word', 'data-do': name, ...more }, words);
}

/**
 * @param {string} title
 * @param {...HTMLElement} words
 */
function group(title, ...words) {
  return html('div', { class: 'viewer-group', role: 'group', 'aria-label': title }, html('p', { 'aria-hidden': 'true' }, title), ...words);
}

/** The controls of one viewer. */
export class Controls {
  /**
   * @param {ReadonlySet<Feature>} features
   * @param {{solid: boolean, stones: boolean, spots: boolean, moves: boolean, coin: string, film: string, id: string}} about
   */
  constructor(features, about) {
    const has = (/** @type {Feature} */ name) => features.has(name);
    const toggle = { 'aria-pressed': 'false' };
    this.slider = html('input', { type: 'range', min: '0', max: '359', step: '10', value: '0', 'aria-label': WORDS.turn });
    this.hint = html('p', { class: 'hint', 'aria-hidden': 'true' }, WORDS.hint);
    this.pause = word(WORDS.resume, 'turn', { hidden: !about.moves });
    this.open = word(WORDS.open, 'open', { 'aria-expanded': 'false', 'aria-controls': `${about.id}-tools` });
    this.bar = html('div', { class: 'viewer-bar' }, this.pause, html('div', { class: 'turner' }, this.slider, this.hint), this.open);
    this.film = html('a', { class: 'viewer-word', href: about.film, download: '' }, WORDS.film);
    const sides = /** @type {Side[]} */ (Object.keys(WORDS.sides)).filter((side) => about.solid || side !== 'above');
    const judged = [
      ...(has('hotspots') && about.spots ? [word(WORDS.hotspots, 'hotspots', toggle)] : []),
      ...(has('dimensions') ? [word(WORDS.dimensions, 'dimensions', toggle)] : []),
      ...(has('coin') ? [word(WORDS.coin(about.coin), 'coin', toggle)] : []),
      ...(has('true-size') ? [word(WORDS.trueSize, 'true-size', toggle), word(WORDS.measure, 'measure', { hidden: true })] : []),
    ];
    const kept = [
      ...(has('picture') ? [word(WORDS.picture, 'picture')] : []),
      ...(has('film') ? [this.film] : []),
      ...(has('full-screen') ? [word(WORDS.fullScreen, 'full-screen')] : []),
    ];
    const groups = [group(WORDS.view, ...sides.map((side) => word(WORDS.sides[side], `side-${side}`)))];
    if (about.solid) {
      groups.push(group(WORDS.distance, word(WORDS.nearer, 'nearer'), word(WORDS.farther, 'farther'), word(WORDS.whole, 'whole')));
      if (judged.length > 0) groups.push(group(WORDS.beside, ...judged));
      if (has('look') && about.stones) {
        groups.push(group(WORDS.light, word(WORDS.true, 'look-true', { 'aria-pressed': 'true' }), word(WORDS.show, 'look-show', toggle)));
      }
    }
    if (kept.length > 0) groups.push(group(WORDS.keep, ...kept));
    this.panel = html('div', { class: 'viewer-tools', id: `${about.id}-tools`, role: 'region', 'aria-label': WORDS.tools, hidden: true });
    this.panel.append(word(WORDS.close, 'close'), ...groups);
    if (has('help') && about.solid) {
      const lines = WORDS.helpLines.map((line) => html('li', {}, line));
      this.panel.append(html('details', {}, html('summary', {}, WORDS.help), html('ul', {}, ...lines)));
    }
  }

  /**
   * @param {string} name of `data-do`
   * @returns {HTMLButtonElement | null}
   */
  button(name) {
    return this.panel.querySelector(`[data-do="${name}"]`);
  }

  /**
   * @param {string} name
   * @param {boolean} on
   */
  press(name, on) {
    this.button(name)?.setAttribute('aria-pressed', String(on));
  }

  /** @param {boolean} on */
  unfold(on) {
    const held = this.panel.contains(document.activeElement);
    this.panel.hidden = !on;
    this.open.setAttribute('aria-expanded', String(on));
    if (on) this.button('close')?.focus({ preventScroll: true });
    else if (held) this.open.focus({ preventScroll: true });
  }

  /** What the open panel takes of the viewer's width, CSS pixels; 0 where it lies under the piece. */
  get panelWidth() {
    const { panel } = this;
    return panel.hidden || panel.offsetWidth > (panel.parentElement?.clientWidth ?? 0) * 0.6 ? 0 : panel.offsetWidth;
  }

  get unfolded() {
    return !this.panel.hidden;
  }

  /**
   * @param {number} azimuth
   * @param {string} words
   */
  turned(azimuth, words) {
    const degrees = Math.round((azimuth * 18) / Math.PI) * 10;
    this.slider.value = String(((degrees % 360) + 360) % 360);
    this.slider.setAttribute('aria-valuetext', words);
  }

  remove() {
    this.bar.remove();
    this.panel.remove();
  }
}
import { _ } from '../words.js';
