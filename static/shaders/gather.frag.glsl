// A drawing on its way into the mean of those of one still view, which blending takes it into. A
// drawing may be finer than the picture: its samples are averaged first.
// Out: mean linear radiance premultiplied by coverage.
#include "chunks/precision.glsl"

uniform sampler2D drawing;
uniform int fineness;  // texels of the drawing for one of the mean, a side

out vec4 color;

void main() {
  ivec2 first = ivec2(gl_FragCoord.xy) * fineness;
  vec4 sum = vec4(0.0);
  for (int y = 0; y < fineness; y++) {
    for (int x = 0; x < fineness; x++) {
      sum += texelFetch(drawing, first + ivec2(x, y), 0);
    }
  }
  color = sum / float(fineness * fineness);
}
