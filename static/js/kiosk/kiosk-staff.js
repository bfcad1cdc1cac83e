/** The page /kiosk/staff: health, use, pairing, the camera's check, what was recovered. */
import { _, figures, ngettext } from '../words.js';
import { door, post } from './asking.js';
import { lying } from './tray.js';

const EVERY_MS = 2000;
const MOST = 5; // pieces that were worn most
const GLASS_MS = 100;
const RATE = 24;
const WARM_C = 80;

/** @param {string} where */
const find = (where) => /** @type {HTMLElement} */ (document.querySelector(where));
const said = find('[data-said]');
const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-enter]'));
const language = document.documentElement.lang;
const numbers = figures(language, { most: 1 });
/** Times of day as the language writes them, in the digits 0 to 9 everywhere. */
const times = new Intl.Locale(language, { numberingSystem: 'latn' });

if (form) door(form, '/api/v1/kiosk/staff', 'pin', said, () => location.reload());
else inside();

function inside() {
  /** @type {Map<string, string>} */ let names = new Map();
  lying(`/api/v1/kiosk/tray?lang=${language}`).then(({ pieces }) => {
    names = new Map(pieces.map(({ product, name }) => [product, name]));
  });
  const look = async () => {
    try {
      const answer = await fetch('/api/v1/kiosk/health');
      if (answer.status === 403) return location.reload();
      const told = await answer.json();
      health(told);
      devices(told.devices);
      use(told.use[told.now.slice(0, 10)] ?? {}, names);
      recovered(told.recovered);
    } catch {
      find('[data-standing]').textContent = _('The mirror does not answer.');
    }
    setTimeout(look, EVERY_MS);
  };
  look();
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-offer]'))) {
    button.addEventListener('click', () => offer(button.dataset.offer ?? 'remote'));
  }
  find('[data-devices]').addEventListener('click', async ({ target }) => {
    if (target instanceof HTMLButtonElement) await ask('/api/v1/kiosk/revoke', { name: target.value });
  });
  find('[data-leave]').addEventListener('click', async () => {
    await ask('/api/v1/kiosk/leave');
    location.reload();
  });
  find('[data-check]').addEventListener('click', check);
  const restart = /** @type {HTMLButtonElement} */ (find('[data-restart]'));
  restart.addEventListener('click', async () => {
    if (restart.dataset.sure === undefined) {
      restart.dataset.sure = '';
      restart.textContent = _('Again, to start it anew: whoever is at the mirror is interrupted');
      return;
    }
    if (await ask('/api/v1/kiosk/restart')) said.textContent = _('The mirror starts anew.');
    restart.disabled = true;
  });
}

/**
 * @param {string} path
 * @param {Record<string, unknown>} [asked]
 */
async function ask(path, asked) {
  const { good, told } = await post(path, asked);
  said.textContent = good ? '' : told.message;
  return good ? told : null;
}

/** @param {Record<string, any>} told */
function health(told) {
  const { camera_problem, frames_a_second, glass_ms, delay_ms, resident_mb, temperature_c, session, faults, where } = told;
  const stopped = Object.values(faults).reduce((sum, count) => sum + count, 0);
  /** @type {Record<string, string>} */
  const standing = {
    attract: _('Nobody is at the mirror.'),
    waking: _('Somebody comes.'),
    active: _('A client is at the mirror.'),
    leaving: _('The client has gone.'),
  };
  find('[data-standing]').textContent = camera_problem ?? standing[session];
  const idle = session === 'attract';
  const rows = [
    row(_('Frames a second'), numbers.format(frames_a_second), idle || frames_a_second >= RATE),
    row(_('From lens to screen'), glass_ms === null ? '–' : `${numbers.format(glass_ms)} ms`, glass_ms === null || idle || glass_ms <= GLASS_MS),
    row(_('From lens to picture'), `${numbers.format(delay_ms)} ms`, idle || delay_ms <= GLASS_MS),
    row(_('Memory'), resident_mb === null ? '–' : `${numbers.format(resident_mb)} MB`),
    row(_('Temperature'), temperature_c === null ? _('not measured') : `${numbers.format(temperature_c)} °C`, (temperature_c ?? 0) < WARM_C),
    row(_('Frames are worked on'), where.join(' ')),
    row(_('Camera'), camera_problem ? _('no picture') : _('gives pictures'), !camera_problem),
    row(_('Recovered since the start'), ngettext('{count} time', '{count} times', stopped), stopped === 0),
    row(_('Running since'), new Date(told.since).toLocaleString(times, { dateStyle: 'medium', timeStyle: 'short' })),
  ];
  find('[data-health]').replaceChildren(...rows);
}

