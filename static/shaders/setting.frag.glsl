// Out: normal x, normal y, number of the material with the sign of normal z, distance.
#include "chunks/precision.glsl"

in vec3 position_gem;
in vec3 normal_gem;

uniform float material;  // 1, 2, 3 ...

out vec4 color;

void main() {
  vec3 n = normalize(normal_gem);
  n = dot(n, position_gem) > 0.0 ? -n : n;  // the side that faces the stone
  color = vec4(n.xy, (n.z >= 0.0 ? 1.0 : -1.0) * (material + 0.5), length(position_gem));
}
