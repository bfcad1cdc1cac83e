/** What lies over the camera's picture: what to do next, and the buttons that do all a finger does. */
import { _ } from '../words.js';

/** @typedef {'preparing' | 'seeking' | 'aiming' | 'placed' | 'failed'} Step */

const WORDS = {
  preparing: () => _('Preparing your piece…'),
  seeking: () => _('Move the phone slowly over a table.'),
  aiming: () => _('Touch the screen to set it down here.'),
  placed: () => _('It stands there at its true size. Come near; draw a finger across to turn it.'),
  failed: () => _('The piece cannot be drawn at the moment.'),
};
const TAP_MOVES = 10; // CSS pixels that a tap may slip

/**
 * What is done with what is touched.
 * @typedef {object} Answers
 * @property {() => void} settle sets it down, or lifts it again
 * @property {() => void} setDown
 * @property {(pixels: number) => void} drag
 * @property {(way: 1 | -1) => void} step
 * @property {() => void} close
 */

/** Of one session. */
export class Guide {
  root = document.createElement('div');
  /** @type {Step | undefined} */ #step;
  #said = document.createElement('p');
  #settle;
  #turns;
  /** @type {{id: number, x: number, from: number} | null} */ #held = null;

  /**
   * @param {Answers} answers
   * @param {string} name of the piece
   */
  constructor(answers, name) {
    this.answers = answers;
    const { root } = this;
    root.className = 'in-room';
    root.setAttribute('role', 'dialog');
    root.setAttribute('aria-modal', 'true');
    root.setAttribute('aria-label', _('{name} in your room', { name }));
    this.#said.setAttribute('role', 'status');
    const close = button(_('Close'), answers.close);
    close.className = 'in-room-close';
    this.#turns = [button('↺', () => answers.step(-1), _('Turn it to the left')), button('↻', () => answers.step(1), _('Turn it to the right'))];
    this.#settle = button('', answers.settle);
    const bar = document.createElement('div');
    bar.className = 'in-room-bar';
    bar.append(this.#turns[0], this.#settle, this.#turns[1]);
    const foot = document.createElement('div');
    foot.className = 'in-room-foot';
    foot.append(this.#said, bar);
    root.append(close, foot);
    // the session itself answers no touch: a drag would end in one
    root.addEventListener('beforexrselect', (event) => event.preventDefault());
    root.addEventListener('pointerdown', this.#press);
    root.addEventListener('pointermove', this.#move);
    root.addEventListener('pointerup', this.#lift);
    root.addEventListener('pointercancel', () => (this.#held = null));
    root.addEventListener('keydown', (event) => event.key === 'Escape' && answers.close());
  }

  /** @param {Step} step */
  show(step) {
    if (step === this.#step) return;
    this.#step = step;
    this.#said.textContent = WORDS[step]();
    const stands = step === 'aiming' || step === 'placed';
    for (const one of [this.#settle, ...this.#turns]) one.hidden = !stands;
    this.#settle.textContent = step === 'placed' ? _('Move it') : _('Set it down');
    this.root.dataset.step = step;
  }

  /** @param {PointerEvent} event */
  #press = (event) => {
    if (/** @type {Element} */ (event.target).closest('button') || this.#held) return;
    this.#held = { id: event.pointerId, x: event.clientX, from: event.clientX };
  };

  /** @param {PointerEvent} event */
  #move = (event) => {
    const held = this.#held;
    if (held?.id !== event.pointerId) return;
    if (Math.abs(event.clientX - held.from) > TAP_MOVES) held.from = NaN; // no tap any more
    if (!Number.isNaN(held.from)) return;
    this.answers.drag(event.clientX - held.x);
    held.x = event.clientX;
  };

  /** @param {PointerEvent} event */
  #lift = (event) => {
    const held = this.#held;
    if (held?.id !== event.pointerId) return;
    this.#held = null;
    if (!Number.isNaN(held.from)) this.answers.setDown();
  };
}

/**
 * @param {string} words
 * @param {() => void} act
 * @param {string} [label] where the words are a sign
 */
function button(words, act, label) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = words;
  if (label) made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
}
