// Samples to pixels: the box filter runs on linear radiance, as in a camera, and the tone map on
// its mean; coverage stays apart, so edges keep their colour. Rows come out top first.
// In: linear radiance premultiplied by coverage; a shadow has coverage and no radiance.
// Out: sRGB premultiplied by alpha.
#include "chunks/precision.glsl"
#include "chunks/tone.glsl"

uniform sampler2D samples;
uniform float exposure;
uniform vec3 shadow_srgb;  // what a full shadow leaves of skin
uniform int target_height;

out vec4 color;

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  ivec2 first = ivec2(pixel.x, target_height - 1 - pixel.y) * SUPERSAMPLING;
  vec4 surface = vec4(0.0);
  float shadow = 0.0;
  for (int y = 0; y < SUPERSAMPLING; y++) {
    for (int x = 0; x < SUPERSAMPLING; x++) {
      vec4 texel = texelFetch(samples, first + ivec2(x, y), 0);
      if (texel.g > 0.0) surface += texel;
      else shadow += texel.a;
    }
  }
  const float share = 1.0 / float(SUPERSAMPLING * SUPERSAMPLING);
  float coverage = surface.a * share;
  vec3 srgb = vec3(0.0);
  if (surface.g > 0.0) {
    // Clear glass may shine brighter than it covers: its sheen is added, not divided by nothing.
    float divisor = max(surface.a, max(surface.r, max(surface.g, surface.b)) / 32.0);
    srgb = srgb_from_linear(tone_map_neutral(surface.rgb / divisor * exposure)) * divisor * share;
  }
  float alpha = min(coverage + shadow * share, 1.0);
  color = vec4(min(srgb + shadow_srgb * (shadow * share), alpha), alpha);
}
