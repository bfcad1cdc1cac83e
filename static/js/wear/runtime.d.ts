/** Emscripten's loader of MediaPipe's runtime, which comes without types. */
declare module '@mediapipe/tasks-vision/vision_wasm_module_internal.js' {
  /** Starts a runtime of its own; `told` is Emscripten's Module. */
  export default function startRuntime(told: object): Promise<object>;
}
