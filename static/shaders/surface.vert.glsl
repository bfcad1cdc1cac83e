// Metals and other surfaces, every instance of a part. Shading is done in the model's frame, metres.
#include "chunks/precision.glsl"
#include "chunks/place.glsl"

in vec3 position;  // part frame, as are normal, openness and tangent
in vec3 normal;
in vec4 openness;  // visibility of the surroundings: x + dot(yzw, direction)
#ifdef HAS_UV
in vec2 uv;
out vec2 surface_uv;
#endif
#ifdef HAS_TANGENT
in vec4 tangent;  // along u; w: the side of the bitangent
out vec4 tangent_model;
#endif

uniform mat4 clip_from_model;

out vec3 position_model;
out vec3 normal_model;
out vec4 surface_openness;

void main() {
  position_model = placed(position);
  normal_model = turned(normal);
  surface_openness = vec4(openness.x, turned(openness.yzw));
#ifdef HAS_UV
  surface_uv = uv;
#endif
#ifdef HAS_TANGENT
  tangent_model = vec4(turned(tangent.xyz), tangent.w);
#endif
  gl_Position = clip_from_model * vec4(position_model, 1.0);
}
