// Streamlit's own words in the reader's language (kuntamittari/web/words.py writes WORDS and LOCALE). Its browser part has
// no translations, so what it says is replaced as it appears, before it is painted or spoken. Words of ours are left
// alone: they are in markup, charts and tables, where nothing is looked for. Nothing in this file may end a script element.
{
  // What Streamlit writes by the browser's language (numbers, the calendar) is in the page's.
  Object.defineProperty(navigator, "language", { value: LOCALE });
  Object.defineProperty(navigator, "languages", { value: [LOCALE] });

  const words = new Map();
  const patterns = [];
  for (const [said, word] of Object.entries(WORDS)) {
    if (!said.includes("{")) {
      words.set(said, word);
      continue;
    }
    const escaped = said.replaceAll(/[.*+?^$()|[\]\\]/gu, String.raw`\$&`);
    patterns.push([new RegExp(`^${escaped.replaceAll(/\{(\w+)\}/gu, "(?<$1>[^]+)")}$`, "u"), word]);
  }
  // most of what is looked at is ours and fits none: one expression says so
  const any = new RegExp(patterns.map(([form]) => form.source.replaceAll(/\?<\w+>/gu, "?:")).join("|") || "^$(?!)", "u");

  const translated = (text) => {
    const word = words.get(text);
    if (word !== undefined || !any.test(text)) {
      return word;
    }
    for (const [form, shape] of patterns) {
      const found = form.exec(text);
      if (found) {
        return shape.replaceAll(/\{(\w+)\}/gu, (_, name) => found.groups[name]);
      }
    }
  };

  const spoken = ["aria-label", "title", "placeholder", "aria-roledescription"];
  const hold = spoken.map((name) => `[${name}]`).join();
  const ours = '[data-testid="stMarkdownContainer"], .stHtml, svg, canvas, table, script, style, input, textarea';
  // where Streamlit writes its own words as it writes ours
  const theirs = '[data-testid="stTooltipContent"], [data-testid="stFileUploaderDropzone"], [data-testid="stDialog"]';
  const isOurs = (element) => {
    const around = element.closest(ours);
    return around && !(around.matches('[data-testid="stMarkdownContainer"]') && around.closest(theirs));
  };

  // What was written here is seen as a change too, and may fit a form again ("at most 1 MB per file" fits "{size} per
  // file"): it is left as it is, or the page would be changed for ever.
  const written = new WeakMap();
  const rename = (element) => {
    for (const name of spoken) {
      const said = element.getAttribute(name);
      const word = said === null || written.get(element)?.[name] === said ? undefined : translated(said);
      if (word !== undefined && word !== said) {
        written.set(element, { ...written.get(element), [name]: word });
        element.setAttribute(name, word);
      }
    }
  };
  const reword = (node) => {
    const said = node.data.trim();
    const word = written.get(node) === said ? undefined : translated(said);
    if (word !== undefined && word !== said) {
      written.set(node, word);
      node.data = word;
    }
  };
  const within = (root) => {
    if (root.matches(hold)) {
      rename(root);
    }
    root.querySelectorAll(hold).forEach(rename);
    if (isOurs(root)) {
      return;
    }
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node.nodeType === Node.ELEMENT_NODE && node.matches(ours) && isOurs(node)
        ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        reword(node);
      }
    }
  };

  if (words.size || patterns.length) {
    new MutationObserver((changes) => {
      for (const { type, target, addedNodes } of changes) {
        if (type === "attributes") {
          rename(target);
        } else if (type === "characterData") {
          if (target.parentElement && !isOurs(target.parentElement)) {
            reword(target);
          }
        } else {
          for (const node of addedNodes) {
            if (node.nodeType === Node.ELEMENT_NODE) {
              within(node);
            } else if (node.nodeType === Node.TEXT_NODE && node.parentElement && !isOurs(node.parentElement)) {
              reword(node);
            }
          }
        }
      }
    }).observe(document, {
      subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: spoken,
    });
  }
}
