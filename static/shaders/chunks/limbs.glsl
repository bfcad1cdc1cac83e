// Limbs (fingers, wrists) as cones with round ends: they hide what lies behind or inside them.
// The silhouette is soft: hiding grows over `softness` of the radius inside the outline.
// The limb that wears the jewel hides its far half only, so the shank that hugs it stays whole.
// What depends on the limb and the eye alone comes ready made: this runs for every sample.

const int MAX_LIMBS = 16;
uniform int limb_count;
uniform float limb_wearer;           // 1.0: limb 0 wears the jewel
uniform vec4 limb_start[MAX_LIMBS];  // xyz from the eye, model space; w radius
uniform vec4 limb_axis[MAX_LIMBS];   // xyz to the end; w growth of the radius
uniform vec4 limb_terms[MAX_LIMBS];  // start.axis, axis.axis, start.start, 1 / softness

// Share of limb i that hides at a view ray: 0 outside its outline. Where the ray passes the axis:
// the share along it, the depth along the ray, the radius there, and the squared miss.
float limb_cover(int i, vec3 ray, out float s, out float depth, out float radius, out float miss2) {
  vec4 start = limb_start[i];
  vec4 axis = limb_axis[i];
  vec4 terms = limb_terms[i];
  float along = dot(axis.xyz, ray);
  float ahead = dot(start.xyz, ray);
  s = clamp((ahead * along - terms.x) / max(terms.y - along * along, 1e-12), 0.0, 1.0);
  depth = ahead + along * s;
  radius = start.w + axis.w * s;
  miss2 = max(terms.z + s * (2.0 * terms.x + s * terms.y) - depth * depth, 0.0);
  float t = clamp((1.0 - sqrt(miss2) / radius) * terms.w, 0.0, 1.0);
  return t * t * (3.0 - 2.0 * t);
}

// Share of the fragment that limbs leave visible; `first` is 1 to leave the wearer out for its own
// skin.
float seen_past_limbs(vec3 position_model, vec3 eye_model, int first) {
  vec3 to_fragment = position_model - eye_model;
  float fragment_distance = length(to_fragment);
  vec3 ray = to_fragment / fragment_distance;
  float visible = 1.0;
  float s, depth, radius, miss2;
  if (first == 0 && limb_wearer > 0.5) {
    float cover = limb_cover(0, ray, s, depth, radius, miss2);
    vec3 axis = limb_axis[0].xyz;
    vec3 from_start = to_fragment - limb_start[0].xyz;
    float u = clamp(dot(from_start, axis) / limb_terms[0].y, 0.0, 1.0);
    visible -= cover * smoothstep(0.0, 0.2, dot(from_start - axis * u, ray) / radius);
  }
  for (int i = int(limb_wearer); i < limb_count; i++) {
    float cover = limb_cover(i, ray, s, depth, radius, miss2);
    float surface = depth - sqrt(max(radius * radius - miss2, 0.0));
    visible *= 1.0 - cover * smoothstep(0.0, 0.15, (fragment_distance - surface) / radius);
  }
  return visible;
}
