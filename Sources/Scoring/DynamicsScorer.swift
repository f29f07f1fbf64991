internal import Adapters
import Foundation
package import RunLogs
internal import Transformer

/// Measures a series of checkpoints on the texts of reference models.
package struct DynamicsScorer {
  /// A checkpoint to measure and its place in a run.
  package struct Member: Sendable, Equatable {
    /// What the log says about it, but for the digest of its weights.
    package var checkpoint: DynamicsLog.CheckpointRecord
    /// The folder.
    package var directory: String

    /// A checkpoint at its folder.
    package init(_ checkpoint: DynamicsLog.CheckpointRecord, directory: String) {
      (self.checkpoint, self.directory) = (checkpoint, directory)
    }
  }

  /// How far a run is.
  package struct Progress: Sendable {
    /// Tokens that are done, over all checkpoints.
    package var doneTokens: Int
    /// All tokens of all checkpoints.
    package var totalTokens: Int
  }

  private let members: [Member]
  private let texts: [(name: String, file: TextFile)]
  private let settings: Scorer.Settings
  private let ignoresRemoteCode: Bool

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - members: in the order of the log; a folder that occurs twice is measured once.
  ///   - texts: one file for each reference model, under its name.
  ///   - settings: how; `topCount` doesn't matter.
  ///   - ignoresRemoteCode: whether models that bring code of their own are taken as the family that
  ///     they name.
  /// - Throws: `RunLogError` for a name that a log can't hold.
  package init(
    _ members: [Member], texts: [(name: String, file: TextFile)],
    settings: Scorer.Settings = Scorer.Settings(), ignoresRemoteCode: Bool = false
  ) throws(RunLogError) {
    precondition(!members.isEmpty && !texts.isEmpty, "nothing to measure")
    for (name, _) in texts { try ModelRecord.checkName(name) }
    (self.members, self.texts, self.settings) = (members, texts, settings)
    self.ignoresRemoteCode = ignoresRemoteCode
  }

  /// Measures every checkpoint, one in memory at a time.
  ///
  /// - Parameter progress: called after each batch.
  /// - Returns: the log, still without attributes.
  /// - Throws: an error of the part that is wrong, naming file, place and fix.
  package func run(progress: (Progress) -> Void = { _ in }) throws -> DynamicsLog {
    // Every folder is looked at before the first is measured.
    let longest =
      try members.map {
        try ModelFolder($0.directory).configuration(ignoringRemoteCode: ignoresRemoteCode)
          .contextLength
      }.min() ?? 0
    var measured: [String: Measured] = [:]
    let folders = members.map { URL(filePath: $0.directory).resolvingSymlinksInPath().path }
    let distinct = Set(folders).count
    for (member, folder) in zip(members, folders) where measured[folder] == nil {
      let done = measured.count
      measured[folder] = try measure(member, longest: longest) { tokens, all in
        progress(Progress(doneTokens: done * all + tokens, totalTokens: distinct * all))
      }
    }
    let results = folders.compactMap { measured[$0] }
    return DynamicsLog(
      checkpoints: zip(members, results).map { member, result in
        var checkpoint = member.checkpoint
        checkpoint.weightsDigest = result.digest
        return checkpoint
      },
      references: try texts.indices.map { try reference($0, results) })
  }

  private struct Measured {
    let directory: String
    let digest: String
    /// Of each reference, of each text.
    let costs: [ResponseCosts]
  }

  /// `progress` gets the finished tokens and all tokens of this checkpoint.
  private func measure(
    _ member: Member, longest: Int, progress: (Int, Int) -> Void
  ) throws -> Measured {
    let checkpoint = try Checkpoint(
      name: "model", directory: member.directory, ignoresRemoteCode: ignoresRemoteCode)
    let scorers = try texts.map {
      try Scorer(checkpoints: [checkpoint], texts: $0.file, pairs: [], settings: settings)
    }
    let total = scorers.reduce(0) { $0 + $1.totalTokens }
    var before = 0
    let costs = try scorers.map { scorer in
      let costs = try scorer.responseCosts(longest: longest) { progress(before + $0, total) }
      before += scorer.totalTokens
      return costs
    }
    return Measured(
      directory: member.directory, digest: checkpoint.record().weightsDigest, costs: costs)
  }

  /// The texts that all checkpoints were measured on.
  private func reference(_ index: Int, _ results: [Measured]) throws -> DynamicsLog.Reference {
    let (name, file) = texts[index]
    let prompts = results.first?.costs[index].prompts ?? []
    let shared = prompts.indices.filter { line in
      results.allSatisfy { $0.costs[index].costs[line] != nil }
    }
    guard !shared.isEmpty else {
      throw ScoringError.unreadable(
        path: file.path, reason: "no response can be measured: all are empty or beyond a context")
    }
    let bytes = results.map { result in shared.map { result.costs[index].costs[$0]?.bytes ?? 0 } }
    for (other, result) in zip(bytes, results) where other != bytes[0] {
      throw ScoringError.bytesDiffer(results[0].directory, result.directory)
    }
    return DynamicsLog.Reference(
      name: name, fileName: URL(filePath: file.path).lastPathComponent, digest: file.digest,
      notMeasuredCount: prompts.count - shared.count,
      prompts: shared.map { prompts[$0] }, bytes: bytes[0],
      nats: results.map { result in
        shared.map { result.costs[index].costs[$0]?.nats ?? .nan }
      })
  }
}
