// What was brought, and the presentation: a copy of what the server has, given back where it has lost it. Then what the
// reader is told and decides, and the look at all of it.
{
  const { hold, told, words, panel, gone, again, read, write, remove, clear } = window.kmKeep;
  const { restoreTyped, loadTyped, savedSince, forgetAll } = window.kmKeep;
  // milliseconds between two looks, and without a connection after which the reader is told
  const EVERY = 700;
  const LOST_AFTER = 2500;
  // milliseconds until a server that had no time is asked again
  const BUSY = 5000;
  // milliseconds that a page has to show what was brought back, before the fields are compared with what was typed
  const SHOWN = 10_000;

  // ── what was brought
  // what the server had at the last look
  let seen;
  let notBefore = 0;
  // what was brought back, and is not shown yet
  let awaited = { until: 0 };
  // what a workspace is called until the server loses it: what follows in its tag changes with every change
  const born = (tag) => tag.split("-")[0];
  const desk = (method, body = null, of = "1") => {
    const asked = { method, headers: { "X-Kuntamittari-Desk": of } };
    return fetch(new URL("desk", location.href), body === null ? asked : { ...asked, body });
  };
  const keepDesk = async () => {
    const tag = told()?.desk;
    if (tag === undefined || tag === seen || Date.now() < notBefore) {
      return;
    }
    seen = tag;
    savedSince(tag);
    if (window.kmKeep.off) {
      return;
    }
    const kept = await read("desk");
    if (tag === "none") {
      // emptied by the reader
      await remove("desk");
      return;
    }
    if (kept && (!tag || born(tag) !== born(kept.tag))) {
      // The server has lost what it had. Where the reader has begun anew before the copy was back, it lays it under that.
      const answer = await desk("PUT", kept.text, born(kept.tag));
      if (answer.status === 204) {
        panel("km-restored", words().brought ?? "", [words().fine, () => {}]);
        awaited = { tag, until: Date.now() + SHOWN };
        again();
      } else if (answer.status === 429 || answer.status === 503) {
        seen = undefined;
        notBefore = Date.now() + BUSY;
        return;
      } else if (answer.status === 400) {
        // of a version that cannot be read any more
        await remove("desk");
      }
    }
    if (tag && tag !== kept?.tag) {
      const answer = await desk("GET");
      if (answer.status === 200) {
        await write("desk", { tag, text: await answer.text(), time: Date.now() });
      }
    }
  };

  // ── the presentation
  let slides;
  const keepTray = async () => {
    const chosen = document.querySelector("[data-chosen]")?.dataset.chosen;
    if (chosen === undefined || window.kmKeep.off) {
      return;
    }
    const deck = new URLSearchParams(chosen).get("esitys") ?? "";
    if (deck === slides) {
      return;
    }
    const had = slides;
    slides = deck;
    if (deck) {
      gone("km-tray");
      await write("tray", { deck, time: Date.now() });
    } else if (had) {
      // emptied by the reader
      await remove("tray");
    } else {
      const kept = await read("tray");
      if (kept && location.pathname.endsWith("/esitys")) {
        const open = () => {
          const address = new URL(location.href);
          address.searchParams.set("esitys", kept.deck);
          history.pushState(null, "", address);
          again();
        };
        panel("km-tray", words().tray ?? "", [words().open, open], [words().drop, () => remove("tray")]);
      }
    }
  };

  // ── the connection
  let lostSince = 0;
  let connected = false;
  const tellOfLoss = () => {
    const state = document.querySelector('[data-testid="stApp"]')?.dataset.testConnectionState;
    if (!state || state === "CONNECTED" || state === "INITIAL") {
      gone("km-lost");
      if (connected && lostSince) {
        // another server may have answered: what it has is what it says when it runs the page
        again();
      }
      connected ||= state === "CONNECTED";
      lostSince = 0;
      return;
    }
    lostSince ||= Date.now();
    if (Date.now() - lostSince > LOST_AFTER) {
      panel("km-lost", (window.kmKeep.off ? words().lost_off : words().lost) ?? "");
    }
  };

  // ── what the reader decides: wipe everything, keep nothing from now on, or keep again
  const wipe = async () => {
    forgetAll();
    await clear();
    if (window.kmKeep.off) {
      await write("off", true);
    }
  };
  addEventListener("click", async ({ target }) => {
    const act = target.closest?.("[data-keep]")?.dataset.keep;
    if (!act) {
      return;
    }
    if (act === "wipe") {
      await wipe();
      await desk("DELETE");
      seen = undefined;
      panel("km-restored", words().wiped ?? "", [words().fine, () => {}]);
      again();
    } else {
      window.kmKeep.off = !window.kmKeep.off;
      await wipe();
      seen = window.kmKeep.off ? seen : undefined;
      panel("km-restored", (window.kmKeep.off ? words().is_off : words().is_on) ?? "", [words().fine, () => {}]);
    }
  });
  const tellOfChoice = () => {
    for (const button of document.querySelectorAll('[data-keep="off"]')) {
      const label = window.kmKeep.off ? words().keep_on : words().keep_off;
      if (label && button.textContent !== label) {
        button.textContent = label;
      }
    }
  };

  const begin = async () => {
    await hold();
    window.kmKeep.off = Boolean(await read("off"));
    await loadTyped();
    let busy = false;
    setInterval(async () => {
      if (busy) {
        return;
      }
      busy = true;
      try {
        tellOfLoss();
        tellOfChoice();
        await keepDesk();
        if (told()?.desk !== awaited.tag || Date.now() > awaited.until) {
          restoreTyped();
        }
        await keepTray();
      } catch {
        // without a connection: at the next look
        seen = undefined;
      } finally {
        busy = false;
      }
    }, EVERY);
  };
  addEventListener("DOMContentLoaded", begin);
}