/** @param {{ name: string, role: string }[]} paired */
function devices(paired) {
  const list = find('[data-devices]');
  if (list.contains(document.activeElement)) return; // nobody loses what they are about to press
  list.replaceChildren(
    ...paired.map(({ name }) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.value = name;
      button.textContent = _('Unpair');
      button.setAttribute('aria-label', _('Unpair {name}', { name }));
      item.append(name, ' ', button);
      return item;
    }),
  );
}

/**
 * @param {Record<string, number>} day
 * @param {Map<string, string>} names of the pieces
 */
function use(day, names) {
  const hours = Array.from({ length: 24 }, (_none, hour) => day[`hour:${String(hour).padStart(2, '0')}`] ?? 0);
  const most = Math.max(1, ...hours);
  find('[data-hours]').replaceChildren(
    ...hours.map((count, hour) => {
      const bar = document.createElement('span');
      bar.style.setProperty('--share', String(count / most));
      bar.dataset.count = count ? String(count) : '';
      bar.dataset.hour = hour % 3 === 0 ? String(hour) : '';
      return bar;
    }),
  );
  const [clients, pictures, designs] = [day.session ?? 0, day.picture ?? 0, day.design ?? 0];
  find('[data-use-words]').textContent = [
    ngettext('{count} client', '{count} clients', clients),
    ngettext('{count} picture taken along', '{count} pictures taken along', pictures),
    ngettext('{count} design taken along', '{count} designs taken along', designs),
  ].join(' · ');
  const worn = Object.entries(day).filter(([what]) => what.startsWith('worn:'));
  worn.sort((one, other) => other[1] - one[1]);
  find('[data-most]').replaceChildren(
    ...worn.slice(0, MOST).map(([what, count]) => {
      const item = document.createElement('li');
      const id = what.slice('worn:'.length);
      item.textContent = ngettext('{piece}: worn {count} time', '{piece}: worn {count} times', count, { piece: names.get(id) ?? id });
      return item;
    }),
  );
}

/** @param {{ part: string, why: string, when: string }[]} told */
function recovered(told) {
  /** @type {Record<string, string>} */
  const parts = { camera: _('Camera'), stream: _('Picture'), renderer: _('Graphics') };
  const items = told.map(({ part, why, when }) => {
    const item = document.createElement('li');
    const time = document.createElement('time');
    time.dateTime = when;
    time.textContent = new Date(when).toLocaleTimeString(times, { timeStyle: 'medium' });
    item.append(time, ` ${parts[part] ?? part}: ${why}`);
    return item;
  });
  if (!items.length) {
    const item = document.createElement('li');
    item.textContent = _('Nothing has stopped since the start.');
    items.push(item);
  }
  find('[data-recovered]').replaceChildren(...items);
}

/** @param {string} role */
async function offer(role) {
  const made = await ask('/api/v1/kiosk/offer', { role });
  if (!made) return;
  const shown = find('[data-offered]');
  const image = /** @type {HTMLImageElement} */ (find('[data-qr]'));
  image.src = made.qr;
  image.alt = _('QR code that pairs one device');
  find('[data-address]').textContent = made.link.split('?')[0];
  find('[data-code]').textContent = `${made.code.slice(0, 3)} ${made.code.slice(3)}`;
  shown.hidden = false;
  for (let left = made.seconds; left > 0; left -= 1) {
    find('[data-offer-ends]').textContent = _('It pairs one device, within {seconds} s.', { seconds: left });
    await new Promise((later) => setTimeout(later, 1000));
    if (find('[data-code]').textContent?.replace(' ', '') !== made.code) return; // another offer
  }
  shown.hidden = true;
}

async function check() {
  const button = /** @type {HTMLButtonElement} */ (find('[data-check]'));
  button.disabled = true;
  const found = await ask('/api/v1/kiosk/camera');
  button.disabled = false;
  if (!found) return;
  find('[data-findings]').replaceChildren(
    ...found.findings.map((/** @type {{ name: string, value: string, good: boolean, advice: string }} */ each) =>
      row(each.name, each.advice ? `${each.value}. ${each.advice}` : each.value, each.good),
    ),
  );
}

/**
 * @param {string} term
 * @param {string} words
 * @param {boolean} [good]
 */
function row(term, words, good = true) {
  const pair = document.createElement('div');
  const name = document.createElement('dt');
  const value = document.createElement('dd');
  name.textContent = term;
  value.textContent = words;
  pair.toggleAttribute('data-poor', !good);
  pair.append(name, value);
  return pair;
}
