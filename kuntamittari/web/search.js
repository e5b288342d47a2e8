// The search box of the bar: a combobox as the ARIA practices describe it. Entries come from /api/v1/search; the chosen
// one changes the page as a link does (edge.js). kuntamittari/web/edge.py writes this file into the head.
{
  // milliseconds after the last letter
  const WAIT = 120;
  let asked = 0;
  let timer;
  // the input that the list belongs to
  let box;

  const list = () => document.querySelector("#km-found");
  const options = () => [...(list()?.querySelectorAll('[role="option"]') ?? [])];
  const close = () => {
    list()?.remove();
    box?.setAttribute("aria-expanded", "false");
    box?.removeAttribute("aria-activedescendant");
  };

  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...children);
    return made;
  };

  const select = (option) => {
    options().forEach((one) => one.setAttribute("aria-selected", one === option));
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  // The address of an entry: all that is chosen on this page, and what the entry chooses.
  const addressOf = (entry) => {
    const address = new URL(entry.path ?? location.pathname.split("/").pop(), new URL(".", location.href));
    const query = new URLSearchParams(document.querySelector("[data-chosen]")?.dataset.chosen ?? location.search);
    if ("kunta" in entry.choices) {
      query.delete("alue");
    }
    Object.entries(entry.choices).forEach(([name, value]) => query.set(name, value));
    address.search = query;
    return address.href;
  };

  const show = (found, words) => {
    close();
    const place = box.getBoundingClientRect();
    const width = Math.min(Math.max(place.width, 360), innerWidth - 16);
    const ground = getComputedStyle(document.querySelector(".stApp"));
    const ul = element("ul", { id: "km-found", role: "listbox", "aria-label": box.getAttribute("aria-label") });
    ul.style.cssText = `top: ${place.bottom + 4}px; left: ${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px;
      width: ${width}px; background: ${ground.backgroundColor}; color: ${ground.color}`;
    let group = "";
    found.forEach((entry, number) => {
      if (entry.group !== group) {
        group = entry.group;
        ul.append(element("li", { role: "presentation" }, group));
      }
      const label = element("li", { role: "option", id: `km-found-${number}`, "aria-selected": "false" }, entry.label);
      if (entry.note) {
        label.append(element("small", {}, entry.note));
      }
      label.dataset.address = addressOf(entry);
      ul.append(label);
    });
    if (!found.length) {
      ul.append(element("li", { role: "presentation" }, element("span", { role: "status" }, words)));
    }
    document.body.append(ul);
    box.setAttribute("aria-expanded", "true");
    if (found.length) {
      select(options()[0]);
    }
  };

  const ask = async () => {
    const query = box.value.trim();
    const number = ++asked;
    if (!query) {
      close();
      return;
    }
    const address = new URL("api/v1/search", new URL(".", location.href));
    address.search = new URLSearchParams({ query, lang: document.documentElement.lang });
    let found = [];
    let words = box.dataset.none;
    try {
      const answer = await fetch(address);
      if (!answer.ok) {
        throw new Error(answer.status);
      }
      found = (await answer.json()).values;
    } catch {
      words = box.dataset.failed;
    }
    if (number === asked && document.activeElement === box) {
      show(found, words);
    }
  };

  const go = (option) => {
    const link = element("a", { href: option.dataset.address, target: "_self" });
    document.body.append(link);
    link.click();
    link.remove();
    box.value = "";
    close();
    box.blur();
  };

  const inBox = (event) => event.target.matches?.(".km-search input");
  addEventListener("focusin", (event) => {
    if (inBox(event)) {
      box = event.target;
      // the first answer takes longest
      fetch(new URL("api/v1/search?query=", new URL(".", location.href))).catch(() => {});
    }
  });
  addEventListener("input", (event) => {
    if (inBox(event)) {
      box = event.target;
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    }
  });
  addEventListener("keydown", (event) => {
    if (!inBox(event)) {
      return;
    }
    const all = options();
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
      event.preventDefault();
      select(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if (event.key === "Enter" && all[at]) {
      event.preventDefault();
      go(all[at]);
    } else if (event.key === "Escape") {
      box.value = "";
      close();
    }
  });
  // A press on the list leaves the focus in the box, whose loss would take the list away. The page changes with the click
  // that ends the press: were the list gone before, a thumb would click what lies below it.
  addEventListener("mousedown", (event) => {
    if (event.target.closest?.("#km-found")) {
      event.preventDefault();
    }
  });
  addEventListener("click", (event) => {
    const option = event.target.closest?.("#km-found [role='option']");
    if (option) {
      go(option);
    }
  });
  addEventListener("focusout", (event) => {
    if (inBox(event)) {
      close();
    }
  });
}
