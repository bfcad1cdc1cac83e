// @ts-nocheck
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { read, replay } from '../../../../tests/vectors/replay.js';
import { keptOffNeck, Pendulum, pendulumOf, plumb, swayedOnChest, swung } from '../dangling.js';
import { Heads } from '../faceTracks.js';
import { column3 } from '../linalg.js';
import { readCanonicalFace } from './canonical.js';
import { lobeBody, movedTo, placeEar, shownByTurn } from './ear.js';
import { facingOf, headPose, pointAt, yawOf } from './head.js';
import { headBody } from './headMesh.js';
import { headSize } from './iris.js';

const POINTS = [0, 10, 152, 234, 454, 467];
const FACE_TRIANGLES = 898;

const told = (head) => ({
  ...head,
  points: POINTS.flatMap((k) => pointAt(head.points, k)),
  facing: facingOf(head),
  yaw: yawOf(head),
});
const moved = (face, [x, y]) => ({ ...face, pointsPx: face.pointsPx.map((value, k) => value + (k % 2 ? y : x)) });

replay('heads', {
  headPose: ({ face, camera, mean }) => told(headPose(face, camera, mean)),
  headSize: ({ face, scales, facing }) => headSize(face, scales, facing),
  ears({ face, camera, mean }) {
    const head = headPose(face, camera, mean);
    const each = (ear) => {
      const anchor = placeEar(head, ear, camera, mean);
      const [x, y] = anchor.lobePx;
      return {
        anchor,
        moved: movedTo(anchor, [x + 3, y - 5], camera).cameraFromAnchor,
        lobe: lobeBody(anchor, head),
        shown: shownByTurn(anchor.turn),
      };
    };
    return { left: each('left'), right: each('right') };
  },
  headBody({ face, camera, mean }) {
    const triangles = new Int32Array(3 * FACE_TRIANGLES);
    const body = headBody(headPose(face, camera, mean), { points: mean, triangles });
    return {
      behind: body.positions.subarray(mean.length),
      triangles: body.triangles.subarray(triangles.length),
      setBack: body.setBack,
    };
  },
  heads({ first, second, camera, mean, shifts }) {
    const heads = new Heads(mean, true);
    return shifts.map(({ shift, second: seen }, k) => {
      const faces = [moved(first, shift)];
      if (seen) faces.push(moved(second, [-shift[0], -shift[1]]));
      const followed = heads.update(faces, camera, 40 * k);
      return followed.map(({ head, track }) => ({ identity: track.identity, ...told(head) }));
    });
  },
  pendulum({ length, damping, hinges, steps }) {
    const pendulum = new Pendulum(length, damping);
    return hinges.map((hinge, k) => pendulum.swing(hinge, steps[k]));
  },
  pendulumOf: ({ parts, hinge }) => pendulumOf(parts, hinge),
  hanging: ({ placed, hangs, hinge }) => ({
    plumb: plumb(placed, hangs),
    swung: swung(placed, hinge, hangs),
    swayed: swayedOnChest(placed, hinge, hangs, placed.rotation),
    kept: keptOffNeck(hangs, column3(placed.rotation, 2), 0.03),
  }),
});

test("the mean head is read from the tracker's own bundle", () => {
  const here = (path) => new URL(path, import.meta.url);
  const bundle = readFileSync(here('../../../../var/models/face_landmarker.task'));
  const { buffer, byteOffset, byteLength } = bundle;
  const face = readCanonicalFace(buffer.slice(byteOffset, byteOffset + byteLength));
  const { canonical } = read('seen');
  assert.equal(face.triangles.length, 3 * FACE_TRIANGLES);
  assert.ok(Math.max(...face.triangles) === face.points.length / 3 - 1);
  canonical.forEach((value, k) => assert.ok(Math.abs(face.points[k] - value) < 1e-9));
});
