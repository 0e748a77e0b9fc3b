#!/usr/bin/env python3
"""An independent verifier of VestHub's formats.

It is written from the documents beside it and shares no code with VestHub, so that an auditor needs
to trust neither. It needs Python 3.11 and nothing else.

    verify.py export [--json] [--kreis SITE] [--line-key SITE=HEX] FILE...
        Reads transfer text as `vesthub export` writes it ("-" is standard input). Checks the form
        of every line, all hashes and chains, that each context is held, and every receipt with its
        verdict; folds the catalogue; prints each item and the state digest.
    verify.py vectors [DIR]
        Reads each test vector and compares what it finds with what the vector states.

Exit codes: 0 all is good, 1 a fault was found, 2 the command line is wrong or a file is not there.

A fault is told as FILE:LINE:OFFSET, the line counted from 1 and the byte in it from 0, the byte of
the file, the word of the specification (event.md §7, log.md §6), the event, and why. The first one
ends the reading of its file.

The parts, in the order of the data: scanner; clock and context (vector-clock.md); event (event.md);
receipt (receipt.md); fields (catalogue-fields.md); catalogue (merge.md); export (log.md); vectors.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

Value = Any
"""A value of JSON: None, bool, int, str, list or dict."""

Parsed = TypeVar("Parsed")

Clock = dict[str, int]
"""vector-clock.md §1: site to the highest `seq` of a prefix."""

Dot = tuple[str, int]
"""event.md 2.2: site and `seq`."""

# ------------------------------------------------------------------------------------------ limits

LARGEST: Final = 2**53 - 1  # event.md 2.2 and §3
HEADER_BYTES: Final = 16_384  # event.md §6, as the next four
FIELD_BYTES: Final = 262_144
EVENT_BYTES: Final = 1_048_576
FIELD_LINES: Final = 64
EXCEPTIONS: Final = 32
DEPTH: Final = 8  # event.md §3
VERSION: Final = 1  # event.md §4.1
RULES: Final = 1  # merge.md, receipt.md §1

# ------------------------------------------------------------------------------------------- names

SITE_FORM: Final = r"[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?"
SITE: Final = re.compile(SITE_FORM.encode())
ITEM: Final = re.compile(SITE_FORM.encode() + rb"-[a-z0-9]{8,16}")
TYPE: Final = re.compile(rb"(?=.{1,48}\Z)[a-z]+\.[a-z]+")
PSEUDONYM: Final = re.compile(rb"[A-Za-z0-9._-]{1,32}")
FIELD_WORD: Final = rb"[A-Za-z0-9][A-Za-z0-9-]*"
FIELD_NAME: Final = re.compile(rb"(?=.{1,64}\Z)" + FIELD_WORD + rb"(?:/" + FIELD_WORD + rb")*")
SALT: Final = re.compile(rb"[A-Za-z0-9_-]{21}[AQgw]")
HASH: Final = re.compile(rb"[0-9a-f]{64}")
MAC: Final = re.compile(rb"[0-9a-f]{32}")
MOMENT: Final = re.compile(
    rb"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
)
DAY: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
RANGE: Final = re.compile(rb"([^:]*):([0-9]+)(?:-([0-9]+))?")
NO_ID: Final = "0" * 64

DIGITS: Final = re.compile(rb"[0-9]*")
STRING_BODY: Final = re.compile(
    rb'(?:[^"\\\x00-\x1f]+|\\["\\bfnrt]|\\u00(?:0[0-7bef]|1[0-9a-f]))*'
)
NAME_BYTES: Final = re.compile(rb"[A-Za-z0-9/-]*")

KINDS: Final = ("project", "news", "date")
CREATING: Final = frozenset(f"{kind}.created" for kind in KINDS)
MEMBERSHIP: Final = {"site.admitted": "admitted", "site.left": "left"}
TYPES: Final = frozenset(
    """
    project.created project.revised project.corrected news.created news.revised news.corrected
    date.created date.revised date.corrected date.postponed date.rescheduled date.cancelled
    item.withdrawn item.restored item.expired item.merged item.separated item.annotated item.invited
    item.joined item.left item.handed conflict.settled site.admitted site.left
    """.split()
)
HEADER_MEMBERS: Final = frozenset(
    "v site seq at type item seen also by released reissues prev fields mac".split()
)


def is_day(text: str) -> bool:
    """A day of the proleptic Gregorian calendar from 1970 on (event.md 2.4)."""
    match = DAY.fullmatch(text)
    if not match:
        return False
    year, month, day = (int(part) for part in match.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return year >= 1970 and day <= days[month - 1]


def is_moment(text: bytes) -> bool:
    """A moment (event.md 2.4). Moments of this one form are ordered as their texts are."""
    match = MOMENT.fullmatch(text)
    return match is not None and is_day(match[1].decode())


# ------------------------------------------------------------------------------------------- fault


class Fault(Exception):
    """The first thing that is wrong: a word of the specification, its place, and why.

    While one block is read, `line` and `byte` count from the block's start; the export moves them.
    """

    def __init__(self, word: str, line: int, offset: int, why: str) -> None:
        super().__init__(f"{word}: {why}")
        self.word, self.line, self.offset, self.why = word, line, offset, why
        self.byte = offset
        self.dot: Dot | None = None


def dot_text(dot: Dot) -> str:
    """`site:seq`."""
    return f"{dot[0]}:{dot[1]}"


# ----------------------------------------------------------------------------------------- scanner


class Scanner:
    """Reads one line in its one form (event.md §3) and says at which byte it is another."""

    __slots__ = ("line", "number", "at")

    def __init__(self, line: bytes, number: int) -> None:
        self.line, self.number, self.at = line, number, 0

    def fail(self, word: str, why: str, at: int | None = None) -> NoReturn:
        raise Fault(word, self.number, self.at if at is None else at, why)

    def accept(self, text: bytes) -> bool:
        """Passes `text` if it stands here."""
        if self.line.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def expect(self, text: bytes, word: str = "not-canonical") -> None:
        """Passes `text`, which must stand here."""
        if self.accept(text):
            return
        if text.startswith(self.line[self.at :]):
            self.fail("truncated", f"the line ends before {text.decode()}", len(self.line))
        self.fail(word, f"here stands {text.decode()} in the one form of the line")

    def end(self) -> None:
        if self.at != len(self.line):
            self.fail("not-canonical", "something stands behind the closing brace")

    def quoted(self, form: re.Pattern[bytes], word: str) -> str:
        """A string without escapes, of a form; stops at the closing quotation mark."""
        start, end = self.at, self.line.find(b'"', self.at)
        if end < 0:
            self.fail("truncated", "the line ends inside a string", len(self.line))
        content = self.line[start:end]
        if not form.fullmatch(content):
            self.fail(word, f"{content.decode(errors='replace')!r} is no {word}")
        self.at = end
        return content.decode()

    def moment(self) -> str:
        start = self.at
        text = self.quoted(ANY, "time")
        if not is_moment(text.encode()):
            self.fail("time", f"{text!r} is no moment", start)
        return text

    def integer(self, word: str, least: int = 1, signed: bool = False) -> int:
        """An integer with one text; a fault of its form or size has the given word."""
        start = self.at
        negative = signed and self.accept(b"-")
        first = self.at
        # The pattern matches the empty text too, so there is always a match.
        digits = DIGITS.match(self.line, first)[0]  # type: ignore[index]
        if not digits:
            if first == len(self.line):
                self.fail("truncated", "the line ends before a number")
            self.fail(word, "here stands no integer", start)
        if digits[0] == 0x30 and (len(digits) > 1 or negative):
            self.fail(word, "a leading or a negative zero", start)
        if len(digits) >= 16 and int(digits[:17]) > LARGEST:
            over = next(n for n in range(16, 18) if int(digits[:n]) > LARGEST)
            self.fail(word, "beyond 2^53 - 1", first + over - 1)
        self.at = first + len(digits)
        if self.line[self.at : self.at + 1] in (b".", b"e", b"E"):
            self.fail(word, "a fraction or an exponent")
        value = int(digits)
        if value < least and not signed:
            self.fail(word, f"less than {least}", start)
        return -value if negative else value

    def value(self, depth: int = 0) -> Value:
        """A canonical value inside `depth` arrays and objects."""
        first = self.line[self.at : self.at + 1]
        if not first:
            self.fail("truncated", "the line ends before a value")
        if depth > DEPTH:
            self.fail("depth", f"nested more than {DEPTH} deep")
        if first == b'"':
            return self.string()
        if first == b"{":
            return self.members(depth)
        if first == b"[":
            return self.elements(depth)
        if first in b"-0123456789":
            return self.integer("number", signed=True)
        for text, word in ((b"null", None), (b"true", True), (b"false", False)):
            if first == text[:1]:
                self.expect(text)
                return word
        self.fail("not-canonical", "here stands no value")

    def string(self) -> str:
        """A string with its quotation marks."""
        start = self.at + 1
        # The pattern matches the empty text too, so there is always a match.
        end = STRING_BODY.match(self.line, start).end()  # type: ignore[union-attr]
        if end == len(self.line):
            self.fail("truncated", "the line ends inside a string", end)
        if self.line[end] != 0x22:
            self.fail("escape", "not the shortest escape, or a raw control character", end)
        self.at = end + 1
        body = self.line[start:end]
        return json.loads(self.line[start - 1 : end + 1]) if b"\\" in body else body.decode()

    def elements(self, depth: int) -> list[Value]:
        self.expect(b"[")
        values: list[Value] = []
        if self.accept(b"]"):
            return values
        while True:
            values.append(self.value(depth + 1))
            if not self.accept(b","):
                self.expect(b"]")
                return values

    def members(self, depth: int) -> dict[str, Value]:
        self.expect(b"{")
        values: dict[str, Value] = {}
        before: bytes | None = None
        if self.accept(b"}"):
            return values
        while True:
            start = self.at
            if self.line[start : start + 1] != b'"':
                self.expect(b'"')
            name = self.string()
            if before is not None and name.encode() <= before:
                self.fail("member", f"{name!r} is not in ascending order", start)
            before = name.encode()
            self.expect(b":")
            values[name] = self.value(depth + 1)
            if not self.accept(b","):
                self.expect(b"}")
                return values


ANY: Final = re.compile(rb".*", re.DOTALL)

# --------------------------------------------------------------------------------- clock, context


def covers(clock: Mapping[str, int], other: Mapping[str, int]) -> bool:
    """vector-clock.md §1: whether a clock covers another."""
    return all(seq <= clock.get(site, 0) for site, seq in other.items())


def compare(a: Clock, b: Clock) -> str:
    """vector-clock.md §3."""
    table = {(True, True): "equal", (False, True): "before", (True, False): "after"}
    return table.get((covers(a, b), covers(b, a)), "concurrent")


def merge(a: Clock, b: Clock) -> Clock:
    """vector-clock.md §2: the least clock that covers both."""
    return {site: max(a.get(site, 0), b.get(site, 0)) for site in sorted(a.keys() | b.keys())}


@dataclass(slots=True)
class Context:
    """vector-clock.md §4: a prefix of each line and ranges of dots beyond them."""

    seen: Clock = field(default_factory=dict)
    also: list[tuple[str, int, int]] = field(default_factory=list)

    def contains(self, dot: Dot) -> bool:
        site, seq = dot
        if seq <= self.seen.get(site, 0):
            return True
        return any(site == other and first <= seq <= last for other, first, last in self.also)

    def required(self) -> Clock:
        """The highest dot of each site that the context names."""
        clock = dict(self.seen)
        for site, _, last in self.also:
            clock[site] = max(last, clock.get(site, 0))
        return clock

    @staticmethod
    def made(seen: Clock, dots: set[Dot]) -> Context:
        """§4, "Making one": never rounded up, cut off behind 32 ranges."""
        context = Context(dict(seen))
        for site, seq in sorted(dots):
            prefix = context.seen.get(site, 0)
            if seq <= prefix:
                continue
            if seq == prefix + 1:
                context.seen[site] = seq
            elif context.also and context.also[-1][0] == site and context.also[-1][2] == seq - 1:
                context.also[-1] = (site, context.also[-1][1], seq)
            else:
                context.also.append((site, seq, seq))
        del context.also[EXCEPTIONS:]
        return context


def scan_seen(scan: Scanner) -> Clock:
    """The object behind `"seen":{`."""
    clock: Clock = {}
    before = ""
    if scan.line[scan.at : scan.at + 1] == b"}":
        scan.fail("context", "an empty clock is absent")
    while True:
        scan.expect(b'"')
        start = scan.at
        site = scan.quoted(SITE, "site")
        if site <= before:
            scan.fail("context", "the sites do not ascend", start)
        scan.expect(b'":')
        seq = scan.integer("seq", least=0)
        if seq == 0:
            scan.fail("context", "an entry of 0 is absent", start)
        clock[site] = seq
        before = site
        if not scan.accept(b","):
            scan.expect(b"}")
            return clock


def scan_also(scan: Scanner, seen: Clock) -> list[tuple[str, int, int]]:
    """The array behind `"also":[`, in the shortest form (vector-clock.md §4, 2 to 5)."""
    ranges: list[tuple[str, int, int]] = []
    if scan.line[scan.at : scan.at + 1] == b"]":
        scan.fail("context", "an empty list is absent")
    while True:
        scan.expect(b'"')
        start = scan.at
        text = scan.quoted(ANY, "context")
        match = RANGE.fullmatch(text.encode())
        if not match:
            scan.fail("seq", f"{text!r} is no range of dots", start)
        if not SITE.fullmatch(match[1]):
            scan.fail("site", f"{match[1].decode()!r} is no site", start)
        numbers = [part for part in match.groups()[1:] if part is not None]
        if any(part[:1] == b"0" or len(part) > 16 or int(part) > LARGEST for part in numbers):
            scan.fail("seq", f"{text!r} holds a number that is no seq", start)
        site, first, last = match[1].decode(), int(numbers[0]), int(numbers[-1])
        if len(numbers) == 2 and first >= last:
            scan.fail("context", "a range runs upwards over several dots", start)
        if len(ranges) == EXCEPTIONS:
            scan.fail("context", f"more than {EXCEPTIONS} exceptions", start)
        if ranges and site < ranges[-1][0]:
            scan.fail("context", "the sites do not ascend", start)
        same = bool(ranges) and ranges[-1][0] == site
        if first <= (ranges[-1][2] if same else seen.get(site, 0)) + 1:
            scan.fail("context", "no dot lies between this and what is before it", start)
        ranges.append((site, first, last))
        scan.expect(b'"')
        if not scan.accept(b","):
            scan.expect(b"]")
            return ranges


# ------------------------------------------------------------------------------------------- event


@dataclass(slots=True)
class FieldLine:
    """event.md §4.2 and §4.3. `text` is the value's canonical text, None where it was erased."""

    name: str
    hash: bytes
    text: bytes | None
    value: Value = None

    @property
    def stated(self) -> bool:
        """merge.md §5: the field is there and not `null`; an erased line was stated."""
        return self.text != b"null"


