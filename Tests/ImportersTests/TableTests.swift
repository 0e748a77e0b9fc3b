// CSV and JSON Lines: what spreadsheets make of a table, and what is refused.

import Catalogue
import Events
import Testing

@testable import Importers

@Suite struct TableTests {
  // import-20
  @Test func aTableByHandIsRead() throws {
    let text = """
      id;kind;title;fieldsOfAction;keywords;when.start;when.end;venue.name;venue.lat;venue.lon;price.free
      7;date;Fest;klima, leben;Markt|Musik;26.09.2023 10:00;26.9.2023 9:05;Rathaus;51,6543;7,09;WAHR
      """
    let content = try read(text)
    let entry = try #require(content.entries.first)
    #expect(entry.id == "7" && entry.kind == .date && entry.native == nil)
    #expect(entry.fields["fieldsOfAction"] == ["klima", "leben"])
    #expect(entry.fields["keywords"] == ["Markt", "Musik"])
    #expect(entry.fields["venue"] == ["name": "Rathaus", "lat": 51_654_300, "lon": 7_090_000])
    #expect(entry.fields["price"] == ["free": true])
    #expect(entry.fields["when"] == nil, "an end before its start is no time")
    #expect(entry.notes == ["when left out: not a value of this field"])
  }

  // import-20
  @Test func theDayOfADateNeedsNoMoreThanItsStart() throws {
    let entry = try #require(
      try read("id,title,when.start\n1,Fest,26.09.2023", kind: .date).entries.first)
    #expect(
      entry.fields["when"] == ["allDay": true, "start": "2023-09-26", "zone": "Europe/Berlin"])
  }

  // import-20
  @Test func markOfBytesWindowsAndTabsAreTaken() throws {
    let latin: [UInt8] =
      Array("id\ttitle\tkind\r\n1\tM".utf8) + [0xfc, 0x80] + Array("\tnews\r\n".utf8)
    #expect(try SourceReader().read(latin).entries.first?.title == "Mü€")
    let marked: [UInt8] = [0xef, 0xbb, 0xbf] + Array("id,title,kind\n1,ü,news".utf8)
    #expect(try SourceReader().read(marked).entries.first?.title == "ü")
    let bytes = utf16("id;title;kind\r\n1;ü;news\r\n")
    #expect(try SourceReader(format: .csv).read(bytes).entries.first?.title == "ü")
  }

  // import-21
  @Test func quotesLineBreaksAndApostrophesAreUndone() throws {
    let text = "id,kind,title,summary\r\n1,news,\"'=1+1;\"\"a\"\"\",\"Zeile\nzwei, drei\"\r\n"
    let entry = try #require(try read(text).entries.first)
    #expect(entry.fields["title"] == "=1+1;\"a\"")
    #expect(entry.fields["summary"] == "Zeile\nzwei, drei")
  }

  // import-3
  @Test(arguments: [
    "", "title,kind\na,news", "id,kind\n1,news", "id,title,id\n1,a,2",
    "id,title,kind\n1,\"offen,news\n", "id,title,kind\n1,\"a\"b,news\n", "id,title\n1,a\n",
    "id,title,kind\n1,a,news,zu,viel\n",
  ])
  func aBrokenTableIsRefusedWhole(text: String) {
    #expect(throws: ImportError.self) { try read(text, format: .csv) }
  }

  // import-4
  @Test func rowsWithoutIDOrKindAreSkippedAndUnknownColumnsTold() throws {
    let content = try read("id,title,kind,Farbe\n,a,news,rot\n2,b,person,\n\n3,c,news,\n,,,\n")
    #expect(content.entries.map(\.id) == ["3"] && content.skipped.map(\.id) == [nil, "2"])
    #expect(content.notes.first?.contains("Farbe") == true)
  }

  // import-3
  @Test(arguments: [
    "{\"id\":\"1\",\"kind\":\"news\"}", "{\"id\":\"1\",\"fields\":{}}\n", "[]", "{\"id\"",
    "{\"id\":\"1\",\"kind\":\"news\",\"fields\":{\"title\":1.5}}",
  ])
  func aLineThatIsNoItemIsRefused(text: String) {
    #expect(throws: ImportError.self) { try read(text, format: .jsonl) }
  }

  @Test(
    arguments: [
      ("<?xml version=\"1.0\"?>\n<rss>", ImportFormat.rss),
      ("\n <feed xmlns=\"http://www.w3.org/2005/Atom\">", .atom), ("BEGIN:VCALENDAR", .ics),
      ("{\"id\":1}", .jsonl), ("\"id\";\"title\"\r\n", .csv), ("<html>", nil), ("Hallo Welt", nil),
    ] as [(String, ImportFormat?)])
  func theFormatIsSeen(text: String, format: ImportFormat?) {
    #expect(SourceReader.guess(text) == format)
  }
}
