/** What stands beside an embedded piece: its name and price, its options, its buttons. Fetched where any is wanted. */
import deskText from '../../css/embed-desk.css?sheet';
import roomText from '../../css/room.css?sheet&in=.desk';
import { _ } from '../words.js';
import { bring, optionForm } from './controls.js';
import { node } from './node.js';
import { bringStyles } from './sheets.js';

/** @typedef {import('../parure-ar.js').ParureAR} ParureAR */
/** @typedef {import('./document.js').EmbedDocument} EmbedDocument */

/**
 * What is done with what is pressed.
 * @typedef {object} Answers
 * @property {(id: string, value: string) => void} choose
 * @property {() => void} buy
 * @property {() => void} tryOn
 */

bringStyles(roomText);
bringStyles(deskText);

/** Of one embedded piece. */
export class Panel {
  /** Holds the options; a page of our own may lend it to the fitting room. */
  offered = node('div', { class: 'offered' });
  #about = node('div', {});
  #actions = node('div', { class: 'actions' });
  #drawn = ''; // the actions that there are
  /** @type {HTMLFormElement | undefined} */ #form;
  /** @type {ParureAR | undefined} */ #ar;

  /**
   * @param {HTMLElement} root where it stands
   * @param {Answers} answers
   */
  constructor(root, answers) {
    this.root = root;
    this.answers = answers;
    root.append(this.#about, this.offered, this.#actions);
  }

  /**
   * @param {EmbedDocument} told
   * @param {readonly string[]} features
   * @param {readonly string[] | undefined} chosen options that are offered; all without it
   */
  draw(told, features, chosen) {
    this.#about.replaceChildren(...(features.includes('price') ? named(told) : []));
    if (features.includes('options')) this.#choices(told, chosen);
    else this.#offerNothing();
    this.#act(told, features);
    this.root.hidden = [this.#about, this.offered, this.#actions].every((part) => part.hidden || !part.hasChildNodes());
  }

  /**
   * Takes back a choice that was refused.
   * @param {EmbedDocument} told
   * @param {readonly string[] | undefined} chosen
   */
  restore(told, chosen) {
    if (this.#form) bring(this.#form, wanted(told, chosen));
  }

  /**
   * @param {EmbedDocument} told
   * @param {readonly string[] | undefined} chosen
   */
  #choices(told, chosen) {
    const options = wanted(told, chosen);
    if (this.#form && bring(this.#form, options)) return;
    this.#form = optionForm(options, this.answers.choose);
    this.offered.replaceChildren(this.#form);
  }

  #offerNothing() {
    this.#form = undefined;
    this.offered.replaceChildren();
  }

  /**
   * The buttons, which stay the same while they say the same.
   * @param {EmbedDocument} told
   * @param {readonly string[]} features
   */
  #act(told, features) {
    const { buy, tryOn } = this.answers;
    const drawn = [told.language, ...['cart', 'try-on', 'ar'].filter((word) => features.includes(word))];
    if (drawn.join() !== this.#drawn) {
      this.#drawn = drawn.join();
      const made = [
        drawn.includes('cart') && button('button', _('Add to bag'), buy),
        drawn.includes('try-on') && button('button plain', _('Try it on'), tryOn),
        drawn.includes('ar') && (this.#ar ??= /** @type {ParureAR} */ (document.createElement('parure-ar'))),
      ].filter((one) => one !== false);
      this.#actions.replaceChildren(...made);
      this.#actions.hidden = made.length === 0;
    }
    const ar = drawn.includes('ar') ? this.#ar : undefined;
    if (ar) import('../parure-ar.js').then(() => (ar.shown = { ...told.configuration, name: told.name }));
  }
}

/**
 * @param {EmbedDocument} told
 * @returns {Node[]}
 */
function named({ name, configuration }) {
  const { description, price } = configuration;
  return [
    node('p', { class: 'name' }, name),
    node('p', { class: 'about' }, description),
    node('p', { class: 'price' }, price?.words ?? _('Price on request')),
    ...(price?.demonstration ? [node('p', { class: 'aside' }, _('A demonstration’s price, tax included'))] : []),
  ];
}

/**
 * @param {EmbedDocument} told
 * @param {readonly string[] | undefined} chosen
 */
function wanted({ options }, chosen) {
  return chosen ? options.filter(({ id }) => chosen.includes(id)) : options;
}

/**
 * @param {string} name of its class
 * @param {string} words
 * @param {() => void} act
 */
function button(name, words, act) {
  const made = node('button', { type: 'button', class: name }, words);
  made.addEventListener('click', act);
  return made;
}