@dataclass(slots=True)
class Event:
    """event.md §4.1. `time` is `at`, or the original's on a re-issued event (merge.md §2)."""

    version: int
    site: str
    seq: int
    at: str
    type: str
    item: str | None
    context: Context
    time: str
    prev: str
    commitment: str
    mac: str
    header: bytes
    id: str
    lines: list[FieldLine] = field(default_factory=list)

    @property
    def dot(self) -> Dot:
        return (self.site, self.seq)

    def has_mac(self, key: bytes) -> bool:
        """event.md §5, "mac"."""
        covered = self.header[: self.header.rindex(b',"mac":')]
        return hmac.new(key, covered, hashlib.sha256).hexdigest()[:32] == self.mac

    def offset(self, member: str) -> int:
        """Where the value of a header member begins, behind its quotation mark if it has one."""
        mark = f',"{member}":'.encode()
        at = self.header.find(mark) + len(mark)
        return at + (self.header[at : at + 1] == b'"')


def scan_header(line: bytes) -> Event:
    """A header line (event.md §4.1)."""
    scan = Scanner(line, 1)
    scan.expect(b'{"v":', "member")
    version = scan.integer("number")
    scan.expect(b',"site":"', "member")
    site = scan.quoted(SITE, "site")
    scan.expect(b'","seq":', "member")
    seq = scan.integer("seq")
    scan.expect(b',"at":"', "member")
    at = scan.moment()
    scan.expect(b'","type":"', "member")
    kind = scan.quoted(TYPE, "type")
    scan.expect(b'"')
    item, context = None, Context()
    if scan.accept(b',"item":"'):
        item = scan.quoted(ITEM, "item")
        scan.expect(b'"')
        if scan.accept(b',"seen":{'):
            context.seen = scan_seen(scan)
        if scan.accept(b',"also":['):
            context.also = scan_also(scan, context.seen)
    for member in (b',"by":"', b',"released":"'):
        if scan.accept(member):
            scan.quoted(PSEUDONYM, "pseudonym")
            scan.expect(b'"')
    time = at
    if scan.accept(b',"reissues":{"id":"'):
        scan.quoted(HASH, "hash")
        scan.expect(b'","at":"', "member")
        time = scan.moment()
        scan.expect(b'"}')
    if version != VERSION:
        scan_later_members(scan)
    scan.expect(b',"prev":"', "member")
    prev = scan.quoted(HASH, "hash")
    scan.expect(b'","fields":"', "member")
    commitment = scan.quoted(HASH, "hash")
    scan.expect(b'","mac":"', "member")
    mac = scan.quoted(MAC, "hash")
    scan.expect(b'"}')
    scan.end()
    identity = hashlib.sha256(line).hexdigest()
    return Event(version, site, seq, at, kind, item, context, time, prev, commitment, mac, line,
                 identity)  # fmt: skip


