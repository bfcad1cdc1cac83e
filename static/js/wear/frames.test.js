// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frames } from './frames.js';

const turn = async () => {
  for (let k = 0; k < 8; k++) await new Promise((resolve) => setImmediate(resolve));
};
const image = () => ({ closed: 0, close() { this.closed += 1; } }); // prettier-ignore

/** A camera whose frames come when the test says so, before something that solves them. */
function standing() {
  const told = { plain: 0, drawn: [], shown: [] };
  const steps = [];
  const eye = { sees: true, next: (step) => steps.push(step), grab: async () => image() };
  const dresser = { dressed: true, busy: false, solve: async (taken, timeMs) => ({ image: taken, timeMs }) };
  const frames = new Frames(eye, dresser, {
    plain: () => (told.plain += 1),
    draw: async (solved) => void told.drawn.push(solved.timeMs),
    shown: (solved) => told.shown.push(solved.timeMs),
  });
  const comes = async (timeMs) => {
    for (const step of steps.splice(0)) step(timeMs);
    await turn();
  };
  return { frames, eye, dresser, told, comes, steps };
}

test('frames are shown in their order, and the plain picture until something can be worn', async () => {
  const { frames, dresser, told, comes } = standing();
  dresser.dressed = false;
  frames.begin();
  await comes(1);
  assert.deepEqual([told.plain, told.shown], [1, []]);
  dresser.dressed = true;
  await comes(2);
  await comes(3);
  assert.deepEqual(told.shown, [2, 3]);
});

test('a camera that gives no picture for a moment is followed on', async () => {
  const { frames, eye, told, comes } = standing();
  const { grab } = eye;
  eye.grab = async () => null;
  frames.begin();
  await comes(1);
  eye.grab = grab;
  await comes(2);
  assert.deepEqual(told.shown, [2]);
});

test('what is under way when the camera is let go is closed and never shown', async () => {
  const { frames, dresser, told, comes, steps } = standing();
  let solved;
  dresser.solve = (taken, timeMs) => new Promise((resolve) => (solved = () => resolve({ image: taken, timeMs })));
  let taken;
  const { eye } = frames;
  const { grab } = eye;
  eye.grab = async () => (taken = await grab());
  frames.begin();
  await comes(1);
  frames.end();
  solved();
  await turn();
  assert.deepEqual([told.shown, taken.closed], [[], 1]);
  await comes(2);
  assert.equal(steps.length, 0); // no other frame is asked for
});

test('no more frames wait to be drawn than a moment holds', async () => {
  const { frames, told, comes } = standing();
  const drawing = [];
  frames.shows.draw = (solved) => new Promise((resolve) => drawing.push(() => resolve(told.drawn.push(solved.timeMs))));
  frames.begin();
  for (let at = 1; at < 7; at += 1) await comes(at);
  while (drawing.length) {
    drawing.shift()();
    await turn();
  }
  assert.deepEqual(told.shown, [1, 2]);
});

test('frames keep the distance that is asked for', async () => {
  const { frames, told, comes } = standing();
  frames.leastMs = 200;
  frames.begin();
  for (let at = 0; at < 500; at += 33) await comes(at);
  assert.deepEqual(told.shown, [0, 231, 462]);
});
