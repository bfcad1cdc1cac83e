// The setting seen from the centre of its stone, in the stone's frame.
#include "chunks/precision.glsl"
#include "chunks/place.glsl"

in vec3 position;
in vec3 normal;

uniform mat4 gem_from_model;
uniform mat3 normal_gem_from_model;
uniform mat4 clip_from_gem;
uniform int left_out;  // instance that is not drawn, as a stone does not see itself

out vec3 position_gem;
out vec3 normal_gem;

void main() {
  vec4 p = gem_from_model * vec4(placed(position), 1.0);
  position_gem = p.xyz;
  normal_gem = normal_gem_from_model * turned(normal);
  gl_Position = gl_InstanceID == left_out ? vec4(2.0, 2.0, 2.0, 1.0) : clip_from_gem * p;
}
