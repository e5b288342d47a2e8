// The stage: a button that lets the window fill the screen and back, and the keys of a presenter's remote control, which
// are not among the shortcuts of the buttons that turn the slides. `data` is the label of the button.
const PRESSES = { PageUp: "back", PageDown: "next", " ": "next" };

export default ({ parentElement, data }) => {
  const button = parentElement.querySelector("button");
  button.title = data;
  button.setAttribute("aria-label", data);
  button.onclick = () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  const turn = (event) => {
    const onControl = event.target.closest?.("button, a, input, textarea, [tabindex]");
    if (PRESSES[event.key] && !(event.key === " " && onControl)) {
      event.preventDefault();
      document.querySelector(`.st-key-slide-${PRESSES[event.key]} button:not(:disabled)`)?.click();
    }
  };
  parentElement.listening?.abort();
  parentElement.listening = new AbortController();
  addEventListener("keydown", turn, { signal: parentElement.listening.signal });
  return () => parentElement.listening.abort();
};
