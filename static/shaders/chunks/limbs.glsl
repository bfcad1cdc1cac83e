// Limbs (fingers, wrists) as cones with round ends, some of them flattened: they hide what lies
// behind or inside them. The silhouette is soft: hiding grows over `softness` of the radius inside
// the outline. The limb that wears the jewel hides its far half only, so the shank that hugs it
// stays whole. Flattened cones are round in a space that is stretched along their thinner way; a
// ray's parameter is the same there, metres from the eye.
// What depends on the limb and the eye alone comes ready made: this runs for every sample. A loader
// that knows how many there are at most defines LIMBS: a software rasteriser walks every loop once to
// leave it, and reads lane by lane what a number points at that it does not know beforehand.

const int MAX_LIMBS = 16;
uniform int limb_count;              // with limb 0
uniform float limb_wearer;           // 1.0: limb 0 wears the jewel; 0.0: there is no limb 0
uniform vec4 limb_start[MAX_LIMBS];  // xyz from the eye, model space, stretched; w radius
uniform vec4 limb_axis[MAX_LIMBS];   // xyz to the end; w growth of the radius
uniform vec4 limb_terms[MAX_LIMBS];  // start.axis, axis.axis, start.start, 1 / softness
uniform vec4 limb_flat[MAX_LIMBS];   // xyz unit, the thinner way; w what stretching adds to it

#ifndef LIMBS
#define LIMBS limb_count
#endif

vec3 limb_stretched(int i, vec3 v) {
  vec4 thinner = limb_flat[i];
  return v + thinner.xyz * (thinner.w * dot(thinner.xyz, v));
}

// Share of limb i that hides at a view ray (stretched): 0 outside its outline. Where the ray passes
// the axis: the depth along the ray, the radius there, the squared miss, and the ray's length.
float limb_cover(
  int i, vec3 ray, out float depth, out float radius, out float miss2, out float length2
) {
  vec4 start = limb_start[i];
  vec4 axis = limb_axis[i];
  vec4 terms = limb_terms[i];
  length2 = dot(ray, ray);
  float along = dot(axis.xyz, ray) / length2;
  float ahead = dot(start.xyz, ray) / length2;
  float square = max(terms.y - along * along * length2, 1e-12);
  float s = clamp((ahead * along * length2 - terms.x) / square, 0.0, 1.0);
  depth = ahead + along * s;
  radius = start.w + axis.w * s;
  miss2 = max(terms.z + s * (2.0 * terms.x + s * terms.y) - depth * depth * length2, 0.0);
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
  float depth, radius, miss2, length2;
  if (first == 0 && limb_wearer > 0.5) {
    vec3 stretched = limb_stretched(0, ray);
    float cover = limb_cover(0, stretched, depth, radius, miss2, length2);
    vec3 axis = limb_axis[0].xyz;
    vec3 from_start = stretched * fragment_distance - limb_start[0].xyz;
    float u = clamp(dot(from_start, axis) / limb_terms[0].y, 0.0, 1.0);
    float behind = dot(from_start - axis * u, stretched) * inversesqrt(length2);
    visible -= cover * smoothstep(0.0, 0.2, behind / radius);
  }
  for (int i = 1; i < LIMBS; i++) {
    float cover = limb_cover(i, limb_stretched(i, ray), depth, radius, miss2, length2);
    float surface = depth - sqrt(max(radius * radius - miss2, 0.0) / length2);
    visible *= 1.0 - cover * smoothstep(0.0, 0.15, (fragment_distance - surface) / radius);
  }
  return visible;
}
