// The tables of one generation of the views. Protocols/views.md §2.
//
// Invariants
// - Every row follows from the folded states alone: no clock, no order of arrival. What depends on
//   the moment (expired, upcoming, coming) is in the query.
// - `meta.position` and the rows change in one transaction.

import SQLite

enum ViewSchema {
  /// Changes with the tables, with what a row is made of, and with the folding of search.
  static let version = 7

  /// The tables without their secondary indexes.
  static let tables = """
    -- One row: what the others stand for.
    CREATE TABLE meta (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      schema INTEGER NOT NULL,
      rules INTEGER NOT NULL,
      -- The last receipt that is folded in, and the last event of the own line.
      position INTEGER NOT NULL,
      own_seq INTEGER NOT NULL,
      -- How often the own line had been replaced from a fork on.
      branches INTEGER NOT NULL,
      -- Counts the commits.
      version INTEGER NOT NULL,
      kreis TEXT NOT NULL,
      -- Digest of the state; sites that were admitted or left.
      digest BLOB NOT NULL,
      membership BLOB NOT NULL
    ) STRICT;
    -- One row per item: what lists show, and what they are filtered and ordered by. Sets are
    -- texts with commas, so that one index holds all that counting needs.
    CREATE TABLE items (
      n INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      kind TEXT NOT NULL,
      -- Neither hidden nor withdrawn nor merged, and with a title.
      is_public INTEGER NOT NULL,
      lead TEXT NOT NULL,
      sites TEXT NOT NULL,
      fields TEXT NOT NULL,
      status TEXT NOT NULL,
      -- Local texts: what lists go by; from when on a date is over, or the day again.
      day TEXT NOT NULL,
      over TEXT NOT NULL,
      released TEXT,
      expires INTEGER,
      featured INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      title_key TEXT NOT NULL,
      title TEXT NOT NULL,
      summary TEXT NOT NULL,
      state TEXT NOT NULL,
      keywords TEXT NOT NULL,
      codes TEXT NOT NULL,
      starts TEXT,
      ends TEXT,
      all_day INTEGER NOT NULL,
      schedule TEXT,
      old_start TEXT,
      -- The rule of a series, as the field holds it.
      recurrence TEXT,
      created INTEGER NOT NULL,
      has_conflict INTEGER NOT NULL,
      is_hidden INTEGER NOT NULL,
      merged_into TEXT,
      -- The Kreis's word for a subject of the whole region.
      topic TEXT
    ) STRICT;
    -- The folded state of each item; apart from the rows, so that lists read few pages.
    CREATE TABLE folds (n INTEGER PRIMARY KEY, state BLOB NOT NULL) STRICT;
    -- Lead and participants, in the order of the lists.
    CREATE TABLE item_sites (
      site TEXT NOT NULL, is_public INTEGER NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL,
      id TEXT NOT NULL, n INTEGER NOT NULL,
      PRIMARY KEY (site, is_public, kind, day, id)
    ) STRICT, WITHOUT ROWID;
    -- Fields of action, in the order of the lists.
    CREATE TABLE item_fields (
      code TEXT NOT NULL, is_public INTEGER NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL,
      id TEXT NOT NULL, n INTEGER NOT NULL,
      PRIMARY KEY (code, is_public, kind, day, id)
    ) STRICT, WITHOUT ROWID;
    -- Keywords, folded as search folds them.
    CREATE TABLE item_keywords (
      keyword TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (keyword, n)
    ) STRICT, WITHOUT ROWID;
    -- The files that an item names, by each value that stands; shown is the one in force.
    CREATE TABLE item_media (
      sha TEXT NOT NULL, n INTEGER NOT NULL, field TEXT NOT NULL, bytes INTEGER NOT NULL,
      is_shown INTEGER NOT NULL,
      PRIMARY KEY (sha, n, field)
    ) STRICT, WITHOUT ROWID;
    -- Open conflicts: once for each site whose inbox shows them.
    CREATE TABLE conflicts (
      site TEXT NOT NULL, n INTEGER NOT NULL, field TEXT NOT NULL, writers TEXT NOT NULL,
      PRIMARY KEY (site, n, field)
    ) STRICT, WITHOUT ROWID;
    -- Invitations that the invited site has not answered.
    CREATE TABLE invitations (
      site TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (site, n)
    ) STRICT, WITHOUT ROWID;
    \(search)
    -- The words of `search` and how many items have them.
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab(search, row);
    """

  /// The index of words.
  static let search = """
    -- Words, already folded; the texts stay in `folds`, so an old entry is taken out by folding
    -- the old state again. The forms are stems: of long nouns `_` and the stem from its end.
    CREATE VIRTUAL TABLE search USING fts5(
      title, keywords, summary, body, title_forms, forms,
      content = '', tokenize = 'ascii tokenchars _'
    );
    """

  /// The secondary indexes; a rebuild creates them after the rows.
  static let indexes = """
    CREATE UNIQUE INDEX items_id ON items (id);
    -- Lists of a kind, newest or oldest first.
    CREATE INDEX items_day ON items (kind, is_public, day, id);
    -- Lists of a kind by title, with all that filters look at.
    CREATE INDEX items_title
      ON items (kind, is_public, title_key, id, sites, fields, status, released, expires, featured);
    -- Dates that are not over, with all that filters look at.
    CREATE INDEX items_over
      ON items (kind, is_public, over, day, id, sites, fields, status, released, expires, featured)
      WHERE kind = 'date';
    -- What changed last.
    CREATE INDEX items_changed ON items (is_public, changed, id);
    -- Counts: all that a filter looks at, grouped without sorting.
    CREATE INDEX items_counts
      ON items (is_public, kind, status, fields, sites, released, expires, day, over, featured);
    -- Conflicts and invitations of an item, to be replaced with it.
    CREATE INDEX conflicts_item ON conflicts (n);
    CREATE INDEX invitations_item ON invitations (n);
    -- The few items that bear a mark, what changed last first.
    CREATE INDEX items_featured ON items (changed, id) WHERE featured = 1;
    CREATE INDEX items_hidden ON items (changed, id) WHERE is_hidden = 1;
    CREATE INDEX items_merged ON items (changed, id) WHERE merged_into IS NOT NULL;
    CREATE INDEX items_topic ON items (topic, is_public, released, expires, kind, changed, id)
      WHERE topic IS NOT NULL;
    """

  /// Bytes of hash table in which FTS5 gathers words before it writes a segment: with the default
  /// of 1 MB a rebuild takes nearly twice as long.
  static let bulkHashBytes = 16 * 1024 * 1024
  /// The same for batches of a live node, which are smaller; memory of each writer.
  static let hashBytes = 4 * 1024 * 1024

  /// States how much FTS5 gathers; the file keeps it.
  static func setHashBytes(_ bytes: Int, of connection: Connection) throws(SQLiteError) {
    try connection.statement("INSERT INTO search (search, rank) VALUES ('hashsize', ?1)")
      .run(bytes)
  }
}
