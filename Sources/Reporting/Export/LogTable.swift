internal import Analysis
package import RunLogs

/// The tables that `report` and `audit` make of a token log, by the names that `export` has for them.
package enum LogTable: String, Sendable, CaseIterable {
  // The parts of an audit, by their names there.
  case answer, sweep, moved, estimators, tokens, grams, kinds, forks, entropy, carried
  case models, texts, divergence, change, precision
  case precisionChange = "precision-change"
  case changeByAuthor = "change-by-author"
  case modelsByAuthor = "models-by-author"

  /// Tables of a kind of log.
  package static func tables(of kind: LogKind) -> [LogTable] { kind == .token ? allCases : [] }

  /// The table of this name.
  ///
  /// - Throws: `ExportError` for another name.
  package init(named name: String) throws(ExportError) {
    guard let known = Self(rawValue: name) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw ExportError("--table '\(name)': the tables are \(names)")
    }
    self = known
  }

  /// What it shows, in a sentence.
  package var definition: String {
    switch self {
    case .answer: "shares of positions that changed, by author, of a pair"
    case .sweep: "the same by every measure and margin"
    case .moved: "probability that moved, by author, of a pair"
    case .estimators: "estimators of the KL divergence, by author, of a pair"
    case .tokens: "verdicts on tokens, by author, of a pair"
    case .grams: "verdicts on two and three tokens in a row, by author, of a pair"
    case .kinds: "verdicts on kinds of positions, by author, of a pair"
    case .forks: "changed positions beside uncertain ones, by author, of a pair"
    case .entropy: "change by entropy before, by author, of a pair"
    case .carried: "what few positions hold of the divergence, by author, of a pair"
    case .models: "the models"
    case .texts: "texts and their lengths, by author"
    case .divergence: "Jensen-Shannon divergence of each pair over all response tokens"
    case .change: "other divergences and changes of each pair over all response tokens"
    case .precision: "each model in two precisions, of a log with replicates"
    case .precisionChange: "change of each pair beside the difference between precisions"
    case .changeByAuthor: "change of each pair, by author"
    case .modelsByAuthor: "log-probability, perplexity and entropy of each model, by author"
    }
  }

  /// Whether it is an audit's, of one pair.
  package var isOfPair: Bool { AuditReport.Part(rawValue: rawValue) != nil }
}

extension LogTable {
  /// Tables of one log, with what tells their rows apart: of each author one, or a single one.
  func tables(
    of log: TokenLog, pair: PairName?, author: String?
  ) throws -> [(author: String?, table: Table)] {
    let table = try TokenTable(log)
    guard isOfPair else {
      guard pair == nil else {
        throw ExportError("--table \(rawValue): has no pair of its own: leave --pair out")
      }
      guard author == nil else {
        throw ExportError("--table \(rawValue): has all authors: leave --author out")
      }
      return [(nil, try LogTables(table, hasAudits: false).table(self))]
    }
    let pair = try pair ?? log.firstPair()
    try log.checkPair(pair)
    var settings = PairAudit.Settings()
    settings.hasGrams = self == .grams
    let audit = try PairAudit(of: pair, in: table, settings: settings)
    var nulls: [String: RandomLogits] = [:]
    let forks =
      [.forks, .entropy, .carried].contains(self)
      ? try ForkAudit(of: audit, in: table, nulls: &nulls) : nil
    let tables = AuditTables(audit, in: table, forks: forks)
    let authors = audit.authors.filter { known in
      author.map { known.name.utf8.elementsEqual($0.utf8) } ?? true
    }
    guard author == nil || !authors.isEmpty else {
      throw ExportError(
        "--author '\(author ?? "")': \(log.path) has no measured text by it, only by "
          + ColumnExport.shown(audit.authors.map(\.name)))
    }
    switch self {
    case .tokens:
      return authors.map { ($0.name, tables.tokens($0, by: .moved, limit: .max)) }
    case .grams:
      return authors.compactMap { author in
        tables.grams(author, by: .js, limit: .max).map { (author.name, $0) }
      }
    case .kinds: return authors.map { ($0.name, tables.kinds($0)) }
    default: break
    }
    guard author == nil else {
      throw ExportError("--table \(rawValue): has all authors: leave --author out")
    }
    let whole =
      switch self {
      case .sweep: tables.sweep
      case .moved: tables.movedMass
      case .estimators: tables.estimators
      case .forks: tables.overlap
      case .entropy: tables.entropyBands
      case .carried: tables.carried
      default: tables.answer
      }
    return [(nil, whole)]
  }
}
