// The studio as an octahedral map; level 0 is a mirror's, level k >= 1 is prefiltered with GGX of
// alpha = 2^(1.5 (k - last)). The loader defines ENVIRONMENT_SIZE and ENVIRONMENT_LAST_LEVEL.
#include "chunks/octahedral.glsl"

uniform sampler2D environment_map;
uniform vec3 environment_gain;  // tint of the light, linear sRGB

vec3 environment_level(vec3 direction_environment, float level) {
  float size = ENVIRONMENT_SIZE * exp2(-level);
  vec2 uv = octahedral_uv(direction_environment, size);
  return textureLod(environment_map, uv, level).rgb;
}

float environment_lod(float roughness) {
  float alpha = max(roughness * roughness, 1e-4);
  float first = exp2(1.5 * (1.0 - ENVIRONMENT_LAST_LEVEL));  // alpha of level 1
  return alpha < first ? alpha / first : ENVIRONMENT_LAST_LEVEL + log2(alpha) / 1.5;
}

// Between levels the two nearest are mixed; near a whole level one fetch is enough.
vec3 environment(vec3 direction_environment, float lod) {
  float level = min(floor(lod), ENVIRONMENT_LAST_LEVEL);
  float share = lod - level;
  vec3 radiance = environment_level(direction_environment, level);
  if (share > 0.1 && level < ENVIRONMENT_LAST_LEVEL) {
    radiance = mix(radiance, environment_level(direction_environment, level + 1.0), share);
  }
  return radiance * environment_gain;
}
