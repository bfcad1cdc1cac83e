// Split-sum reflectance of GGX under a prefiltered environment.
// Single scattering: Lazarov 2013 / Karis 2014 (analytic). Multiple: Fdez-Aguera 2019, which
// returns all energy of a white surface in a white furnace.

vec2 ggx_split_sum(float roughness, float n_dot_v) {
  vec4 r = roughness * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
  float a = min(r.x * r.x, exp2(-9.28 * n_dot_v)) * r.x + r.y;
  return vec2(-1.04, 1.04) * a + r.zw;
}

// Share of light that one bounce does not return even from a perfect mirror's facets.
float lost_energy(float roughness, float n_dot_v) {
  vec2 split = ggx_split_sum(roughness, n_dot_v);
  return 1.0 - (split.x + split.y);
}

// single: light that left after one bounce; multiple: after more; both per unit radiance.
// f0, f90: reflectance straight on and at grazing angles.
void ggx_energy(
  vec3 f0, float f90, float roughness, float n_dot_v, out vec3 single, out vec3 multiple
) {
  vec2 split = ggx_split_sum(roughness, n_dot_v);
  single = f0 * split.x + f90 * split.y;
  float lost = 1.0 - (split.x + split.y);
  vec3 average = f0 + (1.0 - f0) / 21.0;
  multiple = lost * single * average / (1.0 - average * lost);
}
