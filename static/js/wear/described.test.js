// @ts-nocheck
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { described } from './described.js';

const NET = new URL('../../../var/models/selfie_segmentation.tflite', import.meta.url);
const skip = !existsSync(NET) && 'set-up could not obtain the net';

/** A FlatBuffer's table: its fields' places, references followed. */
class Table {
  constructor(view, at) {
    Object.assign(this, { view, at, shape: at - view.getInt32(at, true) });
  }

  static root = (view, from = 0) => new Table(view, from + view.getUint32(from, true));

  place(index) {
    const entry = 4 + 2 * index;
    const offset = entry < this.view.getUint16(this.shape, true) ? this.view.getUint16(this.shape + entry, true) : 0;
    return offset && this.at + offset;
  }

  follow = (at) => at + this.view.getUint32(at, true);

  list(index) {
    const start = this.follow(this.place(index));
    const count = this.view.getUint32(start, true);
    return Array.from({ length: count }, (_, k) => new Table(this.view, this.follow(start + 4 * (k + 1))));
  }

  bytes(index) {
    const start = this.follow(this.place(index));
    return new Uint8Array(this.view.buffer, this.view.byteOffset + start + 4, this.view.getUint32(start, true));
  }
}

test('a net keeps all that it was, and says besides how pixels become floats', { skip }, () => {
  const bare = new Uint8Array(readFileSync(NET));
  const net = described(bare);
  assert.deepEqual(net.subarray(net.length - bare.length), bare);
  assert.equal((net.length - bare.length) % 64, 0); // what was aligned still is
  const view = new DataView(net.buffer);
  assert.equal(new TextDecoder().decode(net.subarray(4, 8)), 'TFL3');
  const root = Table.root(view);
  const before = Table.root(new DataView(bare.buffer, bare.byteOffset, bare.length));
  const [buffers, notes] = [root.list(4), root.list(6)];
  assert.equal(buffers.length, before.list(4).length + 1);
  before.list(4).forEach(({ at }, k) => assert.equal(buffers[k].at, at + net.length - bare.length));
  assert.deepEqual(root.list(2).map(({ at }) => at), before.list(2).map(({ at }) => at + net.length - bare.length)); // prettier-ignore
  const note = notes.at(-1);
  assert.equal(new TextDecoder().decode(note.bytes(0)), 'TFLITE_METADATA');
  const said = buffers[view.getUint32(note.place(1), true)].bytes(0);
  assert.equal((said.byteOffset - net.byteOffset) % 16, 0);
  assert.equal(new TextDecoder().decode(said.subarray(4, 8)), 'M001');
  const [input] = Table.root(new DataView(said.slice().buffer)).list(3)[0].list(2);
  const unit = input.list(4)[0];
  const scale = new Table(unit.view, unit.follow(unit.place(1)));
  const [mean, deviation] = [0, 1].map((k) => scale.view.getFloat32(scale.follow(scale.place(k)) + 4, true));
  assert.deepEqual([mean, deviation], [0, 255]);
});
