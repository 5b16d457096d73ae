"""Where an answer ends and what it answers begins: quotes and signatures as Gmail, Outlook, Apple, QQ and 163 write them, in
English and Chinese. Line by line and without backtracking over lines, because anybody may send anything."""

import re
from html.parser import HTMLParser

LONGEST_LINE = 400  # of a line that could begin a quote
_DAY = r"(?:\d{4}\s?[-/年.]\s?\d{1,2}\s?[-/月.]\s?\d{1,2})"
_BEGINS = re.compile(
    "|".join(
        (
            r"On\b.{3,300}\bwrote\s?:",  # Gmail, Apple
            rf".{{0,200}}{_DAY}.{{0,250}}(?:写道|寫道|wrote)\s?[:：]",  # Gmail, Apple and 163 in Chinese
            r".{0,200}<[^<>]{3,200}>.{0,100}(?:写道|寫道)\s?[:：]",
            r"[-_—\s]{2,}(?:Original Message|Forwarded message)[-_—\s]{2,}",
            r"[-_—\s]{2,}(?:原始邮件|原始郵件|邮件原件|转发邮件|回复的原邮件)[-_—\s]{2,}",
            r"_{10,}",  # Outlook on the web
            r"\|?\s*---- (?:Replied Message|回复的原邮件|Original) ----.{0,10}",  # 163's own apps
        )
    ),
    re.IGNORECASE,
)
_FIRST_HEADER = re.compile(r"\*?(?:From|发件人|寄件者)\s?[:：]\*?\s.{2,}", re.IGNORECASE)
_NEXT_HEADER = re.compile(r"\*?(?:Sent|Date|To|Subject|发送时间|发送日期|日期|收件人|主题)\s?[:：]", re.IGNORECASE)
_SIGNED = re.compile(
    r"--\s?|(?:Sent from|Get Outlook for|Sent with)\s.{1,60}|(?:发自|發自)我?的?.{1,30}|从我的.{1,20}发送",
    re.IGNORECASE,
)


def cut(text: str) -> str:
    """The answer alone. A mail that is nothing but quotes is returned whole."""
    lines = text.replace("\r\n", "\n").split("\n")
    kept = lines[: _end(lines)]
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith(">") or _SIGNED.fullmatch(kept[-1].strip())):
        kept.pop()
    said = "\n".join(kept).strip()
    return said or text.strip()


def _end(lines: list[str]) -> int:
    for n, line in enumerate(lines):
        bare = line.strip()
        if not bare or len(bare) > LONGEST_LINE:
            continue
        broken = f"{bare} {lines[n + 1].strip()}" if n + 1 < len(lines) and len(lines[n + 1]) <= LONGEST_LINE else bare
        if bare == "--" or line.rstrip("\n") == "-- ":
            return n
        if _BEGINS.fullmatch(bare) or (bare.startswith("On ") and _BEGINS.fullmatch(broken)):
            return n
        if _FIRST_HEADER.fullmatch(bare) and any(map(_NEXT_HEADER.match, (each.strip() for each in lines[n + 1 : n + 4]))):
            return n
    return len(lines)


BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "blockquote", "table", "hr"}
UNSEEN = {"style", "script", "head", "title"}


class _Plain(HTMLParser):
    """The words of an HTML mail, a line a block; what is quoted by its own element is left out."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._whole = whole
        self.words: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.words.append("\n")
        if self._hidden:
            if tag == self._hidden[-1]:
                self._hidden.append(tag)
        elif tag in UNSEEN or (not self._whole and _is_quote(tag, attrs)):
            self._hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag == self._hidden[-1]:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(re.sub(r"\s+", " ", data))


def _is_quote(tag: str, attrs: list[tuple[str, str | None]]) -> bool:
    return tag == "blockquote" or "gmail_quote" in (dict(attrs).get("class") or "")


def of_html(source: str, *, whole: bool = False) -> str:
    """Its words, with what it quotes only where the `whole` is wanted."""
    reader = _Plain(whole=whole)
    reader.feed(source)
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.words)).strip()
