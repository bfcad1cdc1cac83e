// Depth is all that is kept.
#include "chunks/precision.glsl"

out vec4 color;

void main() {
  color = vec4(1.0);
}
