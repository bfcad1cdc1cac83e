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
uniform float noise;       // its level as it is measured, of 1
uniform float seed;        // another one for each frame
#endif

out vec4 color;

#ifdef GRAINY
const float LEVEL = 2.55;  // deviation of such noise whose second differences measure 1

// Even numbers from 0 to 1 (PCG, Jarzynski and Olano 2020).
vec3 chance(uvec3 v) {
  v = v * 1664525u + 1013904223u;
  v += v.yzx * v.zxy;
  v ^= v >> 16u;
  v += v.yzx * v.zxy;
  return vec3(v >> 8u) / 16777216.0;
}

// Noise as a developed picture has it, seamless in time: of deviation 1, without its finest scale (a
// Gaussian of 0.6 pixels), mostly common to the three channels, as tryon/appearance/grain.py makes it.
vec3 grain(ivec2 pixel) {
  vec3 sum = vec3(0.0);
  for (int y = -1; y <= 1; y++) {
    for (int x = -1; x <= 1; x++) {
      float weight = (x == 0 ? 0.6672 : 0.1664) * (y == 0 ? 0.6672 : 0.1664);
      sum += weight * (chance(uvec3(pixel + ivec2(x, y) + 8, uint(seed))) - 0.5);
    }
  }
  vec3 each = sum * 6.923;  // the deviation of an even number, and what the Gaussian leaves of it
  float mean = dot(each, vec3(1.0 / 3.0));
  return 0.903 * 1.732 * vec3(mean) + 0.430 * 1.2247 * (each - mean);
}
#endif

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy) - origin;
  pixel.y = height - 1 - pixel.y;
  color = texelFetch(drawing, pixel, 0);
#ifdef GRAINY
  color.rgb = clamp(color.rgb + color.a * noise * LEVEL * grain(pixel), 0.0, color.a);
#endif
#ifdef VEILED
  color *= texelFetch(kept, pixel, 0).r;
#endif
}
