// The script of a document in the answer of the application. kuntamittari/web/documents/shell.py writes it after the
// element where the application mounts. Nothing in this file may end a script element of HTML.
{
  // The document is shown until the application has as much to show: its heading, and its first picture. Until then the
  // application is drawn where it will be, so that its pictures get their width, but it is neither seen nor heard.
  const root = document.querySelector("#root");
  const paper = document.querySelector("#km-document");
  const find = (selector) => root.querySelector(`.stMain ${selector}`);
  const CHART = ':is([data-testid="stVegaLiteChart"], [data-testid="stDeckGlJsonChart"])';
  const PICTURE = `${CHART} :is(svg, canvas), .km-answers, .km-standings, .km-rug, .km-grid`;
  // milliseconds that a page which has come to rest is waited for, where it draws no picture
  const PATIENCE = 5000;
  let rested = 0;
  const drawn = () => {
    const resting = root.querySelector('.stApp[data-test-script-state="notRunning"]');
    const heading = find("h1") ?? (resting && find('[data-testid="stAlert"]'));
    rested = resting && heading ? rested || performance.now() : 0;
    const waited = rested && performance.now() - rested > PATIENCE;
    const enough = find(`:is(${PICTURE})`) || (rested && !paper.querySelector("figure"));
    return heading && (waited || (enough && !find('[data-testid="stSkeleton"]')));
  };

  // The reader's place: the same part of the page stays at the same height of the window.
  const parts = (of, headings, pictures) => [of.querySelector(headings), ...of.querySelectorAll(pictures)];
  const place = () => {
    const ours = parts(paper, "h1", "figure").filter(Boolean);
    const at = ours.findLastIndex((part) => part.getBoundingClientRect().top < innerHeight / 3);
    return { at, top: ours[Math.max(at, 0)]?.getBoundingClientRect().top ?? 0 };
  };
  const scroll = ({ at, top }) => {
    const theirs = parts(root, ".stMain h1", '.stMain [data-testid="stVegaLiteChart"]').filter(Boolean);
    const part = theirs[Math.min(Math.max(at, 0), theirs.length - 1)];
    if (scrollY > 0 && part) {
      const main = root.querySelector(".stMain");
      main.scrollTop += part.getBoundingClientRect().top - top;
    }
  };
  // The same link has the focus, the same words are selected.
  const focused = () => {
    const link = document.activeElement?.closest?.("#km-document a");
    return link && { words: link.textContent, href: link.pathname };
  };
  const focus = (link) => {
    const links = [...root.querySelectorAll("a")];
    const same = link && links.find((a) => a.pathname === link.href && a.textContent === link.words);
    (same ?? (link && find("#km-content")))?.focus({ preventScroll: true });
  };
  const select = (words) => {
    if (!words) {
      return;
    }
    // the words may be in several texts: numbers are held together by elements of their own
    const [texts, begins] = [document.createTreeWalker(root, NodeFilter.SHOW_TEXT), []];
    let all = "";
    while (texts.nextNode()) {
      begins.push([texts.currentNode, all.length]);
      all += texts.currentNode.data;
    }
    const found = all.indexOf(words);
    const at = (letter) => {
      const [text, begin] = begins.findLast(([, one]) => one <= letter);
      return [text, letter - begin];
    };
    if (found >= 0) {
      const [text, last] = at(found + words.length - 1);
      getSelection().setBaseAndExtent(...at(found), text, last + 1);
    }
  };

  const take = () => {
    const [here, link, words] = [place(), focused(), getSelection().toString()];
    scroll(here);
    root.inert = false;
    root.classList.remove("km-waits");
    paper.remove();
    select(words);
    focus(link);
  };
  // It takes over when nothing of it has moved for so many milliseconds: parts that are loaded as they are drawn come
  // one by one.
  const QUIET = 300;
  const outline = () => {
    const shown = [find("h1"), find(`:is(${PICTURE})`), find(".block-container")].filter(Boolean);
    return shown.map((part) => Object.values(part.getBoundingClientRect().toJSON())).join();
  };
  let before = "";
  const look = () => {
    const now = drawn() ? outline() : "";
    if (now && now === before) {
      requestAnimationFrame(take);
    } else {
      before = now;
      setTimeout(look, QUIET);
    }
  };
  look();
}
