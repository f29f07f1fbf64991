internal import StatisticalInference
internal import Tensors
internal import WeightChanges

/// Sentences about changed weights.
enum WeightWords {
  /// `query`, `attention output`.
  static func name(_ kind: WeightKind) -> String {
    kind.rawValue.replacing("-", with: " ")
  }

  /// A tensor's name without what all have in common: `layers.0.mlp.up_proj`.
  static func shortName(_ name: String) -> String {
    var short = name[...]
    for prefix in ["model.", "transformer."] where short.hasPrefix(prefix) {
      short = short.dropFirst(prefix.count)
    }
    return String(short.hasSuffix(".weight") ? short.dropLast(7) : short)
  }

  /// `BF16`, `BF16 and F32`.
  static func types(_ types: [ElementType]) -> String {
    types.map(\.rawValue).joined(separator: " and ")
  }

  /// A share in percent; one that isn't 0 or 1 never reads as if it were.
  static func percent(_ count: Int, of all: Int) -> String {
    let share = Double(count) / Double(max(all, 1))
    if count > 0, share < 1e-4 { return "less than 0.01 %" }
    if count < all, share > 0.999 { return "all but \(Number.count(all - count))" }
    return Number.percent(share)
  }

  /// How sparse in weights: the share that changed, the size of the difference, its stable rank.
  static func sentence(_ changes: WeightChanges) -> String {
    let whole = changes.whole
    let totals = whole.totals
    guard totals.elements > 0 else { return "In weights: none was compared." }
    let all = "\(Number.count(totals.elements)) weights"
    guard totals.changed > 0 else { return "In weights: none of \(all) changed." }
    let types = Set(changes.before.types + changes.after.types)
      .sorted { $0.rawValue < $1.rawValue }
    var text =
      "In weights: \(Number.count(totals.changed)) of \(all) changed "
      + "(\(percent(totals.changed, of: totals.elements)), stored as \(Self.types(types))"
    for (type, rounded) in totals.rounded.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let some =
        rounded.elements == totals.elements ? "" : " of \(Number.count(rounded.elements)) of them"
      text +=
        "; \(percent(rounded.changed, of: rounded.elements))\(some) also after rounding to "
        + type.rawValue
    }
    text += "), ‖D‖/‖W‖ is \(Number.text(totals.relativeChange))"
    if let median = whole.medianStableRank {
      let count = changes.tensors.count { $0.stableRank != nil }
      text +=
        ", the stable rank of D \(Number.text(median)) in the median of \(Phrase.matrices(count))"
    }
    return text + "."
  }

  /// What wasn't compared, or isn't a number, in sentences; never more than ten names of a kind.
  static func exceptions(_ changes: WeightChanges) -> [String] {
    var sentences: [String] = []
    for tensor in changes.tensors {
      let totals = tensor.totals
      guard let first = tensor.firstNotFinite else { continue }
      sentences.append(
        "'\(tensor.name)' has elements that are NaN or infinite, \(Number.count(totals.notFiniteBefore)) "
          + "before and \(Number.count(totals.notFiniteAfter)) after, the first at index \(first): "
          + "they are in no other number.")
    }
    if sentences.count > 10 {
      sentences =
        sentences.prefix(10) + ["So have \(Number.count(sentences.count - 10)) more tensors."]
    }
    for (reason, words) in [
      (UncomparedTensor.Reason.onlyBefore, "only \(changes.before.path) has"),
      (.onlyAfter, "only \(changes.after.path) has"),
      (.shapes, "the two sides have other shapes of"),
    ] {
      let some = changes.uncompared.filter { $0.reason == reason }
      guard !some.isEmpty else { continue }
      let named = some.prefix(10).map { tensor in
        guard let before = tensor.shapeBefore, let after = tensor.shapeAfter else {
          return "'\(tensor.name)'"
        }
        return "'\(tensor.name)' \(before), \(after)"
      }
      let rest = some.count > 10 ? " and \(Number.count(some.count - 10)) more" : ""
      sentences.append(
        "Not compared, as \(words) them: \(Phrase.count(some.count, "tensor")) of "
          + "\(Phrase.count(some.reduce(0) { $0 + $1.elementCount }, "weight")), "
          + named.joined(separator: ", ") + rest + ".")
    }
    let constants = changes.uncompared.count { $0.reason == .constant }
    if constants > 0 {
      sentences.append(
        "Not compared, as they follow from config.json: \(Phrase.count(constants, "tensor")) of masks or "
          + "frequencies.")
    }
    let turned = changes.whole.totals.turnedZeros
    if turned > 0 {
      sentences.append(
        "\(Phrase.count(turned, "zero")) changed the sign only: −0 and +0 are one value.")
    }
    return sentences
  }

  /// What the two sides' types mean for the counts; empty for one type.
  static func typeSentence(_ changes: WeightChanges) -> String? {
    let mixed = changes.tensors.filter { $0.typeBefore != $0.typeAfter }
    guard !mixed.isEmpty else { return nil }
    let kinds = Set(
      mixed.map { "\($0.typeBefore.rawValue) before, \($0.typeAfter.rawValue) after" }
    )
    .sorted().joined(separator: "; ")
    return
      "Stored in other types: \(Phrase.count(mixed.count, "tensor")) (\(kinds)). Values are compared "
      + "after exact widening, units in the last place after rounding to the coarser type, where one "
      + "rounds to the other."
  }

  /// What bounds are.
  static func rankSentence(_ changes: WeightChanges) -> String? {
    let bounds = changes.tensors.compactMap(\.stableRank).filter(\.isUpperBound)
    guard let worst = bounds.map(\.residual).max() else { return nil }
    return
      "Of \(Phrase.matrices(bounds.count)) the iteration ended after \(StableRank.mostSteps) steps "
      + "(residual up to \(Number.text(worst))): their stable rank is at most the number."
  }
}

extension Phrase {
  /// `1 matrix`, `12 matrices`.
  static func matrices(_ count: Int) -> String {
    "\(Number.count(count)) \(count == 1 ? "matrix" : "matrices")"
  }
}
