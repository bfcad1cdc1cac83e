/** What is told of a configuration: price item by item, figures, links. */
import { _ } from '../words.js';

/** @typedef {import('../service.js').Configuration} Configuration */
/** @typedef {{ label: string, words: string }} Line */
/** @typedef {{ words: string, demonstration: boolean, lines: Line[], tax: Line }} Itemised */

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
  const amounts = price === null ? [] : [...price.lines, price.tax, { label: WORDS.total(), words: price.words }];
  list('[data-lines]', amounts.map((line) => [line.label, line.words]));
  list('[data-facts]', configuration.facts.map((fact) => [fact.label, fact.value]));
  for (const link of document.querySelectorAll('a[data-page]')) link.setAttribute('href', configuration.urls.page);
}

/**
 * @param {string} place
 * @param {string} words
 */
function write(place, words) {
  for (const one of document.querySelectorAll(place)) if (one.textContent !== words) one.textContent = words;
}

/**
 * @param {string} place
 * @param {string[][]} pairs
 */
function list(place, pairs) {
  const made = pairs.flatMap(([label, value]) => {
    const term = document.createElement('dt');
    const detail = document.createElement('dd');
    term.textContent = label;
    detail.textContent = value;
    return [term, detail];
  });
  document.querySelector(place)?.replaceChildren(...made);
}
