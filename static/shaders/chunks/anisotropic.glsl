// Brushed metal: GGX that is wider along the tangent (KHR_materials_anisotropy). The wide side is
// walked in even shares of its slopes, each with the environment filtered for the narrow side; the
// quantiles are those of GGX's marginal slope distribution (Heitz 2014).

#ifdef LIVE
const int BRUSHED_TAPS = 5;
#else
const int BRUSHED_TAPS = 9;
#endif

// Radiance that arrives by reflection, relative to an even environment of 1.
vec3 brushed_reflection(vec3 n, vec3 along, vec3 view, float alpha_along, float alpha_across) {
  vec3 total = vec3(0.0);
  float weights = 0.0;
  for (int i = 0; i < BRUSHED_TAPS; i++) {
    float s = (2.0 * float(i) + 1.0) / float(BRUSHED_TAPS) - 1.0;
    float slope = alpha_along * s * inversesqrt(1.0 - s * s);
    vec3 half_way = normalize(n + along * slope);
    vec3 r = reflect(-view, half_way);
    float weight = max(dot(n, r), 0.0);
    // the share's own width joins the narrow side's, so that no gap shows between taps
    float across = alpha_across * sqrt(1.0 + slope * slope / (alpha_along * alpha_along));
    float gap = alpha_along * (0.6 / float(BRUSHED_TAPS)) / (1.0 - s * s);
    float alpha = min(sqrt(across * across + gap * gap), 1.0);
#ifdef LIVE
    float level = floor(environment_lod(sqrt(alpha)) + 0.5);
    total += weight * environment_gain * environment_level(environment_from_model * r, level);
#else
    total += weight * environment(environment_from_model * r, environment_lod(sqrt(alpha)));
#endif
    weights += weight;
  }
  return total / max(weights, 1e-3);
}
