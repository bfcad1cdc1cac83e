// The wearer's skin round the jewel: a cylinder about +Y of the model that receives its shadow.
#include "chunks/precision.glsl"

in vec2 position;  // share of the turn from +Z towards +X, share of the length: also the map's uv

uniform mat4 clip_from_model;
uniform float skin_radius;  // metres
uniform vec2 length_range;  // metres along +Y

out vec2 shadow_uv;
out vec3 position_model;
out vec3 normal_model;

void main() {
  float angle = position.x * 6.283185307;
  normal_model = vec3(sin(angle), 0.0, cos(angle));
  position_model = normal_model * skin_radius;
  position_model.y = mix(length_range.x, length_range.y, position.y);
  shadow_uv = position;
  gl_Position = clip_from_model * vec4(position_model, 1.0);
}
