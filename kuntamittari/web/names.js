// Names in Streamlit's select boxes are found however they are typed: "jyvaskyla" and "abo" too. Its filter compares the
// letters as they are, so a letter is given the dots or the ring that it has in the names (data-names of the bar,
// kuntamittari/ui/bar.py), before the box sees it. A letter that begins some name as it was typed stays.
// kuntamittari/web/edge.py writes this file into the head.
{
  const bare = (letter) => letter.normalize("NFD")[0].toLowerCase();
  let names = [];
  let held = "";
  const read = () => {
    const said = document.querySelector("[data-names]")?.dataset.names ?? "";
    if (said !== held) {
      held = said;
      names = said.split(" ").filter(Boolean).map((name) => [name, [...name].map(bare).join("")]);
    }
  };
  // a word as the names spell its letters; one that begins a name already, or none at all, as it is
  const spelled = (word) => {
    const typed = word.toLowerCase();
    if (names.some(([name]) => name.startsWith(typed))) {
      return word;
    }
    const plain = [...typed].map(bare).join("");
    const name = names.find(([, folded]) => folded.startsWith(plain))?.[0];
    return name ? [...word].map((letter, at) => (letter.toLowerCase() === name[at] ? letter : name[at])).join("") : word;
  };
  const boxes = ":is([data-testid='stSelectbox'], [data-testid='stMultiSelect']) input";
  addEventListener(
    "input",
    (event) => {
      const box = event.target;
      if (event.isComposing || !box.matches?.(boxes)) {
        return;
      }
      read();
      const words = box.value.replaceAll(/\p{L}{2,}/gu, spelled);
      if (words !== box.value) {
        const { selectionStart, selectionEnd } = box;
        // not by `value`, which React watches: it would take the change for its own
        box.setRangeText(words, 0, box.value.length);
        box.setSelectionRange(selectionStart, selectionEnd);
      }
    },
    true,
  );
}
