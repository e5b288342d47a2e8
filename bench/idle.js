// Resolves to true once a page has run and drawn its charts and has not changed for 400 ms, to false after 90 seconds.
() =>
  new Promise((done) => {
    const began = performance.now();
    let since = began;
    const observer = new MutationObserver(() => {
      since = performance.now();
    });
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true });
    const all = (selector) => [...document.querySelectorAll(selector)];
    const busy = () =>
      !all('[data-test-script-state="notRunning"]').length ||
      !all(".stMain h1").length ||
      all('[data-testid="stSkeleton"]').length ||
      all('[data-testid="stVegaLiteChart"]').some((chart) => !chart.querySelector("svg"));
    const look = setInterval(() => {
      const now = performance.now();
      if (busy()) since = now;
      if (now - since > 400 || now - began > 90000) {
        clearInterval(look);
        observer.disconnect();
        done(now - since > 400);
      }
    }, 50);
  })
