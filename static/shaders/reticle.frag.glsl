// A ring on a table, which says where a piece will stand: light, with a dark rim that shows on linen.
// Out: sRGB premultiplied by alpha.
#include "chunks/precision.glsl"

uniform vec2 size;              // pixels
uniform vec2 origin;            // of its lower left in what is drawn into
uniform mat3 world_from_pixel;  // rays through pixels, whose rows count from above
uniform vec3 eye_world;
uniform vec3 place_world;       // the ring's middle; it lies level
uniform float radius;           // metres

out vec4 color;

const float BAND = 0.028;  // half the ring's width, of its radius
const float RIM = 0.02;    // of the radius
const float INSIDE = 0.10;

// Coverage of what is nearer than nothing, over a pixel.
float covered(float outside, float pixel) {
  return clamp(0.5 - outside / pixel, 0.0, 1.0);
}

void main() {
  vec2 pixel = gl_FragCoord.xy - origin;
  vec3 ray = world_from_pixel * vec3(pixel.x, size.y - pixel.y, 1.0);
  float t = (place_world.y - eye_world.y) / min(ray.y, -1e-6);
  vec2 at = eye_world.xz + t * ray.xz - place_world.xz;
  float away = length(at) / radius;
  float across = clamp(fwidth(away), 1e-4, 1.0);
  // never thinner than a pixel and a half, however far off
  float band = max(BAND, 0.75 * across);
  float light = covered(abs(away - 1.0) - band, across);
  float dark = covered(abs(away - 1.0) - band - max(RIM, across), across);
  float inside = INSIDE * covered(away - 1.0, across);
  float alpha = max(max(light * 0.95, dark * 0.35), inside);
  float white = max(light * 0.95, inside * (1.0 - dark));
  color = ray.y < -1e-6 ? vec4(vec3(min(white, alpha)), alpha) : vec4(0.0);
}
