// The shadow that a piece throws on itself under the studio's key: sharp where what throws it lies
// close, as hands on a dial, softer farther off (Fernando 2005). Stills only.
#include "chunks/sampling.glsl"

uniform sampler2D key_depth;    // of the piece, seen from the key
uniform mat4 key_from_model;    // to 0..1 across the map and in depth
uniform vec3 key_model;         // unit, towards the key
uniform float key_strength;     // 0: no shadows are drawn
uniform vec4 key_sizes;         // of the map: widest search, least blur, blur over depth; bias in depth

const int KEY_TAPS = 6;

// Offsets on a disc that differ from sample to sample, so that their mean over a pixel is smooth
// (golden angle; noise of Jimenez 2014).
vec2 key_tap(int i, float turn) {
  float angle = 2.399963 * float(i) + turn;
  return sqrt((float(i) + 0.5) / float(KEY_TAPS)) * vec2(cos(angle), sin(angle));
}

// Share of the key's light that arrives.
float key_light(vec3 position_model, vec3 n) {
  float facing = smoothstep(0.05, 0.30, dot(n, key_model));
  if (key_strength <= 0.0 || facing <= 0.0) return 1.0;
  vec3 q = (key_from_model * vec4(position_model, 1.0)).xyz;
  float depth = min(q.z - key_sizes.w, 1.0);  // behind all that is mapped nothing stands in the way
  float turn = 6.2832 * fract(52.9829189 * fract(dot(sample_coordinates(), vec2(0.06711056, 0.00583715))));
  float gap = 0.0;
  float found = 0.0;
  for (int i = 0; i < KEY_TAPS; i++) {
    float nearest = textureLod(key_depth, q.xy + key_tap(i, turn) * key_sizes.x, 0.0).r;
    gap += nearest < depth ? depth - nearest : 0.0;
    found += nearest < depth ? 1.0 : 0.0;
  }
  if (found < 0.5) return 1.0;
  float blur = clamp(gap / found * key_sizes.z, key_sizes.y, key_sizes.x);
  float lit = 0.0;
  for (int i = 0; i < KEY_TAPS; i++) {
    float nearest = textureLod(key_depth, q.xy + key_tap(i, turn) * blur, 0.0).r;
    lit += nearest < depth ? 0.0 : 1.0 / float(KEY_TAPS);
  }
  return 1.0 - key_strength * facing * (1.0 - lit);
}
