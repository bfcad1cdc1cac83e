// Limbs (fingers, wrists) as cones with round ends: they hide what lies behind or inside them.
// The silhouette is soft: hiding grows over `softness` of the radius inside the outline.
// The limb that wears the jewel hides its far half only, so the shank that hugs it stays whole.

const int MAX_LIMBS = 16;
uniform int limb_count;
uniform vec4 limb_start[MAX_LIMBS];  // xyz model space, w radius
uniform vec4 limb_end[MAX_LIMBS];    // xyz model space, w radius
uniform vec2 limb_kind[MAX_LIMBS];   // softness, 1.0 for the wearer

// Share of the fragment that limbs leave visible. The wearer, if any, is limb 0; `first` is 1 to
// leave it out for its own skin.
float seen_past_limbs(vec3 position_model, vec3 eye_model, int first) {
  vec3 to_fragment = position_model - eye_model;
  float fragment_distance = length(to_fragment);
  vec3 ray = to_fragment / fragment_distance;
  float visible = 1.0;
  for (int i = first; i < limb_count; i++) {
    vec4 start = limb_start[i];
    vec4 end = limb_end[i];
    vec2 kind = limb_kind[i];
    vec3 axis = end.xyz - start.xyz;
    vec3 from_eye = start.xyz - eye_model;
    float along = dot(axis, ray);
    float axis2 = dot(axis, axis);
    // nearest points of the view ray and the axis
    float s = (dot(from_eye, ray) * along - dot(from_eye, axis)) / max(axis2 - along * along, 1e-12);
    s = clamp(s, 0.0, 1.0);
    vec3 nearest = from_eye + axis * s;
    float depth = dot(nearest, ray);
    float radius = mix(start.w, end.w, s);
    float miss2 = max(dot(nearest, nearest) - depth * depth, 0.0);
    float inside = 1.0 - sqrt(miss2) / radius;  // 0 at the outline, 1 on the axis
    if (inside <= 0.0) continue;
    float hidden = smoothstep(0.0, kind.x, inside);
    float behind;
    if (kind.y > 0.5) {
      float u = clamp(dot(position_model - start.xyz, axis) / axis2, 0.0, 1.0);
      vec3 outward = position_model - start.xyz - axis * u;
      behind = smoothstep(0.0, 0.2, dot(outward, ray) / radius);
    } else {
      float surface = depth - sqrt(max(radius * radius - miss2, 0.0));
      behind = smoothstep(0.0, 0.15, (fragment_distance - surface) / radius);
    }
    visible *= 1.0 - hidden * behind;
  }
  return visible;
}
