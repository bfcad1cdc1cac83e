// A prism round a cut stone, in the stone's own frame: centred, farthest corner at distance 1.
#include "chunks/precision.glsl"

in vec3 position;

uniform mat4 clip_from_gem;

out vec3 position_gem;

void main() {
  position_gem = position;
  gl_Position = clip_from_gem * vec4(position, 1.0);
}
