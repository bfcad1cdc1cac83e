/**
 * What a viewer offers beside the piece itself: the slider that turns it, a pause, and a panel of words
 * that stays closed until it is wanted. Pure markup and its state; actions.js does the rest.
 */
import { html } from './markup.js';

export const FEATURES = /** @type {const} */ ([
  'hotspots', 'dimensions', 'true-size', 'coin', 'hand', 'look', 'dark', 'parts', 'picture', 'film', 'full-screen', 'help',
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
  hand: _('On a hand'),
  watch: _('The watch'),
  dark: _('In the dark'),
  bezel: _('Turn the bezel'),
  bezelClick: _('One click'),
  bezelHome: _('Back to twelve'),
  crown: _('Turn the crown'),
  crownStep: _('A little further'),
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
 * A title and what stands under it; nothing where nothing does.
 * @param {string} title
 * @param {...(HTMLElement | false)} words
 */
function group(title, ...words) {
  const offered = words.filter((one) => one !== false);
  if (offered.length === 0) return [];
  return [html('div', { class: 'viewer-group', role: 'group', 'aria-label': title }, html('p', { 'aria-hidden': 'true' }, title), ...offered)];
}

/**
 * What there is to offer.
 * @typedef {object} Offer
 * @property {boolean} solid whether the piece can be looked at from anywhere
 * @property {boolean} stones
 * @property {boolean} spots places that can be pointed out
 * @property {boolean} moves something moves by itself
 * @property {boolean} hand it can be shown on one
 * @property {boolean} glows something shines in the dark
 * @property {boolean} bezel it can be turned
 * @property {boolean} crown
 * @property {string} film its address
 */

/** The controls of one viewer. */
export class Controls {
  /** Names of the words that are pressed. */
  #pressed = new Set(['look-true']);
  #revealed = new Set();
  /** @type {Map<string, string>} */ #renamed = new Map();

  /**
   * @param {string} id that tells it from other viewers
   * @param {string} coin its name
   */
  constructor(id, coin) {
    this.coin = coin;
    this.slider = html('input', { type: 'range', min: '0', max: '359', step: '10', value: '0', 'aria-label': WORDS.turn });
    this.hint = html('p', { class: 'hint', 'aria-hidden': 'true' }, WORDS.hint);
    this.pause = word(WORDS.resume, 'turn');
    this.open = word(WORDS.open, 'open', { 'aria-expanded': 'false', 'aria-controls': `${id}-tools` });
    this.bar = html('div', { class: 'viewer-bar' }, this.pause, html('div', { class: 'turner' }, this.slider, this.hint), this.open);
    this.panel = html('div', { class: 'viewer-tools', id: `${id}-tools`, role: 'region', 'aria-label': WORDS.tools, hidden: true });
  }

  /**
   * Fills the panel; what is pressed stays so, and the focus where it was.
   * @param {ReadonlySet<Feature>} features
   * @param {Offer} about
   */
  offer(features, about) {
    const held = /** @type {HTMLElement | null} */ (this.panel.querySelector(':focus'))?.dataset.do;
    this.pause.hidden = !about.moves;
    this.panel.replaceChildren(word(WORDS.close, 'close'), ...this.#groups(features, about));
    if (features.has('help') && about.solid) {
      const lines = WORDS.helpLines.map((line) => html('li', {}, line));
      this.panel.append(html('details', {}, html('summary', {}, WORDS.help), html('ul', {}, ...lines)));
    }
    if (held) (this.button(held) ?? this.button('close'))?.focus({ preventScroll: true });
  }

  /**
   * @param {ReadonlySet<Feature>} features
   * @param {Offer} about
   */
  #groups(features, { solid, stones, spots, hand, glows, bezel, crown, film }) {
    const has = (/** @type {Feature} */ name, also = true) => also && features.has(name);
    const sides = /** @type {Side[]} */ (Object.keys(WORDS.sides)).filter((side) => solid || side !== 'above');
    const judged = [
      has('hotspots', spots) && this.#toggle(WORDS.hotspots, 'hotspots'),
      has('dimensions') && this.#toggle(WORDS.dimensions, 'dimensions'),
      has('coin') && this.#toggle(WORDS.coin(this.coin), 'coin'),
      has('hand', hand) && this.#toggle(WORDS.hand, 'hand'),
      has('true-size') && this.#toggle(WORDS.trueSize, 'true-size'),
      has('true-size') && word(WORDS.measure, 'measure', { hidden: !this.#revealed.has('measure') }),
    ];
    const kept = [
      has('picture') && word(WORDS.picture, 'picture'),
      has('film') && html('a', { class: 'viewer-word', 'data-do': 'film', href: film, download: '' }, WORDS.film),
      has('full-screen') && word(this.#renamed.get('full-screen') ?? WORDS.fullScreen, 'full-screen'),
    ];
    const watch = [
      has('dark', glows) && this.#toggle(WORDS.dark, 'dark'),
      ...(has('parts', bezel) ? this.#part('bezel', { 'bezel-click': WORDS.bezelClick, 'bezel-home': WORDS.bezelHome }) : []),
      ...(has('parts', crown) ? this.#part('crown', { 'crown-step': WORDS.crownStep }) : []),
    ];
    const look = [this.#toggle(WORDS.true, 'look-true'), this.#toggle(WORDS.show, 'look-show')];
    return [
      ...group(WORDS.view, ...sides.map((side) => word(WORDS.sides[side], `side-${side}`))),
      ...(solid ? group(WORDS.distance, word(WORDS.nearer, 'nearer'), word(WORDS.farther, 'farther'), word(WORDS.whole, 'whole')) : []),
      ...(solid ? group(WORDS.beside, ...judged) : []),
      ...(solid ? group(WORDS.watch, ...watch) : []),
      ...(has('look', solid && stones) ? group(WORDS.light, ...look) : []),
      ...group(WORDS.keep, ...kept),
    ];
  }

  /**
   * A part that can be turned, and how, once it is chosen.
   * @param {'bezel' | 'crown'} kind
   * @param {Record<string, string>} ways words by name
   */
  #part(kind, ways) {
    const hidden = !this.#pressed.has(kind);
    const more = Object.entries(ways).map(([name, words]) => word(words, name, { hidden, 'data-of': kind }));
    return [this.#toggle(WORDS[kind], kind), ...more];
  }

  /**
   * @param {string} words
   * @param {string} name
   */
  #toggle(words, name) {
    return word(words, name, { 'aria-pressed': String(this.#pressed.has(name)) });
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
    if (on) this.#pressed.add(name);
    else this.#pressed.delete(name);
    this.button(name)?.setAttribute('aria-pressed', String(on));
    for (const one of this.panel.querySelectorAll(`[data-of="${name}"]`)) one.toggleAttribute('hidden', !on);
  }

  /**
   * @param {string} name
   * @param {string} words
   */
  rename(name, words) {
    this.#renamed.set(name, words);
    const button = this.button(name);
    if (button) button.textContent = words;
  }

  /**
   * Shows a word that was of no use until now.
   * @param {string} name
   */
  reveal(name) {
    this.#revealed.add(name);
    const button = this.button(name);
    if (button) button.hidden = false;
  }

  /** @param {boolean} on */
  unfold(on) {
    const held = this.panel.matches(':focus-within');
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
}
import { _ } from '../words.js';
