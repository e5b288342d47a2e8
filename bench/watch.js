// Records in window.__seen when the page last moved (a change of the document, a stroke on a canvas, a message) and
// when a key was last pressed, both in milliseconds of the page's clock.
() => {
  const seen = (window.__seen = { moved: 0, asked: 0 });
  const moved = () => {
    seen.moved = performance.now();
  };
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(moved).observe(document, everything);
  addEventListener(
    "keydown",
    (event) => {
      if (event.isTrusted) seen.asked = event.timeStamp;
    },
    true,
  );
  const watch = (kind, names) => {
    for (const name of names) {
      const stroke = kind?.prototype[name];
      if (!stroke) continue;
      kind.prototype[name] = function () {
        moved();
        return stroke.apply(this, arguments);
      };
    }
  };
  watch(window.CanvasRenderingContext2D, ["fillText", "fillRect", "fill", "stroke", "clearRect"]);
  watch(window.WebGL2RenderingContext, [
    "drawArrays",
    "drawElements",
    "drawArraysInstanced",
    "drawElementsInstanced",
  ]);
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...address) {
      super(...address);
      this.addEventListener("message", moved);
    }
  };
}
