/** The page /kiosk/remote: the associate's tablet. Plain for now. */
import { KioskGlass } from './glass.js';
import { Link } from './link.js';

const pairing = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-pair]'));
const said = /** @type {HTMLElement} */ (document.querySelector('[data-said]'));

/** @param {string} code */
async function pair(code) {
  const answer = await fetch('/api/v1/kiosk/pair', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  if (answer.ok) location.replace('/kiosk/remote');
  else said.textContent = (await answer.json()).message;
}

if (pairing) {
  const scanned = new URLSearchParams(location.search).get('pair');
  if (scanned) pair(scanned);
  pairing.addEventListener('submit', (event) => {
    event.preventDefault();
    pair(String(new FormData(pairing).get('code')));
  });
} else {
  const glass = /** @type {KioskGlass} */ (document.querySelector('kiosk-glass'));
  const tray = /** @type {HTMLElement} */ (document.querySelector('[data-tray]'));
  const price = /** @type {HTMLElement} */ (document.querySelector('[data-price]'));
  const link = new Link('/api/v1/kiosk/remote', {
    picture: (header, jpeg) => glass.show(jpeg, header.frame),
    told(told) {
      if (told.type === 'state') {
        document.body.dataset.state = told.session.state;
        if (told.session.state === 'attract') glass.clear();
        tray.replaceChildren(
          ...told.tray.map((/** @type {string} */ product) => {
            const button = document.createElement('button');
            button.value = button.textContent = product;
            return button;
          }),
        );
      } else if (told.type === 'price') {
        price.textContent = told.pieces
          .map((/** @type {{ price: string | null, message: string }} */ line) => line.price ?? line.message)
          .join(' · ');
      } else if (told.type === 'error') said.textContent = told.message;
    },
    open(open) {
      document.body.toggleAttribute('data-lost', !open);
      if (open) glass.frame = 0;
    },
  });
  tray.addEventListener('click', ({ target }) => {
    if (target instanceof HTMLButtonElement) link.send('wear', { product: target.value });
  });
}
