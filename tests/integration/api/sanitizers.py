"""What the sanitizers of a server built with them report, so that a test fails for it.

A report ends the process, mostly, but nobody looks at what a killed server had to say; so each process
writes its reports into files of its own, and whoever started it asks here. Another build writes none.
"""
import pathlib

OPTIONS = ("ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS")


class sanitizer_log:
    """The reports of all processes that got `environment()`."""

    def __init__(self, prefix: pathlib.Path):
        self.prefix = prefix

    def environment(self, inherited: dict) -> dict:
        """The options of the one who runs the tests, with the place of the reports."""
        return {name: ":".join(filter(None, (inherited.get(name), f"log_path={self.prefix}"))) for name in OPTIONS}

    def files(self) -> list:
        return sorted(self.prefix.parent.glob(self.prefix.name + ".*"))  # The suffix is the process.

    def reports(self) -> str:
        return "\n".join(text for file in self.files() if (text := file.read_text(errors="replace").strip()))

    def check(self):
        found = self.reports()
        assert not found, "a sanitizer reported:\n" + found

    def clear(self):
        for file in self.files():
            file.unlink(missing_ok=True)