def scan_later_members(scan: Scanner) -> None:
    """event.md §4.1, "Later versions": members of another version directly before `prev`."""
    names: set[str] = set()
    while not scan.line.startswith(b',"prev":', scan.at):
        scan.expect(b',"', "member")
        start = scan.at
        # The pattern matches the empty text too, so there is always a match.
        name = NAME_BYTES.match(scan.line, start)[0]  # type: ignore[index]
        scan.at += len(name)
        scan.expect(b'":', "member")
        text = name.decode()
        if not FIELD_NAME.fullmatch(name) or text in HEADER_MEMBERS or text in names:
            scan.fail("member", f"{text!r} is no further member", start)
        names.add(text)
        scan.value()


def scan_field(line: bytes, number: int) -> FieldLine:
    """A field line or an erased line (event.md §4.2, §4.3)."""
    scan = Scanner(line, number)
    scan.expect(b'{"f":"', "member")
    name = scan.quoted(FIELD_NAME, "field-name")
    scan.expect(b'"')
    if scan.accept(b',"x":"'):
        erased = FieldLine(name, bytes.fromhex(scan.quoted(HASH, "hash")), None)
        scan.expect(b'"}')
        scan.end()
        return erased
    scan.expect(b',"s":"', "member")
    scan.quoted(SALT, "salt")
    scan.expect(b'"')
    scan.expect(b',"v":', "member")
    start = scan.at
    value = scan.value()
    text = line[start : scan.at]
    scan.expect(b"}")
    scan.end()
    return FieldLine(name, hashlib.sha256(line).digest(), text, value)


