// On the owner's pages: keeps the desk for hours without a network, and shows nothing of it after signing out.
(() => {
  const { serviceWorker } = navigator;
  // Not there over plain HTTP, and refused where the browser keeps nothing; then the desk needs its network.
  serviceWorker?.register("/sw.js", { scope: "/desk", updateViaCache: "none" })
    .then(() => serviceWorker.ready)
    .then(({ active }) => active.postMessage("here"))
    .catch(() => {});
  // A page that comes back as it was left may have been left before signing out.
  addEventListener("pageshow", async ({ persisted }) => {
    if (!persisted) return;
    const answer = await fetch("/desk/offline", { redirect: "manual", cache: "no-store" }).catch(() => null);
    if (answer?.type === "opaqueredirect") location.reload();
  });
})();
