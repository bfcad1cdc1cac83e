/**
 * Damped motion of one number, independent of the frame rate.
 *
 * Exponential approach: the distance to the target falls to 1/e in `settleMs`, whatever the steps.
 * It never passes the target, so nothing bounces.
 */

/** @typedef {{ position: number, target: number }} Motion */

/**
 * @param {Motion} motion
 * @param {number} elapsedMs since the last step
 * @param {number} settleMs time constant
 * @param {number} restDistance closer than this is there
 * @returns {Motion}
 */
export function step(motion, elapsedMs, settleMs, restDistance) {
  const left = (motion.target - motion.position) * Math.exp(-elapsedMs / settleMs);
  const position = Math.abs(left) < restDistance ? motion.target : motion.target - left;
  return { position, target: motion.target };
}

/**
 * Whether the motion has ended.
 * @param {Motion} motion
 */
export function atRest(motion) {
  return motion.position === motion.target;
}

/**
 * Speed at the end of a drag: the mean over the last `windowMs`, so that one late event counts
 * little; 0 when the pointer rested before it was lifted.
 * @param {ReadonlyArray<{ timeMs: number, value: number }>} samples oldest first
 * @param {number} nowMs
 * @param {number} windowMs
 * @returns {number} value per millisecond
 */
export function releaseSpeed(samples, nowMs, windowMs) {
  const recent = samples.filter((sample) => nowMs - sample.timeMs <= windowMs);
  if (recent.length < 2) return 0;
  const first = recent[0];
  const last = recent[recent.length - 1];
  return (last.value - first.value) / Math.max(last.timeMs - first.timeMs, 1);
}
