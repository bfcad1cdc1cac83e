// Directions on a square (Cigolle et al. 2014), y up: the upper hemisphere is the inner diamond.
// Border texels have their centres on the border itself, so bilinear filtering shows no seam.

vec2 octahedral(vec3 direction) {
  vec3 d = direction / (abs(direction.x) + abs(direction.y) + abs(direction.z));
  vec2 folded = (1.0 - abs(d.zx)) * vec2(d.x >= 0.0 ? 1.0 : -1.0, d.z >= 0.0 ? 1.0 : -1.0);
  return (d.y >= 0.0 ? d.xz : folded) * 0.5 + 0.5;
}

vec2 octahedral_uv(vec3 direction, float size) {
  return (octahedral(direction) * (size - 1.0) + 0.5) / size;
}
