/** MediaPipe's runtime, begun for each task anew; it starts no network request: runtime and nets come as bytes. */
import startRuntime from '@mediapipe/tasks-vision/vision_wasm_module_internal.js';

const quiet = () => {};
Object.assign(globalThis, { custom_dbg: quiet }); // what the runtime says while it works

/**
 * Makes a task on a runtime of its own.
 * @template Task
 * @param {WebAssembly.Module} runtime compiled
 * @param {(files: any) => Promise<Task>} make
 */
export async function started(runtime, make) {
  /** @param {object} told */
  const factory = (told) =>
    startRuntime({
      ...told,
      print: quiet, // greetings of native libraries
      printErr: quiet,
      /** @param {WebAssembly.Imports} imports @param {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} receive */
      instantiateWasm(imports, receive) {
        WebAssembly.instantiate(runtime, imports).then((instance) => receive(instance, runtime));
        return {};
      },
    });
  Object.assign(globalThis, { ModuleFactory: factory }); // taken, and taken away, by the task
  return make({ wasmLoaderPath: '', wasmBinaryPath: '' });
}
