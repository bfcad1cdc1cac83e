// The wearer's skin near the jewel, reflected in metal: a quadric, symmetric about x = 0, whose value
// is about the height over the skin in metres.

uniform vec4 skin_squares;   // of x x / 2, y y / 2, z z / 2, y z
uniform vec4 skin_rest;      // of y, z, 1; metres over which skin near the metal is darker
uniform float skin_radius;   // metres: how round it is; 0: flat or nearly so
uniform vec3 skin_radiance;  // of lit skin

vec3 skin_slope(vec3 p) {
  return vec3(skin_squares.x * p.x,
              skin_squares.y * p.y + skin_squares.w * p.z,
              skin_squares.z * p.z + skin_squares.w * p.y);
}

// Share of a ray from `origin` that ends on skin; `near` is 0 where skin touches the metal.
float skin_hit(vec3 origin_model, vec3 direction_model, out float near) {
  near = 1.0;
  vec3 half_slope = skin_slope(origin_model);
  vec3 linear = vec3(0.0, skin_rest.xy);
  float a = dot(skin_slope(direction_model), direction_model);
  float b = dot(half_slope + linear, direction_model);
  float c = max(dot(0.5 * half_slope + linear, origin_model) + skin_rest.z, 0.0);
  float discriminant = b * b - 2.0 * a * c;
  if (b >= 0.0 || discriminant <= 0.0) return 0.0;
  near = clamp(2.0 * c / (-b + sqrt(discriminant)) / skin_rest.w, 0.0, 1.0);
  return smoothstep(0.0, max(0.08 * skin_radius * a, 0.004), discriminant);
}
