// What a reader types and brings is kept in the browser (IndexedDB of this origin), so that a reload, a closed tab, a lost
// connection or a new server loses none of it. kuntamittari/web/edge.py writes the files of this folder into every
// document, this one first; what the page tells them stands in its footer (kuntamittari/ui/layout.py).
// Nothing is sent anywhere but to /desk of this service, and that only where the server has lost what it had
// (kuntamittari/web/desk.py). Nothing in these files may end a script element.
{
  // ── the store: typed:NAME → {value, base, tab, time}; desk → {tag, text}; tray → {deck}; off → true
  let opened;
  const database = () =>
    (opened ??= new Promise((resolve) => {
      try {
        const opening = indexedDB.open("kuntamittari", 1);
        opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore("kept"));
        opening.addEventListener("success", () => resolve(opening.result));
        opening.addEventListener("error", () => resolve(null));
      } catch {
        // a browser that keeps nothing
        resolve(null);
      }
    }));
  const ask = async (mode, act) => {
    const store = (await database())?.transaction("kept", mode).objectStore("kept");
    return store
      ? new Promise((resolve) => {
          const request = act(store);
          request.addEventListener("success", () => resolve(request.result));
          request.addEventListener("error", () => resolve());
        })
      : undefined;
  };
  const read = (name) => ask("readonly", (store) => store.get(name));
  const names = async () => (await ask("readonly", (store) => store.getAllKeys())) ?? [];
  const write = (name, value) => ask("readwrite", (store) => store.put(value, name));
  const remove = (name) => ask("readwrite", (store) => store.delete(name));

  const clear = () => ask("readwrite", (store) => store.clear());

  // ── which window this is: another one that is open has what is typed there to itself
  let tab = sessionStorage.getItem("km-tab") ?? crypto.getRandomValues(new Uint32Array(2)).join("-");
  const hold = async () => {
    const held = await new Promise((resolve) => {
      if (!navigator.locks) {
        // without TLS
        resolve(true);
        return;
      }
      navigator.locks.request(`km-tab-${tab}`, { ifAvailable: true }, (lock) => {
        resolve(Boolean(lock));
        // as long as the window is open
        return lock ? new Promise(() => {}) : undefined;
      });
    });
    if (!held) {
      // a copy of a window has its number too
      tab = crypto.getRandomValues(new Uint32Array(2)).join("-");
      await hold();
      return;
    }
    sessionStorage.setItem("km-tab", tab);
  };
  const openTabs = async () => {
    const held = (await navigator.locks?.query())?.held ?? [];
    return new Set(held.map((lock) => lock.name.replace("km-tab-", "")));
  };

  // ── what the page says
  const told = () => document.querySelector("[data-desk]")?.dataset;
  const words = () => window.kmKept;
  const notices = () => {
    const shown = document.querySelector("#km-notices") ?? document.createElement("div");
    shown.id = "km-notices";
    document.body.append(shown);
    return shown;
  };
  const panel = (id, text, ...actions) => {
    const shown = document.querySelector(`#${CSS.escape(id)}`);
    if (shown?.dataset.text === text) {
      return;
    }
    shown?.remove();
    const box = document.createElement("div");
    box.id = id;
    box.className = "km-kept";
    box.role = "status";
    box.dataset.text = text;
    notices().append(box);
    // a status is read when it changes
    setTimeout(() => {
      box.append(text);
      for (const [label, act] of actions) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = label;
        button.addEventListener("click", () => {
          box.remove();
          act();
        });
        box.append(button);
      }
    }, 50);
  };
  const gone = (id) => document.querySelector(`#${CSS.escape(id)}`)?.remove();
  // Streamlit runs the page of the address
  const again = () => dispatchEvent(new PopStateEvent("popstate"));

  window.kmKeep = { openTabs, hold, told, words, panel, gone, again, read, names, write, remove, clear, tab: () => tab };
  // what the reader decides: whether anything is kept
  window.kmKeep.off = false;
}
