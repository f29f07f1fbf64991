internal import Foundation
internal import RunLogs

extension ExportSource {
  /// A token log's columns under their short names: `base/logp`, `base:rl/js`, `tok/id`, `seq/reward`.
  init(_ log: TokenLog) {
    let names = ColumnNames(log)
    var columns = log.columns.map { names.column($0) }
    for text in SequenceText.allCases { columns.append(names.column(text)) }
    var groups: [(name: String, columns: [String])] = []
    if log.header.movedMassThreshold != nil {
      for pair in log.header.pairs {
        columns += MovedMassColumn.allCases.map { names.column($0, pair) }
        let start = names.prefix("pair", pair.description)
        groups.append(
          (start + "moved", ["gained", "lost", "positions"].map { start + "moved/" + $0 }))
      }
    }
    func space(_ kind: RowKind) throws -> RowSpace {
      switch kind {
      case .text: return RowSpace(count: log.sequenceCount, leading: names.textLeading)
      case .moved(let pair):
        let offsets = try names.movedOffsets(pair)
        return RowSpace(
          count: offsets.last ?? 0, leading: names.textLeading + names.movedLeading(pair),
          places: [.text: .offsets(offsets)])
      default:
        return RowSpace(
          count: log.tokenCount, leading: names.textLeading + names.tokenLeading,
          places: [.text: .offsets(log.offsets)])
      }
    }
    self.init(
      path: log.path, kind: .token, files: log.files, tokenLog: log, columns: columns,
      groups: groups, defaults: names.defaults, authors: names.texts[.source],
      tokenBytes: { log.tokenBytes($0) }, isResponse: { try log.isResponse(in: $0) }, space: space)
  }
}

/// The columns of a token log.
private struct ColumnNames {
  let log: TokenLog
  /// Read once, when they are asked for.
  let texts: [SequenceText: Kept<[String]>]
  private let offsets: [PairName: Kept<[Int]>]

  init(_ log: TokenLog) {
    self.log = log
    texts = Dictionary(
      uniqueKeysWithValues: SequenceText.allCases.map { text in
        (text, Kept { try log.strings(text) })
      })
    offsets = Dictionary(
      uniqueKeysWithValues: log.header.pairs.map { pair in
        (pair, Kept { try log.movedOffsets(of: pair) })
      })
  }

  func movedOffsets(_ pair: PairName) throws -> [Int] {
    try offsets[pair]?.value() ?? log.movedOffsets(of: pair)
  }

  /// A model may have the name of one of the log's groups: then its columns go by their whole paths.
  func prefix(_ group: String, _ owner: String) -> String {
    ["tok", "seq", "model", "pair"].contains(owner) ? "\(group)/\(owner)/" : owner + "/"
  }

  /// Of each model and pair what most figures are drawn from.
  var defaults: [String] {
    log.header.models.flatMap { model in
      ["logp", "entropy", "rank"].filter { has($0, .model, model.name) }
        .map { prefix("model", model.name) + $0 }
    }
      + log.header.pairs.flatMap { pair in
        ["dlogp", "dprob", "js", "js_lower", "js_upper"]
          .filter { has($0, .pair, pair.description) }
          .map { prefix("pair", pair.description) + $0 }
      }
  }

  /// An imported model has what its source has.
  private func has(_ name: String, _ scope: TokenLogColumn.Scope, _ owner: String) -> Bool {
    log.columns.contains {
      $0.owner == owner && $0.column.scope == scope && $0.column.name == name
    }
  }

  // MARK: Columns

  func column(_ owned: OwnedColumn) -> ExportColumn {
    let column = owned.column
    let path = String(column.path(of: owned.owner).dropFirst())
    let isOfText = column.scope == .sequence
    let name =
      switch column.scope {
      case .model: prefix("model", owned.owner) + column.name
      case .pair: prefix("pair", owned.owner) + column.name
      case .token, .sequence: path
      }
    return ExportColumn(
      name, aliases: [path], unit: column.unit, definition(owned), isOfText ? .text : .token,
      width: column.isList ? log.header.topK : nil
    ) { [log] range in
      var values = ExportValues.numbers(try log.values(of: owned, in: range))
      values.isMissing = try Self.missing(owned, values.content, in: range, of: log)
      return values
    }
  }