def check_text(text: bytes) -> list[bytes]:
    """event.md §7, 1 and 2, but for the last newline: lines of UTF-8 within the limits."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        start = text.rfind(b"\n", 0, error.start) + 1
        number = text.count(b"\n", 0, error.start) + 1
        raise Fault("not-utf8", number, error.start - start, "bytes that are not UTF-8") from None
    lines = text.split(b"\n")
    if lines[-1] == b"" and len(lines) > 1:
        lines.pop()
    total = 0
    for number, line in enumerate(lines, 1):
        limit = HEADER_BYTES if number == 1 else FIELD_BYTES
        if len(line) > limit:
            raise Fault("too-large", number, limit, f"the line has more than {limit} bytes")
        if total + len(line) + 1 > EVENT_BYTES:
            raise Fault("too-large", number, EVENT_BYTES - total, "the event is too long")
        total += len(line) + 1
    return lines


def read_event(text: bytes) -> Event:
    """A text that must be an event (event.md §7)."""
    lines = check_text(text)
    event = scan_header(lines[0])
    names: set[str] = set()
    commitment = hashlib.sha256()
    for number, line in enumerate(lines[1:], 2):
        if len(event.lines) == FIELD_LINES:
            raise Fault("too-large", number, 0, f"more than {FIELD_LINES} field lines")
        written = scan_field(line, number)
        if written.name in names:
            raise Fault("field-twice", number, 0, f"a second line of {written.name!r}")
        names.add(written.name)
        event.lines.append(written)
        commitment.update(written.name.encode() + b"\0" + written.hash)
    if not text.endswith(b"\n"):
        raise Fault("truncated", len(lines), len(lines[-1]), "the last newline is missing")
    if commitment.hexdigest() != event.commitment:
        why = f"the field lines have the commitment {commitment.hexdigest()}"
        raise Fault("commitment", 1, event.offset("fields"), why)
    return event


# ----------------------------------------------------------------------------------------- receipt

REASONS: Final = ("no-right", "invalid-field", "item", "kind", "site-left")


@dataclass(slots=True)
class Receipt:
    """receipt.md §1. `verdict` is `applied`, `parked`, or `void`, a space and the reason."""

    position: int
    received: str
    site: str
    seq: int
    id: str
    verdict: str
    rules: int
    verdict_at: int

    @property
    def dot(self) -> Dot:
        return (self.site, self.seq)


def read_receipt(text: bytes) -> Receipt:
    """A line with its newline that must be a receipt (receipt.md §3)."""
    lines = check_text(text)
    if len(lines) > 1:
        raise Fault("not-canonical", 2, 0, "a receipt is one line")
    scan = Scanner(lines[0], 1)
    scan.expect(b'{"pos":', "member")
    position = scan.integer("number")
    scan.expect(b',"received":"', "member")
    received = scan.moment()
    scan.expect(b'","site":"', "member")
    site = scan.quoted(SITE, "site")
    scan.expect(b'","seq":', "member")
    seq = scan.integer("seq")
    scan.expect(b',"id":"', "member")
    identity = scan.quoted(HASH, "hash")
    scan.expect(b'"')
    scan.expect(b',"verdict":"', "member")
    verdict_at = scan.at
    verdict = scan.quoted(ANY, "verdict")
    scan.expect(b'"')
    if verdict not in ("applied", "parked", "void"):
        scan.fail("verdict", f"{verdict!r} is no verdict", verdict_at)
    if verdict == "void":
        if not scan.accept(b',"reason":"'):
            scan.fail("verdict", "void needs a reason", verdict_at)
        start = scan.at
        reason = scan.quoted(ANY, "verdict")
        if reason not in REASONS:
            scan.fail("verdict", f"{reason!r} is no reason", start)
        verdict = f"void {reason}"
        scan.expect(b'"')
    scan.expect(b',"rules":', "member")
    rules = scan.integer("number")
    scan.expect(b"}")
    scan.end()
    if not text.endswith(b"\n"):
        raise Fault("truncated", 1, len(text), "the last newline is missing")
    return Receipt(position, received, site, seq, identity, verdict, rules, verdict_at)

# ------------------------------------------------------------------------------------------ fields

Shape = Callable[[Value], bool]
"""Whether a field may hold a value other than `null` (catalogue-fields.md)."""

CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
BREAKS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
SPACES: Final = " \u00a0"
URL: Final = re.compile(r"https://(?![/?#])[!#-;=?-\[\]-~]+")
MINUTE: Final = re.compile(r"([0-9-]{10})T(?:[01][0-9]|2[0-3]):[0-5][0-9]")
CLOCK: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
KEY: Final = re.compile(r"[a-z0-9-]{1,32}")
BY_DAY: Final = re.compile(r"(?:[1-5]|-1)?(?:MO|TU|WE|TH|FR|SA|SU)")


def text(most: int | None = None) -> Shape:
    def holds(value: Value) -> bool:
        fits = isinstance(value, str) and (most is None or len(value) <= most)
        return fits and not CONTROL.search(value)

    return holds


def line(most: int | None = None) -> Shape:
    def holds(value: Value) -> bool:
        fits = isinstance(value, str) and (most is None or len(value) <= most)
        return fits and value.strip(SPACES) != "" and not BREAKS.search(value)

    return holds


def code(words: str) -> Shape:
    allowed = frozenset(words.split())
    return lambda value: isinstance(value, str) and value in allowed


def anything(_: Value) -> bool:
    return True


def nothing(_: Value) -> bool:
    return False


def true(value: Value) -> bool:
    return value is True


def url(value: Value) -> bool:
    return isinstance(value, str) and len(value) <= 2_000 and URL.fullmatch(value) is not None


def date(value: Value) -> bool:
    return isinstance(value, str) and is_day(value)


def minute(value: Value) -> bool:
    match = MINUTE.fullmatch(value) if isinstance(value, str) else None
    return match is not None and is_day(match[1])


def date_or_minute(value: Value) -> bool:
    return date(value) or minute(value)


def clock(value: Value) -> bool:
    return isinstance(value, str) and CLOCK.fullmatch(value) is not None


def moment(value: Value) -> bool:
    return isinstance(value, str) and is_moment(value.encode())


def site_id(value: Value) -> bool:
    return isinstance(value, str) and SITE.fullmatch(value.encode()) is not None


def item_id(value: Value) -> bool:
    return isinstance(value, str) and ITEM.fullmatch(value.encode()) is not None


def array(of: Shape, least: int = 0, most: int | None = None, distinct: bool = False) -> Shape:
    def holds(value: Value) -> bool:
        if not isinstance(value, list) or len(value) < least:
            return False
        if most is not None and len(value) > most:
            return False
        return all(map(of, value)) and not (distinct and len(set(value)) < len(value))

    return holds


def record(
    ascending: tuple[str, str] | None = None, both: tuple[str, str] | None = None, **members: Shape
) -> Shape:
    """An object of the members and no others; `name_` is a member `name` that may be absent."""
    shapes = {name.removesuffix("_"): shape for name, shape in members.items()}
    needed = {name for name in members if not name.endswith("_")}

    def holds(value: Value) -> bool:
        if not isinstance(value, dict) or not needed <= value.keys() <= shapes.keys():
            return False
        if not all(shapes[name](part) for name, part in value.items()):
            return False
        if both and (both[0] in value) != (both[1] in value):
            return False
        if ascending and ascending[0] in value and ascending[1] in value:
            return value[ascending[0]] <= value[ascending[1]]
        return True

    return holds


def within(most: int) -> Shape:
    return lambda value: type(value) is int and -most <= value <= most


def body(value: Value) -> bool:
    return text()(value) and value.count("](") == value.count("](https://")


def when(value: Value) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("allDay"), bool):
        return False
    each = date if value["allDay"] else minute
    parts = {"allDay": anything, "start": each, "end_": each, "zone": code("Europe/Berlin")}
    return record(ascending=("start", "end"), **parts)(value)


def price(value: Value) -> bool:
    free = record(free=true)
    return free(value) or record(free=lambda part: part is False, text=line())(value)


def number_to(text: str, most: int) -> bool:
    return re.fullmatch(r"[1-9][0-9]{0,2}", text) is not None and int(text) <= most


def recurrence(value: Value) -> bool:
    if not isinstance(value, str):
        return False
    parts = [part.partition("=") for part in value.split(";")]
    names = [name for name, _, _ in parts]
    if names[0] != "FREQ" or len(set(names)) < len(names) or {"COUNT", "UNTIL"} <= set(names):
        return False
    tests: dict[str, Callable[[str], bool]] = {
        "FREQ": code("DAILY WEEKLY MONTHLY YEARLY"),
        "INTERVAL": lambda part: number_to(part, 99),
        "BYDAY": lambda part: all(map(BY_DAY.fullmatch, part.split(","))),
        "COUNT": lambda part: number_to(part, 999),
        "UNTIL": lambda part: re.fullmatch("[0-9]{8}", part) is not None
        and is_day(f"{part[:4]}-{part[4:6]}-{part[6:]}"),
    }
    return all(name in tests and tests[name](part) for name, _, part in parts)


STATUS: Final = code("idea planned running done stopped")

EVERY_KIND: Final[dict[str, Shape]] = {
    "title": line(300),
    "summary": text(1_000),
    "body": body,
    "fieldsOfAction": array(
        code("verwaltung mobilitaet wirtschaft leben klima"), least=1, most=5, distinct=True
    ),
    "keywords": array(line(), most=20),
    "language": code("de"),
    "contact": record(email_=line(), function=line(), phone_=line(), person_=line()),
    "licence": code("dl-by-de/2.0 dl-zero-de/2.0 cc-by/4.0"),
    "source": record(id=line(), importer=line()),
    "correctionNote": text(),
    "stateReason": text(),
    "state": code("published withdrawn"),
    "expires": moment,
    "lead": site_id,
    "mergedInto": item_id,
    "kreis/hidden": true,
    "kreis/featured": true,
    "kreis/topic": line(),
    "kreis/hiddenReason": text(),
    "kreis/leadReason": text(),
}

OF_KIND: Final[dict[str, dict[str, Shape]]] = {
    "project": {
        "status": STATUS,
        "period": record(ascending=("from", "to"), **{"from": date, "to_": date}),
        "partners": array(record(name=line(), url_=url)),
        "funding": text(),
        "cost": text(),
        "results": text(),
        "participation": record(
            ascending=("from", "until"),
            **{"from_": date, "kind": line(), "until_": date, "url_": url},
        ),
    },
    "news": {
        "released": date_or_minute,
        "subtitle": line(),
        "placeLine": line(),
        "pressContact": record(email_=line(), function=line(), phone_=line()),
        "boilerplate": text(),
    },
    "date": {
        "when": when,
        "recurrence": recurrence,
        "venue": record(
            both=("lat", "lon"),
            lat_=within(90_000_000),
            lon_=within(180_000_000),
            name=line(),
            postcode_=lambda value: isinstance(value, str)
            and re.fullmatch("[0-9]{5}", value) is not None,
            street_=line(),
            town_=line(),
        ),
        "onlineLink": url,
        "price": price,
        "registration": record(deadline_=date_or_minute, url=url),
        "organiser": line(),
        "programme": array(
            record(ascending=("from", "to"), **{"from": clock, "title": line(), "to_": clock})
        ),
        "schedule": record(
            oldStart_=date_or_minute, state=code("scheduled postponed rescheduled cancelled")
        ),
    },
}

LINK: Final = record(
    kind=code("council survey registration video service other"), label=line(), url=url
)
FILE_HASH: Final = re.compile(r"[0-9a-f]{64}")
LICENCES: Final = "dl-by-de/2.0 dl-zero-de/2.0 cc-by/4.0 cc-by-sa/4.0 cc0/1.0 reserved"


def from_1(most: int) -> Shape:
    return lambda value: type(value) is int and 1 <= value <= most


def sha256(value: Value) -> bool:
    return isinstance(value, str) and FILE_HASH.fullmatch(value) is not None


FILE: Final[dict[str, Shape]] = {
    "bytes": from_1(20_000_000),
    "caption_": line(1_000),
    "credit_": line(300),
    "licence_": code(LICENCES),
    "sha256": sha256,
}
PICTURE: Final = record(
    alt_=line(1_000),
    consent_=true,
    decorative_=true,
    height=from_1(16_384),
    type=code("image/jpeg image/png image/webp image/avif"),
    width=from_1(16_384),
    **FILE,
)
DOCUMENT: Final = record(label=line(300), type=code("application/pdf"), **FILE)


def media(value: Value) -> bool:
    """Either a picture with one of `alt` and `decorative`, or a document."""
    if not PICTURE(value):
        return DOCUMENT(value)
    return isinstance(value, dict) and ("alt" in value) != ("decorative" in value)


PARTICIPANT: Final = record(contact_=line(), since_=date, status=STATUS, url_=url)
MEMBER: Final = record(name=line(300), state=code("admitted left"))
CONTROLS: Final = frozenset("state expires lead mergedInto kreis/hidden".split())


def kinds_of(name: str) -> tuple[str, ...]:
    """The kinds of item that have a field of this name."""
    if name.startswith("participant/"):
        return ("project",)
    return tuple(kind for kind, shapes in OF_KIND.items() if name in shapes) or KINDS


def shape_of(name: str) -> Shape:
    """What a field holds. A name that must have a form and does not have it holds nothing."""
    first, _, rest = name.partition("/")
    if name.startswith("link/"):
        return LINK if KEY.fullmatch(rest) else nothing
    if name.startswith("media/"):
        return media if KEY.fullmatch(rest) else nothing
    if name.startswith(("invited/", "participant/")):
        return (true if first == "invited" else PARTICIPANT) if site_id(rest) else nothing
    for shapes in (EVERY_KIND, *OF_KIND.values()):
        if name in shapes:
            return shapes[name]
    return anything


def holds(written: FieldLine, kind: str) -> bool:
    """merge.md §5, row 11, for one line."""
    if kind not in kinds_of(written.name):
        return False
    if written.text is None:
        return written.name not in CONTROLS and not written.name.startswith("invited/")
    if written.value is None:
        return written.name != "title"
    return shape_of(written.name)(written.value)


# --------------------------------------------------------------------------------------- catalogue


@dataclass(slots=True)
class Survivor:
    """merge.md §2. `text` is None where the value was erased.

    `received` and `position` are the receipt's, None until there is one."""

    dot: Dot
    hash: bytes
    text: bytes | None
    value: Value
    time: str
    received: str | None
    position: int | None

    def json(self) -> dict[str, Value]:
        said = {"erased": True} if self.text is None else {"value": self.value}
        return {"dot": dot_text(self.dot), "position": self.position, "time": self.time, **said}


