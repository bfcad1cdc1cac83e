// Positions only: what stands in the way of light, seen along one direction.
#include "chunks/precision.glsl"

in vec3 position;

uniform mat4 clip_from_model;

void main() {
  gl_Position = clip_from_model * vec4(position, 1.0);
}
