// @ts-nocheck
import { replay } from '../../../tests/vectors/replay.js';
import { drape, lineOf, stepped } from './drape.js';

replay('drapes', {
  stepped: ({ base }) => stepped(base),
  lines({ loop, base }) {
    const { points, frames } = lineOf(loop, base ?? undefined);
    const kept = [];
    for (let k = 0; k < points.length / 3; k += 400) {
      for (const row of [0, 4, 8]) kept.push(...frames.subarray(16 * k + row, 16 * k + row + 3));
    }
    return { points: Array.from(points).filter((_, k) => Math.floor(k / 3) % 80 === 0), frames: kept };
  },
  drape({ strung, base }) {
    const draped = drape({ ...strung, hanging: Float64Array.from(strung.hanging) }, base);
    return { ...draped, line: Array.from(draped.line).filter((_, k) => Math.floor(k / 3) % 10 === 0) };
  },
});
