// What runs in every page of the browser under torture, before the page's own scripts. It tells the driver every token when
// its `input` event is seen and every change of the status line with the text of that moment, and can break things.

/** Given to the page as its source: it may use nothing from outside. */
export function watch() {
  if (window.torture || !location.pathname.startsWith("/desk")) return;
  const now = Date.now.bind(Date);
  const later = window.setTimeout.bind(window);
  const pattern = /‹t\d{6}›|「記[〇一二三四五六七八九]{6}」/g;
  const tell = (message) => window.tortureTold?.(JSON.stringify({ at: now(), address: location.pathname + location.search, ...message }));
  const body = () => document.querySelector('textarea[name="body"]');
  const title = () => document.querySelector('input[name="title"]');
  const text = () => `${title()?.value ?? ""}\n${body()?.value ?? ""}`;
  const tokens = () => text().match(pattern) ?? [];
  const torture = (window.torture = { destroying: false, tokens });
  let known = new Set();
  let line = null;
  let unsettled = false;
  let input = 0;

  torture.look = () => {
    known = new Set(tokens());
  };

  /** The end of what may take tokens away, also without an event of its own. */
  torture.enough = () => {
    const present = new Set(tokens());
    const gone = [...known].filter((token) => !present.has(token));
    if (gone.length) tell({ kind: "deleted", tokens: gone });
    known = present;
    torture.destroying = false;
  };

  /** The caret, moved out of any token it may stand in, so that typing splits none. */
  torture.settleCaret = () => {
    const field = body();
    if (!field) return;
    for (const found of field.value.matchAll(pattern)) {
      const end = found.index + found[0].length;
      const inside = (place) => place > found.index && place < end;
      if (inside(field.selectionStart) || inside(field.selectionEnd)) return field.setSelectionRange(end, end);
    }
  };

  torture.select = (share, length) => {
    const field = body();
    if (!field) return;
    const from = Math.floor(share * field.value.length);
    field.setSelectionRange(from, Math.min(field.value.length, from + length));
    if (length === 0) torture.settleCaret();
  };

  document.addEventListener("input", (event) => {
    if (event.target !== body() && event.target !== title()) return;
    const present = new Set(tokens());
    const fresh = [...present].filter((token) => !known.has(token));
    const gone = torture.destroying ? [...known].filter((token) => !present.has(token)) : [];
    known = present;
    unsettled = true;
    input = now();
    if (fresh.length) tell({ kind: "typed", tokens: fresh });
    if (gone.length) tell({ kind: "deleted", tokens: gone });
  }, true);

  const says = () => document.querySelector(".editor-state")?.textContent.replace(/\s+/g, " ").trim() ?? null;
  // The words that the page came with: they speak of the text that it came with, and of when that was.
  const own = () => [undefined, "as-opened"].includes(document.querySelector(".editor-state")?.dataset.kept);
  const snapshot = (kind, words) =>
    tell({ kind, line: words, own: own(), tokens: tokens(), title: title()?.value ?? null, body: body()?.value ?? null, input });
  const look = () => {
    const words = says();
    if (words === null || words === line) return;
    line = words;
    snapshot("line", words);
  };
  new MutationObserver(look).observe(document, { childList: true, characterData: true, subtree: true });
  // What goes on being said is a claim as well: some time after typing it is looked at again.
  const standing = () => {
    if (unsettled && says() !== null) {
      unsettled = false;
      later(() => snapshot("stands", says()), 600);
    }
    later(standing, 700);
  };
  standing();

  let shift = 0;
  const RealDate = Date;
  window.Date = class extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) super(RealDate.now() + shift);
      else super(...parts);
    }

    static now() {
      return RealDate.now() + shift;
    }
  };
  torture.shiftClock = (by) => {
    shift += by;
  };

  // `false`, "broken", or "full": then only what adds something fails.
  let storage = false;
  const failing = (prototype, name, error) => {
    const real = prototype[name];
    prototype[name] = function (...words) {
      if (storage === "broken") throw new DOMException("The storage is out of order.", error);
      if (storage === "full" && prototype === IDBObjectStore.prototype) throw new DOMException("The disk is full.", "QuotaExceededError");
      return real.apply(this, words);
    };
  };
  failing(IDBDatabase.prototype, "transaction", "UnknownError");
  failing(IDBObjectStore.prototype, "put", "DataError");
  failing(IDBObjectStore.prototype, "add", "DataError");
  failing(IDBFactory.prototype, "open", "UnknownError");
  torture.breakStorage = (how) => {
    storage = how;
  };
}
