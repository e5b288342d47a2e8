// The script of every document. kuntamittari/web/edge.py writes it into the head and puts the addresses of modules into
// its last statement. Nothing in this file may end a script element of HTML.
{
  // Streamlit looks for its backend below the path of the page first, which costs two 404s on a link to a page. Every
  // page of ours is one step below the root: so the folder of the page is the root, also behind a proxy's path prefix.
  window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href.slice(0, -1) };

  // Menu and languages are drawn once and stay while choices on the page change (docs/decisions/0011-drawn-once.md). Their
  // links take along what is chosen as soon as somebody points at them, reaches them by keyboard or presses them.
  const completeLink = (event) => {
    const link = event.target.closest?.(":is(.km-menu, .km-languages) a");
    if (!link) {
      return;
    }
    if (!link.hreflang) {
      link.search = chosen();
    } else if (link.closest(".km-languages")) {
      const query = new URLSearchParams(location.search);
      query.set("kieli", link.hreflang);
      link.search = query;
    }
  };
  for (const type of ["pointerover", "focusin", "click"]) {
    addEventListener(type, completeLink, true);
  }

  // A link to another page of ours (in the menu, or with target="_self") changes the page as Back and Forward do: loading
  // the document anew would start Streamlit from nothing. Not so a link to another language, whose document has another
  // <html lang>, to a file or to a place on the page; nor where the user asks for a new tab or window.
  const pageLinks = ':is(.km-menu a, a[target="_self"]):not([hreflang]):not([download]):not([href^="#"])';
  addEventListener("click", (event) => {
    const link = event.target.closest?.(pageLinks);
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    history.pushState(null, "", link.href);
    dispatchEvent(new PopStateEvent("popstate"));
    link.closest("[popover]")?.hidePopover();
  });

  // A button with data-copy-link copies the link of a view (empty: that of this page, with everything that is chosen),
  // after a short text for a message: its own data-copy-text, or else the title and the finding of the page.
  // Between two pages the footer, which holds what is chosen, may not be drawn yet: the address has it too.
  const chosen = () => new URLSearchParams(document.querySelector("[data-chosen]")?.dataset.chosen ?? location.search);
  const linkOfView = (to) => {
    const link = new URL(to || location.href, location.href);
    const query = chosen();
    link.searchParams.forEach((value, name) => query.set(name, value));
    link.search = query;
    return link.href;
  };
  const copy = async (words) => {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      // without TLS a browser has no clipboard; the old way works there
      const box = document.createElement("textarea");
      box.value = words;
      box.style.position = "fixed";
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
  };
  addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy-link]");
    if (!button) {
      return;
    }
    const part = (selector) => document.querySelector(`.stMain ${selector}`)?.textContent.trim() ?? "";
    // the front page says three figures and has no one finding
    const answers = [...document.querySelectorAll(".stMain .km-a-card")].map((card) => {
      const [whom, amount, per] = ["h2", ".km-a-amount", ".km-a-per"].map((name) => card.querySelector(name)?.textContent.trim());
      return amount ? `${whom}: ${amount} ${per}` : "";
    });
    const said = [part("h1"), part(".km-finding") || answers.filter(Boolean).join("\n")];
    const words = button.dataset.copyText ?? said.filter(Boolean).join("\n");
    await copy([words, linkOfView(button.dataset.copyLink)].filter(Boolean).join("\n"));
    button.focus();
    say(document.querySelector("[data-copied]")?.dataset.copied ?? "");
  });
  // What a script did is told in a line that fades, and by a screen reader.
  const say = (words) => {
    document.querySelector("#km-said")?.remove();
    const line = document.createElement("p");
    line.id = "km-said";
    line.role = "status";
    document.body.append(line);
    // a status is read when it changes
    setTimeout(() => (line.textContent = words), 50);
    setTimeout(() => line.remove(), 4000);
  };

  // A button with data-copy-embed copies the line that shows this view in another page. The server knows how high it is.
  const bare = () => {
    const link = new URL(linkOfView(""));
    link.searchParams.set("muoto", "upotus");
    return link.href;
  };
  // what others keep says of which data it is, so that it can tell later what has changed
  const dated = () => {
    const link = new URL(bare());
    link.searchParams.set("aineisto", document.querySelector("[data-vintage]")?.dataset.vintage ?? "");
    return link.href;
  };
  addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy-embed]");
    if (!button) {
      return;
    }
    const answer = await fetch(bare(), { method: "HEAD" });
    const height = answer.headers.get("Kuntamittari-Height") ?? "800";
    const title = document.querySelector(".stMain h1")?.textContent.trim() ?? document.title;
    const frame = document.createElement("iframe");
    const attributes = { src: dated(), title, width: "100%", height, style: "border:0", loading: "lazy" };
    Object.entries(attributes).forEach(([name, value]) => frame.setAttribute(name, value));
    await copy(frame.outerHTML);
    button.closest("[popover]")?.hidePopover();
    say(button.dataset.copied);
  });

  // The rug is one stop of the tab key; arrow keys go from cell to cell, and the style shows what each says.
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  addEventListener("keydown", (event) => {
    const cell = event.target.closest?.(".km-rug tbody :is(th, td)");
    const step = steps[event.key];
    if (!cell || !step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    const [down, across] = step;
    const row = cell.parentElement;
    const to = row.parentElement.rows[row.sectionRowIndex + down]?.cells[cell.cellIndex + across]?.firstElementChild;
    if (to) {
      event.target.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    }
  });

  // On paper the page is its document: nothing is cut, every figure is there. Own figures are in no document, so with
  // any of them the page itself is printed. The answer has to be there when the browser draws the paper: it is waited for.
  addEventListener("beforeprint", () => {
    if (document.querySelector("[data-own], #km-document, #km-paper")) {
      return;
    }
    const asked = new XMLHttpRequest();
    try {
      asked.open("GET", bare(), false);
      asked.send();
    } catch {
      return;
    }
    if (asked.status !== 200) {
      return;
    }
    const page = new DOMParser().parseFromString(asked.responseText, "text/html");
    const paper = document.createElement("div");
    paper.id = "km-paper";
    const inside = document.createElement("div");
    inside.className = "km-d";
    page.querySelectorAll("details").forEach((fold) => (fold.open = true));
    inside.append(...page.body.childNodes);
    paper.attachShadow({ mode: "open" }).append(page.querySelector("style"), inside);
    document.body.append(paper);
  });
  addEventListener("afterprint", () => document.querySelector("#km-paper")?.remove());

  // Streamlit's link that skips to the content leads to what begins with the bar: on to where the page itself begins.
  addEventListener("click", (event) => {
    if (event.target.closest?.('[data-testid="stSkipToContent"]')) {
      document.querySelector("#km-content")?.focus({ preventScroll: true });
    }
  });

  // On a phone the bar shows the municipality, and the other choices when they are unfolded.
  addEventListener("click", (event) => {
    const button = event.target.closest?.(".km-unfold");
    button?.setAttribute("aria-expanded", button.getAttribute("aria-expanded") === "false");
  });
  // The list of a folded place opens below its button.
  addEventListener(
    "beforetoggle",
    (event) => {
      if (!event.target.classList?.contains("km-panel")) {
        return;
      }
      const button = event.target.previousElementSibling.getBoundingClientRect();
      event.target.style.setProperty("--km-below", `${button.bottom}px`);
      event.target.style.setProperty("--km-from", `${Math.max(8, Math.min(button.left, innerWidth - 300))}px`);
    },
    true,
  );

  // A long table opens on the row of the municipality (kuntamittari/ui/folded.py says which), and stays on it when another
  // is chosen: the row before the middle of what is seen.
  const toRow = (fold, tries = 40) => {
    const scroller = fold.querySelector(".dvn-scroller");
    const row = fold.querySelector("[data-row]")?.dataset.row;
    if (!row || !fold.open) {
      return;
    }
    if (scroller && scroller.scrollHeight > scroller.clientHeight) {
      scroller.scrollTop = row * ROW - scroller.clientHeight / 2 + ROW;
    } else if (tries) {
      // the table is drawn when there is room for it
      setTimeout(() => toRow(fold, tries - 1), 50);
    }
  };
  const ROW = 35;
  addEventListener(
    "toggle",
    ({ target }) => {
      // the table may be made only now
      if (target.open && target.matches?.("details")) {
        toRow(target);
        new MutationObserver((changes, observer) => {
          if (!target.open || !target.isConnected) {
            observer.disconnect();
          } else if (changes.some(({ addedNodes }) => [...addedNodes].some((node) => node.matches?.("[data-row], :has([data-row])")))) {
            toRow(target);
          }
        }).observe(target, { childList: true, subtree: true });
      }
    },
    true,
  );

  // A menu of files closes after an order (kuntamittari/ui/report_files.py): the focus goes back to the button that opened
  // it, as after Escape, and not to the top of the page.
  addEventListener("click", (event) => {
    if (event.target.closest?.('[data-testid="stPopoverBody"] [class*="st-key-order-"] button')) {
      document.querySelector('[data-testid="stPopoverButton"][aria-expanded="true"]')?.focus();
    }
  });

  // What nearly every page is drawn with is run while the browser connects, not when the first element needs it.
  addEventListener("load", () => MODULES.forEach((module) => import(module)));
}