  /// What the column is; of models that were imported also how their source defines it.
  private func definition(_ owned: OwnedColumn) -> String {
    let pair = log.header.pairs.first { $0.description == owned.owner }
    let names = pair.map { [$0.before, $0.after] } ?? [owned.owner]
    let sources = Set(
      log.header.models.filter { names.contains($0.name) }.compactMap(\.source).map { source in
        "\(source.format)'s numbers, \(source.processing == "unknown" ? "raw or processed is not said" : source.processing), "
          + (source.temperature.map { String(format: "temperature %g", $0) }
            ?? "temperature not said")
      })
    guard [.model, .pair].contains(owned.column.scope), !sources.isEmpty else {
      return owned.column.definition
    }
    return owned.column.definition + "; here " + sources.sorted().joined(separator: " and ")
  }

  /// The file has 0 where a whole number isn't measured, and 255 where nobody knows whether a response
  /// is correct.
  private static func missing(
    _ owned: OwnedColumn, _ content: ExportValues.Content, in range: Range<Int>, of log: TokenLog
  ) throws -> [Bool] {
    let column = owned.column
    if column.scope == .sequence, column.name == "correct",
      case .numbers(.bytes(let codes)) = content
    {
      return codes.map { $0 > 1 }
    }
    var isWhole = false
    if case .numbers(.ids) = content { isWhole = true }
    guard column.scope == .model, isWhole || column.isList else { return [] }
    return try log.unmeasured(of: owned.owner, in: range).map { $0 != .measured }
  }

  func column(_ text: SequenceText, as name: String? = nil) -> ExportColumn {
    let kept = texts[text]
    let definition =
      switch text {
      case .id: "id of the text"
      case .promptID: "id of the prompt that it answers"
      case .source: "who wrote the response"
      case .finish: "why the response ended"
      case .metadata: "other fields of the text's line, as a JSON object"
      }
    return ExportColumn(name ?? "seq/" + text.rawValue, definition, .text) { range in
      .strings(Array(try kept?.value()[range] ?? []))
    }
  }

  func column(_ moved: MovedMassColumn, _ pair: PairName, as name: String? = nil) -> ExportColumn {
    let description = moved.description
    let isOfText = [.offsets, .positions, .dropped].contains(moved)
    return ExportColumn(
      name ?? prefix("pair", pair.description) + moved.rawValue,
      aliases: [String(description.path(of: pair.description).dropFirst())],
      unit: description.unit, description.definition, isOfText ? .text : .moved(pair)
    ) { [log, self] range in
      let rows =
        switch moved {
        case .offsets: log.sequenceCount + 1
        case .positions, .dropped: log.sequenceCount
        case .token, .gained, .lost: try movedOffsets(pair).last ?? 0
        }
      return .numbers(try log.movedValues(moved, of: pair, rows: rows, in: range))
    }
  }

  // MARK: Where a row is

  var textLeading: [ExportColumn] {
    [
      ExportColumn("text", "number of the text, from 0", .text) { .counts($0) },
      column(.id, as: "id"), column(.source, as: "author"), column(.promptID, as: "prompt_id"),
    ]
  }

  var tokenLeading: [ExportColumn] {
    func numbers(_ name: String, _ scope: String) -> ExportColumn {
      let owned = OwnedColumn(.named(scope, .token))
      return ExportColumn(name, owned.column.definition, .token) { [log] in
        .numbers(try log.values(of: owned, in: $0))
      }
    }
    return [
      ExportColumn("position", "place of the token in its text, from 0", .token) { [log] range in
        let space = RowSpace(count: 0, leading: [], places: [.text: .offsets(log.offsets)])
        let texts = space.parents(.text, of: Array(range))
        return .counts(zip(range, texts).map { $0 - log.offsets[$1] })
      },
      numbers("token_id", "id"),
      ExportColumn("token", "text of the token", .token) { [log] in
        ExportValues(content: .tokens(try log.tokenIDs(in: $0)))
      },
      numbers("mask", "mask"), numbers("unmeasured", "unmeasured"),
    ]
  }

  func movedLeading(_ pair: PairName) -> [ExportColumn] {
    [
      column(.token, pair, as: "token_id"),
      ExportColumn("token", "text of the token", .moved(pair)) { [log, self] range in
        let rows = try movedOffsets(pair).last ?? 0
        guard
          case .ids(let ids) = try log.movedValues(.token, of: pair, rows: rows, in: range)
        else { return .strings([]) }
        return ExportValues(content: .tokens(ids))
      },
    ]
  }
}
