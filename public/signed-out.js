// After signing out: what was kept so that the desk works without a network goes.
(async () => {
  const { serviceWorker } = navigator;
  for (const name of await globalThis.caches?.keys() ?? []) if (name.startsWith("commonplace ")) await caches.delete(name);
  for (const registration of await serviceWorker?.getRegistrations() ?? []) await registration.unregister();
})().catch(() => {});
