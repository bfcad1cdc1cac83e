// A Gaussian along one axis, of a drawing that is developed to sRGB on the way where DEVELOP is
// defined. Out: as it came in.
#include "chunks/precision.glsl"
#ifdef DEVELOP
#include "chunks/developed.glsl"

uniform float exposure;
#endif

uniform sampler2D source;
uniform vec2 axis;     // a texel of the source along the blur, in texture coordinates
uniform vec2 scale;    // texture coordinates of a pixel
uniform float sigma;   // texels of the source

out vec4 color;

void main() {
  vec2 place = gl_FragCoord.xy * scale;
  int reach = int(ceil(3.0 * sigma));
  vec4 sum = vec4(0.0);
  float weights = 0.0;
  for (int i = -reach; i <= reach; i++) {
    float weight = exp(-0.5 * float(i * i) / (sigma * sigma));
    vec4 texel = textureLod(source, place + float(i) * axis, 0.0);
#ifdef DEVELOP
    texel = developed(texel, exposure);
#endif
    sum += weight * texel;
    weights += weight;
  }
  color = sum / weights;
}
