import Analysis
import ArgumentParser
import Foundation
import RunLogs
import Scoring
import TokenStatistics

extension MismatchCommand {
  /// Beyond this mean distance a checkpoint isn't the one that a log was scored with: 16-bit products stay
  /// far below.
  private static let farthest = 0.1

  /// Asks the trainer's checkpoint for whole distributions.
  ///
  /// - Parameters:
  ///   - path: its folder.
  ///   - table: of our log.
  ///   - trainer: its model there.
  ///   - join: gets profiles, and the numbers with other beginnings.
  /// - Returns: how many tokens have a profile.
  /// - Throws: `ValidationError` for another checkpoint, and why one can't be read.
  func addProfiles(
    _ path: String, of table: TokenTable, _ trainer: String, to join: inout MismatchJoin
  ) throws -> Int {
    guard table.log.header.models.first(where: { $0.name == trainer })?.source == nil else {
      throw ValidationError(
        "'\(trainer)' of \(ours) was imported, at its source's temperature: score the texts with \(path) and give "
          + "that log as OURS.h5")
    }
    threads.apply()
    let checkpoint = try Checkpoint(
      name: trainer, directory: path, ignoresRemoteCode: remoteCode.isIgnored)
    let (ids, mask) = (try table.tokenIDs(), try table.isResponse())
    let texts = join.ourTexts.map { text in
      let range = table.log.tokens(ofSequence: text)
      let start = table.texts.responseStarts[text]
      return ProfileScorer.Text(
        ids: ids[range].map { Int32(bitPattern: $0) }, responseStart: start,
        responseMask: Array(mask[range].dropFirst(start)), prompt: Int(table.texts.prompts[text]))
    }
    let results = try ProfileScorer(checkpoint, path: ours).score(texts) { _, _ in
      try Interruption.check("nothing was written")
    }
    let missing = [Float](repeating: .nan, count: join.tokens.trainer.count)
    var (added, removed) = (missing, missing)
    var (hasAdded, hasRemoved) = (false, false)
    var (distance, count) = (0.0, 0)
    for result in results {
      for row in join.tokens.texts[result.text].rows {
        let place = Int(join.tokens.positions[row])
        guard let profile = result.profiles[place] else { continue }
        join.tokens.profiles[row] = profile
        if let other = result.withBeginning {
          added[row] = other[place]
          hasAdded = true
        }
        if let other = result.withoutBeginning {
          removed[row] = other[place]
          hasRemoved = true
        }
        let log = Double(join.tokens.trainer[row])
        guard log.isFinite else { continue }
        distance += abs(log - profile.logProbability)
        count += 1
      }
    }
    guard count > 0 else { return 0 }
    guard distance / Double(count) < Self.farthest else {
      throw ValidationError(
        "\(path) isn't the checkpoint of '\(trainer)' in \(ours): its log-probabilities are "
          + "\((distance / Double(count)).formatted(.number.precision(.significantDigits(2)))) nats away; name that "
          + "one, or score the texts with this one")
    }
    if hasAdded {
      join.tokens.variants.append(.init(.added, logProbabilities: added))
    }
    if hasRemoved {
      join.tokens.variants.append(.init(.removed, logProbabilities: removed))
    }
    return join.tokens.profiles.count
  }
}
