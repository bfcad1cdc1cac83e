/** The page /kiosk: the mirror itself. */
import { _, ngettext } from '../words.js';
import { Attract } from './attract.js';
import { Eye } from './eye.js';
import { KioskGlass } from './glass.js';
import { Link } from './link.js';
import { Countdown, Ring } from './ring.js';
import { Swatches } from './swatches.js';
import { Taken } from './taken.js';
import { Tray, lying } from './tray.js';
import { listWorn } from './worn-list.js';

/** @typedef {import('./link.js').State} State */

const ALIVE_MS = 1000;
const SAID_MS = 7000;
const COUNT_S = 3;
const CALM_MS = 9000; // without a touch: the jewel has the mirror to itself
const LEFT_S = 17; // of the countdown to the reset: what LEAVING lasts
const LOST_MS = 20_000; // without a word of the service: whoever was there is forgotten
const AGAIN_MS = 1000;
const FILMS_MS = 600_000; // how often the tray is asked for films that were drawn meanwhile

/** @param {string} where */
const find = (where) => /** @type {HTMLElement} */ (document.querySelector(where));
const stage = find('main');
const before = find('[data-before]');
const glass = /** @type {KioskGlass} */ (find('kiosk-glass'));
const said = find('[data-said]');
const leaving = find('[data-leaving]');
const languages = /** @type {HTMLDetailsElement} */ (find('[data-languages]'));
const actions = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('[data-actions] button'));

/** @type {State | null} */ let now = null;
let pieceCount = 0;
let heard = -1; // number of the last event; -1: what was before this page is none of its business
/** @type {ReturnType<typeof setTimeout> | undefined} */ let calm;
let refused = ''; // why the last wish was not granted
/** @type {ReturnType<typeof setTimeout> | undefined} */ let quiet;
/** @type {ReturnType<typeof setTimeout> | undefined} */ let lost;
let used = false; // somebody was there since this page began
let renewing = false;

const link = new Link('/api/v1/kiosk/mirror', {
  async picture(header, jpeg) {
    if (header.type === 'still') {
      if (now && now.session.state !== 'attract') taken.show(jpeg);
    } else if (header.type === 'frame') {
      await glass.show(jpeg, header.frame);
      if (header.gesture) ring.follow(header.gesture); // pictures of another page's camera come without
    }
  },
  told(told) {
    if (told.type === 'state') become(/** @type {any} */ (told));
    else if (told.type === 'eye') eye?.chosen(told.yours);
    else if (told.type === 'notes') {
      ring.follow(told.gesture);
      eye?.send(told.send);
    } else if (told.type === 'error') say(told.message);
    else if (told.type === 'design') taken.designed(told);
  },
  open(open) {
    document.body.toggleAttribute('data-lost', !open);
    if (!open) {
      lost ??= setTimeout(alone, LOST_MS);
      return;
    }
    clearTimeout(lost);
    lost = undefined;
    glass.frame = 0;
    heard = -1; // a service that was started anew counts from the beginning
    eye?.ask();
  },
});
/** The page's own camera, where the page works on its frames. */
const eye = stage.dataset.camera === undefined ? null : new Eye(glass.canvas, /** @type {HTMLVideoElement} */ (find('[data-eye]')), link, mounted(stage.dataset));
const ring = new Ring(find('[data-ring]'), glass);
const countdown = new Countdown(find('[data-count]'));
const taken = new Taken(find('[data-taken]'), link);
const attract = new Attract(find('[data-attract]'));
const swatches = new Swatches(find('[data-options]'), (option, value) => link.send('option', { option, value }));
const tray = new Tray(document, ({ product }) => {
  const at = now?.pieces.findIndex((piece) => piece.product === product) ?? -1;
  if (at >= 0) link.send('select', { piece: at });
  else link.send('wear', { product, also: true });
});

/** @param {State} state */
function become(state) {
  const { session, pieces, active, events } = state;
  const was = now?.session;
  now = state;
  if (session.state !== was?.state || state.pieces.length !== pieceCount) stir();
  pieceCount = state.pieces.length;
  document.body.dataset.state = session.state;
  if (session.state === 'attract' || (was && session.number !== was.number)) forget();
  const there = session.state !== 'attract';
  used ||= there;
  if (there && attract.running) attract.stop();
  if (!there && !attract.running) attract.start();
  if (!there && used) renew();
  for (const event of events) if (event.number > heard && heard >= 0) happened(event.event);
  heard = Math.max(heard, 0, ...events.map((event) => event.number));
  eye?.follow(state);
  tray.mark(pieces, active, state.preparing);
  wear(state);
  leave(session.left_s);
  find('[data-pause]').hidden = state.camera_problem === null;
  find('[data-why]').textContent = stage.dataset.camera === undefined ? '' : (state.camera_problem ?? '');
  if (state.refusal && state.refusal.message !== refused) say(state.refusal.message);
  refused = state.refusal?.message ?? '';
}

