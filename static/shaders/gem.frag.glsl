// Rays traced inside a stone: refraction by Snell, exact Fresnel at every facet, total
// internal reflection, Beer absorption, an index per channel. Rays that leave see the studio, or
// the setting through the baked map. The loader defines
//   FACETS       FACET(i, nx, ny, nz, w) or MEET(i, n.d, w - n.p) for every plane n.x <= w, both
//                over any factor: literals, much faster than uniforms
//   ENTRY_FACETS ENTRY_FACET(i, nx, ny, nz, w) for every plane
//   ROUND, ENTRY_ROUND  what is not flat: GIRDLE_CYLINDER(i, ax, ay, az, cx, cy, cz, r) and
//                ENTRY_CYLINDER(...) when many facets stand in a ring, DOME(i, cx, cy, cz, and one
//                over the half axes) and ENTRY_DOME(...) of a cabochon
//   PLANE_COUNT, BOUNCES, REFINEMENTS; FULL_DISPERSION for a trace per channel
//   HAS_SETTING  when setting maps are bound
//   FOLD         when the stone is two mirrored halves about x = 0, each convex (a heart): the
//                planes are those of the half with x >= 0 and of the fold, and a ray that crosses
//                the fold goes on mirrored
// Out: linear radiance premultiplied by coverage; the resolve pass tone-maps.
#include "chunks/precision.glsl"
#include "chunks/environment.glsl"
#include "chunks/fresnel.glsl"
#include "chunks/limbs.glsl"

in vec3 position_gem;  // on the prism, which only starts the ray

flat in vec3 eye_gem;
flat in vec3 model_from_gem_x;
flat in vec3 model_from_gem_y;
flat in vec3 model_from_gem_z;
flat in vec3 center_model;
flat in mat3 environment_from_gem;
flat in float setting_layer;

uniform vec4 planes[PLANE_COUNT];   // outward normal, offset
uniform mat4 clip_from_model;
uniform vec3 eye_model;
uniform vec3 ior;                   // of R, G, B
uniform vec3 absorption;            // per metre
uniform vec3 residual;              // mean radiance of the surroundings
uniform float opacity;
#ifdef HAS_SETTING
uniform sampler2DArray setting_map;  // octahedral: normal x, normal y, side of normal z and material, distance
uniform vec4 setting_materials[8];  // reflectance at normal incidence or albedo, level of the environment
uniform float setting_skin;         // index of the material that is lit skin, not metal
#endif

out vec4 color;

// The facet that a ray inside meets first has the greatest n.d / (w - n.p).
#define FACET(i, a, b, c, e) { float r = ((a) * d.x + (b) * d.y + (c) * d.z) / max((e) - ((a) * p.x + (b) * p.y + (c) * p.z), 1e-6); nearest = r > best ? i : nearest; best = max(r, best); }
#define MEET(i, along, room) { float r = (along) / max(room, 1e-6); nearest = r > best ? i : nearest; best = max(r, best); }
// A polished girdle: a cylinder about `axis` through `c`; its inverse distance joins the contest.
#define GIRDLE_CYLINDER(i, ax, ay, az, cx, cy, cz, radius) { vec3 axis = vec3(ax, ay, az); vec3 q = p - vec3(cx, cy, cz); q -= axis * dot(q, axis); vec3 e = d - axis * dot(d, axis); float a = max(dot(e, e), 1e-9); float h = dot(q, e); float t = (sqrt(max(h * h - a * (dot(q, q) - (radius) * (radius)), 0.0)) - h) / a; float r = 1.0 / max(t, 1e-6); if (r > best) { nearest = i; best = r; round_normal = (q + e * t) / (radius); } }

// A cabochon's dome: an ellipsoid.
#define DOME(i, cx, cy, cz, ix, iy, iz) { vec3 shrink = vec3(ix, iy, iz); vec3 q = (p - vec3(cx, cy, cz)) * shrink; vec3 e = d * shrink; float a = dot(e, e); float h = dot(q, e); float t = (sqrt(max(h * h - a * (dot(q, q) - 1.0), 0.0)) - h) / a; float r = 1.0 / max(t, 1e-6); if (r > best) { nearest = i; best = r; round_normal = normalize((q + e * t) * shrink); } }