def in_conflict(register: list[Survivor]) -> bool:
    """merge.md §2: more than one distinct value; an erased survivor has none."""
    return len({survivor.text for survivor in register if survivor.text is not None}) > 1


@dataclass(slots=True)
class Item:
    """An item that was created: its kind, its registers by field, and which events it holds.

    The membership (merge.md §6) is one without an address and a kind.
    """

    id: str
    kind: str
    registers: dict[str, list[Survivor]] = field(default_factory=dict)
    watermark: Clock = field(default_factory=dict)

    @property
    def creator(self) -> str:
        return self.id.rpartition("-")[0]

    def lead(self, kreis: str) -> str:
        """The site in `lead`, or the creating site where that is absent or cleared."""
        winner = self.winner("lead", kreis)
        return winner.value if winner and isinstance(winner.value, str) else self.creator

    def winner(self, name: str, kreis: str) -> Survivor | None:
        """merge.md §3: the one that the public sees; each rule leaves the best by it."""
        left = [one for one in self.registers.get(name, ()) if one.text is not None]
        if len(left) < 2:
            return left[0] if left else None
        rules: list[Callable[[Survivor], Value]] = []
        has_value = lambda one: one.value is not None  # noqa: E731
        if name == "lead":
            rules += [lambda one: one.dot[0] == kreis, lambda one: one.position or LARGEST + 1]
            rules += [has_value]
        else:
            lead, first = self.lead(kreis), FIRST_BY.get(name, lambda _: 0)
            # The rule of `expires` compares times alone: what is cleared has to be gone before.
            rules += [has_value, first] if name == "expires" else [first, has_value]
            rules += [lambda one: one.dot[0] == lead]
        rules += [lambda one: min(one.time, one.received or one.time)]
        for rule in rules:
            best = max(map(rule, left))
            left = [one for one in left if rule(one) == best]
        return min(left, key=lambda one: (one.dot[0], -one.dot[1]))


FIRST_BY: Final[dict[str, Callable[[Survivor], Value]]] = {
    "state": lambda one: one.value == "withdrawn",
    "kreis/hidden": lambda one: one.value is True,
    "mergedInto": lambda one: one.value is None,
    # The earlier is the better.
    "expires": lambda one: -int("0" + re.sub("[^0-9]", "", str(one.value))),
}
"""merge.md §3, rule 1, but for `lead`."""


