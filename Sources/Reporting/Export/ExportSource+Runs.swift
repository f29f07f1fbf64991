internal import RunLogs

extension ExportSource {
  /// A training log: `train/METRIC` by step, and its rollouts as `seq/…` and `tok/…`.
  init(_ log: TrainingLog, path: String) {
    let steps = ExportColumn("train/step", unit: "1", "number of the step", .step) {
      .counts(log.steps[$0])
    }
    let metrics = log.columns.map { column in
      ExportColumn("train/" + column.name, unit: column.unit, column.definition, .step) {
        .numbers(.doubles(Array(column.values[$0])))
      }
    }
    let rollouts = Rollouts(log.rollouts)
    let number = ExportColumn("step", "number of the step", .step) { .counts(log.steps[$0]) }
    func space(_ kind: RowKind) -> RowSpace {
      switch kind {
      case .text: rollouts.textSpace
      case .token: rollouts.tokenSpace
      default: RowSpace(count: log.steps.count, leading: [number])
      }
    }
    self.init(
      path: path, kind: .training, files: [path],
      columns: [steps] + metrics + (log.rollouts.isEmpty ? [] : rollouts.columns),
      defaults: (metrics.isEmpty ? [steps] : metrics).map(\.name),
      isResponse: { Array(rollouts.mask[$0]) }, space: space)
  }

  /// A log of learning dynamics: `checkpoint/…`, and `reference/NAME/…` by text and checkpoint.
  init(_ log: DynamicsLog, path: String) {
    typealias Record = DynamicsLog.CheckpointRecord
    func text(_ name: String, _ definition: String, _ part: @escaping (Record) -> String)
      -> ExportColumn
    {
      ExportColumn("checkpoint/" + name, definition, .checkpoint) {
        .strings(log.checkpoints[$0].map(part))
      }
    }
    let checkpoints = [
      text("run", "run that the checkpoint belongs to") { $0.run },
      text("condition", "what runs that differ in their seed only share") { $0.condition },
      text("objective", "what was minimised") { $0.objective },
      ExportColumn(
        "checkpoint/step", unit: "1", "training steps that made the checkpoint", .checkpoint
      ) { .counts(log.checkpoints[$0].map(\.step)) },
      text("path", "its folder") { $0.path },
      text("weights", "SHA-256 over its weight files") { $0.weightsDigest },
    ]
    let number = ExportColumn("checkpoint", "number of the checkpoint, from 0", .checkpoint) {
      .counts($0)
    }
    self.init(
      path: path, kind: .dynamics, files: [path],
      columns: checkpoints + log.references.flatMap(Self.columns),
      defaults: checkpoints.map(\.name)
    ) { kind in
      func texts(_ name: String) -> (count: Int, leading: [ExportColumn]) {
        let reference = log.references.first { $0.name.utf8.elementsEqual(name.utf8) }
        let rows = RowKind.referenceText(name)
        return (
          reference?.bytes.count ?? 0,
          [
            ExportColumn("text", "number of the text, from 0", rows) { .counts($0) },
            ExportColumn("prompt_id", "id of its prompt", rows) {
              .strings(Array(reference?.prompts[$0] ?? []))
            },
          ]
        )
      }
      switch kind {
      case .referenceText(let name):
        let (count, leading) = texts(name)
        return RowSpace(count: count, leading: leading)
      case .cost(let name):
        let (count, leading) = texts(name)
        return RowSpace(
          count: count * log.checkpoints.count, leading: [number] + leading,
          places: [.checkpoint: .quotient(count), .referenceText(name): .remainder(count)])
      default: return RowSpace(count: log.checkpoints.count, leading: [number])
      }
    }
  }

  private static func columns(_ reference: DynamicsLog.Reference) -> [ExportColumn] {
    let start = "reference/\(reference.name)/"
    let rows = RowKind.referenceText(reference.name)
    return [
      ExportColumn(start + "prompt_id", "id of the text's prompt", rows) {
        .strings(Array(reference.prompts[$0]))
      },
      ExportColumn(start + "bytes", unit: "1", "bytes of UTF-8 of the response", rows) {
        .counts(reference.bytes[$0])
      },
      ExportColumn(
        start + "nats", unit: "nats",
        "minus the sum of the log-probabilities of the response's tokens under the checkpoint",
        .cost(reference.name)
      ) { range in
        let count = reference.bytes.count
        return .numbers(.doubles(range.map { reference.nats[$0 / count][$0 % count] }))
      },
    ]
  }
}

