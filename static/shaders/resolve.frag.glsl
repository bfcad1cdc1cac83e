// Samples to pixels: the box filter runs on linear radiance, as in a camera, and the tone map on
// its mean; coverage stays apart, so edges keep their colour. Rows come out top first.
// In: linear radiance premultiplied by coverage; the shadow on skin, coarser, lies behind.
// Out: sRGB premultiplied by alpha.
#include "chunks/precision.glsl"
#include "chunks/developed.glsl"

uniform sampler2D samples;
uniform sampler2D shadows;
uniform vec4 shadow_window;  // from pixel to pixel, centre of the last sample
uniform float exposure;
uniform vec3 shadow_srgb;  // what a full shadow leaves of skin
uniform int target_height;

out vec4 color;

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  ivec2 upwards = ivec2(pixel.x, target_height - 1 - pixel.y);
  ivec2 first = upwards * SUPERSAMPLING;
  vec4 surface = vec4(0.0);
  for (int y = 0; y < SUPERSAMPLING; y++) {
    for (int x = 0; x < SUPERSAMPLING; x++) {
      surface += texelFetch(samples, first + ivec2(x, y), 0);
    }
  }
  const float share = 1.0 / float(SUPERSAMPLING * SUPERSAMPLING);
  vec4 pixel_color = developed(surface * share, exposure);
  float coverage = pixel_color.a;
  vec3 srgb = pixel_color.rgb;
  vec2 behind = min((vec2(upwards) + 0.5) * shadow_window.xy, shadow_window.zw);
  float shadow = textureLod(shadows, behind, 0.0).r * max(1.0 - coverage, 0.0);
  float alpha = min(coverage + shadow, 1.0);
  color = vec4(min(srgb + shadow_srgb * shadow, alpha), alpha);
}