class Catalogue:
    """merge.md: what the applied events say, and the verdict on the next one."""

    def __init__(self, kreis: str) -> None:
        self.kreis = kreis
        self.items: dict[str, Item] = {}
        self.region = Item("", "")
        self.parked: dict[str, set[Dot]] = {}

    # Verdict (merge.md §5)

    def verdict(self, event: Event) -> str:
        """Judged on the state of everything before the event; the first row that fits decides."""
        if event.version != VERSION or event.type not in TYPES:
            return "parked"
        if event.type in MEMBERSHIP:
            return self.membership_verdict(event)
        if event.item is None:
            return "void item"
        for site, seq in self.parked.get(event.item, ()):
            if site == event.site and seq < event.seq:
                return "parked"
        if self.member_state(event.site) == "left":
            return "void site-left"
        item, creates = self.items.get(event.item), event.type in CREATING
        if creates == (item is not None):
            return "void item"
        word = event.type.partition(".")[0]
        if item is None:
            item = Item(event.item, word)
            if event.site != item.creator:
                return "void no-right"
        if word in KINDS and word != item.kind:
            return "void kind"
        return self.fields_verdict(event, item, creates)

    def fields_verdict(self, event: Event, item: Item, creates: bool) -> str:
        """Rows 9 to 13."""
        stated = {written.name for written in event.lines if written.stated}
        if not all(self.may_write(event.site, one.name, item, stated) for one in event.lines):
            return "void no-right"
        if "kreis/hidden" in stated and "kreis/hiddenReason" not in stated:
            return "void no-right"
        if not all(holds(one, item.kind) and self.fits(one, item) for one in event.lines):
            return "void invalid-field"
        return "void invalid-field" if creates and "title" not in stated else "applied"

    def may_write(self, site: str, name: str, item: Item, stated: set[str]) -> bool:
        """merge.md §5, "Rights"."""
        first, slash, rest = name.partition("/")
        lead = item.lead(self.kreis)
        if slash and first == "kreis":
            return site == self.kreis
        if slash and first == "participant":
            return site == rest and self.invited(site, item)
        if name in ("lead", "state", "mergedInto") or (slash and first == "invited"):
            orphan = name == "lead" and self.member_state(lead) == "left"
            by_kreis = orphan and site == self.kreis and "kreis/leadReason" in stated
            return site == lead or by_kreis
        return site == lead or self.takes_part(site, item)

    def invited(self, site: str, item: Item) -> bool:
        winner = item.winner(f"invited/{site}", self.kreis)
        return winner is not None and winner.value is True

    def takes_part(self, site: str, item: Item) -> bool:
        register = item.registers.get(f"participant/{site}", ())
        return any(one.text != b"null" for one in register) and self.invited(site, item)

    def fits(self, written: FieldLine, item: Item) -> bool:
        """merge.md §5, "Besides their shapes"."""
        if written.name == "mergedInto":
            return written.value != item.id
        if written.name != "lead":
            return True
        lead = item.creator if written.value is None else written.value
        state = self.member_state(lead)
        return state != "left" and (lead in (self.kreis, item.creator) or state == "admitted")

    def membership_verdict(self, event: Event) -> str:
        """merge.md §6."""
        if event.item is not None:
            return "void item"
        if event.site != self.kreis:
            return "void no-right"
        state = MEMBERSHIP[event.type]
        for written in event.lines:
            first, _, site = written.name.partition("/")
            if first != "site" or not site_id(site) or not MEMBER(written.value):
                return "void invalid-field"
            if written.value["state"] != state or (state == "left" and site == self.kreis):
                return "void invalid-field"
        return "applied" if event.lines else "void invalid-field"

    def member_state(self, site: str) -> str | None:
        winner = self.region.winner(f"site/{site}", self.kreis)
        # By other rules a value may be of another form.
        return winner.value.get("state") if winner and isinstance(winner.value, dict) else None

    # Fold (merge.md §2)

    def fold(self, event: Event, verdict: str, receipt: Receipt | None) -> None:
        """Takes the event in by its verdict, in any causal order, duplicates too."""
        if event.item is not None and verdict == "parked":
            self.parked.setdefault(event.item, set()).add(event.dot)
        elif event.item in self.parked:
            self.parked[event.item].discard(event.dot)
        if verdict != "applied":
            return
        state = self.region
        if event.item is not None:
            word = event.type.partition(".")[0]
            state = self.items.setdefault(event.item, Item(event.item, word))
        if event.seq <= state.watermark.get(event.site, 0):
            self.stamp(state, event, receipt)
            return
        state.watermark[event.site] = event.seq
        received, position = (receipt.received, receipt.position) if receipt else (None, None)
        for written in event.lines:
            register = state.registers.get(written.name, ())
            left = [one for one in register if not self.replaces(event, one)]
            left.append(Survivor(event.dot, written.hash, written.text, written.value, event.time,
                                 received, position))  # fmt: skip
            state.registers[written.name] = sorted(left, key=lambda one: one.dot)

    def replaces(self, event: Event, one: Survivor) -> bool:
        """What the author had on the screen; without an item, what its own line said before."""
        return event.context.contains(one.dot) if event.item else one.dot[0] == event.site

    def stamp(self, state: Item, event: Event, receipt: Receipt | None) -> None:
        """A duplicate at most brings the receipt."""
        for written in event.lines:
            for one in state.registers.get(written.name, ()):
                if one.dot == event.dot and receipt:
                    one.received, one.position = receipt.received, receipt.position

    # State digest (merge.md §4)

    def digest(self) -> str:
        """64 hexadecimal digits, the highest first."""
        total = 0
        for item in (self.region, *self.items.values()):
            for name, register in item.registers.items():
                for one in register:
                    parts = (item.id.encode(), name.encode(), dot_text(one.dot).encode(), one.hash)
                    hashed = hashlib.sha256(b"\0".join(parts)).digest()
                    total += int.from_bytes(hashed, "big")
        return format(total % 2**256, "064x")

    # Reading (merge.md §3, §5)

    def participants(self, item: Item) -> list[str]:
        """The sites that take part, ascending."""
        sites = (name.partition("/")[2] for name in item.registers if name[:12] == "participant/")
        return sorted(site for site in sites if self.takes_part(site, item))

    def end(self, start: str) -> str:
        """Where reading ends that begins at an item; a cycle ends at its smallest id."""
        path = [start]
        while (item := self.items.get(path[-1])) is not None:
            winner = item.winner("mergedInto", self.kreis)
            if winner is None or not isinstance(winner.value, str):
                break
            if winner.value in path:
                return min(path[path.index(winner.value) :])
            path.append(winner.value)
        return path[-1]


# ------------------------------------------------------------------------------------------ export


@dataclass(slots=True, frozen=True)
class Block:
    """A block of transfer text without the empty line behind it, and where it begins."""

    text: bytes
    start: int
    line: int
    is_ended: bool = True

    def place(self, fault: Fault) -> Fault:
        """Moves a fault that was told from the block's start to its place in the file."""
        start = self.start
        for text in self.text.split(b"\n")[: fault.line - 1]:
            start += len(text) + 1
        fault.line += self.line - 1
        fault.byte = start + fault.offset
        return fault

    def fail(self, word: str, offset: int, why: str, dot: Dot) -> NoReturn:
        """A fault in the block's first line."""
        fault = self.place(Fault(word, 1, offset, why))
        fault.dot = dot
        raise fault

    def parsed(self, parse: Callable[[bytes], Parsed]) -> Parsed:
        try:
            parsed = parse(self.text)
            if not self.is_ended:
                lines = self.text.count(b"\n") + 1
                raise Fault("truncated", lines, 0, "no empty line stands behind the block")
            return parsed
        except Fault as fault:
            named = NAMED_DOT.match(self.text)
            fault.dot = (named[1].decode(), int(named[2])) if named else None
            raise self.place(fault) from None


NAMED_DOT: Final = re.compile(
    rb'\{"(?:v|pos)":.{1,80}?"site":"([a-z0-9-]{1,16})","seq":([1-9][0-9]{0,15}),'
)
"""The dot of a block that cannot be read as a whole, to name it all the same."""


def blocks(data: bytes) -> Iterator[Block]:
    """log.md §3: blocks, each followed by an empty line."""
    start, line = 0, 1
    while start < len(data):
        end = data.find(b"\n\n", start)
        text = data[start : end + 1] if end >= 0 else data[start:]
        block = Block(text, start, line, is_ended=end >= 0)
        if not text.startswith((b'{"pos":', b'{"v":')):
            raise block.place(Fault("block", 1, 0, "neither an event nor a receipt"))
        yield block
        line += text.count(b"\n") + 1
        start += len(text) + 1


