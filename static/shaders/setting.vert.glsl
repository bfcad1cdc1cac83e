// The setting seen from the centre of its stone, in the stone's frame.
#include "chunks/precision.glsl"

in vec3 position;
in vec3 normal;

uniform mat4 gem_from_model;
uniform mat3 normal_gem_from_model;
uniform mat4 clip_from_gem;

out vec3 position_gem;
out vec3 normal_gem;

void main() {
  vec4 p = gem_from_model * vec4(position, 1.0);
  position_gem = p.xyz;
  normal_gem = normal_gem_from_model * normal;
  gl_Position = clip_from_gem * p;
}
