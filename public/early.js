// In the form of a note: what is typed before its editor is awake is kept on this device at once. The editor takes it over;
// if the page is gone before that, the next one offers it (app/src/notes/editor/early.rs).
(() => {
  const form = document.getElementById("editor");
  const names = ["title", "body", "slug", "tags", "aliases", "visibility", "publish_at"];
  const controls = names.map((name) => [name, document.getElementById(name)]).filter(([, control]) => control);
  if (!form || !controls.length) return;
  const lines = (text) => text.replace(/\r\n?/g, "\n");
  const now = (control) => lines(control.value);
  const opened = (control) => lines(control.defaultValue ?? (control.querySelector("option[selected]") ?? control.options[0]).value);
  const all = (read) => Object.fromEntries(controls.map(([name, control]) => [name, read(control)]));
  const hex = (digits) => Array.from({ length: digits }, () => Math.floor(Math.random() * 16).toString(16)).join("");
  const id = (time) => [time.slice(0, 8), time.slice(8), `7${hex(3)}`, `8${hex(3)}`, hex(12)].join("-");
  const newId = () => id(Date.now().toString(16).padStart(12, "0"));

  // As `EditorPage` names the note: a new one gets its name from here.
  const noteId = () => {
    const { pathname, search } = location;
    const known = form.dataset.note ?? new URLSearchParams(search).get("key") ?? /[0-9a-f-]{36}$/.exec(pathname)?.[0];
    if (known) return known;
    const made = newId();
    history.replaceState(null, "", `${pathname}?key=${made}${search.replace("?", "&")}`);
    return made;
  };

  let place;
  const keep = () => {
    if ("keeps" in form.dataset) return;
    if (!place) {
      const [note, page] = [noteId(), newId()];
      place = `commonplace early ${note} ${page}`;
      form.dataset.early = place;
      // For as long as this page lives, nobody else takes what it keeps for left behind.
      navigator.locks?.request(`commonplace ${note} ${page}`, () => new Promise(() => {})).catch(() => {});
    }
    const base = { version: Number(form.dataset.version || 0), fields: "refused" in form.dataset ? null : all(opened) };
    try {
      localStorage.setItem(place, JSON.stringify({ at: Date.now(), fields: all(now), base }));
    } catch {
      // No room, or no storage: the page has it, as any page has.
    }
  };
  form.addEventListener("input", keep);
  if (controls.some(([, control]) => now(control) !== opened(control))) keep();
})();
