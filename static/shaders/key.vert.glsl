// A piece seen from the key light: every instance of a part, position only.
#include "chunks/precision.glsl"
#include "chunks/place.glsl"

in vec3 position;

uniform mat4 clip_from_model;

void main() {
  gl_Position = clip_from_model * vec4(placed(position), 1.0);
}
