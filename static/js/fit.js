/** How a piece fits, as the photo with a card or a coin tells it. */
import { _, figures } from './words.js';

/** @typedef {import('./service.js').Fit} Fit */

/** @type {Record<string, (values: Record<string, string>) => string>} */
const WORDS = {
  fits: (values) => _('It fits: {girth} mm round, {low} to {high} mm in 95 of 100 cases.', values),
  'too large': (values) =>
    _('Too large: made for {made} mm round, measured {girth} mm, {low} to {high} mm in 95 of 100 cases.', values),
  'too small': (values) =>
    _('Too small: made for {made} mm round, measured {girth} mm, {low} to {high} mm in 95 of 100 cases.', values),
};

/**
 * @param {Fit} fit
 * @param {string} language
 */
export function fitWords({ verdict, made_for_mm: made, girth_mm: girth, sentence }, language) {
  if (!(verdict in WORDS) || girth === null) return sentence; // the service says why, in this language
  const format = figures(language, { least: 1, most: 1 });
  const words = Object.entries({ made: made ?? girth.value, girth: girth.value, low: girth.low, high: girth.high })
    .map(([name, mm]) => [name, format.format(mm)]);
  return WORDS[verdict](Object.fromEntries(words));
}
