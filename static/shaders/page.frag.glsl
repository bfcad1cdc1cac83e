// The finished picture: a piece before its backdrop, with its shadow and its reflection on the ground
// or its shadow on the wall, as viewer/picture.py composes them. All of it happens in sRGB, as paper
// is toned. STANDS: on the ground; HANGS: before a wall; COVERS: over a table, where its shadow is
// what covers it; CLEAR: the page's own colour, or a room, is behind.
// Out: sRGB premultiplied by alpha, rows from the top as the canvas has them.
#include "chunks/precision.glsl"
#include "chunks/developed.glsl"

uniform sampler2D picture;     // mean linear radiance, premultiplied
uniform vec2 size;             // pixels
uniform vec2 origin;           // of its lower left in what is drawn into
uniform float exposure;
uniform vec3 ground_srgb;
uniform vec3 shadow_tint;      // optical density of shadows in R, G, B
#if defined(STANDS) || defined(COVERS)
uniform mat4 ground_from_world;
uniform mat3 world_from_pixel;   // rays through pixels
uniform vec3 eye_world;
uniform float ground_half;       // metres, half its side
#endif
#ifdef STANDS
uniform sampler2D ground_mean;   // share of the light that the piece takes from the ground
uniform sampler2D ground_waves;  // its change with the turn: cosine, sine, of twice the turn
uniform vec4 ground_turn;        // cosine and sine of the turn, and of twice the turn
uniform float ground_side;       // texels of ground_mean
uniform sampler2D mirrored;      // the piece under the ground, sRGB premultiplied, blurred
uniform vec2 reflection;         // strength; row of the picture where it begins, from above
#endif
#if defined(HANGS) || defined(COVERS)
uniform sampler2D soft_shadow;   // coverage, a little blurred
uniform sampler2D wide_shadow;   // coverage, much blurred
uniform vec4 soft_fall;          // shift to the right and down in shorter sides, density; unused
uniform vec4 wide_fall;
#endif

out vec4 color;

vec3 backdrop(vec2 from_above) {
  vec2 place = from_above / max(size - 1.0, 1.0) * 2.0 - 1.0;
  float falloff = 1.0 - 0.035 * clamp(place.x * place.x + (place.y - 0.1) * (place.y - 0.1), 0.0, 2.0) - 0.012 * place.y;
  return clamp(ground_srgb * falloff, 0.0, 0.985);
}

#if defined(STANDS) || defined(COVERS)
// Where a pixel sees the ground, in texture coordinates of its maps; outside of them where it does not.
vec2 on_ground(vec2 from_above) {
  vec3 ray = mat3(ground_from_world) * (world_from_pixel * vec3(from_above + 0.5, 1.0));
  vec3 eye = (ground_from_world * vec4(eye_world, 1.0)).xyz;
  if (ray.z > -1e-6) return vec2(-1.0);
  vec2 place = (eye - ray * (eye.z / ray.z)).xy;
  return (place + ground_half) / (2.0 * ground_half);
}
#endif

#ifdef STANDS
// Share of light on the ground that a pixel sees; 1 off the ground.
float shade(vec2 from_above) {
  vec2 uv = on_ground(from_above);
  vec2 cell = uv * ground_side - 0.5;
  vec2 rim = min(cell, ground_side - cell);
  float edge = clamp(min(rim.x, rim.y) / 24.0, 0.0, 1.0);
  float taken = textureLod(ground_mean, uv, 0.0).r - dot(textureLod(ground_waves, uv, 0.0), ground_turn);
  return 1.0 - taken * edge;
}
#endif

#ifdef HANGS
float kept(sampler2D shadow, vec4 fall, vec2 from_above) {
  vec2 place = from_above + 0.5 - fall.xy * min(size.x, size.y);
  return 1.0 - fall.z * textureLod(shadow, vec2(place.x, size.y - place.y) / size, 0.0).a;
}
#endif

#ifdef COVERS
float shade(vec2 from_above) {
  vec2 uv = on_ground(from_above);
  float kept = (1.0 - soft_fall.z * textureLod(soft_shadow, uv, 0.0).a) * (1.0 - wide_fall.z * textureLod(wide_shadow, uv, 0.0).a);
  return uv == clamp(uv, 0.0, 1.0) ? kept : 1.0;
}
#endif

float grain(vec2 pixel) {
  return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715))));
}

void main() {
  vec2 pixel = gl_FragCoord.xy - origin;
  vec4 piece = developed(texelFetch(picture, ivec2(pixel), 0), exposure);
  piece.rgb = min(piece.rgb, piece.a);
  vec2 from_above = vec2(pixel.x - 0.5, size.y - 0.5 - pixel.y);
  vec3 light = vec3(1.0);
#if defined(STANDS) || defined(COVERS)
  light = pow(vec3(clamp(shade(from_above), 0.02, 1.0)), shadow_tint / 1.5);
#endif
#ifdef HANGS
  light = pow(vec3(kept(soft_shadow, soft_fall, from_above) * kept(wide_shadow, wide_fall, from_above)), shadow_tint);
#endif
#ifdef CLEAR
  float dark = 1.0 - dot(light, vec3(0.2126, 0.7152, 0.0722));
  color = vec4(piece.rgb, piece.a + (1.0 - piece.a) * dark);
#else
  vec3 scene = backdrop(from_above) * light;
#ifdef STANDS
  float below = max(from_above.y - reflection.y, 0.0) / size.y;
  vec4 image = textureLod(mirrored, pixel / size, 0.0) * (reflection.x * exp(-5.0 * below));
  scene = scene * (1.0 - image.a) + image.rgb;
#endif
  vec3 seen = scene * (1.0 - piece.a) + piece.rgb;
  color = vec4(seen + (grain(pixel) - 0.5) / 255.0, 1.0);
#endif
}
