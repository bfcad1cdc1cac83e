// @ts-nocheck
/** Solves frames for pieces known by their facts: JSON in, drawn layers out, as the page's worker does. */
import { readFileSync } from 'node:fs';
import { SetSolver } from '../static/js/tryon/solver.js';
import { drawnOf, modelOf } from '../static/js/wear/facts.js';
import { given, parsed } from './vectors/replay.js';

const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);

const cases = parsed(readFileSync(0, 'utf8'));
const solved = cases.map(({ pieces, frames, mean, smoothing }) => {
  const wearables = pieces.map(({ facts, ...asked }) => ({ ...asked, model: modelOf(facts, facts.product) }));
  const face = mean && { points: given(mean), triangles: new Int32Array(0) };
  const solver = new SetSolver(wearables, { smoothing, face });
  return given(frames).map((frame) =>
    solver.solve(frame).flatMap(({ pieces: worn }) =>
      worn.map(({ placement, worn: forms }) => ({ placement, worn: forms.map(drawnOf) })),
    ),
  );
});
process.stdout.write(JSON.stringify(solved, plain));
