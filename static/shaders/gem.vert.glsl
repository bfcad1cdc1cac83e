// Prisms round cut stones, in each stone's own frame: centred, farthest corner at distance 1.
#include "chunks/precision.glsl"
#include "chunks/place.glsl"

in vec3 position;
in float layer;  // of its setting map

uniform mat4 clip_from_model;
uniform vec3 eye_model;
uniform mat3 environment_from_model;

out vec3 position_gem;
flat out vec3 eye_gem;
flat out vec3 model_from_gem_x;  // columns, then the centre
flat out vec3 model_from_gem_y;
flat out vec3 model_from_gem_z;
flat out vec3 center_model;
flat out mat3 environment_from_gem;
flat out float setting_layer;

void main() {
  position_gem = position;
  mat3 linear = transpose(mat3(place_x.xyz, place_y.xyz, place_z.xyz));
  center_model = vec3(place_x.w, place_y.w, place_z.w);
  float size2 = dot(place_x.xyz, place_x.xyz);
  eye_gem = transpose(linear) * (eye_model - center_model) / size2;
  environment_from_gem = environment_from_model * linear * inversesqrt(size2);
  model_from_gem_x = linear[0];
  model_from_gem_y = linear[1];
  model_from_gem_z = linear[2];
  setting_layer = layer;
  gl_Position = clip_from_model * vec4(placed(position), 1.0);
}