#ifdef FOLD
const vec3 NO_FACET = vec3(0.0);  // the normal that the fold is told by
#else
const vec3 NO_FACET = vec3(0.0, 0.0, 1.0);
#endif

// Distance to the facet that a ray inside meets, and the facet's normal.
float leave(vec3 p, vec3 d, out vec3 n) {
  float best = 1e-4;
  int nearest = 0;
  vec3 round_normal = NO_FACET;
  FACETS
  ROUND
  n = nearest < PLANE_COUNT ? planes[min(nearest, PLANE_COUNT - 1)].xyz : round_normal;
  return 1.0 / best;
}

// Moves p to the next facet and returns the distance. In a folded stone `side` tells which half p
// and d have been mirrored from: their true x is x * side.
float travel(inout vec3 p, inout vec3 d, inout float side, out vec3 n) {
  float t = leave(p, d, n);
  p += d * t;
#ifdef FOLD
  if (n == NO_FACET) {
    p.x = 0.0;
    d.x = -d.x;
    side = -side;
    float rest = leave(p, d, n);
    p += d * rest;
    t += rest;
  }
#endif
  return t;
}

// Where a ray from outside enters: past the last plane it comes in through, before it leaves any.
#define ENTRY_FACET(i, a, b, c, e) { float nd = (a) * d.x + (b) * d.y + (c) * d.z; float t = ((e) - ((a) * p.x + (b) * p.y + (c) * p.z)) / nd; if (nd < 0.0) { nearest = t > enters ? i : nearest; enters = max(enters, t); } else { leaves = min(leaves, t); } }
#define ENTRY_CYLINDER(i, ax, ay, az, cx, cy, cz, radius) { vec3 axis = vec3(ax, ay, az); vec3 q = p - vec3(cx, cy, cz); q -= axis * dot(q, axis); vec3 e = d - axis * dot(d, axis); float a = max(dot(e, e), 1e-9); float h = dot(q, e); float s = h * h - a * (dot(q, q) - (radius) * (radius)); if (s < 0.0) { leaves = -1.0; } else { s = sqrt(s); float t = (-h - s) / a; if (t > enters) { nearest = i; enters = t; round_normal = (q + e * t) / (radius); } leaves = min(leaves, (s - h) / a); } }

#define ENTRY_DOME(i, cx, cy, cz, ix, iy, iz) { vec3 shrink = vec3(ix, iy, iz); vec3 q = (p - vec3(cx, cy, cz)) * shrink; vec3 e = d * shrink; float a = dot(e, e); float h = dot(q, e); float s = h * h - a * (dot(q, q) - 1.0); if (s < 0.0) { leaves = -1.0; } else { s = sqrt(s); float t = (-h - s) / a; if (t > enters) { nearest = i; enters = t; round_normal = normalize((q + e * t) * shrink); } leaves = min(leaves, (s - h) / a); } }

// Distance to the stone along d, or -1 where the ray passes it by.
float enter(vec3 p, vec3 d, out vec3 n) {
  float enters = 0.0;
  float leaves = 1e9;
  int nearest = 0;
  vec3 round_normal = NO_FACET;
  ENTRY_FACETS
  ENTRY_ROUND
  n = nearest < PLANE_COUNT ? planes[min(nearest, PLANE_COUNT - 1)].xyz : round_normal;
#ifdef FOLD
  if (n == NO_FACET) return -1.0;  // it comes from the other half
#endif
  return enters < leaves ? enters : -1.0;
}

#ifdef HAS_SETTING
// Distance along a ray from p inside a sphere about the centre to the sphere's surface.
float to_sphere(vec3 p, vec3 d, float radius) {
  float b = dot(p, d);
  return sqrt(max(b * b - dot(p, p) + radius * radius, 0.0)) - b;
}

