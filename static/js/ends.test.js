// @ts-nocheck
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

const [SHOP, HOUSE] = ['https://shop.example', 'https://house.example'];
const heard = new EventTarget();
const parent = { said: [], postMessage: (...said) => parent.said.push(said) };
Object.assign(globalThis, {
  window: { parent },
  document: { referrer: '' },
  location: { ancestorOrigins: [] },
  addEventListener: (...how) => heard.addEventListener(...how),
});
const { FrameEnd } = await import('./frame-end.js');
const { PageEnd } = await import('./page-end.js');
const hears = (source, origin, data) => heard.dispatchEvent(Object.assign(new Event('message'), { source, origin, data }));

beforeEach(() => (parent.said = []));
afterEach(() => mock.timers.reset());

test('a frame that nobody greets keeps the newest of each type, and says it once somebody does', () => {
  const life = new AbortController();
  const end = new FrameEnd([SHOP], () => undefined, life.signal);
  end.say('ready');
  for (let height = 0; height < 1000; height += 1) end.say('resized', { height });
  end.say('price', { words: '€ 1' });
  end.say('resized', { height: 7 });
  hears(parent, 'https://stranger.example', { parure: 1, type: 'hello' });
  assert.deepEqual(parent.said, []);
  hears(parent, SHOP, { parure: 1, type: 'hello' });
  assert.deepEqual(parent.said.map(([{ type, detail }, to]) => [type, detail, to]), [
    ['ready', undefined, SHOP], ['price', { words: '€ 1' }, SHOP], ['resized', { height: 7 }, SHOP],
  ]); // prettier-ignore
  parent.said = [];
  hears(parent, SHOP, { parure: 1, type: 'hello' });
  assert.deepEqual(parent.said, []); // once
  life.abort();
});

/** A frame of the house's, and what it is told. */
function framed() {
  const contentWindow = { said: [], postMessage: (message) => contentWindow.said.push(message) };
  return { src: `${HOUSE}/embed/band`, contentWindow, contentDocument: null, addEventListener() {} };
}

test('what a page asks for is answered, refused, or given up, and nothing waits on', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const frame = framed();
  const end = new PageEnd(frame);
  const asked = [1, 2, 3, 4].map(() => end.send('configure'));
  const ids = frame.contentWindow.said.slice(1).map(({ id }) => id);
  const ends = Promise.allSettled(asked);
  hears(frame.contentWindow, HOUSE, { parure: 1, type: 'done', id: ids[0], detail: 5 });
  hears(frame.contentWindow, HOUSE, { parure: 1, type: 'error', id: ids[1], detail: { message: 'No.' } });
  mock.timers.tick(30_000);
  hears(frame.contentWindow, HOUSE, { parure: 1, type: 'done', id: ids[2], detail: 6 }); // too late
  const told = (await ends).map(({ value, reason }) => value ?? reason.message);
  assert.deepEqual(told, [5, 'No.', 'The frame did not answer "configure".', 'The frame did not answer "configure".']);
});

test('a page that listens no more leaves no question and no timer behind', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const frame = framed();
  const end = new PageEnd(frame);
  const asked = end.send('open');
  end.close();
  await assert.rejects(asked, /no more/);
  hears(frame.contentWindow, HOUSE, { parure: 1, type: 'price', detail: {} }); // heard by nobody
});
