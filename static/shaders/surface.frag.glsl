// glTF metallic-roughness under the studio: split-sum GGX with all orders of scattering, baked
// self-occlusion with the metal's own reflection in itself, skin where the jewel is worn. Brushed
// metal, clear coats, thin films and panes are compiled in where a material has them. LIVE leaves
// out what is hardly seen in a moving picture; EASES lets occlusion that was baked beside the drawing
// come little by little.
// Out: linear radiance premultiplied by coverage; the resolve pass tone-maps.
#include "chunks/precision.glsl"
#include "chunks/environment.glsl"
#include "chunks/ggx.glsl"
#include "chunks/limbs.glsl"
#include "chunks/sampling.glsl"
#include "chunks/skin.glsl"

in vec3 position_model;
in vec3 normal_model;
in vec4 surface_openness;
#ifdef HAS_TANGENT
in vec4 tangent_model;
#endif
#ifdef HAS_UV
in vec2 surface_uv;
#endif

uniform vec3 eye_model;
uniform mat3 environment_from_model;
uniform vec4 base_color;
uniform float metallic;
uniform float roughness;
uniform vec3 dielectric_f0;
uniform float dielectric_f90;
uniform float transmission;
uniform vec3 emissive;
uniform float opacity;
#ifdef ANISOTROPY
uniform vec3 anisotropy;  // strength, cosine and sine of the turn from u
#include "chunks/anisotropic.glsl"
#endif
#ifdef CLEARCOAT
uniform float clearcoat;
uniform float clearcoat_roughness;
#endif
#ifdef IRIDESCENCE
uniform float iridescence;
#include "chunks/film.glsl"
#endif
#ifdef TAKES_SHADOWS
#include "chunks/key_shadow.glsl"
#endif
#ifdef HAS_DIFFUSE
uniform vec3 irradiance[9];  // spherical harmonics of the environment, divided by pi
#endif
#ifdef ALPHA_MASK
uniform float alpha_cutoff;
#endif
#ifdef BASE_COLOR_MAP
uniform sampler2D base_color_map;
#endif
#ifdef METALLIC_ROUGHNESS_MAP
uniform sampler2D metallic_roughness_map;
#endif
#ifdef NORMAL_MAP
uniform sampler2D normal_map;
#endif
#ifdef OCCLUSION_MAP
uniform sampler2D occlusion_map;
#endif
#ifdef EMISSIVE_MAP
uniform sampler2D emissive_map;
#endif

const float KEY_IN_IRRADIANCE = 0.75;  // share of the key in the light of the tent
const float KEY_IN_REFLECTION = 0.70;
const float SKIN_IN_IRRADIANCE = 0.7;  // share of its sky that skin takes from what faces it

out vec4 color;

vec3 linear_from_srgb(vec3 c) {
  return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c));
}

// What a bake says, or on the way there from open surroundings: light is linear in each of these, so
// every pixel goes straight from one look to the other.
#ifdef EASES
uniform float baked_share;  // 0..1
vec3 eased(vec3 in_the_open, vec3 baked) { return mix(in_the_open, baked, baked_share); }
float eased(float openness) { return mix(1.0, openness, baked_share); }
#else
vec3 eased(vec3 in_the_open, vec3 baked) { return baked; }
float eased(float openness) { return openness; }
#endif

vec3 mirrored_environment(vec3 direction_model, float lod) {
#ifdef LIVE
  float level = floor(lod + 0.5);
  return environment_gain * environment_level(environment_from_model * direction_model, level);
#else
  return environment(environment_from_model * direction_model, lod);
#endif
}

#ifdef HAS_DIFFUSE
vec3 irradiance_over_pi(vec3 n) {
  return max(irradiance[0] + irradiance[1] * n.y + irradiance[2] * n.z + irradiance[3] * n.x
    + irradiance[4] * (n.x * n.y) + irradiance[5] * (n.y * n.z)
    + irradiance[6] * (3.0 * n.z * n.z - 1.0) + irradiance[7] * (n.x * n.z)
    + irradiance[8] * (n.x * n.x - n.y * n.y), 0.0) * environment_gain;
}
#endif

#ifdef NORMAL_MAP
vec3 mapped_normal(vec3 n, vec3 tangent, vec3 bitangent) {
  vec3 m = texture(normal_map, surface_uv, sample_bias()).xyz * 2.0 - 1.0;
  return normalize(tangent * m.x + bitangent * m.y + n * m.z);
}
#endif

// A highlight narrower than a sample is widened to it, else polished wire breaks into beads
// (Tokuyoshi and Kaplanyan 2019).
float filtered_roughness(float rough, vec3 n) {
  vec3 dx = dFdx(n) * sample_side();
  vec3 dy = dFdy(n) * sample_side();
  float alpha = rough * rough;
  float kernel = min(0.5 * (dot(dx, dx) + dot(dy, dy)), 0.18);
  return sqrt(sqrt(alpha * alpha + kernel));
}

