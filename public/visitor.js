// A visitor's small conveniences. Every page is complete without them.
(() => {
  const doc = document, near = "main a[href^='/notes/']";
  const make = (into, name, text) => {
    const made = into.appendChild(doc.createElement(name));
    made.textContent = text;
    return made;
  };

  // The colour scheme, kept on this device.
  const { dataset } = doc.documentElement, knob = doc.querySelector("[data-scheme-switch]");
  const say = () => (knob.textContent = "Colours: " + (dataset.scheme || "automatic"));
  say();
  knob.hidden = false;
  knob.onclick = () => {
    dataset.scheme = localStorage.scheme = { light: "dark", dark: "" }[dataset.scheme] ?? "light";
    say();
  };

  // A button on code that copies it.
  for (const pre of doc.querySelectorAll("pre")) {
    const box = doc.createElement("div");
    box.className = "code";
    pre.replaceWith(box);
    box.append(pre);
    const copy = make(box, "button", "Copy");
    copy.onclick = async () => {
      await navigator.clipboard.writeText(pre.innerText);
      copy.textContent = "Copied";
    };
  }

  // Previews of linked notes, on hover, focus and long press; Escape puts them away.
  let link, tip, timer;
  const hide = () => {
    tip?.remove();
    link = tip = null;
  };
  const show = async (to) => {
    hide();
    link = to;
    const page = new DOMParser().parseFromString(await (await fetch(to)).text(), "text/html");
    const words = page.querySelector(".note .p-summary");
    if (link != to || !words) return;
    tip = make(to.closest("main"), "div");
    tip.className = "preview";
    make(tip, "b", page.querySelector("h1").textContent);
    make(tip, "span", words.value);
    const spot = to.getBoundingClientRect(), room = tip.offsetHeight;
    const top = spot.bottom + room > innerHeight ? spot.top - room - 4 : spot.bottom + 4;
    tip.style = `left:${Math.max(8, Math.min(spot.left, innerWidth - 384))}px;top:${scrollY + top}px`;
  };
  const watch = ({ target, pointerType }) => {
    clearTimeout(timer);
    const to = target.closest(near);
    if (pointerType != "touch" && to != link && !tip?.contains(target)) timer = setTimeout(to ? show : hide, 250, to);
  };
  doc.onpointerover = watch;
  doc.addEventListener("focusin", watch);
  // No false here: it would swallow the key.
  doc.onkeydown = ({ key }) => key != "Escape" || hide();
  doc.oncontextmenu = ({ target, pointerType }) => {
    const to = pointerType == "touch" && target.closest(near);
    // A false keeps the browser's own menu away.
    return !to || (show(to), false);
  };
})();
