// Where an instance stands: a rotation, one scale and a shift, as the rows of its matrix.

in vec4 place_x;
in vec4 place_y;
in vec4 place_z;

vec3 placed(vec3 p) {
  vec4 q = vec4(p, 1.0);
  return vec3(dot(place_x, q), dot(place_y, q), dot(place_z, q));
}

float place_scale() {
  return length(place_x.xyz);
}

// A direction, turned only.
vec3 turned(vec3 d) {
  return vec3(dot(place_x.xyz, d), dot(place_y.xyz, d), dot(place_z.xyz, d)) / place_scale();
}
