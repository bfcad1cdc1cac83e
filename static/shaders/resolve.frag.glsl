// Samples to pixels: the box filter runs on linear radiance, as in a camera, and the tone map on
// its mean; coverage stays apart, so edges keep their colour. Rows come out top first.
// In: linear radiance premultiplied by coverage, in a window of the picture; the shadow on skin,
// coarser, lies behind. SUPERSAMPLING is the samples along a side of a pixel; 0: the shadow alone.
// Out: sRGB premultiplied by alpha.
#include "chunks/precision.glsl"
#include "chunks/developed.glsl"

uniform sampler2D samples;
uniform vec2 sample_texel;  // texture coordinates from sample to sample
uniform ivec3 window;       // left, top of the sampled part of the picture; its height
uniform sampler2D shadows;
uniform vec4 shadow_window;  // from pixel to pixel, centre of the last sample
uniform float exposure;
uniform vec3 shadow_srgb;  // what a full shadow leaves of skin
uniform int target_height;

out vec4 color;

#if SUPERSAMPLING > 0
// Mean of a pixel's samples; an even number of them is filtered two by two, which is exact.
vec4 filtered(ivec2 pixel) {
  ivec2 first = ivec2(pixel.x - window.x, window.z - 1 - (pixel.y - window.y)) * SUPERSAMPLING;
  vec4 sum = vec4(0.0);
#if SUPERSAMPLING % 2 == 0
  const int TAPS = SUPERSAMPLING / 2;
  for (int y = 0; y < TAPS; y++) {
    for (int x = 0; x < TAPS; x++) {
      sum += textureLod(samples, vec2(first + 2 * ivec2(x, y) + 1) * sample_texel, 0.0);
    }
  }
#else
  const int TAPS = SUPERSAMPLING;
  for (int y = 0; y < TAPS; y++) {
    for (int x = 0; x < TAPS; x++) {
      sum += texelFetch(samples, first + ivec2(x, y), 0);
    }
  }
#endif
  return sum * (1.0 / float(TAPS * TAPS));
}
#endif

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  vec2 upwards = vec2(pixel.x, target_height - 1 - pixel.y);
  vec2 behind = min((upwards + 0.5) * shadow_window.xy, shadow_window.zw);
  float shadow = textureLod(shadows, behind, 0.0).r;
#if SUPERSAMPLING > 0
  vec4 pixel_color = developed(filtered(pixel), exposure);
  float coverage = pixel_color.a;
  shadow *= max(1.0 - coverage, 0.0);
  float alpha = min(coverage + shadow, 1.0);
  color = vec4(min(pixel_color.rgb + shadow_srgb * shadow, alpha), alpha);
#else
  color = vec4(min(shadow_srgb * shadow, shadow), shadow);
#endif
}
