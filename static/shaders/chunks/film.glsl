// Thin-film interference, as a pearl's orient: reflectance by angle, from a table that is computed
// when the model is uploaded (KHR_materials_iridescence).

const int FILM_STEPS = 16;
uniform vec3 film[FILM_STEPS];  // even in the cosine, from grazing to straight on

vec3 film_reflectance(float n_dot_v) {
  float place = clamp(n_dot_v, 0.0, 1.0) * float(FILM_STEPS - 1);
  int first = min(int(place), FILM_STEPS - 2);
  return mix(film[first], film[first + 1], place - float(first));
}
