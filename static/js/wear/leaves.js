/** What is said before, instead of and after the mirror, each on a leaf over it: consent, refusals, our server's help. */
import { kept } from '../service.js';
import { html } from '../viewer/markup.js';
import { _ } from '../words.js';
import { drawing } from './drawings.js';
import { PICTURES } from './picture.js';
import { REFUSALS } from './refusals.js';

/** @typedef {import('./camera.js').Refused} Refused */
/** @typedef {import('./visit.js').Told} Told */
/** @typedef {import('./types.js').Anchor} Anchor */

/**
 * What can be pressed.
 * @typedef {object} Ways
 * @property {() => void} camera
 * @property {(photo: File) => void} photo
 * @property {() => void} server
 * @property {() => void} close
 * @property {() => void} elsewhere
 * @property {(on: boolean) => void} remember
 */

const WORDS = {
  before: _('Before the camera opens'),
  open: _('Open the camera'),
  photo: _('Use a photo'),
  notNow: _('Not now'),
  stay: _('Frames stay on this device'),
  check: _('How to check that'),
  agree: _('You agree by opening the camera or choosing a photo.'),
  remember: _('Remember on this device that I agreed, and what I chose'),
  never: _('Never a picture. Without it you are asked again at your next visit.'),
  measured: _('At its true size, beside a card or a coin'),
  again: _('Try again'),
  elsewhere: _('Open it in a window of its own'),
  help: _('How to allow it'),
  server: _('Let our server do it'),
  away: _('The camera closed while you were away'),
  nothing: _('Nothing was kept. It opens again when you like.'),
  agreeServer: _('I agree, go on'),
  back: _('Back'),
};

/**
 * A button that looks as the rest do and opens the chooser of files.
 * @param {string} words
 * @param {string} look class
 * @param {(photo: File) => void} take
 */
export function photoButton(words, look, take) {
  const input = html('input', { type: 'file', accept: PICTURES });
  input.addEventListener('change', () => {
    const photo = input.files?.[0];
    input.value = '';
    if (photo) take(photo);
  });
  return html('label', { class: look }, input, html('span', {}, words));
}

/**
 * @param {string} words
 * @param {string} look
 * @param {() => void} act
 */
export function button(words, look, act) {
  const made = html('button', { type: 'button', class: look }, words);
  made.addEventListener('click', act);
  return made;
}

/** The promise, which leads to how it can be checked. @param {string} look */
export function promise(look) {
  return html('a', { class: look, href: kept('/privacy/try-on'), target: '_blank', rel: 'noopener' }, WORDS.stay);
}

/**
 * Before the first picture.
 * @param {Told} told
 * @param {Anchor} anchor
 * @param {boolean} remembers
 * @param {Ways} ways
 */
export function consentLeaf(told, anchor, remembers, ways) {
  const box = html('input', { type: 'checkbox' });
  box.checked = remembers;
  box.addEventListener('change', () => ways.remember(box.checked));
  const first = Object.values(told.pieces)[0];
  const measures = first.references.length > 0;
  return leaf(
    drawing(anchor, 'ready'),
    heading(WORDS.before),
    html('p', { class: 'fitting-consent' }, told.consent),
    html('p', { class: 'fitting-small' }, WORDS.agree),
    html('p', { class: 'fitting-small fitting-links' }, html('a', { href: kept('/privacy/try-on'), target: '_blank', rel: 'noopener' }, WORDS.check), ...policy(told)),
    html('label', { class: 'fitting-check' }, box, html('span', {}, WORDS.remember, html('small', {}, WORDS.never))),
    html('div', { class: 'fitting-ways' }, button(WORDS.open, 'button', ways.camera), photoButton(WORDS.photo, 'button plain', ways.photo)),
    html('div', { class: 'fitting-ways' }, ...(measures ? [button(WORDS.measured, 'quiet', ways.server)] : []), button(WORDS.notNow, 'quiet', ways.close)),
  );
}

/**
 * Why there is no picture, and every way that is left.
 * @param {Refused} reason
 * @param {Ways} ways
 */
export function refusalLeaf(reason, ways) {
  const { title, sentence, steps, again, photo, elsewhere } = REFUSALS[reason];
  return leaf(
    heading(title),
    html('p', { role: 'alert' }, sentence),
    ...(steps ? [html('details', {}, html('summary', {}, WORDS.help), html('ul', {}, ...steps.map((step) => html('li', {}, step))))] : []),
    html(
      'div',
      { class: 'fitting-ways' },
      ...(again ? [button(WORDS.again, 'button', ways.camera)] : []),
      ...(elsewhere ? [button(WORDS.elsewhere, 'button', ways.elsewhere)] : []),
      ...(photo ? [photoButton(WORDS.photo, again || elsewhere ? 'button plain' : 'button', ways.photo)] : []),
    ),
    html('div', { class: 'fitting-ways' }, ...(reason === 'unknown-piece' || reason === 'offline' ? [] : [button(WORDS.server, 'quiet', ways.server)]), button(WORDS.notNow, 'quiet', ways.close)),
  );
}

/**
 * After the page was hidden.
 * @param {Ways} ways
 */
export function awayLeaf(ways) {
  return leaf(
    heading(WORDS.away),
    html('p', {}, WORDS.nothing),
    html('div', { class: 'fitting-ways' }, button(WORDS.open, 'button', ways.camera), photoButton(WORDS.photo, 'button plain', ways.photo)),
    html('div', { class: 'fitting-ways' }, button(WORDS.notNow, 'quiet', ways.close)),
  );
}

/**
 * What is sent, to whom and what becomes of it, before anything is.
 * @param {Told} told
 * @param {{ agree: () => void, back: () => void }} ways
 */
export function serverLeaf(told, { agree, back }) {
  const { house } = told;
  return leaf(
    heading(_('With the help of {house}’s server', { house })),
    html('p', {}, _('A photo that you choose is sent to {house}’s server, used once in memory, and not kept. If you open the mirror there, each picture of the camera is sent in the same way while it is open. Nobody else receives them.', { house })),
    html('p', { class: 'fitting-small fitting-links' }, ...policy(told)),
    html('div', { class: 'fitting-ways' }, button(WORDS.agreeServer, 'button', agree), button(WORDS.back, 'button plain', back)),
  );
}

/** @param {Told} told */
function policy({ privacy, house }) {
  if (!privacy) return [];
  return [html('a', { href: privacy, target: '_blank', rel: 'noopener' }, _('The privacy policy of {house}', { house }))];
}

/** @param {string} words */
function heading(words) {
  return html('h2', { tabindex: '-1', id: 'fitting-title' }, words);
}

/** @param {...Node} inside */
function leaf(...inside) {
  return html('div', { class: 'fitting-page' }, ...inside);
}
