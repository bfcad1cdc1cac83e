// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIVE, STILL, careOf, samplesOf } from './care.js';
import { limbBands, limbUniforms, limbsOf } from './limbs.js';
import { inRow } from './probes.js';
import { about, common, grouped, united, windowOf } from './regions.js';
import { softening } from './softening.js';

const CAMERA = { fx: 900, fy: 900, cx: 320, cy: 240 };
const UNTURNED = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], size: 1, mirrored: false };
const finger = (x, more = {}) => ({
  start: [x, -0.04, 0.4], end: [x, 0.04, 0.4], startRadius: 0.008, endRadius: 0.008, softness: 0.18, flat: null, flatness: 1, ...more,
});
const thing = (x, y, z, gap = 0.001) => ({ points: [x, y, z], gap });

test('a sphere lies within the rectangle that is told of it', () => {
  const region = about(CAMERA, Float64Array.of(0.05, -0.02, 0.5), () => 0.01);
  for (let turn = 0; turn < 6.3; turn += 0.1) {
    for (let tilt = -1.5; tilt < 1.6; tilt += 0.25) {
      const z = 0.5 + 0.01 * Math.sin(tilt);
      const x = (900 * (0.05 + 0.01 * Math.cos(tilt) * Math.cos(turn))) / z + 320;
      const y = (900 * (-0.02 + 0.01 * Math.cos(tilt) * Math.sin(turn))) / z + 240;
      assert.ok(x >= region.x && x <= region.x + region.width && y >= region.y && y <= region.y + region.height);
    }
  }
  assert.ok(region.width < 60);
  assert.equal(about(CAMERA, Float64Array.of(0, 0, 0.012), () => 0.01), null); // at the lens
});

test('regions that overlap are drawn together, others apart', () => {
  const region = (x, y) => ({ x, y, width: 10, height: 10 });
  const groups = grouped([
    { region: region(0, 0), member: 'a' },
    { region: region(40, 0), member: 'b' },
    { region: region(16, 0), member: 'c' },
    { region: region(8, 5), member: 'd' }, // joins a and c
  ]);
  assert.deepEqual(groups.map(({ members }) => members.join('')).sort(), ['acd', 'b']);
  assert.deepEqual(groups.find(({ members }) => members.length === 3).region, { x: 0, y: 0, width: 26, height: 15 });
  assert.equal(common(region(0, 0), region(10, 0)), null);
  assert.deepEqual(united(region(0, 0), region(10, 5)), { x: 0, y: 0, width: 20, height: 15 });
});

test('samples are taken where jewels are, and all over where that saves little', () => {
  const region = { x: 10, y: 10, width: 100, height: 100 };
  assert.deepEqual(windowOf(region, { x: 20, y: 0, width: 40, height: 60 }), { x: 20, y: 10, width: 40, height: 50 });
  assert.equal(windowOf(region, { x: 11, y: 11, width: 95, height: 95 }), region);
});

test('a soft picture and a large one get fewer samples, a photo the most', () => {
  assert.equal(samplesOf(LIVE[3], { width: 200, height: 200 }, 0), 2);
  assert.equal(samplesOf(LIVE[3], { width: 800, height: 800 }, 0), 1);
  assert.equal(samplesOf(LIVE[3], { width: 200, height: 200 }, 3), 1);
  assert.equal(samplesOf(STILL, { width: 200, height: 200 }, 3), 4);
  assert.equal(careOf(undefined), STILL);
  assert.equal(careOf(17), LIVE[4]);
});

test('only limbs that can hide a thing are told to its program', () => {
  const limbs = limbsOf([finger(0), finger(0.02), finger(0.2)]);
  const probed = (...things) => {
    const { points, gaps, firsts } = inRow(things);
    return { points, gaps, firsts };
  };
  const [behind, before, beside, skin] = limbUniforms(limbs, 0, UNTURNED, probed(thing(0.001, 0, 0.408), thing(0, 0, 0.391), thing(0.02, 0, 0.42)));
  assert.deepEqual([behind.count, behind.wearer], [1, 1]); // the far half of its own finger hides it
  assert.deepEqual([before.count, before.wearer], [0, 0]); // the near half does not
  assert.deepEqual([beside.count, beside.wearer], [2, 0]); // limb 0 is nobody's
  assert.deepEqual([skin.count, skin.wearer], [2, 1]);
  assert.ok(Math.abs(beside.start[4] - 0.02) < 1e-6);
});

test('bands lie within the outline, behind the axis of who wears something', () => {
  const limbs = limbsOf([finger(0), finger(0.05, { softness: 0.3 }), { ...finger(0), start: [0, 0, 0.3], end: [0, 0, 0.6] }]);
  const corners = limbBands(limbs, new Set([0]));
  assert.equal(corners.length, 2 * 18); // what points at the eye has none
  for (let k = 0; k < 18; k += 3) {
    assert.ok(Math.abs(corners[k]) < 0.008);
    assert.ok(corners[k + 2] > 0.4);
    assert.ok(Math.abs(corners[18 + k] - 0.05) < 0.7 * 0.008 + 1e-6);
  }
});

test('a drawing is softened to the blur of the picture, and further along the way of what moved', () => {
  assert.deepEqual(softening({ blurPx: 0.45 }, 1), []);
  const [right, down] = softening({ blurPx: 2, movedPx: null }, 0.5);
  assert.deepEqual([right.way, down.way], [[1, 0], [0, 1]]);
  assert.ok(Math.abs(Math.hypot(right.sigma, 0.45) - 1) < 1e-9);
  const streak = softening({ blurPx: 0.8, movedPx: 2.5, way: 0.6 }, 1).at(-1);
  assert.deepEqual(streak.way, [Math.cos(0.6), Math.sin(0.6)]);
  const along = Math.hypot(streak.sigma, Math.sqrt(0.8 ** 2 - 0.45 ** 2), 0.45); // variances add up
  assert.ok(Math.abs(along - 2.5) < 1e-9);
  assert.equal(softening({ blurPx: 0.4, movedPx: 2, way: 0 }, 1).length, 1);
});