vec4 setting_texel(vec3 direction) {
  return textureLod(setting_map, vec3(octahedral(direction), setting_layer), 0.0);
}
#endif

// What a ray that leaves the stone at p along d meets: its colour, the level of the environment it
// reflects, its normal (0: nothing but the studio), and whether it scatters like skin.
struct Surrounding {
  vec4 surface;
  vec3 normal;
  bool scatters;
};

Surrounding meets(vec3 p, vec3 d) {
  Surrounding met = Surrounding(vec4(1.0, 1.0, 1.0, 0.0), vec3(0.0), false);
#ifdef HAS_SETTING
  // The map was taken from the centre: find the point that this ray meets by refining its distance.
  vec4 texel = setting_texel(p + d * to_sphere(p, d, 1.25));
  for (int i = 0; i < REFINEMENTS; i++) {
    texel = setting_texel(p + d * to_sphere(p, d, texel.w > 0.0 ? max(texel.w, length(p)) : 2.5));
  }
  if (texel.w > 0.0) {
    float material = floor(abs(texel.z));
    vec3 n = vec3(texel.xy, 0.0);
    n.z = sqrt(max(1.0 - dot(n.xy, n.xy), 0.0)) * sign(texel.z);
    met.normal = dot(n, d) > 0.0 ? -n : n;
    met.surface = setting_materials[int(material) - 1];
    met.scatters = material == setting_skin;
  }
#endif
  return met;
}

// Radiance along d from what was met.
vec3 arriving(Surrounding met, vec3 d) {
  vec3 towards = d - 2.0 * dot(d, met.normal) * met.normal;
  towards = met.scatters ? met.normal : towards;
  return met.surface.rgb * environment_level(environment_from_gem * towards, met.surface.w);
}

vec3 unfolded(vec3 v, float side) {
  return vec3(v.x * side, v.yz);
}

vec3 surroundings(vec3 p, vec3 d, float side) {
  vec3 true_d = unfolded(d, side);
  return arriving(meets(unfolded(p, side), true_d), true_d);
}

#ifdef FULL_DISPERSION
// One channel's complete path.
vec3 trace(vec3 p, vec3 incoming, vec3 facing, float side, vec3 per_unit, float n) {
  vec3 d = refract(incoming, facing, 1.0 / n);
  float front = fresnel_dielectric(-dot(incoming, facing), -dot(d, facing), n);
  vec3 radiance = front * surroundings(p, reflect(incoming, facing), side);
  vec3 throughput = vec3(1.0 - front);
  for (int bounce = 0; bounce < BOUNCES; bounce++) {
    vec3 outward;
    float t = travel(p, d, side, outward);
    throughput *= exp(-per_unit * t);
    float c = dot(d, outward);
    float sin2_out = n * n * (1.0 - c * c);
    float reflectance = 1.0;
    if (sin2_out < 1.0) {
      float cos_out = sqrt(1.0 - sin2_out);
      reflectance = fresnel_dielectric(c, cos_out, 1.0 / n);
      vec3 out_direction = n * (d - c * outward) + cos_out * outward;
      radiance += throughput * (1.0 - reflectance) * surroundings(p, out_direction, side);
    }
    throughput *= reflectance;
    if (max(throughput.r, max(throughput.g, throughput.b)) < 0.002) break;
    d = reflect(d, outward);
  }
  return radiance + throughput * residual;
}

