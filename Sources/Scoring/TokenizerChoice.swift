internal import Tokenization

/// Which of several models' tokenizers makes ids of text.
struct TokenizerChoice: Sendable, Equatable {
  /// The model; nil if none has a tokenizer that can be used.
  let model: String?
  /// The tokenizer's content digest; empty without one.
  let digest: String
  /// Of each other model with a tokenizer how many of the chosen one's tokens it lacks.
  let lacking: [String: Int]
  /// Models with tokens that the chosen tokenizer lacks, and how many.
  let beyond: [String: Int]
  /// Models with the same tokens, of which their tokenizers make other ids, by their merges, say, or
  /// by the way in which they cut a text.
  let cuttingOtherwise: [String]
  /// Models with the same tokenizer but for what it puts before a text.
  let beginningOtherwise: [String]

  /// - Parameters:
  ///   - checkpoints: Agreeing on the tokens that they share.
  ///   - name: The model that the user names; nil for the one that extends the others.
  /// - Throws: `ScoringError` if there is no such model, or its tokenizer can't be used.
  init(of checkpoints: [Checkpoint], named name: String?) throws {
    var chosen = Scorer.widest(checkpoints)
    if let name {
      chosen = checkpoints.first { $0.name == name }
      guard let chosen else {
        throw ScoringError.badModels(
          "--tokenizer names a model '\(name)' that isn't there; there are "
            + checkpoints.map(\.name).joined(separator: ", "))
      }
      if let error = chosen.tokenizerError { throw error }
      guard chosen.tokenizer != nil else {
        throw ScoringError.badModels(
          "--tokenizer: the model '\(name)' has no tokenizer.json; name another one")
      }
    }
    guard let chosen, let tokenizer = chosen.tokenizer else {
      (model, digest, lacking, beyond) = (nil, "", [:], [:])
      (cuttingOtherwise, beginningOtherwise) = ([], [])
      return
    }
    var (lacking, beyond, cuttingOtherwise) = ([String: Int](), [String: Int](), [String]())
    for checkpoint in checkpoints {
      guard let other = checkpoint.tokenizer, other.contentDigest != tokenizer.contentDigest else {
        continue
      }
      lacking[checkpoint.name] = other.lackingCount(of: tokenizer)
      beyond[checkpoint.name] = tokenizer.lackingCount(of: other)
      if lacking[checkpoint.name] == 0 && beyond[checkpoint.name] == 0 {
        cuttingOtherwise.append(checkpoint.name)
      }
    }
    beginningOtherwise = checkpoints.filter {
      $0.tokenizer?.contentDigest == tokenizer.contentDigest
        && $0.tokenizer?.beginning != tokenizer.beginning
    }.map(\.name).sorted()
    model = chosen.name
    digest = tokenizer.contentDigest
    self.lacking = lacking
    self.beyond = beyond
    self.cuttingOtherwise = cuttingOtherwise
  }

  /// Whether another model's tokenizer might make other ids.
  var areDifferent: Bool { !lacking.isEmpty || !beginningOtherwise.isEmpty }

  /// The model, and how the others differ, on one line.
  var description: String {
    func count(_ number: Int) -> String { number == 1 ? "1 token" : "\(number) tokens" }
    let parts =
      lacking.sorted { $0.key < $1.key }.filter { $0.value > 0 }
      .map { "\($0.key) lacks \(count($0.value)) of it" }
      + beyond.sorted { $0.key < $1.key }.filter { $0.value > 0 }
      .map { "it lacks \(count($0.value)) of \($0.key)" }
      + cuttingOtherwise.map {
        "\($0) has the same tokens and cuts texts otherwise (--tokenizer decides)"
      }
      + beginningOtherwise.map {
        "\($0) has the same one and begins texts otherwise (--tokenizer or --bos decides)"
      }
    return ([model ?? "none"] + parts).joined(separator: "; ")
  }
}

extension Tokenizer {
  /// What a text is begun with, automatically and on demand.
  var beginning: [Int32] { prefixTokenIDs + [beginningOfSequenceID ?? -1] }

  /// How many of another tokenizer's tokens this one lacks.
  fileprivate func lackingCount(of other: Tokenizer) -> Int {
    (0..<Int32(clamping: other.vocabularySize)).count {
      other.bytes(of: $0) != nil && bytes(of: $0) == nil
    }
  }
}
