// From light to a pixel: the tone map runs on the mean of a pixel's samples, as in a camera; coverage
// stays apart, so edges keep their colour.
#include "chunks/tone.glsl"

// surface: mean linear radiance premultiplied by coverage. Returns sRGB premultiplied the same way.
vec4 developed(vec4 surface, float exposure) {
  if (surface.g <= 0.0) return vec4(0.0, 0.0, 0.0, surface.a);
  // Clear glass may shine brighter than it covers: its sheen is added, not divided by nothing.
  float divisor = max(surface.a, max(surface.r, max(surface.g, surface.b)) / 32.0);
  return vec4(srgb_from_linear(tone_map_neutral(surface.rgb / divisor * exposure)) * divisor, surface.a);
}
