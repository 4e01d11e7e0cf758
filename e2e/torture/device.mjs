// What the browser's own storage holds, read past the editor: records of its logs, put together as the journal means them.

/** Given to a page: every record of every database of the site. */
export async function readRecords() {
  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const records = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    for (const store of ["log", "aside"]) {
      if (!database.objectStoreNames.contains(store)) continue;
      const open = database.transaction(store).objectStore(store);
      const [keys, values] = [await asked(open.getAllKeys()), await asked(open.getAll())];
      keys.forEach((key, at) => records.push({ store, key, text: values[at] }));
    }
    database.close();
  }
  return records;
}

/** The texts that the records come to: `[{ note, tab, fields }]`. */
export function replay(records) {
  const logs = new Map();
  for (const { key, text } of records) {
    const [note, tab, seq] = key;
    const log = `${note} ${tab}`;
    if (!logs.has(log)) logs.set(log, { note, tab, entries: [] });
    try {
      logs.get(log).entries.push({ seq: Number(seq), ...JSON.parse(text.slice(16)) });
    } catch {
      // Torn: the checksum is the journal's matter.
    }
  }
  return [...logs.values()].map(({ note, tab, entries }) => ({ note, tab, fields: last(entries) })).filter(({ fields }) => fields);
}

function last(entries) {
  entries.sort((one, other) => one.seq - other.seq);
  let state = null;
  let seq = -1;
  for (const entry of entries) {
    if (entry.whole) state = { ...entry.whole.fields };
    else if (entry.change && state && entry.seq === seq + 1) state = changed(state, entry.change.fields ?? []);
    else continue;
    seq = entry.seq;
  }
  return state;
}

/** Places are counted in bytes of UTF-8. */
function changed(fields, splices) {
  const next = { ...fields };
  for (const { field, at, cut, put } of splices) {
    const bytes = Buffer.from(next[field] ?? "");
    next[field] = Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + cut)]).toString();
  }
  return next;
}
