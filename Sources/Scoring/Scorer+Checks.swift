internal import RunLogs
internal import Tokenization
internal import Transformer

extension Scorer {
  /// Names that a log can hold, each once.
  static func checkNames(_ names: [String]) throws {
    var known = Set<String>()
    for name in names {
      try ModelRecord.checkName(name)
      guard known.insert(name).inserted else {
        throw ScoringError.badModels(
          "two models are named '\(name)'; give each --model another name")
      }
    }
  }

  /// The checkpoint whose tokenizer has the most tokens; of several such tokenizers the one that most
  /// models have, then that with the lowest digest; of equal ones that begin texts in several ways
  /// the way of most models, then the longest: the order of the models decides nothing.
  static func widest(_ checkpoints: [Checkpoint]) -> Checkpoint? {
    let tokenizers = checkpoints.compactMap(\.tokenizer)
    let digests = Dictionary(tokenizers.map { ($0.contentDigest, 1) }, uniquingKeysWith: +)
    let beginnings = Dictionary(tokenizers.map { ($0.beginning, 1) }, uniquingKeysWith: +)
    func precedes(_ own: Tokenizer, _ other: Tokenizer) -> Bool {
      func sizes(_ tokenizer: Tokenizer) -> (Int, Int, Int) {
        (tokenizer.vocabularySize, tokenizer.tokenCount, digests[tokenizer.contentDigest] ?? 0)
      }
      if sizes(own) != sizes(other) { return sizes(own) > sizes(other) }
      if own.contentDigest != other.contentDigest { return own.contentDigest < other.contentDigest }
      let counts = [own, other].map { beginnings[$0.beginning] ?? 0 }
      if counts[0] != counts[1] { return counts[0] > counts[1] }
      return other.beginning.lexicographicallyPrecedes(own.beginning)
    }
    var best: Checkpoint?
    for checkpoint in checkpoints {
      guard let tokenizer = checkpoint.tokenizer else { continue }
      if best?.tokenizer.map({ precedes(tokenizer, $0) }) ?? true { best = checkpoint }
    }
    return best ?? checkpoints.first
  }

  /// Pairs, tokenizers and vocabularies.
  static func checkModels(_ checkpoints: [Checkpoint], _ pairs: [PairName]) throws {
    // One text has one list of ids: all models must mean the same by them, paired or not. Each is
    // compared with the one that has the most, so that all agree where they overlap.
    if let widest = Self.widest(checkpoints), let tokenizer = widest.tokenizer {
      for other in checkpoints where other.name != widest.name {
        guard let difference = other.tokenizer?.firstDifference(from: tokenizer) else { continue }
        let inOrder = checkpoints.first { [widest.name, other.name].contains($0.name) }
        let isFirst = inOrder?.name == other.name
        throw ScoringError.tokensDiffer(
          isFirst ? other.name : widest.name, isFirst ? widest.name : other.name,
          id: difference.id,
          isFirst ? difference.own : difference.other, isFirst ? difference.other : difference.own)
      }
    }
    let byName = Dictionary(uniqueKeysWithValues: checkpoints.map { ($0.name, $0) })
    var known = Set<PairName>()
    for pair in pairs {
      guard let before = byName[pair.before], let after = byName[pair.after] else {
        let names = checkpoints.map(\.name).joined(separator: ", ")
        throw ScoringError.badModels(
          "the pair \(pair) names a model that isn't there; there are \(names)")
      }
      guard known.insert(pair).inserted else {
        throw ScoringError.badModels("the pair \(pair) is listed twice; name it once")
      }
      let sizes = [before, after].map(\.model.configuration.vocabularySize)
      guard sizes[0] == sizes[1] || (before.tokenizer != nil && after.tokenizer != nil) else {
        throw ScoringError.vocabulariesDiffer(before.name, sizes[0], after.name, sizes[1])
      }
    }
  }
}
