// Exact unpolarised reflectance of a dielectric (Fresnel).
// cos_i, cos_t: cosines inside the first and the second medium; eta = n_second / n_first.

float fresnel_dielectric(float cos_i, float cos_t, float eta) {
  float s = (cos_i - eta * cos_t) / (cos_i + eta * cos_t);
  float p = (eta * cos_i - cos_t) / (eta * cos_i + cos_t);
  return 0.5 * (s * s + p * p);
}

vec3 fresnel_dielectric3(vec3 cos_i, vec3 cos_t, vec3 eta) {
  vec3 s = (cos_i - eta * cos_t) / (cos_i + eta * cos_t);
  vec3 p = (eta * cos_i - cos_t) / (eta * cos_i + cos_t);
  return 0.5 * (s * s + p * p);
}
