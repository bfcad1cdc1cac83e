// Which sample of a picture is drawn. The server draws all samples of a pixel at once; a page draws
// them one after the other, each over the whole pixel (ONE_OF_MANY): what depends on a sample's size
// or place asks here, so that both pictures are the same.

#ifdef ONE_OF_MANY
uniform vec3 sample_place;  // samples along a side of a pixel; column and row of this one

float sample_side() {  // in pixels
  return 1.0 / sample_place.x;
}

float sample_bias() {  // of a texture's level
  return -log2(sample_place.x);
}

vec2 sample_coordinates() {
  return (gl_FragCoord.xy - 0.5) * sample_place.x + sample_place.yz + 0.5;
}
#else
float sample_side() {
  return 1.0;
}

float sample_bias() {
  return 0.0;
}

vec2 sample_coordinates() {
  return gl_FragCoord.xy;
}
#endif
