/** What stands beside an embedded piece: its name and price, its options, its buttons. */
import { _ } from '../words.js';
import { bring, optionForm } from './controls.js';
import { node } from './node.js';

/** @typedef {import('../parure-ar.js').ParureAR} ParureAR */
/** @typedef {import('./document.js').EmbedDocument} EmbedDocument */

/**
 * What is done with what is pressed.
 * @typedef {object} Answers
 * @property {(id: string, value: string) => void} choose
 * @property {() => void} buy
 * @property {() => void} tryOn
 */

/** Of one embedded piece. */
export class Panel {
  root = node('div', { class: 'desk' });
  /** @type {HTMLFormElement | undefined} */ #form;
  /** @type {ParureAR | undefined} */ #ar;

  /** @param {Answers} answers */
  constructor(answers) {
    this.answers = answers;
  }

  /**
   * @param {EmbedDocument} told
   * @param {readonly string[]} features
   * @param {readonly string[] | undefined} chosen options that are offered; all without it
   */
  draw(told, features, chosen) {
    const parts = features.includes('price') ? this.#named(told) : [];
    if (features.includes('options')) parts.push(this.#options(told, chosen));
    const actions = this.#actions(told, features);
    if (actions.length > 0) parts.push(node('div', { class: 'actions' }, ...actions));
    const held = /** @type {HTMLElement | null} */ (this.root.querySelector(':focus'));
    this.root.replaceChildren(...parts);
    if (held && this.root.contains(held)) held.focus({ preventScroll: true });
    this.root.hidden = parts.length === 0;
  }

  /**
   * Takes back a choice that was refused.
   * @param {EmbedDocument} told
   * @param {readonly string[] | undefined} chosen
   */
  restore(told, chosen) {
    if (this.#form) bring(this.#form, offered(told, chosen));
  }

  /**
   * @param {EmbedDocument} told
   * @returns {Node[]}
   */
  #named({ name, configuration }) {
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
  #options(told, chosen) {
    const options = offered(told, chosen);
    if (!this.#form || !bring(this.#form, options)) this.#form = optionForm(options, this.answers.choose);
    return this.#form;
  }

  /**
   * @param {EmbedDocument} told
   * @param {readonly string[]} features
   */
  #actions(told, features) {
    /** @type {Node[]} */
    const actions = [];
    if (features.includes('cart')) actions.push(button('button', _('Add to bag'), this.answers.buy));
    if (features.includes('try-on')) actions.push(button('button plain', _('Try it on'), this.answers.tryOn));
    if (features.includes('ar')) actions.push(this.#room(told));
    return actions;
  }

  /** @param {EmbedDocument} told */
  #room(told) {
    const ar = (this.#ar ??= /** @type {ParureAR} */ (document.createElement('parure-ar')));
    import('../parure-ar.js').then(() => (ar.shown = { ...told.configuration, name: told.name }));
    return ar;
  }
}

/**
 * @param {EmbedDocument} told
 * @param {readonly string[] | undefined} chosen
 */
function offered({ options }, chosen) {
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
