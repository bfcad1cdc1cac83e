// A part of a body, camera frame: its outline stays, its surface stands back along the view.
#include "chunks/precision.glsl"

in vec3 position;

uniform mat4 clip_from_camera;
uniform float set_back;  // metres, away from the camera

void main() {
  vec3 moved = position * (1.0 + set_back / max(length(position), 1e-6));
  gl_Position = clip_from_camera * vec4(moved, 1.0);
}
