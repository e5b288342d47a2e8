// The tray: slides are dragged to another place, or moved with the arrow keys while one has the focus. `data` holds the
// number of slides, what is said aloud of the last move, and what then has the focus.
const LATER = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
const MARKS = ["km-drop-before", "km-drop-after", "km-dragged"];

const figure = (event) => event.target.closest?.(".km-thumb");
const number = (found) => Number(found.dataset.slide);
const clear = () => document.querySelectorAll(".km-thumb").forEach((one) => one.classList.remove(...MARKS));
const after = (event, found) => {
  const box = found.getBoundingClientRect();
  return event.clientX > box.left + box.width / 2;
};

const listeners = (slides, moved) => {
  let from = null;
  const move = (start, to) => {
    if (to !== start && to >= 0 && to < slides) {
      moved({ from: start, to });
    }
  };
  return {
    dragstart: (event) => {
      const found = figure(event);
      if (found) {
        from = number(found);
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", String(from));
        found.classList.add("km-dragged");
      }
    },
    dragover: (event) => {
      const found = figure(event);
      if (from !== null && found) {
        event.preventDefault();
        document.querySelectorAll(".km-thumb").forEach((one) => one.classList.remove(MARKS[0], MARKS[1]));
        found.classList.add(after(event, found) ? "km-drop-after" : "km-drop-before");
      }
    },
    drop: (event) => {
      const found = figure(event);
      if (from !== null && found) {
        event.preventDefault();
        const gap = number(found) + (after(event, found) ? 1 : 0);
        move(from, gap > from ? gap - 1 : gap);
      }
      from = null;
      clear();
    },
    dragend: () => {
      from = null;
      clear();
    },
    keydown: (event) => {
      const found = event.target.matches?.(".km-thumb a") && figure(event);
      if (found && LATER[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        move(number(found), number(found) + LATER[event.key]);
      }
    },
  };
};

// The focus follows the slide that was moved, once the page shows it in its place.
const follow = (data) =>
  setTimeout(() => {
    const found = data.focus.map((one) => document.querySelector(one)).find((one) => one && !one.disabled);
    found?.focus();
    found?.scrollIntoView({ block: "nearest" });
  }, 150);

export default ({ parentElement, data, setTriggerValue }) => {
  parentElement.listening?.abort();
  parentElement.listening = new AbortController();
  const on = listeners(data.slides, (move) => setTriggerValue("moved", move));
  for (const [type, listener] of Object.entries(on)) {
    document.addEventListener(type, listener, { signal: parentElement.listening.signal });
  }
  if (data.focus && parentElement.moves !== data.moves) {
    parentElement.querySelector("p").textContent = data.said;
    follow(data);
  }
  parentElement.moves = data.moves;
  return () => parentElement.listening.abort();
};
