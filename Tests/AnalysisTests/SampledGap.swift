import Analysis
import Foundation
import Scoring
import TestSupport
import TokenStatistics
import Transformer

/// Responses that a checkpoint's sampler wrote in a known way, and what a trainer says of them.
struct SampledGap {
  var tokens: MismatchTokens

  /// Samples responses with one checkpoint and scores them with another.
  ///
  /// - Parameters:
  ///   - cause: how the sampler draws; its rounding isn't used.
  ///   - sampler: the folder that draws, in 32 bits.
  ///   - trainer: the folder that scores.
  ///   - compute: the trainer's precision; one that isn't 32 bits gets those as replicate.
  ///   - beginning: a token that the sampler alone sees at the front.
  ///   - others: folders whose numbers are given along.
  ///   - prompts: prompts' ids.
  ///   - length: tokens of each response.
  ///   - seed: of the draws.
  ///   - beginningID: the token that begins sequences.
  /// - Throws: what the checkpoints throw.
  init(
    _ cause: PlantedGap.Cause, sampler: String, trainer: String, compute: ComputeChoice = .f32,
    beginning: Int32? = nil, others: [String] = [], prompts: [[Int32]], length: Int, seed: UInt64,
    beginningID: Int32 = 1_021
  ) throws {
    let drawn = try Self.draw(
      cause, try Checkpoint(name: "sampler", directory: sampler).model,
      prompts: prompts.map { (beginning.map { [$0] } ?? []) + $0 }, length: length, seed: seed)
    let texts = zip(prompts, drawn).enumerated().map { index, text in
      ProfileScorer.Text(
        ids: text.0 + text.1.map(\.token), responseStart: text.0.count, prompt: index)
    }
    func results(_ folder: String, _ compute: ComputeChoice) throws -> [ProfileScorer.Result] {
      let checkpoint = try Checkpoint(name: "m", directory: folder, compute: compute)
      return try ProfileScorer(checkpoint, path: "texts", beginning: beginningID).score(texts)
    }
    let own = try results(trainer, compute)
    var (rows, first) = ([MismatchTokens.Text](), 0)
    for (index, result) in own.enumerated() {
      rows.append(.init(rows: first..<first + result.logProbabilities.count, prompt: index))
      first += result.logProbabilities.count
    }
    tokens = MismatchTokens(
      texts: rows, trainer: own.flatMap(\.logProbabilities),
      sampler: drawn.flatMap { $0.map { Float($0.logProbability) } })
    for (row, profile) in own.flatMap(\.profiles).enumerated() { tokens.profiles[row] = profile }
    tokens.variants = [
      .init(.added, logProbabilities: own.flatMap { $0.withBeginning ?? [] })
    ]
    tokens.others = try others.map {
      .init(
        name: URL(filePath: $0).lastPathComponent,
        logProbabilities: try results($0, compute).flatMap(\.logProbabilities))
    }
    if compute != .f32 {
      tokens.replicate = try results(trainer, .f32).flatMap(\.logProbabilities)
    }
  }

  private static func draw(
    _ cause: PlantedGap.Cause, _ model: Transformer, prompts: [[Int32]], length: Int, seed: UInt64
  ) throws -> [[(token: Int32, logProbability: Double)]] {
    var random = SeededGenerator(seed: seed)
    let decoder = try Decoder(
      model: model, prompts: prompts, promptOfRow: Array(prompts.indices), capacity: length)
    let rows = Array(prompts.indices)
    let size = model.configuration.vocabularySize
    func logits(_ values: Span<Float>) -> [[Double]] {
      rows.map { row in (0..<size).map { Double(values[row * size + $0]) } }
    }
    var drawn = prompts.map { _ in [(token: Int32, logProbability: Double)]() }
    var next = decoder.firstLogits(of: rows, logits)
    for position in 0..<length {
      for row in rows {
        let own = cause.logitChange?(position, next[row], Set(drawn[row].map { Int($0.token) }))
        let (token, log) = PlantedGap.draw(own ?? next[row], cause, &random)
        drawn[row].append((Int32(token), log))
      }
      if position + 1 < length {
        next = decoder.step(drawn.map { $0[position].token }, rows: rows, logits)
      }
    }
    return drawn
  }
}
