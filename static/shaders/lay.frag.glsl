// A drawing on its way onto the canvas that is laid over the picture: without what stands before it
// (VEILED), and as noisy as the camera's picture is (GRAINY).
// In: sRGB premultiplied by alpha, the first row lowest. Out: the same, upright.
#include "chunks/precision.glsl"

uniform sampler2D drawing;
uniform ivec2 origin;      // of the drawing on the canvas
uniform int height;        // pixels of the drawing
#ifdef VEILED
uniform sampler2D kept;    // share that nothing stands before, the first row lowest
#endif
#ifdef GRAINY
uniform float noise;       // standard deviation, of 1
uniform float seed;        // another one for each frame
#endif

out vec4 color;

#ifdef GRAINY
// Even numbers from 0 to 1 (PCG, Jarzynski and Olano 2020).
vec3 chance(uvec3 v) {
  v = v * 1664525u + 1013904223u;
  v += v.yzx * v.zxy;
  v ^= v >> 16u;
  v += v.yzx * v.zxy;
  return vec3(v >> 8u) / 16777216.0;
}

// Of deviation 1, mostly common to the three channels.
vec3 grain(ivec2 pixel) {
  vec3 a = chance(uvec3(pixel, uint(seed)));
  vec3 b = chance(uvec3(pixel.yx + 4099, uint(seed) + 7919u));
  vec3 each = (a + b - 1.0) * 2.4495;  // a triangle, whose deviation is one over the root of six
  float common_part = dot(each, vec3(0.5774));
  return 0.85 * vec3(common_part) + 0.5268 * each.yzx;
}
#endif

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy) - origin;
  pixel.y = height - 1 - pixel.y;
  color = texelFetch(drawing, pixel, 0);
#ifdef GRAINY
  color.rgb = clamp(color.rgb + color.a * noise * grain(pixel), 0.0, color.a);
#endif
#ifdef VEILED
  color *= texelFetch(kept, pixel, 0).r;
#endif
}
