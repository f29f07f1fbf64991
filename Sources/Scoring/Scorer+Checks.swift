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

  /// Pairs, tokenizers and vocabularies.
  static func checkModels(_ checkpoints: [Checkpoint], _ pairs: [PairName]) throws {
    // One text has one list of ids: all models must mean the same by them, paired or not.
    let withTokenizer = checkpoints.filter { $0.tokenizer != nil }
    for other in withTokenizer.dropFirst() {
      let first = withTokenizer[0]
      guard first.tokenizer?.contentDigest == other.tokenizer?.contentDigest else {
        throw ScoringError.tokenizersDiffer(first.name, other.name)
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
      guard sizes[0] == sizes[1] else {
        throw ScoringError.vocabulariesDiffer(before.name, sizes[0], after.name, sizes[1])
      }
    }
  }
}
