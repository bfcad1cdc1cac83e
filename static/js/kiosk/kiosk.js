/** The page /kiosk: the mirror itself. Plain for now: the glass, the tray, what is said. */
import { KioskGlass } from './glass.js';
import { Link } from './link.js';

const glass = /** @type {KioskGlass} */ (document.querySelector('kiosk-glass'));
const tray = /** @type {HTMLElement} */ (document.querySelector('[data-tray]'));
const said = /** @type {HTMLElement} */ (document.querySelector('[data-said]'));
let heard = 0;

const link = new Link('/api/v1/kiosk/mirror', {
  async picture(header, jpeg) {
    if (header.type === 'frame') {
      await glass.show(jpeg, header.frame);
      document.body.style.setProperty('--doing', String(header.gesture.progress));
    }
  },
  told(told) {
    if (told.type === 'state') become(told);
    else if (told.type === 'error') said.textContent = told.message;
    else if (told.type === 'design') said.textContent = told.link;
  },
  open(open) {
    document.body.toggleAttribute('data-lost', !open);
    if (open) glass.frame = 0;
  },
});

/** @param {import('./link.js').Told} state */
function become(state) {
  document.body.dataset.state = state.session.state;
  if (state.session.state === 'attract') glass.clear();
  for (const event of state.events) {
    if (event.number > heard && event.event === 'forgotten') said.textContent = '';
    heard = Math.max(heard, event.number);
  }
  said.textContent = state.refusal?.message ?? state.camera_problem ?? said.textContent;
  const worn = state.pieces.map((/** @type {{ product: string }} */ piece) => piece.product);
  if (tray.childElementCount !== state.tray.length) {
    tray.replaceChildren(
      ...state.tray.map((/** @type {string} */ product) => {
        const button = document.createElement('button');
        button.value = button.textContent = product;
        return button;
      }),
    );
  }
  for (const button of tray.querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(worn.includes(button.value)));
  }
}

tray.addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement) link.send('wear', { product: target.value });
});
document.addEventListener('pointerdown', () => link.send('touch'));
