// The live preview's own thread. First it is told where the renderer's WebAssembly is, then it renders text after text. Its
// address is under /desk, so that the service worker there keeps it and what it loads.
let renderer;
const load = async ([js, wasm]) => {
  const loaded = await import(js);
  await loaded.default({ module_or_path: wasm });
  return loaded;
};
onmessage = async ({ data }) => {
  if (!renderer) return void (renderer = load(data)).catch(() => {});
  const [turn, known, text] = data;
  try {
    postMessage([turn, ...(await renderer).preview(known, text)]);
  } catch {
    postMessage([turn, false]);
  }
};