/** @param {string} event */
function happened(event) {
  if (event === 'gesture') ring.full();
  else if (event === 'capture') capture();
  else if (event === 'forgotten') renew(); // another may be there already
}

/** @param {State} state */
function wear({ pieces, active, undo }) {
  const worn = pieces[active];
  const piece = worn && tray.pieces.get(worn.product);
  find('[data-name]').textContent = worn ? (piece?.name ?? worn.name) : _('Choose a piece');
  find('[data-about]').textContent = '';
  swatches.show(worn, piece?.options ?? []);
  listWorn(find('[data-pieces]'), { pieces, active }, tray.pieces, (piece) => link.send('select', { piece }));
  for (const button of actions) {
    if (button.value === 'undo') button.disabled = !undo;
    else if (button.value !== 'end') button.disabled = pieces.length === 0;
  }
}

/** @param {number | null} left seconds until the session ends; null: somebody is there */
function leave(left) {
  leaving.hidden = left === null;
  before.inert = left !== null || taken.open;
  if (left === null) return;
  leaving.style.setProperty('--share', String(Math.min(1, left / LEFT_S)));
  find('[data-leaving-words]').textContent = ngettext(
    'The mirror forgets everything in {count} second.',
    'The mirror forgets everything in {count} seconds.',
    left,
  );
}

async function capture() {
  if (countdown.counting || taken.open) return;
  if (!(await countdown.count(COUNT_S))) return;
  if (!eye?.seeing) return link.send('still');
  const jpeg = await eye.still();
  if (jpeg && now && now.session.state !== 'attract') taken.show(jpeg);
}

/**
 * How the page's own camera is mounted.
 * @param {DOMStringMap} told
 * @returns {import('./eye.js').Mounted}
 */
function mounted({ camera, turned }) {
  return { camera: Number(camera), turned: /** @type {0 | 90 | 180 | 270} */ (Number(turned)) };
}

/** Nothing of the last client stays on this page. */
function forget() {
  glass.clear();
  ring.clear();
  countdown.stop();
  taken.clear();
  swatches.show(undefined, []);
  clearTimeout(quiet);
  said.textContent = '';
  languages.open = false;
}

/** Nobody says any more who is there: as after every client. */
function alone() {
  if (now) become({ ...now, session: { ...now.session, state: 'attract', left_s: null }, pieces: [], active: 0, undo: false, events: [] });
}

/**
 * Begin the page anew for the next client, in the house's language, as soon as the service can give it; who
 * wears something by then keeps the page, which begins anew after them.
 */
async function renew() {
  if (renewing) return;
  renewing = true;
  while (!(await given())) await new Promise((later) => setTimeout(later, AGAIN_MS));
  if (now?.pieces.length) renewing = false;
  else location.replace('/kiosk');
}

/** Whether the service gives this page now. */
async function given() {
  try {
    return (await fetch('/kiosk', { method: 'HEAD', cache: 'no-store' })).ok;
  } catch {
    return false; // it starts anew
  }
}

/** What is chosen with comes forward, and recedes when it is not wanted for a while. */
function stir() {
  clearTimeout(calm);
  delete document.body.dataset.calm;
  calm = setTimeout(() => {
    if (now?.pieces.length) document.body.dataset.calm = '';
  }, CALM_MS);
}

/** @param {string} message */
function say(message) {
  if (said.textContent === message) return;
  said.textContent = message;
  clearTimeout(quiet);
  quiet = setTimeout(() => (said.textContent = ''), SAID_MS);
}

async function fill() {
  const lies = await lying(stage.dataset.trayFile ?? '');
  tray.fill(lies);
  attract.fill(lies.pieces);
  if (now) become(now);
}

find('[data-actions]').addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null;
  if (button?.value === 'undo' || button?.value === 'capture' || button?.value === 'end') link.send(button.value);
  else if (button?.value === 'take_off') link.send('take_off', { piece: now?.active });
  else if (button?.value === 'design') taken.design();
});
languages.addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement) location.replace(`/kiosk?lang=${target.value}`);
});
find('[data-stay]').addEventListener('click', () => link.send('touch'));
for (const kind of ['pointerdown', 'keydown']) {
  document.addEventListener(kind, () => {
    link.send('touch');
    stir();
  });
}
document.addEventListener('contextmenu', (event) => event.preventDefault());
setInterval(() => link.send('alive'), ALIVE_MS);
setInterval(async () => {
  if (now?.session.state === 'attract') attract.fill((await lying(stage.dataset.trayFile ?? '')).pieces);
}, FILMS_MS);
new MutationObserver(() => (before.inert = taken.open || !leaving.hidden)).observe(find('[data-taken]'), {
  attributeFilter: ['hidden'],
});
fill();
