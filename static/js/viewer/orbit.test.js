// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approached, bounded, home, limitsOf, nearestTurn, shifted, viewOf, viewWords, zoomAt, zoomed } from './orbit.js';

/** @type {import('./camera.js').Frame} */
const FRAME = {
  fieldOfView: 0.192,
  distance: 0.153,
  target: [0, 0.0001, -0.0001],
  azimuth: 0,
  elevation: 0.54,
  center: [0.5, 0.488],
  stands: true,
};
const RADIUS = 0.0122;
const LIMITS = limitsOf(FRAME, RADIUS);
const FIT = { focal: 4000, scale: 1, right: 0, down: 0 };
const DEGREE = Math.PI / 180;

/** @param {import('./camera.js').View} view */
function eye({ target, distance, elevation }) {
  return [target[0], target[1] + distance * Math.sin(elevation), target[2] + distance * Math.cos(elevation)];
}

/**
 * Where a point of the turned world is seen, pixels from the middle.
 * @param {number[]} point
 * @param {import('./camera.js').View} view
 */
function seen(point, view) {
  const [x, y, z] = point.map((value, axis) => value - eye(view)[axis]);
  const sine = Math.sin(view.elevation);
  const cosine = Math.cos(view.elevation);
  const depth = -(y * sine + z * cosine);
  return [(FIT.focal * x) / depth, (-FIT.focal * (y * cosine - z * sine)) / depth];
}

test('at home the stage draws what the file frames', () => {
  const view = viewOf(FRAME, home(FRAME), FIT);
  assert.deepEqual(view, { azimuth: 0, elevation: 0.54, distance: 0.153, target: FRAME.target });
});

test('no pose leaves its bounds, whatever is asked for', () => {
  for (const wild of [-1e3, -1, 0, 1, 1e3]) {
    const pose = bounded({ azimuth: wild, elevation: wild, zoom: wild, x: wild, y: -wild, z: wild }, LIMITS);
    assert.ok(pose.elevation >= LIMITS.elevation[0] && pose.elevation <= LIMITS.elevation[1]);
    assert.ok(pose.zoom >= LIMITS.zoom[0] && pose.zoom <= LIMITS.zoom[1]);
    assert.ok(Math.hypot(pose.x, pose.y, pose.z) <= LIMITS.reach * (1 + 1e-9));
    assert.deepEqual(bounded(pose, LIMITS), pose);
    const above = eye(viewOf(FRAME, pose, FIT))[1] - FRAME.target[1] - pose.y;
    assert.ok(above > 0, 'never from under the ground');
  }
});

test('a shift moves the picture by as much, from every side', () => {
  for (const azimuth of [0, 1, 2.5, 4]) {
    for (const elevation of [0.1, 0.54, 1.4]) {
      const before = { ...home(FRAME), azimuth, elevation };
      const after = shifted(before, 0.002, 0.001);
      const centre = [...viewOf(FRAME, before, FIT).target];
      const [right, down] = seen(centre, viewOf(FRAME, after, FIT));
      assert.ok(Math.abs(right - (0.002 * FIT.focal) / FRAME.distance) < 1e-6);
      assert.ok(Math.abs(down - (0.001 * FIT.focal) / FRAME.distance) < 1e-6);
    }
  }
});

test('what lies under the pointer stays there while it is zoomed', () => {
  const before = { ...home(FRAME), azimuth: 1.1 };
  const place = { right: 0.003, down: -0.002 };
  const point = [...viewOf(FRAME, shifted(before, -place.right, -place.down), FIT).target];
  const was = seen(point, viewOf(FRAME, before, FIT));
  const is = seen(point, viewOf(FRAME, zoomed(before, 1.2, place, LIMITS), FIT));
  assert.ok(Math.hypot(was[0] - is[0], was[1] - is[1]) < 1e-6);
});

test('a detail that is looked at stays in the middle while the piece turns', () => {
  const pose = shifted(home(FRAME), 0.004, 0.002);
  const detail = viewOf(FRAME, pose, FIT).target.map((value, axis) => value - FRAME.target[axis]);
  const turned = viewOf(FRAME, { ...pose, azimuth: 0.7 }, FIT).target.map((value, axis) => value - FRAME.target[axis]);
  const [x, y, z] = detail;
  const expected = [x * Math.cos(0.7) + z * Math.sin(0.7), y, -x * Math.sin(0.7) + z * Math.cos(0.7)];
  expected.forEach((value, axis) => assert.ok(Math.abs(value - turned[axis]) < 1e-12));
});

test('the poster lies where the picture will be, whatever the shape of the canvas', () => {
  const fit = { focal: 4000, scale: 1.25, right: 12, down: -9 };
  const [right, down] = seen([...FRAME.target], viewOf(FRAME, home(FRAME), fit));
  assert.ok(Math.abs(right - 12) < 1e-6 && Math.abs(down + 9) < 1e-6);
});

test('a millimetre takes as many pixels as the screen has for one', () => {
  const zoom = zoomAt(FRAME, FIT, 3.78e3);
  const view = viewOf(FRAME, { ...home(FRAME), zoom }, FIT);
  assert.ok(Math.abs(FIT.focal / view.distance - 3780) < 1e-6);
});

test('a pose comes to rest exactly at its target, in steps of any length', () => {
  const target = { azimuth: 1, elevation: 0.2, zoom: 2, x: 0.001, y: 0, z: -0.002 };
  for (const elapsed of [4, 16, 100]) {
    let pose = home(FRAME);
    for (let ms = 0; ms < 3000 && pose !== target; ms += elapsed) pose = approached(pose, target, elapsed, 120);
    assert.equal(pose, target);
  }
});

test('a view is said as a jeweller would', () => {
  const pose = home(FRAME);
  assert.equal(viewWords(pose), 'from the front, a little above');
  assert.equal(viewWords({ ...pose, azimuth: 45 * DEGREE }), 'from the front left, a little above');
  assert.equal(viewWords({ ...pose, azimuth: -90 * DEGREE, elevation: 0 }), 'from the right');
  assert.equal(viewWords({ ...pose, azimuth: 20 * Math.PI, elevation: 80 * DEGREE, zoom: 2 }), 'from above, close');
  assert.equal(viewWords({ ...pose, azimuth: Math.PI, elevation: -20 * DEGREE }), 'from the back, a little below');
});

test('a side is turned to the short way', () => {
  assert.ok(Math.abs(nearestTurn(0, 6) - 2 * Math.PI) < 1e-12);
  assert.ok(Math.abs(nearestTurn(Math.PI / 2, -4) - (Math.PI / 2 - 2 * Math.PI)) < 1e-12);
});
