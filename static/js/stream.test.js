// @ts-nocheck
import assert from 'node:assert/strict';
import test from 'node:test';
import { TryOnStream } from './stream.js';

const WORN = {
  product: 'solitaire',
  options: { carat: '1' },
  place: { finger: 'ring', hand: 'any' },
};

/** A WebSocket of which the test is the other end. */
class Wire {
  readyState = 0;
  sent = [];
  send(data) {
    this.sent.push(data);
  }
  close() {
    this.readyState = 3;
    this.onclose({});
  }
  open() {
    this.readyState = 1;
    this.onopen({});
  }
  say(data) {
    this.onmessage({ data: typeof data === 'string' || data instanceof ArrayBuffer ? data : JSON.stringify(data) });
  }
}

function connected() {
  const wire = new Wire();
  const heard = [];
  const listener = Object.fromEntries(
    ['picture', 'report', 'ready', 'refused', 'lost'].map((name) => [
      name,
      (...values) => heard.push([name, ...values]),
    ]),
  );
  const stream = new TryOnStream('ws://shop/stream', WORN, listener, () => wire);
  wire.open();
  return { wire, heard, stream, names: () => heard.map(([name]) => name) };
}

test('it says what is worn before it asks for the first frame', () => {
  const { wire, names } = connected();
  assert.deepEqual(JSON.parse(wire.sent[0]), {
    product: 'solitaire',
    options: { carat: '1' },
    finger: 'ring',
    hand: 'any',
    report: true,
  });
  assert.deepEqual(names(), ['ready']);
});

test('a second frame waits until the first is back', () => {
  const { wire, stream, names } = connected();
  assert.ok(stream.idle);
  stream.send(new ArrayBuffer(3));
  assert.ok(!stream.idle);
  wire.say(new ArrayBuffer(4));
  assert.ok(!stream.idle);
  wire.say({ placements: [{}] });
  assert.ok(stream.idle);
  assert.deepEqual(names(), ['ready', 'picture', 'report', 'ready']);
});

test('a refused frame takes the place of its picture, and the stream goes on', () => {
  const { wire, stream, heard } = connected();
  stream.send(new ArrayBuffer(3));
  wire.say({ error: 'UnusablePhoto', message: 'A frame must be a JPEG picture.' });
  assert.ok(stream.idle);
  assert.deepEqual(heard[1], ['refused', 'UnusablePhoto', 'A frame must be a JPEG picture.']);
  assert.deepEqual(heard[2], ['ready']);
});

test('a busy server is no lost connection', () => {
  const { wire, names } = connected();
  wire.say({ error: 'Busy', message: 'Every mirror is taken.' });
  wire.close();
  assert.deepEqual(names(), ['ready', 'refused']);
});

test('an end that nobody asked for is a lost connection; one asked for is not', () => {
  const dropped = connected();
  dropped.wire.close();
  assert.deepEqual(dropped.names(), ['ready', 'lost']);
  const ended = connected();
  ended.stream.close();
  assert.deepEqual(ended.names(), ['ready']);
});
