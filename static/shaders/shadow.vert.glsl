// The wearer's skin round the jewel, which receives its shadow: a mesh in the model's frame.
#include "chunks/precision.glsl"

in vec3 position;  // metres
in vec3 normal;
in vec2 uv;  // of the baked map

uniform mat4 clip_from_model;

out vec2 shadow_uv;
out vec3 position_model;
out vec3 normal_model;

void main() {
  shadow_uv = uv;
  position_model = position;
  normal_model = normal;
  gl_Position = clip_from_model * vec4(position, 1.0);
}
