// Khronos PBR Neutral tone mapper (github.com/KhronosGroup/ToneMapping) and the sRGB curve, whose power
// is told by roots that processors have: off by 0.009 of one of 255 levels at most.

vec3 tone_map_neutral(vec3 radiance) {
  const float start = 0.8 - 0.04;
  const float desaturation = 0.15;
  float least = min(radiance.r, min(radiance.g, radiance.b));
  float offset = least < 0.08 ? least - 6.25 * least * least : 0.04;
  vec3 c = radiance - offset;
  float peak = max(c.r, max(c.g, c.b));
  if (peak < start) return c;
  float room = 1.0 - start;
  float new_peak = 1.0 - room * room / (peak + room - start);
  c *= new_peak / peak;
  float grey = 1.0 - 1.0 / (desaturation * (peak - new_peak) + 1.0);
  return mix(c, vec3(new_peak), grey);
}

vec3 srgb_from_linear(vec3 linear) {
  vec3 c = clamp(linear, 0.0, 1.0);
  vec3 root = sqrt(c);
  vec3 fourth = sqrt(root);
  vec3 curved = 1.12268079 * root + 0.19613616 * fourth + 0.08132959 * c
    - 0.33550061 * root * fourth - 0.06461157;
  return mix(12.92 * c, curved, step(0.0031308, c));
}
