/** The page /kiosk/remote: the associate's tablet, with every option and the price. */
import { _ } from '../words.js';
import { door, post } from './asking.js';
import { KioskGlass } from './glass.js';
import { Link } from './link.js';
import { Options } from './options.js';
import { Tray, lying } from './tray.js';
import { listWorn } from './worn-list.js';

/** @typedef {import('./link.js').State} State */
/** @typedef {import('./link.js').Told} Told */

/** @param {string} where */
const find = (where) => /** @type {HTMLElement} */ (document.querySelector(where));
const said = find('[data-said]');
const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-pair]'));
const here = `/kiosk/remote?lang=${document.documentElement.lang}`;

if (form) pairing(form);
else desk();

/** @param {HTMLFormElement} form */
async function pairing(form) {
  const inside = () => location.replace(here);
  door(form, '/api/v1/kiosk/pair', 'code', said, inside);
  const scanned = new URLSearchParams(location.search).get('pair');
  if (!scanned) return;
  history.replaceState(null, '', here); // what was scanned stays in no history
  const { good, told } = await post('/api/v1/kiosk/pair', { code: scanned });
  if (good) inside();
  else said.textContent = told.message;
}

function desk() {
  const glass = /** @type {KioskGlass} */ (find('kiosk-glass'));
  const still = /** @type {HTMLImageElement} */ (find('[data-still]'));
  const standing = find('[data-standing]');
  const actions = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('[data-actions] button'));
  /** @type {State | null} */ let now = null;

  const link = new Link('/api/v1/kiosk/remote', {
    async picture(header, jpeg) {
      if (header.type === 'frame') await glass.show(jpeg, header.frame);
      else look(jpeg.size ? jpeg : null);
    },
    told(told) {
      if (told.type === 'state') become(/** @type {any} */ (told));
      else if (told.type === 'price') price(told);
      else if (told.type === 'design') said.textContent = _('Design code: {code}', { code: told.code });
      else if (told.type === 'error' && told.error === 'NotPaired') location.replace(here);
      else if (told.type === 'error') said.textContent = told.message;
    },
    open(open) {
      document.body.toggleAttribute('data-lost', !open);
      if (open) glass.frame = 0;
      else standing.textContent = _('Connecting …');
    },
  });
  const options = new Options(document, (option, value) => link.send('option', { option, value }), (to) => link.send('move', to));
  const tray = new Tray(document, ({ product }) => {
    const at = now?.pieces.findIndex((piece) => piece.product === product) ?? -1;
    if (at >= 0) link.send('select', { piece: at });
    else link.send('wear', { product, also: true });
  });

  /** @param {State} state */
  function become(state) {
    const { session, pieces, active, undo, preparing } = state;
    now = state;
    document.body.dataset.state = session.state;
    standing.textContent = stands(state);
    if (session.state === 'attract') {
      glass.clear();
      look(null);
      said.textContent = '';
    }
    tray.mark(pieces, active, preparing);
    const worn = pieces[active];
    find('[data-name]').textContent = worn ? (tray.pieces.get(worn.product)?.name ?? worn.name) : _('Nothing is on');
    listWorn(find('[data-pieces]'), { pieces, active }, tray.pieces, (piece) => link.send('select', { piece }));
    options.show(worn, worn && tray.pieces.get(worn.product)?.choosers);
    for (const button of actions) {
      if (button.value === 'undo') button.disabled = !undo;
      else if (button.value === 'end') button.disabled = session.state === 'attract';
      else button.disabled = pieces.length === 0;
    }
    if (state.refusal) said.textContent = state.refusal.message;
  }

  /** @param {Blob | null} jpeg the picture that the client looks at */
  function look(jpeg) {
    if (still.src) URL.revokeObjectURL(still.src);
    if (jpeg) still.src = URL.createObjectURL(jpeg);
    else still.removeAttribute('src');
    still.hidden = !jpeg;
  }

  /** @param {Told} told */
  function price({ pieces, total }) {
    /** @param {string} product */
    const name = (product) => tray.pieces.get(product)?.name ?? product;
    const lines = pieces.flatMap((/** @type {{ product: string, price: string | null, message: string | null }} */ line) =>
      row(name(line.product), line.price ?? line.message ?? _('Price on request')),
    );
    find('[data-prices]').replaceChildren(...lines, ...(total ? row(_('Together'), total) : []));
  }

  find('[data-actions]').addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    said.textContent = '';
    if (button?.value === 'take_off') link.send('take_off', { piece: now?.active });
    else if (button) link.send(button.value);
  });
  lying(find('main').dataset.trayFile ?? '').then((lies) => {
    tray.fill(lies);
    if (now) become(now);
  });
}

/** @param {State} state */
function stands({ session, preparing, looking, camera_problem }) {
  if (camera_problem) return _('The camera gives no picture.');
  if (looking) return _('The client looks at a picture.');
  if (preparing) return _('The piece is being prepared …');
  if (session.state === 'attract') return _('Nobody is at the mirror.');
  if (session.state === 'leaving') return _('The client has gone: {seconds} s until everything is forgotten.', { seconds: session.left_s ?? 0 });
  return _('A client is at the mirror.');
}

/**
 * @param {string} term
 * @param {string} words
 */
function row(term, words) {
  const name = document.createElement('dt');
  const value = document.createElement('dd');
  name.textContent = term;
  value.textContent = words;
  return [name, value];
}
