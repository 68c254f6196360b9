"""The only things a letter may load: the packaged fonts and style sheet. Nothing from the network, no other file.

Imported where WeasyPrint is, and not before: see letters/render.py.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from weasyprint.urls import URLFetcher, URLFetcherResponse

_FOLDERS = ("fonts", "letter")
_TYPES = {".woff2": "font/woff2", ".css": "text/css"}


class AssetRefused(ValueError):
    """A letter named something that is not ours. WeasyPrint notes it and goes on without."""


class PackagedAssets(URLFetcher):
    """Answers file addresses of fonts and style sheets inside static/fonts and static/letter; refuses all others.

    The path is resolved first, so that `..` and links lead nowhere. No handler of the base class is ever asked:
    the base class opens http, ftp, data and any file.
    """

    def __init__(self, static: Path):
        super().__init__(allowed_protocols=("file",), allow_redirects=False, fail_on_errors=False)
        self._folders = tuple((static / folder).resolve() for folder in _FOLDERS)

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The asset at this address; raises AssetRefused for any other."""
        path = self._allowed(url)
        return URLFetcherResponse(path.as_uri(), path.read_bytes(), {"Content-Type": _TYPES[path.suffix]})

    def _allowed(self, url: str) -> Path:
        try:
            parts = urlsplit(url)
            if parts.scheme.lower() != "file" or parts.netloc:
                raise AssetRefused("only packaged files")
            path = Path(unquote(parts.path)).resolve(strict=True)
        except AssetRefused:
            raise
        except (OSError, ValueError, RuntimeError) as error:
            raise AssetRefused("no such packaged file") from error
        if path.parent not in self._folders or path.suffix not in _TYPES or not path.is_file():
            raise AssetRefused("not a packaged font or style sheet")
        return path
