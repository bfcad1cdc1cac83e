// A level of a studio whose lamps are larger or smaller than they are: every lamp spread over the
// width of a wide level, or sharpened by what that would take from it (viewer/render/environment.py).
// Out: linear radiance, into the same level of another octahedral map.
#include "chunks/precision.glsl"
#include "chunks/environment.glsl"

uniform float level;   // that is drawn
uniform float wide;    // that lamps are spread to
uniform float share;   // of the way there; below 0: away from it

out vec4 color;

// The direction of a texel: those of the border have their centres on the border.
vec3 direction_of(vec2 texel, float size) {
  vec2 e = texel / (size - 1.0) * 2.0 - 1.0;
  float y = 1.0 - abs(e.x) - abs(e.y);
  vec2 side = vec2(e.x >= 0.0 ? 1.0 : -1.0, e.y >= 0.0 ? 1.0 : -1.0);
  vec2 xz = y >= 0.0 ? e : (1.0 - abs(e.yx)) * side;
  return normalize(vec3(xz.x, y, xz.y));
}

void main() {
  float size = ENVIRONMENT_SIZE * exp2(-level);
  vec3 own = texelFetch(environment_map, ivec2(gl_FragCoord.xy), int(level)).rgb;
  vec3 spread = environment_level(direction_of(gl_FragCoord.xy - 0.5, size), wide);
  color = vec4(max(own + share * (spread - own), 0.0), 1.0);
}
