// Light that the jewel keeps from the skin: the blocked part of the cosine-weighted sky, baked as
// four spherical harmonics per texel and faded towards its ends, against the studio's light.
// Out: the shadow's opacity.
#include "chunks/precision.glsl"
#include "chunks/limbs.glsl"

in vec2 shadow_uv;
in vec3 position_model;
in vec3 normal_model;

uniform sampler2D blocked_map;
uniform vec3 eye_model;
uniform vec4 light_model;  // luminance of the studio: mean, gradient (x, y, z)
uniform float strength;

out vec4 color;

void main() {
  vec4 blocked = texture(blocked_map, shadow_uv);
  vec3 n = normalize(normal_model);
  vec3 view = normalize(eye_model - position_model);
  // E = integral of L cos over the hemisphere, for L = mean + gradient . direction
  float whole = 3.14159265 * light_model.x + 2.0943951 * dot(light_model.yzw, n);
  float kept = dot(blocked, light_model);
  float shade = clamp(kept / max(whole, 1e-3), 0.0, 1.0);
  float facing = smoothstep(0.05, 0.55, dot(n, view));
  float alpha = strength * shade * facing;
  if (alpha < 0.003) discard;
  alpha *= seen_past_limbs(position_model, eye_model, 1);
  color = vec4(clamp(alpha, 0.0, 0.95));
}
