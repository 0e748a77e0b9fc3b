// What the Kreis puts forward on the public pages: featured items, and the topics of the region.

import Catalogue
import Events
import HTTP
import Views

extension PublicPages {
  /// Featured items on the start page: a row of cards, not a list.
  private static let featuredItems = 4
  /// Items of one topic on its page, and of each where all are shown.
  private static let topicItems = 60

  /// Featured items, the one that changed last first; nothing where there is none.
  func featured() throws -> HTML? {
    var query = ItemQuery()
    query.featuredOnly = true
    query.order = .changedFirst
    query.limit = PublicPages.featuredItems
    query.wantsCounts = false
    let rows = try reads.items(query, now()).rows
    guard !rows.isEmpty else { return nil }
    return """
      <section><h2>Hervorgehoben</h2>
      <ul class="cards wide">
      \(rows.map(parts.card))</ul></section>
      """
  }

  /// The topics as links, each with the number of its items; nothing where there is none.
  func topicLinks() throws -> HTML? {
    let topics = try reads.region.topics(now())
    guard !topics.isEmpty else { return nil }
    let links: [HTML] = topics.map {
      """
      <li><a class="tag" href="\(Address.topic($0.name))">\($0.name) \
      <span class="n">\($0.count)</span></a></li>

      """
    }
    return """
      <section><h2>Themen der Region</h2>
      <ul class="tags">
      \(links)</ul></section>
      """
  }

  /// `/themen`, and with `thema` the items of one topic; nil for a topic without items.
  func topics(_ request: Request) throws -> Page? {
    let crumbs: HTML = "<p class=\"crumbs\"><a href=\"/\">\(Texts.start)</a>"
    guard let topic = request.query("thema"), !topic.isEmpty else {
      let none: HTML = "<p class=\"meta\">Zurzeit ist nichts einem Thema zugeordnet.</p>"
      return Page(
        title: "Themen", description: "Themen der Region",
        content: "\(crumbs)</p>\n<h1>Themen</h1>\n\(try topicLinks() ?? none)")
    }
    var query = ItemQuery()
    query.topic = topic
    query.order = .changedFirst
    query.limit = PublicPages.topicItems
    query.wantsCounts = false
    let rows = try reads.items(query, now()).rows
    guard !rows.isEmpty else { return nil }
    return Page(
      title: topic, description: "Thema der Region: \(topic)",
      content: """
        \(crumbs) › <a href="/themen">Themen</a></p>
        <h1>\(topic)</h1>
        <h2 class="hidden">Einträge</h2>
        <ul class="cards wide">
        \(rows.map(parts.card))</ul>
        """)
  }
}

extension Address {
  /// The page of a topic.
  static func topic(_ name: String) -> String { "/themen" + query([("thema", name)]) }
}

extension ItemDetail {
  /// The topic that the Kreis put the item under.
  var topic: HTML? {
    state.text("kreis/topic").map {
      "<h2>Thema der Region</h2><p><a class=\"tag\" href=\"\(Address.topic($0))\">\($0)</a></p>"
    }
  }
}
