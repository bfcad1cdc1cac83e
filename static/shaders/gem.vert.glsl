// A cut stone in its own frame: centred, girdle radius about 1.
#include "chunks/precision.glsl"

in vec3 position;
in vec3 normal;

uniform mat4 clip_from_gem;

out vec3 position_gem;
out vec3 normal_gem;

void main() {
  position_gem = position;
  normal_gem = normal;
  gl_Position = clip_from_gem * vec4(position, 1.0);
}
