/**
 * Which landmarks of a hand are which joints, MediaPipe's 21-joint order.
 * Twin of tryon/anchors/skeleton.py.
 */

export const WRIST = 0;
export const KNUCKLES = [5, 9, 13, 17];
export const PALM = [WRIST, ...KNUCKLES];
export const CHAINS = {
  thumb: [1, 2, 3, 4],
  index: [5, 6, 7, 8],
  middle: [9, 10, 11, 12],
  ring: [13, 14, 15, 16],
  little: [17, 18, 19, 20],
};
/** The phalanx that wears a ring: its two joints. */
export const PROXIMAL = {
  thumb: [2, 3],
  index: [5, 6],
  middle: [9, 10],
  ring: [13, 14],
  little: [17, 18],
};
