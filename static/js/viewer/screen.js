/** Asks the client to hold a card or a coin to the screen, and so learns how large its pixels are. */
import { CARD_MM, LEAST_PIXELS_PER_MM, MOST_PIXELS_PER_MM, USUAL_PIXELS_PER_MM, calibrate, calibrated } from './measure.js';
import { html, svg } from './markup.js';

/** @typedef {import('./measure.js').Coin} Coin */

const WORDS = {
  title: _('The size of your screen'),
  ask: _('Hold a bank card flat to the screen and move the slider until the frame is as large as the card. Then the piece can be shown at its true size.'),
  askCoin: (/** @type {string} */ name) => _('Hold a coin of {name} flat to the screen and move the slider until the circle is as large as the coin.', { name }),
  card: _('Bank card'),
  by: _('Measure with'),
  size: _('Size of the frame'),
  kept: _('This is remembered in this browser alone.'),
  done: _('It fits'),
  cancel: _('Not now'),
  value: (/** @type {number} */ value) => _('{value} pixels for a millimetre', { value: value.toFixed(1) }),
};
const STEP = 0.01; // CSS pixels for a millimetre
const ROOM = 3; // CSS pixels round the frame
const SHARE = 0.84; // of the window's width that the frame may take
const WIDEST = 620; // CSS pixels
const ROOMY = 5.5; // CSS pixels for a millimetre: screens that are held in a hand have more
const HELD_PIXELS_PER_MM = 6; // about what telephones have

/**
 * @param {HTMLElement} host where the dialog is put
 * @param {Coin} coin that may serve instead of a card
 * @returns {Promise<number | null>} CSS pixels for a millimetre; null: not now
 */
export function askScreen(host, coin) {
  const room = Math.min(innerWidth * SHARE, WIDEST);
  const upright = room < CARD_MM.width * ROOMY; // a telephone is narrower than a card is wide
  const first = calibrated(devicePixelRatio) ?? (upright ? HELD_PIXELS_PER_MM : USUAL_PIXELS_PER_MM);
  const card = upright ? [CARD_MM.height, CARD_MM.width] : [CARD_MM.width, CARD_MM.height];
  const shape = svg('svg', { class: 'viewer-card', 'aria-hidden': 'true' });
  const ask = html('p', { id: 'viewer-screen-ask' }, WORDS.ask);
  const slider = html('input', { type: 'range', min: String(LEAST_PIXELS_PER_MM), max: String(MOST_PIXELS_PER_MM), step: String(STEP), 'aria-label': WORDS.size });
  const choices = [WORDS.card, coin.name].map((name, index) =>
    html('label', { class: 'choice' }, html('input', { type: 'radio', name: 'viewer-card', value: String(index), ...(index ? {} : { checked: true }) }), html('span', { class: 'words' }, html('span', {}, name))),
  );
  const done = html('button', { type: 'button', class: 'button' }, WORDS.done);
  const cancel = html('button', { type: 'button', class: 'quiet' }, WORDS.cancel);
  const dialog = html(
    'dialog',
    { class: 'viewer-screen', 'aria-labelledby': 'viewer-screen-title', 'aria-describedby': 'viewer-screen-ask' },
    html('h3', { id: 'viewer-screen-title' }, WORDS.title),
    ask,
    html('div', { class: 'choices row', role: 'radiogroup', 'aria-label': WORDS.by }, ...choices),
    html('div', { class: 'viewer-card-room' }, shape),
    slider,
    html('p', { class: 'aside' }, WORDS.kept),
    html('div', { class: 'actions' }, done, cancel),
  );
  slider.value = String(first);
  const byCoin = () => /** @type {HTMLInputElement} */ (choices[1].querySelector('input')).checked;
  const draw = () => {
    const [width, height, corner] = byCoin() ? [coin.mm, coin.mm, coin.mm / 2] : [...card, CARD_MM.corner];
    slider.max = String(Math.min(MOST_PIXELS_PER_MM, Math.max(room / width, first * 1.05)));
    const scale = Number(slider.value);
    ask.textContent = byCoin() ? WORDS.askCoin(coin.name) : WORDS.ask;
    shape.setAttribute('width', String(width * scale + 2 * ROOM));
    shape.setAttribute('height', String(height * scale + 2 * ROOM));
    slider.setAttribute('aria-valuetext', WORDS.value(scale));
    const edge = { x: String(ROOM), y: String(ROOM), width: String(width * scale), height: String(height * scale), rx: String(corner * scale) };
    shape.replaceChildren(svg('rect', edge));
  };
  draw();
  host.append(dialog);
  dialog.showModal();
  slider.focus();
  return new Promise((resolve) => {
    const end = (/** @type {number | null} */ value) => {
      dialog.remove();
      resolve(value);
    };
    slider.addEventListener('input', draw);
    for (const choice of choices) choice.addEventListener('change', draw);
    cancel.addEventListener('click', () => end(null));
    dialog.addEventListener('cancel', () => end(null));
    done.addEventListener('click', () => {
      calibrate(devicePixelRatio, Number(slider.value));
      end(Number(slider.value));
    });
  });
}
import { _ } from '../words.js';
