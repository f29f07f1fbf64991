package import StatisticalInference

/// A table of values: its columns say what they hold, its cells are numbers, not texts.
///
/// Markdown, LaTeX, the page, the terminal and JSON are renderings of it.
package struct Table: Sendable, Equatable {
  /// What a column holds.
  package struct Column: Sendable, Equatable {
    /// Its head; no other column of the table has it.
    package var name: String
    /// The unit of its numbers: `nats`, `tokens`, `1` for pure numbers, empty for words.
    package var unit: String
    /// What it is, in a sentence.
    package var definition: String
    /// How it is written.
    package var format: Format
    /// One of the columns that go first where there is no room, all of them together: some alone would
    /// read as if there were no others.
    package var isDetail = false
    /// What the table is about: it stays, with its intervals, where there is no room for others'.
    package var isKey = false
    /// Whether a table above has its definition, so that a caption needn't repeat it.
    package var isDefinedAbove = false

    package init(
      _ name: String, _ format: Format, unit: String? = nil, _ definition: String,
      isDetail: Bool = false, isKey: Bool = false
    ) {
      self.name = name
      self.unit = unit ?? (format == .text || format == .token ? "" : "1")
      self.definition = definition
      self.format = format
      (self.isDetail, self.isKey) = (isDetail, isKey)
    }
  }

  /// How a column's values are written for people.
  package enum Format: String, Sendable, Codable, CaseIterable {
    /// Words.
    case text
    /// A token of a vocabulary, its white space marked.
    case token
    /// A whole number.
    case count
    /// Three significant digits.
    case number
    /// The same with a sign, also a plus.
    case signed
    /// In percent.
    case share
  }

  /// A value.
  package enum Cell: Sendable, Equatable {
    /// A number with its interval; nil where there was nothing to estimate it from.
    case estimate(Estimate?)
    /// A whole number.
    case count(Int)
    /// A share without an interval; nil or NaN if not known.
    case share(Double?)
    /// A number without an interval; nil or NaN if not known.
    case number(Double?)
    /// A token: its bytes, nil if not known, and its id.
    case token([UInt8]?, id: UInt32)
    /// Words.
    case text(String)
  }

  /// What the table shows.
  package var title: String
  /// What all of it is about; definitions stand with the columns.
  package var caption: String
  /// From left to right.
  package var columns: [Column]
  /// Cells; each row as long as `columns`.
  package var rows: [[Cell]]

  package init(title: String, caption: String, columns: [Column], rows: [[Cell]]) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "\(title): rows of unequal length")
    self.title = title
    self.caption = caption
    self.columns = columns
    self.rows = rows
    // Names may come from files: two writers may look alike.
    var known: Set<String> = []
    for index in columns.indices {
      var name = columns[index].name
      var number = 1
      while !known.insert(name).inserted {
        number += 1
        name = "\(columns[index].name) (\(number))"
      }
      self.columns[index].name = name
    }
  }

  /// All cells that are some.
  package var estimates: [Estimate] {
    rows.joined().compactMap { cell in
      if case .estimate(let estimate) = cell { estimate } else { nil }
    }
  }
}

/// What a table says about its intervals.
package enum IntervalNote {
  /// What brackets are, on how many units they rest, whether these are few, and the design effect.
  package static func sentences(about estimates: [Estimate]) -> [String] {
    let known = estimates.filter { $0.interval != nil }
    let units = Estimate.Unit.allCases.filter { unit in known.contains { $0.unit == unit } }
    var sentences: [String] = []
    if let first = known.first {
      let level = Number.percent(first.level).replacing(".0", with: "")
      let words = units.map(\.rawValue).joined(separator: " or ")
      sentences.append("Brackets: \(level) intervals over \(words).")
    }
    if let lone = estimates.first(where: { $0.interval == nil && $0.clusters == 1 }) {
      sentences.append("No brackets: one \(lone.unit.rawValue.dropLast()) allows no interval.")
    }
    if estimates.contains(where: { $0.interval == nil && $0.clusters > 1 && !$0.value.isFinite }) {
      sentences.append("A mean that isn't finite has no brackets.")
    }
    let few = known.filter(\.restsOnFew)
    if let least = few.map({ $0.degreesOfFreedom ?? Double($0.clusters) }).min() {
      let words = few.contains { $0.unit == .problems } ? "problems" : "prompts"
      sentences.append(
        "Few \(words) for some (\(Number.text(least)) degrees of freedom at least): take their "
          + "intervals as a rough guide.")
    }
    let effects = known.compactMap(\.designEffect)
    if let least = effects.min(), let most = effects.max() {
      let range =
        Number.text(least) == Number.text(most)
        ? Number.text(least) : "\(Number.text(least)) to \(Number.text(most))"
      sentences.append("Design effect (clustered over naive variance): \(range).")
    }
    return sentences
  }
}
