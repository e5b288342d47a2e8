// The button that lets the window fill the screen and back; `data` is its label.
export default ({ parentElement, data }) => {
  const button = parentElement.querySelector("button");
  button.textContent = data;
  button.onclick = () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
};
