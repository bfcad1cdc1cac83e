// Precision for OpenGL ES; desktop OpenGL reads nothing here.
#ifdef GL_ES
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp sampler2DArray;
#endif