/// Rollouts of a training log, laid out as the file has them.
private struct Rollouts {
  let records: [TrainingLog.RolloutRecord]
  let offsets: [Int]
  let mask: [Bool]
  private let ids: [UInt32]

  init(_ records: [TrainingLog.RolloutRecord]) {
    self.records = records
    var offsets = [0]
    for record in records {
      offsets.append(offsets[offsets.count - 1] + record.promptIDs.count + record.responseIDs.count)
    }
    self.offsets = offsets
    ids = records.flatMap { $0.promptIDs + $0.responseIDs }
    mask = records.flatMap { record in
      record.promptIDs.map { _ in false } + record.responseIDs.map { _ in true }
    }
  }

  var columns: [ExportColumn] {
    TokenLogColumn.rolloutColumns.map(column)
      + [
        text("seq/id", "id of the rollout") { $0.id },
        text("seq/prompt_id", "id of its prompt") { $0.promptID },
        text("seq/finish", "why it ended") { $0.finish },
      ]
  }

  var textSpace: RowSpace { RowSpace(count: records.count, leading: textLeading) }

  var tokenSpace: RowSpace {
    RowSpace(
      count: ids.count,
      leading: textLeading + [
        ExportColumn("position", "place of the token in its text, from 0", .token) { range in
          let texts = placeOfToken.parents(.text, of: Array(range))
          return .counts(zip(range, texts).map { $0 - offsets[$1] })
        },
        ExportColumn("token_id", "id of the token", .token) { .numbers(.ids(Array(ids[$0]))) },
        ExportColumn("mask", "1 for a token of the response", .token) {
          .counts(mask[$0].map { $0 ? 1 : 0 })
        },
      ], places: [.text: .offsets(offsets)])
  }

  private var placeOfToken: RowSpace {
    RowSpace(count: 0, leading: [], places: [.text: .offsets(offsets)])
  }

  private var textLeading: [ExportColumn] {
    [
      ExportColumn("text", "number of the rollout, from 0", .text) { .counts($0) },
      text("id", "id of the rollout") { $0.id },
      text("prompt_id", "id of its prompt") { $0.promptID },
    ]
  }

  private func text(
    _ name: String, _ definition: String, _ part: @escaping (TrainingLog.RolloutRecord) -> String
  ) -> ExportColumn {
    ExportColumn(name, definition, .text) { .strings(records[$0].map(part)) }
  }

  private func column(_ column: TokenLogColumn) -> ExportColumn {
    ExportColumn(
      String(column.path().dropFirst()), unit: column.unit, column.definition,
      column.scope == .token ? .token : .text
    ) { .numbers(values(column.scope, column.name, $0)) }
  }

  private func values(
    _ scope: TokenLogColumn.Scope, _ name: String, _ range: Range<Int>
  ) -> ColumnValues {
    func counts(_ part: (TrainingLog.RolloutRecord) -> Int) -> ColumnValues {
      .counts(records[range].map { Int64(part($0)) })
    }
    func floats(_ part: (TrainingLog.RolloutRecord) -> [Float]) -> ColumnValues {
      let texts = placeOfToken.parents(.text, of: Array(range))
      return .floats(
        zip(range, texts).map { row, text in
          let place = row - offsets[text] - records[text].promptIDs.count
          return place < 0 ? .nan : part(records[text])[place]
        })
    }
    switch (scope, name) {
    case (.token, "id"): return .ids(Array(ids[range]))
    case (.token, "mask"): return .bytes(mask[range].map { $0 ? 1 : 0 })
    case (.token, "logp"): return floats(\.logProbabilities)
    case (.token, "behavior_logp"): return floats(\.behaviorLogProbabilities)
    case (.token, "entropy"): return floats(\.entropies)
    case (.sequence, "offsets"): return .counts(offsets[range].map(Int64.init))
    case (.sequence, "count"): return counts { $0.promptIDs.count + $0.responseIDs.count }
    case (.sequence, "response_start"): return counts(\.promptIDs.count)
    case (.sequence, "sample_id"): return counts(\.sample)
    case (.sequence, "step"): return counts(\.step)
    case (.sequence, "reward"): return .doubles(records[range].map(\.reward))
    case (.sequence, "advantage"): return .doubles(records[range].map(\.advantage))
    default: preconditionFailure("rollouts have no column \(name)")
    }
  }
}