class Export:
    """Reads transfer text (log.md §3), checks it (log.md §6) and folds it."""

    def __init__(self, kreis: str | None, keys: Mapping[str, bytes]) -> None:
        self.kreis, self.keys = kreis, keys
        self.catalogue = Catalogue(kreis or "kreis")
        self.ids: dict[Dot, str] = {}
        self.parked: dict[Dot, Event] = {}
        self.heads: Clock = {}
        self.position, self.received = 0, ""
        self.verdicts: dict[Dot, str] = {}
        self.pending: list[Dot] = []
        self.told: dict[Dot, list[tuple[Event, str, Receipt | None]]] = {}
        self.not_judged = 0

    def read(self, data: bytes) -> None:
        """The whole text; the first fault is raised with its place in the file."""
        waiting: tuple[Receipt, Block] | None = None
        for block in blocks(data):
            if block.text.startswith(b'{"pos":'):
                if waiting:
                    self.take_receipt_alone(*waiting)
                receipt = block.parsed(read_receipt)
                self.check_receipt(receipt, block)
                waiting = (receipt, block)
                continue
            event = block.parsed(read_event)
            if waiting:
                self.take_judged(event, block, *waiting)
                waiting = None
            else:
                self.take_pending(event, block)
        if waiting:
            self.take_receipt_alone(*waiting)

    def check_receipt(self, receipt: Receipt, block: Block) -> None:
        """Positions without gaps, and times that never go back (log.md §4 and §5)."""
        if self.pending:
            why = f"before it stands {dot_text(self.pending[-1])}, which has no receipt"
            block.fail("order", 0, why, receipt.dot)
        if receipt.position != self.position + 1:
            why = f"position {receipt.position} follows {self.position}"
            block.fail("positionGap", len('{"pos":'), why, receipt.dot)
        if receipt.received < self.received:
            why = f"{receipt.received} follows {self.received}"
            block.fail("timeOrder", block.text.find(b'"received":"') + 12, why, receipt.dot)
        self.position, self.received = receipt.position, receipt.received

    def take_judged(self, event: Event, block: Block, receipt: Receipt, said: Block) -> None:
        """An event behind its receipt."""
        if (event.dot, event.id) != (receipt.dot, receipt.id):
            why = f"the receipt before it is of {dot_text(receipt.dot)} with the id {receipt.id}"
            block.fail("otherEvent", 0, f"its id is {event.id}; {why}", event.dot)
        if self.ids.get(event.dot) == event.id:
            self.take_receipt_alone(receipt, said)
        else:
            self.pass_door(event, block)
            self.judge(event, receipt, said)

    def take_receipt_alone(self, receipt: Receipt, said: Block) -> None:
        """log.md §3: a receipt of an event that is held; only what was parked is judged again."""
        held = self.ids.get(receipt.dot)
        if held is None:
            said.fail("eventMissing", 0, "its event does not follow and is not held", receipt.dot)
        if held != receipt.id:
            said.fail("otherEvent", 0, f"the event that is held has the id {held}", receipt.dot)
        if receipt.dot not in self.parked:
            why = f"the event was {self.verdicts[receipt.dot]} already, not parked"
            said.fail("judgedTwice", 0, why, receipt.dot)
        self.judge(self.parked[receipt.dot], receipt, said)

    def take_pending(self, event: Event, block: Block) -> None:
        """An own event that has no receipt yet: judged as if the hub had taken it now."""
        if self.pending and self.pending[-1][0] != event.site:
            why = f"the events without a receipt are of {self.pending[-1][0]}"
            block.fail("order", 0, why, event.dot)
        self.pass_door(event, block)
        self.pending.append(event.dot)
        self.settle(event, self.catalogue.verdict(event), None)

    def pass_door(self, event: Event, block: Block) -> None:
        """log.md §5, "The door": the line goes on, and what the context requires is held."""
        held, before = self.ids.get(event.dot), self.heads.get(event.site, 0)
        if held is not None and held != event.id:
            block.fail("fork", 0, f"another event of this dot has the id {held}", event.dot)
        if event.seq != before + 1:
            why = f"{event.site}'s line ends at {before}"
            block.fail("gap", event.offset("seq"), why, event.dot)
        prev = self.ids[(event.site, before)] if before else NO_ID
        if event.prev != prev:
            why = f"the event before has the id {prev}"
            block.fail("brokenChain", event.offset("prev"), why, event.dot)
        for site, seq in event.context.required().items():
            if seq > self.heads.get(site, 0):
                word = "ownFuture" if site == event.site else "contextNotHeld"
                member = "seen" if event.context.seen.get(site, 0) == seq else "also"
                why = f"the context names {site}:{seq}, held is up to {self.heads.get(site, 0)}"
                block.fail(word, event.offset(member), why, event.dot)
        key = self.keys.get(event.site)
        if key is not None and not event.has_mac(key):
            block.fail("forged", event.offset("mac"), "not the mac of this line's key", event.dot)
        self.heads[event.site] = event.seq
        self.ids[event.dot] = event.id
        if self.kreis is None and event.type == "site.admitted":
            self.kreis = self.catalogue.kreis = event.site

    def judge(self, event: Event, receipt: Receipt, said: Block) -> None:
        """receipt.md §2: the verdict follows from the rules and the events before it."""
        verdict = self.catalogue.verdict(event)
        if receipt.rules != RULES:
            self.not_judged += 1
        elif verdict != receipt.verdict:
            erased = any(written.text is None for written in event.lines)
            if (verdict, receipt.verdict, erased) != ("applied", "void invalid-field", True):
                why = f"by the rules the event is {verdict}, not {receipt.verdict}"
                said.fail("wrongVerdict", receipt.verdict_at, why, event.dot)
        self.settle(event, receipt.verdict, receipt)

    def settle(self, event: Event, verdict: str, receipt: Receipt | None) -> None:
        self.verdicts[event.dot] = verdict
        self.told.setdefault(event.dot, []).append((event, verdict, receipt))
        self.parked.pop(event.dot, None)
        if verdict == "parked":
            self.parked[event.dot] = event
        self.catalogue.fold(event, verdict, receipt)

    # What was found

    def json(self) -> dict[str, Value]:
        """The state as one object, to be compared with another program's."""
        kreis = self.catalogue.kreis

        def registers(item: Item) -> dict[str, Value]:
            told: dict[str, Value] = {}
            for name, register in sorted(item.registers.items()):
                winner = item.winner(name, kreis)
                told[name] = {
                    "conflict": in_conflict(register),
                    "survivors": [one.json() for one in register],
                    "winner": dot_text(winner.dot) if winner else None,
                }
            return told

        items = {
            item.id: {
                "kind": item.kind,
                "lead": item.lead(kreis),
                "fields": registers(item),
            }
            for _, item in sorted(self.catalogue.items.items())
        }
        return {
            "digest": self.catalogue.digest(),
            "heads": dict(sorted(self.heads.items())),
            "items": items,
            "kreis": kreis,
            "membership": registers(self.catalogue.region),
            "pending": [dot_text(dot) for dot in self.pending],
            "position": self.position,
            "verdicts": {dot_text(dot): verdict for dot, verdict in self.verdicts.items()},
        }

    def lines(self) -> Iterator[str]:
        """The state to be read by people."""
        kreis = self.catalogue.kreis
        for _, item in sorted(self.catalogue.items.items()):
            yield f"item {item.id}: {item.kind}, lead {item.lead(kreis)}"
            for name, register in sorted(item.registers.items()):
                winner = item.winner(name, kreis)
                shown = "(erased)" if winner is None else readable(winner)
                yield f"  {name:<20} {shown}"
                if in_conflict(register):
                    for one in register:
                        yield f"  {'':<20}   in conflict: {readable(one)}"
        for name, register in sorted(self.catalogue.region.registers.items()):
            yield f"{name}: {readable(register[-1])}"
        counts: dict[str, int] = {}
        for verdict in self.verdicts.values():
            counts[verdict] = counts.get(verdict, 0) + 1
        for site, seq in sorted(self.heads.items()):
            yield f"line {site} up to {seq}"
        for verdict, count in sorted(counts.items()):
            yield f"{verdict}: {count}"
        if self.not_judged:
            yield f"judged by other rules than {RULES}, so taken as told: {self.not_judged}"
        yield f"position {self.position}, without a receipt {len(self.pending)}"
        yield f"digest {self.catalogue.digest()}"


def readable(one: Survivor) -> str:
    """A survivor in one short line."""
    shown = "(erased)" if one.text is None else one.text.decode()
    # A terminal obeys control characters.
    shown = "".join(letter if letter.isprintable() else "·" for letter in shown)
    return f"{shown if len(shown) <= 100 else shown[:99] + '…'}  [{dot_text(one.dot)}]"


def run_export(files: list[str], kreis: str | None, keys: dict[str, bytes], as_json: bool) -> int:
    """`verify.py export`."""
    code = 0
    for name in files:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        export = Export(kreis, keys)
        try:
            export.read(data)
        except Fault as fault:
            code = 1
            dot = dot_text(fault.dot) if fault.dot else None
            if as_json:
                told = {"word": fault.word, "line": fault.line, "offset": fault.offset,
                        "byte": fault.byte, "dot": dot, "why": fault.why}  # fmt: skip
                print(json.dumps({"file": name, "fault": told}))
            else:
                place = f"{name}:{fault.line}:{fault.offset}: byte {fault.byte}"
                print(f"{place}: {fault.word}: {dot + ': ' if dot else ''}{fault.why}")
            continue
        if as_json:
            print(json.dumps({"file": name, **export.json()}))
        else:
            print("\n".join(export.lines()))
            print(f"{name}: good, {len(export.ids)} events")
    return code


# ----------------------------------------------------------------------------------------- vectors


Heads = dict[str, list[str]]
"""The values of each name, in their order."""


@dataclass(slots=True)
class Vector:
    """Lines of `name: value`, an empty line, and the exact bytes of a text."""

    heads: Heads
    body: bytes

    def __getitem__(self, name: str) -> str:
        """The one value of a name; empty where it is not told."""
        return self.heads.get(name, [""])[0]

    @staticmethod
    def read(path: Path) -> Vector:
        head, _, body = path.read_bytes().partition(b"\n\n")
        heads: Heads = {}
        for row in head.decode().splitlines():
            name, _, value = row.partition(":")
            heads.setdefault(name, []).append(value.removeprefix(" "))
        return Vector(heads, body)


def dots_of(text: str) -> list[Dot]:
    pairs = (part.partition(":") for part in text.split())
    return [(site, int(seq)) for site, _, seq in pairs]