vec3 stone(vec3 p, vec3 incoming, vec3 facing, float side, vec3 per_unit) {
  return vec3(trace(p, incoming, facing, side, per_unit, ior.r).r,
              trace(p, incoming, facing, side, per_unit, ior.g).g,
              trace(p, incoming, facing, side, per_unit, ior.b).b);
}
#else
// Green finds the sequence of facets; red and blue follow it along their own directions. The inner loop
// takes them past facets that reflect all of it, so that what stands about the stone is looked up
// only where light leaves: software rasterisers walk every branch, but no loop that nobody is in.
vec3 stone(vec3 p, vec3 incoming, vec3 facing, float side, vec3 per_unit) {
  vec3 d = refract(incoming, facing, 1.0 / ior.g);
  vec3 dr = refract(incoming, facing, 1.0 / ior.r);
  vec3 db = refract(incoming, facing, 1.0 / ior.b);
  float front = fresnel_dielectric(-dot(incoming, facing), -dot(d, facing), ior.g);
  vec3 radiance = front * surroundings(p, reflect(incoming, facing), side);
  vec3 throughput = vec3(1.0 - front);
  int bounce = 0;
  while (bounce < BOUNCES) {
    vec3 leaving = vec3(0.0);
    vec3 red = dr;
    vec3 green = d;
    vec3 blue = db;
    while (bounce < BOUNCES) {
      bounce++;
      vec3 outward;
#ifdef FOLD
      float before = side;
#endif
      float t = travel(p, d, side, outward);
#ifdef FOLD
      dr.x *= side * before;
      db.x *= side * before;
#endif
      throughput *= exp(-per_unit * t);
      vec3 c = max(vec3(dot(dr, outward), dot(d, outward), dot(db, outward)), 0.02);
      vec3 sin2_out = ior * ior * (1.0 - c * c);
      vec3 cos_out = sqrt(max(1.0 - sin2_out, 0.0));
      vec3 passing = 1.0 - step(1.0, sin2_out);
      vec3 reflectance = mix(vec3(1.0), fresnel_dielectric3(c, cos_out, 1.0 / ior), passing);
      leaving = throughput * (1.0 - reflectance);
      red = ior.r * (dr - c.r * outward) + cos_out.r * outward;
      green = ior.g * (d - c.g * outward) + cos_out.g * outward;
      blue = ior.b * (db - c.b * outward) + cos_out.b * outward;
      throughput *= reflectance;
      d = reflect(d, outward);
      dr = reflect(dr, outward);
      db = reflect(db, outward);
      if (max(leaving.r, max(leaving.g, leaving.b)) > 0.0) break;
    }
    Surrounding met = meets(unfolded(p, side), unfolded(green, side));
    radiance += leaving * vec3(arriving(met, unfolded(red, side)).r,
                               arriving(met, unfolded(green, side)).g,
                               arriving(met, unfolded(blue, side)).b);
    if (max(throughput.r, max(throughput.g, throughput.b)) < 0.05) break;
  }
  return radiance + throughput * residual;
}
#endif

void main() {
  vec3 incoming = normalize(position_gem - eye_gem);
  // from the prism's side of the eye, so that the distances stay small and exact
  vec3 start = position_gem - incoming * 4.0;
  vec3 facing;
  float distance_in = enter(start, incoming, facing);
  float side = 1.0;
#ifdef FOLD
  vec3 other_facing;
  float other = enter(unfolded(start, -1.0), unfolded(incoming, -1.0), other_facing);
  if (other >= 0.0 && (distance_in < 0.0 || other < distance_in)) {
    distance_in = other;
    facing = other_facing;
    side = -1.0;
    start.x = -start.x;
    incoming.x = -incoming.x;
  }
#endif
  if (distance_in < 0.0) discard;
  vec3 p = start + incoming * distance_in;
  mat3 model_from_gem = mat3(model_from_gem_x, model_from_gem_y, model_from_gem_z);
  vec3 p_model = model_from_gem * unfolded(p, side) + center_model;
  vec4 clip = clip_from_model * vec4(p_model, 1.0);
  gl_FragDepth = 0.5 * clip.z / clip.w + 0.5;
  float seen = opacity * seen_past_limbs(p_model, eye_model, 0);
  if (seen < 0.004) discard;
  vec3 per_unit = absorption * length(model_from_gem_x);
  vec3 radiance = stone(p, incoming, facing, side, per_unit) * environment_gain;
  color = vec4(max(radiance, 2e-4), 1.0) * seen;
}
