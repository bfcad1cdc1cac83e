/** What is told of a configuration: price item by item, figures, links. */
import '../parure-ar.js';
import { chosen } from '../service.js';
import { _ } from '../words.js';

/** @typedef {import('../service.js').Configuration} Configuration */
/** @typedef {import('../parure-ar.js').ParureAR} ParureAR */
/** @typedef {{ label: string, words: string }} Line */
/** @typedef {{ words: string, demonstration: boolean, lines: Line[], tax: Line }} Itemised */

const HERE = 'this'; // a design's own place among the pieces it is worn with, as api/sets.py writes it
const WORDS = {
  onRequest: () => _('Price on request'),
  total: () => _('Total, tax included'),
  demonstration: () => _('A demonstration’s figures, no offer.'),
};

/** @param {Configuration} configuration */
export function tell(configuration) {
  const price = /** @type {Itemised | null} */ (configuration.price);
  write('[data-description]', configuration.description);
  write('[data-price]', price?.words ?? WORDS.onRequest());
  write('[data-terms]', price?.demonstration ? WORDS.demonstration() : '');
  if (document.querySelector('[data-lines]')) list('[data-lines]', amounts(price));
  list('[data-facts]', configuration.facts.map((fact) => [fact.label, fact.value]));
  link('[data-try]', `${configuration.urls.page}#try-on`);
  link('[data-model]', configuration.urls.model);
  link('[data-design]', configuration.urls.page.replace('/p/', '/configure/'));
  link('[data-sheet]', configuration.urls.model.replace(/\.glb$/, '.pdf'));
  const room = /** @type {ParureAR | null} */ (document.querySelector('parure-ar'));
  if (room) room.shown = { ...configuration, name: document.querySelector('h1')?.textContent ?? '' };
  link('[data-together]', `/together?${worn(configuration.hash)}`);
}

/** @param {Itemised | null} price */
function amounts(price) {
  if (price === null) return [];
  const lines = [...price.lines, price.tax, { label: WORDS.total(), words: price.words }];
  return lines.map((line) => [line.label, line.words]);
}

/**
 * What the page came with, as it stands there.
 * @returns {{ description: string, facts: { label: string, value: string }[], price: Itemised | null }}
 */
export function read() {
  const words = (/** @type {string} */ place) => document.querySelector(place)?.textContent ?? '';
  const facts = pairs('[data-facts]').map(([label, value]) => ({ label, value }));
  const lines = pairs('[data-lines]').map(([label, amount]) => ({ label, words: amount }));
  const [tax] = lines.splice(-2);
  const onRequest = words('[data-price]') === WORDS.onRequest();
  const demonstration = words('[data-terms]') !== '';
  const price = onRequest ? null : { words: words('[data-price]'), demonstration, lines, tax };
  return { description: words('[data-description]'), facts, price };
}

/**
 * @param {string} place of a list
 * @returns {string[][]}
 */
function pairs(place) {
  const said = [...document.querySelectorAll(`${place} > :is(dt, dd)`)].map((one) => one.textContent ?? '');
  return said.flatMap((label, at) => (at % 2 ? [] : [[label, said[at + 1]]]));
}

/**
 * As a page sets words: numbers stay with the short unit after them, apostrophes are raised commas.
 * @param {string} words
 */
export function typeset(words) {
  return words.replace(/(?<=\d) (?=\p{L}{1,2}(?![\p{L}\d_]))/gu, '\u00a0').replace(/(?<=\p{L})'(?=\p{L})/gu, '\u2019');
}

/**
 * @param {string} place
 * @param {string} words
 */
function write(place, words) {
  const said = typeset(words);
  for (const one of document.querySelectorAll(place)) if (one.textContent !== said) one.textContent = said;
}

/**
 * @param {string} place
 * @param {string} address
 */
function link(place, address) {
  document.querySelector(place)?.setAttribute('href', address);
}

/**
 * The pieces that a design is worn with, itself in its place: the address names them. Language and currency
 * stay as they were chosen.
 * @param {string} hash
 */
function worn(hash) {
  const here = new URLSearchParams(location.search);
  const places = here.has('with') ? here.getAll('with') : [HERE];
  const query = new URLSearchParams(places.map((one) => ['piece', one === HERE ? hash : one]));
  for (const [name, value] of chosen()) query.set(name, value);
  return query;
}

/**
 * @param {string} place
 * @param {string[][]} pairs
 */
export function list(place, pairs) {
  const made = pairs.flatMap(([label, value]) => {
    const term = document.createElement('dt');
    const detail = document.createElement('dd');
    term.textContent = label;
    detail.textContent = typeset(value);
    return [term, detail];
  });
  document.querySelector(place)?.replaceChildren(...made);
}
