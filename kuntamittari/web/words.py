"""Streamlit's own words in the reader's language.

Streamlit's browser part has no translations: a Finnish page says "No results" and speaks "Help for Kunta". `words.js`
replaces such words as they appear. Here is what it looks for, each with the key of its translation: `streamlit.KEY` in
the texts. Only what our pages can show or speak is here (tests/browser/test_words.py walks them).
"""

import json
from functools import cache

from kuntamittari import settings

# what Streamlit 1.67 says → key of the translation; what is in braces stands for any text
ORIGINALS = {
    "Skip to main content": "skip",
    "Open": "open",
    "No results": "no_results",
    "No options to select": "no_options",
    "Clear value": "clear_value",
    "Clear entry": "clear_entry",
    "Clear all": "clear_all",
    "Select all": "select_all",
    "Select {n} matches": "select_matches",
    "Selected values": "selected_values",
    "Selectbox options": "selectbox_options",
    "Multiselect options": "multiselect_options",
    "Choose options": "choose_options",
    "Choose an option": "choose_option",
    "Remove {name}": "remove",
    "You can only select up to {n} options. Remove an option first.": "most",
    "You can only select up to {n} option. Remove an option first.": "most_one",
    "{n} options available.": "options",
    "1 option available.": "one_option",
    "{name}, selected": "selected",
    "Press Enter to apply": "press_enter",
    "Press Enter to submit form": "press_enter_form",
    "Press Ctrl+Enter to apply": "press_ctrl",
    "Press Ctrl+Enter to submit form": "press_ctrl_form",
    "Press ⌘+Enter to apply": "press_cmd",
    "Press ⌘+Enter to submit form": "press_cmd_form",
    "This field is required.": "required",
    "Help": "help",
    "Help for {name}": "help_for",
    "Show data": "show_data",
    "Show chart": "show_chart",
    "Download as PNG": "png",
    "Copy Vega-Lite spec": "specification",
    "Download as CSV": "csv",
    "Show/hide columns": "columns",
    "Search": "search",
    "Fullscreen": "full_screen",
    "Close fullscreen": "close_full_screen",
    "Clear selection": "clear_selection",
    "Type to search": "type_to_search",
    "Previous Result": "previous_result",
    "Next Result": "next_result",
    "Close Search": "close_search",
    "{n} of {all} results": "found_at",
    "{n} of 1 result": "found_at_one",
    "{n} results": "found",
    "1 result": "found_one",
    "Dataframe column menu": "column_menu",
    "Copy column name": "copy_name",
    "Sort ascending": "ascending",
    "Sort descending": "descending",
    "Statistics": "statistics",
    "Format": "format",
    "Autosize": "autosize",
    "Pin column": "pin",
    "Unpin column": "unpin",
    "Hide column": "hide",
    "Automatic": "automatic",
    "Localized": "localized",
    "Plain": "plain_number",
    "Compact": "compact",
    "Dollar": "dollar",
    "Euro": "euro",
    "Yen": "yen",
    "Percent": "percent",
    "Scientific": "scientific",
    "Accounting": "accounting",
    "Duration": "duration",
    "Values": "values",
    "Empty": "empty",
    "Distinct": "distinct",
    "Average": "average",
    "Standard deviation": "deviation",
    "Minimum": "minimum",
    "25th percentile": "q1",
    "Median": "median",
    "75th percentile": "q3",
    "Maximum": "maximum",
    "Sum": "sum",
    "Minimum length": "shortest",
    "Maximum length": "longest",
    "Average length": "mean_length",
    "No data": "no_data",
    "Based on sample": "sample",
    "Distribution histogram": "histogram",
    "Top values frequency chart": "frequencies",
    "Scrollable table": "scrollable",
    "visualization": "picture",
    "group mark container": "part",
    "Map": "map",
    "Zoom In": "zoom_in",
    "Zoom Out": "zoom_out",
    "Decrement": "decrement",
    "Increment": "increment",
    "Number is above the allowed range. Please enter a value less than or equal to {n}.": "above",
    "Number is below the allowed range. Please enter a value greater than or equal to {n}.": "below",
    "Number is outside the allowed range. Please enter a value between {low} and {high}.": "outside",
    "Upload": "upload",
    "Add files": "add_files",
    "file upload": "file_input",
    "Drag and drop a file here": "drop",
    "Drag and drop files here": "drop_many",
    "{size} per file": "per_file",
    "{type} files are not allowed.": "not_allowed",
    "File must be {size} or smaller.": "too_large",
    "File size is too small.": "too_small",
    "Only one file is allowed.": "one_file",
    "Unexpected error. Please try again.": "unexpected",
    "Cancel upload of {name}": "cancel_upload",
    "Click to retry upload": "retry_upload",
    "Upload failed": "upload_failed",
    "Choose date": "choose_date",
    "Clear date": "clear_date",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.": "date_keys",
    "Copy to clipboard": "copy",
    "Copied": "copied",
    "Link to heading": "heading_link",
    "Close": "close",
    "Dismiss": "close",
    "view more": "more",
    "view less": "less",
    "Sidebar": "sidebar",
    "Expand sidebar": "expand",
    "Collapse sidebar": "collapse",
    "Main menu": "main_menu",
    "Navigate to home page": "home",
    "Running...": "running",
    "Stop": "stop",
    "Stopping...": "stopping",
    "Connecting": "connecting",
    "Connecting to Streamlit server": "connecting_server",
    "Error": "failed",
    "Unable to connect to Streamlit server": "no_connection",
    "Connection error": "no_connection",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:": "gone",
    "Streamlit server is not responding. Are you connected to the internet?": "gone",
    "Connection timed out.": "gone",
    "Connection failed with status {status}": "gone",
    "Cannot connect to Streamlit (HTTP status: 403).{advice}": "gone",
    "Connection lost. Please wait for the app to reconnect, then try again.": "wait",
}
# buttons over a table or chart, whose spoken names end in ": " and the label of the element
OVER_ELEMENTS = (
    "show_data",
    "show_chart",
    "png",
    "specification",
    "csv",
    "columns",
    "search",
    "full_screen",
    "close_full_screen",
)
LOCALES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
SCRIPT = (settings.PACKAGE / "web" / "words.js").read_text(encoding="utf-8")


def pairs(language: str) -> dict[str, str]:
    """Return what Streamlit says → what it says in a language, without what is the same."""
    from kuntamittari.i18n import texts  # here, since it reads its texts and app.py imports this before it listens

    said = {original: texts(language)[f"streamlit.{key}"] for original, key in ORIGINALS.items()}
    labelled = {
        f"{original}: {{label}}": f"{said[original]}: {{label}}"
        for original, key in ORIGINALS.items()
        if key in OVER_ELEMENTS
    }
    return {original: word for original, word in (said | labelled).items() if original != word}


@cache
def script(language: str) -> bytes:
    """Return the script of a document in a language, as an element."""
    words = json.dumps(pairs(language), ensure_ascii=False)
    filled = SCRIPT.replace("LOCALE", json.dumps(LOCALES[language])).replace("WORDS", words)
    return f"<script>{filled}</script>".encode()
