/** The page /embed: one piece, and what it says to the page that frames it. */
import './embed.js';
import { Door } from './fitting.js';
import { FrameEnd } from './frame-end.js';

/** @typedef {import('./embed/element.js').ParureEmbed} ParureEmbed */

const SAID = ['ready', 'configuration-changed', 'price', 'add-to-cart', 'try-on', 'error'];

const viewer = /** @type {ParureEmbed} */ (document.querySelector('parure-viewer'));
const data = /** @type {HTMLElement} */ (document.querySelector('#partners'));
const life = new AbortController();
let ready = false;

/** @type {import('./frame-end.js').Obey} */
async function obey(type, detail) {
  if (type === 'hello') {
    if (ready) frame.say('ready', viewer.configuration);
    return viewer.configuration;
  }
  if (type === 'configure') return viewer.configure(detail);
  if (type === 'set-options') return viewer.setOptions(detail.options ?? {});
  if (type === 'open') return viewer.open();
  return viewer.close();
}

const frame = new FrameEnd(JSON.parse(data.textContent ?? '[]'), obey, life.signal);
if (viewer.configuration) {
  ready = true;
  frame.say('ready', viewer.configuration);
  frame.say('price', viewer.configuration.price);
}
for (const type of SAID) {
  viewer.addEventListener(type, (event) => {
    ready ||= type === 'ready';
    frame.say(type, /** @type {CustomEvent} */ (event).detail);
  });
}
// the camera is this service's own: here, if the page around passes it on
const fitted = location.hash === '#try-on'; // the room alone is wanted, and the piece not beside it
const main = /** @type {HTMLElement} */ (document.querySelector('main'));
main.hidden = fitted;
const told = (/** @type {string} */ state) => frame.say('try-on', { ...viewer.configuration, state });
const door = new Door({
  pieces: () => (viewer.configuration ? [worn(viewer.configuration)] : []),
  options: () => viewer.offered,
  rest: (open) => {
    if (open) viewer.close();
    else main.hidden = false;
    told(open ? 'opened' : 'closed');
  },
  taken: () => told('captured'),
  say: (words) => frame.say('error', { code: 'Unreachable', message: words }),
});
viewer.addEventListener('try-on', (event) => {
  event.preventDefault();
  door.open();
});
viewer.addEventListener('configuration-changed', () => door.wear());
if (fitted) {
  if (ready) door.open();
  else viewer.addEventListener('ready', () => door.open(), { once: true });
}

/** @param {NonNullable<ParureEmbed['configuration']>} configuration */
function worn({ product, options, hash, description, price }) {
  return { product, options, hash, description, price: price?.words };
}

new ResizeObserver(() => {
  if (!main.hidden) frame.say('resized', { height: Math.ceil(document.documentElement.getBoundingClientRect().height) });
}).observe(document.documentElement);
addEventListener('pagehide', ({ persisted }) => persisted || life.abort()); // who comes back is heard again
