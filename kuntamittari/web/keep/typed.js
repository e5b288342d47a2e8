// What is typed and not saved: kept while it is typed, put back into its field, and asked about before it is left.
{
  const { openTabs, panel, read, names, write, remove, told, words } = window.kmKeep;
  // days for which what was typed is kept
  const DAYS = 30;
  // times that a field is filled: a page that sets it again and again is left alone
  const MOST_FILLS = 5;
  const FIELDS = '.stMain [class*="st-key-"] :is(textarea, input[type="text"], input[type="number"])';
  const NAMED = /(?:^|\s)st-key-((?:caf|upload|propose|headline|own-area)-[\w-]+)/u;

  // what this window answers for
  const drafts = new Map();
  // field → its value when it was entered
  const before = new WeakMap();
  const fills = new Map();
  // typed in this window and not saved since
  const unsaved = new Set();
  let filling = false;
  // what a form that was sent holds, and what the server had before
  let saving;
  const nameOf = (field) => {
    let one = field.closest('[class*="st-key-"]');
    while (one && !NAMED.test(one.className)) {
      one = one.parentElement.closest('[class*="st-key-"]');
    }
    return one ? NAMED.exec(one.className)[1] : "";
  };
  const typed = (field) => {
    const name = nameOf(field);
    if (!name || filling) {
      return;
    }
    const draft = drafts.get(name) ?? { base: before.get(field) ?? "" };
    Object.assign(draft, { value: field.value, tab: window.kmKeep.tab(), time: Date.now() });
    if (draft.value === draft.base && draft.sent === undefined) {
      drafts.delete(name);
      unsaved.delete(name);
      remove(`typed:${name}`);
      return;
    }
    drafts.set(name, draft);
    unsaved.add(name);
    if (!window.kmKeep.off) {
      write(`typed:${name}`, draft);
    }
  };
  addEventListener("focusin", ({ target }) => {
    if (target.matches?.(FIELDS)) {
      before.set(target, target.value);
    }
  });
  addEventListener("input", ({ target }) => target.matches?.(FIELDS) && typed(target), true);
  // a number is also changed by its buttons
  addEventListener(
    "click",
    ({ target }) => {
      const field = target.closest?.('[data-testid="stNumberInput"]')?.querySelector("input");
      if (field?.matches(FIELDS) && target.closest("button")) {
        const value = field.value;
        if (!before.has(field)) {
          before.set(field, value);
        }
        setTimeout(() => typed(field), 100);
      }
    },
    true,
  );
  const forget = (name) => {
    drafts.delete(name);
    unsaved.delete(name);
    remove(`typed:${name}`);
  };
  // a form that is sent is saved as soon as the server has something else than before
  addEventListener(
    "click",
    ({ target }) => {
      const form = target.closest?.('[data-testid="stFormSubmitButton"]')?.closest('[data-testid="stForm"]');
      const taken = target.closest?.('.stMain [data-testid="stBaseButton-primary"]');
      const within = form ?? (taken ? document.querySelector(".stMain") : null);
      if (within) {
        const fields = [...within.querySelectorAll("textarea, input")].map((field) => nameOf(field));
        saving = { desk: told()?.desk, names: fields.filter(Boolean) };
        for (const name of saving.names.filter((one) => drafts.has(one))) {
          // the server may have it from now on, whether this window hears of it or not
          const draft = drafts.get(name);
          draft.sent = draft.value;
          if (!window.kmKeep.off) {
            write(`typed:${name}`, draft);
          }
        }
      }
    },
    true,
  );
  const fill = (field, value) => {
    const kind = field.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
    filling = true;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    filling = false;
  };
  const restoreTyped = () => {
    settleSaved();
    if (saving?.looks) {
      return;
    }
    for (const field of document.querySelectorAll(FIELDS)) {
      const name = nameOf(field);
      const draft = drafts.get(name);
      if (draft && field.value === draft.value && !unsaved.has(name)) {
        // the server has it
        forget(name);
        continue;
      }
      if (!draft || field.value === draft.value || field === document.activeElement) {
        continue;
      }
      const times = fills.get(name) ?? 0;
      const mine = [draft.base, draft.sent].includes(field.value);
      if (mine && times < MOST_FILLS) {
        fills.set(name, times + 1);
        fill(field, draft.value);
        unsaved.add(name);
        panel("km-restored", words().restored ?? "", [words().fine, () => {}]);
      } else if (!mine) {
        const take = () => {
          draft.base = field.value;
          fill(field, draft.value);
          unsaved.add(name);
        };
        const label = field.getAttribute("aria-label") ?? "";
        panel(`km-two-${name}`, `${words().two} ${label}`, [words().mine, take], [words().theirs, () => forget(name)]);
      }
    }
  };
  addEventListener("beforeunload", (event) => {
    if (unsaved.size) {
      event.preventDefault();
    }
  });
  // What was sent is saved once the server has something else than before: then each field shows what was typed, or is
  // emptied for the next one. A field that shows something else has what another window has saved.
  // Where the server has lost what it had meanwhile, nobody knows: the text stays unsaved.
  const savedSince = (tag) => {
    if (saving && saving.desk !== tag) {
      const lost = saving.desk && saving.desk.split("-")[0] !== tag.split("-")[0];
      saving = lost ? null : { ...saving, looks: 2 };
    }
  };
  const settleSaved = () => {
    const running = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== "notRunning";
    if (!saving?.looks || running) {
      return;
    }
    saving.looks -= 1;
    if (saving.looks) {
      return;
    }
    const shown = new Map([...document.querySelectorAll(FIELDS)].map((field) => [nameOf(field), field.value]));
    for (const name of saving.names) {
      const draft = drafts.get(name);
      if (draft && [draft.value, draft.base, undefined].includes(shown.get(name))) {
        forget(name);
      }
    }
    saving = null;
  };
  const forgetAll = () => {
    drafts.clear();
    unsaved.clear();
  };
  const loadTyped = async () => {
    const others = await openTabs();
    const kept = (await names()).filter((one) => one.startsWith("typed:"));
    const found = await Promise.all(kept.map((name) => read(name)));
    for (const [at, name] of kept.entries()) {
      const draft = found[at];
      if (!draft || Date.now() - draft.time > DAYS * 86_400_000) {
        remove(name);
      } else if (draft.tab === window.kmKeep.tab() || !others.has(draft.tab)) {
        drafts.set(name.slice("typed:".length), draft);
      }
    }
  };
  Object.assign(window.kmKeep, { restoreTyped, loadTyped, savedSince, forgetAll });
}
