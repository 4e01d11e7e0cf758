// Wakes the islands of this page when somebody first touches one; until then nothing of theirs is loaded. A page that
// cannot wait says `data-wake`.
(({ js, wasm }) => {
  let woken;
  const islands = document.querySelectorAll("leptos-island");
  const wake = () => (woken ??= import(js).then(async (site) => {
    await site.default({ module_or_path: wasm });
    site.hydrate();
    for (const island of islands) await site[island.dataset.component]?.(island);
  }));
  if (document.querySelector("[data-wake]")) wake();
  for (const island of islands) {
    for (const touch of ["pointerenter", "focusin", "input"]) island.addEventListener(touch, wake, { once: true });
    if (island.contains(document.activeElement)) wake();
  }
})(document.currentScript.dataset);
