"""How wide words are, in font sizes: enough to place a label that is neither cut nor drawn over another."""

NARROW = 0.34, "iljtfrI.,:;'|()[]/- –!\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
WIDE = 0.92, "mwMW@%—"
CAPITAL = 0.72  # also of the digits and letters that are no wider in bold
USUAL = 0.58
BOLD = 1.06


def width(words: str, bold: bool = False) -> float:
    """Return the width of words in font sizes, no less than that of Arial, Source Sans or Libertinus."""
    return sum(_of(letter) for letter in words) * (BOLD if bold else 1)


def _of(letter: str) -> float:
    for size, letters in (NARROW, WIDE):
        if letter in letters:
            return size
    return CAPITAL if letter.isupper() else USUAL
