/** What to do so that a piece can be worn: one sentence and one drawing at a time, not too soon and not too often. */
import { html } from '../viewer/markup.js';
import { _ } from '../words.js';
import { drawing } from './drawings.js';

/** @typedef {import('./types.js').Anchor} Anchor */
/** @typedef {import('./types.js').Lack} Lack */

const AFTER_MS = 900; // that something lacks before it is said
const GONE_MS = 350; // that nothing lacks before the sentence goes
const STAYS_MS = 2500; // a sentence at least, so that it can be read or heard

const WORDS = {
  dark: _('It is too dark here. Turn towards a window or a lamp.'),
  still: _('Hold still for a moment.'),
  handCloser: _('Bring your hand closer.'),
  handBack: _('Move your hand back a little, so that all of it is seen.'),
  headCloser: _('Come closer to the camera.'),
  headBack: _('Move back a little, so that head and shoulders are seen.'),
};

/** @type {Record<Anchor, Record<Lack, string>>} */
const SENTENCES = {
  finger: {
    nobody: _('Hold one hand before the camera, its back towards it, fingers a little apart.'),
    dark: WORDS.dark,
    far: WORDS.handCloser,
    near: WORDS.handBack,
    'cut-off': _('Bring the whole hand into the picture.'),
    'wrong-side': _('Turn your hand over: a ring is seen from the back of the hand.'),
    covered: _('Something covers the finger. Let it be seen.'),
    'own-jewellery': _('You wear a ring there already. Take it off, and this one is seen alone.'),
    moving: WORDS.still,
  },
  wrist: {
    nobody: _('Hold one hand and its wrist before the camera, the sleeve pushed back.'),
    dark: WORDS.dark,
    far: WORDS.handCloser,
    near: WORDS.handBack,
    'cut-off': _('Bring hand and wrist into the picture, with some of the arm.'),
    'wrong-side': _('Turn your wrist over: the piece is seen from the back of the hand.'),
    covered: _('Push your sleeve back, so that the wrist is seen.'),
    'own-jewellery': _('You wear something there already. Take it off, and this piece is seen alone.'),
    moving: WORDS.still,
  },
  neck: {
    nobody: _('Sit so that face and shoulders are seen, the collar open.'),
    dark: WORDS.dark,
    far: WORDS.headCloser,
    near: WORDS.headBack,
    'cut-off': _('Bring head and shoulders into the picture.'),
    'wrong-side': _('Turn towards the camera.'),
    covered: _('Open your collar a little, so that the neck is seen.'),
    'own-jewellery': _('You wear a necklace already. Take it off, and this one is seen alone.'),
    moving: WORDS.still,
  },
  ear: {
    nobody: _('Turn your head a little and brush your hair back.'),
    dark: WORDS.dark,
    far: WORDS.headCloser,
    near: WORDS.headBack,
    'cut-off': _('Bring the whole head into the picture.'),
    'wrong-side': _('Turn your head a little to the other side.'),
    covered: _('Brush your hair back, so that the ear is seen.'),
    'own-jewellery': _('You wear earrings already. Take them off, and these are seen alone.'),
    moving: WORDS.still,
  },
};

/** The card with the drawing and the sentence, over the picture. */
export class Guidance {
  root = html('div', { class: 'fitting-guide' });
  #said = html('p', { role: 'status' });
  /** @type {Lack | null} what is said */ #shown = null;
  /** @type {Lack | null} what lacks now */ #lack = null;
  #since = -Infinity; // of #lack
  #saidAt = -Infinity;

  /** @param {Anchor} anchor where the first piece is worn */
  constructor(anchor) {
    this.anchor = anchor;
    this.root.append(this.#said);
  }

  /**
   * What a frame lacks.
   * @param {Lack[]} lacks worst first
   * @param {number} nowMs
   */
  note(lacks, nowMs) {
    const lack = lacks[0] ?? null;
    if (lack !== this.#lack) {
      this.#lack = lack;
      this.#since = nowMs;
    }
    if (lack === this.#shown || nowMs - this.#saidAt < STAYS_MS) return;
    if (nowMs - this.#since >= (lack ? AFTER_MS : GONE_MS)) this.#say(lack, nowMs);
  }

  /** Nothing is asked of anybody. */
  silence() {
    this.#lack = null;
    this.#say(null, -Infinity);
  }

  /**
   * @param {Lack | null} lack
   * @param {number} nowMs
   */
  #say(lack, nowMs) {
    this.#shown = lack;
    this.#saidAt = lack ? nowMs : -Infinity;
    this.root.querySelector('svg')?.remove();
    this.root.toggleAttribute('data-said', lack !== null); // it is never hidden, so that it is heard when it changes
    this.#said.textContent = lack ? SENTENCES[this.anchor][lack] : '';
    if (lack) this.root.prepend(drawing(this.anchor, lack));
  }
}
