// Metals and other surfaces. Everything is shaded in the model's own frame, metres.
#include "chunks/precision.glsl"

in vec3 position;
in vec3 normal;
in vec4 openness;  // visibility of the surroundings: x + dot(yzw, direction)
#ifdef HAS_UV
in vec2 uv;
out vec2 surface_uv;
#endif

uniform mat4 clip_from_model;

out vec3 position_model;
out vec3 normal_model;
out vec4 surface_openness;

void main() {
  position_model = position;
  normal_model = normal;
  surface_openness = openness;
#ifdef HAS_UV
  surface_uv = uv;
#endif
  gl_Position = clip_from_model * vec4(position, 1.0);
}
