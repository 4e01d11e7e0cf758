// The live preview's own thread. First it is told where the site's WebAssembly is, then it renders text after text.
let site;
const load = async ([js, wasm]) => {
  const loaded = await import(js);
  await loaded.default({ module_or_path: wasm });
  return loaded;
};
onmessage = async ({ data }) => {
  if (!site) return void (site = load(data)).catch(() => {});
  const [turn, known, text] = data;
  try {
    postMessage([turn, ...(await (await site).preview(known, text))]);
  } catch {
    postMessage([turn, false]);
  }
};
