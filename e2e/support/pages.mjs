// The kinds of page, each at an address that exists once the manual is imported and one note is in the trash.
import { fill, open, press, write } from "./browser.mjs";

/** Makes what the pages need; answers every kind of page, public and the owner's. */
export async function everyPage(browser, site, session) {
  const page = await browser.page(site, { session });
  const note = await write(page, { title: "Every construct", body: constructs, slug: "every-construct", tags: "sample" });
  await press(page, "publish");
  await write(page, { title: "Only a draft", body: "Not for others yet. See [[Nowhere at all]].", action: "save" });
  await write(page, { title: "To be thrown away", body: "Soon in the trash." });
  await press(page, "trash");
  await open(page, `${note}/history`);
  const version = await page.locator(`main a[href^="${note}/history/"]`).first().getAttribute("href");
  await page.context().close();
  return { public: publicPages, desk: deskPages(note, version) };
}

const publicPages = [
  { name: "home", address: "/" },
  { name: "notes", address: "/notes" },
  { name: "note", address: "/notes/every-construct" },
  { name: "note-of-the-manual", address: "/notes/footnotes" },
  { name: "tags", address: "/tags" },
  { name: "tag", address: "/tags/sample" },
  { name: "archive", address: "/archive" },
  { name: "search", address: "/search" },
  { name: "search-found", address: "/search?q=note" },
  { name: "search-nothing", address: "/search?q=zzyzxqwv" },
  { name: "sign-in", address: "/sign-in" },
  { name: "signed-out", address: "/signed-out" },
  { name: "not-found", address: "/notes/every-constructs", status: 404 },
  { name: "no-file", address: "/pkg/none.css", status: 404 },
];

function deskPages(note, version) {
  return [
    { name: "desk", address: "/desk" },
    { name: "desk-notes", address: "/desk/notes" },
    { name: "new-note", address: "/desk/notes/new" },
    { name: "edit-note", address: note },
    { name: "preview", address: `${note}/preview` },
    { name: "history", address: `${note}/history` },
    { name: "version", address: version },
    { name: "unresolved", address: "/desk/unresolved" },
    { name: "trash", address: "/desk/trash" },
    { name: "files", address: "/desk/files" },
    { name: "desk-offline", address: "/desk/offline" },
    { name: "settings", address: "/desk/settings" },
    { name: "account", address: "/account" },
    { name: "refused", address: "/desk/notes/new", prepare: refused },
  ];
}

/** A form that came back: the slug is taken. */
async function refused(page) {
  await open(page, "/desk/notes/new");
  await fill(page, "title", "Taken");
  await fill(page, "body", "The text stays in its field.");
  await fill(page, "slug", "every-construct");
  await press(page, "save");
}

const constructs = `---
description: One note with every construct that the renderer knows.
---
A paragraph with *emphasis*, **importance**, ~~deletion~~, ==highlight==, \`code\`, a [link](https://example.org/),
an address <https://example.org/>, a wikilink to [[Home]] and one to [[Nowhere at all|nowhere]].[^one]

## A heading

> A quotation.

> [!note] A callout
> With a paragraph and a list:
> - one
> - two
>
> > [!tip]- A folded one inside
> > Its text.

1. First
2. Second
   - [ ] to do
   - [x] done

### Code and a table

\`\`\`rust
fn main() {
    println!("coloured on the server");
}
\`\`\`

| left | right |
| :--- | ----: |
| a | 1 |
| b | 2 |

#### Mathematics

Inline $e^{i\\pi} + 1 = 0$ and set apart:

$$\\int_0^1 x^2 \\, dx = \\frac{1}{3}$$

## Another heading

A line with a block id. ^block

![[Home]]

<details><summary>Raw HTML</summary>

Inside.

</details>

---

The end. #sample

[^one]: A footnote, which stands in the margin where there is room.
`;
