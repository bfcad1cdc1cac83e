// The wearer's limb near the jewel: a cylinder about +Y of the model, reflected in metal.

uniform float skin_radius;   // metres; 0: nobody wears the jewel
uniform vec3 skin_radiance;  // of lit skin

// Share of a ray from `origin` that ends on skin; `near` is 0 where skin touches the metal.
float skin_hit(vec3 origin_model, vec3 direction_model, out float near) {
  near = 1.0;
  vec2 o = origin_model.xz;
  vec2 d = direction_model.xz;
  float a = dot(d, d);
  float b = dot(o, d);
  float c = max(dot(o, o) - skin_radius * skin_radius, 0.0);
  float discriminant = b * b - a * c;
  if (skin_radius <= 0.0 || b >= 0.0 || discriminant <= 0.0) return 0.0;
  near = clamp(c / (-b + sqrt(discriminant)) / (0.25 * skin_radius), 0.0, 1.0);
  return smoothstep(0.0, 0.08 * skin_radius * skin_radius * a, discriminant);
}
