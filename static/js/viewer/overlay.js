/** What is drawn over the piece and follows it: places pointed out, lengths, a coin for scale. */
import { _, figures } from '../words.js';
import { html, svg } from './markup.js';
import { dimensionLines, lengthWords, sizesMm } from './measure.js';

/** @typedef {import('./measure.js').Coin} Coin */
/** @typedef {import('./measure.js').Point} Point */
/** @typedef {import('./piece.js').Hotspot} Hotspot */
/** @typedef {(position: [number, number, number], normal?: [number, number, number]) => Point & {facing: boolean}} Project */

/** @type {Record<string, string>} */
const SPOTS = {
  stone: _('The stone'),
  dial: _('The dial'),
  bezel: _('The bezel'),
  crown: _('The crown'),
  strap: _('The strap'),
  buckle: _('The buckle'),
  clasp: _('The clasp'),
  bail: _('The bail'),
  engraving: _('The engraving'),
};
const WORDS = {
  lookAt: (/** @type {string} */ name) => _('Look closer: {name}', { name }),
  isLarge: (/** @type {string} */ lengths) => _('It measures {lengths}.', { lengths }),
};
const GAP_MM = 3; // between the piece and the coin
const NAME_ROOM = 48; // CSS pixels of a coin's radius
const TICK = 5; // CSS pixels, half of a line's end

/** Over one viewer. */
export class Overlay {
  /** @type {{spot: Hotspot, button: HTMLButtonElement}[]} */ #spots = [];
  #lines = svg('g', { class: 'viewer-lines' });
  #disc = svg('circle', { r: '1' });
  #rim = svg('circle', { r: '1', class: 'rim' });
  #name = svg('text', {});
  #size = svg('text', { class: 'small' });
  #coin = svg('g', { class: 'viewer-coin' }, this.#disc, this.#rim, this.#name, this.#size);
  dimensions = false;
  spots = false;
  /** @type {Coin | null} */ coin = null;

  /**
   * @param {string} language
   * @param {(spot: Hotspot) => void} lookAt
   */
  constructor(language, lookAt) {
    this.language = language;
    this.lookAt = lookAt;
    this.drawing = svg('svg', { 'aria-hidden': 'true' }, this.#coin, this.#lines);
    this.root = html('div', { class: 'viewer-overlay' });
    this.root.append(this.drawing);
  }

  /** Whether something is shown that a turning piece would take away. */
  get busy() {
    return this.dimensions || this.spots || this.coin !== null;
  }

  /** @param {Hotspot[]} spots */
  point(spots) {
    for (const { button } of this.#spots) button.remove();
    this.#spots = spots.map((spot) => {
      const name = SPOTS[spot.about] ?? spot.name;
      const button = html('button', { type: 'button', class: 'viewer-spot', 'aria-label': WORDS.lookAt(name), hidden: true });
      button.append(html('span', { 'aria-hidden': 'true' }, name));
      button.addEventListener('click', () => this.lookAt(spot));
      this.root.append(button);
      return { spot, button };
    });
  }

  /**
   * Moves everything to where the piece is.
   * @param {{box: readonly number[], project: Project, pixelsPerMm: number, stands: boolean}} seen
   */
  follow({ box, project, pixelsPerMm, stands }) {
    for (const { spot, button } of this.#spots) {
      const { x, y, facing } = project(spot.position, spot.normal);
      button.hidden = !this.spots || (!facing && !button.matches(':focus'));
      if (!button.hidden) button.style.translate = `${x.toFixed(1)}px ${y.toFixed(1)}px`;
    }
    const corners = this.dimensions || this.coin ? Array.from({ length: 8 }, (_, k) => project([box[3 * k], box[3 * k + 1], box[3 * k + 2]])) : [];
    this.#measure(corners, box);
    this.#lay(corners, pixelsPerMm, stands);
  }

  /**
   * The piece's lengths in words, for those who hear the page.
   * @param {readonly number[]} box
   */
  lengths(box) {
    return WORDS.isLarge(sizesMm(box).map((mm) => lengthWords(mm, this.language)).join(' × '));
  }

  /**
   * Room that the coin takes beside the piece, CSS pixels.
   * @param {number} pixelsPerMm
   */
  aside(pixelsPerMm) {
    return this.coin ? (this.coin.mm + GAP_MM) * pixelsPerMm : 0;
  }

  /**
   * @param {Point[]} corners as they are seen
   * @param {readonly number[]} box
   */
  #measure(corners, box) {
    const lines = this.dimensions ? dimensionLines(corners, box) : [];
    while (this.#lines.childElementCount < lines.length) this.#lines.append(svg('g', {}, svg('path', {}), svg('text', {})));
    while (this.#lines.childElementCount > lines.length) this.#lines.lastElementChild?.remove();
    lines.forEach(({ from, to, at, mm }, index) => {
      const [path, text] = this.#lines.children[index].children;
      const length = Math.hypot(to.x - from.x, to.y - from.y);
      const across = { x: (-(to.y - from.y) / length) * TICK, y: ((to.x - from.x) / length) * TICK };
      const tick = (/** @type {Point} */ { x, y }) => `M${x - across.x} ${y - across.y}L${x + across.x} ${y + across.y}`;
      path.setAttribute('d', `M${from.x} ${from.y}L${to.x} ${to.y}${tick(from)}${tick(to)}`);
      place(text, at);
      text.textContent = lengthWords(mm, this.language);
    });
  }

  /**
   * @param {Point[]} corners
   * @param {number} pixelsPerMm
   * @param {boolean} stands on the ground as the coin does; else a chain may rise beside it
   */
  #lay(corners, pixelsPerMm, stands) {
    this.#coin.toggleAttribute('hidden', !this.coin);
    if (!this.coin) return;
    const radius = (this.coin.mm / 2) * pixelsPerMm;
    const right = Math.max(...corners.map(({ x }) => x));
    const heights = corners.map(({ y }) => y);
    const y = stands ? Math.max(...heights) - radius : Math.min(...heights) + radius;
    const at = { x: right + GAP_MM * pixelsPerMm + radius, y };
    for (const [circle, share] of /** @type {const} */ ([[this.#disc, 1], [this.#rim, 0.9]])) {
      circle.setAttribute('cx', String(at.x));
      circle.setAttribute('cy', String(at.y));
      circle.setAttribute('r', String(radius * share));
    }
    const first = radius > NAME_ROOM ? at.y - 4 : at.y + radius + 14; // in the coin, or under it
    place(this.#name, { x: at.x, y: first });
    place(this.#size, { x: at.x, y: first + 18 });
    this.#name.textContent = this.coin.name;
    this.#size.textContent = `${figures(this.language).format(this.coin.mm)} mm`;
  }
}

/**
 * @param {Element} text
 * @param {Point} at
 */
function place(text, { x, y }) {
  text.setAttribute('x', x.toFixed(1));
  text.setAttribute('y', y.toFixed(1));
}