void main() {
  vec4 base = base_color;
#ifdef BASE_COLOR_MAP
  vec4 base_texel = texture(base_color_map, surface_uv, sample_bias());
  base *= vec4(linear_from_srgb(base_texel.rgb), base_texel.a);
#endif
#ifdef ALPHA_MASK
  if (base.a < alpha_cutoff) discard;
#endif
  vec3 view = normalize(eye_model - position_model);
  vec3 n = normalize(normal_model);
#ifdef DOUBLE_SIDED
  n = gl_FrontFacing ? n : -n;
#endif
  vec3 smooth_normal = n;
#ifdef HAS_TANGENT
  vec3 tangent = tangent_model.xyz - n * dot(n, tangent_model.xyz);
  tangent *= inversesqrt(max(dot(tangent, tangent), 1e-12));
  vec3 bitangent = cross(n, tangent) * tangent_model.w;
#endif
#ifdef NORMAL_MAP
  n = mapped_normal(n, tangent, bitangent);
#endif
  float metal = metallic;
  float rough = roughness;
#ifdef METALLIC_ROUGHNESS_MAP
  vec4 metallic_roughness = texture(metallic_roughness_map, surface_uv, sample_bias());
  rough *= metallic_roughness.g;
  metal *= metallic_roughness.b;
#endif
  rough = filtered_roughness(rough, n);
  float n_dot_v = clamp(dot(n, view), 0.02, 1.0);
  vec3 r = reflect(-view, n);
  vec3 f0 = mix(dielectric_f0, base.rgb, metal);
  float f90 = mix(dielectric_f90, 1.0, metal);
  vec3 single;
  vec3 multiple;
  ggx_energy(f0, f90, rough, n_dot_v, single, multiple);
#ifdef IRIDESCENCE
  single = mix(single, film_reflectance(n_dot_v) * (1.0 - lost_energy(rough, n_dot_v)), iridescence);
#endif

  float lod = environment_lod(rough);
#ifdef ANISOTROPY
  float alpha = rough * rough;
  vec3 along = normalize(tangent * anisotropy.y + bitangent * anisotropy.z);
  along = normalize(along - n * dot(n, along));
  float alpha_along = mix(alpha, 1.0, anisotropy.x * anisotropy.x);
  vec3 reflected = brushed_reflection(n, along, view, alpha_along, alpha);
#else
  vec3 reflected = mirrored_environment(r, lod);
#endif
  float open = smoothstep(0.1, 0.9, surface_openness.x + dot(surface_openness.yzw, r));
  if (open < 0.99) {
    // Another part of the jewel stands in the way: it faces us and the opening, and it reflects.
    vec3 facing = normalize(surface_openness.yzw * 1.5 - r + n * 0.25);
    vec3 met = mirrored_environment(reflect(r, facing), min(lod + 2.0, 3.0));
    vec3 other = mix(vec3(0.25), base.rgb, metal) * met;
    reflected = eased(reflected, mix(other * (0.35 + 0.5 * open), reflected, open));
  }
#ifdef TAKES_SHADOWS
  float key = key_light(position_model, smooth_normal);
#ifdef ANISOTROPY
  float scatters = smoothstep(0.1, 0.5, max(rough, anisotropy.x));
#else
  float scatters = smoothstep(0.1, 0.5, rough);
#endif
  reflected *= mix(1.0, key, KEY_IN_REFLECTION * scatters);
#endif
  float near_skin;
  float skin = skin_hit(position_model, r, near_skin);
  reflected = mix(reflected, skin_radiance * (0.25 + 0.75 * near_skin), skin);
#ifdef PANE
  single = 2.0 * single / (1.0 + single);  // both faces of the glass
#endif
  vec3 radiance = (single + multiple) * reflected;
#ifdef HAS_DIFFUSE
  float open_above = eased(
    clamp(surface_openness.x + 0.6 * dot(surface_openness.yzw, n), 0.0, 1.0));
#ifdef OCCLUSION_MAP
  open_above *= texture(occlusion_map, surface_uv, sample_bias()).r;
#endif
#ifdef TAKES_SHADOWS
  open_above *= mix(1.0, key, KEY_IN_IRRADIANCE);
#endif
  vec3 albedo = base.rgb * ((1.0 - metal) * (1.0 - transmission));
  vec3 remaining = 1.0 - single - multiple;
  vec3 arriving = irradiance_over_pi(environment_from_model * n) * open_above;
  float near_below;
  float below = SKIN_IN_IRRADIANCE * skin_hit(position_model, n, near_below);
  arriving = mix(arriving, skin_radiance * (0.25 + 0.75 * near_below), below);
  radiance += albedo * remaining * arriving;
#endif
  vec3 light = emissive;
#ifdef EMISSIVE_MAP
  light *= linear_from_srgb(texture(emissive_map, surface_uv, sample_bias()).rgb);
#endif
  radiance += light;
#ifdef CLEARCOAT
  // A coat lies smooth over the grain and takes its share of the light before the base does.
  float coat_cosine = clamp(dot(smooth_normal, view), 0.02, 1.0);
  float coat = clearcoat * (0.04 + 0.96 * pow(1.0 - coat_cosine, 5.0));
  vec3 coat_r = reflect(-view, smooth_normal);
  float coat_rough = filtered_roughness(clearcoat_roughness, smooth_normal);
  float coat_open = eased(
    smoothstep(0.1, 0.9, surface_openness.x + dot(surface_openness.yzw, coat_r)));
  vec3 coat_light = mirrored_environment(coat_r, environment_lod(coat_rough));
  radiance = mix(radiance, coat_light * mix(0.3, 1.0, coat_open), coat);
#endif
  float covered = 1.0;
#ifdef ALPHA_BLEND
  covered = base.a;
#ifdef THIN_GLASS
  float passed = transmission * (1.0 - metal) * dot(base.rgb, vec3(0.2126, 0.7152, 0.0722));
  covered = 1.0 - (1.0 - single.g) * passed;  // the sheen stays whole on clear glass
#else
  radiance *= covered;
#endif
#endif
  float seen = opacity * seen_past_limbs(position_model, eye_model, 0);
  color = vec4(max(radiance, 2e-4), covered) * seen;
#ifdef ALPHA_BLEND
#else
  if (color.a < 0.004) discard;
#endif
}