def clock_text(clock: Mapping[str, int]) -> str:
    return " ".join(dot_text(entry) for entry in sorted(clock.items()))


def found_in_clocks(vector: Vector) -> Heads:
    """vector-clock.md, "Vectors"."""
    if "dots" in vector.heads:
        context = Context.made(dict(dots_of(vector["seen"])), set(dots_of(vector["dots"])))
        ranges = (
            f"{site}:{first}" if first == last else f"{site}:{first}-{last}"
            for site, first, last in context.also
        )
        made = {"expect-seen": [clock_text(context.seen)], "expect-also": [" ".join(ranges)]}
        return {"expect": ["context"], **made} if "expect" in vector.heads else made
    a, b = dict(dots_of(vector["a"])), dict(dots_of(vector["b"]))
    return {"expect": [compare(a, b)], "merge": [clock_text(merge(a, b))]}


def refusal(fault: Fault) -> Heads:
    return {"expect": [fault.word], "line": [str(fault.line)], "offset": [str(fault.offset)]}


def found_in_events(vector: Vector) -> Heads:
    """event.md, "Vectors"."""
    try:
        event = read_event(vector.body)
    except Fault as fault:
        return refusal(fault)
    key = vector["line-key"]
    holds_mac = event.has_mac(bytes.fromhex(key))
    return {"expect": ["event"], "id": [event.id], "line-key": [key if holds_mac else "another"]}


def found_in_receipts(vector: Vector) -> Heads:
    """receipt.md, "Vectors"."""
    try:
        receipt = read_receipt(vector.body)
    except Fault as fault:
        return refusal(fault)
    return {"expect": ["receipt"], "verdict": [receipt.verdict]}


def found_in_commitments(vector: Vector) -> Heads:
    """Field lines and what an event would commit to with them."""
    written = [scan_field(row, n) for n, row in enumerate(vector.body.split(b"\n")[:-1], 1)]
    parts = b"".join(one.name.encode() + b"\0" + one.hash for one in written)
    found = {"expect": ["commitment"], "commitment": [hashlib.sha256(parts).hexdigest()]}
    hashes = [f"{one.name} {one.hash.hex()}" for one in written]
    return {**found, "line-hash": hashes} if hashes else found


def found_in_fields(vector: Vector) -> Heads:
    """A canonical value in a field of a kind."""
    text = vector.body.removesuffix(b"\n")
    written = FieldLine(vector["field"], b"", text, Scanner(text, 1).value())
    return {"expect": ["valid" if holds(written, vector["kind"]) else "invalid"]}


def found_in_merges(vector: Vector) -> Heads:
    """An export, its state, and the state after each other order of it."""
    export = Export(vector["kreis"], {})
    try:
        export.read(vector.body)
    except Fault as fault:
        if fault.word == "wrongVerdict":
            return {"expect": ["verdict"], "position": [str(export.position)]}
        return refusal(fault)
    found = state_heads(export.catalogue)
    for order in vector.heads.get("order", ()):
        other = state_heads(folded_in_order(export, order.split()))
        for name in {*found, *other}:
            if found.get(name) != other.get(name):
                found[name] = [f"{other.get(name)} in the order {order}"]
    pending = [f"{dot_text(dot)} {export.verdicts[dot]}" for dot in export.pending]
    return {"expect": ["state"], **found, **({"provisional": pending} if pending else {})}


def folded_in_order(export: Export, order: list[str]) -> Catalogue:
    """The events of an export in another order; `~` before a dot: without its receipt."""
    catalogue = Catalogue(export.catalogue.kreis)
    times: dict[Dot, int] = {}
    for word in order:
        (dot,) = dots_of(word.removeprefix("~"))
        told = export.told[dot]
        if word[0] == "~":
            catalogue.fold(told[0][0], "applied", None)
            continue
        catalogue.fold(*told[min(times.get(dot, 0), len(told) - 1)])
        times[dot] = times.get(dot, 0) + 1
    return catalogue


def state_heads(catalogue: Catalogue) -> Heads:
    """A state under the names of the vectors of merges; the membership has the id `-`."""
    heads: Heads = {"digest": [catalogue.digest()]}

    def tell(name: str, *words: str) -> None:
        heads.setdefault(name, []).append(" ".join(words))

    for identity, parked in sorted(catalogue.parked.items()):
        if parked:
            tell("parked", identity, *map(dot_text, sorted(parked)))
    for item in (catalogue.region, *(one for _, one in sorted(catalogue.items.items()))):
        identity = item.id or "-"
        if item.watermark:
            tell("watermark", identity, clock_text(item.watermark))
        if item.id:
            tell("item", identity, item.kind, item.lead(catalogue.kreis))
        if sites := catalogue.participants(item):
            tell("participants", identity, *sites)
        merged = item.winner("mergedInto", catalogue.kreis)
        if merged and merged.value is not None:
            tell("ends-at", identity, catalogue.end(item.id))
        for name, register in sorted(item.registers.items()):
            tell("register", identity, name, *(dot_text(one.dot) for one in register))
            winner = item.winner(name, catalogue.kreis)
            said = (dot_text(winner.dot), (winner.text or b"").decode()) if winner else ("none",)
            tell("winner", identity, name, *said)
            if in_conflict(register):
                tell("conflict", identity, name)
    return heads


READERS: Final[dict[str, Callable[[Vector], Heads]]] = {
    "clocks": found_in_clocks,
    "commitments": found_in_commitments,
    "events": found_in_events,
    "fields": found_in_fields,
    "merge": found_in_merges,
    "receipts": found_in_receipts,
}
"""What a verifier finds in the vectors of a folder, under the names under which they state it."""

GIVEN: Final[dict[str, str]] = {
    "clocks": "a b seen dots",
    "fields": "kind field schema",
    "merge": "kreis line-key order",
}
"""The heads that are no findings, beside `why` and `rule`."""


def run_vectors(folder: Path) -> int:
    """`verify.py vectors`."""
    passed = failed = 0
    for kind in sorted(path for path in folder.iterdir() if path.is_dir()):
        reader, paths = READERS.get(kind.name), sorted(kind.glob("*.txt"))
        if reader is None:
            print(f"{kind.name}: {len(paths)} files are not read, they are no part of an export")
            continue
        given = {"why", "rule", *GIVEN.get(kind.name, "").split()}
        for path in paths:
            vector = Vector.read(path)
            stated = {name: said for name, said in vector.heads.items() if name not in given}
            found = reader(vector)
            names = stated if "line" in found else {**stated, **found}
            differs = [name for name in names if found.get(name) != stated.get(name)]
            passed, failed = passed + (not differs), failed + bool(differs)
            for name in differs:
                print(f"{path}: {name}: stated {stated.get(name)}, found {found.get(name)}")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


# ------------------------------------------------------------------------------------------- main


def line_key(text: str) -> tuple[str, bytes]:
    """`SITE=HEX` of the command line."""
    site, _, key = text.partition("=")
    if not site_id(site):
        raise ValueError(text)
    return site, bytes.fromhex(key)


def main() -> int:
    about = (__doc__ or "").strip()
    parser = argparse.ArgumentParser(
        "verify.py", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export", help="check exports and print their state")
    export.add_argument("--json", action="store_true", help="one line of JSON for each file")
    export.add_argument("--kreis", metavar="SITE", help="by itself: who admitted the first site")
    export.add_argument("--line-key", metavar="SITE=HEX", type=line_key, action="append",
                        default=[], help="check each mac of this site's line")  # fmt: skip
    export.add_argument("files", metavar="FILE", nargs="+")
    vectors = commands.add_parser("vectors", help="compare itself with the test vectors")
    beside = Path(__file__).resolve().parent / "vectors"
    vectors.add_argument("folder", metavar="DIR", nargs="?", type=Path, default=beside)
    said = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        if said.command == "vectors":
            return run_vectors(said.folder)
        return run_export(said.files, said.kreis, dict(said.line_key), said.json)
    except OSError as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
